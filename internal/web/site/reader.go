package site

import (
	"fmt"
	"strconv"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/label"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// reader is the field that reads a coupon, with the last answers under it.
type reader struct {
	Action       string
	Site         string // sent along where there is no session
	Sites        []web.Option
	Form         *web.Form
	Last, Before *shown
	Look         *look
	Today        string
}

// shown is one answer on the page.
type shown struct {
	Result    web.Result
	Undone    bool // taken back since
	Undo      string
	Left      int // seconds in which Undo needs no reason
	Remaining string
	At, Hour  string
	Tell      string // where to say what the help was, for a coupon taken without a session
}

// look is a coupon that would be accepted, before "Valider".
type look struct {
	Action, Site string
	Number       string
	Amount       money.Cents
	Text         string
}

// newReader prepares the reader of a session, or of a site without one (the
// zero session); answered is a reading that was just made and not accepted.
func newReader(r *web.Request, q db.Q, site label.Site, session workshop.Session, answered *answer) (*reader, error) {
	made := &reader{Action: "/cheques/lecture", Form: web.NewForm()}
	if !session.ID.IsZero() {
		made.Action = "/seances/" + session.ID.String() + "/cheques"
	}
	answers := []seen{}
	if answered != nil && answered.look != nil {
		made.Look = answered.look
		made.Look.Action = made.Action
	} else if answered != nil {
		answers = append(answers, answered.seen)
	}
	for _, one := range remembered(r) {
		if one.Session == session.ID && one.Site == site.ID {
			answers = append(answers, one)
		}
	}
	for i, one := range answers[:min(2, len(answers))] {
		told, err := show(r, q, one, site.Zone())
		if err != nil && fault.KindOf(err) == fault.NotFound {
			continue // a cookie is what its owner makes of it
		}
		if err != nil {
			return nil, err
		}
		told.Result.Before = i > 0 || made.Look != nil
		if told.Result.Before && made.Before == nil {
			made.Before = told
		} else if !told.Result.Before {
			made.Last = told
		}
	}
	var err error
	made.Today, err = today(r, q, site, session)
	return made, err
}

// at makes the reader one without a session, at one of several places.
func (m *reader) at(site label.Site, sites []label.Site) {
	m.Site = site.ID.String()
	m.Form.Set("lieu", m.Site)
	if len(sites) > 1 {
		m.Sites = siteOptions(sites)
	}
	if m.Look != nil {
		m.Look.Site = m.Site
	}
}

// titled puts the last answer before the page's title, for those who hear it.
func (m *reader) titled(title string) string {
	if m.Last == nil || m.Last.Undone {
		return title
	}
	return m.Last.Result.Words + " – " + title
}

// show tells one answer.
func show(r *web.Request, q db.Q, one seen, zone *time.Location) (*shown, error) {
	told := &shown{At: strconv.FormatInt(one.At.UnixMilli(), 36), Hour: civil.FrenchHour(one.At.In(zone))}
	if one.Passage.IsZero() {
		told.Result = web.Result{Accepted: one.Code == voucher.ErrSpecimen.Code, Words: refusalWords(one.Code), Text: one.Text}
		if one.Text == "" {
			told.Result.Text = fault.Sentence(one.Code)
		}
		return told, nil
	}
	receipt, err := voucher.ReceiptByID(r.Context(), q, one.Passage)
	if err != nil {
		return nil, err
	}
	told.Undone = receipt.State == voucher.Reversed
	text := fmt.Sprintf("Chèque %d sur %d.", receipt.Position, receipt.Size)
	if !receipt.Holder.IsZero() && account.May(q.Actor(), account.ActAttendanceRead) {
		name, err := holder.Name(r.Context(), q, receipt.Holder)
		if err != nil {
			return nil, err
		}
		text = fmt.Sprintf("%s, chèque %d sur %d.", name, receipt.Position, receipt.Size)
	}
	told.Result = web.Result{Accepted: true, Words: "Accepté, " + receipt.Amount.Short(), Text: text}
	path := "/passages/" + receipt.ID.String() + "/annulation"
	left := voucher.UndoWindow - q.Now().Sub(receipt.At)
	if receipt.Person == q.Actor().ID && left > 0 {
		told.Undo, told.Left, told.Remaining = path, int(left/time.Second), remaining(left)
	} else if receipt.State == voucher.Redeemed {
		told.Result.Act = web.Link{Label: "Annuler", Path: path, About: "ce passage"}
	}
	if receipt.Session.IsZero() && !told.Undone && account.May(q.Actor(), account.ActActivityRecord) {
		told.Tell = "/aides/nouvelle?passage=" + receipt.ID.String()
	}
	if told.Undone {
		told.Result = web.Result{Words: "Passage annulé", Text: text + " Il peut servir de nouveau."}
		told.Undo = ""
	}
	return told, nil
}

// remaining is "1 min 48", "35 s".
func remaining(left time.Duration) string {
	seconds := int(left / time.Second)
	if seconds < 60 {
		return strconv.Itoa(seconds) + "\u00a0s"
	}
	return fmt.Sprintf("%d\u00a0min\u00a0%02d", seconds/60, seconds%60)
}

// today tells what was accepted today, and when it is paid.
func today(r *web.Request, q db.Q, site label.Site, session workshop.Session) (string, error) {
	day := civil.DateOf(q.Now(), site.Zone())
	passages, err := voucher.Redemptions(r.Context(), q, voucher.RedemptionFilter{Site: site.ID, Session: session.ID, From: day.In(site.Zone())})
	if err != nil {
		return "", err
	}
	var amount money.Cents
	number := 0
	for _, passage := range passages {
		if passage.State != voucher.Reversed {
			number++
			amount += passage.Amount
		}
	}
	if number == 0 {
		return "", nil
	}
	told := "Aujourd’hui\u00a0: " + count(number, "chèque accepté", "chèques acceptés") + ", " + amount.Short() + "."
	paid, err := label.HasBankDetails(r.Context(), q, site.ID)
	if err != nil || !paid {
		return told, err
	}
	// The month is closed once it is over; the legal delay then runs.
	before := day.Month().Next().First().AddDays(settlement.LegalDelay)
	return told + " Votre compte est enregistré\u00a0: paiement prévu avant le " + before.FrenchLong() + ".", nil
}

// refusalWords name a refusal so that it is read at two metres.
func refusalWords(code string) string {
	if words := refusals[code]; words != "" {
		return words
	}
	return "Refusé"
}

var refusals = map[string]string{
	voucher.ErrAlreadyRedeemed.Code:   "Déjà utilisé",
	voucher.ErrPaid.Code:              "Déjà payé",
	voucher.ErrExpired.Code:           "Plus valable",
	voucher.ErrBlocked.Code:           "Carnet bloqué",
	voucher.ErrReplaced.Code:          "Carnet remplacé",
	voucher.ErrNotLive.Code:           "Pas encore remis",
	voucher.ErrOtherTerritory.Code:    "Autre territoire",
	voucher.ErrOtherService.Code:      "Autre service",
	voucher.ErrTooEarly.Code:          "Trop tôt",
	voucher.ErrHeldElsewhere.Code:     "Gardé ailleurs",
	voucher.ErrSpecimen.Code:          "Accepté, 10 €",
	voucher.ErrNotLabelled.Code:       "Lieu sans label",
	voucher.ErrBadNumber.Code:         "Numéro à vérifier",
	voucher.ErrUnknownNumber.Code:     "Numéro inconnu",
	workshop.ErrSessionCancelled.Code: "Séance annulée",
	fault.ErrTooMany.Code:             "Trop d’essais",
	errStale.Code:                     "À relire",
}
