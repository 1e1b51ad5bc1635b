package orientation

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// How many people a group holds.
const (
	LeastGroup = 2
	MostGroup  = 20
)

// Group is several people sent to one session at once (orienter un groupe):
// nobody is diagnosed, the agent says the level and the subject.
type Group struct {
	ID           db.ID
	Organisation db.ID
	Agent        db.ID // who began it
	State        string
	Search       Search
	Session      db.ID     // the chosen one's
	KeptUntil    time.Time // how long its seats are kept
	Members      []Member
	Named        bool // who they are was answered, if only by nothing
	StartedAt    time.Time
	EndedAt      time.Time
}

// Member is one person of a group.
type Member struct {
	ID      db.ID `json:"-"`
	Rank    int   `json:"-"` // from 1
	Holder  db.ID `json:"-"` // once done
	Booking db.ID `json:"-"`

	Name      string `json:"name,omitempty"`
	Telephone string `json:"telephone,omitempty"`
	Consent   bool   `json:"consent,omitempty"`
	Known     db.ID  `json:"known,omitzero"` // already known here: this person
}

// Need is what a session must answer for the whole group.
func (g Group) Need() Need {
	return Need{
		Level: g.Search.Level, Days: g.Search.Days, From: g.Search.From, To: g.Search.To, Travel: g.Search.Travel,
		Language: g.Search.Language, Topics: g.Search.Topics, Seats: len(g.Members),
	}
}

// ErrUnknownGroup refuses a group that is not the desk's.
var ErrUnknownGroup = fault.Define(fault.NotFound, "unknown_group", "Ce groupe n’existe pas, ou n’est pas à votre guichet. Repartez de l’accueil.")

// Gather begins a group at the actor's desk; begun again under the same
// identifier it is the same group. Faults by field: bad_number (size), those of
// Seek; those of account.Require for visit.keep.
func Gather(ctx context.Context, tx *db.Tx, id db.ID, size int, search Search) (Group, error) {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActVisitKeep, actor.Organisation); err != nil {
		return Group{}, err
	}
	var wrong fault.Collector
	wrong.Check(size >= LeastGroup && size <= MostGroup, "size", "bad_number", "Écrivez de 2 à 20\u00a0personnes ; accueillez une personne seule par l’accueil")
	search.check(&wrong)
	if err := wrong.Err(); err != nil {
		return Group{}, err
	}
	text, err := encode(search)
	if err != nil {
		return Group{}, err
	}
	if id.IsZero() {
		id = tx.NewID()
	}
	made, err := tx.Exec(ctx, `INSERT INTO visit_group (id, organisation, person, search, started_at, changed_at) VALUES ($1, $2, $3, $4, $5, $5)
		ON CONFLICT (id) DO NOTHING`, id, actor.Organisation, actor.ID, text, tx.Now())
	if err != nil {
		return Group{}, err
	}
	for rank := 1; made == 1 && rank <= size; rank++ {
		if _, err := tx.Exec(ctx, `INSERT INTO visit_group_member (id, visit_group, rank) VALUES ($1, $2, $3)`, tx.NewID(), id, rank); err != nil {
			return Group{}, err
		}
	}
	return GroupByID(ctx, tx, id)
}

// ChooseForGroup keeps a seat for each of the group for ten minutes, all or
// none, in place of those kept before. Faults: unknown_group, visit_over, and
// those of workshop.Keep.
func ChooseForGroup(ctx context.Context, tx *db.Tx, id, session db.ID) (Group, error) {
	group, err := openGroup(ctx, tx, id)
	if err != nil {
		return Group{}, err
	}
	for _, member := range group.Members {
		if group.KeptUntil, err = workshop.Keep(ctx, tx, member.ID, session); err != nil {
			return Group{}, err
		}
	}
	group.Session = session
	return group, group.store(ctx, tx)
}

// NameGroup keeps who the people are, in the order of the group's members; of
// each a first name or nothing is enough. Faults: unknown_group, visit_over; by
// field, with the member's rank ("name.2"): those of holder.New.Check.
func NameGroup(ctx context.Context, tx *db.Tx, id db.ID, told []Member) (Group, error) {
	group, err := openGroup(ctx, tx, id)
	if err != nil {
		return Group{}, err
	}
	var wrong fault.Collector
	for i := range group.Members {
		member := &group.Members[i]
		if i < len(told) {
			member.Name, member.Telephone, member.Consent, member.Known = told[i].Name, told[i].Telephone, told[i].Consent, told[i].Known
		}
		if err := group.person(*member).Check(); err != nil {
			for _, field := range fault.Of(err).Fields {
				wrong.Add(field.Name+"."+strconv.Itoa(member.Rank), field.Code, field.Message)
			}
		}
	}
	if err := wrong.Err(); err != nil {
		return Group{}, err
	}
	group.Named = true
	return group, group.store(ctx, tx)
}

func (g Group) person(m Member) holder.New {
	return holder.New{Organisation: g.Organisation, Name: m.Name, Telephone: m.Telephone, Consent: m.Consent, Commune: g.Search.Commune}
}

// ConfirmGroup registers everyone and books their seats, or does nothing.
// Confirmed again it answers the same group. Faults: unknown_group, visit_over
// (given up), visit_unfinished, session_full, and the other refusals of
// workshop.Book.
func ConfirmGroup(ctx context.Context, tx *db.Tx, id db.ID) (Group, error) {
	group, err := GroupByID(ctx, tx, id)
	if err != nil {
		return Group{}, err
	}
	// First of all: of two confirmations the second waits here.
	closed, err := tx.Exec(ctx, `UPDATE visit_group SET state = 'done', draft = NULL, ended_at = $2, changed_at = $2 WHERE id = $1 AND state = 'open'`, id, tx.Now())
	if err != nil {
		return Group{}, err
	}
	if closed == 0 {
		if group, err = GroupByID(ctx, tx, id); err == nil && group.State == Left {
			err = ErrVisitOver
		}
		return group, err
	}
	if group.Session.IsZero() || !group.Named {
		return Group{}, ErrUnfinished
	}
	for i := range group.Members {
		if err := group.book(ctx, tx, &group.Members[i]); err != nil {
			return Group{}, err
		}
	}
	if err := db.Erase(ctx, tx, id); err != nil {
		return Group{}, err
	}
	type sent struct{ Holder, Booking db.ID }
	var all []sent
	for _, member := range group.Members {
		all = append(all, sent{member.Holder, member.Booking})
	}
	group.State, group.EndedAt = Done, tx.Now()
	_, err = audit.Record(ctx, tx, "group.confirm", id, struct {
		ID, Organisation, Session db.ID
		Members                   []sent
		At                        time.Time
	}{id, group.Organisation, group.Session, all, group.EndedAt})
	return group, err
}

// book registers one person and gives them their seat.
func (g Group) book(ctx context.Context, tx *db.Tx, m *Member) error {
	var met holder.Holder
	var err error
	if m.Known.IsZero() {
		person := g.person(*m)
		person.ID = tx.NewID()
		met, err = holder.Register(ctx, tx, person)
	} else {
		met, err = holder.ByID(ctx, tx, m.Known)
	}
	if err != nil {
		return err
	}
	booking, err := workshop.Book(ctx, tx, workshop.Reservation{ID: tx.NewID(), Session: g.Session, Holder: met.ID, Kept: m.ID, SeatOnly: true})
	if err != nil {
		return err
	}
	if err := voucher.Hold(ctx, tx, booking.ID); err != nil {
		return err
	}
	m.Holder, m.Booking = met.ID, booking.ID
	_, err = tx.Exec(ctx, `UPDATE visit_group_member SET holder = $2, booking = $3 WHERE id = $1`, m.ID, m.Holder, m.Booking)
	return err
}

// LeaveGroup gives a group up: its seats are free again and what was typed is
// gone. Left again it stays left. Faults: unknown_group, visit_over (it is done).
func LeaveGroup(ctx context.Context, tx *db.Tx, id db.ID) error {
	group, err := GroupByID(ctx, tx, id)
	if err != nil || group.State == Left {
		return err
	}
	if group.State == Done {
		return ErrVisitOver
	}
	return group.leave(ctx, tx)
}

func (g Group) leave(ctx context.Context, tx *db.Tx) error {
	gone, err := tx.Exec(ctx, `UPDATE visit_group SET state = 'left', draft = NULL, session = NULL, kept_until = NULL, ended_at = $2, changed_at = $2
		WHERE id = $1 AND state = 'open'`, g.ID, tx.Now())
	if err != nil || gone == 0 {
		return err
	}
	for _, member := range g.Members {
		if err := workshop.LetGo(ctx, tx, member.ID); err != nil {
			return err
		}
	}
	if err := db.Erase(ctx, tx, g.ID); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, "group.leave", g.ID, struct{ ID, Organisation db.ID }{g.ID, g.Organisation})
	return err
}

func openGroup(ctx context.Context, tx *db.Tx, id db.ID) (Group, error) {
	group, err := GroupByID(ctx, tx, id)
	if err == nil && group.State != Open {
		err = ErrVisitOver
	}
	return group, err
}

// store writes what may change of an open group.
func (g Group) store(ctx context.Context, tx *db.Tx) error {
	var sealed []byte
	if g.Named {
		text, err := encode(g.Members)
		if err != nil {
			return err
		}
		if sealed, err = db.Seal(ctx, tx, g.ID, text); err != nil {
			return err
		}
	}
	changed, err := tx.Exec(ctx, `UPDATE visit_group SET session = $2, kept_until = $3, draft = $4, changed_at = $5 WHERE id = $1 AND state = 'open'`,
		g.ID, g.Session, g.KeptUntil, sealed, tx.Now())
	if err == nil && changed == 0 {
		err = ErrVisitOver
	}
	return err
}

const selectGroup = `SELECT id, organisation, person, state, search, session, kept_until, draft, started_at, ended_at FROM visit_group`

type groupRow struct {
	Group
	search string
	draft  []byte
}

func scanGroup(s db.Scanner) (groupRow, error) {
	var r groupRow
	err := s.Scan(&r.ID, &r.Organisation, &r.Agent, &r.State, &r.search, &r.Session, &r.KeptUntil, &r.draft, &r.StartedAt, &r.EndedAt)
	return r, err
}

func (r groupRow) open(ctx context.Context, q db.Q) (Group, error) {
	group := r.Group
	if err := json.Unmarshal([]byte(r.search), &group.Search); err != nil {
		return Group{}, err
	}
	text, err := db.Unseal(ctx, q, r.ID, r.draft)
	if err != nil && !errors.Is(err, db.ErrErased) {
		return Group{}, err
	}
	var told []Member
	if group.Named = text != ""; group.Named {
		if err := json.Unmarshal([]byte(text), &told); err != nil {
			return Group{}, err
		}
	}
	group.Members, err = db.All(ctx, q, func(s db.Scanner) (Member, error) {
		var m Member
		return m, s.Scan(&m.ID, &m.Rank, &m.Holder, &m.Booking)
	}, `SELECT id, rank, holder, booking FROM visit_group_member WHERE visit_group = $1 ORDER BY rank`, r.ID)
	for i := range min(len(told), len(group.Members)) {
		m := &group.Members[i]
		m.Name, m.Telephone, m.Consent, m.Known = told[i].Name, told[i].Telephone, told[i].Consent, told[i].Known
	}
	return group, err
}

// GroupByID is a group of the actor's own desk. Faults: unknown_group, and those
// of account.Require for visit.keep.
func GroupByID(ctx context.Context, q db.Q, id db.ID) (Group, error) {
	stored, err := scanGroup(q.QueryRow(ctx, selectGroup+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Group{}, ErrUnknownGroup
	}
	if err != nil {
		return Group{}, err
	}
	if err := account.Require(q.Actor(), account.ActVisitKeep, stored.Organisation); err != nil {
		return Group{}, err
	}
	return stored.open(ctx, q)
}

// printable is how long the pages of a group are at hand on the first page.
const printable = 24 * time.Hour

// RecentGroups lists the groups of the actor's desk that can be taken up again,
// and those that ended since a day, the last begun first. Faults: those of account.Require for visit.keep.
func RecentGroups(ctx context.Context, q db.Q) ([]Group, error) {
	organisation := q.Actor().Organisation
	if err := account.Require(q.Actor(), account.ActVisitKeep, organisation); err != nil {
		return nil, err
	}
	return groups(ctx, q, ` WHERE organisation = $1 AND (state = 'open' OR state = 'done' AND ended_at > $2) ORDER BY id DESC LIMIT 50`, organisation, q.Now().Add(-printable))
}

func groups(ctx context.Context, q db.Q, condition string, args ...any) ([]Group, error) {
	rows, err := db.All(ctx, q, scanGroup, selectGroup+condition, args...)
	if err != nil {
		return nil, err
	}
	all := make([]Group, len(rows))
	for i, stored := range rows {
		if all[i], err = stored.open(ctx, q); err != nil {
			return nil, err
		}
	}
	return slices.Clip(all), nil
}
