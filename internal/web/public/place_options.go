package public

import (
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// choices are what the directory can be narrowed by, as fields propose it.
type choices struct {
	Services, Openings, Halves, Ways, Publics, Needs, Equipments []web.Option
}

func allChoices() choices {
	return choices{
		Services: optionsOf(place.Services, "Toute aide"), Openings: openingOptions(),
		Halves: []web.Option{{Value: "", Label: "À toute heure"}, {Value: "matin", Label: "Le matin"}, {Value: "apresmidi", Label: "L’après-midi"}},
		Ways:   append([]web.Option{{Value: "", Label: "Sans importance"}}, ways...), Publics: optionsOf(place.Publics, "Tout le monde"), Needs: optionsOf(place.SpecialNeeds, "Aucun"), Equipments: optionsOf(place.Equipments, "Sans importance"),
	}
}

// ways are how one is helped: by coming, after a call, from afar.
var ways = []web.Option{
	{Value: "come", Label: "En venant sans rendez-vous"},
	{Value: "telephone", Label: "En appelant avant"},
	{Value: "online", Label: "Sur rendez-vous pris en ligne"},
	{Value: place.SupportRemote, Label: "À distance, sans me déplacer"},
}

func optionsOf(words place.Vocabulary, none string) []web.Option {
	options := []web.Option{{Value: "", Label: none}}
	for _, word := range words {
		options = append(options, web.Option{Value: word.Code, Label: sentence(word.Plain)})
	}
	return options
}

func openingOptions() []web.Option {
	options := []web.Option{{Value: "", Label: "N’importe quand"}, {Value: "maintenant", Label: "Ouvert maintenant"}, {Value: "aujourdhui", Label: "Ouvert aujourd’hui"}}
	for offset := 1; offset <= 7; offset++ {
		day := days[offset%7]
		options = append(options, web.Option{Value: day, Label: "Ouvert le " + day})
	}
	return options
}
