package place

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Way is how a link reaches the place.
type Way string

// The ways.
const (
	ByEmail  Way = "email"
	ByLetter Way = "letter" // as a code to type
)

// letterCode is how many characters a letter's code has: 80 bits.
const letterCode = 16

// The refusals about owner links.
var (
	ErrLinkGone = fault.Define(fault.Gone, "owner_link_gone", "Ce lien ou ce code ne sert plus : il date de plus de 30 jours, ou une organisation tient maintenant ce lieu. Demandez-en un autre depuis la page du lieu.")
	ErrKept     = fault.Define(fault.Conflict, "place_kept", "Une organisation du programme tient ce lieu : connectez-vous avec son accès, ou demandez-lui de corriger la fiche.")
	ErrNoEmail  = fault.Define(fault.Conflict, "no_published_email", "La fiche de ce lieu n’a pas d’adresse e-mail qui marche. Signalez l’erreur, ou demandez une lettre à votre collectivité.")
)

// PublishedEmail is the address that the directory publishes of the place, to
// which its links are sent, and nowhere else; empty when there is none.
func (p Place) PublishedEmail() string {
	for _, email := range p.Emails {
		if isEmail(email) {
			return email
		}
	}
	return ""
}

// MaskedEmail shows an address to those who know it: "m•••@mairie.example".
func MaskedEmail(email string) string {
	local, host, _ := strings.Cut(email, "@")
	letter, size := utf8.DecodeRuneInString(local)
	if size == 0 {
		return ""
	}
	return string(letter) + "•••@" + host
}

// Linked is a place with the link that was made for it. Secret stands in the
// link, or is the letter's code; it is answered once and not kept.
type Linked struct {
	Place  Place
	Emails []string // to whom it is sent; empty for a letter
	Secret string
	EndsAt time.Time
}

// How many links are asked for in a day, for one place and from one address, and
// how many codes of letters are typed from one address in an hour.
const (
	linksForPlace = 3
	linksFrom     = 10
	codesFrom     = 10
)

// ThrottleLinks counts the asking of a link, as account.Throttle does, in a
// transaction of its own before the act. Fault: too_many.
func ThrottleLinks(ctx context.Context, tx *db.Tx, id db.ID, from string) error {
	const day = 24 * time.Hour
	if err := account.Throttle(ctx, tx, "owner_link", id.String(), linksForPlace, day); err != nil {
		return err
	}
	return account.Throttle(ctx, tx, "owner_link_address", from, linksFrom, day)
}

// ThrottleCodes counts the typing of a letter's code, likewise. Fault: too_many.
func ThrottleCodes(ctx context.Context, tx *db.Tx, from string) error {
	return account.Throttle(ctx, tx, "owner_code", from, codesFrom, time.Hour)
}

// AskLink makes a link to correct a place that nobody keeps, for its published
// e-mail; anyone may ask. The caller sends it in the same transaction. Faults:
// unknown_place, place_kept, no_published_email.
func AskLink(ctx context.Context, tx *db.Tx, id db.ID) (Linked, error) {
	about, err := ByID(ctx, tx, id)
	if err != nil {
		return Linked{}, err
	}
	if !about.Organisation.IsZero() {
		return Linked{}, ErrKept
	}
	email, err := reachable(ctx, tx, about)
	if err != nil {
		return Linked{}, err
	}
	if email == "" {
		return Linked{}, ErrNoEmail
	}
	return makeLink(ctx, tx, about, ByEmail, email)
}

// PrintLink makes a link for a letter to a place that nobody keeps. Faults:
// those of account.Require, unknown_place, place_kept.
func PrintLink(ctx context.Context, tx *db.Tx, id db.ID) (Linked, error) {
	about, err := answerable(ctx, tx, account.ActOwnerLinkMake, id)
	if err != nil {
		return Linked{}, err
	}
	if !about.Organisation.IsZero() {
		return Linked{}, ErrKept
	}
	return makeLink(ctx, tx, about, ByLetter)
}

// PrintedLink reads again the link of a letter that was just made for a place,
// from its code. Faults: those of account.Require, unknown_place, owner_link_gone.
func PrintedLink(ctx context.Context, q db.Q, id db.ID, secret string) (Linked, error) {
	about, err := answerable(ctx, q, account.ActOwnerLinkMake, id)
	if err != nil {
		return Linked{}, err
	}
	found, err := LinkedPlace(ctx, q, secret)
	if err != nil {
		return Linked{}, err
	}
	if found.ID != about.ID {
		return Linked{}, ErrLinkGone
	}
	made := Linked{Place: about, Secret: secret}
	made.EndsAt, err = db.Value[time.Time](q.QueryRow(ctx, `SELECT ends_at FROM place_owner_link WHERE token = $1`, linkToken(secret)))
	return made, err
}

// SendLink makes a link for an e-mail: to the published address of a place that
// nobody keeps, else to its owners, who confirm with it. The caller sends it in
// the same transaction. Faults: those of account.Require, unknown_place,
// no_published_email.
func SendLink(ctx context.Context, tx *db.Tx, id db.ID) (Linked, error) {
	about, err := answerable(ctx, tx, account.ActOwnerLinkMake, id)
	if err != nil {
		return Linked{}, err
	}
	emails, err := emailsOf(ctx, tx, about)
	if err != nil {
		return Linked{}, err
	}
	if len(emails) == 0 {
		return Linked{}, ErrNoEmail
	}
	return makeLink(ctx, tx, about, ByEmail, emails...)
}

// emailsOf are the addresses to which a link of the place is sent.
func emailsOf(ctx context.Context, q db.Q, about Place) ([]string, error) {
	if !about.Organisation.IsZero() {
		return account.OwnerEmails(ctx, q, about.Organisation)
	}
	email, err := reachable(ctx, q, about)
	if email == "" {
		return nil, err
	}
	return []string{email}, err
}

// Reachable is the published address to which a link could be sent now; empty
// when there is none, or when it refused.
func Reachable(ctx context.Context, q db.Q, about Place) (string, error) {
	return reachable(ctx, q, about)
}

func reachable(ctx context.Context, q db.Q, about Place) (string, error) {
	email := about.PublishedEmail()
	if email == "" {
		return "", nil
	}
	refused, err := db.Value[bool](q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM place_watch WHERE place = $1 AND bounced = $2)`,
		about.ID, bouncedMatch(q, about.ID, email)))
	if err != nil || refused {
		return "", err
	}
	return email, nil
}

func makeLink(ctx context.Context, tx *db.Tx, about Place, way Way, emails ...string) (Linked, error) {
	made := Linked{Place: about, Emails: emails, Secret: rand.Text(), EndsAt: tx.Now().AddDate(0, 0, Rhythm.LinkLasts)}
	if way == ByLetter {
		made.Secret = made.Secret[:letterCode]
	}
	var by db.ID
	if tx.Actor().Kind == db.Person {
		by = tx.Actor().ID
	}
	_, err := tx.Exec(ctx, `INSERT INTO place_owner_link (id, place, organisation, token, way, made_at, made_by, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.NewID(), about.ID, about.Organisation, linkToken(made.Secret), string(way), tx.Now(), by, made.EndsAt)
	return made, err
}

// linkToken is what is kept of a secret, however it was typed: the alphabet has
// neither 0 nor 1.
func linkToken(secret string) []byte {
	plain := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "0", "O", "1", "I").Replace(strings.ToUpper(secret))
	sum := sha256.Sum256([]byte(plain))
	return sum[:]
}

// LinkedPlace reads the place of a link. Fault: owner_link_gone, for one that is
// over, never was, or was made before the place had the keeper it has now.
func LinkedPlace(ctx context.Context, q db.Q, secret string) (Place, error) {
	id, err := db.Value[db.ID](q.QueryRow(ctx, `SELECT place.id FROM place_owner_link l JOIN place ON place.id = l.place
		WHERE l.token = $1 AND l.ends_at > $2 AND place.organisation IS NOT DISTINCT FROM l.organisation
		AND place.merged_into IS NULL AND place.closed_on IS NULL`, linkToken(secret), q.Now()))
	if fault.KindOf(err) == fault.NotFound {
		return Place{}, ErrLinkGone
	}
	if err != nil {
		return Place{}, err
	}
	return ByID(ctx, q, id)
}

// ForgetLinks removes the links that are over. A nightly job calls it.
func ForgetLinks(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM place_owner_link WHERE ends_at < $1`, tx.Now())
	return err
}
