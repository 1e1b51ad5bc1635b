package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/internal/place"
)

// structure is a place as data·inclusion describes a structure, version 1
// (data.inclusion.gouv.fr). What is not known is not written.
type structure struct {
	Source        string   `json:"source"`
	ID            string   `json:"id"`
	Name          string   `json:"nom"`
	UpdatedOn     string   `json:"date_maj"`
	SIRET         string   `json:"siret,omitempty"`
	Description   string   `json:"description,omitempty"`
	Networks      []string `json:"reseaux_porteurs,omitempty"`
	Website       string   `json:"site_web,omitempty"`
	Accessibility string   `json:"accessibilite_lieu,omitempty"`
	contact
}

// contact is what structures and services both say.
type contact struct {
	Telephone  string   `json:"telephone,omitempty"`
	Email      string   `json:"courriel,omitempty"`
	Hours      string   `json:"horaires_accueil,omitempty"`
	Commune    string   `json:"commune,omitempty"`
	PostalCode string   `json:"code_postal,omitempty"`
	INSEE      string   `json:"code_insee,omitempty"`
	Address    string   `json:"adresse,omitempty"`
	Complement string   `json:"complement_adresse,omitempty"`
	Longitude  *float64 `json:"longitude,omitempty"`
	Latitude   *float64 `json:"latitude,omitempty"`
}

// service is the help that a place gives, as data·inclusion describes a service,
// version 1. A place gives one.
type service struct {
	Source            string   `json:"source"`
	StructureID       string   `json:"structure_id"`
	ID                string   `json:"id"`
	Name              string   `json:"nom"`
	Description       string   `json:"description"`
	UpdatedOn         string   `json:"date_maj"`
	Type              string   `json:"type,omitempty"`
	Topics            []string `json:"thematiques,omitempty"`
	Publics           []string `json:"publics,omitempty"`
	PublicsNote       string   `json:"publics_precisions,omitempty"`
	Fee               string   `json:"frais,omitempty"`
	FeeNote           string   `json:"frais_precisions,omitempty"`
	Welcomes          []string `json:"modes_accueil,omitempty"`
	Mobilisations     []string `json:"modes_mobilisation,omitempty"`
	MobilisationLink  string   `json:"lien_mobilisation,omitempty"`
	MobilisationsNote string   `json:"mobilisation_precisions,omitempty"`
	MobilisedBy       []string `json:"mobilisable_par,omitempty"`
	contact
}

// Our words as those of data·inclusion's vocabularies of version 1. A word that
// has none there is left out.
var (
	inclusionTopics = map[string][]string{
		place.ServiceProcedures:    {"numerique--acceder-a-des-services-en-ligne", "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives"},
		place.ServiceEverydayTools: {"numerique--maitriser-les-fondamentaux-du-numerique"},
		place.ServiceEmployment:    {"preparer-sa-candidature--organiser-ses-demarches-de-recherche-demploi"},
		place.ServiceSafety:        {"numerique--maitriser-les-fondamentaux-du-numerique"},
		place.ServiceParenting:     {"numerique--maitriser-les-fondamentaux-du-numerique", "famille--soutien-a-la-parentalite-et-a-leducation"},
		place.ServiceLeisure:       {"numerique--maitriser-les-fondamentaux-du-numerique"},
		place.ServiceUnderstanding: {"numerique--maitriser-les-fondamentaux-du-numerique"},
		place.ServiceAccess:        {"numerique--acceder-a-une-connexion-internet"},
		place.ServiceEquipment:     {"numerique--acquerir-un-equipement"},
	}
	inclusionPublics = map[string][]string{
		"youth": {"jeunes"}, "students": {"etudiants"}, "families": {"familles"}, "seniors": {"seniors"}, "women": {"femmes"},
	}
	inclusionNetworks = map[string][]string{
		place.ProgrammeAidantsConnect: {"aidants-connect"}, place.ProgrammeFranceServices: {"france-service"}, "digital_advisers": {"conseillers-numeriques"},
		"emmaus_connect": {"emmaus"}, "relay": {"emmaus"}, "digital_school": {"grandes-ecoles-du-numerique"}, "red_cross": {"croix-rouge"}, "caf_point": {"caf"},
	}
	inclusionMobilisations = map[string][]string{
		"come": {"se-presenter"}, "telephone": {"telephoner"}, "email": {"envoyer-un-courriel"}, "prescription": {"envoyer-un-courriel"},
	}
	inclusionWelcomes = map[string][]string{
		"remote": {"a-distance"}, "alone": {"en-presentiel"}, "individual": {"en-presentiel"}, "workshop": {"en-presentiel"},
	}
)

// Bounds of data·inclusion's names, descriptions and addresses, in characters.
const (
	shortestName, longestName               = 3, 150
	shortestDescription, longestDescription = 5, 10_000
	longestURI                              = 2083
)

// inclusion writes {"structures":[…],"services":[…]}, in two readings, so that
// memory holds neither.
func (e *exporting) inclusion(out io.Writer) error {
	file := bufio.NewWriter(out)
	list := func(open string, make func(name nameInFile, p place.Place) (any, bool)) error {
		_, _ = file.WriteString(open) // the writer keeps its error for the end
		separator := "\n"
		return e.each(func(name nameInFile, p place.Place) error {
			made, kept := make(name, p)
			if !kept {
				return nil
			}
			_, _ = file.WriteString(separator)
			separator = ",\n"
			return writeObject(file, made)
		})
	}
	if err := list(`{"structures":[`, func(name nameInFile, p place.Place) (any, bool) {
		lacks := inclusionLacks(p)
		if lacks != "" {
			e.told.LeftOut[lacks]++
			return nil, false
		}
		e.told.Written++
		return structureOf(name, p), true
	}); err != nil {
		return err
	}
	if err := list("\n],\"services\":[", func(name nameInFile, p place.Place) (any, bool) {
		if inclusionLacks(p) != "" || len(p.Services) == 0 {
			return nil, false
		}
		return serviceOf(name, p), true
	}); err != nil {
		return err
	}
	_, _ = file.WriteString("\n]}\n")
	return file.Flush()
}

func writeObject(out io.Writer, made any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(made); err != nil {
		return err
	}
	_, err := out.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	return err
}

// inclusionLacks is the field that data·inclusion asks for and the place has
// not, empty for none.
func inclusionLacks(p place.Place) string {
	switch {
	case utf8.RuneCountInString(inclusionName(p)) < shortestName:
		return colName
	case p.UpdatedOn.IsZero():
		return colUpdatedOn
	}
	return ""
}

func inclusionName(p place.Place) string {
	return strings.TrimRight(strings.TrimSpace(cut(cleaned(p.Name), longestName)), ".")
}

func inclusionID(name nameInFile) string { return name.source + "--" + name.key }

func structureOf(name nameInFile, p place.Place) structure {
	made := structure{
		Source: name.source, ID: inclusionID(name), Name: inclusionName(p), UpdatedOn: p.UpdatedOn.String(),
		Description: inclusionDescription(p), Networks: inclusionWords(inclusionNetworks, p.Programmes),
		Accessibility: uri(p.AccessibilityURL), contact: contactOf(p),
	}
	if siretForm.MatchString(p.Pivot) {
		made.SIRET = p.Pivot
	}
	for _, address := range p.Websites {
		if made.Website = uri(address); made.Website != "" {
			break
		}
	}
	return made
}

var (
	siretForm = regexp.MustCompile(`^\d{14}$`)
	inseeForm = regexp.MustCompile(`^\w{5}$`)
	codeForm  = regexp.MustCompile(`^\d{5}$`)
	// mailForm is narrower than RFC 5322, which the schema asks for.
	mailForm = regexp.MustCompile(`^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$`)
)

func contactOf(p place.Place) contact {
	made := contact{
		Telephone: cleaned(p.Telephone), Commune: cleaned(p.CommuneName), Address: cleaned(p.Address), Complement: cleaned(p.AddressComplement),
	}
	if codeForm.MatchString(p.PostalCode) {
		made.PostalCode = p.PostalCode
	}
	if inseeForm.MatchString(p.Commune) {
		made.INSEE = p.Commune
	}
	if _, err := p.OpeningHours(); err == nil {
		made.Hours = p.Hours
	}
	if at := slices.IndexFunc(p.Emails, mailForm.MatchString); at >= 0 {
		made.Email = p.Emails[at]
	}
	if !p.Approximate {
		made.Latitude, made.Longitude = &p.Latitude, &p.Longitude
	}
	return made
}

func serviceOf(name nameInFile, p place.Place) service {
	made := service{
		Source: name.source, StructureID: inclusionID(name), ID: inclusionID(name) + "--mediation-numerique",
		Name: "Médiation numérique", Description: inclusionDescription(p), UpdatedOn: p.UpdatedOn.String(),
		Type: inclusionType(p), Topics: inclusionWords(inclusionTopics, p.Services),
		Publics: inclusionWords(inclusionPublics, p.Publics), PublicsNote: strings.Join(place.SpecialNeeds.Labels(p.SpecialNeeds), ", "),
		Welcomes: inclusionWords(inclusionWelcomes, p.Supports), Mobilisations: inclusionWords(inclusionMobilisations, p.AccessWays),
		MobilisationLink: uri(p.BookingURL), contact: contactOf(p),
	}
	if made.Description == "" {
		made.Description = strings.Join(place.Services.Labels(p.Services), ", ")
	}
	if len(made.Publics) == 0 {
		made.Publics = []string{"tous-publics"}
	}
	if slices.Contains(p.AccessWays, "online") && made.MobilisationLink != "" {
		made.Mobilisations = append(made.Mobilisations, "utiliser-lien-mobilisation")
	}
	if slices.ContainsFunc(p.AccessWays, func(way string) bool { return way != "prescription" && way != "no_public" }) {
		made.MobilisedBy = append(made.MobilisedBy, "usagers")
	}
	if slices.Contains(p.AccessWays, "prescription") {
		made.MobilisedBy = append(made.MobilisedBy, "professionnels")
		made.MobilisationsNote = place.AccessWays.Label("prescription")
	}
	if slices.Contains(p.AccessWays, "no_public") {
		made.Welcomes = slices.DeleteFunc(made.Welcomes, func(mode string) bool { return mode == "en-presentiel" })
	}
	made.Fee, made.FeeNote = inclusionFee(p)
	return made
}

// inclusionType is the only word that data·inclusion keeps of how people are helped.
func inclusionType(p place.Place) string {
	switch {
	case slices.Equal(p.Services, []string{place.ServiceEquipment}):
		return "aide-materielle"
	case slices.Contains(p.Supports, "individual") || slices.Contains(p.Supports, "remote"):
		return "accompagnement"
	case slices.Contains(p.Supports, "workshop"):
		return "atelier"
	}
	return ""
}

// inclusionFee tells what the help costs; what is neither free nor paid is
// only told in words.
func inclusionFee(p place.Place) (fee, note string) {
	switch {
	case len(p.Fees) == 0:
		return "", ""
	case slices.Equal(p.Fees, []string{"free"}):
		return "gratuit", ""
	case slices.Equal(p.Fees, []string{"paid"}):
		return "payant", ""
	}
	return "", strings.Join(place.Fees.Labels(p.Fees), ", ")
}

func inclusionDescription(p place.Place) string {
	for _, text := range []string{p.Description, p.Summary} {
		text = strings.TrimSpace(cleaned(text))
		if utf8.RuneCountInString(text) >= shortestDescription {
			return cut(text, longestDescription)
		}
	}
	return ""
}

func inclusionWords(words map[string][]string, codes []string) []string {
	var kept []string
	for _, code := range codes {
		kept = union(kept, words[code])
	}
	return kept
}

// uri is a web address with everything escaped that must be; empty when it is none.
func uri(address string) string {
	parsed, err := url.Parse(cleaned(address))
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
		return ""
	}
	if text := parsed.String(); len(text) <= longestURI {
		return text
	}
	return ""
}

// cut is the beginning of a text, with an ellipsis where it was longer.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
