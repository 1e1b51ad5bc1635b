package label

import (
	"embed"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed templates
var templates embed.FS

// Seat is what a certifier sees; the programme's team and the auditor read it.
func Seat() web.Seat {
	return web.Seat{
		Name: "label", Templates: templates,
		Menu: []web.MenuItem{{Label: "Labels", Path: "/labels", Roles: []string{account.RoleCertifier, account.RoleNational, account.RoleAuditor}}},
		Routes: []web.Route{
			{Method: "GET", Path: "/labels", Act: account.ActLabelRead, Handle: listSites},
			{Method: "GET", Path: "/labels/{id}", Act: account.ActLabelRead, Handle: showSite},
			{Method: "POST", Path: "/labels/{id}", Act: account.ActLabelDecide, Handle: decide},
			{Method: "GET", Path: "/labels/{id}/decisions/{decision}", Act: account.ActLabelRead, Handle: showDecision},
		},
	}
}
