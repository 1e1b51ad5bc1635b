package api_test

// sentBack: a session does not suit someone, who goes back to the counter that
// booked them with a better place.
func (w *world) misdirects() {
	session := w.post(w.own["site"], "/sessions", map[string]any{
		"site": w.ids["site_id"], "topic": "photos", "level": "master", "seats": 3, "starts_at": "2026-12-03T09:00:00Z", "ends_at": "2026-12-03T11:00:00Z",
	}).is(201).text("id")
	booking := w.post(w.own["desk"], "/bookings", map[string]any{"session": session, "holder": w.ids["holder"]}).is(201).text("id")
	back := map[string]any{"why": "too_hard", "better_place": w.ids["other_site_id"]}
	w.post(w.other["site"], "/bookings/"+booking+"/misdirection", back).refuses(404, "other_organisation")
	w.post(w.own["site"], "/bookings/"+booking+"/misdirection", map[string]any{"why": "rude"}).is(422)
	again := request{token: w.own["site"], method: "POST", path: "/bookings/" + booking + "/misdirection", body: back, key: "back"}
	w.send(again).is(201).has("holder_id", w.ids["holder"]).has("better_place_id", w.ids["other_site_id"]).has("answered_at", nil)
	w.send(again).is(201).has("booking_id", booking)
	w.post(w.own["site"], "/bookings/"+booking+"/misdirection", back).refuses(409, "already_sent_back")
	w.get(w.own["site"], "/sessions/"+session).is(200).has("seats_free", 3)
	w.get(w.own["desk"], "/misdirections?waiting=true").is(200).has("items.0.why", "too_hard")
	if items := w.get(w.other["desk"], "/misdirections").is(200).items(); len(items) > 0 {
		w.t.Errorf("another counter reads %v", items)
	}
	w.post(w.other["desk"], "/misdirections/"+booking+"/answer", nil).refuses(404, "unknown_misdirection")
	w.post(w.own["desk"], "/misdirections/"+booking+"/answer", nil).is(200)
	if items := w.get(w.own["desk"], "/misdirections?waiting=true").is(200).items(); len(items) > 0 {
		w.t.Errorf("answered, and still waiting: %v", items)
	}
}
