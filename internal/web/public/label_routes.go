package public

import (
	"passerelle/internal/account"
	"passerelle/internal/web"
)

// labelRoutes are what anyone may know of the label: what it is, its criteria,
// who holds it, and how long certifiers take.
func labelRoutes() []web.Route {
	delays := &delays{}
	return []web.Route{
		{Method: "GET", Path: "/label", Act: account.ActPublic, Handle: delays.showLabel},
		{Method: "GET", Path: "/label/criteres", Act: account.ActPublic, Handle: showCriteriaOfToday},
		{Method: "GET", Path: "/label/criteres/{version}", Act: account.ActPublic, Handle: showCriteria},
		{Method: "GET", Path: "/label/registre", Act: account.ActPublic, Handle: showRegister},
		{Method: "GET", Path: "/label/chiffres", Act: account.ActPublic, Handle: delays.showFigures},
	}
}

var (
	backToLabel     = web.Link{Label: "Le label", Path: "/label"}
	todaysCriteria  = web.Link{Label: "Les critères", Path: "/label/criteres"}
	registerOfToday = web.Link{Label: "Le registre des lieux labellisés", Path: "/label/registre"}
)
