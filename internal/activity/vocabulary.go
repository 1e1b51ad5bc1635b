package activity

import (
	"slices"
	"strings"

	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Word is a code with its French name.
type Word struct{ Code, Label string }

// Words is one list of the vocabulary.
type Words []Word

// The kinds of activity.
const (
	Individual = "individual" // one person
	Collective = "collective" // a group
	Event      = "event"      // many people, for a moment
)

// Kinds lists the kinds.
var Kinds = Words{{Individual, "Accompagnement individuel"}, {Collective, "Atelier collectif"}, {Event, "Événement"}}

// ThemeFormality is the theme for which the name of the formality may be told.
const ThemeFormality = "formality"

// Themes lists what help is about, as in the conseillers numériques' activity
// report.
var Themes = Words{
	{ThemeFormality, "Démarche en ligne"}, {"smartphone", "Smartphone"}, {"equipment", "Équipement informatique"}, {"internet", "Internet"},
	{"mail", "Courriel"}, {"job", "Trouver un emploi"}, {"contents", "Contenus numériques"}, {"exchange", "Échanger"},
	{"word_processing", "Traitement de texte"}, {"vocabulary", "Vocabulaire"}, {"children", "Accompagner son enfant"},
	{"business", "TPE et PME"}, {"other", "Autre"},
}

// The channels of help.
const (
	OnSite = "on_site"
	Remote = "remote"
)

// Channels lists where help is given.
var Channels = Words{{OnSite, "Lieu d’activité"}, {"other", "Autre lieu"}, {"home", "À domicile"}, {Remote, "À distance"}}

// Equipments lists what was used.
var Equipments = Words{{"computer", "Ordinateur"}, {"telephone", "Téléphone"}, {"tablet", "Tablette"}, {"other", "Autre"}, {"none", "Pas de matériel"}}

// Redirections lists to whom people are sent on.
var Redirections = Words{
	{"administration", "Administration (mairie, préfecture…)"}, {"mediation", "Autre structure de médiation numérique"},
	{"operator", "Opérateur ou organisme en charge de la démarche administrative"},
	{"social", "Structure d’aide sociale (maison des solidarités, centre social…)"},
	{"employment", "Structure d’insertion professionnelle (France Travail, mission locale, chambre de commerce…)"},
	{"formalities", "Structure d’aide aux démarches administratives (France Services…)"}, {"other", "Autre"},
}

// Genders, Ages and Statuses are what may be told of the people helped; whoever
// is in none is "non communiqué".
var (
	Genders = Words{{"women", "Féminin"}, {"men", "Masculin"}}
	Ages    = Words{
		{"under_12", "Moins de 12 ans"}, {"12_17", "12 - 17 ans"}, {"18_24", "18 - 24 ans"}, {"25_39", "25 - 39 ans"},
		{"40_59", "40 - 59 ans"}, {"60_69", "60 - 69 ans"}, {"70_more", "70 ans et plus"},
	}
	Statuses = Words{{"student", "Scolarisé"}, {"unemployed", "Sans emploi"}, {"employed", "En emploi"}, {"retired", "Retraité"}}
)

// Told is how files write what was told of someone, or that it was not.
func Told(words Words, code string) string {
	switch {
	case code != "":
		return words.Label(code)
	case words.Has("retired"):
		return "Non communiqué ou hétérogène"
	}
	return "Non communiqué"
}

// Levels are the three steps of autonomy of a person, Steps those of a group.
var (
	Levels = []string{"Entièrement accompagné", "Partiellement autonome", "Autonome"}
	Steps  = []string{"Débutant", "Intermédiaire", "Avancé"}
)

// LevelName is a step from 1 to 3 in words, for a kind; empty for 0.
func LevelName(kind string, level int) string {
	if level < 1 || level > len(Levels) {
		return ""
	}
	if kind == Individual {
		return Levels[level-1]
	}
	return Steps[level-1]
}

// Has tells whether a code is of the list.
func (w Words) Has(code string) bool {
	return slices.ContainsFunc(w, func(word Word) bool { return word.Code == code })
}

// Label is a code's French name, or the code itself.
func (w Words) Label(code string) string {
	for _, word := range w {
		if word.Code == code {
			return word.Label
		}
	}
	return code
}

// Labels are the French names of several codes.
func (w Words) Labels(codes []string) []string {
	labels := make([]string, len(codes))
	for i, code := range codes {
		labels[i] = w.Label(code)
	}
	return labels
}

// Parse reads a code or a French name, whatever its accents.
func (w Words) Parse(text string) (code string, known bool) {
	folded := geography.Fold(text)
	for _, word := range w {
		if strings.TrimSpace(text) == word.Code || folded == geography.Fold(word.Label) {
			return word.Code, true
		}
	}
	return "", false
}

// themesOfTopics says what a workshop is about in the words of the report; a
// subject of a site's own is told by its service.
var themesOfTopics = map[string]string{
	"formality": ThemeFormality, "rights": ThemeFormality, "mailbox": "mail", "job": "job", "basics": "equipment", "telephone": "smartphone",
	"safety": "internet", "parenting": "children", "photos": "contents",
}

var themesOfServices = map[string]string{
	place.ServiceProcedures: ThemeFormality, place.ServiceEverydayTools: "equipment", place.ServiceEmployment: "job",
	place.ServiceSafety: "internet", place.ServiceParenting: "children", place.ServiceLeisure: "contents",
}

// ThemeOf is the theme of a workshop, from its topic and its service.
func ThemeOf(topic, service string) string {
	if theme, known := themesOfTopics[topic]; known {
		return theme
	}
	if theme, known := themesOfServices[service]; known {
		return theme
	}
	return "other"
}

// StepOf is a workshop's level on the three steps.
func StepOf(level string) int {
	return 1 + slices.IndexFunc(workshop.Levels, func(known workshop.Level) bool { return known.Code == level })
}
