package place

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
)

// Correction is what a person of the place may change: all of it, as it is to
// be. Its JSON is kept before and after.
type Correction struct {
	Name              string   `json:"name"`
	Address           string   `json:"address"`
	AddressComplement string   `json:"address_complement"`
	PostalCode        string   `json:"postal_code"`
	Commune           string   `json:"commune"` // code INSEE
	Telephone         string   `json:"telephone"`
	Emails            []string `json:"emails"`
	Websites          []string `json:"websites"`
	Hours             string   `json:"hours"`
	Services          []string `json:"services"`
	Publics           []string `json:"publics"`
	Fees              []string `json:"fees"`
	Prices            string   `json:"prices"`
	AccessWays        []string `json:"access_ways"`
	Wheelchair        bool     `json:"wheelchair"`
	Languages         []string `json:"languages"`
	Equipment         []string `json:"equipment"`
	// Latitude and longitude. Whoever corrects does not choose them: they follow
	// the commune.
	Position    [2]float64 `json:"position"`
	Approximate bool       `json:"approximate"`
}

// Correctable is what a person of the place finds to correct.
func (p Place) Correctable() Correction {
	return Correction{
		Name: p.Name, Address: p.Address, AddressComplement: p.AddressComplement, PostalCode: p.PostalCode, Commune: p.Commune,
		Telephone: p.Telephone, Emails: p.Emails, Websites: p.Websites, Hours: p.Hours,
		Services: p.Services, Publics: p.Publics, Fees: p.Fees, Prices: p.Prices,
		AccessWays: p.AccessWays, Wheelchair: p.Wheelchair, Languages: p.Languages, Equipment: p.Equipment,
		Position: [2]float64{p.Latitude, p.Longitude}, Approximate: p.Approximate,
	}
}

// take writes a correction into the place.
func (p *Place) take(c Correction) {
	if c.Commune != p.Commune {
		p.CommuneName = ""
	}
	p.Latitude, p.Longitude, p.Approximate = c.Position[0], c.Position[1], c.Approximate
	p.Name, p.Address, p.AddressComplement, p.PostalCode, p.Commune = c.Name, c.Address, c.AddressComplement, c.PostalCode, c.Commune
	p.Telephone, p.Emails, p.Websites, p.Hours = c.Telephone, c.Emails, c.Websites, c.Hours
	p.Services, p.Publics, p.Fees, p.Prices = c.Services, c.Publics, c.Fees, c.Prices
	p.AccessWays, p.Wheelchair, p.Languages, p.Equipment = c.AccessWays, c.Wheelchair, c.Languages, c.Equipment
}

// The longest words of a correction, in characters.
const (
	longestName     = 200
	longestWords    = 1000
	longestLanguage = 60
)

// tidy trims what was typed and refuses what cannot be published. Faults:
// invalid (name, commune, postal_code, telephone, emails, websites, prices,
// hours, languages).
func (c *Correction) tidy() error {
	for _, text := range []*string{&c.Name, &c.Address, &c.AddressComplement, &c.PostalCode} {
		*text = strings.Join(strings.Fields(*text), " ")
	}
	c.Hours, c.Prices = strings.TrimSpace(c.Hours), strings.TrimSpace(c.Prices)
	var wrong fault.Collector
	wrong.Check(c.Name != "", "name", "required", "Écrivez le nom du lieu.")
	for field, text := range map[string]string{"name": c.Name, "address": c.Address, "address_complement": c.AddressComplement} {
		wrong.Check(utf8.RuneCountInString(text) <= longestName, field, "too_long", "Écrivez 200 caractères au plus.")
	}
	for field, text := range map[string]string{"hours": c.Hours, "prices": c.Prices} {
		wrong.Check(utf8.RuneCountInString(text) <= longestWords, field, "too_long", "Écrivez 1 000 caractères au plus.")
	}
	commune, err := geography.CommuneByCode(c.Commune)
	wrong.Check(err == nil, "commune", "unknown_commune", "Choisissez une commune de la liste.")
	if err == nil && !slices.Contains(commune.PostalCodes, c.PostalCode) && len(commune.PostalCodes) > 0 {
		c.PostalCode = commune.PostalCodes[0]
	}
	if c.Telephone != "" {
		if c.Telephone, err = holder.ParseTelephone(c.Telephone); err != nil {
			wrong.Add("telephone", "bad_telephone", "Vérifiez le numéro de téléphone : il a 10 chiffres, par exemple 05 44 00 00 00.")
		}
	}
	c.Emails, c.Websites, c.Languages = tidied(c.Emails), tidied(c.Websites), tidied(c.Languages)
	for _, language := range c.Languages {
		wrong.Check(utf8.RuneCountInString(language) <= longestLanguage && !strings.Contains(language, "|"), "languages", "bad_language", "Écrivez une langue par ligne, par exemple : anglais.")
	}
	for _, email := range c.Emails {
		wrong.Check(isEmail(email), "emails", "bad_email", "Vérifiez chaque adresse e-mail, une par ligne, par exemple accueil@exemple.fr.")
	}
	for i, site := range c.Websites {
		if !strings.Contains(site, "://") {
			site = "https://" + site
			c.Websites[i] = site
		}
		parsed, err := url.Parse(site)
		readable := err == nil && (parsed.Scheme == "https" || parsed.Scheme == "http") && strings.Contains(parsed.Host, ".") && !strings.ContainsAny(site, "| ")
		wrong.Check(readable, "websites", "bad_address", "Vérifiez chaque adresse de site, une par ligne, par exemple https://exemple.fr.")
	}
	return wrong.Err()
}

// tidied drops the empty lines.
func tidied(lines []string) []string {
	var kept []string
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// Corrected is a correction as it is kept.
type Corrected struct {
	ID, Place     db.ID
	PlaceName     string
	Before, After Correction
	At, UndoneAt  time.Time
}

// The refusal of a correction already undone.
var ErrUndone = fault.Define(fault.Conflict, "correction_undone", "Cette correction a déjà été annulée. Rechargez la page du lieu.")

// CorrectByLink changes what a person of the place says is wrong, for a place
// that nobody keeps, and confirms the rest. It answers the correction, zero when
// nothing changed. Faults: owner_link_gone, place_kept, invalid (as the fields
// of Correction), conflict.
func CorrectByLink(ctx context.Context, tx *db.Tx, secret string, in Correction) (Corrected, error) {
	known, err := LinkedPlace(ctx, tx, secret)
	if err != nil {
		return Corrected{}, err
	}
	if !known.Organisation.IsZero() {
		return Corrected{}, ErrKept
	}
	if err := in.tidy(); err != nil {
		return Corrected{}, err
	}
	// In another commune the place stands at that commune's centre, which it says.
	in.Position, in.Approximate = [2]float64{}, false
	if in.Commune == known.Commune {
		in.Position, in.Approximate = [2]float64{known.Latitude, known.Longitude}, known.Approximate
	}
	if err := confirm(ctx, tx, known.ID, howLink); err != nil {
		return Corrected{}, err
	}
	known.ConfirmedOn = today(tx)
	after, change, err := correct(ctx, tx, known, func(p *Place) { p.take(in) })
	if err != nil || change == Unchanged {
		return Corrected{}, err
	}
	made := Corrected{ID: tx.NewID(), Place: known.ID, PlaceName: after.Name, Before: known.Correctable(), After: after.Correctable(), At: tx.Now()}
	if err := made.store(ctx, tx); err != nil {
		return Corrected{}, err
	}
	if !slices.Equal(made.Before.Emails, made.After.Emails) {
		if _, err := tx.Exec(ctx, `UPDATE place_watch SET bounced = NULL, bounced_on = NULL WHERE place = $1`, known.ID); err != nil {
			return Corrected{}, err
		}
	}
	return made, judge(ctx, tx, known.ID)
}

func (c Corrected) store(ctx context.Context, tx *db.Tx) error {
	before, err := json.Marshal(c.Before)
	if err != nil {
		return fmt.Errorf("place: %w", err)
	}
	after, err := json.Marshal(c.After)
	if err != nil {
		return fmt.Errorf("place: %w", err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO place_correction (id, place, before, after, at) VALUES ($1, $2, $3, $4, $5)`,
		c.ID, c.Place, string(before), string(after), c.At); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, actCorrect, c.ID, c.row())
	return err
}

const selectCorrection = `SELECT c.id, c.place, place.name, c.before, c.after, c.at, c.undone_at FROM place_correction c JOIN place ON place.id = c.place`

func scanCorrected(row db.Scanner) (Corrected, error) {
	var c Corrected
	var before, after string
	err := row.Scan(&c.ID, &c.Place, &c.PlaceName, &before, &after, &c.At, &c.UndoneAt)
	if err == nil {
		err = json.Unmarshal([]byte(before), &c.Before)
	}
	if err == nil {
		err = json.Unmarshal([]byte(after), &c.After)
	}
	return c, err
}

// CorrectionsOf lists what persons of a place changed, the last first. Faults:
// those of account.Require, unknown_place.
func CorrectionsOf(ctx context.Context, q db.Q, id db.ID) ([]Corrected, error) {
	if _, err := answerable(ctx, q, account.ActFreshnessRead, id); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanCorrected, selectCorrection+` WHERE c.place = $1 ORDER BY c.id DESC`, id)
}

// UndoCorrection puts back what a correction changed, where nothing changed it
// since, once. Faults: those of account.Require, not_found, unknown_place,
// correction_undone.
func UndoCorrection(ctx context.Context, tx *db.Tx, id db.ID) (Place, error) {
	made, err := scanCorrected(tx.QueryRow(ctx, selectCorrection+` WHERE c.id = $1`, id))
	if err != nil {
		return Place{}, err
	}
	now, err := answerable(ctx, tx, account.ActCorrectionUndo, made.Place)
	if err != nil {
		return Place{}, err
	}
	return undo(ctx, tx, now, made)
}

// UndoByLink is UndoCorrection by whoever holds a link of the place. Faults:
// owner_link_gone, not_found, correction_undone.
func UndoByLink(ctx context.Context, tx *db.Tx, secret string, id db.ID) (Place, error) {
	now, made, err := CorrectedByLink(ctx, tx, secret, id)
	if err != nil {
		return Place{}, err
	}
	return undo(ctx, tx, now, made)
}

// CorrectedByLink reads a correction of the place of a link. Faults:
// owner_link_gone, not_found.
func CorrectedByLink(ctx context.Context, q db.Q, secret string, id db.ID) (Place, Corrected, error) {
	now, err := LinkedPlace(ctx, q, secret)
	if err != nil {
		return Place{}, Corrected{}, err
	}
	made, err := scanCorrected(q.QueryRow(ctx, selectCorrection+` WHERE c.id = $1 AND c.place = $2`, id, now.ID))
	return now, made, err
}

func undo(ctx context.Context, tx *db.Tx, now Place, made Corrected) (Place, error) {
	var by db.ID
	if tx.Actor().Kind == db.Person {
		by = tx.Actor().ID
	}
	undone, err := tx.Exec(ctx, `UPDATE place_correction SET undone_at = $2, undone_by = $3, undone_for = $4 WHERE id = $1 AND undone_at IS NULL`,
		made.ID, tx.Now(), by, tx.Actor().Organisation)
	if err != nil {
		return Place{}, err
	}
	if undone == 0 {
		return Place{}, ErrUndone
	}
	restored, _, err := correct(ctx, tx, now, func(p *Place) { p.take(putBack(now.Correctable(), made.Before, made.After)) })
	if err != nil {
		return Place{}, err
	}
	_, err = audit.Record(ctx, tx, actUndo, made.ID, made.row())
	return restored, err
}

// putBack is what the place says now, with what stood before wherever it still
// says what came after.
func putBack(now, before, after Correction) Correction {
	current, old, changed := reflect.ValueOf(&now).Elem(), reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range current.NumField() {
		if reflect.DeepEqual(current.Field(i).Interface(), changed.Field(i).Interface()) {
			current.Field(i).Set(old.Field(i))
		}
	}
	return now
}

// Changes names the fields that a correction changed, in French.
func (c Corrected) Changes() []string {
	before, after := reflect.ValueOf(c.Before), reflect.ValueOf(c.After)
	var changed []string
	for i, name := range []string{
		"nom", "adresse", "complément d’adresse", "code postal", "commune", "téléphone", "courriels", "sites", "horaires", "services", "publics", "tarif", "prix",
		"accès", "fauteuil roulant", "langues", "équipement",
	} {
		if !reflect.DeepEqual(before.Field(i).Interface(), after.Field(i).Interface()) {
			changed = append(changed, name)
		}
	}
	return changed
}

// correctionRow is what the sealed record stands for.
type correctionRow struct {
	ID, Place     db.ID
	On            civil.Date
	At            time.Time
	Before, After Correction
}

func (c Corrected) row() audit.Row {
	return correctionRow{ID: c.ID, Place: c.Place, On: civil.DateOf(c.At, civil.Paris), At: c.At, Before: c.Before, After: c.After}
}
