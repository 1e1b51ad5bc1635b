package bearer

import (
	"embed"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed templates
var templates embed.FS

// Seat is what the holder of a booklet sees. Its routes ask for no role: each
// page but the first reads who holds the booklet from its own cookie.
func Seat() web.Seat {
	return web.Seat{
		Name: "bearer", Templates: templates,
		Menu: []web.MenuItem{{Label: "Mon carnet", Path: "/mon-carnet"}},
		Routes: []web.Route{
			{Method: "GET", Path: "/mon-carnet", Act: account.ActPublic, Handle: show},
			{Method: "POST", Path: "/mon-carnet", Act: account.ActPublic, Handle: open},
			{Method: "POST", Path: "/mon-carnet/fin", Act: account.ActPublic, Handle: own(leave)},
			{Method: "GET", Path: "/mon-carnet/places", Act: account.ActPublic, Handle: own(find)},
			{Method: "GET", Path: "/mon-carnet/places/{seance}", Act: account.ActPublic, Handle: own(ask)},
			{Method: "POST", Path: "/mon-carnet/places/{seance}", Act: account.ActPublic, Handle: own(take)},
			{Method: "GET", Path: "/mon-carnet/inscriptions/{id}", Act: account.ActPublic, Handle: own(paper)},
			{Method: "GET", Path: "/mon-carnet/inscriptions/{id}/pdf", Act: account.ActPublic, Handle: own(paperFile)},
			{Method: "GET", Path: "/mon-carnet/inscriptions/{id}/annulation", Act: account.ActPublic, Handle: own(askGiveUp)},
			{Method: "POST", Path: "/mon-carnet/inscriptions/{id}/annulation", Act: account.ActPublic, Handle: own(giveUp)},
			{Method: "POST", Path: "/mon-carnet/inscriptions/{id}/reponse", Act: account.ActPublic, Handle: own(answer)},
		},
	}
}
