package activity

import (
	"embed"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/web"
)

//go:embed templates
var templates embed.FS

// Seat is what sites and desks see of the help they gave, and territories of
// that given in theirs.
func Seat() web.Seat {
	return web.Seat{
		Name: "activity", Templates: templates,
		Menu: []web.MenuItem{{Label: "Aides", Path: "/aides", Roles: []string{
			account.RoleSite, account.RoleDesk, account.RoleTerritory, account.RoleNational, account.RoleAuditor,
		}}},
		Routes: []web.Route{
			{Method: "GET", Path: "/aides", Act: account.ActFigureRead, Handle: list},
			{Method: "GET", Path: "/aides/la-coop", Act: account.ActActivityRead, Handle: export},
			{Method: "GET", Path: "/aides/nouvelle", Act: account.ActActivityRecord, Handle: askNew},
			{Method: "POST", Path: "/aides/nouvelle", Act: account.ActActivityRecord, Handle: record},
			{Method: "GET", Path: "/aides/{id}", Act: account.ActActivityRead, Handle: show},
			{Method: "GET", Path: "/aides/{id}/correction", Act: account.ActActivityRecord, Handle: askCorrection},
			{Method: "POST", Path: "/aides/{id}/correction", Act: account.ActActivityRecord, Handle: correct},
			{Method: "GET", Path: "/aides/{id}/retrait", Act: account.ActActivityRecord, Handle: askWithdrawal},
			{Method: "POST", Path: "/aides/{id}/retrait", Act: account.ActActivityRecord, Handle: withdraw},
		},
	}
}

// view reads in one consistent look.
func view(r *web.Request, read func(q db.Q) error) error {
	return r.App.DB.View(r.Context(), r.Actor(), read)
}

func path(id db.ID, rest string) string { return "/aides/" + id.String() + rest }
