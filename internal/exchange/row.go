package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// row is one line on its way to a place.
type row struct {
	line    record
	head    header
	today   civil.Date
	place   place.Place
	remarks []Remark
	refused bool
	written string // the commune's name, where the address has it
	merged  bool   // the commune of the line has merged or changed its name, which was told
	guessed bool   // nothing names the commune: it is the largest of its postal code
	// What a mapping told beside the columns of the schema.
	departement string // code; empty when it is not told
	structure   string // of a service: the id of its structure
	// With a line for each service of a place:
	into   *row         // the first line of the same place, which this one adds to
	became place.Change // what was made of this line's place
}

// value is a cell without the spaces around it, non-breaking ones included;
// empty when the file or the line has no such column. Under the strict schema
// it is as written.
func (h header) value(line record, column string) string {
	at, there := h.at[column]
	if !there || at >= len(line.fields) {
		return ""
	}
	if h.strict {
		return line.fields[at]
	}
	return strings.TrimSpace(strings.ReplaceAll(line.fields[at], "\u00a0", " "))
}

func (r *row) value(column string) string { return r.head.value(r.line, column) }

func (r *row) repair(column, rule, value, message string) {
	r.remarks = append(r.remarks, Remark{r.line.line, column, rule, value, message, Repaired})
}

func (r *row) refuse(column, rule, value, message string) {
	r.refused = true
	r.remarks = append(r.remarks, Remark{r.line.line, column, rule, value, message, Refused})
}

// isEmpty tells whether no cell of the line says anything.
func (r *row) isEmpty() bool {
	return !slices.ContainsFunc(r.line.fields, func(value string) bool {
		return strings.TrimSpace(strings.ReplaceAll(value, "\u00a0", " ")) != ""
	})
}

// read makes the place that the line describes, repairing what can be.
func (r *row) read() {
	p := &r.place
	p.Name = r.plain(colName)
	if p.Name == "" {
		r.refuse(colName, "required", "", "Le nom du lieu manque. Ajoutez-le.")
	}
	p.Address = r.plain(colAddress)
	p.AddressComplement = r.plain(colComplement)
	p.Pivot = r.pivot()
	r.locate()
	r.settleAddress()
	p.SourceID = r.identity()
	p.Collector = r.value(colSource)
	p.Parent = r.plain(colParent)
	p.UpdatedOn = r.updatedOn()
	p.Typology = listOf(r.value(colTypology))
	p.Telephone = r.telephone()
	p.Emails = r.emails()
	p.Websites = r.addresses(colWebsites)
	p.AccessibilityURL = first(r.addresses(colAccessSheet))
	p.BookingURL = first(r.addresses(colBooking))
	p.Hours = r.hours()
	p.Description = r.plain(colDescription)
	p.Summary = r.summary()
	p.OtherTrainings, p.PassAccepted = withoutPass(r.plain(colOtherTraining))
	r.readVocabularies()
}

// settleAddress takes a place whose address is missing when its commune is told:
// nothing is made up, and its position is that of the commune.
func (r *row) settleAddress() {
	if r.place.Address != "" || r.refused {
		return
	}
	if r.guessed {
		r.refuse(colAddress, "required", "", "L’adresse du lieu manque, et rien d’autre ne dit sa commune. Ajoutez au moins la commune.")
		return
	}
	r.repair(colAddress, "required", "", "L’adresse manque : le lieu est repris avec sa commune seule. Ajoutez au moins un lieu-dit ou « Le bourg ».")
}

func (r *row) readVocabularies() {
	p := &r.place
	p.Itinerance = r.words(colItinerance)
	p.Services = r.words(colServices)
	p.Publics = r.words(colPublics)
	p.SpecialNeeds = r.words(colSpecialNeeds)
	p.Trainings = r.words(colTrainings)
	p.AccessWays = r.words(colAccessWays)
	p.Supports = r.words(colSupports)
	p.Programmes = union(r.words(colProgrammes), r.words(oldProgrammes))
	p.Fees = union(r.words(colFees), r.words(oldConditions))
	if at := slices.Index(p.Fees, takesPass); at >= 0 {
		p.PassAccepted = true
		p.Fees = slices.Delete(p.Fees, at, at+1)
	}
	welcomed := r.words(oldPublics)
	// "Public" of v1.0.2 means "only for": a place that welcomes every adult is
	// for no public in particular.
	forAll := slices.Contains(welcomed, everyone)
	for _, code := range welcomed {
		switch {
		case place.SpecialNeeds.Has(code):
			p.SpecialNeeds = union(p.SpecialNeeds, []string{code})
		case place.Publics.Has(code) && !forAll:
			p.Publics = union(p.Publics, []string{code})
		}
	}
}

// words reads a list column; what is not of its vocabulary is left out and told.
func (r *row) words(column string) []string {
	value := r.value(column)
	if value == "" {
		return nil
	}
	codes, changed, unknown := readWords(column, value)
	if len(unknown) > 0 {
		r.repair(column, "vocabulary", strings.Join(unknown, "|"), "Ces mots ne sont pas du vocabulaire national : ils ne sont pas repris. Les autres le sont.")
	}
	if changed {
		r.repair(column, "older_words", value, "Cette liste est réécrite avec les mots du schéma v1.0.2.")
	}
	return codes
}

// identity is the line's id; one is made from what does not change when it is missing.
func (r *row) identity() string {
	if id := r.value(colID); id != "" {
		return id
	}
	digest := sha256.Sum256([]byte(geography.Fold(r.place.Name) + "\n" + r.place.Commune + "\n" + geography.Fold(r.place.Address)))
	made := "sans-id-" + hex.EncodeToString(digest[:8])
	r.repair(colID, "required", "", "L’identifiant manque : il est formé du nom, de la commune et de l’adresse.")
	return made
}

// summary is at most 280 characters, as the schema asks; a longer one goes to
// the description when that is empty.
func (r *row) summary() string {
	const most = 280
	text := r.plain(colSummary)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	if r.place.Description == "" {
		r.place.Description = text
	}
	r.repair(colSummary, "maxLength", text, "Ce résumé dépasse 280 caractères : il est coupé ; le texte entier va dans la présentation détaillée si elle est vide.")
	cut := string([]rune(text)[:most-1])
	if space := strings.LastIndexByte(cut, ' '); space > most/2 {
		cut = cut[:space]
	}
	return cut + "…"
}

func (r *row) updatedOn() civil.Date {
	value := r.value(colUpdatedOn)
	day, err := civil.ParseDate(value)
	if err != nil && value != "" {
		if day, err = readDay(value); err == nil {
			r.repair(colUpdatedOn, "type", value, "Cette date est réécrite sous la forme année-mois-jour.")
		}
	}
	const schemaBorn = 2000 // no directory of these places is older
	switch {
	case value == "":
		r.repair(colUpdatedOn, "required", "", "La date de mise à jour manque : elle reste inconnue.")
	case err != nil:
		r.repair(colUpdatedOn, "type", value, "Cette date ne peut pas être lue : elle reste inconnue.")
	case day.Year() < schemaBorn || day.After(r.today):
		r.repair(colUpdatedOn, "range", value, "Cette date n’est pas possible : elle reste inconnue.")
		return civil.Date{}
	}
	return day
}

var (
	instantForm = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}`)
	slashForm   = regexp.MustCompile(`^(\d{4})[/.](\d{1,2})[/.](\d{1,2})\b`)
	frenchForm  = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b`)
)

// readDay reads "2024-04-02T10:11:12Z", "2024/4/2 10:11" and "2/4/2024".
func readDay(value string) (civil.Date, error) {
	if parts := instantForm.FindStringSubmatch(value); parts != nil {
		return civil.ParseDate(parts[1])
	}
	if parts := slashForm.FindStringSubmatch(value); parts != nil {
		return civil.ParseDate(parts[1] + "-" + two(parts[2]) + "-" + two(parts[3]))
	}
	if parts := frenchForm.FindStringSubmatch(value); parts != nil {
		return civil.ParseDate(parts[3] + "-" + two(parts[2]) + "-" + two(parts[1]))
	}
	return civil.Date{}, civil.ErrBadDate
}

func two(digits string) string {
	if len(digits) == 1 {
		return "0" + digits
	}
	return digits
}

var (
	tag    = regexp.MustCompile(`<[/a-zA-Z!][^<>]*>`)
	spaces = regexp.MustCompile(`[ \t\x{a0}\x{202f}]+`)
)

// plain is a text without the marks of a web page.
func (r *row) plain(column string) string {
	value := r.value(column)
	text := tag.ReplaceAllString(value, " ")
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	if text != value {
		r.repair(column, "html", value, "Les balises de page web sont enlevées de ce texte.")
	}
	return strings.TrimSpace(spaces.ReplaceAllString(text, " "))
}

func listOf(value string) []string {
	var list []string
	for word := range strings.FieldsFuncSeq(value, isListSeparator) {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, word)
		}
	}
	return list
}

func union(lists ...[]string) []string {
	var all []string
	for _, word := range slices.Concat(lists...) {
		if !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return all
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
