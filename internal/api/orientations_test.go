package api_test

import "encoding/json"

// oriented asks for sessions, ranked, and tunes the ranking.
func (w *world) oriented() {
	w.t.Helper()
	desk, national := w.own["desk"], w.own["national"]
	found := w.get(desk, "/orientations?commune=23096&level=discover&days=1,2,3,4,5,6,7&from=08:00&to=20:00&travel=car").is(200)
	if len(found.JSON["items"].([]any)) == 0 {
		w.t.Errorf("nothing is proposed: %s", found.Text)
	}
	found.has("items.0.reasons.0.about", "date").has("items.0.session.code_insee", "23096")
	w.get(desk, "/orientations?commune=23096&diagnosis="+w.ids["diagnosis"]+"&language=ar&topics=photos").is(200).
		has("items.0.fits", false)
	w.get(desk, "/orientations?commune=99999&days=8&from=9h&level=hard&topics=chess&language=xx&brakes=blind").refuses(422, "invalid").
		has("errors.0.field", "commune")
	w.get(desk, "/orientations/figures?from=2026-01-01&to=2027-12-31").is(200).has("items.0.diagnoses", 1)
	w.get(national, "/orientations/figures?from=2026-01-01&to=2027-12-31").is(200)
	w.get(desk, "/orientations/figures?from=hier&to=demain").refuses(422, "invalid")
	served := w.get("", "/orientations/tuning").is(200).has("tuning.points.minute", 1).has("own", false)
	tuning := served.JSON["tuning"].(map[string]any)
	tuning["points"].(map[string]any)["minute"] = json.Number("3")
	w.post(desk, "/orientations/tuning", map[string]any{"tuning": tuning, "reason": "Les bus sont rares."}).refuses(403, "forbidden")
	w.post(national, "/orientations/tuning", map[string]any{"tuning": map[string]any{"points": 3}, "reason": "."}).refuses(422, "bad_tuning")
	w.post(national, "/orientations/tuning", map[string]any{"tuning": tuning, "reason": "Les bus sont rares."}).is(201).has("own", true).has("tuning.points.minute", 3)
	w.get("", "/orientations/tuning").is(200).has("tuning.points.minute", 3).has("reason", "Les bus sont rares.")
}
