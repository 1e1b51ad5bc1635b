package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Member is a person with a role and a level in an organisation. One person
// may be several members of one organisation, in different roles.
type Member struct {
	ID               db.ID
	Person           db.ID
	Organisation     db.ID
	OrganisationName string
	Role, Level      string
	Place            db.ID // the one place they are attached to; zero for all of the organisation's
	MadeAt           time.Time
	// The three below are read by Members alone.
	Name, Email  string
	SecondFactor bool
}

// The refusals of memberships.
var (
	ErrForeignRole   = fault.Define(fault.Forbidden, "foreign_role", "Vous ne pouvez donner que les rôles que vous avez dans votre organisation, comme responsable.")
	ErrAlreadyMember = fault.Define(fault.Conflict, "already_member", "Cette personne a déjà ce rôle dans cette organisation. Il n’y a rien d’autre à faire.")
	ErrLastOwner     = fault.Define(fault.Conflict, "last_owner", "C’est le dernier responsable. Invitez d’abord un autre responsable.")
)

func checkRole(wrong *fault.Collector, role, level string) {
	wrong.Check(slices.Contains(Roles, role), "role", "unknown_choice", "Choisissez un rôle de la liste.")
	wrong.Check(slices.Contains(Levels, level), "level", "unknown_choice", "Choisissez un niveau d’accès de la liste.")
}

// checkPlace: an owner signs for the whole organisation.
func checkPlace(wrong *fault.Collector, level string, place db.ID) {
	wrong.Check(level != LevelOwner || place.IsZero(), "place", "owner_attached", "Un responsable agit pour tous les lieux. Choisissez un autre accès, ou tous les lieux.")
}

// grant refuses to give a role that the giver does not hold: an owner gives
// what is their own; admin and the program give anything, which the
// organisation then has.
func grant(ctx context.Context, tx *db.Tx, organisation db.ID, role string) error {
	actor := tx.Actor()
	if actor.Kind == db.Job || actor.Kind == db.Console || actor.Role == RoleAdmin {
		return giveRole(ctx, tx, organisation, role)
	}
	held := actor.Kind == db.Token && actor.Organisation == organisation && actor.Role == role && actor.Level == LevelOwner
	if actor.Kind == db.Person {
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM membership WHERE person = $1 AND organisation = $2
			AND role = $3 AND level = 'owner' AND ended_at IS NULL)`, actor.ID, organisation, role).Scan(&held)
		if err != nil {
			return err
		}
	}
	if !held {
		return ErrForeignRole
	}
	return nil
}

// AddMember gives a person a role at once, without an invitation: for admin and
// the console.
//
// Fault codes: those of Require, invalid (role, level), already_member.
func AddMember(ctx context.Context, tx *db.Tx, added Member) (Member, error) {
	if err := Require(tx.Actor(), ActMemberAdd, added.Organisation); err != nil {
		return Member{}, err
	}
	var wrong fault.Collector
	checkRole(&wrong, added.Role, added.Level)
	checkPlace(&wrong, added.Level, added.Place)
	if err := wrong.Err(); err != nil {
		return Member{}, err
	}
	if err := giveRole(ctx, tx, added.Organisation, added.Role); err != nil {
		return Member{}, err
	}
	return addMember(ctx, tx, added, string(ActMemberAdd))
}

func addMember(ctx context.Context, tx *db.Tx, added Member, act string) (Member, error) {
	if added.ID.IsZero() {
		added.ID = tx.NewID()
	}
	added.MadeAt = tx.Now()
	// The conflict is told by the row count: an error would end the whole
	// transaction on PostgreSQL.
	made, err := tx.Exec(ctx, `INSERT INTO membership (id, person, organisation, role, level, made_at, place) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (person, organisation, role) WHERE ended_at IS NULL DO NOTHING`,
		added.ID, added.Person, added.Organisation, added.Role, added.Level, added.MadeAt, added.Place)
	if errors.Is(err, db.ErrReference) {
		return Member{}, fault.ErrNotFound
	}
	if err != nil {
		return Member{}, err
	}
	if made == 0 {
		return Member{}, ErrAlreadyMember
	}
	_, err = audit.Record(ctx, tx, act, added.ID, added.row())
	return added, err
}

func (m Member) row() audit.Row {
	return struct {
		ID           db.ID  `json:"id"`
		Person       db.ID  `json:"person"`
		Organisation db.ID  `json:"organisation"`
		Role         string `json:"role"`
		Level        string `json:"level"`
		Place        db.ID  `json:"place"`
	}{m.ID, m.Person, m.Organisation, m.Role, m.Level, m.Place}
}

// EndMember takes a role away: the sessions that act in it are over at once.
// The last owner of an organisation stays, unless admin ends them.
//
// Fault codes: not_found, those of Require, last_owner.
func EndMember(ctx context.Context, tx *db.Tx, id db.ID) error {
	member, err := scanMember(tx.QueryRow(ctx, selectMember+` WHERE m.id = $1 AND m.ended_at IS NULL`, id))
	if err != nil {
		return err
	}
	if err := Require(tx.Actor(), ActMemberEnd, member.Organisation); err != nil {
		return err
	}
	if member.Level == LevelOwner && tx.Actor().Role != RoleAdmin {
		if err := anotherOwner(ctx, tx, member); err != nil {
			return err
		}
	}
	ended, err := tx.Exec(ctx, `UPDATE membership SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL`, tx.Now(), id)
	if err != nil || ended == 0 {
		return err
	}
	_, err = audit.Record(ctx, tx, string(ActMemberEnd), id, member.row())
	return err
}

// anotherOwner refuses when a member is the last owner of the organisation.
func anotherOwner(ctx context.Context, tx *db.Tx, member Member) error {
	// Written, so that of two owners who end each other the second finds the
	// first gone.
	if _, err := tx.Exec(ctx, `UPDATE organisation SET name = name WHERE id = $1`, member.Organisation); err != nil {
		return err
	}
	others, err := db.Value[int](tx.QueryRow(ctx, `SELECT COUNT(*) FROM membership WHERE organisation = $1 AND level = 'owner' AND ended_at IS NULL AND id <> $2`,
		member.Organisation, member.ID))
	if err == nil && others == 0 {
		return ErrLastOwner
	}
	return err
}

// ChangeMember gives a member another level, or attaches them to another of
// the organisation's places, which the caller has checked that it keeps; the
// zero place stands for all. Their open sessions follow at once.
//
// Fault codes: not_found, those of Require, invalid (level, place), last_owner.
func ChangeMember(ctx context.Context, tx *db.Tx, id db.ID, level string, place db.ID) (Member, error) {
	member, err := scanMember(tx.QueryRow(ctx, selectMember+` WHERE m.id = $1 AND m.ended_at IS NULL`, id))
	if err != nil {
		return Member{}, err
	}
	if err := Require(tx.Actor(), ActMemberChange, member.Organisation); err != nil {
		return Member{}, err
	}
	var wrong fault.Collector
	checkRole(&wrong, member.Role, level)
	checkPlace(&wrong, level, place)
	if err := wrong.Err(); err != nil {
		return Member{}, err
	}
	if level == member.Level && place == member.Place {
		return member, nil
	}
	if member.Level == LevelOwner && level != LevelOwner {
		if err := anotherOwner(ctx, tx, member); err != nil {
			return Member{}, err
		}
	}
	changed, err := tx.Exec(ctx, `UPDATE membership SET level = $2, place = $3 WHERE id = $1 AND ended_at IS NULL AND level = $4`, id, level, place, member.Level)
	if errors.Is(err, db.ErrReference) {
		return Member{}, fault.ErrNotFound
	}
	if err != nil {
		return Member{}, err
	}
	if changed == 0 {
		return Member{}, fault.ErrConflict
	}
	member.Level, member.Place = level, place
	_, err = audit.Record(ctx, tx, string(ActMemberChange), id, member.row())
	return member, err
}

const selectMember = `SELECT m.id, m.person, m.organisation, o.name, m.role, m.level, m.place, m.made_at
	FROM membership m JOIN organisation o ON o.id = m.organisation`

func scanMember(row db.Scanner) (Member, error) {
	var m Member
	err := row.Scan(&m.ID, &m.Person, &m.Organisation, &m.OrganisationName, &m.Role, &m.Level, &m.Place, &m.MadeAt)
	return m, err
}

// Memberships lists what the signed-in person is, and where: what they can
// switch to.
func Memberships(ctx context.Context, q db.Q) ([]Member, error) {
	if q.Actor().Kind != db.Person {
		return nil, fault.ErrUnauthenticated
	}
	return standing(ctx, q, q.Actor().ID)
}

func standing(ctx context.Context, q db.Q, person db.ID) ([]Member, error) {
	return db.All(ctx, q, scanMember, selectMember+` WHERE m.person = $1 AND m.ended_at IS NULL ORDER BY m.id`, person)
}

// Members lists an organisation's people with their names and e-mails.
func Members(ctx context.Context, q db.Q, organisation db.ID) ([]Member, error) {
	if err := Require(q.Actor(), ActMemberRead, organisation); err != nil {
		return nil, err
	}
	type sealed struct {
		Member
		name, email []byte
	}
	rows, err := db.All(ctx, q, func(row db.Scanner) (sealed, error) {
		var s sealed
		var since time.Time
		err := row.Scan(&s.ID, &s.Person, &s.Organisation, &s.OrganisationName, &s.Role, &s.Level, &s.Place, &s.MadeAt, &s.name, &s.email, &since)
		s.SecondFactor = !since.IsZero()
		return s, err
	}, `SELECT m.id, m.person, m.organisation, o.name, m.role, m.level, m.place, m.made_at, p.name, p.email, p.factor_since
		FROM membership m JOIN organisation o ON o.id = m.organisation JOIN person p ON p.id = m.person
		WHERE m.organisation = $1 AND m.ended_at IS NULL ORDER BY m.id`, organisation)
	if err != nil {
		return nil, err
	}
	members := make([]Member, 0, len(rows))
	for _, row := range rows {
		if row.Name, err = db.Unseal(ctx, q, row.Person, row.name); err != nil {
			return nil, err
		}
		if row.Email, err = db.Unseal(ctx, q, row.Person, row.email); err != nil {
			return nil, err
		}
		members = append(members, row.Member)
	}
	return members, nil
}

// Owners are the names of those who sign for the actor's own organisation in
// the actor's role: whom a colleague asks. Fault code: unauthenticated.
func Owners(ctx context.Context, q db.Q) ([]string, error) {
	actor := q.Actor()
	if actor.Kind != db.Person {
		return nil, fault.ErrUnauthenticated
	}
	persons, err := db.All(ctx, q, db.Value[db.ID], `SELECT person FROM membership
		WHERE organisation = $1 AND role = $2 AND level = 'owner' AND ended_at IS NULL ORDER BY id`, actor.Organisation, actor.Role)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(persons))
	for _, id := range persons {
		known, err := personByID(ctx, q, id)
		if errors.Is(err, db.ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		names = append(names, known.Name)
	}
	return names, nil
}
