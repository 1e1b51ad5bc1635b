package web

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/fault"
)

// Layout is the shape of a page.
type Layout string

// The layouts. Plain is the usual page; Ask one column of readable width for
// one question; Bare leaves the whole width to the template (home); Paper is a
// sheet to print, without the band; Inset is for the frame of another site:
// neither band nor foot.
const (
	Plain Layout = ""
	Ask   Layout = "ask"
	Bare  Layout = "bare"
	Paper Layout = "paper"
	Inset Layout = "inset"
)

// Link is somewhere to go: what it says, where it leads, and what to add for
// those who hear it out of its line ("Modifier" + "le lieu").
type Link struct {
	Label, Path, About string
}

// Page is what every page has; page structs embed it. Render fills in Frame.
type Page struct {
	Title   string // the content in a sentence, without the programme's name
	Summary string // for search engines, on public pages
	Back    Link   // to a named page, never "Retour"
	Layout  Layout
	Sheet   string // a static style sheet of these pages alone, beside the common one
	Form    *Form  // the form whose errors the summary tells, when there is one
	Menu    string // the path of the menu's current entry, when the address does not tell
	Frame   Frame
}

// Frame is what the layout shows around the content.
type Frame struct {
	Settings Settings
	Session  account.Session
	SignedIn bool
	Menu     []MenuEntry
	Foot     []Link
	Path     string // of this page, with its query
	ID       string // of this request
	Now      time.Time
	Style    string // address of the instance's own colours

	account bool // the programme has a page for one's own account
	signOut bool
}

// MenuEntry is one menu item as shown to this visitor.
type MenuEntry struct {
	Label, Path string
	Current     bool
}

// AccountPage tells whether the page of one's own account is mounted.
func (f Frame) AccountPage() bool { return f.account }

// SignOut tells whether one can sign out here.
func (f Frame) SignOut() bool { return f.signOut }

func (p *Page) page() *Page { return p }

// Framed is any pointer to a struct that embeds Page.
type Framed interface{ page() *Page }

//go:embed templates
var templates embed.FS

// base holds the layout and the pieces; every page is parsed over a copy.
var base = template.Must(template.New("layout").Funcs(functions).ParseFS(templates, "templates/layout.html", "templates/pieces/*.html"))

// parsePages makes one template set for each page of a seat.
func parsePages(files fs.FS) (map[string]*template.Template, error) {
	pages := map[string]*template.Template{}
	if files == nil {
		return pages, nil
	}
	shared, err := fs.Glob(files, "templates/_*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if slices.Contains(shared, name) || name == "templates/layout.html" {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		set := template.Must(base.Clone())
		if len(shared) > 0 {
			if _, err := set.ParseFS(files, shared...); err != nil {
				return nil, err
			}
		}
		if _, err := set.New("content").Parse(string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		typeset(set)
		pages[strings.TrimSuffix(path.Base(name), ".html")] = set
	}
	return pages, nil
}

// Render answers with a page of the route's seat: templates/NAME.html within
// the layout. Nothing is sent unless the whole page could be made.
func Render(w http.ResponseWriter, r *Request, status int, name string, page Framed) error {
	set := r.App.pages[r.route.seat+"/"+name]
	if set == nil {
		set = r.App.pages[ownName+"/"+name]
	}
	if set == nil {
		return fmt.Errorf("web: seat %q has no page %q", r.route.seat, name)
	}
	return r.App.render(w, r, status, set, page)
}

func (a *App) render(w http.ResponseWriter, r *Request, status int, set *template.Template, page Framed) error {
	page.page().Frame = a.frame(r, page.page())
	page.page().Title = French(page.page().Title)
	var text bytes.Buffer
	if err := set.ExecuteTemplate(&text, "layout", page); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	// A counter's computer is shared: after signing out, Back shows nothing.
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "no-store")
	}
	header.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(status)
	_, err := w.Write(text.Bytes())
	if err != nil {
		a.Log.Debug("the browser left", "request", r.ID, "error", err)
	}
	return nil
}

func (a *App) frame(r *Request, page *Page) Frame {
	frame := Frame{
		Settings: a.Settings, Session: r.Session, SignedIn: r.SignedIn(),
		Path: r.URL.RequestURI(), ID: r.ID, Now: a.Clock.Now(), Style: a.style.path,
		account: a.mounted("GET", "/compte"), signOut: a.mounted("POST", "/deconnexion"),
	}
	current := page.Menu
	for _, item := range a.menu {
		if !item.shownTo(r) || !a.opens(r, item.Path) {
			continue
		}
		frame.Menu = append(frame.Menu, MenuEntry{Label: item.Label, Path: item.Path})
		if page.Menu == "" && under(r.URL.Path, item.Path) && len(item.Path) > len(current) {
			current = item.Path
		}
	}
	for i := range frame.Menu {
		frame.Menu[i].Current = frame.Menu[i].Path == current
	}
	for _, link := range footLinks {
		if a.mounted("GET", link.Path) {
			frame.Foot = append(frame.Foot, link)
		}
	}
	return frame
}

// opens tells whether a page is for whoever asks: a level may be kept from what
// its role has.
func (a *App) opens(r *Request, path string) bool {
	for _, route := range a.routes {
		if route.Method == http.MethodGet && route.Path == path {
			return account.May(r.Actor(), route.Act)
		}
	}
	return true
}

func (m MenuItem) shownTo(r *Request) bool {
	if len(m.Roles) == 0 {
		return !r.SignedIn()
	}
	return slices.Contains(m.Roles, r.Actor().Role)
}

// under tells whether an address is a menu entry's own or lies below it.
func under(address, entry string) bool {
	return address == entry || entry != "/" && strings.HasPrefix(address, entry+"/")
}

var footLinks = []Link{
	{Label: "Aide", Path: "/aide"},
	{Label: "Le label", Path: "/label"},
	{Label: "Accessibilité\u00a0: non conforme", Path: "/accessibilite"},
	{Label: "Mentions légales", Path: "/mentions-legales"},
	{Label: "Données personnelles", Path: "/donnees"},
	{Label: "API", Path: "/api"},
	{Label: "État du service", Path: "/etat"},
}

// faultPage is what anyone sees when a request cannot be answered.
type faultPage struct {
	Page
	Message string
	Fields  []fault.Field
	Home    Link
	Told    bool // the request's id is worth telling
}

// showFault answers with the page of a fault. What is not a refusal of the
// programme is logged with the request's id, of which alone the user is told.
func (a *App) showFault(w http.ResponseWriter, r *Request, err error) {
	refusal := fault.Of(err)
	page := &faultPage{
		Page: Page{Title: titles[refusal.Kind], Layout: Ask}, Message: refusal.Message, Fields: refusal.Fields,
		Home: Link{Label: "Repartir de l’accueil", Path: "/"},
	}
	switch refusal.Kind {
	case fault.Internal:
		a.Log.Error("a request failed", "request", r.ID, "route", r.Route(), "error", err)
		page.Told = true
	case fault.Unauthenticated:
		back := "/"
		if from := r.Referer(); from != "" {
			back = pathOf(from)
		}
		page.Message = "Vous n’êtes plus connecté. Ce que vous venez d’envoyer n’a pas été enregistré."
		page.Home = Link{Label: "Me connecter", Path: signInPath(back)}
	case fault.TooMany:
		wait := 300
		if told, known := refusal.Detail["retry_after_seconds"].(int); known {
			wait = told
		}
		w.Header().Set("Retry-After", strconv.Itoa(wait))
	case fault.Unavailable:
		w.Header().Set("Retry-After", "60")
	}
	status := refusal.Kind.Status()
	if errors.Is(err, errMethod) {
		status = http.StatusMethodNotAllowed // not a kind: only the router says it
	}
	if err := a.render(w, r, status, a.pages[ownName+"/fault"], page); err != nil {
		a.Log.Error("the page of a fault failed", "request", r.ID, "error", err)
		http.Error(w, refusal.Message, status)
	}
}

// pathOf is the address within this host of the page that a form was on; the
// browser tells it of this host's own pages only.
func pathOf(referer string) string {
	parsed, err := url.Parse(referer)
	if err != nil {
		return "/"
	}
	return localPath(parsed.RequestURI(), "/")
}

var titles = map[fault.Kind]string{
	fault.Internal:        "Quelque chose s’est cassé chez nous",
	fault.Malformed:       "La demande n’est pas lisible",
	fault.Unauthenticated: "Connectez-vous pour continuer",
	fault.Forbidden:       "Cette page n’est pas pour votre rôle",
	fault.NotFound:        "Cette page n’existe pas ici",
	fault.Conflict:        "Ce n’est pas possible maintenant",
	fault.Gone:            "Cette page n’existe plus",
	fault.TooLarge:        "L’envoi est trop gros",
	fault.Unsupported:     "Ce format n’est pas accepté",
	fault.Invalid:         "Des réponses sont à revoir",
	fault.TooMany:         "Trop d’essais en peu de temps",
	fault.Unavailable:     "Le service fait une pause",
}
