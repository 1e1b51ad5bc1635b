package public_test

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/web"
	"passerelle/internal/web/public"
)

const password = "quatre chevaux dans un pré"

var (
	hash    = account.HashPassword(password)
	console = db.Actor{Kind: db.Console}
)

// instance is a running program with one organisation, and a folder into which
// its e-mails go.
type instance struct {
	*dbtest.DB
	server       *apptest.Server
	organisation account.Organisation
	letters      string
}

func start(t *testing.T) *instance {
	t.Helper()
	d := dbtest.SQLite(t)
	day := web.Seat{Name: "day", Menu: []web.MenuItem{{Label: "Ma journée", Path: "/journee", Roles: account.Roles}}, Routes: []web.Route{{
		Method: "GET", Path: "/journee", Act: account.ActSignedIn, Handle: func(w http.ResponseWriter, r *web.Request) error {
			_, err := io.WriteString(w, "<main>Journée de "+r.Session.RoleName+"</main>")
			return err
		},
	}}}
	day.Routes = append(day.Routes, web.Route{Method: "GET", Path: "/guichet", Act: account.ActHolderRead, Handle: day.Routes[0].Handle})
	i := &instance{DB: d, server: apptest.Serve(t, d, web.Settings{Name: "Passerelle"}, public.Seat(), day), letters: t.TempDir()}
	i.server.App.Settings.BaseURL = i.server.URL
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		i.organisation, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Mairie de Guéret", Roles: []string{"desk"}})
		return err
	})
	return i
}

func (i *instance) person(t *testing.T, email string, roles ...string) {
	t.Helper()
	i.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		person, err := account.AddPerson(ctx, tx, account.NewPerson{Name: "Odile Marchand", Email: email, PasswordHash: hash})
		for _, role := range roles {
			if err == nil {
				_, err = account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: i.organisation.ID, Role: role, Level: "owner"})
			}
		}
		return err
	})
}

func (i *instance) client(t *testing.T) *apptest.Client { return apptest.NewClient(t, i.server.URL) }

// letter sends what waits and reads the last e-mail.
func (i *instance) letter(t *testing.T) string {
	t.Helper()
	runner := job.NewRunner(i.DB.DB, slog.New(slog.DiscardHandler))
	notify.Post{Database: i.DB.DB, Sender: notify.Folder{Path: i.letters}, From: "passerelle@exemple.fr", FromName: "Passerelle"}.Register(runner)
	if err := runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(i.letters, "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no letter: %v", err)
	}
	slices.Sort(files)
	file, err := os.Open(files[len(files)-1])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	letter, err := mail.ReadMessage(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(letter.Body))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// link is the path of the address in an e-mail.
func (i *instance) link(t *testing.T, letter string) string {
	t.Helper()
	found := regexp.MustCompile(`http\S+`).FindString(letter)
	path, mine := strings.CutPrefix(found, i.server.URL)
	if !mine {
		t.Fatalf("no address of this program in\n%s", letter)
	}
	return path
}

func TestSigningInLeadsToTheFirstPageOrBackToTheOneAsked(t *testing.T) {
	i := start(t)
	i.person(t, "odile@exemple.fr", "desk")
	client := i.client(t)
	if page := client.SignIn("Odile@exemple.fr", password); page.Path != "/journee" {
		t.Errorf("led to %s", page.Path)
	}
	if page := client.Get("/connexion"); page.Path != "/journee" {
		t.Errorf("signed in already, led to %s", page.Path)
	}
	client.Get("/compte").Must(200).Shows("odile@exemple.fr").Submit("Se déconnecter", nil).Must(200)
	asked := client.Get("/mes-sessions").Must(200)
	if !strings.HasPrefix(asked.Path, "/connexion?retour=") {
		t.Fatalf("signed out, yet %s", asked.Path)
	}
	if page := asked.Submit("Me connecter", url.Values{"email": {"odile@exemple.fr"}, "password": {password}}); page.Path != "/mes-sessions" {
		t.Errorf("led to %s", page.Path)
	}
}

func TestAWrongPasswordAndAnUnknownEmailAnswerTheSame(t *testing.T) {
	i := start(t)
	i.person(t, "odile@exemple.fr", "desk")
	var shown []string
	for _, email := range []string{"odile@exemple.fr", "personne@exemple.fr"} {
		page := i.client(t).Get("/connexion").Submit("Me connecter", url.Values{"email": {email}, "password": {"autre chose que le bon"}}).Must(422)
		if page.Attribute("input[type=password]", "value") != "" || page.Attribute("input[type=email]", "value") != email {
			t.Error("the form should keep the e-mail and forget the password")
		}
		shown = append(shown, strings.ReplaceAll(page.Text("main"), email, ""))
	}
	if shown[0] != shown[1] {
		t.Errorf("told apart:\n%s\n%s", shown[0], shown[1])
	}
	i.client(t).Get("/connexion").Submit("Me connecter", nil).Must(422).Shows("Écrivez votre adresse e-mail").Shows("Écrivez votre mot de passe")
}

func TestTheSixthAttemptWaits(t *testing.T) {
	i := start(t)
	i.person(t, "odile@exemple.fr", "desk")
	client := i.client(t)
	wrong := url.Values{"email": {"odile@exemple.fr"}, "password": {"autre chose"}}
	for range 5 {
		client.Get("/connexion").Submit("Me connecter", wrong).Must(422)
	}
	right := url.Values{"email": {"ODILE@exemple.fr"}, "password": {password}}
	page := client.Get("/connexion").Submit("Me connecter", right).Must(429).Shows("Attendez 30 secondes")
	if page.Header.Get("Retry-After") != "30" {
		t.Errorf("Retry-After %q", page.Header.Get("Retry-After"))
	}
	i.Clock.Advance(31 * time.Second)
	client.Get("/connexion").Submit("Me connecter", right).Must(200)
}

func TestASecondFactorIsInstalledThenAsked(t *testing.T) {
	i := start(t)
	i.person(t, "odile@exemple.fr", "accountant")
	client := i.client(t)
	right := url.Values{"email": {"odile@exemple.fr"}, "password": {password}}
	page := client.Get("/connexion?retour=/mes-sessions").Submit("Me connecter", right).Must(200).Shows("Installez votre code")
	secret := strings.ReplaceAll(page.Text("ol b"), " ", "")
	if page.Count("svg.qr path") != 1 || len(secret) != 32 {
		t.Fatalf("drawing or key missing: %q", secret)
	}
	page.Submit("Installer ce code", url.Values{"code": {"12 34"}}).Must(422).Shows("Ce code n’est pas le bon")
	if page = client.Get("/journee"); !strings.HasPrefix(page.Path, "/connexion") {
		t.Fatalf("open without a code: %s", page.Path)
	}
	page = client.Get("/connexion/installer?retour=/mes-sessions").Submit("Installer ce code", url.Values{"code": {code(t, secret, i.Clock.Now())}}).Must(200)
	if page.Path != "/mes-sessions" {
		t.Errorf("led to %s", page.Path)
	}

	other := i.client(t)
	i.Clock.Advance(time.Minute)
	page = other.Get("/connexion").Submit("Me connecter", right).Must(200).Shows("Quel est votre code ?")
	page.Submit("Continuer", url.Values{"code": {"000000"}}).Must(422)
	page.Submit("Continuer", url.Values{"code": {code(t, secret, i.Clock.Now())}}).Must(200)
	other.Get("/journee").Must(200).Shows("Journée de Comptabilité")

	late := i.client(t)
	page = late.Get("/connexion").Submit("Me connecter", right).Must(200)
	i.Clock.Advance(11 * time.Minute)
	page.Submit("Continuer", url.Values{"code": {code(t, secret, i.Clock.Now())}}).Must(200).Shows("La connexion a trop attendu")
	late.Get("/connexion/code").Must(200).Shows("La connexion a trop attendu")
}

func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	made, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAForgottenPasswordIsReplacedByEmail(t *testing.T) {
	i := start(t)
	i.person(t, "odile@exemple.fr", "desk")
	client, elsewhere := i.client(t), i.client(t)
	elsewhere.SignIn("odile@exemple.fr", password)
	ask := func(email string) *apptest.Page {
		begun := time.Now()
		page := client.Get("/mot-de-passe/oublie").Submit("Recevoir l’adresse", url.Values{"email": {email}}).Must(200)
		if took := time.Since(begun); took < 400*time.Millisecond {
			t.Errorf("answered in %v: whether somebody has the e-mail can be told", took)
		}
		return page
	}
	unknown, known := ask("personne@exemple.fr"), ask("odile@exemple.fr")
	if known.Text("main") != unknown.Text("main") || known.Path != unknown.Path {
		t.Error("told apart")
	}
	path := i.link(t, i.letter(t))
	i.Clock.Advance(time.Second) // letters are named after their second
	page := client.Get(path).Must(200)
	page.Submit("Enregistrer ce mot de passe", url.Values{"password": {"court"}}).Must(422).Shows("au moins 12 caractères")
	page.Submit("Enregistrer ce mot de passe", url.Values{"password": {"une autre phrase bien longue"}}).Must(200).Shows("Votre mot de passe a changé")
	client.Get(path).Must(410).Shows("Ce lien a déjà servi")
	if page := elsewhere.Get("/compte"); !strings.HasPrefix(page.Path, "/connexion") {
		t.Error("other sessions are still open")
	}
	if letter := i.letter(t); !strings.Contains(letter, "Votre mot de passe a changé le mardi 24 novembre 2026 à 9\u00a0heures\u00a030") {
		t.Errorf("told %s", letter)
	}
	client.SignIn("odile@exemple.fr", "une autre phrase bien longue")
}

func TestAnInvitationOpensAnAccount(t *testing.T) {
	i := start(t)
	i.person(t, "odile@exemple.fr", "desk")
	i.Clock.Advance(time.Second)
	invite := func(email, role string) string {
		var secret string
		i.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			_, secret, err = account.Invite(ctx, tx, account.Invitation{Organisation: i.organisation.ID, Role: role, Level: "member", Email: email, Name: "Paul"})
			return err
		})
		return "/invitation/" + secret
	}
	client := i.client(t)
	path := invite("paul@exemple.fr", "desk")
	page := client.Get(path).Must(200).Shows("Mairie de Guéret vous invite").Shows("paul@exemple.fr")
	page.Submit("Accepter l’invitation", url.Values{"name": {""}, "password": {"court"}}).Must(422).Shows("Écrivez votre prénom").Shows("au moins 12 caractères")
	if led := page.Submit("Accepter l’invitation", url.Values{"name": {"Paul Roche"}, "password": {password}}).Must(200); led.Path != "/journee" {
		t.Errorf("led to %s", led.Path)
	}
	client.Get("/compte").Shows("Paul Roche").Shows("Guichet, membre")
	client.Get(path).Must(410)

	known := i.client(t)
	page = known.Get(invite("odile@exemple.fr", "site")).Must(200).Shows("votre mot de passe ne change pas")
	if page.Count("input[type=password]") != 0 {
		t.Error("asks for a password")
	}
	page.Submit("Accepter l’invitation", nil).Must(200).Shows("L’invitation est acceptée")
	known.SignIn("odile@exemple.fr", password)
	page = known.Get("/compte").Must(200).Shows("Lieu de médiation, membre")
	page.Submit("Prendre ce rôle : Mairie de Guéret, Lieu de médiation, membre", nil).Must(200).Shows("Journée de Lieu de médiation")
}

func TestSessionsAreSeenAndClosed(t *testing.T) {
	i := start(t)
	i.person(t, "odile@exemple.fr", "desk")
	first, second, third := i.client(t), i.client(t), i.client(t)
	for _, client := range []*apptest.Client{first, second, third} {
		client.SignIn("odile@exemple.fr", password)
		i.Clock.Advance(time.Second)
	}
	page := first.Get("/mes-sessions").Must(200)
	if page.Count("ul.list li") != 3 {
		t.Fatalf("%d sessions", page.Count("ul.list li"))
	}
	page.Submit("Fermer Navigateur inconnu", nil).Must(200)
	if page := third.Get("/compte"); !strings.HasPrefix(page.Path, "/connexion") {
		t.Error("the third is still open")
	}
	second.Get("/compte").Must(200)
	first.Get("/mes-sessions").Submit("Fermer toutes les autres", nil).Must(200)
	if page := second.Get("/compte"); !strings.HasPrefix(page.Path, "/connexion") {
		t.Error("the second is still open")
	}
	first.Get("/compte").Must(200).Submit("Installer un code à la connexion", nil).Must(200).Shows("Installez votre code")
}

func TestACookieThatIsNoSessionOpensNothing(t *testing.T) {
	i := start(t)
	request, err := http.NewRequest(http.MethodGet, i.server.URL+"/connexion/code", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(&http.Cookie{Name: "passerelle_connexion", Value: base64.RawURLEncoding.EncodeToString(make([]byte, 32))})
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/connexion?attente=oui" {
		t.Errorf("%d to %s", answer.StatusCode, answer.Header.Get("Location"))
	}
}
