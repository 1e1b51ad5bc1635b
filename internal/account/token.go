package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// tokenPrefix lets secret scanners and people recognise an API token.
const tokenPrefix = "psr_"

const secretSize = 32 // bytes from the system's randomness

// newSecret is a random text that can stand in a header, a cookie or an address.
func newSecret() string {
	secret := make([]byte, secretSize)
	if _, err := rand.Read(secret); err != nil {
		panic("account: no randomness: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(secret)
}

// Token is an organisation's key to the API, in one role.
type Token struct {
	ID           db.ID
	Organisation db.ID
	Role, Level  string
	Label        string // what it is for, in its maker's words
	Ending       string // its last four characters, to tell tokens apart
	MadeBy       db.ID  // a person; zero when made at the console
	MadeAt       time.Time
	EndedAt      time.Time // zero while it works
}

// NewToken asks for a token. ID may be zero; Level empty means member.
type NewToken struct {
	ID           db.ID
	Organisation db.ID
	Role, Level  string
	Label        string
}

// CreateToken makes an API token and answers its text, "psr_…", which is shown
// once and kept as a hash. An owner makes tokens of a role that they hold in
// their organisation; admin and the console of any role.
//
// Fault codes: those of Require, invalid (organisation, role, level, label),
// foreign_role.
func CreateToken(ctx context.Context, tx *db.Tx, wanted NewToken) (Token, string, error) {
	if err := Require(tx.Actor(), ActTokenCreate, wanted.Organisation); err != nil {
		return Token{}, "", err
	}
	if wanted.Level == "" {
		wanted.Level = LevelMember
	}
	var wrong fault.Collector
	checkRole(&wrong, wanted.Role, wanted.Level)
	wrong.Check(len([]rune(wanted.Label)) <= 100, "label", "too_long", "Écrivez 100 caractères au plus.")
	if err := wrong.Err(); err != nil {
		return Token{}, "", err
	}
	if err := grant(ctx, tx, wanted.Organisation, wanted.Role); err != nil {
		return Token{}, "", err
	}
	if wanted.ID.IsZero() {
		wanted.ID = tx.NewID()
	}
	text := tokenPrefix + newSecret()
	made := Token{
		ID: wanted.ID, Organisation: wanted.Organisation, Role: wanted.Role, Level: wanted.Level,
		Label: strings.TrimSpace(wanted.Label), Ending: text[len(text)-4:], MadeAt: tx.Now(),
	}
	if tx.Actor().Kind == db.Person {
		made.MadeBy = tx.Actor().ID
	}
	_, err := tx.Exec(ctx, `INSERT INTO api_token (id, token, organisation, role, level, label, ending, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		made.ID, hashed(text), made.Organisation, made.Role, made.Level, made.Label, made.Ending, made.MadeBy, made.MadeAt)
	if err != nil {
		return Token{}, "", err
	}
	_, err = audit.Record(ctx, tx, string(ActTokenCreate), made.ID, made.row())
	return made, text, err
}

// row is what the record keeps of a token.
func (t Token) row() audit.Row {
	return struct {
		ID           db.ID  `json:"id"`
		Organisation db.ID  `json:"organisation"`
		Role         string `json:"role"`
		Level        string `json:"level"`
	}{t.ID, t.Organisation, t.Role, t.Level}
}

// EndToken makes a token useless from now on; ending it again changes nothing.
func EndToken(ctx context.Context, tx *db.Tx, id db.ID) error {
	token, err := scanToken(tx.QueryRow(ctx, selectToken+` WHERE id = $1`, id))
	if err != nil {
		return err
	}
	if err := Require(tx.Actor(), ActTokenEnd, token.Organisation); err != nil {
		return err
	}
	ended, err := tx.Exec(ctx, `UPDATE api_token SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL`, tx.Now(), id)
	if err != nil || ended == 0 {
		return err
	}
	_, err = audit.Record(ctx, tx, string(ActTokenEnd), id, token.row())
	return err
}

// Tokens lists an organisation's tokens, the newest first, ended ones included.
func Tokens(ctx context.Context, q db.Q, organisation db.ID) ([]Token, error) {
	if err := Require(q.Actor(), ActTokenRead, organisation); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanToken, selectToken+` WHERE organisation = $1 ORDER BY id DESC`, organisation)
}

const selectToken = `SELECT id, organisation, role, level, label, ending, made_by, made_at, ended_at FROM api_token`

func scanToken(row db.Scanner) (Token, error) {
	var t Token
	err := row.Scan(&t.ID, &t.Organisation, &t.Role, &t.Level, &t.Label, &t.Ending, &t.MadeBy, &t.MadeAt, &t.EndedAt)
	return t, err
}

// AuthenticateToken finds who a bearer token stands for; an unknown or ended
// token answers unauthenticated.
func AuthenticateToken(ctx context.Context, q db.Q, bearer string) (db.Actor, error) {
	if !strings.HasPrefix(bearer, tokenPrefix) {
		return db.Actor{}, fault.ErrUnauthenticated
	}
	actor := db.Actor{Kind: db.Token}
	err := q.QueryRow(ctx, `SELECT id, organisation, role, level, EXISTS (SELECT 1 FROM instance i WHERE i.name = $2)
		FROM api_token WHERE token = $1 AND ended_at IS NULL`, hashed(bearer), db.SettingSample).
		Scan(&actor.ID, &actor.Organisation, &actor.Role, &actor.Level, &actor.Sample)
	if errors.Is(err, fault.ErrNotFound) {
		return db.Actor{}, fault.ErrUnauthenticated
	}
	actor.Credential = actor.ID
	return actor, err
}
