package exchange

import (
	"io"
	"strconv"
	"strings"

	"passerelle/internal/place"
)

// Columns of Passerelle's own, after those of the national schema.
const (
	colPass        = "pass_numerique" // oui, non: the pass is accepted there
	colLabel       = "label_jusqu_au" // the last day of the label, while it runs
	colWheelchair  = "accessible_fauteuil"
	colLanguages   = "langues"
	colApproximate = "position_approchee" // oui: the position is that of the commune's centre
	colInvented    = "lieu_invente"       // oui: of the sample programme
)

// passWord says in a free column what the national vocabulary has no word for.
const passWord = "Pass numérique"

// valueKind is how a format that knows types writes a value.
type valueKind int

const (
	textual valueKind = iota
	numeric
	yesOrNo
)

// exportColumn is one column of a file that is written.
type exportColumn struct {
	name string
	kind valueKind
}

var ownColumns = []exportColumn{
	{colPass, yesOrNo}, {colLabel, textual}, {colWheelchair, yesOrNo}, {colLanguages, textual}, {colApproximate, yesOrNo}, {colInvented, yesOrNo},
}

// columnsOf are the columns of a schema, in their order.
func columnsOf(schema string) []exportColumn {
	var columns []exportColumn
	for _, field := range schemaFields() {
		made := exportColumn{field.Name, textual}
		if field.Type == "number" {
			made.kind = numeric
		}
		columns = append(columns, made)
	}
	if schema == SchemaOwn {
		columns = append(columns, ownColumns...)
	}
	return columns
}

// tabular writes places as lines of columns.
func (e *exporting) tabular(out io.Writer, asked Export) error {
	file, err := openSheet(out, asked, columnsOf(asked.Schema))
	if err != nil {
		return err
	}
	err = e.each(func(name nameInFile, p place.Place) error {
		values := e.values(name, p)
		if asked.Schema == SchemaOwn {
			values = append(values, e.own(p)...)
		} else if !e.keepsSchema(values, p) {
			return nil
		}
		e.told.Written++
		return file.row(values)
	})
	if err != nil {
		return err
	}
	return file.end()
}

// values are a place's values in the columns of the national schema.
func (e *exporting) values(name nameInFile, p place.Place) []string {
	said := map[string]string{
		colID: name.key, colPivot: p.Pivot, colName: p.Name, colCommune: p.CommuneName, colPostalCode: p.PostalCode, colINSEE: p.Commune,
		colAddress: p.Address, colComplement: p.AddressComplement, colLatitude: decimal(p.Latitude), colLongitude: decimal(p.Longitude),
		colTypology: joined(p.Typology), colTelephone: p.Telephone, colEmails: joined(p.Emails), colWebsites: joined(p.Websites), colHours: p.Hours,
		colSummary: p.Summary, colDescription: p.Description, colSource: name.source, colItinerance: joined(place.Itinerances.Labels(p.Itinerance)),
		colParent: p.Parent, colUpdatedOn: p.UpdatedOn.String(), colServices: joined(place.Services.Labels(p.Services)),
		colPublics: joined(place.Publics.Labels(p.Publics)), colSpecialNeeds: joined(place.SpecialNeeds.Labels(p.SpecialNeeds)),
		colFees: joined(place.Fees.Labels(p.Fees)), colProgrammes: joined(place.Programmes.Labels(p.Programmes)),
		colTrainings: joined(place.Trainings.Labels(p.Trainings)), colOtherTraining: p.OtherTrainings,
		colAccessWays: joined(place.AccessWays.Labels(p.AccessWays)), colSupports: joined(place.Supports.Labels(p.Supports)),
		colAccessSheet: p.AccessibilityURL, colBooking: p.BookingURL,
	}
	if p.Latitude == 0 && p.Longitude == 0 { // a commune whose centre is not known
		said[colLatitude], said[colLongitude] = "", ""
	}
	fields := schemaFields()
	values := make([]string, len(fields), len(fields)+len(ownColumns))
	for i, field := range fields {
		values[i] = cleaned(said[field.Name])
	}
	return values
}

// own are a place's values in the columns of ownColumns.
func (e *exporting) own(p place.Place) []string {
	labelled := ""
	if p.LabelledOn(e.today) {
		labelled = p.LabelledUntil.String()
	}
	return []string{yesOrNoWord(p.TakesPass(e.today)), labelled, yesOrNoWord(p.Wheelchair), joined(p.Languages), yesOrNoWord(p.Approximate), yesOrNoWord(p.Invented)}
}

func yesOrNoWord(is bool) string {
	if is {
		return "oui"
	}
	return "non"
}

// joined is a list as the schema writes it.
func joined(list []string) string {
	var words []string
	for _, word := range list {
		if word = strings.TrimSpace(cleaned(word)); word != "" {
			words = union(words, []string{word})
		}
	}
	return strings.Join(words, "|")
}

// decimal is a number as the schema writes it, that reads as the same number.
func decimal(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }
