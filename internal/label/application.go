package label

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// Application is a request for the label by one organisation, for one or
// several of its places: what a certifier's queue shows of it. What the
// applicant wrote is in its File.
type Application struct {
	ID, Organisation db.ID
	OrganisationName string
	Criteria         string // the version it is made under, for good
	Renewal          bool   // at least one of its places held the label when it was begun
	State            State
	Round            int   // 1: the first decision; 2: the appeal
	Certifier        db.ID // the person who took this round; zero when nobody did
	FirstCertifier   db.ID // who decided first, once appealed
	MadeAt           time.Time
	ChangedAt        time.Time // the last time anything moved
	SentAt           time.Time
	DecidedAt        time.Time  // the last decision
	SuspendedUntil   civil.Date // the last day of a suspension
	Places           []Covered  // by name

	step    int // of its history; the guard of every move
	counter counter
	siret   string
	endedAt time.Time
	erased  bool
}

// Covered is one place of an application.
type Covered struct {
	ID                db.ID
	Name, CommuneName string
	Commune           string // INSEE code
	Outcome           State  // Granted or Refused by the last decision; empty until then
	Score             int    // of that decision
}

// Clock reads the application's clock on a day.
func (a Application) Clock(today civil.Date) Clock { return a.counter.on(today) }

// ClockNow reads it on the day of the transaction, in Paris.
func (a Application) ClockNow(q db.Q) Clock { return a.Clock(civil.DateOf(q.Now(), civil.Paris)) }

// PlaceNames are its places' names, with commas.
func (a Application) PlaceNames() string {
	names := make([]string, len(a.Places))
	for i, covered := range a.Places {
		names[i] = covered.Name
	}
	return strings.Join(names, ", ")
}

// covers finds one of the application's places.
func (a Application) covers(id db.ID) (Covered, error) {
	for _, covered := range a.Places {
		if covered.ID == id {
			return covered, nil
		}
	}
	return Covered{}, place.ErrUnknownPlace
}

// Appealable tells until which day, included, the applicant may appeal; zero
// when there is nothing to appeal or it was done.
func (a Application) Appealable() civil.Date {
	if a.Round != 1 || a.State != Refused && a.State != Granted || a.DecidedAt.IsZero() {
		return civil.Date{}
	}
	for _, covered := range a.Places {
		if covered.Outcome == Refused {
			return civil.DateOf(a.DecidedAt, civil.Paris).AddMonths(AppealMonths)
		}
	}
	return civil.Date{}
}

// AppealMonths is how long an appeal may be made after a decision: the delay of
// an administrative appeal (code de justice administrative, art. R421-1).
const AppealMonths = 2

// RenewalMonths is how long before its end a label may be renewed.
const RenewalMonths = 6

// Representative is the legal representative (représentant légal).
type Representative struct{ Name, Function string }

// Begin opens an application for places that the actor's organisation keeps.
// The ID may be zero. A place that holds the label can be renewed in its last
// six months; what the last application said of it is copied. Faults:
// forbidden, invalid (places), unknown_place, place_unkept, other_organisation,
// already_applied, renewal_too_early.
func Begin(ctx context.Context, tx *db.Tx, id db.ID, places []db.ID) (Application, error) {
	if err := account.Require(tx.Actor(), account.ActLabelApply, db.ID{}); err != nil {
		return Application{}, err
	}
	if len(places) == 0 || len(places) > mostPlaces {
		var wrong fault.Collector
		wrong.Add("places", "required", "Choisissez au moins un lieu, et 50 au plus.")
		return Application{}, wrong.Err()
	}
	if id.IsZero() {
		id = tx.NewID()
	}
	today := civil.DateOf(tx.Now(), civil.Paris)
	made := Application{
		ID: id, Criteria: CriteriaOn(today).Version, State: Draft, Round: 1, MadeAt: tx.Now(), ChangedAt: tx.Now(),
	}
	var sites []Site
	for _, wanted := range places {
		known, err := kept(ctx, tx, wanted, account.ActLabelApply)
		if err != nil {
			return Application{}, err
		}
		if !made.Organisation.IsZero() && known.Organisation != made.Organisation {
			return Application{}, account.ErrOtherOrganisation
		}
		made.Organisation = known.Organisation
		site, err := withLabel(ctx, tx, known)
		if err != nil {
			return Application{}, err
		}
		if site.LabelledOn(today) || site.Label.State == Suspended {
			made.Renewal = true
			if site.Label.Until.AddMonths(-RenewalMonths).After(today) || site.Label.State == Suspended {
				return Application{}, ErrRenewalTooEarly
			}
		}
		sites = append(sites, site)
	}
	body, err := account.OrganisationByID(ctx, tx, made.Organisation)
	if fault.KindOf(err) != fault.NotFound && err != nil {
		return Application{}, err
	}
	made.siret = body.SIRET
	if err := insertApplication(ctx, tx, made); err != nil {
		return Application{}, err
	}
	for _, site := range sites {
		if err := insertCovered(ctx, tx, made.ID, site.Place); err != nil {
			return Application{}, err
		}
		if err := prefill(ctx, tx, made, site.ID); err != nil {
			return Application{}, err
		}
	}
	if err := recordStep(ctx, tx, step{application: made.ID, act: ActBegin, to: Draft}); err != nil {
		return Application{}, err
	}
	return applicationByID(ctx, tx, made.ID)
}

const mostPlaces = 50

func insertApplication(ctx context.Context, tx *db.Tx, a Application) error {
	_, err := tx.Exec(ctx, `INSERT INTO label_application (id, organisation, criteria, renewal, siret, state, round, step, made_by, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7, $8, $8)`,
		a.ID, a.Organisation, a.Criteria, a.Renewal, a.siret, string(a.State), tx.Actor().ID, a.MadeAt)
	return err
}

func insertCovered(ctx context.Context, tx *db.Tx, application db.ID, covered place.Place) error {
	opened, err := tx.Exec(ctx, `INSERT INTO label_application_open (place, application) VALUES ($1, $2) ON CONFLICT (place) DO NOTHING`, covered.ID, application)
	if err != nil {
		return err
	}
	if opened == 0 {
		return ErrAlreadyApplied
	}
	_, err = tx.Exec(ctx, `INSERT INTO label_application_place (application, place, commune) VALUES ($1, $2, $3)`, application, covered.ID, covered.Commune)
	return err
}

// prefill copies what the last decided application said of a place, as far as
// the criteria still ask for it, its SIRET where the organisation's record has
// none, and its representative.
func prefill(ctx context.Context, tx *db.Tx, made Application, placeID db.ID) error {
	var last db.ID
	err := tx.QueryRow(ctx, `SELECT earlier.id FROM label_application AS earlier
		JOIN label_application_place AS covered ON covered.application = earlier.id
		WHERE covered.place = $1 AND earlier.id <> $2 AND earlier.organisation = $3 AND earlier.sent_at IS NOT NULL AND earlier.erased_at IS NULL
		ORDER BY earlier.sent_at DESC LIMIT 1`, placeID, made.ID, made.Organisation).Scan(&last)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	criteria, err := CriteriaByVersion(made.Criteria)
	if err != nil {
		return err
	}
	answers, err := answersOf(ctx, tx, last)
	if err != nil {
		return err
	}
	for _, answer := range answers {
		if _, asked := criteria.ByCode(answer.Criterion); !asked || answer.Place != placeID {
			continue
		}
		if err := storeAnswer(ctx, tx, made.ID, answer); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE label_application SET siret = (SELECT earlier.siret FROM label_application AS earlier WHERE earlier.id = $2)
		WHERE id = $1 AND siret = ''`, made.ID, last); err != nil {
		return err
	}
	who, err := representativeOf(ctx, tx, last)
	if err != nil {
		return err
	}
	return storeRepresentative(ctx, tx, made.ID, who)
}

// Identity is who applies, besides the organisation's own record.
type Identity struct {
	SIRET          string // of the organisation, 14 digits
	Representative Representative
}

// Identify notes the SIRET and the legal representative. What is empty may be
// given later, before the application is sent. Faults: forbidden,
// other_organisation, unknown_application, wrong_state, invalid (siret,
// representative.name, representative.function).
func Identify(ctx context.Context, tx *db.Tx, id db.ID, identity Identity) error {
	application, err := editable(ctx, tx, id)
	if err != nil {
		return err
	}
	identity.SIRET = strings.Join(strings.Fields(identity.SIRET), "")
	who := Representative{strings.Join(strings.Fields(identity.Representative.Name), " "), strings.Join(strings.Fields(identity.Representative.Function), " ")}
	var wrong fault.Collector
	if identity.SIRET != "" && !account.ValidSIRET(identity.SIRET) {
		wrong.Add("siret", "bad_siret", "Vérifiez le SIRET\u00a0: il a 14\u00a0chiffres, et l’un d’eux semble mal recopié.")
	} else if identity.SIRET != "" {
		body, err := account.OrganisationByID(ctx, tx, application.Organisation)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		const siren = 9 // the SIRET's first digits: the legal unit, whatever its establishments
		other := body.SIRET != "" && body.SIRET[:siren] != identity.SIRET[:siren]
		wrong.Check(!other, "siret", "other_siret", "Donnez un SIRET de votre organisation\u00a0: ses neuf premiers chiffres ne sont pas les siens.")
	}
	wrong.Check(utf8.RuneCountInString(who.Name) <= longestName, "representative.name", "too_long", "Raccourcissez le nom\u00a0: 120\u00a0caractères au plus.")
	wrong.Check(utf8.RuneCountInString(who.Function) <= longestName, "representative.function", "too_long", "Raccourcissez la fonction\u00a0: 120\u00a0caractères au plus.")
	if err := wrong.Err(); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE label_application SET siret = $2 WHERE id = $1`, id, identity.SIRET); err != nil {
		return err
	}
	return storeRepresentative(ctx, tx, id, who)
}

// longestName is in characters.
const longestName = 120

func storeRepresentative(ctx context.Context, tx *db.Tx, id db.ID, who Representative) error {
	name, err := db.Seal(ctx, tx, id, who.Name)
	if err != nil {
		return err
	}
	function, err := db.Seal(ctx, tx, id, who.Function)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE label_application SET representative = $2, position = $3 WHERE id = $1`, id, name, function)
	return err
}

func representativeOf(ctx context.Context, q db.Q, id db.ID) (who Representative, err error) {
	var name, function []byte
	if err := q.QueryRow(ctx, `SELECT representative, position FROM label_application WHERE id = $1`, id).Scan(&name, &function); err != nil {
		return who, err
	}
	if who.Name, err = db.Unseal(ctx, q, id, name); err == nil {
		who.Function, err = db.Unseal(ctx, q, id, function)
	}
	return who, err
}

// Answer is what the applicant says of one criterion in one place.
type Answer struct {
	Place     db.ID
	Criterion string
	Value     string // as the question's kind has it; empty when not answered yet
	Detail    string // in words
}

// Say notes answers; each replaces the one before, and may be empty. Faults:
// forbidden, other_organisation, unknown_application, unknown_place,
// wrong_state, invalid (answers[i], answers[i].detail).
func Say(ctx context.Context, tx *db.Tx, id db.ID, answers []Answer) error {
	application, err := editable(ctx, tx, id)
	if err != nil {
		return err
	}
	criteria, err := CriteriaByVersion(application.Criteria)
	if err != nil {
		return err
	}
	var wrong fault.Collector
	for i := range answers {
		answers[i].Value, answers[i].Detail = strings.TrimSpace(answers[i].Value), strings.TrimSpace(answers[i].Detail)
		if _, err := application.covers(answers[i].Place); err != nil {
			return err
		}
		field := "answers[" + itoa(i) + "]"
		item, asked := criteria.ByCode(answers[i].Criterion)
		if !asked {
			wrong.Add(field, "unknown_criterion", "Choisissez un critère de la liste.")
			continue
		}
		item.Answer.check(answers[i].Value, answers[i].Detail, field, &wrong)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	for _, answer := range answers {
		if err := storeAnswer(ctx, tx, id, answer); err != nil {
			return err
		}
	}
	return nil
}

func storeAnswer(ctx context.Context, tx *db.Tx, application db.ID, answer Answer) error {
	detail, err := db.Seal(ctx, tx, application, answer.Detail)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO label_answer (application, place, criterion, value, detail, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (application, place, criterion) DO UPDATE SET value = excluded.value, detail = excluded.detail, at = excluded.at`,
		application, answer.Place, answer.Criterion, answer.Value, detail, tx.Now())
	return err
}

func answersOf(ctx context.Context, q db.Q, id db.ID) ([]Answer, error) {
	type row struct {
		Answer
		detail []byte
	}
	rows, err := db.All(ctx, q, func(s db.Scanner) (row, error) {
		var one row
		err := s.Scan(&one.Place, &one.Criterion, &one.Value, &one.detail)
		return one, err
	}, `SELECT place, criterion, value, detail FROM label_answer WHERE application = $1 ORDER BY place, criterion`, id)
	if err != nil {
		return nil, err
	}
	answers := make([]Answer, len(rows))
	for i, one := range rows {
		answers[i] = one.Answer
		if answers[i].Detail, err = db.Unseal(ctx, q, id, one.detail); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// editable reads an application that the actor's organisation may still change,
// and holds it for this transaction: sending it waits, or has come before.
func editable(ctx context.Context, tx *db.Tx, id db.ID) (Application, error) {
	application, err := applied(ctx, tx, id, account.ActLabelApply)
	if err != nil {
		return Application{}, err
	}
	held, err := tx.Exec(ctx, `UPDATE label_application SET changed_at = $2 WHERE id = $1 AND state IN ('draft', 'more_asked')`, id, tx.Now())
	if err != nil {
		return Application{}, err
	}
	if held == 0 {
		return Application{}, ErrWrongState.Sayf("Cette demande est «\u00a0%s\u00a0»\u00a0: on ne peut plus la changer. Écrivez un message au certificateur.", application.State.French())
	}
	return application, nil
}

// applied reads an application for an act of the organisation that made it.
func applied(ctx context.Context, q db.Q, id db.ID, act account.Act) (Application, error) {
	if err := account.Require(q.Actor(), act, db.ID{}); err != nil {
		return Application{}, err
	}
	application, err := applicationByID(ctx, q, id)
	if err != nil {
		return Application{}, err
	}
	return application, account.Require(q.Actor(), act, application.Organisation)
}
