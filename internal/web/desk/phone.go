package desk

import (
	"net/http"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

// waitingPhone is a line of the questionnaires that a phone answers.
type waitingPhone struct {
	Code, Path, When string
	State            web.State
	Sent             bool
}

func waitingPhones(found []diagnosis.Phone) []waitingPhone {
	var lines []waitingPhone
	for _, one := range found {
		line := waitingPhone{
			Code: diagnosis.GroupCode(one.Code), Path: phonePath(one.ID, ""), When: "donnée le " + civil.DateOf(one.AskedAt, civil.Paris).FrenchLong(),
			State: phoneStates[one.State], Sent: one.State == diagnosis.PhoneSent,
		}
		if line.Sent {
			line.When = "répondu le " + civil.DateOf(one.SentAt, civil.Paris).FrenchLong()
		}
		lines = append(lines, line)
	}
	return lines
}

var phoneStates = map[string]web.State{
	diagnosis.PhoneOpen: {Kind: "wait", Word: "En attente"}, diagnosis.PhoneSent: {Kind: "ok", Word: "Réponses reçues"},
	diagnosis.PhoneTaken: {Word: "Reprises"}, diagnosis.PhoneEnded: {Kind: "no", Word: "Terminée"},
}

func phonePath(id db.ID, rest string) string { return "/guichet/telephones/" + id.String() + rest }

// askPhone answers POST /guichet/questionnaires/{code}/telephone: an address for
// the person's own phone.
func askPhone(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var made diagnosis.Phone
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		made, err = db.Once(r.Context(), tx, form.Key(r),
			func(id db.ID) (diagnosis.Phone, error) { return diagnosis.PhoneByID(r.Context(), tx, id) },
			func(id db.ID) (diagnosis.Phone, error) {
				return diagnosis.AskByPhone(r.Context(), tx, id, r.PathValue("code"), form.Value("langue"))
			})
		return err
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, phonePath(made.ID, ""))
}

type phonePage struct {
	web.Page
	Base    string
	Address string // whole, for the code to scan
	Short   string // without its scheme, to be read aloud
	State   web.State
	Open    bool
	Sent    bool
	Answers int
	Of      int
	Until   string
	Called  string // the questionnaire's title
}

// refreshSeconds is how often the page that waits for answers looks again.
const refreshSeconds = "10"

// showPhone answers GET /guichet/telephones/{id}: the address to give, then the
// answers to take over.
func showPhone(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return diagnosis.ErrUnknownPhone
	}
	page := &phonePage{Page: web.Page{Back: web.Link{Label: "Sur papier, ou sur un téléphone", Path: "/guichet/questionnaires"}}, Base: phonePath(id, "")}
	var found diagnosis.Phone
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if found, err = diagnosis.PhoneByID(r.Context(), q, id); err != nil {
			return err
		}
		asked, err := diagnosis.ByVersion(r.Context(), q, found.Questionnaire, found.Version)
		page.Called, page.Of = asked.Title, len(asked.Questions)
		return err
	}); err != nil {
		return err
	}
	state := found.State
	if state == diagnosis.PhoneOpen && !r.App.Clock.Now().Before(found.EndsAt) {
		state = diagnosis.PhoneEnded
	}
	page.State, page.Open, page.Sent, page.Answers = phoneStates[state], state == diagnosis.PhoneOpen, state == diagnosis.PhoneSent, len(found.Answers)
	page.Address = r.App.Settings.BaseURL + "/q/" + found.Code
	_, short, cut := strings.Cut(r.App.Settings.BaseURL, "://")
	if !cut {
		short = r.App.Settings.BaseURL
	}
	page.Short = short + "/q/" + diagnosis.GroupCode(found.Code)
	ends := found.EndsAt.In(civil.Paris)
	page.Until = civil.DateOf(ends, civil.Paris).FrenchLong() + " à " + civil.FrenchHour(ends)
	switch {
	case page.Open:
		page.Title = "L’adresse à donner à la personne"
		w.Header().Set("Refresh", refreshSeconds) // the page follows the answers
	case page.Sent:
		page.Title = "Les réponses sont arrivées"
	default:
		page.Title = "Cette adresse ne sert plus"
	}
	return web.Render(w, r, http.StatusOK, "phone", page)
}

// takePhone answers POST /guichet/telephones/{id}/reprise: the answers become a
// visit at its result.
func takePhone(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return diagnosis.ErrUnknownPhone
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var visit orientation.Visit
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		visit, err = db.Once(r.Context(), tx, form.Key(r),
			func(id db.ID) (orientation.Visit, error) { return orientation.ByID(r.Context(), tx, id) },
			func(made db.ID) (orientation.Visit, error) {
				phone, err := diagnosis.TakeFromPhone(r.Context(), tx, id)
				if err != nil {
					return orientation.Visit{}, err
				}
				asked, err := diagnosis.ByVersion(r.Context(), tx, phone.Questionnaire, phone.Version)
				if err != nil {
					return orientation.Visit{}, err
				}
				for _, question := range asked.Questions {
					if phone.Answers[question.ID] == "" {
						phone.Answers[question.ID] = diagnosis.Unknown
					}
				}
				return orientation.Begin(r.Context(), tx, orientation.Beginning{
					ID: made, Questionnaire: phone.Questionnaire, Version: phone.Version, Manner: diagnosis.ByPhone,
					TakenOn: civil.DateOf(phone.SentAt, civil.Paris), Answers: phone.Answers,
				})
			})
		return err
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, visitPath(visit.ID, "/resultat"))
}

// endPhone answers POST /guichet/telephones/{id}/fin.
func endPhone(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return diagnosis.ErrUnknownPhone
	}
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return diagnosis.EndPhone(r.Context(), tx, id) }); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/guichet/questionnaires")
}
