package web

import (
	"errors"
	"log/slog"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// Locate finds where a typed text is, as place.Locate does. Where an outside
// geocoder is configured, it is asked for a street or a number that the
// directory does not know; when it does not answer, the directory's own answer
// stands. Faults: unknown_commune.
func (r *Request) Locate(text string) (spot place.Spot, choices []place.Spot, err error) {
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		spot, choices, err = place.Locate(r.Context(), q, text)
		return err
	})
	if r.App.Settings.Geocoder == nil || err != nil && !fault.HasCode(err, geography.ErrUnknownCommune.Code) || !worthAsking(text, spot, choices) {
		return spot, choices, err
	}
	better, failed := r.App.Settings.Geocoder.locate(r.Context(), text, spot.Commune.Code)
	if failed != nil {
		if !errors.Is(failed, errUnsure) && r.Context().Err() == nil {
			r.App.Log.LogAttrs(r.Context(), slog.LevelWarn, "geocoder", slog.String("request", r.ID), slog.Any("error", failed))
		}
		return spot, choices, err
	}
	return better, nil, nil
}

// worthAsking tells whether someone else may know better: a street was typed,
// and neither its house nor a choice to make is known.
func worthAsking(text string, spot place.Spot, choices []place.Spot) bool {
	if len(choices) > 0 || spot.Precision == place.ByNumber || spot.Precision == place.ByCoordinates || text == "" {
		return false
	}
	addresses := geography.Addresses(text)
	return len(addresses) == 0 || addresses[0].Street != ""
}
