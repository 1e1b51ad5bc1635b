package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Person is someone who signs in.
type Person struct {
	ID           db.ID
	Name         string
	Email        string
	MadeAt       time.Time
	SecondFactor time.Time // since when a code is asked for; zero: never
}

// NewPerson is a person to add; PasswordHash is made by HashPassword.
type NewPerson struct {
	ID           db.ID
	Name, Email  string
	PasswordHash string
}

// ErrEmailTaken refuses a second person with one e-mail.
var ErrEmailTaken = fault.Define(fault.Conflict, "email_taken", "Une personne a déjà cette adresse e-mail. Invitez-la plutôt dans l’organisation.")

// AddPerson adds a person at once, without an invitation: for admin and the
// console.
//
// Fault codes: those of Require, invalid (name, email), email_taken.
func AddPerson(ctx context.Context, tx *db.Tx, added NewPerson) (Person, error) {
	if err := Require(tx.Actor(), ActMemberAdd, db.ID{}); err != nil {
		return Person{}, err
	}
	return addPerson(ctx, tx, added)
}

func addPerson(ctx context.Context, tx *db.Tx, added NewPerson) (Person, error) {
	added.Name, added.Email = strings.Join(strings.Fields(added.Name), " "), strings.TrimSpace(added.Email)
	var wrong fault.Collector
	checkName(&wrong, added.Name)
	wrong.Check(validEmail(added.Email), "email", "bad_email", "Écrivez une adresse e-mail, par exemple nom@exemple.fr.")
	if err := wrong.Err(); err != nil {
		return Person{}, err
	}
	if added.ID.IsZero() {
		added.ID = tx.NewID()
	}
	name, err := db.Seal(ctx, tx, added.ID, added.Name)
	if err != nil {
		return Person{}, err
	}
	email, err := db.Seal(ctx, tx, added.ID, added.Email)
	if err != nil {
		return Person{}, err
	}
	made, err := tx.Exec(ctx, `INSERT INTO person (id, name, email, email_match, password, made_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (email_match) DO NOTHING`,
		added.ID, name, email, matchEmail(tx, added.Email), added.PasswordHash, tx.Now())
	if err != nil {
		return Person{}, err
	}
	if made == 0 {
		return Person{}, ErrEmailTaken
	}
	return Person{ID: added.ID, Name: added.Name, Email: added.Email, MadeAt: tx.Now()}, nil
}

func checkName(wrong *fault.Collector, name string) {
	wrong.Check(name != "", "name", "required", "Écrivez un prénom et un nom.")
	wrong.Check(len([]rune(name)) <= 100, "name", "too_long", "Écrivez 100 caractères au plus.")
}

// matchEmail finds a person whatever organisation they are in: sign-in knows none.
func matchEmail(q db.Q, email string) []byte { return db.Match(q, db.ID{}, foldEmail(email)) }

// personByID reads a person for this package; names are told to others only
// through Members, Authenticate and the acts that concern them.
func personByID(ctx context.Context, q db.Q, id db.ID) (Person, error) {
	person := Person{ID: id}
	var name, email []byte
	err := q.QueryRow(ctx, `SELECT name, email, made_at, factor_since FROM person WHERE id = $1`, id).
		Scan(&name, &email, &person.MadeAt, &person.SecondFactor)
	if err != nil {
		return Person{}, err
	}
	if person.Name, err = db.Unseal(ctx, q, id, name); err != nil {
		return Person{}, err
	}
	person.Email, err = db.Unseal(ctx, q, id, email)
	return person, err
}

// Self is the signed-in person.
func Self(ctx context.Context, q db.Q) (Person, error) {
	if q.Actor().Kind != db.Person {
		return Person{}, fault.ErrUnauthenticated
	}
	return personByID(ctx, q, q.Actor().ID)
}

func personByEmail(ctx context.Context, q db.Q, email string) (db.ID, error) {
	var id db.ID
	err := q.QueryRow(ctx, `SELECT id FROM person WHERE email_match = $1`, matchEmail(q, email)).Scan(&id)
	return id, err
}

// knows tells whether a person has this e-mail.
func knows(ctx context.Context, q db.Q, email string) (bool, error) {
	_, err := personByEmail(ctx, q, email)
	if errors.Is(err, fault.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// EmailOf is where a person is told of what concerns them, for messages alone;
// empty for whoever is no person, or was erased.
func EmailOf(ctx context.Context, q db.Q, person db.ID) ([]string, error) {
	found, err := personByID(ctx, q, person)
	if errors.Is(err, fault.ErrNotFound) || errors.Is(err, db.ErrErased) {
		return []string{}, nil
	}
	return []string{found.Email}, err
}

// OwnerEmails is where an organisation's owners are told of what concerns it,
// for messages alone.
func OwnerEmails(ctx context.Context, q db.Q, organisation db.ID) ([]string, error) {
	owners, err := db.All(ctx, q, db.Value[db.ID], `SELECT DISTINCT person FROM membership
		WHERE organisation = $1 AND level = 'owner' AND ended_at IS NULL ORDER BY person`, organisation)
	if err != nil {
		return nil, err
	}
	emails := []string{}
	for _, owner := range owners {
		own, err := EmailOf(ctx, q, owner)
		if err != nil {
			return nil, err
		}
		emails = append(emails, own...)
	}
	return emails, nil
}
