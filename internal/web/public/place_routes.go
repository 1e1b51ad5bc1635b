package public

import (
	"passerelle/internal/account"
	"passerelle/internal/web"
)

// directoryRoutes are the pages that anyone reads: home, the programme's
// figures, the directory of places.
func directoryRoutes() []web.Route {
	figures, drawn := &tally{}, &pictures{}
	return []web.Route{
		{Method: "GET", Path: "/{$}", Act: account.ActPublic, Handle: figures.showHome},
		{Method: "GET", Path: "/programme", Act: account.ActPublic, Handle: figures.showProgramme},
		{Method: "GET", Path: "/lieux", Act: account.ActPlaceRead, Handle: listPlaces},
		{Method: "GET", Path: "/lieux/cadre", Act: account.ActPlaceRead, Handle: listPlacesFramed},
		{Method: "GET", Path: "/lieux/integrer", Act: account.ActPlaceRead, Handle: embedPlaces},
		{Method: "GET", Path: "/lieux.js", Act: account.ActPlaceRead, Handle: sendPlacesElement},
		{Method: "GET", Path: "/cartes/{departement}", Act: account.ActPublic, Handle: drawn.send},
		{Method: "GET", Path: "/lieux/{id}", Act: account.ActPlaceRead, Handle: showPlace},
		{Method: "GET", Path: "/provenance/{id}", Act: account.ActPlaceRead, Handle: showOrigin},
	}
}
