package activity

import (
	"encoding/json"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
)

// The states of an activity.
const (
	Standing  = "standing"
	Withdrawn = "withdrawn" // written by mistake: counted nowhere, kept with why
)

// Content is what is told of a help. Codes are those of the vocabulary.
type Content struct {
	Place      db.ID      `json:"place"` // zero: at none of the directory's
	Commune    string     `json:"commune,omitempty"`
	Author     db.ID      `json:"author"` // who gave it
	Kind       string     `json:"kind"`
	Day        civil.Date `json:"day"`
	Minutes    int        `json:"minutes"`
	People     int        `json:"people"`
	Channel    string     `json:"channel"`
	Themes     []string   `json:"themes"`
	Title      string     `json:"title,omitempty"`     // of a group or an event
	Formality  string     `json:"formality,omitempty"` // the formality's name
	Equipment  []string   `json:"equipment,omitempty"`
	Level      int        `json:"level,omitempty"`      // 1 to 3, 0 when not told
	Redirected string     `json:"redirected,omitempty"` // a code of Redirections; empty: not redirected
	Publics    Publics    `json:"publics,omitzero"`
	Holder     db.ID      `json:"holder"`     // whom it was given to, when they are known here
	Redemption db.ID      `json:"redemption"` // the coupon's, when one was used outside a session
	Distinct   bool       `json:"-"`          // a group, beside the sessions of that day: told, not kept
}

// Publics tells how many of the people helped are of which gender, age and
// status, by code; the others are not told.
type Publics struct {
	Genders  map[string]int `json:"genders,omitempty"`
	Ages     map[string]int `json:"ages,omitempty"`
	Statuses map[string]int `json:"statuses,omitempty"`
}

// Activity is a help as someone wrote it down.
type Activity struct {
	ID           db.ID
	Organisation db.ID
	Content
	Note       string // read by who wrote it and by their organisation's people
	State      string
	Revision   int // how often it was written: 1, then 1 more at each correction
	RecordedAt time.Time
	ChangedAt  time.Time
}

// The refusals of this package.
var (
	ErrUnknownActivity = fault.Define(fault.NotFound, "unknown_activity", "Cette activité n’existe pas, ou n’est pas à votre organisation. Repartez de la liste des aides.")
	ErrWithdrawn       = fault.Define(fault.Conflict, "activity_withdrawn", "Cette activité a été retirée. Notez-en une nouvelle si l’aide a bien eu lieu.")
	ErrCouponCounted   = fault.Define(fault.Conflict, "coupon_counted", "Une activité compte déjà ce chèque. Ouvrez-la pour la corriger.")
	ErrSessionThatDay  = fault.Define(fault.Conflict, "session_that_day", "Ce lieu a tenu une séance ce jour-là, et ses présences la comptent déjà. Cochez «\u00a0C’est une autre aide\u00a0» si le groupe en est un autre.")
)

// The bounds of what is told.
const (
	mostPeople  = 2000
	mostMinutes = 24 * 60
	mostTitle   = 120
	mostNote    = 500
	mostThemes  = 5
	oldest      = 400 // days: the year before, to its first day
)

// settle puts what was told in its one form, or says everything that is wrong.
func (c *Content) settle(note string, now time.Time) error {
	c.Title, c.Formality = strings.TrimSpace(c.Title), strings.TrimSpace(c.Formality)
	if c.Channel == "" {
		c.Channel = OnSite
	}
	if c.Kind == Individual && c.People == 0 {
		c.People = 1
	}
	var wrong fault.Collector
	wrong.Check(Kinds.Has(c.Kind), "kind", "unknown_choice", "Choisissez\u00a0: une personne, un groupe ou un événement")
	today := civil.DateOf(now, civil.ZoneOf(c.Commune))
	wrong.Check(!c.Day.IsZero() && !c.Day.After(today) && c.Day.DaysUntil(today) <= oldest, "day", "bad_day", "Choisissez le jour de l’aide\u00a0: aujourd’hui, ou un jour des douze derniers mois")
	wrong.Check(c.Minutes > 0 && c.Minutes <= mostMinutes, "minutes", "bad_number", "Écrivez une durée en minutes, entre 1 et 1 440")
	wrong.Check(c.People > 0 && c.People <= mostPeople, "people", "bad_number", "Écrivez le nombre de personnes, entre 1 et 2 000")
	wrong.Check(c.Kind != Individual || c.People == 1, "people", "bad_number", "Une aide individuelle est pour une personne\u00a0: choisissez un groupe s’il y en avait plusieurs")
	wrong.Check(Channels.Has(c.Channel), "channel", "unknown_choice", "Dites où l’aide a été donnée\u00a0: choisissez une réponse de la liste")
	c.checkThemes(&wrong)
	wrong.Check(len([]rune(c.Title)) <= mostTitle, "title", "too_long", "Écrivez un titre plus court\u00a0: 120 caractères au plus")
	wrong.Check(len([]rune(c.Formality)) <= mostTitle, "formality", "too_long", "Écrivez un nom plus court\u00a0: 120 caractères au plus")
	wrong.Check(c.Level >= 0 && c.Level <= len(Levels), "level", "unknown_choice", "Choisissez l’un des trois niveaux")
	for _, used := range c.Equipment {
		wrong.Check(Equipments.Has(used), "equipment", "unknown_choice", "Choisissez le matériel dans la liste")
	}
	wrong.Check(c.Redirected == "" || Redirections.Has(c.Redirected), "redirected", "unknown_choice", "Choisissez vers qui la personne a été envoyée")
	wrong.Check(c.Holder.IsZero() || c.Kind == Individual, "kind", "unknown_choice", "Une aide à une personne connue est individuelle\u00a0: choisissez «\u00a0Une personne\u00a0»")
	if c.Commune != "" {
		_, err := geography.CommuneByCode(c.Commune)
		wrong.Check(err == nil, "commune", "unknown_commune", "Choisissez une commune de la liste")
	}
	c.Publics.check(c.People, &wrong)
	wrong.Check(len([]rune(note)) <= mostNote, "note", "too_long", "Écrivez une note plus courte\u00a0: 500 caractères au plus")
	if err := holder.CheckNote(note); err != nil {
		wrong.Add("note", fault.Of(err).Code, fault.Of(err).Message)
	}
	return wrong.Err()
}

// checkThemes keeps each theme once, in the vocabulary's order.
func (c *Content) checkThemes(wrong *fault.Collector) {
	var kept []string
	for _, theme := range Themes {
		for _, told := range c.Themes {
			if told == theme.Code {
				kept = append(kept, told)
				break
			}
		}
	}
	unknown := false
	for _, told := range c.Themes {
		unknown = unknown || !Themes.Has(told)
	}
	wrong.Check(!unknown, "themes", "unknown_choice", "Choisissez les thèmes dans la liste")
	wrong.Check(len(c.Themes) > 0, "themes", "required", "Choisissez au moins un thème")
	wrong.Check(len(kept) <= mostThemes, "themes", "too_many", "Choisissez cinq thèmes au plus")
	c.Themes = kept
}

func (p Publics) check(people int, wrong *fault.Collector) {
	for _, told := range []struct {
		field  string
		counts map[string]int
		words  Words
	}{{"genders", p.Genders, Genders}, {"ages", p.Ages, Ages}, {"statuses", p.Statuses, Statuses}} {
		sum, known := 0, true
		for code, count := range told.counts {
			known = known && told.words.Has(code) && count >= 0
			sum += max(0, count)
		}
		wrong.Check(known, told.field, "unknown_choice", "Choisissez dans la liste, et écrivez des nombres")
		wrong.Check(sum <= people, told.field, "bad_number", "Ces nombres dépassent le nombre de personnes\u00a0: corrigez l’un ou l’autre")
	}
}

// tidy takes the zeros out, so that one thing is written one way.
func (p Publics) tidy() Publics {
	without := func(counts map[string]int) map[string]int {
		kept := map[string]int{}
		for code, count := range counts {
			if count > 0 {
				kept[code] = count
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	return Publics{without(p.Genders), without(p.Ages), without(p.Statuses)}
}

// text is what was told as JSON: its keys in order, so that it compares.
func (c Content) text() (string, error) {
	written, err := json.Marshal(c)
	return string(written), err
}

func (p Publics) text() (string, error) {
	written, err := json.Marshal(p)
	return string(written), err
}
