package place

import (
	"context"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/job"
)

// The kinds of errors that somebody can report.
const (
	ReportClosed = "closed"
	ReportOther  = "other"
)

// ReportKinds is what may be wrong with a place: Label for a list, Plain as it
// is asked.
var ReportKinds = Vocabulary{
	{ReportClosed, "Fermé définitivement", "Ce lieu est fermé définitivement"},
	{"hours", "Horaires", "Les horaires sont faux"},
	{"telephone", "Téléphone", "Le téléphone ou le courriel ne répond pas"},
	{"address", "Adresse", "L’adresse est fausse"},
	{"services", "Ce qu’on y fait", "On n’y fait pas ce qui est écrit"},
	{"duplicate", "Doublon", "Ce lieu est deux fois dans la liste"},
	{ReportOther, "Autre", "Autre chose"},
}

// ReportState is where a report stands.
type ReportState string

// The states of a report.
const (
	ReportOpen      ReportState = "open"
	ReportCorrected ReportState = "corrected" // the place's facts were wrong, and are mended
	ReportRefused   ReportState = "refused"   // they are right: Reason says why
	ReportEnded     ReportState = "closed"    // the place has closed
)

// ErrorReport is an error that somebody reported. Who did is not kept.
type ErrorReport struct {
	ID, Place  db.ID
	PlaceName  string
	Commune    string // name
	Kind       string // a code of ReportKinds
	Text       string // as it was written; empty once its term is over
	Agent      bool   // somebody signed in reported it
	WantsReply bool   // and left an e-mail for the answer
	State      ReportState
	Reason     string // of the answer
	MadeAt     time.Time
	AnsweredAt time.Time
}

// NewReport is what somebody reports. From tells two visitors from one: the
// address they come from; of people signed in it is not read.
type NewReport struct {
	ID    db.ID // chosen by the edge
	Place db.ID
	Kind  string
	Text  string // needed for "other"
	Email string // only to get the answer
	From  string
}

// The refusals about reports.
var (
	ErrUnknownReport  = fault.Define(fault.NotFound, "unknown_report", "Ce signalement n’existe pas, ou n’est pas pour vous. Repartez de la liste des signalements.")
	ErrReportAnswered = fault.Define(fault.Conflict, "report_answered", "Quelqu’un a déjà répondu à ce signalement. Rechargez la page pour lire sa réponse.")
	ErrStillLabelled  = fault.Define(fault.Conflict, "still_labelled", "Ce lieu a le label : faites d’abord retirer son label, puis dites qu’il a fermé.")
)

// The longest texts, in characters.
const (
	longestReport = 1000
	longestAnswer = 500
	longestEmail  = 254 // RFC 5321, 4.5.3.1.3
)

// reportsFrom is how many reports one address makes in an hour before it waits.
const reportsFrom = 10

// ThrottleReports counts a visitor's report against the address it comes from,
// as account.Throttle does, in a transaction of its own before the act. Fault:
// too_many.
func ThrottleReports(ctx context.Context, tx *db.Tx, from string) error {
	return account.Throttle(ctx, tx, "place_report", from, reportsFrom, time.Hour)
}

// ReportError keeps an error that anybody reports. A place that an agent, or two
// different people, say has closed is stale until somebody answers. Faults:
// unknown_place, invalid (kind, text, email).
func ReportError(ctx context.Context, tx *db.Tx, in NewReport) (ErrorReport, error) {
	in.Text, in.Email = strings.TrimSpace(in.Text), strings.TrimSpace(in.Email)
	if err := in.check(); err != nil {
		return ErrorReport{}, err
	}
	about, err := ByID(ctx, tx, in.Place)
	if err != nil {
		return ErrorReport{}, err
	}
	in.Place = about.ID // another may stand for the one that was named
	if in.ID.IsZero() {
		in.ID = tx.NewID()
	}
	actor := tx.Actor()
	agent := actor.Kind == db.Person || actor.Kind == db.Token
	from := in.From
	if agent {
		from = actor.ID.String()
	}
	text, err := db.Seal(ctx, tx, in.ID, in.Text)
	if err != nil {
		return ErrorReport{}, err
	}
	var contactKey db.ID
	var contact []byte
	if in.Email != "" {
		contactKey = tx.NewID()
		if contact, err = db.Seal(ctx, tx, contactKey, in.Email); err != nil {
			return ErrorReport{}, err
		}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO place_report (id, place, kind, text, contact_key, contact, reporter, agent, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		in.ID, in.Place, in.Kind, text, contactKey, contact, db.Match(tx, in.Place, "reporter\x00"+from), agent, tx.Now()); err != nil {
		return ErrorReport{}, err
	}
	made := ErrorReport{
		ID: in.ID, Place: in.Place, PlaceName: about.Name, Commune: about.CommuneName, Kind: in.Kind, Text: in.Text,
		Agent: agent, WantsReply: in.Email != "", State: ReportOpen, MadeAt: tx.Now(),
	}
	if in.Kind != ReportClosed {
		return made, nil
	}
	return made, judge(ctx, tx, in.Place)
}

func (n NewReport) check() error {
	var wrong fault.Collector
	wrong.Check(ReportKinds.Has(n.Kind), "kind", "unknown_choice", "Choisissez ce qui ne va pas.")
	wrong.Check(n.Text != "" || n.Kind != ReportOther, "text", "required", "Écrivez ce qui ne va pas.")
	checkText(&wrong, "text", n.Text, longestReport)
	wrong.Check(n.Email == "" || isEmail(n.Email), "email", "bad_email", "Écrivez une adresse e-mail, par exemple nom@exemple.fr, ou laissez vide.")
	return wrong.Err()
}

// checkText refuses a text that is too long, or holds what must never be
// written down.
func checkText(wrong *fault.Collector, field, text string, longest int) {
	wrong.Check(utf8.RuneCountInString(text) <= longest, field, "too_long", "Écrivez moins de texte : l’essentiel suffit.")
	wrong.Check(holder.CheckNote(text) == nil, field, holder.ErrNoteForbidden.Code, "Retirez du texte ce qui est interdit\u00a0: numéro de sécurité sociale, de carte, mot de passe.")
}

func isEmail(text string) bool {
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > longestEmail {
		return false
	}
	_, host, _ := strings.Cut(text, "@")
	return strings.Contains(host, ".") && !strings.ContainsAny(text, " \"|")
}

// ReportAnswer is what becomes of a report.
type ReportAnswer struct {
	State  ReportState // corrected, refused or closed
	Reason string      // needed for refused; read by whoever left an e-mail
}

// JobReply is the kind of the job that tells whoever left an e-mail what became
// of a report: an edge handles it, with ReplyOf. Its payload is a Reply.
const JobReply = "place.reply"

// Reply names the report whose answer is to be told.
type Reply struct {
	Report db.ID `json:"report"`
}

// ReplyOf reads an answer and the e-mail to tell it to, empty when it is
// forgotten. Fault: unknown_report.
func ReplyOf(ctx context.Context, q db.Q, reply Reply) (report ErrorReport, email string, err error) {
	if report, err = reportByID(ctx, q, reply.Report); err != nil || !report.WantsReply {
		return report, "", err
	}
	var key db.ID
	var contact []byte
	if err := q.QueryRow(ctx, `SELECT contact_key, contact FROM place_report WHERE id = $1`, report.ID).Scan(&key, &contact); err != nil {
		return report, "", err
	}
	email, err = db.Unseal(ctx, q, key, contact)
	return report, email, err
}

// AnswerReport answers a report, once. That the place has closed answers every
// report that says so, and takes the place out of the lists. Whoever asked for
// the answer is told by a job. Faults: those of account.Require, unknown_report,
// report_answered, still_labelled, invalid (state, reason).
func AnswerReport(ctx context.Context, tx *db.Tx, id db.ID, answer ReportAnswer) error {
	answer.Reason = strings.TrimSpace(answer.Reason)
	var wrong fault.Collector
	known := answer.State == ReportCorrected || answer.State == ReportRefused || answer.State == ReportEnded
	wrong.Check(known, "state", "unknown_choice", "Choisissez ce que vous répondez.")
	wrong.Check(answer.Reason != "" || answer.State != ReportRefused, "reason", "required", "Écrivez pourquoi la fiche est juste.")
	checkText(&wrong, "reason", answer.Reason, longestAnswer)
	if err := wrong.Err(); err != nil {
		return err
	}
	report, err := reportByID(ctx, tx, id)
	if err != nil {
		return err
	}
	about, err := answerable(ctx, tx, account.ActPlaceReportAnswer, report.Place)
	if err != nil {
		return reportFault(err)
	}
	if answer.State == ReportEnded && about.LabelledOn(today(tx)) {
		return ErrStillLabelled
	}
	answered, err := settleReport(ctx, tx, id, answer)
	if err != nil {
		return err
	}
	if !answered {
		return ErrReportAnswered
	}
	if answer.State == ReportEnded {
		if err := closePlace(ctx, tx, about, answer); err != nil {
			return err
		}
	}
	return judge(ctx, tx, about.ID)
}

// Close takes a place that has closed out of the lists, for a team that learnt
// it: as a report of theirs, answered at once. Faults: those of account.Require,
// unknown_place, still_labelled, invalid (text).
func Close(ctx context.Context, tx *db.Tx, id db.ID, text string) error {
	if _, err := answerable(ctx, tx, account.ActPlaceReportAnswer, id); err != nil {
		return err
	}
	made, err := ReportError(ctx, tx, NewReport{Place: id, Kind: ReportClosed, Text: text})
	if err != nil {
		return err
	}
	return AnswerReport(ctx, tx, made.ID, ReportAnswer{State: ReportEnded})
}

// closePlace takes a place out of the lists, and answers the other reports that
// said that it had closed.
func closePlace(ctx context.Context, tx *db.Tx, about Place, answer ReportAnswer) error {
	if _, err := tx.Exec(ctx, `UPDATE place SET closed_on = $2 WHERE id = $1 AND closed_on IS NULL`, about.ID, today(tx)); err != nil {
		return err
	}
	others, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM place_report WHERE place = $1 AND kind = 'closed' AND state = 'open' ORDER BY id`, about.ID)
	if err != nil {
		return err
	}
	for _, other := range others {
		if _, err := settleReport(ctx, tx, other, answer); err != nil {
			return err
		}
	}
	return nil
}

// settleReport answers one report unless somebody has; who reported it is
// forgotten then.
func settleReport(ctx context.Context, tx *db.Tx, id db.ID, answer ReportAnswer) (answered bool, err error) {
	var by db.ID
	if tx.Actor().Kind == db.Person {
		by = tx.Actor().ID
	}
	changed, err := tx.Exec(ctx, `UPDATE place_report SET state = $2, reason = $3, answered_at = $4, answered_by = $5, answered_for = $6, reporter = NULL
		WHERE id = $1 AND state = 'open'`, id, string(answer.State), answer.Reason, tx.Now(), by, tx.Actor().Organisation)
	if err != nil || changed == 0 {
		return false, err
	}
	report, err := reportByID(ctx, tx, id)
	if err != nil {
		return false, err
	}
	if _, err := audit.Record(ctx, tx, actAnswer, id, report.row()); err != nil {
		return false, err
	}
	if !report.WantsReply {
		return true, nil
	}
	return true, job.Enqueue(ctx, tx, JobReply, Reply{Report: id})
}

// Reopen puts a place that was said to have closed back into the lists. Faults:
// those of account.Require, unknown_place.
func Reopen(ctx context.Context, tx *db.Tx, id db.ID) error {
	if _, err := answerable(ctx, tx, account.ActPlaceReportAnswer, id); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE place SET closed_on = NULL WHERE id = $1`, id); err != nil {
		return err
	}
	return judge(ctx, tx, id)
}

// The terms of what a report holds of a person.
const (
	contactKept   = 30 // days after the answer
	contactLimit  = 12 // months, without any answer
	reportKeptFor = 24 // months, of its text
)

// ForgetReports destroys the e-mails whose answer is a month old, or that nobody
// answered for a year, and the texts at their term. A nightly job calls it.
func ForgetReports(ctx context.Context, tx *db.Tx) error {
	now := tx.Now()
	ended, err := db.All(ctx, tx, db.Value[db.ID], `SELECT contact_key FROM place_report WHERE contact IS NOT NULL AND (answered_at < $1 OR made_at < $2)`,
		now.AddDate(0, 0, -contactKept), now.AddDate(0, -contactLimit, 0))
	if err != nil {
		return err
	}
	texts, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM place_report WHERE text IS NOT NULL AND made_at < $1`, now.AddDate(0, -reportKeptFor, 0))
	if err != nil {
		return err
	}
	for _, key := range append(ended, texts...) {
		if err := db.Erase(ctx, tx, key); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE place_report SET contact = NULL WHERE contact_key = $1`, key); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE place_report SET text = NULL, reporter = NULL WHERE id = $1`, key); err != nil {
			return err
		}
	}
	return nil
}
