package api_test

// departs: a site leaves, and who was booked there past its last day goes to
// another organisation's session.
func (w *world) departs() {
	plan := func(role, site string) string {
		token := w.own["site"]
		if role == "other" {
			token = w.other["site"]
		}
		return w.post(token, "/sessions", map[string]any{
			"site": w.ids[site], "topic": "rights", "level": "discover", "seats": 3, "starts_at": "2026-12-10T09:00:00Z", "ends_at": "2026-12-10T11:00:00Z",
		}).is(201).text("id")
	}
	lost, found := plan("own", "site_id"), plan("other", "other_site_id")
	booking := w.post(w.own["desk"], "/bookings", map[string]any{"session": lost, "holder": w.ids["holder"]}).is(201).text("id")
	move := map[string]any{"session": found}
	w.post(w.own["desk"], "/bookings/"+booking+"/rehoming", move).refuses(409, "not_leaving")
	announced := map[string]any{"place": w.ids["site_id"], "shuts": true, "last_day": "2026-12-04", "reason": "Le bail s’achève."}
	w.post(w.other["site"], "/departures", announced).refuses(404, "other_organisation")
	w.post(w.own["site"], "/departures", map[string]any{"place": w.ids["site_id"], "last_day": "2026-01-04", "reason": ""}).refuses(422, "invalid")
	w.post(w.own["site"], "/departures", announced).is(201).has("left", 1).has("kind", "shuts").has("bookings.0.id", booking).has("bookings.0.holds_coupon", true)
	w.post(w.own["desk"], "/bookings", map[string]any{"session": lost, "holder": w.ids["holder"]}).refuses(409, "site_leaves")
	w.get(w.own["national"], "/departures/"+w.ids["site_id"]).is(200).has("left", 1)
	w.get(w.other["desk"], "/departures/"+w.ids["site_id"]).refuses(404, "unknown_departure")

	w.post(w.own["desk"], "/bookings/"+booking+"/rehoming", map[string]any{}).refuses(422, "invalid")
	w.post(w.other["desk"], "/bookings/"+booking+"/rehoming", move).refuses(404, "other_organisation")
	again := request{token: w.own["desk"], method: "POST", path: "/bookings/" + booking + "/rehoming", body: move, key: "once"}
	made := w.send(again).is(201).has("session_id", found).has("state", "booked").has("holds_coupon", true).text("id")
	w.send(again).is(201).has("id", made)
	w.post(w.own["desk"], "/bookings/"+booking+"/rehoming", map[string]any{"why": "not_wanted"}).refuses(409, "booking_over")
	w.get(w.own["national"], "/departures").is(200).has("items.0.left", 0)
}
