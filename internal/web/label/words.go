package label

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

// stateOfApplication is where an application stands, in a colour and in words.
func stateOfApplication(a label.Application) web.State {
	state := web.State{Word: a.State.French()}
	switch a.State {
	case label.Granted:
		state.Kind = "ok"
	case label.Refused, label.Withdrawn, label.Expired:
		state.Kind = "no"
	case label.Sent, label.InReview, label.MoreAsked, label.Appealed, label.Suspended:
		state.Kind = "wait"
	}
	return state
}

// clockView is an application's clock as a page shows it: the time run on the
// time promised.
type clockView struct {
	Title, Caption string
	Label          string // for those who do not see the bar
	Width          int    // of 300
	Shown          bool
}

// clockWidth is the length of the whole promise in the drawing.
const clockWidth = 300

// clockOf tells the clock on a day, to the applicant or to a certifier.
func clockOf(a label.Application, today civil.Date) clockView {
	clock := a.Clock(today)
	if clock.Started.IsZero() {
		return clockView{}
	}
	whole := max(1, clock.Started.DaysUntil(clock.Started.AddMonths(label.Promised)))
	view := clockView{Shown: true, Width: clockWidth * min(clock.Days, whole) / whole}
	left := today.DaysUntil(clock.Due)
	switch {
	case !clock.Stopped.IsZero() && clock.Late:
		view.Title = "Réponse donnée en " + days(clock.Days)
		view.Caption = fmt.Sprintf("Avec %s de retard\u00a0: elle était promise pour le %s.", days(clock.Due.DaysUntil(clock.Stopped)), clock.Due.FrenchLong())
	case !clock.Stopped.IsZero():
		view.Title = "Réponse donnée en " + days(clock.Days)
		view.Caption = "Le délai promis est de deux mois."
	case !clock.Paused.IsZero():
		view.Title = "Le délai est arrêté"
		view.Caption = fmt.Sprintf("Depuis le %s, en attendant le lieu. Il repart à sa réponse, avec %s.", clock.Paused.FrenchLong(), remaining(left))
	case clock.Late:
		view.Title = "La réponse a " + days(-left) + " de retard"
		view.Caption = "Elle était promise pour le " + clock.Due.FrenchLong() + "."
	default:
		view.Title = "Réponse avant la fin du " + clock.Due.FrenchLong()
		view.Caption = upperFirst(remaining(left)) + "."
	}
	view.Label = view.Title + ". " + view.Caption
	return view
}

// clockWords is the clock in a cell of a table: in a colour, in words, and a
// note.
func clockWords(a label.Application, today civil.Date) web.Cell {
	clock := a.Clock(today)
	left := today.DaysUntil(clock.Due)
	switch {
	case clock.Started.IsZero():
		return web.Text("")
	case !clock.Stopped.IsZero() && clock.Late:
		return web.InState("no", "En "+days(clock.Days)).Noted(days(clock.Due.DaysUntil(clock.Stopped)) + " de retard")
	case !clock.Stopped.IsZero():
		return web.InState("", "En "+days(clock.Days))
	case !clock.Paused.IsZero():
		return web.InState("", "Arrêté").Noted("depuis le " + clock.Paused.FrenchLong())
	case clock.Late:
		return web.InState("no", days(-left)+" de retard").Noted("promis pour le " + clock.Due.FrenchLong())
	case left <= dueSoon:
		return web.InState("wait", remaining(left)).Noted("avant la fin du " + clock.Due.FrenchLong())
	}
	return web.Text(remaining(left)).Noted("avant la fin du " + clock.Due.FrenchLong())
}

// dueSoon is how many days before the end of the promise a clock is shown as
// pressing.
const dueSoon = 14

func days(count int) string {
	if count > -2 && count < 2 {
		return fmt.Sprintf("%d\u00a0jour", count)
	}
	return fmt.Sprintf("%d\u00a0jours", count)
}

func remaining(count int) string {
	switch {
	case count < 0:
		return days(-count) + " de retard"
	case count == 0:
		return "dernier jour"
	case count == 1:
		return "1\u00a0jour restant"
	}
	return fmt.Sprintf("%d\u00a0jours restants", count)
}

// when is an instant of an application as its pages tell it, in Paris as its
// clock is.
func when(instant time.Time) string {
	if instant.IsZero() {
		return ""
	}
	return civil.DateOf(instant, civil.Paris).FrenchLong() + ", " + civil.FrenchHour(instant.In(civil.Paris))
}

func dayOf(instant time.Time) civil.Date {
	if instant.IsZero() {
		return civil.Date{}
	}
	return civil.DateOf(instant, civil.Paris)
}

func upperFirst(text string) string {
	for i, first := range text {
		return strings.ToUpper(string(first)) + text[i+len(string(first)):]
	}
	return text
}

// stepWords is a step of an application's history, as something that happened.
var stepWords = map[label.Act]string{
	label.ActBegin: "Demande commencée", label.ActSend: "Demande envoyée", label.ActGiveUp: "Demande abandonnée par le lieu",
	label.ActTake: "Prise en charge par un certificateur", label.ActRelease: "Rendue à la file", label.ActAsk: "Complément demandé",
	label.ActComplete: "Complément envoyé", label.ActLapse: "Close, faute de réponse", label.ActGrant: "Label accordé", label.ActRefuse: "Label refusé",
	label.ActAppeal: "Appel déposé", label.ActSuspend: "Label suspendu", label.ActResume: "Suspension levée", label.ActWithdraw: "Label retiré",
	label.ActExpire: "Label arrivé à son terme",
}

// historyTable is an application's life, the latest first.
func historyTable(file label.File) web.Table {
	made := web.Table{
		Caption: "Ce qui s’est passé", Quiet: true,
		Columns: []web.Column{{Label: "Quand"}, {Label: "Quoi"}, {Label: "Raison"}},
	}
	told := false
	for i := len(file.History) - 1; i >= 0; i-- {
		step := file.History[i]
		told = told || step.Reason != ""
		what := web.Head(stepWords[step.Act])
		if !step.Until.IsZero() {
			what = what.Noted("jusqu’au " + step.Until.FrenchLong())
		}
		made.Rows = append(made.Rows, []web.Cell{web.Text(when(step.At)), what, web.Text(step.Reason)})
	}
	if !told {
		return withoutLast(made)
	}
	return made
}

// withoutLast leaves out a last column in which nothing is said.
func withoutLast(table web.Table) web.Table {
	table.Columns = table.Columns[:len(table.Columns)-1]
	for i, row := range table.Rows {
		table.Rows[i] = row[:len(row)-1]
	}
	return table
}

// messageView is one message as both sides read it.
type messageView struct{ From, When, Text string }

// messagesOf lists the messages, the latest first.
func messagesOf(file label.File) []messageView {
	views := make([]messageView, 0, len(file.Messages))
	for i := len(file.Messages) - 1; i >= 0; i-- {
		from := file.OrganisationName
		if file.Messages[i].Side == label.SideCertifier {
			from = "Le certificateur"
		}
		views = append(views, messageView{from, when(file.Messages[i].At), file.Messages[i].Text})
	}
	return views
}

// scoreTable is what each criterion brought to one place.
func scoreTable(caption string, score label.Score) web.Table {
	made := web.Table{
		Caption: caption, Quiet: true,
		Columns: []web.Column{{Label: "Critère"}, {Label: "Avis"}, {Label: "Points", Number: true}, {Label: "Pourquoi"}},
	}
	for _, line := range score.Lines {
		note := ""
		if line.Criterion.Required {
			note = "obligatoire"
		}
		made.Rows = append(made.Rows, []web.Cell{
			web.Head(web.French(line.Criterion.Title)).Noted(note), verdictCell(line.Verdict), web.Text(line.Points()), web.Text(line.Word),
		})
	}
	return made
}

func verdictCell(verdict label.Verdict) web.Cell {
	kind := map[label.Verdict]string{label.Met: "ok", label.Partly: "wait", label.NotMet: "no"}[verdict]
	if verdict == "" {
		return web.Text("Pas encore examiné")
	}
	return web.InState(kind, verdict.French())
}

// set is a criterion with the spaces of French typography, as pages show it.
func set(item label.Criterion) label.Criterion {
	item.Title, item.Why, item.Proof = web.French(item.Title), web.French(item.Why), web.French(item.Proof)
	item.Answer.Text, item.Attachment.Expected = web.French(item.Answer.Text), web.French(item.Attachment.Expected)
	item.Answer.Choices = slices.Clone(item.Answer.Choices)
	for i := range item.Answer.Choices {
		item.Answer.Choices[i].Text = web.French(item.Answer.Choices[i].Text)
	}
	return item
}
