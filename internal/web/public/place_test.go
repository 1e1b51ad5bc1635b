package public_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/label"
	"passerelle/internal/place"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// directory fills the instance with places around Guéret: a labelled site kept
// by the organisation, a library in Aubusson, and others further and further.
func directory(t *testing.T) (*instance, place.Place) {
	t.Helper()
	i := start(t)
	var site place.Place
	i.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		site, _, err = place.Save(ctx, tx, place.Place{
			Source: "own", Name: "Le Fil numérique", Commune: "23096", Address: "12 rue de l’Exemple", Latitude: 46.1712, Longitude: 1.8722,
			Organisation: i.organisation.ID, Telephone: "+33536491208", Hours: "Mo 09:00-12:00; Tu,Th 09:00-12:00,14:00-18:00; We 14:00-18:00; Fr 09:00-12:00",
			Services:   []string{place.ServiceProcedures, place.ServiceEverydayTools, place.ServiceEmployment, place.ServiceSafety},
			AccessWays: []string{"come", "telephone"}, Supports: []string{"workshop", "individual"}, Fees: []string{"free_if"}, Languages: []string{"Français", "Anglais", "Arabe"},
			SpecialNeeds: []string{"illiteracy"}, Wheelchair: true, UpdatedOn: civil.On(2026, 11, 2), Invented: true,
			Summary: "Des ateliers en petit groupe.", Emails: []string{"contact@exemple.invalid"}, Websites: []string{"https://exemple.invalid/le-fil"},
		})
		if err != nil {
			return err
		}
		if _, err := label.Grant(ctx, tx, label.Decision{Site: site.ID, On: civil.On(2026, 9, 1), Reason: "Visite"}); err != nil {
			return err
		}
		for n := range 30 {
			if _, _, err := place.Save(ctx, tx, place.Place{
				Source: "conseiller-numerique", SourceID: fmt.Sprint(n), Name: fmt.Sprintf("Médiathèque %02d", n), Commune: []string{"23008", "87085", "03185"}[n%3],
				Latitude: 46.17 - float64(n)/100, Longitude: 1.87 + float64(n%5)/20, Address: "1 place de la Mairie", UpdatedOn: civil.On(2022, 6, 17),
				Hours: []string{"Sa 09:00-12:00", "sur rendez-vous, le premier mardi du mois", ""}[n%3], Services: []string{place.ServiceAccess}, Approximate: n%7 == 6,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return i, site
}

func TestSomeoneFindsHelpNearHome(t *testing.T) {
	t.Parallel()
	i, site := directory(t)
	client := i.client(t)
	home := client.Get("/").Must(200).Shows("31").Shows("lieux où l’on vous aide")
	list := home.Submit("Chercher", url.Values{"ou": {"gueret"}}).Must(200)
	titles := list.Texts(".list h2")
	if len(titles) != 20 || titles[0] != "Médiathèque 00" || titles[1] != "Le Fil numérique" {
		t.Errorf("nearest first: %v", titles)
	}
	list.Shows("Ouvert en ce moment")
	second := list.Follow("Voir la suite de la liste").Must(200).Shows("L’endroit exact n’est pas connu")
	if rest := second.Texts(".list h2"); len(rest) != 11 || slices.ContainsFunc(rest, func(title string) bool { return slices.Contains(titles, title) }) {
		t.Errorf("the rest: %v", rest)
	}
	page := list.Follow("Le Fil numérique").Must(200)
	page.Shows("Lieu inventé").Shows("05 36 49 12 08").Shows("Pass accepté").Shows("Venez sans rendez-vous")
	if page.Text("tr[aria-current]") == "" || !strings.HasSuffix(page.Attribute("a[href^='tel:']", "href"), "+33536491208") {
		t.Error("today's hours, and a number to touch")
	}
	client.Get("/lieux/" + site.ID.String()).Must(200)
	client.Get("/lieux/0192f0c1-0000-7000-8000-000000000000").Must(404)
	client.Get("/lieux/x").Must(404)
}

func TestTheListAnswersEachQuestion(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	client := i.client(t)
	for query, want := range map[string]int{
		"ou=Gu%C3%A9ret&service=safety": 1, "ou=Gu%C3%A9ret&acces=oui": 1, "ou=Gu%C3%A9ret&pass=oui": 1, "label=oui": 1,
		"jour=samedi": 10, "jour=aujourdhui": 1, "jour=maintenant": 1, "jour=lundi": 1, "texte=fil+NUMERIQUE": 1, "texte=nulle+part": 0,
		"service=inconnu&jour=jamais": 20, "mandat=oui": 0, "ou=23096&besoin=illiteracy": 1, "ou=23096&langue=ARABE": 1, "langue=breton": 0,
		"ou=23096&comment=come": 1, "ou=23096&comment=remote": 0, "comment=inconnu": 20, "public=youth": 0, "materiel=printer": 0, "gratuit=oui": 0, "jour=samedi&moment=matin": 10, "jour=samedi&moment=apresmidi": 0, "territoire=87": 10,
		"territoire=FR": 20, "ou=12+rue+de+l%27Exemple%2C+Gu%C3%A9ret&label=oui": 1, "ou=46.1712%2C1.8722&pass=oui": 1,
	} {
		if got := client.Get("/lieux?" + query).Must(200).Count(".list > li"); got != want {
			t.Errorf("%s: %d places, want %d", query, got, want)
		}
	}
	client.Get("/lieux?apres=zzz").Must(400)
}

func TestACommuneThatIsNotClearIsAskedAgain(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	client := i.client(t)
	client.Get("/lieux?ou=Atlantide").Must(422).Shows("Cette commune n’est pas connue")
	client.Get("/lieux?territoire=99").Must(422).Shows("n’est pas connu")
	asked := client.Get("/lieux?ou=23000&acces=oui").Must(200).Shows("Quel endroit voulez-vous dire")
	near := asked.Follow("Guéret, Creuse").Must(200).Shows("Les lieux près de Guéret")
	if near.Count(".list > li") != 1 {
		t.Error("what was asked besides is kept")
	}
}

func TestWhatWasUnderstoodIsSaid(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	client := i.client(t)
	for typed, want := range map[string][2]string{
		"Guéret":                         {"Les lieux près de Guéret", "depuis le centre de la commune"},
		"23096":                          {"Les lieux près de Guéret", "depuis le centre de la commune"},
		"12 rue de l'Exemple, Guéret":    {"Les lieux autour du 12 rue de l’Exemple, à Guéret", "depuis cet endroit"},
		"rue de l exemple 23000":         {"Les lieux autour de la rue de l’Exemple, à Guéret", "depuis cet endroit"},
		"3 rue des Oubliés, Guéret":      {"Les lieux près de Guéret", "La rue n’est pas connue"},
		"46.1712, 1.8722":                {"Les lieux autour de ce point, près de Guéret", "depuis cet endroit"},
		"1 place de la Mairie, Aubusson": {"Les lieux autour du 1 place de la Mairie, à Aubusson", "depuis cet endroit"},
	} {
		page := client.Get("/lieux?ou=" + url.QueryEscape(typed)).Must(200).Shows(want[1])
		if got := page.Text("h1"); got != want[0] {
			t.Errorf("%s: %q, not %q", typed, got, want[0])
		}
		share := page.Attribute(".share a", "href")
		if again := client.Get(strings.TrimPrefix(share, i.server.URL)).Must(200); !slices.Equal(again.Texts(".list h2"), page.Texts(".list h2")) {
			t.Errorf("%s: %s shows another list", typed, share)
		}
	}
	long := client.Get("/lieux?ou=Gu%C3%A9ret&service=access&jour=&public=&texte=&acces=&carte=1").Must(200)
	if got := long.Attribute(".share a", "href"); got != i.server.URL+"/lieux?ou=23096&service=access" {
		t.Errorf("the address to give is %s", got)
	}
	long.Shows("Vous demandez : utiliser un ordinateur et Internet sur place.")
}

func TestTheListLeavesAsAFile(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	client := i.client(t)
	file := client.Get("/lieux?ou=Gu%C3%A9ret&label=oui&format=csv").Must(200)
	lines := strings.Split(strings.TrimSpace(file.Body), "\r\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "\ufeffNom;Adresse;") || !strings.Contains(lines[1], ";oui;2029-08-31;oui;46,171200;1,872200;") {
		t.Errorf("%q", lines)
	}
	book, err := excelize.OpenReader(strings.NewReader(client.Get("/lieux?ou=Gu%C3%A9ret&format=xlsx").Must(200).Body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Liste")
	if err != nil || len(rows) != 32 || rows[0][0] != "Nom" || rows[2][0] != "Le Fil numérique" {
		t.Errorf("%d rows, %v: %q", len(rows), err, rows[:min(2, len(rows))])
	}
}

func TestTheMapIsDrawnCloserWithoutScript(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	page := i.client(t).Get("/lieux?ou=Gu%C3%A9ret&pass=").Must(200)
	drawn := page.Count("svg .point")
	if drawn != 20 {
		t.Errorf("%d points", drawn)
	}
	if got := page.Attribute("svg image", "href"); got != "/cartes/23" {
		t.Errorf("the communes are %q", got)
	}
	closer := page.Follow("Plus près").Must(200)
	if got := closer.Count("svg .point"); got >= drawn || got == 0 {
		t.Errorf("%d points closer", got)
	}
	if closer.Follow("Plus loin").Must(200).Count("svg .point") != drawn {
		t.Error("farther again is not the first map")
	}
}

// A map's outlines are a picture apart: 150 kB at most for any département.
func TestThePictureOfEveryDepartementIsLight(t *testing.T) {
	t.Parallel()
	i := start(t)
	heaviest := 0
	for _, departement := range geography.Departements() {
		got, body := answer(t, http.MethodGet, i.server.URL+"/cartes/"+departement.Code)
		if len(geography.Outline(departement.Code)) == 0 {
			if got.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", departement.Code, got.StatusCode)
			}
			continue
		}
		heaviest = max(heaviest, len(body))
		if got.StatusCode != 200 || len(body) > 150_000 || !strings.Contains(got.Header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: %d, %d bytes, %v", departement.Code, got.StatusCode, len(body), got.Header)
		}
		if err := xml.Unmarshal([]byte(body), new(struct{ XMLName xml.Name })); err != nil {
			t.Errorf("%s: %v", departement.Code, err)
		}
	}
	t.Logf("the heaviest is %d bytes before compression", heaviest)
	first, _ := answer(t, http.MethodGet, i.server.URL+"/cartes/23")
	if again, _ := answer(t, http.MethodGet, i.server.URL+"/cartes/23", "If-None-Match", first.Header.Get("Etag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("who has it already is answered %d", again.StatusCode)
	}
	i.client(t).Get("/cartes/99").Must(404)
}

func TestPublicPagesInABrowser(t *testing.T) {
	i, site := directory(t)
	tab := apptest.NewTab(t, i.server.URL, apptest.WithoutScript)
	directory := []string{"/lieux?ou=Gu%C3%A9ret", "/lieux?texte=nulle+part", "/lieux/" + site.ID.String() + "?de=23096", "/lieux/integrer?ou=23096", "/lieux/cadre?ou=23096"}
	for name, path := range map[string]string{
		"accueil": "/", "programme": "/programme", "lieux": directory[0], "lieux-alphabet": "/lieux", "lieux-choix": "/lieux?ou=23000",
		"lieux-aucun": directory[1], "lieux-label": "/lieux?label=oui", "lieu": directory[2], "integrer": directory[3], "cadre": directory[4],
	} {
		tab.Visit(path)
		if slices.Contains(directory, path) {
			tab.CheckEveryWay()
		} else {
			tab.Check()
		}
		tab.Picture("public-" + name)
		tab.Width(320)
		tab.Picture("public-" + name + "-320")
		tab.Width(1280)
	}
}

func TestWhoFindsNobodyIsToldWhatElseToDo(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	client := i.client(t)
	none := client.Get("/lieux?ou=23096&service=safety&public=youth&acces=oui").Must(200).Shows("Aucun lieu ne répond à tout cela").Shows("Demander en mairie")
	if got := none.Texts(".notice li a"); len(got) != 1 || got[0] != "Sans demander : le public" {
		t.Errorf("only what finds a place is proposed: %q", got)
	}
	none.Follow("Sans demander").Must(200).Shows("Le Fil numérique")
	client.Get("/lieux?texte=nulle+part").Follow("nulle part").Must(200)
	client.Get("/lieux?public=youth&acces=oui&territoire=87").Follow("Voir tous les lieux").Must(200)

	far := client.Get("/lieux?ou=75056&comment=come").Must(200).Shows("Le lieu le plus proche est loin")
	if far.Count(".list > li") != 1 {
		t.Error("what is far is still listed")
	}
	i.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		_, _, err := place.Save(ctx, tx, place.Place{Source: "own", Name: "Au bout du fil", Commune: "13055", Supports: []string{place.SupportRemote}, Services: []string{place.ServiceSafety}})
		return err
	})
	client.Get("/lieux?ou=23096&service=safety&public=youth").Follow("Voir qui aide à distance").Must(200).Shows("Au bout du fil").Shows("à distance, sans me déplacer")
}
