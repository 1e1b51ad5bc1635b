package desk

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/notify"
	"passerelle/internal/printing"
	"passerelle/internal/web"
)

// told is a message to a person, as the page of messages shows it.
type told struct {
	ID, Name, When, By, To, Text, Why string
	State                             web.State
	MayRepeat                         bool
}

type messagesPage struct {
	web.Page
	Base    string
	Told    []told
	Agreed  bool
	MaySend bool
	Sent    bool
	Stopped bool
}

var channelWords = map[notify.Channel]string{
	notify.SMS: "Par SMS", notify.Email: "Par e-mail", notify.Letter: "Par courrier", notify.None: "Personne à joindre autrement",
}

var wordStates = map[notify.WordState]web.State{
	notify.WordWaiting: {Kind: "wait", Word: "À envoyer"}, notify.WordSent: {Kind: "ok", Word: "Envoyé"}, notify.WordDelivered: {Kind: "ok", Word: "Reçu"},
	notify.WordFailed: {Kind: "no", Word: "Pas arrivé"}, notify.WordDropped: {Word: "Pas envoyé"}, notify.WordUnreachable: {Kind: "no", Word: "À appeler"},
}

// messages answers GET /guichet/personnes/{id}/messages: everything that was sent
// to a person, as sent, when, received or not and why.
func messages(w http.ResponseWriter, r *web.Request) error {
	query := r.URL.Query()
	page := &messagesPage{MaySend: may(r, account.ActMessageSend), Sent: query.Has("renvoye"), Stopped: query.Has("arrete")}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := personOf(r, q)
		if err != nil {
			return err
		}
		page.Title, page.Base, page.Agreed = "Ce qui a été envoyé à "+known.Called(), personPath(known.ID, "/messages"), known.Consent
		page.Back = web.Link{Label: known.Called(), Path: personPath(known.ID, "")}
		sent, err := notify.SentTo(r.Context(), q, known.ID)
		for _, one := range sent {
			page.Told = append(page.Told, newTold(one, civil.ZoneOf(known.Commune), page.MaySend && known.Consent))
		}
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "messages", page)
}

func newTold(one notify.Record, zone *time.Location, maySend bool) told {
	line := told{
		ID: one.ID.String(), Name: one.Kind.Name(), By: channelWords[one.Channel], To: one.Recipient, Text: one.Text, State: wordStates[one.State],
		Why: notify.Reasons[one.Reason], MayRepeat: maySend && one.State != notify.WordWaiting && one.Text != "",
	}
	if one.Channel == notify.SMS {
		line.To = holder.TelephoneText(one.Recipient)
	}
	if one.Channel == notify.Letter && one.State == notify.WordSent {
		line.State.Word = "Imprimé"
	}
	at, verb := one.EndedAt, "le "
	if one.State == notify.WordWaiting {
		at, verb = one.SendAt, "prévu le "
	}
	line.When = verb + civil.DateOf(at, zone).FrenchLong() + " à " + civil.FrenchHour(at.In(zone))
	if one.Again {
		line.Name += ", renvoyé"
	}
	return line
}

// repeat answers POST /guichet/personnes/{id}/messages/{message}/renvoi.
func repeat(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	who, err := r.PathID("id")
	if err != nil {
		return err
	}
	message, err := r.PathID("message")
	if err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := db.Once(r.Context(), tx, form.Key(r), func(db.ID) (notify.Told, error) { return notify.Told{}, nil },
			func(db.ID) (notify.Told, error) { return notify.Again(r.Context(), tx, message) })
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, personPath(who, "/messages?renvoye"))
}

// stopMessages answers POST /guichet/personnes/{id}/messages/arret.
func stopMessages(w http.ResponseWriter, r *web.Request) error {
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	who, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return holder.StopFor(r.Context(), tx, who) }); err != nil {
		return err
	}
	return web.SeeOther(w, r, personPath(who, "/messages?arrete"))
}

// toCall is a line of the counter's list of calls.
type toCall struct {
	ID, Name, Path, Telephone, Whose, Manner, Since, Booklet, Last string
	State                                                          web.State
	Open                                                           bool
}

type callGroup struct {
	Title string
	Lines []toCall
}

type callsPage struct {
	web.Page
	Groups  [2]callGroup // since 60 days, since 30
	Any     bool
	Results []web.Option
	MaySend bool
	Saved   bool
}

// calls answers GET /guichet/appels: the people whose booklet has not started,
// with what to say.
func calls(w http.ResponseWriter, r *web.Request) error {
	page := &callsPage{Page: web.Page{Title: "Les personnes à appeler"}, MaySend: may(r, account.ActMessageSend), Saved: r.URL.Query().Has("note")}
	page.Groups = [2]callGroup{{Title: "Depuis plus de 60 jours"}, {Title: "Depuis plus de 30 jours"}}
	for _, one := range notify.CallResults {
		page.Results = append(page.Results, web.Option{Value: one.Code, Label: one.Label})
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		list, err := notify.ToCallAt(r.Context(), q, r.Actor().Organisation)
		for _, one := range list {
			line := newToCall(one)
			group := &page.Groups[1]
			if one.Stage == notify.SecondCall {
				group = &page.Groups[0]
			}
			group.Lines, page.Any = append(group.Lines, line), true
		}
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "calls", page)
}

func newToCall(one notify.ToCall) toCall {
	line := toCall{
		ID: one.Booklet.ID.String(), Name: one.Person.Called(), Path: personPath(one.Person.ID, ""), Whose: one.Person.Recipient.Whose(),
		Manner: strings.Join(one.Person.Manner.Words(), ", "), Booklet: count(one.Booklet.Size, "chèque", "chèques"),
		Since: "Carnet remis le " + civil.DateOf(one.Booklet.HandedAt, civil.Paris).FrenchLong() + ", il y a " + count(one.Since, "jour", "jours"), Open: one.Open(),
		State: web.State{Kind: "wait", Word: "À appeler"},
	}
	if one.Person.Telephone != "" {
		line.Telephone = holder.TelephoneText(one.Person.Telephone)
	}
	if len(one.Calls) > 0 {
		last := one.Calls[0]
		line.State = web.State{Word: notify.CallResultText(last.Result)}
		line.Last = "Appel du " + civil.DateOf(last.At, civil.Paris).FrenchLong()
		if one.Open() {
			line.State.Kind = "wait"
		}
	}
	return line
}

// recordCall answers POST /guichet/appels/{id}: what a call gave.
func recordCall(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	booklet, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil },
			func(id db.ID) (db.ID, error) {
				return id, notify.RecordCall(r.Context(), tx, id, booklet, form.Value("resultat"))
			})
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/guichet/appels?note")
}

type lettersPage struct {
	web.Page
	Waiting int
	Batches web.Table
	MaySend bool
}

// letters answers GET /guichet/courriers: the letters to print, and those that
// were.
func letters(w http.ResponseWriter, r *web.Request) error {
	page := &lettersPage{
		Page: web.Page{Title: "Les courriers à imprimer"}, MaySend: may(r, account.ActMessageSend),
		Batches: web.Table{Caption: "Envois imprimés", Columns: []web.Column{{Label: "Imprimé le"}, {Label: "Courriers", Number: true}}},
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if page.Waiting, err = notify.LettersWaiting(r.Context(), q); err != nil {
			return err
		}
		batches, err := notify.Batches(r.Context(), q)
		for _, one := range batches {
			day := civil.DateOf(one.MadeAt, civil.Paris)
			page.Batches.Rows = append(page.Batches.Rows, []web.Cell{
				web.Head(day.FrenchLong() + ", " + civil.FrenchHour(one.MadeAt.In(civil.Paris))).To("/guichet/courriers/" + one.ID.String()), web.Whole(one.Letters),
			})
		}
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "letters", page)
}

// printLetters answers POST /guichet/courriers.
func printLetters(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var made db.ID
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		made, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil },
			func(id db.ID) (db.ID, error) {
				batch, err := notify.PrintLetters(r.Context(), tx, id)
				return batch.ID, err
			})
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/guichet/courriers/"+made.String())
}

type batchPage struct {
	web.Page
	ID      string
	Notices []printing.Notice
}

// batch answers GET /guichet/courriers/{id}: the letters' HTML twin.
func batch(w http.ResponseWriter, r *web.Request) error {
	page := &batchPage{Page: web.Page{Title: "Courriers imprimés", Back: web.Link{Label: "Les courriers", Path: "/guichet/courriers"}}, ID: r.PathValue("id")}
	var err error
	if page.Notices, err = notices(r); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "batch", page)
}

// batchPDF answers GET /guichet/courriers/{id}/pdf.
func batchPDF(w http.ResponseWriter, r *web.Request) error {
	made, err := notices(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WriteNotices(&file, r.App.Clock.Now(), made); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="courriers.pdf"`)
	_, err = file.WriteTo(w)
	return err
}

func notices(r *web.Request) (made []printing.Notice, err error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		batch, letters, err := notify.LettersOf(r.Context(), q, id)
		if err != nil {
			return err
		}
		desk, err := account.OrganisationByID(r.Context(), q, batch.Organisation)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		for _, letter := range letters {
			person, err := holder.ByID(r.Context(), q, letter.Holder)
			if err != nil {
				return err
			}
			made = append(made, printing.Notice{
				To: append([]string{person.Called()}, strings.Split(letter.Recipient, "\n")...), From: desk.Name, On: civil.DateOf(batch.MadeAt, civil.Paris),
				Title: letter.Subject, Text: letter.Text, Large: person.Manner.LargePrint, Sample: r.App.Settings.Sample,
			})
		}
		return nil
	})
	return made, err
}
