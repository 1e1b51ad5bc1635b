package api_test

// helps: help without a coupon is written down, corrected, counted with the
// session's, and leaves in La Coop's columns.
func (w *world) helps() {
	own := w.own["site"]
	const november = "/activities?from=2026-11-01&to=2026-11-30"
	before := w.get(own, november).is(200)
	told := map[string]any{
		"place": w.ids["site_id"], "kind": "individual", "day": "2026-11-23", "minutes": 20, "themes": []string{"Courriel"},
		"genders": map[string]any{"women": 1}, "note": "Elle revient jeudi.",
	}
	w.post(own, "/activities", map[string]any{"kind": "individual", "day": "2026-11-23", "minutes": 20, "themes": []string{"cuisine"}}).refuses(422, "invalid")
	w.post(w.other["site"], "/activities", told).refuses(404, "unknown_place")
	again := request{token: own, method: "POST", path: "/activities", body: told, key: "help"}
	made := w.send(again).is(201).has("people", 1).has("themes.0", "mail").has("revision", 1)
	w.ids["activity"] = made.text("id")
	w.send(again).is(201).has("id", made.text("id"))
	w.get(w.other["desk"], "/activities/"+w.ids["activity"]).refuses(404, "other_organisation")
	w.get(w.own["auditor"], "/activities/"+w.ids["activity"]).is(200).has("note", "")

	told["minutes"], told["revision"], told["reason"] = 40, 1, "C’était plus long."
	fix := request{token: own, method: "PUT", path: "/activities/" + w.ids["activity"], body: told}
	w.send(fix).is(200).has("minutes", 40).has("revision", 2)
	w.send(fix).refuses(409, "conflict")

	after := w.get(own, november).is(200)
	if after.number("people") != before.number("people")+1 || after.number("minutes") != before.number("minutes")+40 || after.number("with_coupon") != before.number("with_coupon") {
		w.t.Errorf("one help of 40 minutes without a coupon: %s, then %s", before.Text, after.Text)
	}
	w.get(w.own["national"], november+"&territory=23").is(200)
	w.get(w.own["territory"], november).refuses(409, "no_territory")
	w.get(own, "/activities?from=2026-11-01&to=hier").refuses(422, "invalid")
	file := w.get(own, "/activities/export?month=2026-11").is(200).has("columns.0", "Date").has("columns.33", "ID CRA")
	if lines := file.JSON["lines"].([]any); len(lines) == 0 || len(lines[0].([]any)) != 34 {
		w.t.Errorf("the file of November: %s", file.Text)
	}
	handed := w.get(w.own["desk"], "/activities/first-sessions?from=2026-11-01&to=2026-12-31").is(200).has("all.handed", 1).has("all.decided", 1).has("all.started", 1)
	if handed.text("items.0.agent_id") == "" {
		w.t.Errorf("a counter reads no agent of its own: %s", handed.Text)
	}
	w.get(w.own["national"], "/activities/first-sessions?from=2026-11-01&to=2026-12-31").is(200).has("items.0.agent_id", nil).has("items.0.desk_id", w.ids["desk"])
	w.get(w.other["desk"], "/activities/first-sessions?from=2026-11-01&to=2026-12-31").is(200).has("all.handed", 0)
	second := w.post(own, "/activities", map[string]any{"kind": "event", "people": 30, "day": "2026-11-20", "minutes": 120, "themes": []string{"other"}}).is(201).text("id")
	w.post(own, "/activities/"+second+"/withdrawal", map[string]any{"reason": ""}).refuses(422, "invalid")
	w.post(own, "/activities/"+second+"/withdrawal", map[string]any{"reason": "Notée deux fois."}).is(200).has("state", "withdrawn")
	w.get(own, november).is(200).has("people", int(after.number("people")))
}
