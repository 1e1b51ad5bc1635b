package departure

import (
	"embed"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed templates
var templates embed.FS

// Seat is what is seen of sites that leave.
func Seat() web.Seat {
	return web.Seat{
		Name: "departure", Templates: templates,
		Menu: []web.MenuItem{{Label: "Départs", Path: "/departs", Roles: []string{account.RoleNational, account.RoleCertifier, account.RoleAuditor}}},
		Routes: []web.Route{
			{Method: "GET", Path: "/departs", Act: account.ActDepartureRead, Handle: list},
			{Method: "GET", Path: "/departs/annonce", Act: account.ActDepartureAnnounce, Handle: ask},
			{Method: "POST", Path: "/departs/annonce", Act: account.ActDepartureAnnounce, Handle: announce},
			{Method: "GET", Path: "/departs/{id}", Act: account.ActDepartureRead, Handle: show},
			{Method: "GET", Path: "/departs/{id}/personnes/{inscription}", Act: account.ActBookingRehome, Handle: askRehome},
			{Method: "POST", Path: "/departs/{id}/personnes/{inscription}", Act: account.ActBookingRehome, Handle: rehome},
		},
	}
}

const nbsp = "\u00a0"

// plural is a count with its word.
func plural(count int, one, many string) string {
	if count < 2 {
		many = one
	}
	return strconv.Itoa(count) + nbsp + many
}
