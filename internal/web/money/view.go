package money

import (
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/web"
)

// view reads in one consistent look.
func view(r *web.Request, read func(q db.Q) error) error {
	return r.App.DB.View(r.Context(), r.Actor(), read)
}

// today is the day at the accountant's desk.
func today(r *web.Request) civil.Date { return civil.DateOf(r.App.Clock.Now(), civil.Paris) }

const nbsp = "\u00a0"
