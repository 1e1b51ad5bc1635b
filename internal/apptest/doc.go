// Package apptest is the test kit for whole journeys through the pages.
//
// Client walks without a browser: it finds the forms in the pages it is given,
// fills them in by the names of their fields and posts them, as a browser
// would. Tab walks in a real Chromium, with or without script, by what a person
// sees: labels and buttons.
//
//	func TestMain(m *testing.M) { apptest.Main(m) }
//
//	func TestSomeoneIsWelcomed(t *testing.T) {
//		tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
//		tab.SignIn(email, password)
//		tab.Visit("/accueil")
//		tab.Choose("Je ne le fais pas")
//		tab.Press("Continuer")
//		tab.Check() // axe by day, by night, narrow and in print; weight; no overflow
//		tab.Picture("accueil")
//	}
//
// Chromium is Debian's; axe-core comes from testing/package.json (npm ci in
// testing/). Where one is missing the test is skipped with its reason, unless
// CI or PASSERELLE_REQUIRE asks for everything. PASSERELLE_SCREENSHOTS names a
// folder for the pictures.
package apptest
