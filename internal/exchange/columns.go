package exchange

import (
	"slices"
	"strings"

	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// Columns of the national schema of places v1.0.2, and the older ones that are
// still read.
const (
	colID            = "id"
	colPivot         = "pivot"
	colName          = "nom"
	colCommune       = "commune"
	colPostalCode    = "code_postal"
	colINSEE         = "code_insee"
	colAddress       = "adresse"
	colComplement    = "complement_adresse"
	colLatitude      = "latitude"
	colLongitude     = "longitude"
	colTypology      = "typologie"
	colTelephone     = "telephone"
	colEmails        = "courriels"
	colWebsites      = "site_web"
	colHours         = "horaires"
	colSummary       = "presentation_resume"
	colDescription   = "presentation_detail"
	colSource        = "source"
	colItinerance    = "itinerance"
	colParent        = "structure_parente"
	colUpdatedOn     = "date_maj"
	colServices      = "services"
	colPublics       = "publics_specifiquement_adresses"
	colSpecialNeeds  = "prise_en_charge_specifique"
	colFees          = "frais_a_charge"
	colProgrammes    = "dispositif_programmes_nationaux"
	colTrainings     = "formations_labels"
	colOtherTraining = "autres_formations_labels"
	colAccessWays    = "modalites_acces"
	colSupports      = "modalites_accompagnement"
	colAccessSheet   = "fiche_acces_libre"
	colBooking       = "prise_rdv"

	oldPublics    = "publics_accueillis" // publics and special needs in one
	oldConditions = "conditions_acces"   // fees, and "accepte le Pass numérique"
	oldProgrammes = "labels_nationaux"
)

// older names of columns, folded, and the column that took their place; those
// with words of their own stay apart, an empty name has nowhere to go.
var older = map[string]string{
	"courriel":           colEmails,
	"email":              colEmails,
	"labels autres":      colOtherTraining,
	"accessibilite":      colAccessSheet,
	"conditions access":  oldConditions,
	"publics accueilli":  oldPublics,
	"cle ban":            "",
	"siret":              colPivot,
	"mail":               colEmails,
	"adresse mail":       colEmails,
	"e mail":             colEmails,
	"tel":                colTelephone,
	"description":        colDescription,
	"cp":                 colPostalCode,
	"ville":              colCommune,
	"insee":              colINSEE,
	"code commune":       colINSEE,
	"code commune insee": colINSEE,
	"lat":                colLatitude,
	"lon":                colLongitude,
	"lng":                colLongitude,
	"geo point 2d lat":   colLatitude,
	"geo point 2d lon":   colLongitude,
	"geo point 2d 0":     colLatitude,
	"geo point 2d 1":     colLongitude,
}

// columnNames are the names known by their folded form.
var columnNames = func() map[string]string {
	names := map[string]string{}
	for _, column := range append(schemaColumns(), oldPublics, oldConditions, oldProgrammes) {
		names[geography.Fold(column)] = column
	}
	for folded, column := range older {
		names[folded] = column
	}
	return names
}()

// header says which column stands where.
type header struct {
	at      map[string]int // the position of each known column
	width   int
	strict  bool
	lambert bool // its coordinates are in Lambert-93
}

// readHeader recognises the columns of a file; ok is false when these names
// cannot be those of a list of places.
func readHeader(line int, names []string, strict bool) (head header, remarks []Remark, ok bool) {
	head = header{at: map[string]int{}, width: len(names), strict: strict}
	own := map[string]bool{} // the columns that stand under their own name
	for _, written := range names {
		own[strings.ReplaceAll(geography.Fold(bare(written)), " ", "_")] = true
	}
	for i, written := range names {
		folded := geography.Fold(bare(written))
		column, known := columnNames[folded]
		if known && own[column] && strings.ReplaceAll(folded, " ", "_") != column && !strict {
			remarks = append(remarks, Remark{line, written, "double_column", "", "Cette colonne est déjà là sous son nom du schéma : elle n’est pas reprise.", Ignored})
			continue
		}
		if strict {
			column, known = written, slices.Contains(schemaColumns(), written)
		}
		_, twice := head.at[column]
		switch {
		case !known || column == "":
			if strings.TrimSpace(written) != "" {
				remarks = append(remarks, Remark{line, written, "unknown_column", "", "Cette colonne n’est pas du schéma des lieux : elle n’est pas reprise.", Ignored})
			} else if i == 0 && len(names) > 1 {
				remarks = append(remarks, Remark{line, "", "unnamed_column", "", "La première colonne n’a pas de nom : elle n’est pas reprise.", Ignored})
			}
			continue
		case twice:
			remarks = append(remarks, Remark{line, written, "double_column", "", "Cette colonne est déjà là sous un autre nom : la première est reprise.", Ignored})
			continue
		case written != column && !strict:
			remarks = append(remarks, Remark{line, column, "column_name", written, "Cette colonne est lue comme «\u00a0" + column + "\u00a0».", Repaired})
		}
		head.at[column] = i
	}
	if !strict {
		head.readPoint(names)
	}
	return head, remarks, head.has(colName) && len(head.at) > 2 && (strict || head.saysWhere())
}

// saysWhere tells whether a line may say where its place is: a list of names
// and towns is no list of places.
func (h header) saysWhere() bool {
	return h.has(colAddress) || h.has(colLatitude) && h.has(colLongitude)
}

// readPoint takes the coordinates of a GeoJSON point where no column has them.
func (h header) readPoint(names []string) {
	for name, part := range pointParts {
		if at := slices.Index(names, name); at >= 0 && !h.has(part.column) {
			h.at[part.column] = at
		}
	}
}

// has tells whether the file has one of these columns.
func (h header) has(columns ...string) bool {
	return slices.ContainsFunc(columns, func(column string) bool { _, there := h.at[column]; return there })
}

// part is a piece of a place that one or several columns fill, so that what a
// file does not say can be kept as it is known.
type part struct {
	columns []string
	empty   func(p *place.Place) bool
	keep    func(to, from *place.Place)
	add     func(to, from *place.Place) // nil for what is one value
}

func piece[T any](empty func(T) bool, at func(p *place.Place) *T, columns ...string) part {
	return part{
		columns: columns,
		empty:   func(p *place.Place) bool { return empty(*at(p)) },
		keep:    func(to, from *place.Place) { *at(to) = *at(from) },
	}
}

func text(at func(p *place.Place) *string, columns ...string) part {
	return piece(func(value string) bool { return value == "" }, at, columns...)
}

func words(at func(p *place.Place) *[]string, columns ...string) part {
	made := piece(func(value []string) bool { return len(value) == 0 }, at, columns...)
	made.add = func(to, from *place.Place) { *at(to) = union(*at(to), *at(from)) }
	return made
}

func yes(at func(p *place.Place) *bool, columns ...string) part {
	return piece(func(value bool) bool { return !value }, at, columns...)
}

var parts = []part{
	text(func(p *place.Place) *string { return &p.Pivot }, colPivot),
	text(func(p *place.Place) *string { return &p.AddressComplement }, colComplement),
	words(func(p *place.Place) *[]string { return &p.Typology }, colTypology),
	text(func(p *place.Place) *string { return &p.Telephone }, colTelephone),
	words(func(p *place.Place) *[]string { return &p.Emails }, colEmails),
	words(func(p *place.Place) *[]string { return &p.Websites }, colWebsites),
	text(func(p *place.Place) *string { return &p.Hours }, colHours),
	text(func(p *place.Place) *string { return &p.Summary }, colSummary),
	text(func(p *place.Place) *string { return &p.Description }, colDescription),
	text(func(p *place.Place) *string { return &p.Collector }, colSource),
	words(func(p *place.Place) *[]string { return &p.Itinerance }, colItinerance),
	text(func(p *place.Place) *string { return &p.Parent }, colParent),
	words(func(p *place.Place) *[]string { return &p.Services }, colServices),
	words(func(p *place.Place) *[]string { return &p.Publics }, colPublics, oldPublics),
	words(func(p *place.Place) *[]string { return &p.SpecialNeeds }, colSpecialNeeds, oldPublics),
	words(func(p *place.Place) *[]string { return &p.Fees }, colFees, oldConditions),
	yes(func(p *place.Place) *bool { return &p.PassAccepted }, oldConditions),
	words(func(p *place.Place) *[]string { return &p.Programmes }, colProgrammes, oldProgrammes),
	words(func(p *place.Place) *[]string { return &p.Trainings }, colTrainings),
	text(func(p *place.Place) *string { return &p.OtherTrainings }, colOtherTraining),
	words(func(p *place.Place) *[]string { return &p.AccessWays }, colAccessWays),
	words(func(p *place.Place) *[]string { return &p.Supports }, colSupports),
	text(func(p *place.Place) *string { return &p.AccessibilityURL }, colAccessSheet),
	text(func(p *place.Place) *string { return &p.BookingURL }, colBooking),
}

// over lays what a line says over what is known of its place: a newer line
// replaces, one of the same day completes, a column that is not there says nothing.
func (h header) over(known, said place.Place) place.Place {
	newer := said.UpdatedOn.After(known.UpdatedOn)
	// The national schema has no word for the pass: labels that name it say that it
	// is taken, labels that do not say nothing.
	namesPass := said.PassAccepted
	for _, part := range parts {
		if !h.has(part.columns...) || part.empty(&said) && !newer {
			part.keep(&said, &known)
		}
	}
	said.PassAccepted = said.PassAccepted || namesPass
	if said.Approximate && !known.Approximate && said.Commune == known.Commune {
		said.Latitude, said.Longitude, said.Approximate = known.Latitude, known.Longitude, false
	}
	if said.UpdatedOn.IsZero() {
		said.UpdatedOn = known.UpdatedOn
	}
	said.Wheelchair, said.Languages, said.Invented = known.Wheelchair, known.Languages, known.Invented
	said.Equipment, said.Prices = known.Equipment, known.Prices
	return said
}

// complete adds to a place what another line of the same file says of it: the
// words that its lists have not, and the values that are empty.
func complete(to *place.Place, from place.Place) {
	for _, part := range parts {
		switch {
		case part.add != nil:
			part.add(to, &from)
		case part.empty(to):
			part.keep(to, &from)
		}
	}
}
