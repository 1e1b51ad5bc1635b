package workshop

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// Ready is a workshop of the catalogue, that any site may give as it is or adapt.
type Ready struct {
	Code    string   `json:"code"`
	Title   string   `json:"title"`   // in plain words
	Topic   string   `json:"topic"`   // code of Topics
	Level   string   `json:"level"`   // code of Levels
	Service string   `json:"service"` // code of place.Services: one of the nine national families
	Minutes int      `json:"minutes"` // usual length
	Learn   []string `json:"learn"`   // each completes "Vous apprenez à …"
	Bring   []string `json:"bring"`   // each completes "Apportez …"
	Domains []string `json:"domains"` // codes of diagnosis.Domains that it trains
	Steps   []Step   `json:"steps"`   // the session, for the mediator
}

// Step is one part of a session's plan.
type Step struct {
	Minutes int    `json:"minutes"`
	Text    string `json:"text"`
}

// Catalogue is one published version of the ready workshops. A version never
// changes: an organisation's sheet keeps the one it was taken from.
type Catalogue struct {
	Version     int        `json:"version"`
	PublishedOn civil.Date `json:"published_on"`
	Workshops   []Ready    `json:"workshops"`
}

// ErrUnknownReady refuses a code that no ready workshop has.
var ErrUnknownReady = fault.Define(fault.NotFound, "unknown_ready_workshop", "Cet atelier n’est pas au catalogue. Repartez de la liste des ateliers prêts.")

//go:embed catalogue/*.json
var catalogueFiles embed.FS

var catalogues = sync.OnceValue(func() []Catalogue {
	names, err := fs.Glob(catalogueFiles, "catalogue/*.json")
	if err != nil {
		panic("workshop: " + err.Error())
	}
	var all []Catalogue
	for _, name := range names {
		text, err := catalogueFiles.ReadFile(name)
		var read Catalogue
		if err == nil {
			err = json.Unmarshal(text, &read)
		}
		if err == nil {
			err = read.check()
		}
		if err != nil {
			panic(fmt.Sprintf("workshop: %s: %v", name, err))
		}
		all = append(all, read)
	}
	slices.SortFunc(all, func(a, b Catalogue) int { return b.Version - a.Version })
	return all
})

// Current is the version of the catalogue in force.
func Current() Catalogue { return catalogues()[0] }

// ReadyByCode finds a ready workshop of the current version, or else of the last
// one that had it. Fault: unknown_ready_workshop.
func ReadyByCode(code string) (Ready, error) {
	for _, version := range catalogues() {
		for _, ready := range version.Workshops {
			if ready.Code == code {
				return ready, nil
			}
		}
	}
	return Ready{}, ErrUnknownReady
}

// LearnText is what one learns there, in one line: "a, b et c".
func (r Ready) LearnText() string { return enumerate(r.Learn) }

// enumerate is "a, b et c".
func enumerate(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " et " + parts[last]
}

// check says what a published version must hold.
func (c Catalogue) check() error {
	seen := map[string]bool{}
	for _, ready := range c.Workshops {
		_, topic := ParseTopic(ready.Topic)
		_, level := ParseLevel(ready.Level)
		_, service := place.Services.Find(ready.Service)
		total := 0
		for _, step := range ready.Steps {
			total += step.Minutes
		}
		switch {
		case ready.Code == "" || seen[ready.Code]:
			return fmt.Errorf("the code %q is missing or stands twice", ready.Code)
		case ready.Title == "" || len(ready.Learn) == 0 || len(ready.Domains) == 0:
			return fmt.Errorf("%s: a title, what one learns or what it trains is missing", ready.Code)
		case !topic || !level || !service:
			return fmt.Errorf("%s: topic %q, level %q or service %q is not known", ready.Code, ready.Topic, ready.Level, ready.Service)
		case total != ready.Minutes:
			return fmt.Errorf("%s: its steps last %d minutes, not %d", ready.Code, total, ready.Minutes)
		}
		seen[ready.Code] = true
	}
	return nil
}
