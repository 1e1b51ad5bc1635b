package workshop

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Sheet is how an organisation gives one of its workshops (fiche d'atelier): a
// ready one of the catalogue, taken as it is or adapted, or its own.
type Sheet struct {
	ID           db.ID
	Organisation db.ID
	Workshop     db.ID
	Ready        string // code in the catalogue; empty for its own
	ReadyVersion int    // of the catalogue, when it was taken
	Title        string
	Topic        string
	Level        string
	Service      string
	Minutes      int    // usual length
	Learn        string // completes "Vous apprenez à …"
	Bring        []string
	Steps        []Step
}

// Adapted tells whether the sheet says otherwise than the catalogue.
func (s Sheet) Adapted() bool {
	ready, err := ReadyByCode(s.Ready)
	return err != nil || s.Title != ready.Title || s.Level != ready.Level || s.Minutes != ready.Minutes || s.Learn != ready.LearnText() ||
		!slices.Equal(s.Bring, ready.Bring) || !slices.Equal(s.Steps, ready.Steps)
}

// SheetOfReady is a ready workshop as a sheet to keep.
func SheetOfReady(ready Ready) Sheet {
	return Sheet{
		Ready: ready.Code, ReadyVersion: Current().Version, Title: ready.Title, Topic: ready.Topic, Level: ready.Level, Service: ready.Service,
		Minutes: ready.Minutes, Learn: ready.LearnText(), Bring: ready.Bring, Steps: ready.Steps,
	}
}

const (
	mostLearn   = 200
	mostLines   = 20
	mostMinutes = int(longest / time.Minute)
)

// The refusals of sheets.
var (
	ErrUnknownSheet = fault.Define(fault.NotFound, "unknown_workshop", "Cet atelier n’est pas parmi les vôtres. Repartez de la liste de vos ateliers.")
	ErrSheetKept    = fault.Define(fault.Conflict, "workshop_kept", "Vous avez déjà un atelier de ce titre, à ce niveau. Changez le titre, ou reprenez celui que vous avez.")
)

// Adopt takes a ready workshop into the actor's organisation as it is. Faults:
// unknown_ready_workshop, workshop_kept, and those of account.Require for
// workshop.keep.
func Adopt(ctx context.Context, tx *db.Tx, id db.ID, code string) (Sheet, error) {
	ready, err := ReadyByCode(code)
	if err != nil {
		return Sheet{}, err
	}
	sheet := SheetOfReady(ready)
	sheet.ID = id
	return KeepSheet(ctx, tx, sheet)
}

// KeepSheet writes a workshop of the actor's organisation: a new one, or, under a
// known ID, the one that it changes. Sessions already planned keep their title.
// Faults: unknown_workshop, workshop_kept, unknown_ready_workshop; by field:
// required, too_long (title, learn), unknown_choice (level, service), bad_number
// (minutes), too_many (bring, steps); those of account.Require for workshop.keep.
func KeepSheet(ctx context.Context, tx *db.Tx, sheet Sheet) (Sheet, error) {
	if sheet.Organisation.IsZero() {
		sheet.Organisation = tx.Actor().Organisation
	}
	if err := account.Require(tx.Actor(), account.ActWorkshopKeep, sheet.Organisation); err != nil {
		return Sheet{}, err
	}
	sheet, err := sheet.settle()
	if err != nil {
		return Sheet{}, err
	}
	if sheet.Workshop, err = workshopFor(ctx, tx, Session{Organisation: sheet.Organisation, Title: sheet.Title, Topic: sheet.Topic, Level: sheet.Level, Service: sheet.Service}); err != nil {
		return Sheet{}, err
	}
	if sheet.ID.IsZero() {
		sheet.ID = tx.NewID()
	}
	if err := sheet.store(ctx, tx); err != nil {
		return Sheet{}, err
	}
	_, err = audit.Record(ctx, tx, string(account.ActWorkshopKeep), sheet.ID, struct {
		ID, Organisation, Workshop db.ID
		Ready                      string
		Minutes                    int
	}{sheet.ID, sheet.Organisation, sheet.Workshop, sheet.Ready, sheet.Minutes})
	return sheet, err
}

// settle reads what was typed, or says everything that is wrong.
func (s Sheet) settle() (Sheet, error) {
	if s.Ready != "" {
		ready, err := ReadyByCode(s.Ready)
		if err != nil {
			return Sheet{}, err
		}
		s.ReadyVersion = cmp.Or(s.ReadyVersion, Current().Version)
		s.Topic, s.Service = cmp.Or(s.Topic, ready.Topic), cmp.Or(s.Service, ready.Service)
	}
	var wrong fault.Collector
	settled := New{Title: s.Title, Topic: s.Topic, Level: s.Level, Service: s.Service}.subject(&wrong)
	s.Title, s.Topic, s.Level, s.Service = settled.Title, settled.Topic, settled.Level, settled.Service
	s.Learn = strings.TrimSpace(s.Learn)
	wrong.Check(s.Learn != "", "learn", "required", "Écrivez ce que l’on apprend, après «\u00a0Vous apprenez à\u00a0»")
	wrong.Check(len([]rune(s.Learn)) <= mostLearn, "learn", "too_long", "Écrivez moins de 200 caractères")
	wrong.Check(s.Minutes > 0 && s.Minutes <= mostMinutes, "minutes", "bad_number", "Écrivez une durée en minutes, 720 au plus")
	s.Bring = tidy(s.Bring)
	wrong.Check(len(s.Bring) <= mostLines, "bring", "too_many", "Gardez 20 lignes au plus")
	kept := []Step{}
	for _, step := range s.Steps {
		if step.Text = strings.TrimSpace(step.Text); step.Text != "" {
			kept = append(kept, step)
		}
	}
	s.Steps = kept
	wrong.Check(len(s.Steps) <= mostLines, "steps", "too_many", "Gardez 20 étapes au plus")
	return s, wrong.Err()
}

func tidy(lines []string) []string {
	kept := []string{}
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// store writes the sheet; one that was withdrawn from the same workshop is taken
// up again under its own ID.
func (s *Sheet) store(ctx context.Context, tx *db.Tx) error {
	bring, err := json.Marshal(s.Bring)
	if err != nil {
		return err
	}
	steps, err := json.Marshal(s.Steps)
	if err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, `UPDATE workshop_sheet SET workshop = $3, learn = $4, minutes = $5, bring = $6, steps = $7, withdrawn = FALSE, kept_at = $8, kept_by = $9
		WHERE id = $1 AND organisation = $2`, s.ID, s.Organisation, s.Workshop, s.Learn, s.Minutes, string(bring), string(steps), tx.Now(), tx.Actor().ID)
	if isDuplicate(err) {
		return ErrSheetKept
	}
	if err != nil || changed == 1 {
		return err
	}
	err = tx.QueryRow(ctx, `INSERT INTO workshop_sheet (id, organisation, workshop, ready, ready_version, learn, minutes, bring, steps, kept_at, kept_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (workshop) DO UPDATE SET ready = $4, ready_version = $5, learn = $6, minutes = $7, bring = $8, steps = $9, withdrawn = FALSE, kept_at = $10, kept_by = $11
			WHERE workshop_sheet.withdrawn RETURNING id`,
		s.ID, s.Organisation, s.Workshop, s.Ready, s.ReadyVersion, s.Learn, s.Minutes, string(bring), string(steps), tx.Now(), tx.Actor().ID).Scan(&s.ID)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return ErrSheetKept
	case isDuplicate(err): // the ID is another organisation's
		return ErrUnknownSheet
	}
	return err
}

// WithdrawSheet takes a workshop off the organisation's list; sessions already
// planned are held all the same. Faults: unknown_workshop, and those of
// account.Require for workshop.keep.
func WithdrawSheet(ctx context.Context, tx *db.Tx, id db.ID) error {
	known, err := SheetByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := account.Require(tx.Actor(), account.ActWorkshopKeep, known.Organisation); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE workshop_sheet SET withdrawn = TRUE, kept_at = $2, kept_by = $3 WHERE id = $1`, id, tx.Now(), tx.Actor().ID); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, "workshop.withdraw", id, struct{ ID, Organisation, Workshop db.ID }{known.ID, known.Organisation, known.Workshop})
	return err
}

const selectSheet = `SELECT f.id, f.organisation, f.workshop, f.ready, f.ready_version, w.title, w.topic, w.level, w.service, f.minutes, f.learn, f.bring, f.steps
	FROM workshop_sheet f JOIN workshop w ON w.id = f.workshop`

func scanSheet(row db.Scanner) (Sheet, error) {
	var s Sheet
	var bring, steps string
	err := row.Scan(&s.ID, &s.Organisation, &s.Workshop, &s.Ready, &s.ReadyVersion, &s.Title, &s.Topic, &s.Level, &s.Service, &s.Minutes, &s.Learn, &bring, &steps)
	if err == nil {
		err = json.Unmarshal([]byte(bring), &s.Bring)
	}
	if err == nil {
		err = json.Unmarshal([]byte(steps), &s.Steps)
	}
	return s, err
}

// Sheets lists an organisation's workshops, by level then by title. Faults: those
// of account.Require for workshop.read.
func Sheets(ctx context.Context, q db.Q, organisation db.ID) ([]Sheet, error) {
	if err := account.Require(q.Actor(), account.ActWorkshopRead, organisation); err != nil {
		return nil, err
	}
	found, err := db.All(ctx, q, scanSheet, selectSheet+` WHERE f.organisation = $1 AND NOT f.withdrawn`, organisation)
	slices.SortFunc(found, func(a, b Sheet) int {
		return cmp.Or(cmp.Compare(levelRank(a.Level), levelRank(b.Level)), cmp.Compare(a.Title, b.Title))
	})
	return found, err
}

func levelRank(code string) int {
	return slices.IndexFunc(Levels, func(level Level) bool { return level.Code == code })
}

// SheetByID is a workshop of the actor's organisation. Faults: unknown_workshop,
// and those of account.Require for workshop.read.
func SheetByID(ctx context.Context, q db.Q, id db.ID) (Sheet, error) {
	found, err := scanSheet(q.QueryRow(ctx, selectSheet+` WHERE f.id = $1 AND NOT f.withdrawn`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Sheet{}, ErrUnknownSheet
	}
	if err != nil {
		return Sheet{}, err
	}
	return found, account.Require(q.Actor(), account.ActWorkshopRead, found.Organisation)
}

// SheetOf is the sheet of a session's workshop, as its paper and its public page
// tell it; zero when its organisation wrote none.
func SheetOf(ctx context.Context, q db.Q, session Session) (Sheet, error) {
	found, err := scanSheet(q.QueryRow(ctx, selectSheet+` WHERE f.workshop = $1`, session.Workshop))
	if fault.KindOf(err) == fault.NotFound {
		return Sheet{}, nil
	}
	return found, err
}

// usualLength is how long the last three sessions of a workshop lasted, the middle
// one; else what its sheet says; else two hours.
func usualLength(ctx context.Context, q db.Q, workshop db.ID) (time.Duration, error) {
	const remembered = 3
	recent, err := db.All(ctx, q, scanSession, selectSession+` WHERE s.workshop = $2 AND s.state <> 'cancelled' ORDER BY s.starts_at DESC, s.id LIMIT $3`, q.Now(), workshop, remembered)
	if err != nil {
		return 0, err
	}
	if len(recent) > 0 {
		lengths := make([]time.Duration, len(recent))
		for i, one := range recent {
			lengths[i] = one.Length()
		}
		slices.Sort(lengths)
		return lengths[len(lengths)/2], nil
	}
	sheet, err := SheetOf(ctx, q, Session{Workshop: workshop})
	if err != nil || sheet.Minutes > 0 {
		return time.Duration(sheet.Minutes) * time.Minute, err
	}
	const usual = 2 * time.Hour
	return usual, nil
}

// UsualLength is the length to propose for the next session of an organisation's
// workshop: that of the last ones. Faults: those of SheetByID.
func UsualLength(ctx context.Context, q db.Q, sheet Sheet) (time.Duration, error) {
	return usualLength(ctx, q, sheet.Workshop)
}
