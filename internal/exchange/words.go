package exchange

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// everyone is the old word for "no public in particular".
const everyone = "everyone"

// takesPass is the old word for a place where the pass is accepted.
const takesPass = "pass"

// olderWords are the words of the schema of 2022, folded and cut at their first
// colon, and the word of v1.0.2 that says the same. The columns of each are told
// by vocabularies.
var olderWords = map[string]map[string]string{
	colServices: {
		"devenir autonome dans les demarches administratives":           place.ServiceProcedures,
		"realiser des demarches administratives avec un accompagnement": place.ServiceProcedures,
		"accompagner les demarches de sante":                            place.ServiceProcedures,
		"prendre en main un smartphone ou une tablette":                 place.ServiceEverydayTools,
		"prendre en main un ordinateur":                                 place.ServiceEverydayTools,
		"utiliser le numerique au quotidien":                            place.ServiceEverydayTools,
		"approfondir ma culture numerique":                              place.ServiceUnderstanding,
		"promouvoir la citoyennete numerique":                           place.ServiceUnderstanding,
		"favoriser mon insertion professionnelle":                       place.ServiceEmployment,
		"creer et developper mon entreprise":                            place.ServiceEmployment,
		"soutenir la parentalite et l education avec le numerique":      place.ServiceParenting,
		"creer avec le numerique":                                       place.ServiceLeisure,
		"acceder a une connexion internet":                              place.ServiceAccess,
		"acceder a du materiel":                                         place.ServiceAccess,
		"s equiper en materiel informatique":                            place.ServiceEquipment,
	},
	oldPublics: {
		"adultes":                                everyone,
		"tout public":                            everyone,
		"jeunes 16 26 ans":                       "youth",
		"seniors 65 ans":                         "seniors",
		"familles enfants":                       "families",
		"uniquement femmes":                      "women",
		"public femmes":                          "women",
		"personnes en situation d illettrisme":   "illiteracy",
		"public langues etrangeres":              "other_languages",
		"handicaps psychiques":                   "mental",
		"personnes en situation d un handicap":   "motor",
		"personnes en situation de handicap":     "motor",
		"langues etrangeres":                     "other_languages",
		"deficience auditive":                    "deafness",
		"personnes a mobilite reduite":           "motor",
		"public etudiant":                        "students",
		"handicap moteur":                        "motor",
		"handicap mental":                        "mental",
		"personnes malentendantes":               "deafness",
		"personnes malvoyantes":                  "blindness",
		"personnes parlant une langue etrangere": "other_languages",
	},
	oldConditions: {
		"gratuit":                   "free",
		"gratuit sous condition":    "free_if",
		"gratuit sous conditions":   "free_if",
		"adhesion":                  "paid",
		"payant":                    "paid",
		"accepte le pass numerique": takesPass,
	},
	oldProgrammes: {
		"cnfs":                        "digital_advisers",
		"conseiller numerique":        "digital_advisers",
		"point relais caf":            "caf_point",
		"relais numerique":            "relay",
		"relais pole emploi":          "",
		"grandes ecoles du numerique": "digital_school",
		"bnr":                         "reference_library",
		"fabriques de territoire":     "",
	},
	colSupports: {
		"avec de l aide":  "individual",
		"a ma place":      "individual",
		"dans un atelier": "workshop",
		"seul":            "alone",
	},
}

// vocabularies are the lists that each column of words may name.
var vocabularies = map[string][]place.Vocabulary{
	colItinerance:   {place.Itinerances},
	colServices:     {place.Services},
	colPublics:      {place.Publics},
	colSpecialNeeds: {place.SpecialNeeds},
	oldPublics:      {place.Publics, place.SpecialNeeds},
	colFees:         {place.Fees},
	oldConditions:   {place.Fees},
	colProgrammes:   {place.Programmes},
	oldProgrammes:   {place.Programmes},
	colTrainings:    {place.Trainings},
	colAccessWays:   {place.AccessWays},
	colSupports:     {place.Supports},
}

// sameWords are the columns whose older words another column lists.
var sameWords = map[string]string{colFees: oldConditions, colProgrammes: oldProgrammes, colPublics: oldPublics, colSpecialNeeds: oldPublics}

// readWords reads a list of words of a column as codes. changed tells that a
// word was not written as in v1.0.2; unknown are those that no list has.
func readWords(column, value string) (codes []string, changed bool, unknown []string) {
	for word := range strings.FieldsFuncSeq(value, isListSeparator) {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		code, exact, known := readWord(column, word)
		if !known {
			unknown = append(unknown, word)
			continue
		}
		changed = changed || !exact
		if code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes, changed || strings.ContainsFunc(value, func(letter rune) bool { return letter == ';' }), unknown
}

func isListSeparator(letter rune) bool { return letter == '|' || letter == ';' }

// terms are, for each column, the folded terms of its vocabularies and its
// older words.
var terms = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for column, lists := range vocabularies {
		known := map[string]string{}
		older := column
		if same, shared := sameWords[column]; shared {
			older = same
		}
		maps.Copy(known, olderWords[older])
		for _, vocabulary := range lists {
			for _, word := range vocabulary {
				known[geography.Fold(word.Label)] = word.Code
			}
		}
		all[column] = known
	}
	return all
})

func readWord(column, word string) (code string, exact, known bool) {
	for _, vocabulary := range vocabularies[column] {
		for _, term := range vocabulary {
			if term.Label == word {
				return term.Code, true, true
			}
		}
	}
	if code, known = terms()[column][geography.Fold(word)]; known {
		return code, false, true
	}
	before, _, _ := strings.Cut(word, ":")
	code, known = terms()[column][geography.Fold(before)]
	return code, false, known
}

// listed reads exact words of v1.0.2, for a line that the schema accepts.
func listed(vocabulary place.Vocabulary, value string) []string {
	var codes []string
	for word := range strings.SplitSeq(value, "|") {
		if found, is := vocabulary.Find(word); is {
			codes = append(codes, found.Code)
		}
	}
	return codes
}
