package cli

import (
	"context"
	"log/slog"
	"net/http"

	"passerelle/internal/api"
	"passerelle/internal/db"
	"passerelle/internal/web"
	"passerelle/internal/web/activity"
	"passerelle/internal/web/admin"
	"passerelle/internal/web/bearer"
	"passerelle/internal/web/departure"
	"passerelle/internal/web/desk"
	"passerelle/internal/web/label"
	"passerelle/internal/web/money"
	team "passerelle/internal/web/programme"
	"passerelle/internal/web/public"
	"passerelle/internal/web/site"
	"passerelle/internal/web/territory"
)

// seats is every page of the program, in the order of the band at the top.
func seats() []web.Seat {
	return []web.Seat{public.Seat(), bearer.Seat(), site.Seat(), desk.Seat(), money.Seat(), territory.Seat(), label.Seat(), departure.Seat(), activity.Seat(), team.Seat(), admin.Seat()}
}

// Handler is everything the program answers: pages, API and health. The pages
// come too, for the tests that walk every route.
func Handler(ctx context.Context, d *db.DB, settings web.Settings, log *slog.Logger) (http.Handler, *web.App, error) {
	var err error
	if settings.Sample, err = isSample(ctx, d); err != nil {
		return nil, nil, err
	}
	pages := &web.App{DB: d, Clock: d.Clock(), Log: log, Settings: settings}
	if err := pages.Mount(seats()...); err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	health(mux, d)
	mux.Handle(api.Prefix+"/", api.New(api.Options{DB: d, Log: log}))
	mux.Handle("/", pages.Handler())
	return mux, pages, nil
}
