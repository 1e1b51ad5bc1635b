package label

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Judgement is what a certifier found of one criterion in one place, with a word.
type Judgement struct {
	Place     db.ID
	Criterion string
	Verdict   Verdict
	Word      string
	Actor     db.ID // written by the act
	At        time.Time
}

// Outcome is what was decided for one place.
type Outcome struct {
	ID          db.ID
	Application db.ID
	Round       int
	Place       db.ID
	Outcome     State // Granted or Refused
	Score       int
	Judgements  []byte // digest of the judgements it follows from
	Decision    db.ID  // the label's, when it is granted
	Actor       db.ID
	At          time.Time
}

// Take gives a waiting application to the certifier who asks for it: who takes
// it never pays its places. An appeal goes to another than who decided first.
// Faults: forbidden, unknown_application, wrong_state, own_organisation,
// same_certifier, duty_taken, not_assigned (someone else took it), conflict.
func Take(ctx context.Context, tx *db.Tx, id db.ID) (Application, error) {
	application, err := applicationByID(ctx, tx, id)
	if err != nil {
		return Application{}, err
	}
	who, err := reviewer(ctx, tx, account.ActLabelReview, application.Organisation)
	if err != nil {
		return Application{}, err
	}
	if _, err := application.State.next(ActTake); err != nil {
		return Application{}, err
	}
	if application.Round > 1 && who == application.FirstCertifier && !who.IsZero() {
		return Application{}, ErrSameCertifier
	}
	if !application.Certifier.IsZero() {
		return Application{}, ErrNotAssigned
	}
	for _, covered := range application.Places {
		if err := account.TakeDuty(ctx, tx, who, covered.ID, account.DutyCertify); err != nil {
			return Application{}, err
		}
	}
	return advance(ctx, tx, application, ActTake, "", func(a *Application) { a.Certifier = who })
}

// Release puts an application back in the queue. Faults: forbidden,
// unknown_application, not_assigned, wrong_state, conflict.
func Release(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Application, error) {
	application, err := assigned(ctx, tx, id)
	if err != nil {
		return Application{}, err
	}
	return advance(ctx, tx, application, ActRelease, reason, func(a *Application) { a.Certifier = db.ID{} })
}

// Ask stops the clock until the applicant has answered the question, which goes
// to them as a message. Faults: forbidden, unknown_application, not_assigned,
// own_organisation, wrong_state, invalid (text), conflict.
func Ask(ctx context.Context, tx *db.Tx, id db.ID, text string) (Application, error) {
	application, err := assigned(ctx, tx, id)
	if err != nil {
		return Application{}, err
	}
	if _, err := application.State.next(ActAsk); err != nil {
		return Application{}, err
	}
	if err := storeMessage(ctx, tx, Message{Application: id, Side: SideCertifier, Text: text}); err != nil {
		return Application{}, err
	}
	asked, err := advance(ctx, tx, application, ActAsk, "", nil)
	if err != nil {
		return Application{}, err
	}
	return asked, tell(ctx, tx, id, NoticeAsked)
}

// assigned reads an application that the acting certifier took and may judge.
func assigned(ctx context.Context, tx *db.Tx, id db.ID) (Application, error) {
	application, err := applicationByID(ctx, tx, id)
	if err != nil {
		return Application{}, err
	}
	who, err := reviewer(ctx, tx, account.ActLabelReview, application.Organisation)
	if err != nil {
		return Application{}, err
	}
	if who != application.Certifier {
		return Application{}, ErrNotAssigned
	}
	return application, nil
}

// reviewed reads an application under review by the acting certifier, and holds
// it for this transaction.
func reviewed(ctx context.Context, tx *db.Tx, id db.ID) (Application, error) {
	application, err := assigned(ctx, tx, id)
	if err != nil {
		return Application{}, err
	}
	held, err := tx.Exec(ctx, `UPDATE label_application SET changed_at = $2 WHERE id = $1 AND step = $3 AND state IN ('in_review', 'appealed')`, id, tx.Now(), application.step)
	if err != nil {
		return Application{}, err
	}
	if held == 0 {
		return Application{}, ErrWrongState.Sayf("Cette demande est «\u00a0%s\u00a0»\u00a0: on ne peut pas l’examiner. Rechargez la page pour voir ce qui est possible.", application.State.French())
	}
	return application, nil
}

// longestWord is in characters.
const longestWord = 1000

// Judge notes verdicts of the current round; each replaces the one before.
// Faults: forbidden, unknown_application, unknown_place, not_assigned,
// own_organisation, wrong_state, invalid (judgements[i], judgements[i].word).
func Judge(ctx context.Context, tx *db.Tx, id db.ID, judgements []Judgement) error {
	application, err := reviewed(ctx, tx, id)
	if err != nil {
		return err
	}
	criteria, err := CriteriaByVersion(application.Criteria)
	if err != nil {
		return err
	}
	var wrong fault.Collector
	for i := range judgements {
		judged := &judgements[i]
		judged.Word = strings.TrimSpace(judged.Word)
		covered, err := application.covers(judged.Place)
		if err != nil {
			return err
		}
		field := "judgements[" + itoa(i) + "]"
		wrong.Check(application.Round == 1 || covered.Outcome == Refused, field, "not_appealed", "Ce lieu a déjà le label\u00a0: jugez les autres.")
		criteria.checkVerdict(judged.Criterion, judged.Verdict, field, &wrong)
		wrong.Check(judged.Word != "", field+".word", "required", "Dites en un mot pourquoi\u00a0: le lieu le lira.")
		wrong.Check(utf8.RuneCountInString(judged.Word) <= longestWord, field+".word", "too_long", "Raccourcissez ce mot\u00a0: 1\u202f000\u00a0caractères au plus.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	for _, judged := range judgements {
		if _, err := tx.Exec(ctx, `INSERT INTO label_judgement (application, round, place, criterion, verdict, word, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (application, round, place, criterion) DO UPDATE SET verdict = excluded.verdict, word = excluded.word, actor = excluded.actor, at = excluded.at`,
			id, application.Round, judged.Place, judged.Criterion, string(judged.Verdict), judged.Word, application.Certifier, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (c Criteria) checkVerdict(criterion string, verdict Verdict, field string, wrong *fault.Collector) {
	item, asked := c.ByCode(criterion)
	switch {
	case !asked:
		wrong.Add(field, "unknown_criterion", "Choisissez un critère de la liste.")
	case verdict.French() == "":
		wrong.Add(field, "unknown_choice", "Choisissez un avis de la liste.")
	case verdict == NotApplicable && !item.MayNotApply:
		wrong.Add(field, "always_applies", "Ce critère concerne tous les lieux\u00a0: choisissez un autre avis.")
	}
}

func judgementsOf(ctx context.Context, q db.Q, id db.ID, round int) ([]Judgement, error) {
	return db.All(ctx, q, func(row db.Scanner) (Judgement, error) {
		var j Judgement
		err := row.Scan(&j.Place, &j.Criterion, (*string)(&j.Verdict), &j.Word, &j.Actor, &j.At)
		return j, err
	}, `SELECT place, criterion, verdict, word, actor, at FROM label_judgement WHERE application = $1 AND round = $2 ORDER BY place, criterion`, id, round)
}

// digestOf stands for the judgements on one place: what a decision follows from.
func digestOf(criteria Criteria, judgements []Judgement, placeID db.ID) ([]byte, error) {
	type line struct {
		Criterion string
		Verdict   Verdict
		Word      string
	}
	verdicts := byCode(judgements, placeID)
	lines := []line{}
	for _, item := range criteria.Items {
		judged := verdicts[item.Code]
		lines = append(lines, line{item.Code, judged.Verdict, judged.Word})
	}
	text, err := json.Marshal(lines)
	digest := sha256.Sum256(text)
	return digest[:], err
}

// Conclude decides an application under review, or its appeal: each place gets
// the label when its score allows it, and is refused it otherwise; the reason
// says why in words. The application is granted when at least one of its places
// is. Faults: forbidden, unknown_application, not_assigned, own_organisation,
// wrong_state, duty_taken, unjudged, invalid (reason), place_unkept, conflict.
func Conclude(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Application, error) {
	application, err := reviewed(ctx, tx, id)
	if err != nil {
		return Application{}, err
	}
	if err := reasoned(reason); err != nil {
		return Application{}, err
	}
	criteria, err := CriteriaByVersion(application.Criteria)
	if err != nil {
		return Application{}, err
	}
	judgements, err := judgementsOf(ctx, tx, id, application.Round)
	if err != nil {
		return Application{}, err
	}
	act := ActRefuse
	for _, covered := range application.Places {
		if covered.Outcome == Granted { // before the appeal
			act = ActGrant
			continue
		}
		score := criteria.Score(byCode(judgements, covered.ID))
		if len(score.Unjudged) > 0 {
			return Application{}, ErrUnjudged.Sayf("Pour %s, %d critères n’ont pas encore été examinés. Donnez un avis et un mot sur chacun, puis décidez.", covered.Name, len(score.Unjudged))
		}
		digest, err := digestOf(criteria, judgements, covered.ID)
		if err != nil {
			return Application{}, err
		}
		outcome := Outcome{
			ID: tx.NewID(), Application: id, Round: application.Round, Place: covered.ID, Outcome: Refused, Score: score.Percent,
			Judgements: digest, Actor: application.Certifier, At: tx.Now(),
		}
		if score.Grantable {
			act, outcome.Outcome = ActGrant, Granted
			if outcome.Decision, err = award(ctx, tx, covered.ID, reason); err != nil {
				return Application{}, err
			}
		}
		if err := insertOutcome(ctx, tx, outcome); err != nil {
			return Application{}, err
		}
	}
	if _, err := advance(ctx, tx, application, act, reason, func(a *Application) { a.DecidedAt = tx.Now() }); err != nil {
		return Application{}, err
	}
	if err := tell(ctx, tx, id, NoticeDecided); err != nil {
		return Application{}, err
	}
	return applicationByID(ctx, tx, id)
}

// award gives a place the label for three years from today.
func award(ctx context.Context, tx *db.Tx, placeID db.ID, reason string) (db.ID, error) {
	site, err := rule(ctx, tx, Decision{Site: placeID, On: today(tx), Reason: reason}, verbGrant)
	return site.Label.Decision, err
}

func insertOutcome(ctx context.Context, tx *db.Tx, o Outcome) error {
	if _, err := tx.Exec(ctx, `INSERT INTO label_outcome (id, application, round, place, outcome, score, judgements, decision, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		o.ID, o.Application, o.Round, o.Place, string(o.Outcome), o.Score, o.Judgements, o.Decision, o.Actor, o.At); err != nil {
		return err
	}
	return recordOutcome(ctx, tx, o)
}

const selectOutcome = `SELECT id, application, round, place, outcome, score, judgements, decision, actor, at FROM label_outcome`

func scanOutcome(row db.Scanner) (Outcome, error) {
	var o Outcome
	err := row.Scan(&o.ID, &o.Application, &o.Round, &o.Place, (*string)(&o.Outcome), &o.Score, &o.Judgements, &o.Decision, &o.Actor, &o.At)
	return o, err
}

func outcomesOf(ctx context.Context, q db.Q, application db.ID) ([]Outcome, error) {
	return db.All(ctx, q, scanOutcome, selectOutcome+` WHERE application = $1 ORDER BY round, place`, application)
}
