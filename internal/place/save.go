package place

import (
	"context"
	"errors"
	"reflect"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// Change is what a save did.
type Change int

// The changes.
const (
	Unchanged Change = iota
	Created
	Updated
)

// Save takes in what one source says of a place: it creates the place, or brings
// what that source (p.Source, p.SourceID) said of it up to date, and answers the
// place with its ID and what changed. The directory shows the fold of what all
// sources say, so that what is answered may differ from what was given. A place
// without coordinates is set at its commune's centre and says so. A source id
// left empty becomes the place's own ID. The label's period is not written here.
//
// Its keeper (an owner or member of p.Organisation), the programme's team or,
// within its territory, a collectivité's may do it. Faults: forbidden, invalid
// (nom, commune, code_postal, services…), no_territory, outside_territory.
func Save(ctx context.Context, tx *db.Tx, p Place) (Place, Change, error) {
	if err := account.RequireAt(tx.Actor(), actOn(p), p.Organisation, p.ID); err != nil {
		return Place{}, Unchanged, err
	}
	if err := p.settle(); err != nil {
		return Place{}, Unchanged, err
	}
	if err := account.RequireWithin(ctx, tx, p.Commune); err != nil {
		return Place{}, Unchanged, err
	}
	record, err := RecordOf(ctx, tx, p.Source, p.SourceID)
	switch {
	case fault.HasCode(err, ErrUnknownPlace.Code):
		created, err := create(ctx, tx, p)
		return created, Created, err
	case err != nil:
		return Place{}, Unchanged, err
	}
	known, err := ByID(ctx, tx, record.Place)
	if err != nil {
		return Place{}, Unchanged, err
	}
	// A file never takes the place of what people said, so that one may bring it
	// for a place that an organisation keeps.
	if !p.Organisation.IsZero() || !record.SaidBy.IsZero() {
		if err := account.RequireAt(tx.Actor(), actOn(known), known.Organisation, known.ID); err != nil {
			return Place{}, Unchanged, err
		}
	}
	if err := account.RequireWithin(ctx, tx, known.Commune); err != nil {
		return Place{}, Unchanged, err
	}
	kept := known
	if !p.Organisation.IsZero() {
		kept.Organisation = p.Organisation
	}
	if p.ConfirmedOn.After(known.ConfirmedOn) {
		kept.ConfirmedOn = p.ConfirmedOn
	}
	said, err := say(p, nil)
	if err != nil {
		return Place{}, Unchanged, err
	}
	if said == record.said && p.UpdatedOn == record.DatedOn && reflect.DeepEqual(kept, known) {
		return known, Unchanged, nil
	}
	record.said, record.DatedOn = said, p.UpdatedOn
	made, err := refold(ctx, tx, kept, record)
	return made, Updated, err
}

// refold writes records of a standing place, and the place that all its records
// make. The place is held first, so that two sources that come in at once are
// both in it.
func refold(ctx context.Context, tx *db.Tx, known Place, changed ...Record) (Place, error) {
	if err := hold(ctx, tx, known.ID); err != nil {
		return Place{}, err
	}
	for _, record := range changed {
		if err := keepRecord(ctx, tx, record); err != nil {
			return Place{}, err
		}
	}
	records, err := Records(ctx, tx, known.ID)
	if err != nil {
		return Place{}, err
	}
	made, _, err := fold(known, records)
	if err != nil {
		return Place{}, err
	}
	return made, update(ctx, tx, made)
}

// hold keeps a place standing, and its records to itself, until the end of the
// transaction. Fault: conflict, when another place has just taken its stead.
func hold(ctx context.Context, tx *db.Tx, id db.ID) error {
	held, err := tx.Exec(ctx, `UPDATE place SET sort_name = sort_name WHERE id = $1 AND merged_into IS NULL`, id)
	if err == nil && held == 0 {
		return fault.ErrConflict
	}
	return err
}

// keep takes from the known place what no source says.
func (p *Place) keep(known Place) {
	p.ID, p.MergedInto, p.ConfirmedOn = known.ID, known.MergedInto, known.ConfirmedOn
	p.LabelledFrom, p.LabelledUntil = known.LabelledFrom, known.LabelledUntil
	p.FreshOn, p.FreshSign, p.Stale, p.ClosedOn = known.FreshOn, known.FreshSign, known.Stale, known.ClosedOn
}

// actOn is what one must be allowed to do: keep one's own place, or keep the
// directory as a whole.
func actOn(p Place) account.Act {
	if p.Organisation.IsZero() {
		return account.ActPlaceImport
	}
	return account.ActPlaceKeep
}

// settle checks a place and fills in what follows from the rest of it.
func (p *Place) settle() error {
	var wrong fault.Collector
	wrong.Check(p.Name != "", "nom", "required", "Donnez le nom du lieu.")
	if _, err := geography.CommuneByCode(p.Commune); err != nil {
		wrong.Add("commune", "unknown", fault.Of(err).Message)
	}
	for _, list := range p.lists() {
		for _, code := range list.codes {
			wrong.Check(list.words.Has(code), list.name, "unknown", "Ce mot n’est pas du vocabulaire national. Choisissez-le dans la liste.")
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	p.follow()
	return nil
}

type list struct {
	name  string // the schema's column
	words Vocabulary
	codes []string
}

func (p Place) lists() []list {
	return []list{
		{"itinerance", Itinerances, p.Itinerance},
		{"services", Services, p.Services},
		{"publics_specifiquement_adresses", Publics, p.Publics},
		{"prise_en_charge_specifique", SpecialNeeds, p.SpecialNeeds},
		{"frais_a_charge", Fees, p.Fees},
		{"dispositif_programmes_nationaux", Programmes, p.Programmes},
		{"formations_labels", Trainings, p.Trainings},
		{"modalites_acces", AccessWays, p.AccessWays},
		{"modalites_accompagnement", Supports, p.Supports},
		{"equipements", Equipments, p.Equipment},
	}
}

func create(ctx context.Context, tx *db.Tx, p Place) (Place, error) {
	if p.ID.IsZero() {
		p.ID = tx.NewID()
	}
	if p.SourceID == "" {
		p.SourceID = p.ID.String()
	}
	p.LabelledFrom, p.LabelledUntil = civil.Date{}, civil.Date{}
	_, err := tx.Exec(ctx, `INSERT INTO place (id, organisation, source, source_id, pivot, name, commune, commune_name, postal_code, departement,
			address, address_complement, latitude, longitude, approximate, typology, telephone, emails, websites, hours,
			summary, description, collector, parent, itinerance, services, publics, special_needs, fees, programmes,
			trainings, other_trainings, access_ways, support, languages, accessibility_url, booking_url, wheelchair, pass_accepted, invented,
			updated_on, search, equipment, prices, confirmed_on, sort_name, cell, x, y, z, offers)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
			$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)`,
		p.columns()...)
	if errors.Is(err, db.ErrDuplicate) {
		return Place{}, fault.ErrConflict
	}
	if err != nil {
		return Place{}, err
	}
	first := Record{Source: p.Source, SourceID: p.SourceID, Place: p.ID, Home: p.ID, DatedOn: p.UpdatedOn, SaidBy: p.Organisation}
	if first.ByHand() && first.SaidBy.IsZero() {
		first.SaidBy = tx.Actor().Organisation
	}
	if first.said, err = say(p, nil); err != nil {
		return Place{}, err
	}
	return p, keepRecord(ctx, tx, first)
}

func update(ctx context.Context, tx *db.Tx, p Place) error {
	changed, err := tx.Exec(ctx, `UPDATE place SET organisation = $2, pivot = $5, name = $6, commune = $7, commune_name = $8, postal_code = $9, departement = $10,
			address = $11, address_complement = $12, latitude = $13, longitude = $14, approximate = $15, typology = $16, telephone = $17, emails = $18, websites = $19, hours = $20,
			summary = $21, description = $22, collector = $23, parent = $24, itinerance = $25, services = $26, publics = $27, special_needs = $28, fees = $29, programmes = $30,
			trainings = $31, other_trainings = $32, access_ways = $33, support = $34, languages = $35, accessibility_url = $36, booking_url = $37, wheelchair = $38, pass_accepted = $39, invented = $40,
			updated_on = $41, search = $42, equipment = $43, prices = $44, confirmed_on = $45, sort_name = $46, cell = $47, x = $48, y = $49, z = $50, offers = $51
		WHERE id = $1 AND source = $3 AND source_id = $4`, p.columns()...)
	if err == nil && changed == 0 {
		return ErrUnknownPlace
	}
	return err
}

// columns are the arguments of both statements.
func (p Place) columns() []any {
	at := p.Point().Vector()
	return []any{
		p.ID, p.Organisation, p.Source, p.SourceID, p.Pivot, p.Name, p.Commune, p.CommuneName, p.PostalCode, p.Departement,
		p.Address, p.AddressComplement, p.Latitude, p.Longitude, p.Approximate, join(p.Typology), p.Telephone, join(p.Emails), join(p.Websites), p.Hours,
		p.Summary, p.Description, p.Collector, p.Parent, join(p.Itinerance), join(p.Services), join(p.Publics), join(p.SpecialNeeds), join(p.Fees), join(p.Programmes),
		join(p.Trainings), p.OtherTrainings, join(p.AccessWays), join(p.Supports), join(p.Languages), p.AccessibilityURL, p.BookingURL, p.Wheelchair, p.PassAccepted, p.Invented,
		p.UpdatedOn, p.folded(), join(p.Equipment), p.Prices, p.ConfirmedOn, p.sortName(), p.Point().Cell(), at.X, at.Y, at.Z, p.offers(),
	}
}

// Claim gives a place that nobody keeps to an organisation, which then keeps
// it. Again for the same organisation: nothing happens. Faults: forbidden,
// unknown_place, place_claimed.
func Claim(ctx context.Context, tx *db.Tx, place, organisation db.ID) error {
	if err := account.Require(tx.Actor(), account.ActPlaceClaim, db.ID{}); err != nil {
		return err
	}
	claimed, err := tx.Exec(ctx, `UPDATE place SET organisation = $2 WHERE id = $1 AND merged_into IS NULL AND (organisation IS NULL OR organisation = $2)`, place, organisation)
	if err != nil || claimed == 1 {
		return err
	}
	if _, err := ByID(ctx, tx, place); err != nil {
		return err
	}
	return ErrClaimed
}

// SetLabelled writes the period in which the place holds the label, both days
// in it; zero days for never. A place that was to close and is labelled beyond
// goes on. Only package label calls it.
func SetLabelled(ctx context.Context, tx *db.Tx, place db.ID, from, until civil.Date) error {
	changed, err := tx.Exec(ctx, `UPDATE place SET labelled_from = $2, labelled_until = $3 WHERE id = $1 AND merged_into IS NULL`, place, from, until)
	if err == nil && changed == 0 {
		return ErrUnknownPlace
	}
	if err != nil || until.IsZero() {
		return err
	}
	return goesOn(ctx, tx, place, until)
}
