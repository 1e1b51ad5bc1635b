package civil

import (
	"strings"
	"time"
	_ "time/tzdata" // a static binary finds its zones on any machine
)

// Paris is the zone of the metropole.
var Paris = zone("Europe/Paris")

// West is the zone where a day ends last in the programme: Tahiti's.
var West = zone("Pacific/Tahiti")

// overseas are the zones of the départements and collectivités, by the first
// three digits of their INSEE codes (Code officiel géographique), as the IANA
// time zone database names them.
var overseas = map[string]*time.Location{
	"971": zone("America/Guadeloupe"),
	"972": zone("America/Martinique"),
	"973": zone("America/Cayenne"),
	"974": zone("Indian/Reunion"),
	"975": zone("America/Miquelon"),
	"976": zone("Indian/Mayotte"),
	"977": zone("America/St_Barthelemy"),
	"978": zone("America/Marigot"),
	"984": zone("Indian/Kerguelen"),
	"986": zone("Pacific/Wallis"),
	"987": zone("Pacific/Tahiti"),
	"988": zone("Pacific/Noumea"),
}

// islands are the communes of French Polynesia whose clocks are not Tahiti's:
// the Marquesas are half an hour ahead, the Gambier one hour.
var islands = map[string]*time.Location{
	"98718": zone("Pacific/Marquesas"), // Fatu-Hiva
	"98723": zone("Pacific/Marquesas"), // Hiva-Oa
	"98731": zone("Pacific/Marquesas"), // Nuku-Hiva
	"98746": zone("Pacific/Marquesas"), // Tahuata
	"98756": zone("Pacific/Marquesas"), // Ua-Huka
	"98757": zone("Pacific/Marquesas"), // Ua-Pou
	"98719": zone("Pacific/Gambier"),   // Gambier
}

// ZoneOf is the zone of a département ("23", "2A", "974") or of a commune by
// its INSEE code ("23096"); Paris when the code says nothing else.
func ZoneOf(code string) *time.Location {
	if island, known := islands[code]; known {
		return island
	}
	if there, known := overseas[departementOf(code)]; known {
		return there
	}
	return Paris
}

// departementOf is the département of an INSEE code of département or commune.
func departementOf(code string) string {
	length := 2
	if strings.HasPrefix(code, "97") || strings.HasPrefix(code, "98") {
		length = 3
	}
	return code[:min(length, len(code))]
}

func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic("civil: " + err.Error())
	}
	return location
}
