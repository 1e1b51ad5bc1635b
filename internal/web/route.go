package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Handler answers one route. What it returns is turned into a page by the
// adapter, so it writes nothing before it is sure.
type Handler func(w http.ResponseWriter, r *Request) error

// Route is one address, the act one must be allowed to do there, and what
// answers. Path is a net/http pattern without method, "/personnes/{id}"; GET
// answers HEAD too.
type Route struct {
	Method, Path string
	Act          account.Act
	Handle       Handler
	seat         string
}

// Pattern is the route as logs and idempotency keys name it: "GET /personnes/{id}".
func (r Route) Pattern() string { return r.Method + " " + r.Path }

// MenuItem is one entry of the band at the top. Without roles it is for
// visitors who are not signed in.
type MenuItem struct {
	Label, Path string
	Roles       []string
}

// Seat is everything one kind of user sits in front of. Templates holds
// templates/*.html: each file is one page, named after the file; a file whose
// name begins with "_" is known to all the pages of the seat.
type Seat struct {
	Name      string
	Routes    []Route
	Templates fs.FS
	Menu      []MenuItem
}

// Settings is what an instance says of itself.
type Settings struct {
	Name      string // "Passerelle"
	BaseURL   string // "https://passerelle.example"; https makes cookies Secure
	Sample    bool   // the sample programme: every page says so
	Telephone string // whom to call, "05 36 49 12 00"; empty: nobody
	Hours     string // when, "du lundi au vendredi"
	Style     string // CSS that redefines the variables of :root
	Legal     Legal
	Geocoder  *Geocoder // asked for addresses that the directory does not know; nil: nobody
	Tiles     *Tiles    // of a detailed map; nil: our own drawing alone
}

// Legal is what the law asks an instance to say of itself (loi n° 2004-575 du
// 21 juin 2004; General Data Protection Regulation, art. 13). What is empty is
// shown as missing.
type Legal struct {
	Publisher string // who publishes: name, form, address, telephone
	Director  string // director of publication
	Host      string // who hosts: name, address, telephone
	Privacy   string // whom to ask about personal data: the data protection officer
	Contact   string // e-mail for anything else, accessibility included
}

// App is what every page needs. cli fills it in, mounts the seats and serves
// its Handler.
type App struct {
	DB       *db.DB
	Clock    civil.Clock
	Settings Settings
	Log      *slog.Logger

	routes []Route
	menu   []MenuItem
	pages  map[string]*template.Template // "desk/new-holder"
	mux    *http.ServeMux
	style  asset // the instance's own colours, when it has some
}

// Mount parses the seats' templates over the base ones and registers their
// routes. It refuses two seats of one name, two routes of one address, and a
// route without an act.
func (a *App) Mount(seats ...Seat) error {
	if a.mux == nil {
		a.mux = http.NewServeMux()
		a.pages = map[string]*template.Template{}
		a.style = styleAsset(a.Settings.Style)
		seats = append([]Seat{ownSeat()}, seats...)
		a.mux.HandleFunc("/", a.adapt(Route{Path: "/", Act: account.ActPublic, Handle: a.unknown}))
	}
	for _, seat := range seats {
		if err := a.mount(seat); err != nil {
			return fmt.Errorf("web: seat %s: %w", seat.Name, err)
		}
	}
	return nil
}

func (a *App) mount(seat Seat) error {
	pages, err := parsePages(seat.Templates)
	if err != nil {
		return err
	}
	for name, page := range pages {
		key := seat.Name + "/" + name
		if a.pages[key] != nil {
			return fmt.Errorf("page %s mounted twice", key)
		}
		a.pages[key] = page
	}
	for _, route := range seat.Routes {
		route.seat = seat.Name
		switch {
		case route.Act == "":
			return fmt.Errorf("%s has no act: say account.ActPublic if it is for anyone", route.Pattern())
		case route.Handle == nil || route.Method == "" || !strings.HasPrefix(route.Path, "/"):
			return fmt.Errorf("%s is not whole", route.Pattern())
		}
		if err := a.register(route); err != nil {
			return err
		}
	}
	a.menu = append(a.menu, seat.Menu...)
	return nil
}

// register turns the panic of net/http for patterns that clash into an error.
func (a *App) register(route Route) (err error) {
	defer func() {
		if clash := recover(); clash != nil {
			err = fmt.Errorf("%s: %v", route.Pattern(), clash)
		}
	}()
	a.mux.HandleFunc(route.Pattern(), a.adapt(route))
	a.routes = append(a.routes, route)
	return nil
}

// Routes lists every page route, for the test that walks them in every role.
func (a *App) Routes() []Route { return append([]Route(nil), a.routes...) }

// mounted tells whether an address answers, so that the layout links to no
// page that this program does not have.
func (a *App) mounted(method, path string) bool {
	for _, route := range a.routes {
		if route.Method == method && route.Path == path {
			return true
		}
	}
	return false
}

// adapt makes a net/http handler of a route: session, right, then the act, and
// a page for whatever goes wrong.
func (a *App) adapt(route Route) http.HandlerFunc {
	return func(w http.ResponseWriter, plain *http.Request) {
		r := &Request{Request: plain, App: a, ID: requestID(plain.Context()), route: route}
		if record := recordOf(plain.Context()); record != nil {
			record.route = route.Pattern()
		}
		if err := a.answer(w, r); err != nil {
			a.showFault(w, r, err)
		}
	}
}

func (a *App) answer(w http.ResponseWriter, r *Request) error {
	if err := r.authenticate(w); err != nil {
		return err
	}
	if !readable(r.URL.Query()) {
		return fault.ErrMalformed
	}
	err := account.Require(r.Actor(), r.route.Act, db.ID{})
	switch {
	case err == nil:
		return r.route.Handle(w, r)
	case fault.KindOf(err) == fault.Unauthenticated && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return SeeOther(w, r, signInPath(r.URL.RequestURI()))
	}
	return err
}

// unknown answers addresses that no route has: 405 when another method would do.
func (a *App) unknown(w http.ResponseWriter, r *Request) error {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := a.mux.Handler(other); pattern != "/" && pattern != "" {
			w.Header().Set("Allow", method)
			return errMethod
		}
	}
	return errNoPage
}

var (
	errNoPage = fault.Define(fault.NotFound, "no_page", "Cette adresse ne mène à aucune page. Vérifiez-la, ou repartez de l’accueil.")
	errMethod = fault.Define(fault.Malformed, "wrong_method", "Cette page ne s’ouvre pas ainsi. Repartez de l’accueil.")
)
