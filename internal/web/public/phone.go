package public

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// phoneRoutes are the pages of who answers a questionnaire alone, at a short
// address given by a desk: no account, no name, one question a page.
func phoneRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/q/{code}", Act: account.ActPublic, Handle: phoneStart},
		{Method: "GET", Path: "/q/{code}/{rang}", Act: account.ActPublic, Handle: phoneAsk},
		{Method: "POST", Path: "/q/{code}/{rang}", Act: account.ActPublic, Handle: phoneAnswer},
		{Method: "GET", Path: "/q/{code}/fin", Act: account.ActPublic, Handle: phoneCheck},
		{Method: "POST", Path: "/q/{code}/fin", Act: account.ActPublic, Handle: phoneSend},
	}
}

// phoneWords are what these pages say besides the questions.
type phoneWords struct {
	Hello, Promise, Who, Begin, Next, Question, Several, Previous  string
	Check, Change, Send, Left, Thanks, After, Choose, Until, Begun string
}

var phoneLanguages = map[string]phoneWords{
	"": {
		Hello: "Quelques questions, pour mieux vous aider", Promise: "Vous pouvez ne pas savoir. Aucune réponse ne ferme un droit.",
		Who: "Vos réponses vont au guichet qui vous a donné cette adresse. Votre nom n’est pas demandé.", Begin: "Commencer", Begun: "Continuer",
		Next: "Continuer", Question: "Question", Several: "Plusieurs réponses sont possibles.", Previous: "Question précédente",
		Check: "Vos réponses", Change: "Changer", Send: "Envoyer au guichet", Left: "Pas de réponse",
		Thanks: "Merci, c’est envoyé", After: "Le guichet a vos réponses. Vous pouvez fermer cette page. Retournez au guichet, ou attendez son appel.",
		Choose: "Choisissez une réponse, ou «\u00a0Je ne sais pas\u00a0»", Until: "Cette adresse sert jusqu’au",
	},
	"en": {
		Hello: "A few questions, to help you better", Promise: "It is all right not to know. No answer takes a right away.",
		Who: "Your answers go to the desk that gave you this address. Your name is not asked.", Begin: "Begin", Begun: "Continue",
		Next: "Continue", Question: "Question", Several: "You can choose several answers.", Previous: "Previous question",
		Check: "Your answers", Change: "Change", Send: "Send to the desk", Left: "No answer",
		Thanks: "Thank you, it is sent", After: "The desk has your answers. You can close this page. Go back to the desk, or wait for its call.",
		Choose: "Choose an answer, or “I do not know”", Until: "This address works until",
	},
}

// phoneTries bounds the addresses tried from one place in an hour that lead
// nowhere.
const (
	phoneTries  = 20
	phoneWindow = time.Hour
	phoneBucket = "phone_code"
)

// answering is a phone with what it asks, in its language.
type answering struct {
	diagnosis.Phone
	Asked diagnosis.Questionnaire
	Words phoneWords
	Base  string
}

func newAnswering(phone diagnosis.Phone, asked diagnosis.Questionnaire) answering {
	words, known := phoneLanguages[phone.Language]
	if !known {
		words = phoneLanguages[""]
	}
	return answering{phone, asked.In(phone.Language), words, "/q/" + phone.Code}
}

// phoneOf reads what the address asks, and counts the addresses that lead
// nowhere.
func phoneOf(r *web.Request) (found answering, err error) {
	err = r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) error {
		if err := account.Throttled(r.Context(), q, phoneWindow, account.Limit{Bucket: phoneBucket, Subject: address(r), Most: phoneTries}); err != nil {
			return err
		}
		phone, err := diagnosis.PhoneByCode(r.Context(), q, r.PathValue("code"))
		if err != nil {
			return err
		}
		asked, err := diagnosis.ByVersion(r.Context(), q, phone.Questionnaire, phone.Version)
		found = newAnswering(phone, asked)
		return err
	})
	if fault.HasCode(err, diagnosis.ErrUnknownPhone.Code) {
		if counted := r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
			return account.Throttle(r.Context(), tx, phoneBucket, address(r), phoneTries, phoneWindow)
		}); counted != nil {
			return answering{}, counted
		}
	}
	return found, err
}

// first is the rank of the first question without an answer, or 0.
func (a answering) first() int {
	for i, question := range a.Asked.Questions {
		if a.Answers[question.ID] == "" {
			return i + 1
		}
	}
	return 0
}

type phoneStartPage struct {
	web.Page
	answering
	Sent  bool
	First string
	Until string
}

// phoneStart answers GET /q/{code}: what is asked, by whom, and how to begin; or
// that it is sent.
func phoneStart(w http.ResponseWriter, r *web.Request) error {
	found, err := phoneOf(r)
	if err != nil {
		return err
	}
	page := &phoneStartPage{Page: web.Page{Title: found.Words.Hello, Layout: web.Ask}, answering: found, First: found.Base + "/1", Until: civil.DateOf(found.EndsAt, civil.Paris).FrenchLong()}
	switch rank := found.first(); {
	case found.State == diagnosis.PhoneSent:
		page.Title, page.Sent = found.Words.Thanks, true
	case rank == 0:
		page.First = found.Base + "/fin"
	default:
		page.First = found.Base + "/" + strconv.Itoa(rank)
	}
	return web.Render(w, r, http.StatusOK, "phone-start", page)
}

type phoneQuestionPage struct {
	web.Page
	answering
	diagnosis.Question
	Kind     string
	Options  []web.Option
	Rank, Of int
	Steps    bool
}

// phoneAsk answers GET /q/{code}/{rang}: one question.
func phoneAsk(w http.ResponseWriter, r *web.Request) error {
	found, err := phoneOf(r)
	if err != nil {
		return err
	}
	return showPhoneQuestion(w, r, found, web.NewForm())
}

func (a answering) rank(r *web.Request) (int, error) {
	rank, err := strconv.Atoi(r.PathValue("rang"))
	if err != nil || rank < 1 || rank > len(a.Asked.Questions) {
		return 0, fault.ErrNotFound
	}
	return rank, nil
}

func showPhoneQuestion(w http.ResponseWriter, r *web.Request, found answering, form *web.Form) error {
	if found.State != diagnosis.PhoneOpen {
		return web.SeeOther(w, r, found.Base)
	}
	rank, err := found.rank(r)
	if err != nil {
		return err
	}
	const mostSteps = 8
	asked := found.Asked.Questions[rank-1]
	page := &phoneQuestionPage{
		Page:      web.Page{Title: found.Words.Question + " " + strconv.Itoa(rank), Layout: web.Ask, Form: form},
		answering: found, Question: asked, Kind: "choices", Rank: rank, Of: len(found.Asked.Questions), Steps: len(found.Asked.Questions) <= mostSteps,
	}
	if rank > 1 {
		page.Back = web.Link{Label: found.Words.Previous, Path: found.Base + "/" + strconv.Itoa(rank-1)}
	}
	if asked.Multiple {
		page.Kind = "ticks"
	}
	chosen := map[string]bool{}
	for _, choice := range asked.Chosen(found.Answers[asked.ID]) {
		chosen[choice.Value] = true
	}
	for _, choice := range asked.Choices {
		page.Options = append(page.Options, web.Option{Value: choice.Value, Label: choice.Text, Chosen: chosen[choice.Value]})
	}
	return web.Render(w, r, form.Status(), "phone-question", page)
}

// phoneAnswer answers POST /q/{code}/{rang}.
func phoneAnswer(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	found, err := phoneOf(r)
	if err != nil {
		return err
	}
	rank, err := found.rank(r)
	if err != nil {
		return err
	}
	asked := found.Asked.Questions[rank-1]
	answer := strings.Join(form.Values(asked.ID), ",")
	if answer == "" && !asked.Multiple {
		form.Wrong(asked.ID, "required", found.Words.Choose)
		return showPhoneQuestion(w, r, found, form)
	}
	err = r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		phone, err := diagnosis.AnswerByPhone(r.Context(), tx, found.Code, asked.ID, answer)
		found.Phone = phone
		return err
	})
	if fault.KindOf(err) == fault.Invalid && form.Refused(err) {
		return showPhoneQuestion(w, r, found, form)
	}
	if err != nil {
		return err
	}
	next := found.Base + "/fin"
	if rank < len(found.Asked.Questions) {
		next = found.Base + "/" + strconv.Itoa(rank+1)
	}
	return web.SeeOther(w, r, next)
}

type phoneCheckPage struct {
	web.Page
	answering
	Lines []web.Line
}

// phoneCheck answers GET /q/{code}/fin: the answers, before they go.
func phoneCheck(w http.ResponseWriter, r *web.Request) error {
	found, err := phoneOf(r)
	if err != nil {
		return err
	}
	if found.State != diagnosis.PhoneOpen {
		return web.SeeOther(w, r, found.Base)
	}
	last := len(found.Asked.Questions)
	page := &phoneCheckPage{
		Page:      web.Page{Title: found.Words.Check, Layout: web.Ask, Back: web.Link{Label: found.Words.Previous, Path: found.Base + "/" + strconv.Itoa(last)}},
		answering: found,
	}
	for i, question := range found.Asked.Questions {
		var said []string
		for _, choice := range question.Chosen(found.Answers[question.ID]) {
			said = append(said, choice.Text)
		}
		if len(said) == 0 {
			said = []string{found.Words.Left}
		}
		page.Lines = append(page.Lines, web.Line{
			Label: question.Text, Value: strings.Join(said, ", "),
			Change: web.Link{Label: found.Words.Change, Path: found.Base + "/" + strconv.Itoa(i+1), About: strconv.Itoa(i + 1)},
		})
	}
	return web.Render(w, r, http.StatusOK, "phone-check", page)
}

// phoneSend answers POST /q/{code}/fin.
func phoneSend(w http.ResponseWriter, r *web.Request) error {
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	found, err := phoneOf(r)
	if err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		_, err := diagnosis.SendByPhone(r.Context(), tx, found.Code)
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, found.Base)
}
