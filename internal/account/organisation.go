package account

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// Organisation is a body that takes part in the programme. Its contacts are
// professional ones, and public.
type Organisation struct {
	ID        db.ID
	Name      string
	SIRET     string // 14 digits, or empty
	Commune   string // INSEE code of its seat, or empty
	Territory string // code of geography.Territory it acts for, or empty
	Telephone string
	Email     string
	Roles     []string // what it does in the programme
	MadeAt    time.Time
}

// CreateOrganisation adds an organisation. ID may be zero; Name and at least
// one role are needed.
//
// Fault codes: those of Require; invalid with fields name, siret, commune,
// territory, telephone, email, roles ("already_there" on siret when another
// organisation has it).
func CreateOrganisation(ctx context.Context, tx *db.Tx, made Organisation) (Organisation, error) {
	if err := Require(tx.Actor(), ActOrganisationCreate, db.ID{}); err != nil {
		return Organisation{}, err
	}
	made.tidy()
	if err := made.check(); err != nil {
		return Organisation{}, err
	}
	if made.ID.IsZero() {
		made.ID = tx.NewID()
	}
	made.MadeAt = tx.Now()
	_, err := tx.Exec(ctx, `INSERT INTO organisation (id, name, search, siret, commune, territory, telephone, email, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		made.ID, made.Name, geography.Fold(made.Name), made.SIRET, made.Commune, made.Territory, made.Telephone, made.Email, made.MadeAt)
	if errors.Is(err, db.ErrDuplicate) {
		var wrong fault.Collector
		wrong.Add("siret", "already_there", "Une organisation a déjà ce numéro. Cherchez-la dans la liste.")
		return Organisation{}, wrong.Err()
	}
	if err != nil {
		return Organisation{}, err
	}
	for _, role := range made.Roles {
		if err := giveRole(ctx, tx, made.ID, role); err != nil {
			return Organisation{}, err
		}
	}
	_, err = audit.Record(ctx, tx, string(ActOrganisationCreate), made.ID, struct {
		ID    db.ID    `json:"id"`
		SIRET string   `json:"siret"`
		Roles []string `json:"roles"`
	}{made.ID, made.SIRET, made.Roles})
	return made, err
}

func (o *Organisation) tidy() {
	o.Name = strings.Join(strings.Fields(o.Name), " ")
	o.SIRET = strings.Join(strings.Fields(o.SIRET), "")
	o.Telephone, o.Email = strings.TrimSpace(o.Telephone), strings.TrimSpace(o.Email)
	o.Roles = slices.Compact(slices.Sorted(slices.Values(o.Roles))) // not the caller's slice
}

func (o *Organisation) check() error {
	var wrong fault.Collector
	wrong.Check(o.Name != "", "name", "required", "Écrivez le nom de l’organisation.")
	wrong.Check(len([]rune(o.Name)) <= 200, "name", "too_long", "Écrivez 200 caractères au plus.")
	wrong.Check(o.SIRET == "" || ValidSIRET(o.SIRET), "siret", "bad_siret", "Vérifiez le SIRET : il a 14 chiffres, et l’un d’eux semble mal recopié.")
	if o.Commune != "" {
		_, err := geography.CommuneByCode(o.Commune)
		wrong.Check(err == nil, "commune", "unknown_commune", "Choisissez une commune de la liste.")
	}
	if o.Territory != "" {
		_, err := geography.ParseTerritory(o.Territory)
		wrong.Check(err == nil, "territory", "unknown_territory", "Choisissez un territoire de la liste.")
	}
	wrong.Check(len(o.Telephone) <= 30, "telephone", "too_long", "Écrivez un seul numéro de téléphone.")
	wrong.Check(o.Email == "" || validEmail(o.Email), "email", "bad_email", "Écrivez une adresse e-mail, par exemple nom@exemple.fr.")
	wrong.Check(len(o.Roles) > 0, "roles", "required", "Choisissez au moins un rôle.")
	for _, role := range o.Roles {
		wrong.Check(slices.Contains(Roles, role), "roles", "unknown_choice", "Choisissez des rôles de la liste.")
	}
	return wrong.Err()
}

// laPoste is the SIREN whose establishments follow a rule of their own: the sum
// of the SIRET's digits is a multiple of five.
const laPoste = "356000000"

// ValidSIRET tells whether a text is a SIRET: 14 digits that pass Luhn's formula (ISO/IEC 7812-1), as the
// national register of establishments numbers them.
func ValidSIRET(siret string) bool {
	if len(siret) != 14 || strings.Trim(siret, "0123456789") != "" {
		return false
	}
	luhn, plain := 0, 0
	for i, letter := range siret {
		digit := int(letter - '0')
		plain += digit
		if i%2 == 0 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		luhn += digit
	}
	return luhn%10 == 0 || strings.HasPrefix(siret, laPoste) && plain%5 == 0
}

func validEmail(text string) bool {
	const longest = 254 // RFC 5321, 4.5.3.1.3
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > longest {
		return false
	}
	_, host, _ := strings.Cut(text, "@")
	return strings.Contains(host, ".") && !strings.ContainsAny(text, " \"")
}

// foldEmail is the form in which an e-mail is found again.
func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

const selectOrganisation = `SELECT id, name, siret, commune, territory, telephone, email, made_at FROM organisation`

func scanOrganisation(row db.Scanner) (Organisation, error) {
	var o Organisation
	err := row.Scan(&o.ID, &o.Name, &o.SIRET, &o.Commune, &o.Territory, &o.Telephone, &o.Email, &o.MadeAt)
	return o, err
}

// OrganisationByID answers not_found when there is none.
func OrganisationByID(ctx context.Context, q db.Q, id db.ID) (Organisation, error) {
	found, err := scanOrganisation(q.QueryRow(ctx, selectOrganisation+` WHERE id = $1`, id))
	if err != nil {
		return Organisation{}, err
	}
	found.Roles, err = db.All(ctx, q, db.Value[string], `SELECT role FROM organisation_role WHERE organisation = $1 ORDER BY role`, id)
	return found, err
}

// OrganisationsWith lists the organisations that have a role, by name: the
// desks to which an order may go, for instance.
func OrganisationsWith(ctx context.Context, q db.Q, role string) ([]Organisation, error) {
	return db.All(ctx, q, scanOrganisation, selectOrganisation+` WHERE id IN (SELECT organisation FROM organisation_role WHERE role = $1)
		ORDER BY search, id`, role)
}

// OrganisationFilter narrows the list of organisations; After is the last one
// of the page before.
type OrganisationFilter struct {
	Text  string // part of the name
	Role  string
	After db.ID
	Limit int // 50 when zero
}

// Organisations lists organisations by name, with their roles.
func Organisations(ctx context.Context, q db.Q, filter OrganisationFilter) ([]Organisation, error) {
	if err := Require(q.Actor(), ActOrganisationRead, db.ID{}); err != nil {
		return nil, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	var after string
	if !filter.After.IsZero() {
		if err := q.QueryRow(ctx, `SELECT search FROM organisation WHERE id = $1`, filter.After).Scan(&after); err != nil {
			return nil, err
		}
	}
	own := db.ID{} // who does not read every organisation reads their own
	if Require(q.Actor(), ActOrganisationRead, unowned) != nil {
		own = q.Actor().Organisation
	}
	found, err := db.All(ctx, q, scanOrganisation, selectOrganisation+` WHERE (search > $1 OR search = $1 AND id > $2)
		AND ($3 = '' OR search LIKE '%' || $3 || '%')
		AND ($4 = '' OR id IN (SELECT organisation FROM organisation_role WHERE role = $4))
		AND ($5 OR id = $6)
		ORDER BY search, id LIMIT $7`,
		after, filter.After[:], geography.Fold(filter.Text), filter.Role, own.IsZero(), own[:], filter.Limit)
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].Roles, err = db.All(ctx, q, db.Value[string], `SELECT role FROM organisation_role WHERE organisation = $1 ORDER BY role`, found[i].ID)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// unowned is an organisation that is nobody's.
var unowned = db.ID{15: 1}

func giveRole(ctx context.Context, tx *db.Tx, organisation db.ID, role string) error {
	_, err := tx.Exec(ctx, `INSERT INTO organisation_role (organisation, role) VALUES ($1, $2)
		ON CONFLICT (organisation, role) DO NOTHING`, organisation, role)
	if errors.Is(err, db.ErrReference) {
		return fault.ErrNotFound
	}
	return err
}
