package workshop

import (
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// The levels of a workshop: découvrir, maîtriser, augmenter son pouvoir d'agir.
const (
	Discover = "discover"
	Master   = "master"
	Empower  = "empower"
)

// Level is what a workshop asks one to know already.
type Level struct{ Code, Label, Plain string }

// Levels lists them, from the first.
var Levels = []Level{
	{Discover, "Découvrir", "niveau débutant"},
	{Master, "Maîtriser", "niveau intermédiaire"},
	{Empower, "Augmenter son pouvoir d’agir", "niveau avancé"},
}

// ParseLevel reads a code or a French word whatever its accents ("decouvrir").
func ParseLevel(text string) (Level, bool) {
	folded := geography.Fold(text)
	for _, level := range Levels {
		label := geography.Fold(level.Label)
		if folded == level.Code || folded == label || folded == "augmenter" && level.Code == Empower {
			return level, true
		}
	}
	return Level{}, false
}

// LevelName is the French name of a level's code.
func LevelName(code string) string {
	for _, level := range Levels {
		if level.Code == code {
			return level.Label
		}
	}
	return code
}

// LevelPlain is how a level is told to people: "niveau débutant".
func LevelPlain(code string) string {
	for _, level := range Levels {
		if level.Code == code {
			return level.Plain
		}
	}
	return code
}

// Topic is an everyday subject, with its service family in the national
// vocabulary and what the letter says one learns.
type Topic struct {
	Code, Label, Service string
	Learn                string // completes "Vous apprenez à …"
}

// Topics lists the everyday subjects; the first four are the most asked for.
var Topics = []Topic{
	{"formality", "Faire une démarche en ligne", place.ServiceProcedures, "remplir un papier sur internet"},
	{"mailbox", "Créer une adresse pour écrire", place.ServiceEverydayTools, "écrire et lire un courriel"},
	{"rights", "Chercher ses droits", place.ServiceProcedures, "chercher vos droits sur internet"},
	{"job", "Chercher un emploi", place.ServiceEmployment, "chercher un emploi sur internet"},
	{"basics", "Premiers pas", place.ServiceEverydayTools, "vous servir d’un ordinateur"},
	{"telephone", "Se servir de son téléphone", place.ServiceEverydayTools, "vous servir de votre téléphone"},
	{"safety", "Se protéger", place.ServiceSafety, "protéger vos comptes"},
	{"parenting", "Suivre l’école de ses enfants", place.ServiceParenting, "suivre l’école sur internet"},
	{"photos", "Photos et messages", place.ServiceLeisure, "garder et envoyer vos photos"},
	{"video", "Se parler en vidéo", place.ServiceEverydayTools, "appeler un proche en vidéo"},
	{"health", "Suivre sa santé", place.ServiceProcedures, "suivre votre santé sur internet"},
	{"documents", "Ranger ses papiers", place.ServiceEverydayTools, "ranger vos papiers"},
	{"money", "Acheter et payer", place.ServiceEverydayTools, "acheter et payer sur internet"},
	{"travel", "Préparer un trajet", place.ServiceEverydayTools, "préparer un trajet"},
	{"understanding", "Comprendre Internet", place.ServiceUnderstanding, "comprendre internet"},
	{"connection", "Se connecter", place.ServiceAccess, "vous connecter à internet"},
	{"equipment", "Choisir un appareil", place.ServiceEquipment, "choisir un appareil"},
}

// ParseTopic reads a code or a French label whatever its accents.
func ParseTopic(text string) (Topic, bool) {
	folded := geography.Fold(text)
	for _, topic := range Topics {
		if folded == topic.Code || folded == geography.Fold(topic.Label) {
			return topic, true
		}
	}
	return Topic{}, false
}
