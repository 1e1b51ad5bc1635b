package workshop

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

// The states of a pathway.
const (
	PathwayProposed = "proposed" // to be looked at with the person
	PathwayAccepted = "accepted" // they follow it
	PathwayFinished = "finished"
	PathwayStopped  = "stopped" // given up, with the reason
)

// HoursAim is up to how many hours the furthest people need.
const HoursAim = 30

// Pathway is the sessions that one person is to follow (parcours).
type Pathway struct {
	ID             db.ID
	Holder         db.ID
	Organisation   db.ID // that registered the person
	Diagnosis      db.ID // the one it was proposed from; zero: none
	Level          string
	State          string
	ProposedAt     time.Time
	ProposedBy     db.ID
	AcceptedAt     time.Time
	EndedAt        time.Time
	EndedBy        db.ID
	LastDiagnosis  db.ID  // the one made at the end; zero: none
	LevelAfter     string // what it says; empty without it
	ShareLevel     bool   // the person agrees that the certificate tells their level
	Reason         string // why it was stopped
	ReadyWorkshops []Ready
}

// Running tells whether it is proposed or followed.
func (p Pathway) Running() bool { return p.State == PathwayProposed || p.State == PathwayAccepted }

// The refusals of pathways.
var (
	ErrUnknownPathway = fault.Define(fault.NotFound, "unknown_pathway", "Ce parcours n’existe pas, ou n’est pas à vous. Repartez de la page de la personne.")
	ErrPathwayRuns    = fault.Define(fault.Conflict, "pathway_under_way", "Cette personne suit déjà un parcours. Suivez-le, ou finissez-le d’abord.")
	ErrPathwayOver    = fault.Define(fault.Conflict, "pathway_over", "Ce parcours est terminé\u00a0: il ne change plus. Proposez-en un nouveau.")
	ErrNotAccepted    = fault.Define(fault.Conflict, "pathway_not_accepted", "La personne n’a pas encore accepté ce parcours. Acceptez-le d’abord avec elle.")
)

// stepsAt is how many sessions are proposed at a level: a booklet is 5 to 10
// sessions, and the furthest people need more than a booklet.
var stepsAt = map[string]int{Discover: 10, Master: 7, Empower: 5}

// Propose chooses the sessions of a pathway: the level's own workshops first,
// those that train the weakest domains before the others, and the ready order
// between equals; then, where the level has not enough, those of the next one.
// It is pure: scores are those of diagnosis.Finding, nil where nothing is known.
func Propose(catalogue []Ready, level string, scores map[string]*int, wishes []string) []Ready {
	type ranked struct {
		Ready
		weight, order int
	}
	var found []ranked
	for order, ready := range catalogue {
		ahead := levelRank(ready.Level) - levelRank(level)
		if ahead < 0 || ahead > 1 {
			continue
		}
		weight := -1000 * ahead
		for _, domain := range ready.Domains {
			weight += weakness(scores[domain])
		}
		if slices.Contains(wishes, ready.Topic) {
			weight += 100
		}
		found = append(found, ranked{ready, weight, order})
	}
	slices.SortFunc(found, func(a, b ranked) int { return cmp.Or(b.weight-a.weight, a.order-b.order) })
	chosen := found[:min(stepsAt[level], len(found))]
	// One begins with what the catalogue puts first, the level's before the next's.
	slices.SortFunc(chosen, func(a, b ranked) int {
		return cmp.Or(levelRank(a.Level)-levelRank(b.Level), a.order-b.order)
	})
	steps := make([]Ready, len(chosen))
	for i, one := range chosen {
		steps[i] = one.Ready
	}
	return steps
}

// weakness is how much a domain calls for help: most at 0, a little when nothing
// is known, nothing when at ease.
func weakness(score *int) int {
	if score == nil {
		return 1
	}
	return [...]int{4, 2, 0}[*score]
}

// mostSteps bounds a pathway: thirty hours of one-hour sessions.
const (
	mostSteps  = 30
	leastSteps = 1
)

// ProposePathway writes the pathway that a person's last diagnosis calls for, to
// be looked at with them. Workshops are the codes of ready workshops, in order;
// none: those of Propose. Faults: not_found, other_organisation,
// pathway_under_way; by field: unknown_choice (workshops), too_many (workshops);
// those of account.Require for pathway.keep.
func ProposePathway(ctx context.Context, tx *db.Tx, id, who db.ID, workshops []string) (Pathway, error) {
	organisation, err := holder.OrganisationOf(ctx, tx, who)
	if err != nil {
		return Pathway{}, err
	}
	if err := account.Require(tx.Actor(), account.ActPathwayKeep, organisation); err != nil {
		return Pathway{}, err
	}
	made := Pathway{ID: id, Holder: who, Organisation: organisation, Level: Discover, State: PathwayProposed, ProposedAt: tx.Now(), ProposedBy: tx.Actor().ID}
	if made.ID.IsZero() {
		made.ID = tx.NewID()
	}
	var scores map[string]*int
	known, err := diagnosis.Of(ctx, tx, who)
	if err != nil {
		return Pathway{}, err
	}
	if len(known) > 0 {
		made.Diagnosis, made.Level, scores = known[0].ID, known[0].Level(), known[0].Scores
	}
	if made.ReadyWorkshops, err = readSteps(workshops); err != nil {
		return Pathway{}, err
	}
	if len(workshops) == 0 {
		made.ReadyWorkshops = Propose(Current().Workshops, made.Level, scores, nil)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO pathway (id, holder, organisation, diagnosis, level, state, proposed_at, proposed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		made.ID, made.Holder, made.Organisation, made.Diagnosis, made.Level, made.State, made.ProposedAt, made.ProposedBy); err != nil {
		if isDuplicate(err) {
			return Pathway{}, ErrPathwayRuns
		}
		return Pathway{}, err
	}
	if err := made.writeSteps(ctx, tx); err != nil {
		return Pathway{}, err
	}
	return made, made.record(ctx, tx, "pathway.propose")
}

// readSteps finds the ready workshops that were chosen.
func readSteps(codes []string) ([]Ready, error) {
	var wrong fault.Collector
	wrong.Check(len(codes) <= mostSteps, "workshops", "too_many", "Gardez 30 séances au plus dans un parcours")
	var steps []Ready
	for _, code := range codes {
		ready, err := ReadyByCode(code)
		if err != nil {
			wrong.Add("workshops", "unknown_choice", "Choisissez des ateliers du catalogue")
			break
		}
		steps = append(steps, ready)
	}
	return steps, wrong.Err()
}

func (p Pathway) writeSteps(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM pathway_step WHERE pathway = $1`, p.ID); err != nil {
		return err
	}
	for i, ready := range p.ReadyWorkshops {
		if _, err := tx.Exec(ctx, `INSERT INTO pathway_step (pathway, rank, ready) VALUES ($1, $2, $3)`, p.ID, i+1, ready.Code); err != nil {
			return err
		}
	}
	return nil
}

// record leaves a leaf: codes and dates, never why it was stopped.
func (p Pathway) record(ctx context.Context, tx *db.Tx, act string) error {
	_, err := audit.Record(ctx, tx, act, p.ID, struct {
		ID, Holder, Organisation, Diagnosis, LastDiagnosis db.ID
		Level, LevelAfter, State, Steps                    string
		ShareLevel                                         bool
	}{p.ID, p.Holder, p.Organisation, p.Diagnosis, p.LastDiagnosis, p.Level, p.LevelAfter, p.State, strings.Join(p.Codes(), " "), p.ShareLevel})
	return err
}

// Codes are the ready workshops of the pathway, in order.
func (p Pathway) Codes() []string {
	codes := make([]string, len(p.ReadyWorkshops))
	for i, ready := range p.ReadyWorkshops {
		codes[i] = ready.Code
	}
	return codes
}

// AcceptPathway begins a pathway with the sessions that the person keeps, in the
// order given; none: as proposed. Accepted already, it changes the sessions that
// are left to follow. Faults: unknown_pathway, pathway_over; by field: required,
// unknown_choice, too_many (workshops); those of account.Require for pathway.keep.
func AcceptPathway(ctx context.Context, tx *db.Tx, id db.ID, workshops []string) (Pathway, error) {
	known, err := pathwayToKeep(ctx, tx, id)
	if err != nil {
		return Pathway{}, err
	}
	if len(workshops) > 0 {
		if known.ReadyWorkshops, err = readSteps(workshops); err != nil {
			return Pathway{}, err
		}
	}
	var wrong fault.Collector
	wrong.Check(len(known.ReadyWorkshops) >= leastSteps, "workshops", "required", "Gardez au moins une séance")
	if err := wrong.Err(); err != nil {
		return Pathway{}, err
	}
	begun, err := tx.Exec(ctx, `UPDATE pathway SET state = 'accepted', accepted_at = COALESCE(accepted_at, $2) WHERE id = $1 AND state IN ('proposed', 'accepted')`, id, tx.Now())
	if err != nil {
		return Pathway{}, err
	}
	if begun == 0 {
		return Pathway{}, ErrPathwayOver
	}
	if known.State == PathwayProposed {
		known.State, known.AcceptedAt = PathwayAccepted, tx.Now()
	}
	if err := known.writeSteps(ctx, tx); err != nil {
		return Pathway{}, err
	}
	return known, known.record(ctx, tx, "pathway.accept")
}

// FinishPathway ends a pathway that was followed. The diagnosis made since it was
// accepted, where there is one, tells the level reached; shareLevel is the
// person's word that the certificate may say it. Faults: unknown_pathway,
// pathway_over, pathway_not_accepted, and those of account.Require for
// pathway.keep.
func FinishPathway(ctx context.Context, tx *db.Tx, id db.ID, shareLevel bool) (Pathway, error) {
	known, err := pathwayToKeep(ctx, tx, id)
	if err != nil {
		return Pathway{}, err
	}
	if known.State != PathwayAccepted {
		return Pathway{}, ErrNotAccepted
	}
	last, err := SecondDiagnosis(ctx, tx, known)
	if err != nil {
		return Pathway{}, err
	}
	if !last.ID.IsZero() {
		known.LastDiagnosis, known.LevelAfter = last.ID, last.Level()
	}
	known.State, known.ShareLevel, known.EndedAt, known.EndedBy = PathwayFinished, shareLevel, tx.Now(), tx.Actor().ID
	return known, known.end(ctx, tx, "pathway.finish", "accepted")
}

// SecondDiagnosis is the last diagnosis that the person had since the pathway was
// accepted; zero when there is none yet.
func SecondDiagnosis(ctx context.Context, q db.Q, p Pathway) (diagnosis.Diagnosis, error) {
	all, err := diagnosis.Of(ctx, q, p.Holder)
	if err != nil || len(all) == 0 || all[0].ID == p.Diagnosis || p.AcceptedAt.IsZero() || all[0].RecordedAt.Before(p.AcceptedAt) {
		return diagnosis.Diagnosis{}, err
	}
	return all[0], nil
}

// StopPathway gives up a pathway, with the reason. Faults: unknown_pathway,
// pathway_over; by field: required, too_long (reason); those of account.Require
// for pathway.keep.
func StopPathway(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Pathway, error) {
	known, err := pathwayToKeep(ctx, tx, id)
	if err != nil {
		return Pathway{}, err
	}
	reason = strings.TrimSpace(reason)
	var wrong fault.Collector
	wrong.Check(reason != "", "reason", "required", "Écrivez pourquoi le parcours s’arrête\u00a0: une phrase, sans détail de santé")
	wrong.Check(len([]rune(reason)) <= mostText, "reason", "too_long", "Écrivez moins de 200 caractères")
	if err := wrong.Err(); err != nil {
		return Pathway{}, err
	}
	known.State, known.Reason, known.EndedAt, known.EndedBy = PathwayStopped, reason, tx.Now(), tx.Actor().ID
	return known, known.end(ctx, tx, "pathway.stop", "proposed", "accepted")
}

// end closes a pathway that stands in one of two states.
func (p Pathway) end(ctx context.Context, tx *db.Tx, act string, from ...string) error {
	reason, err := db.Seal(ctx, tx, p.Holder, p.Reason)
	if err != nil {
		return err
	}
	ended, err := tx.Exec(ctx, `UPDATE pathway SET state = $2, ended_at = $3, ended_by = $4, last_diagnosis = $5, level_after = $6, share_level = $7, reason = $8
		WHERE id = $1 AND state IN ($9, $10)`,
		p.ID, p.State, p.EndedAt, p.EndedBy, p.LastDiagnosis, p.LevelAfter, p.ShareLevel, reason, from[0], from[len(from)-1])
	if err != nil {
		return err
	}
	if ended == 0 {
		return ErrPathwayOver
	}
	return p.record(ctx, tx, act)
}

const selectPathway = `SELECT id, holder, organisation, diagnosis, level, state, proposed_at, proposed_by, accepted_at, ended_at, ended_by,
		last_diagnosis, level_after, share_level, reason
	FROM pathway`

// pathwayRow is a pathway as stored: the reason stays sealed until it is read.
type pathwayRow struct {
	Pathway
	reason []byte
}

func scanPathway(row db.Scanner) (pathwayRow, error) {
	var p pathwayRow
	err := row.Scan(&p.ID, &p.Holder, &p.Organisation, &p.Diagnosis, &p.Level, &p.State, &p.ProposedAt, &p.ProposedBy, &p.AcceptedAt, &p.EndedAt, &p.EndedBy,
		&p.LastDiagnosis, &p.LevelAfter, &p.ShareLevel, &p.reason)
	return p, err
}

// open reads the steps and the sealed reason.
func (r pathwayRow) open(ctx context.Context, q db.Q) (Pathway, error) {
	p := r.Pathway
	if len(r.reason) > 0 {
		reason, err := db.Unseal(ctx, q, p.Holder, r.reason)
		if err != nil && !isErased(err) {
			return Pathway{}, err
		}
		p.Reason = reason
	}
	codes, err := db.All(ctx, q, db.Value[string], `SELECT ready FROM pathway_step WHERE pathway = $1 ORDER BY rank`, p.ID)
	if err != nil {
		return Pathway{}, err
	}
	for _, code := range codes {
		ready, err := ReadyByCode(code)
		if err != nil {
			return Pathway{}, fmt.Errorf("pathway %s: %w", p.ID, err)
		}
		p.ReadyWorkshops = append(p.ReadyWorkshops, ready)
	}
	return p, nil
}

func pathwayToKeep(ctx context.Context, tx *db.Tx, id db.ID) (Pathway, error) {
	known, err := loadPathway(ctx, tx, id)
	if err != nil {
		return Pathway{}, err
	}
	if err := account.Require(tx.Actor(), account.ActPathwayKeep, known.Organisation); err != nil {
		return Pathway{}, err
	}
	if !known.Running() {
		return Pathway{}, ErrPathwayOver
	}
	return known, nil
}

func loadPathway(ctx context.Context, q db.Q, id db.ID) (Pathway, error) {
	found, err := scanPathway(q.QueryRow(ctx, selectPathway+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Pathway{}, ErrUnknownPathway
	}
	if err != nil {
		return Pathway{}, err
	}
	return found.open(ctx, q)
}

// PathwayByID is a pathway, for the organisation that registered the person, or a
// site at which they are or were expected. Faults: unknown_pathway, and those of
// account.Require for pathway.read.
func PathwayByID(ctx context.Context, q db.Q, id db.ID) (Pathway, error) {
	known, err := loadPathway(ctx, q, id)
	if err != nil {
		return Pathway{}, err
	}
	return known, mayFollow(ctx, q, known.Holder, known.Organisation)
}

// PathwaysOf lists a person's pathways, the running one first, then the last
// ended. Faults: not_found, unknown_pathway (a site that does not expect them),
// and those of account.Require for pathway.read.
func PathwaysOf(ctx context.Context, q db.Q, who db.ID) ([]Pathway, error) {
	organisation, err := holder.OrganisationOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	if err := mayFollow(ctx, q, who, organisation); err != nil {
		return nil, err
	}
	return pathways(ctx, q, ` WHERE holder = $1 ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, proposed_at DESC, id DESC`, who)
}

// Pathways lists an organisation's pathways in a state, or all when it is empty,
// the last proposed first. Faults of account.Require for pathway.keep.
func Pathways(ctx context.Context, q db.Q, organisation db.ID, state string) ([]Pathway, error) {
	if err := account.Require(q.Actor(), account.ActPathwayRead, organisation); err != nil {
		return nil, err
	}
	return pathways(ctx, q, ` WHERE organisation = $1 AND ($2 = '' OR state = $2) ORDER BY proposed_at DESC, id DESC LIMIT 500`, organisation, state)
}

func pathways(ctx context.Context, q db.Q, where string, args ...any) ([]Pathway, error) {
	rows, err := db.All(ctx, q, scanPathway, selectPathway+where, args...)
	if err != nil {
		return nil, err
	}
	found := make([]Pathway, len(rows))
	for i, row := range rows {
		if found[i], err = row.open(ctx, q); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// mayFollow: a desk follows the people it registered; a site those who are or were
// expected at its sessions.
func mayFollow(ctx context.Context, q db.Q, who, organisation db.ID) error {
	actor := q.Actor()
	if actor.Role != account.RoleSite {
		return account.Require(actor, account.ActPathwayRead, organisation)
	}
	if err := account.Require(actor, account.ActPathwayRead, db.ID{}); err != nil {
		return err
	}
	sites, err := db.All(ctx, q, db.Value[db.ID], `SELECT DISTINCT s.site FROM booking b JOIN workshop_session s ON s.id = b.session WHERE b.holder = $1 AND s.organisation = $2`,
		who, actor.Organisation)
	if err != nil {
		return err
	}
	for _, site := range sites {
		if account.AtPlace(actor, account.ActPathwayRead, site) {
			return nil
		}
	}
	return ErrUnknownPathway
}

// The states of one step of a pathway.
const (
	StepDone   = "done"
	StepBooked = "booked"
	StepWaits  = "waiting"
	StepToBook = "to_book"
)

// Followed is a step with what became of it.
type Followed struct {
	Ready
	State   string
	Booking db.ID   // of the seat that does it; zero when there is none
	Session Session // of that seat
}

// Progress is how far a person went on a pathway: it is read from their bookings,
// so that what is moved, cancelled or held is seen at once.
type Progress struct {
	Steps     []Followed
	Beside    []Seat        // sessions of theirs that no step asks for
	Done      int           // steps done
	Came      int           // sessions they came to, of a step or not
	Time      time.Duration // spent at sessions, towards HoursAim
	NextSeat  *Seat         // the next session booked
	NextReady *Ready        // the first step that nothing is booked for
}

// HoursText is "5 h 30", "26 h".
func (p Progress) HoursText() string {
	hours, minutes := int(p.Time/time.Hour), int(p.Time%time.Hour/time.Minute)
	if minutes == 0 {
		return fmt.Sprintf("%d\u00a0h", hours)
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", hours, minutes)
}

// Follow matches seats to the steps of a pathway, each used once: first those of
// the same ready workshop, then those of the same topic, earliest first; what came
// counts before what is booked, and what is booked before what waits. It is pure.
// sheets names the ready workshop that each workshop was taken from.
func Follow(p Pathway, seats []Seat, sheets map[db.ID]string, now time.Time) Progress {
	made := Progress{Steps: make([]Followed, len(p.ReadyWorkshops))}
	for i, ready := range p.ReadyWorkshops {
		made.Steps[i] = Followed{Ready: ready, State: StepToBook}
	}
	standing := slices.DeleteFunc(slices.Clone(seats), func(s Seat) bool { return stepState(s, now) == "" || s.Session.StartsAt.Before(p.ProposedAt) })
	slices.SortFunc(standing, func(a, b Seat) int {
		return cmp.Or(stepRank(stepState(a, now))-stepRank(stepState(b, now)), a.Session.StartsAt.Compare(b.Session.StartsAt), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	used := make([]bool, len(standing))
	for _, same := range []func(Ready, Seat) bool{
		func(ready Ready, s Seat) bool { return sheets[s.Session.Workshop] == ready.Code },
		func(ready Ready, s Seat) bool {
			return s.Session.Topic == ready.Topic && s.Session.Level == ready.Level
		},
		func(ready Ready, s Seat) bool { return s.Session.Topic == ready.Topic },
	} {
		for i := range made.Steps {
			if made.Steps[i].State != StepToBook {
				continue
			}
			for j, seat := range standing {
				if !used[j] && same(made.Steps[i].Ready, seat) {
					used[j] = true
					made.Steps[i].State, made.Steps[i].Booking, made.Steps[i].Session = stepState(seat, now), seat.ID, seat.Session
					break
				}
			}
		}
	}
	made.count(standing, used, now)
	return made
}

func (p *Progress) count(standing []Seat, used []bool, now time.Time) {
	for j, seat := range standing {
		switch stepState(seat, now) {
		case StepDone:
			p.Came++
			p.Time += seat.Session.Length()
		case StepBooked:
			if p.NextSeat == nil || seat.Session.StartsAt.Before(p.NextSeat.Session.StartsAt) {
				p.NextSeat = &standing[j]
			}
		}
		if !used[j] {
			p.Beside = append(p.Beside, seat)
		}
	}
	for i := range p.Steps {
		if p.Steps[i].State == StepDone {
			p.Done++
		}
		if p.Steps[i].State == StepToBook && p.NextReady == nil {
			p.NextReady = &p.Steps[i].Ready
		}
	}
}

// stepState is what a seat makes of a step; empty when it stands for nothing.
func stepState(s Seat, now time.Time) string {
	switch {
	case s.State == Came:
		return StepDone
	case s.State == Booked && s.Session.StartsAt.After(now):
		return StepBooked
	case s.State == Waiting && s.Session.StartsAt.After(now):
		return StepWaits
	}
	return ""
}

func stepRank(state string) int {
	return slices.Index([]string{StepDone, StepBooked, StepWaits, StepToBook}, state)
}

// ProgressOn is how far a person went on one of their pathways, whoever asks: the
// caller has read the pathway.
func ProgressOn(ctx context.Context, q db.Q, p Pathway) (Progress, error) {
	bookings, err := db.All(ctx, q, scanBooking, selectBooking+` WHERE holder = $1 AND state IN ('came', 'booked', 'waiting') ORDER BY booked_at, id`, p.Holder)
	if err != nil {
		return Progress{}, err
	}
	seats := make([]Seat, 0, len(bookings))
	sheets := map[db.ID]string{}
	for _, booking := range bookings {
		session, err := SessionByID(ctx, q, booking.Session)
		if err != nil {
			return Progress{}, err
		}
		if _, known := sheets[session.Workshop]; !known {
			sheet, err := SheetOf(ctx, q, session)
			if err != nil {
				return Progress{}, err
			}
			sheets[session.Workshop] = sheet.Ready
		}
		if p.EndedAt.IsZero() || session.StartsAt.Before(p.EndedAt) {
			seats = append(seats, Seat{booking, session})
		}
	}
	return Follow(p, seats, sheets, q.Now()), nil
}
