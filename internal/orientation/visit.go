package orientation

import (
	"context"
	"encoding/json"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
)

// The states of a visit.
const (
	Open = "open"
	Done = "done"
	Left = "left" // given up
)

// Visit is one person's passage at the counter.
type Visit struct {
	ID           db.ID
	Organisation db.ID
	Agent        db.ID // who began it
	State        string
	// The questionnaire that is asked, in the version it began with; how and when
	// its answers were given.
	Questionnaire string
	Version       int
	Manner        string
	TakenOn       civil.Date        // zero: today
	Answers       map[string]string // question → value, as far as asked
	Diagnosis     db.ID             // once every question has its answer
	Search        Search
	Session       db.ID     // the chosen seat's
	KeptUntil     time.Time // how long that seat is kept
	Waits         bool      // the session is full: the person waits for a seat
	Draft         Draft     // what was typed; empty once the visit ends
	UrgentDone    bool      // what could not wait was done
	Holder        db.ID     // from here on: once done
	Booking       db.ID
	Booklet       db.ID
	Appointment   db.ID
	StartedAt     time.Time
	ChangedAt     time.Time
	EndedAt       time.Time
}

// Search is where, when and how the person can come.
type Search struct {
	Commune string         `json:"commune,omitempty"` // INSEE code
	Days    []time.Weekday `json:"days,omitempty"`
	Travel  string         `json:"travel,omitempty"`
	Level   string         `json:"level,omitempty"` // empty: the diagnosis's
	Topics  []string       `json:"topics,omitempty"`
	// The day's hours between which the person can come; zero: any.
	From     civil.TimeOfDay `json:"from,omitempty"`
	To       civil.TimeOfDay `json:"to,omitempty"`
	Language string          `json:"language,omitempty"` // one of holder.Languages
	// An address tells more than a need: it is sealed with the draft.
	Address Address `json:"-"`
}

// Address is where the person leaves from, when the commune says too little.
type Address struct {
	Text  string          `json:"text,omitempty"`
	Point geography.Point `json:"point,omitzero"`
}

// The ways to give a booklet.
const (
	FromStock = "stock"
	PrintNow  = "print"
	NoBooklet = "none"
)

// Draft is what is known of the person before anything is done.
type Draft struct {
	Identified bool             `json:"identified,omitempty"` // the page was answered, if only by nothing
	Name       string           `json:"name,omitempty"`
	Telephone  string           `json:"telephone,omitempty"`
	Recipient  holder.Recipient `json:"recipient,omitzero"`
	Manner     holder.Manner    `json:"manner,omitzero"`
	Note       string           `json:"note,omitempty"`
	Consent    bool             `json:"consent,omitempty"`
	Known      db.ID            `json:"known,omitzero"`      // already known here: this person
	Returning  bool             `json:"returning,omitempty"` // the visit began from their page

	Paper  string `json:"paper,omitempty"`  // FromStock, PrintNow or NoBooklet
	Number string `json:"number,omitempty"` // of a booklet in stock, 12 digits
	Order  db.ID  `json:"order,omitzero"`   // to print one from

	Address Address `json:"address,omitzero"` // of the search

	Place db.ID           `json:"place,omitzero"` // of an appointment
	Day   civil.Date      `json:"day,omitzero"`   // zero: to be agreed
	At    civil.TimeOfDay `json:"at,omitempty"`
	// Remote: by telephone or by video, nobody moves.
	Remote bool `json:"remote,omitempty"`
}

// New is the draft as a person to register.
func (v Visit) person(id db.ID) holder.New {
	return holder.New{
		ID: id, Organisation: v.Organisation, Name: v.Draft.Name, Commune: v.Search.Commune, Telephone: v.Draft.Telephone,
		Recipient: v.Draft.Recipient, Manner: v.Draft.Manner, Note: v.Draft.Note, Consent: v.Draft.Consent,
	}
}

// Called is how pages name the person while the visit is open.
func (v Visit) Called() string { return v.Draft.Name }

// Step is a page of the counter's flow.
type Step string

// The steps, in order; which ones a visit goes through depends on its route.
const (
	StepQuestions Step = "questions"
	StepResult    Step = "result"
	StepSeats     Step = "seats"
	StepPlaces    Step = "places" // someone who does it with or for them
	StepIdentity  Step = "identity"
	StepCheck     Step = "check"
	StepDone      Step = "done"
)

// Next is the step at which a visit is taken up again, on its chosen route.
func (v Visit) Next(route string) Step {
	switch {
	case v.State == Done:
		return StepDone
	case v.Diagnosis.IsZero():
		return StepQuestions
	case v.Search.Commune == "" && route != diagnosis.OnPaper:
		return StepResult
	case !v.settled(route) && route == diagnosis.FarAway:
		return StepPlaces
	case !v.settled(route):
		return StepSeats
	case !v.Draft.Identified:
		return StepIdentity
	}
	return StepCheck
}

// settled tells whether the visit has its seat or its appointment, where its
// route asks for one.
func (v Visit) settled(route string) bool {
	switch route {
	case diagnosis.OnPaper:
		return true
	case diagnosis.FarAway:
		return !v.Draft.Place.IsZero()
	}
	return !v.Session.IsZero() || !v.Draft.Place.IsZero()
}

// Fitting is the visit without what its route leaves out, if the agent chose
// another route on the way: no seat where someone does it with the person, and
// neither seat, appointment nor booklet on paper.
func (v Visit) Fitting(route string) Visit {
	if route == diagnosis.FarAway || route == diagnosis.OnPaper {
		v.Session, v.KeptUntil, v.Waits = db.ID{}, time.Time{}, false
		v.Draft.Paper, v.Draft.Number, v.Draft.Order = NoBooklet, "", db.ID{}
	}
	if route == diagnosis.OnPaper {
		v.Draft.Place, v.Draft.Day, v.Draft.At, v.Draft.Remote = db.ID{}, civil.Date{}, 0, false
	}
	return v
}

// Asked is the visit's questionnaire. Fault: unknown_questionnaire.
func (v Visit) Asked(ctx context.Context, q db.Q) (diagnosis.Questionnaire, error) {
	return diagnosis.ByVersion(ctx, q, v.Questionnaire, v.Version)
}

// FirstUnanswered is the rank of the first question without an answer, from 1;
// 0 when every one has its own.
func (v Visit) FirstUnanswered(asked diagnosis.Questionnaire) int {
	for i, question := range asked.Questions {
		if v.Answers[question.ID] == "" {
			return i + 1
		}
	}
	return 0
}

// The refusals of this package.
var (
	ErrUnknownVisit = fault.Define(fault.NotFound, "unknown_visit", "Ce passage n’existe pas, ou n’est pas à votre guichet. Repartez de l’accueil.")
	ErrVisitOver    = fault.Define(fault.Conflict, "visit_over", "Ce passage est terminé. Accueillez la personne de nouveau.")
	ErrUnfinished   = fault.Define(fault.Conflict, "visit_unfinished", "Il manque une étape avant de terminer. Reprenez le passage depuis l’accueil.")
	ErrUnfitBooklet = fault.Define(fault.Conflict, "unfit_booklet", "Ce carnet n’est plus dans votre stock. Prenez un autre carnet.")
)

func encode(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}
