package public

import (
	"passerelle/internal/account"
	"passerelle/internal/web"
)

// helpRoutes are the pages that explain: help by role, words, the API, and what
// an instance says of itself.
func helpRoutes() []web.Route {
	state := &measured{}
	return []web.Route{
		{Method: "GET", Path: "/exercice", Act: account.ActSignedIn, Handle: exercise},
		{Method: "GET", Path: "/aide", Act: account.ActPublic, Handle: showHelp},
		{Method: "GET", Path: "/aide/mots", Act: account.ActPublic, Handle: showWords},
		{Method: "GET", Path: "/aide/{sujet}", Act: account.ActPublic, Handle: showGuide},
		{Method: "GET", Path: "/accessibilite", Act: account.ActPublic, Handle: showAccessibility},
		{Method: "GET", Path: "/mentions-legales", Act: account.ActPublic, Handle: showLegal},
		{Method: "GET", Path: "/donnees", Act: account.ActPublic, Handle: showPersonalData},
		{Method: "GET", Path: "/etat", Act: account.ActPublic, Handle: state.show},
		{Method: "GET", Path: "/api", Act: account.ActPublic, Handle: showAPI},
	}
}
