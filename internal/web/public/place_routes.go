package public

import (
	"passerelle/internal/account"
	"passerelle/internal/web"
)

// directoryRoutes are the pages that anyone reads: home, the programme's
// figures, the directory of places.
func directoryRoutes() []web.Route {
	figures := &tally{}
	return []web.Route{
		{Method: "GET", Path: "/{$}", Act: account.ActPublic, Handle: figures.showHome},
		{Method: "GET", Path: "/programme", Act: account.ActPublic, Handle: figures.showProgramme},
		{Method: "GET", Path: "/lieux", Act: account.ActPlaceRead, Handle: listPlaces},
		{Method: "GET", Path: "/lieux/{id}", Act: account.ActPlaceRead, Handle: showPlace},
	}
}
