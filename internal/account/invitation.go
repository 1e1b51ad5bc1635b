package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

const invitationLasts = 7 * 24 * time.Hour

// Invitation is a role offered to someone by e-mail. Name may be empty.
type Invitation struct {
	ID               db.ID
	Organisation     db.ID
	OrganisationName string
	Role, Level      string
	Place            db.ID // the one place they will be attached to; zero for all
	Name, Email      string
	MadeAt, EndsAt   time.Time
	// KnownPerson: the e-mail already signs in, so no password is to be chosen.
	KnownPerson bool
}

// ErrInvitationGone says that a link no longer works.
var ErrInvitationGone = fault.Define(fault.Gone, "invitation_gone", "Cette invitation a déjà servi, a été retirée ou date de plus de 7 jours. Demandez-en une autre à la personne qui vous a invité.")

// Invite offers a role by e-mail, and answers the secret of its link, which
// the caller sends in the same transaction. It lasts 7 days; a new one for the
// same e-mail and role replaces the one before.
//
// Fault codes: those of Require, invalid (role, level, place, name, email),
// foreign_role, already_member.
func Invite(ctx context.Context, tx *db.Tx, offered Invitation) (Invitation, string, error) {
	if err := Require(tx.Actor(), ActMemberInvite, offered.Organisation); err != nil {
		return Invitation{}, "", err
	}
	offered.Name, offered.Email = strings.Join(strings.Fields(offered.Name), " "), strings.TrimSpace(offered.Email)
	var wrong fault.Collector
	checkRole(&wrong, offered.Role, offered.Level)
	checkPlace(&wrong, offered.Level, offered.Place)
	wrong.Check(len([]rune(offered.Name)) <= 100, "name", "too_long", "Écrivez 100 caractères au plus.")
	wrong.Check(validEmail(offered.Email), "email", "bad_email", "Écrivez une adresse e-mail, par exemple nom@exemple.fr.")
	if err := wrong.Err(); err != nil {
		return Invitation{}, "", err
	}
	if err := grant(ctx, tx, offered.Organisation, offered.Role); err != nil {
		return Invitation{}, "", err
	}
	match := matchEmail(tx, offered.Email)
	var already bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM membership m JOIN person p ON p.id = m.person
		WHERE p.email_match = $1 AND m.organisation = $2 AND m.role = $3 AND m.ended_at IS NULL)`,
		match, offered.Organisation, offered.Role).Scan(&already)
	if err != nil {
		return Invitation{}, "", err
	}
	if already {
		return Invitation{}, "", ErrAlreadyMember
	}
	_, err = tx.Exec(ctx, `UPDATE invitation SET withdrawn_at = $1 WHERE organisation = $2 AND role = $3 AND email_match = $4
		AND accepted_at IS NULL AND withdrawn_at IS NULL`, tx.Now(), offered.Organisation, offered.Role, match)
	if err != nil {
		return Invitation{}, "", err
	}
	return storeInvitation(ctx, tx, offered, match)
}

func storeInvitation(ctx context.Context, tx *db.Tx, offered Invitation, match []byte) (Invitation, string, error) {
	if offered.ID.IsZero() {
		offered.ID = tx.NewID()
	}
	offered.MadeAt, offered.EndsAt = tx.Now(), tx.Now().Add(invitationLasts)
	name, err := db.Seal(ctx, tx, offered.ID, offered.Name)
	if err != nil {
		return Invitation{}, "", err
	}
	email, err := db.Seal(ctx, tx, offered.ID, offered.Email)
	if err != nil {
		return Invitation{}, "", err
	}
	var madeBy db.ID
	if tx.Actor().Kind == db.Person {
		madeBy = tx.Actor().ID
	}
	secret := newSecret()
	_, err = tx.Exec(ctx, `INSERT INTO invitation (id, token, organisation, role, level, name, email, email_match, made_by, made_at, ends_at, place)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		offered.ID, hashed(secret), offered.Organisation, offered.Role, offered.Level, name, email, match, madeBy, offered.MadeAt, offered.EndsAt, offered.Place)
	if errors.Is(err, db.ErrReference) {
		return Invitation{}, "", fault.ErrNotFound
	}
	if err != nil {
		return Invitation{}, "", err
	}
	_, err = audit.Record(ctx, tx, string(ActMemberInvite), offered.ID, struct {
		ID           db.ID  `json:"id"`
		Organisation db.ID  `json:"organisation"`
		Role         string `json:"role"`
		Level        string `json:"level"`
		Place        db.ID  `json:"place"`
	}{offered.ID, offered.Organisation, offered.Role, offered.Level, offered.Place})
	if err != nil {
		return Invitation{}, "", err
	}
	if err := tx.QueryRow(ctx, `SELECT name FROM organisation WHERE id = $1`, offered.Organisation).Scan(&offered.OrganisationName); err != nil {
		return Invitation{}, "", err
	}
	offered.KnownPerson, err = knows(ctx, tx, offered.Email)
	return offered, secret, err
}

const selectInvitation = `SELECT i.id, i.organisation, o.name, i.role, i.level, i.place, i.name, i.email, i.made_at, i.ends_at
	FROM invitation i JOIN organisation o ON o.id = i.organisation
	WHERE i.accepted_at IS NULL AND i.withdrawn_at IS NULL`

type sealedInvitation struct {
	Invitation
	name, email []byte
}

func scanInvitation(row db.Scanner) (sealedInvitation, error) {
	var i sealedInvitation
	err := row.Scan(&i.ID, &i.Organisation, &i.OrganisationName, &i.Role, &i.Level, &i.Place, &i.name, &i.email, &i.MadeAt, &i.EndsAt)
	return i, err
}

func (s sealedInvitation) open(ctx context.Context, q db.Q) (Invitation, error) {
	var err error
	if s.Name, err = db.Unseal(ctx, q, s.ID, s.name); err != nil {
		return Invitation{}, err
	}
	s.Email, err = db.Unseal(ctx, q, s.ID, s.email)
	return s.Invitation, err
}

// InvitationOf reads the invitation of a link; it answers invitation_gone for
// one that was used, withdrawn, is over or never was.
func InvitationOf(ctx context.Context, q db.Q, secret string) (Invitation, error) {
	sealed, err := scanInvitation(q.QueryRow(ctx, selectInvitation+` AND i.token = $1 AND i.ends_at > $2`, hashed(secret), q.Now()))
	if errors.Is(err, fault.ErrNotFound) {
		return Invitation{}, ErrInvitationGone
	}
	if err != nil {
		return Invitation{}, err
	}
	found, err := sealed.open(ctx, q)
	if err != nil {
		return Invitation{}, err
	}
	found.KnownPerson, err = knows(ctx, q, found.Email)
	return found, err
}

// Invitations lists the invitations of an organisation that wait for an answer.
func Invitations(ctx context.Context, q db.Q, organisation db.ID) ([]Invitation, error) {
	if err := Require(q.Actor(), ActMemberRead, organisation); err != nil {
		return nil, err
	}
	rows, err := db.All(ctx, q, scanInvitation, selectInvitation+` AND i.organisation = $1 AND i.ends_at > $2 ORDER BY i.id DESC`, organisation, q.Now())
	if err != nil {
		return nil, err
	}
	waiting := make([]Invitation, 0, len(rows))
	for _, row := range rows {
		opened, err := row.open(ctx, q)
		if err != nil {
			return nil, err
		}
		waiting = append(waiting, opened)
	}
	return waiting, nil
}

// WithdrawInvitation makes a link useless.
func WithdrawInvitation(ctx context.Context, tx *db.Tx, id db.ID) error {
	found, err := scanInvitation(tx.QueryRow(ctx, selectInvitation+` AND i.id = $1`, id))
	if err != nil {
		return err
	}
	if err := Require(tx.Actor(), ActMemberInvite, found.Organisation); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE invitation SET withdrawn_at = $1 WHERE id = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL`, tx.Now(), id); err != nil {
		return err
	}
	return db.Erase(ctx, tx, id)
}

// Acceptance answers an invitation. Name and PasswordHash (made by
// HashPassword) are for someone who does not sign in yet.
type Acceptance struct {
	Secret       string
	Name         string
	PasswordHash string
}

// Accept takes an invitation up: it makes the person where the e-mail is new,
// and the membership. It answers the person, who then signs in.
//
// Fault codes: invitation_gone, invalid (name), already_member.
func Accept(ctx context.Context, tx *db.Tx, answer Acceptance) (db.ID, error) {
	invitation, err := InvitationOf(ctx, tx, answer.Secret)
	if err != nil {
		return db.ID{}, err
	}
	person, err := personByEmail(ctx, tx, invitation.Email)
	if errors.Is(err, fault.ErrNotFound) {
		var made Person
		made, err = addPerson(ctx, tx, NewPerson{Name: answer.Name, Email: invitation.Email, PasswordHash: answer.PasswordHash})
		person = made.ID
	}
	if err != nil {
		return db.ID{}, err
	}
	taken, err := tx.Exec(ctx, `UPDATE invitation SET accepted_at = $1 WHERE id = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL`, tx.Now(), invitation.ID)
	if err != nil {
		return db.ID{}, err
	}
	if taken == 0 {
		return db.ID{}, ErrInvitationGone
	}
	_, err = addMember(ctx, tx, Member{Person: person, Organisation: invitation.Organisation, Role: invitation.Role, Level: invitation.Level, Place: invitation.Place}, "member.accept")
	if err != nil {
		return db.ID{}, err
	}
	return person, db.Erase(ctx, tx, invitation.ID)
}
