package public

import (
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/web"
)

// measuredFor is how long the state of the service is shown before it is
// measured again, so that a page anyone may ask for costs nothing.
const measuredFor = 10 * time.Second

// late is from when a job that could run tells that nobody runs it.
const late = 10 * time.Minute

// measured keeps the last state of the service.
type measured struct {
	mutex sync.Mutex
	last  serviceState
}

// serviceState is what anyone may know of how the service goes.
type serviceState struct {
	At       time.Time
	Answers  bool      // the database does
	OldestAt time.Time // since when the oldest job that could run waits
	Dead     int       // jobs that gave up
}

func (s serviceState) waits() time.Duration {
	if s.OldestAt.IsZero() {
		return 0
	}
	return s.At.Sub(s.OldestAt)
}

func (m *measured) now(r *web.Request) serviceState {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	now := r.App.Clock.Now()
	if age := now.Sub(m.last.At); !m.last.At.IsZero() && age >= 0 && age < measuredFor {
		return m.last
	}
	m.last = serviceState{At: now}
	err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) error {
		counts, err := job.Counts(r.Context(), q)
		if err != nil {
			return err
		}
		m.last.Dead = counts[job.Dead]
		m.last.OldestAt, err = job.OldestDue(r.Context(), q)
		return err
	})
	if err != nil {
		r.App.Log.Error("state of the service", "request", r.ID, "error", err)
	}
	m.last.Answers = err == nil
	return m.last
}

type statusPage struct {
	web.Page
	State serviceState
	Lines web.Table
	Zone  *time.Location
}

// show answers GET /etat, with 503 when the database does not answer, for those
// who watch it by program.
func (m *measured) show(w http.ResponseWriter, r *web.Request) error {
	found := m.now(r)
	page := &statusPage{Page: web.Page{Title: "Le service fonctionne"}, State: found, Zone: civil.Paris}
	status := http.StatusOK
	base, work, stopped := web.InState("ok", "répond"), web.InState("ok", "à jour"), web.InState("ok", "aucun")
	switch {
	case !found.Answers:
		status, page.Title = http.StatusServiceUnavailable, "La base de données ne répond pas"
		base, work, stopped = web.InState("no", "ne répond pas"), web.InState("", "inconnu"), web.InState("", "inconnu")
	case found.waits() >= late:
		page.Title = "Le service fonctionne, des envois ont du retard"
	}
	if waits := found.waits(); waits >= late {
		work = web.InState("wait", "en retard")
	}
	if found.Dead > 0 {
		stopped = web.InState("wait", web.Whole(found.Dead).Text)
	}
	oldest := "Rien n’attend."
	if !found.OldestAt.IsZero() {
		oldest = web.French("Le plus ancien attend depuis " + civil.FrenchHour(found.OldestAt.In(civil.Paris)) + ".")
	}
	if !found.Answers {
		oldest = ""
	}
	page.Lines = web.Table{
		Caption: "État du service", Quiet: true, Columns: []web.Column{{Label: "Quoi"}, {Label: "État"}},
		Rows: [][]web.Cell{
			{web.Head("Les pages"), web.InState("ok", "répondent")},
			{web.Head("La base de données"), base},
			{web.Head("Les travaux à faire").Noted(oldest), work},
			{web.Head("Les travaux arrêtés").Noted("L’administration les relance."), stopped},
			{web.Head("La version"), web.Text(version())},
		},
	}
	return web.Render(w, r, status, "status", page)
}

// version names the program by the commit that it was built from.
var version = sync.OnceValue(func() string {
	build, known := debug.ReadBuildInfo()
	if !known {
		return "inconnue"
	}
	told := build.Main.Version
	for _, setting := range build.Settings {
		if setting.Key == "vcs.revision" && (told == "" || told == "(devel)") {
			told = setting.Value[:min(12, len(setting.Value))]
		}
	}
	if told == "" || told == "(devel)" {
		return "de développement"
	}
	return told
})
