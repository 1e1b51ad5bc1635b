package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/api"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/notify"
)

func labelDay() civil.Date { return civil.On(2026, time.January, 5) }

// prepare walks the path up to booklets in a desk's stock: label, bank details,
// session, agreement, order, receipts, print.
func (w *world) prepare() *world {
	w.t.Helper()
	own := w.own
	w.post(own["certifier"], "/sites/"+w.ids["site_id"]+"/label", map[string]any{
		"decision": "grant", "date": labelDay().String(), "reason": "Le lieu répond aux critères.",
	}).is(201).has("until", "2029-01-04")
	w.send(request{token: own["site"], method: "PUT", path: "/sites/" + w.ids["site_id"] + "/bank-details", body: map[string]any{
		"holder": "Lieu d’exemple", "iban": ibans[1],
	}}).is(200)
	w.ids["session"] = w.post(own["site"], "/sessions", map[string]any{
		"site": w.ids["site_id"], "topic": "formality", "level": "discover", "seats": 2,
		"starts_at": rfc(dbtest.Start.Add(10 * time.Minute)), "ends_at": rfc(dbtest.Start.Add(2 * time.Hour)),
	}).is(201).has("seats_free", 2).text("id")
	w.ids["agreement"] = w.post(own["national"], "/agreements", map[string]any{
		"title":  "Convention d’exemple",
		"shares": []any{map[string]any{"funder": w.ids["funder_id"], "weight": 2}, map[string]any{"funder": w.ids["other_funder_id"], "weight": 1}},
	}).is(201).text("id")
	w.amend()
	w.ids["order"] = w.post(own["territory"], "/orders", map[string]any{
		"agreement": w.ids["agreement"], "booklets": 4, "coupons_per_booklet": 5, "desk": w.ids["desk"],
	}).is(201).has("amount_cents", 20000).has("agreement_version", 2).text("id")
	w.get(own["territory"], "/orders/"+w.ids["order"]+"/lines").is(200).has("items.1.amount_cents", 6667)
	printed := w.post(own["desk"], "/orders/"+w.ids["order"]+"/booklets", map[string]any{"desk": w.ids["desk"]}).is(201)
	for i, name := range []string{"booklet", "booklet2", "booklet3", "booklet4"} {
		w.ids[name] = printed.text("items." + string(rune('0'+i)) + ".number")
	}
	w.ids["holder"] = w.post(own["desk"], "/holders", map[string]any{"name": "Ama", "commune": "23096"}).is(201).text("id")
	return w
}

// amend signs another version of the agreement, and asks it who would pay what.
func (w *world) amend() {
	w.t.Helper()
	about := "/agreements/" + w.ids["agreement"]
	amendment := map[string]any{
		"title": "Convention d’exemple", "version": 1, "reason": "Un minimum par commande.",
		"shares": []any{
			map[string]any{"funder": w.ids["funder_id"], "weight": 2, "most_cents": 1_000_000},
			map[string]any{"funder": w.ids["other_funder_id"], "weight": 1},
		},
		"rules": map[string]any{"least_order_cents": 5000, "bearer": w.ids["other_funder_id"], "until": "2027-12-31"},
	}
	w.post(w.own["national"], about+"/versions", amendment).is(201).has("version", 2).has("rules.least_order_cents", 5000).has("rules.until", "2027-12-31")
	w.post(w.own["national"], about+"/versions", amendment).is(409).has("code", "agreement_moved")
	w.get(w.own["territory"], about+"/versions").is(200).has("items.1.version", 1)
	w.get(w.own["territory"], about+"/bill?booklets=4&coupons_per_booklet=5").is(200).has("items.0.amount_cents", 13333).has("items.0.why", "share")
	w.get(w.own["territory"], about+"/bill?booklets=1&coupons_per_booklet=1").is(422).has("errors.0.code", "under_minimum")
}

// funded adds the funders' cash, so that booklets may be handed over.
func (w *world) funded() *world {
	w.t.Helper()
	for name, amount := range map[string]int{"funder_id": 13333, "other_funder_id": 6667} {
		share := w.shareOf(name)
		if share < amount-1 || share > amount+1 {
			w.t.Fatalf("%s is to pay %d", name, share)
		}
		w.ids["receipt"] = w.post(w.own["accountant"], "/orders/"+w.ids["order"]+"/receipts", map[string]any{
			"funder": w.ids[name], "amount_cents": share, "reference": "VIR 1",
		}).is(201).has("amount_cents", share).text("id")
	}
	return w
}

func (w *world) shareOf(funder string) int {
	balance := w.get(w.own["territory"], "/orders/"+w.ids["order"]+"/balance").is(200)
	for _, one := range balance.JSON["by_funder"].([]any) {
		if one := one.(map[string]any); one["funder_id"] == w.ids[funder] {
			return int(one["share_cents"].(float64))
		}
	}
	w.t.Fatalf("%s is not in the balance", funder)
	return 0
}

// handed gives the first booklet to the holder.
func (w *world) handed() *world {
	w.t.Helper()
	live := w.post(w.own["desk"], "/booklets/"+w.ids["booklet"]+"/handover", map[string]any{"holder": w.ids["holder"]}).is(201)
	for i, name := range []string{"coupon", "coupon2", "coupon3", "coupon4", "coupon5"} {
		w.ids[name] = live.has("coupons."+string(rune('0'+i))+".state", "live").text("coupons." + string(rune('0'+i)) + ".number")
	}
	return w
}

func TestTheWholePathFromOrderToPaidSite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d).prepare()
		own := w.own
		handover := "/booklets/" + w.ids["booklet"] + "/handover"

		// Nothing goes live without each funder's cash.
		w.post(own["desk"], handover, map[string]any{"holder": w.ids["holder"]}).refuses(409, "not_covered")
		w.funded().handed()
		w.post(own["desk"], handover, map[string]any{"holder": w.ids["holder"]}).refuses(409, "already_handed_over")

		// Diagnosis, and whose it is.
		asked := w.get(own["desk"], "/questionnaires/quick").is(200)
		questions := asked.JSON["questions"].([]any)
		if len(questions) == 0 || len(questions) > 6 {
			t.Errorf("%d questions", len(questions))
		}
		answers := map[string]any{}
		for _, question := range questions {
			question := question.(map[string]any)
			answers[question["id"].(string)] = question["choices"].([]any)[0].(map[string]any)["value"]
		}
		diagnosed := w.post(own["desk"], "/diagnoses", map[string]any{"questionnaire": "quick", "answers": answers, "commune": "23096"}).is(201)
		if !slices.Contains([]string{"far_away", "pathway", "one_off", "on_paper"}, diagnosed.text("route.code")) || diagnosed.value("scores.information") == nil {
			t.Errorf("diagnosis: %s", diagnosed.Text)
		}
		if _, told := diagnosed.JSON["scores"].(map[string]any)["privacy"]; !told {
			t.Errorf("privacy has no score, not even null: %s", diagnosed.Text)
		}
		w.ids["diagnosis"] = diagnosed.text("id")
		second := w.post(own["desk"], "/holders", map[string]any{"diagnosis": w.ids["diagnosis"]}).is(201).text("id")
		w.get(own["desk"], "/diagnoses/"+w.ids["diagnosis"]).is(200).has("holder_id", second)
		w.get(own["desk"], "/diagnoses?holder="+second).is(200).has("items.0.id", w.ids["diagnosis"])
		w.get(own["desk"], "/diagnoses/progress?holder="+second).is(200) // one diagnosis alone compares with nothing
		w.oriented()
		w.get("", "/diagnoses/pix/mapping").is(200).has("levels.0.from", 0)
		tested := w.post(own["desk"], "/diagnoses/pix", map[string]any{"holder": second, "levels": map[string]any{"1.1": 3}, "pix": 120, "taken_on": "2026-11-20"}).
			is(201).has("origin", "typed").text("id")
		w.get(own["desk"], "/diagnoses/pix?holder="+second).is(200).has("items.0.id", tested)
		w.post(own["desk"], "/diagnoses/pix", map[string]any{"holder": second, "levels": map[string]any{"9.9": 3}, "taken_on": "2026-11-20"}).refuses(422, "invalid")
		w.get(own["desk"], "/holders").is(200).has("items.0.id", second)
		w.get(own["desk"], "/holders/"+w.ids["holder"]).is(200).has("name", "Ama")

		// A seat.
		w.get(own["desk"], "/sessions?near=46.17,1.87&seats=1&level=discover&topic=formality&from=2026-11-24&to=2026-11-24").is(200).
			has("items.0.id", w.ids["session"]).has("items.0.site_id", w.ids["site_id"]).has("items.0.seats_free", 2)
		w.get(own["desk"], "/sessions/"+w.ids["session"]).is(200)
		w.ids["booking"] = w.post(own["desk"], "/bookings", map[string]any{"session": w.ids["session"], "holder": w.ids["holder"]}).is(201).
			has("state", "booked").text("id")
		w.post(own["desk"], "/bookings", map[string]any{"session": w.ids["session"], "holder": w.ids["holder"]}).refuses(409, "already_booked")
		seat := w.post(own["desk"], "/bookings", map[string]any{"session": w.ids["session"], "holder": second}).is(201).text("id")
		w.send(request{token: own["desk"], method: "DELETE", path: "/bookings/" + seat}).is(200).has("state", "cancelled")
		w.get(own["site"], "/bookings/"+w.ids["booking"]).is(200).has("state", "booked")
		w.waitsForASeat()
		w.keepsWorkshops()
		w.followsAPathway(second)
		attendance := request{token: own["site"], method: "PUT", path: "/bookings/" + w.ids["booking"] + "/attendance", body: map[string]any{"state": "came"}}
		held := w.send(attendance).is(200).has("booking.state", "came").has("redemptions.0.amount_cents", 1000).has("refusal", "").text("redemptions.0.id")
		attendance.body = map[string]any{"state": "to_fill"}
		w.send(attendance).is(200).has("booking.state", "to_fill")
		w.get(own["site"], "/redemptions/"+held).is(200).has("state", "reversed")
		w.get(own["site"], "/bookings?session="+w.ids["session"]).is(200).has("items.0.id", w.ids["booking"])
		w.get(own["desk"], "/bookings?holder="+w.ids["holder"]).is(200).has("items.0.id", w.ids["booking"])

		// What was told to the person, in which words, and what a gateway tells.
		if err := d.Update(t.Context(), job.Actor, func(tx *db.Tx) error {
			booking, err := db.ParseID(w.ids["booking"])
			if err != nil {
				return err
			}
			if _, err := notify.TellSeat(t.Context(), tx, notify.SessionCancelled, booking, "05 36 49 12 00"); err != nil {
				return err
			}
			return notify.SetInboundSecret(t.Context(), tx, "gateway secret")
		}); err != nil {
			t.Fatal(err)
		}
		w.get(own["desk"], "/messages?holder="+w.ids["holder"]).is(200).has("items.0.kind", "session_cancelled").has("items.0.state", "unreachable")
		w.get(own["national"], "/messages/templates").is(200).has("items.0.kind", "confirmation").has("items.0.original", true)
		stop := request{method: "POST", path: "/messages/inbound", body: map[string]any{"from": "33639984122", "text": "STOP"}}
		w.send(stop).refuses(403, "not_the_gateway")
		stop.header = map[string]string{"Passerelle-Secret": "gateway secret"}
		w.send(stop).is(200).has("received", true)

		// Coupons pay services.
		body := map[string]any{"site": w.ids["site_id"], "session": w.ids["session"]}
		redemption := w.post(own["site"], "/coupons/"+w.ids["coupon"]+"/redemption", body).is(201).has("amount_cents", 1000).has("state", "redeemed")
		w.ids["redemption"] = redemption.text("id")
		w.get(own["site"], "/redemptions/"+w.ids["redemption"]).is(200).has("leaf", redemption.text("leaf"))
		w.get("", "/log").refuses(404, "empty_log")
		w.get("", redemption.text("proof")[len(api.Prefix):]).refuses(409, "unsealed_leaf")
		w.seal()
		key := w.get("", "/log").is(200).text("key")
		first := w.get("", "/log/checkpoints").is(200)
		w.get("", redemption.text("proof")[len(api.Prefix):]).is(200).has("leaf", redemption.text("leaf")).has("checkpoint.note", first.text("items.0.note"))
		w.get("", "/log/proofs/00").refuses(404, "unknown_leaf")
		w.get(own["desk"], "/bookings/"+w.ids["booking"]).is(200).has("state", "came")
		refused := w.post(own["site"], "/coupons/"+w.ids["coupon"]+"/redemption", body).refuses(409, "already_redeemed")
		if refused.text("when") == "" || refused.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("already redeemed, but when? %s", refused.Text)
		}
		w.seal()
		if same := w.get("", "/log/consistency").is(200).has("from.root", first.text("items.0.root")); !strings.HasPrefix(same.text("to.note"), key[:strings.Index(key, "+")]) {
			t.Errorf("another log signs: %s", same.Text)
		}
		w.get("", "/log/consistency?from=5&to=2").refuses(422, "invalid")
		w.get("", "/log/consistency?from=1&to=2").refuses(404, "no_checkpoint")
		undone := w.post(own["site"], "/coupons/"+w.ids["coupon2"]+"/redemption", map[string]any{"site": w.ids["site_id"]}).is(201).text("id")
		w.post(own["site"], "/redemptions/"+undone+"/reversal", nil).is(200).has("kind", "undone")
		w.get(own["site"], "/redemptions/"+undone).is(200).has("state", "reversed")
		w.post(own["site"], "/redemptions/"+undone+"/reversal", nil).refuses(409, "already_reversed")
		w.post(own["site"], "/coupons/"+w.ids["coupon2"]+"/redemption", map[string]any{"site": w.ids["site_id"], "session": nil}).is(201)
		d.Clock.Advance(5 * time.Minute)
		w.send(request{token: own["site"], method: "DELETE", path: "/coupons/" + w.ids["coupon2"] + "/redemption"}).refuses(422, "reason_required")
		w.send(request{token: own["site"], method: "DELETE", path: "/coupons/" + w.ids["coupon2"] + "/redemption?reason=Erreur"}).is(200).has("kind", "reversed")
		w.get(own["site"], "/redemptions?site="+w.ids["site_id"]+"&limit=2").is(200)

		// The books, while the month runs.
		w.get(own["territory"], "/orders/"+w.ids["order"]+"/balance").is(200).
			has("received_cents", 20000).has("live_cents", 4000).has("redeemed_cents", 1000).has("available_cents", 15000)
		running := w.get(own["site"], "/statements?site="+w.ids["site_id"]+"&month=2026-11").is(200).has("items.0.state", "open").has("items.0.amount_cents", 1000)
		w.ids["statement"] = running.text("items.0.id")
		w.get(own["site"], "/statements/"+w.ids["statement"]).is(200).has("state", "open").has("lines.0.coupons", 1)
		w.post(own["accountant"], "/payments", map[string]any{"statements": []string{w.ids["statement"]}}).refuses(409, "statement_not_closed")

		// The month ends: closed, paid, seen.
		d.Clock.Set(time.Date(2026, time.December, 2, 9, 0, 0, 0, time.UTC))
		w.post(own["accountant"], "/statements/close", map[string]any{"month": "2026-11"}).is(200).has("items.0.id", w.ids["statement"]).has("items.0.state", "closed")
		w.post(own["accountant"], "/statements/close", map[string]any{"month": "2026-11"}).is(200).has("items.0.id", w.ids["statement"])
		w.post(own["site"], "/redemptions/"+w.ids["redemption"]+"/reversal", map[string]any{"reason": "Trop tard"}).refuses(409, "statement_closed")
		paid := w.post(own["accountant"], "/payments", map[string]any{"statements": []string{w.ids["statement"]}}).is(201).
			has("amount_cents", 1000).has("statement_ids.0", w.ids["statement"])
		w.ids["payment"] = paid.text("id")
		if !strings.Contains(paid.text("xml"), ibans[1]) {
			t.Error("the file does not pay the site's account")
		}
		w.post(own["accountant"], "/payments", map[string]any{"statements": []string{w.ids["statement"]}}).is(201).has("id", w.ids["payment"]).has("xml", paid.text("xml"))
		w.get(own["auditor"], "/payments").is(200).has("items.0.state", "sent")
		if w.get(own["auditor"], "/payments/"+w.ids["payment"]).is(200).value("xml") != nil {
			t.Error("an auditor reads the accounts' holders")
		}
		w.get(own["territory"], "/orders/"+w.ids["order"]+"/balance").is(200).has("sent_cents", 1000).has("redeemed_cents", 0)
		w.rejectsOnce(paid.text("message_id"))
		w.post(own["accountant"], "/payments/"+w.ids["payment"]+"/debit", map[string]any{"date": "2026-12-02"}).is(200).has("state", "paid")
		w.post(own["accountant"], "/payments/"+w.ids["payment"]+"/debit", map[string]any{"date": "2026-12-01"}).is(422)
		w.get(own["territory"], "/orders/"+w.ids["order"]+"/balance").is(200).has("paid_cents", 1000).has("sent_cents", 0).has("returned_cents", 0)
		w.get(own["site"], "/statements/"+w.ids["statement"]).is(200).has("state", "paid").has("shares.0.amount_cents", 667)
		w.post(own["site"], "/coupons/"+w.ids["coupon"]+"/redemption", map[string]any{"site": w.ids["site_id"]}).refuses(409, "paid")

		// Anyone says what is wrong with the place; its keeper answers, and confirms.
		reported := w.post("", "/places/"+w.ids["site_id"]+"/reports", map[string]any{"kind": "hours", "text": "Fermé le lundi", "email": "ana@exemple.fr"}).is(201).has("state", "open").has("agent", false)
		w.get(own["site"], "/place-reports?state=open").is(200).has("items.0.id", reported.text("id")).has("items.0.text", "Fermé le lundi")
		w.post(own["site"], "/place-reports/"+reported.text("id")+"/answer", map[string]any{"state": "corrected"}).is(200).has("state", "corrected")
		w.post(own["national"], "/place-reports/"+reported.text("id")+"/answer", map[string]any{"state": "refused", "reason": "Non"}).refuses(409, "report_answered")
		w.post(own["site"], "/places/"+w.ids["site_id"]+"/confirmation", nil).is(200).has("freshness.sign", "confirmed").has("freshness.stale", false)

		w.readsWhatWasMade()
		w.applies()
		w.helps()
		w.misdirects()
		w.departs()
		w.everyOperationAnswered()
	})
}

// rejectsOnce: the bank refuses the payment, which is made again in another file.
func (w *world) rejectsOnce(file string) {
	own := w.own
	reference := w.get(own["accountant"], "/statements/"+w.ids["statement"]).is(200).text("reference")
	taken := w.post(own["accountant"], "/bank-messages", map[string]any{"xml": rejection(file, reference)}).is(201).
		has("kind", "pain.002").has("lines.0.outcome", "rejected").has("lines.0.payment_id", w.ids["payment"]).has("lines.0.reason", "le compte est fermé")
	w.ids["bank_message"] = taken.text("id")
	w.post(own["accountant"], "/bank-messages", map[string]any{"xml": rejection(file, reference)}).is(201).has("id", w.ids["bank_message"])
	w.post(own["accountant"], "/bank-messages", map[string]any{"xml": rejection("AILLEURS", reference)}).refuses(422, "not_our_payment_file")
	w.post(own["accountant"], "/bank-messages", map[string]any{"xml": "<html/>"}).refuses(422, "bad_bank_message")
	w.get(own["auditor"], "/bank-messages").is(200).has("items.0.id", w.ids["bank_message"])
	w.get(own["auditor"], "/bank-messages/"+w.ids["bank_message"]).is(200).has("lines.0.party", reference)
	w.get(own["auditor"], "/payments/"+w.ids["payment"]).is(200).has("state", "rejected").has("rejected_cents", 1000)
	w.get(own["site"], "/statements/"+w.ids["statement"]).is(200).has("state", "rejected")
	w.ids["payment"] = w.post(own["accountant"], "/payments", map[string]any{"statements": []string{w.ids["statement"]}}).is(201).text("id")
}

// rejection is the bank's answer to a file: the account of one payment is closed.
func rejection(file, reference string) string {
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-12-02T07:00:00</CreDtTm></GrpHdr>
		<OrgnlGrpInfAndSts><OrgnlMsgId>` + file + `</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>` + file + `</OrgnlPmtInfId>
		<TxInfAndSts><OrgnlEndToEndId>` + reference + `</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>
		</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
}

// keepsWorkshops adopts, adapts, plans a series, changes it and ends it.
func (w *world) keepsWorkshops() {
	site := w.own["site"]
	w.get(site, "/workshops/ready").is(200).has("items.0.code", "first-steps")
	w.post(site, "/workshops", map[string]any{"ready": "none"}).refuses(404, "unknown_ready_workshop")
	kept := w.post(site, "/workshops", map[string]any{"ready": "mailbox", "minutes": 60}).is(201).has("minutes", 60).has("adapted", true).text("id")
	w.ids["workshop"] = kept
	w.post(site, "/workshops", map[string]any{"ready": "mailbox"}).refuses(409, "workshop_kept")
	w.send(request{token: site, method: "PUT", path: "/workshops/" + kept, body: map[string]any{"learn": "écrire un courriel"}}).is(200).has("learn", "écrire un courriel").has("minutes", 60)
	w.get(site, "/workshops/"+kept).is(200)
	w.get(site, "/workshops").is(200).has("items.0.id", kept)
	spare := w.post(site, "/workshops", map[string]any{"title": "Mots croisés", "topic": "mots", "level": "discover", "service": "leisure", "minutes": 45, "learn": "jouer aux mots"}).is(201).text("id")
	w.send(request{token: site, method: "DELETE", path: "/workshops/" + spare}).is(200)

	asked := map[string]any{
		"site": w.ids["site_id"], "topic": "photos", "level": "discover", "seats": 3, "starts_at": "2026-12-18T13:00:00Z", "rhythm": "weekly", "times": 3,
		"stop": map[string]any{"name": "Salle des fêtes", "commune": "23176"}, "minimum": 2, "minimum_days": 2,
	}
	w.post(site, "/series/dates", asked).is(200).has("items.1.day", "2026-12-25").has("items.1.to", "2026-12-26")
	series := w.post(site, "/series", asked).is(201).has("first_day", "2026-12-18")
	w.ids["series"] = series.text("id")
	w.get(site, "/series/"+w.ids["series"]).is(200).has("sessions.0.series_id", w.ids["series"]).has("sessions.0.code_insee", "23176").has("sessions.0.stop.0", "Salle des fêtes")
	w.send(request{token: site, method: "PUT", path: "/series/" + w.ids["series"], body: map[string]any{"from": "2026-12-18", "starts": "10:00", "ends": "11:30", "seats": 5}}).
		is(200).has("sessions.0.seats", 5).has("sessions.0.starts_at", "2026-12-18T09:00:00Z")
	w.send(request{token: site, method: "PUT", path: "/sessions/" + series.text("sessions.0.id"), body: map[string]any{
		"starts_at": "2026-12-18T09:00:00Z", "ends_at": "2026-12-18T10:00:00Z", "seats": 6, "room": "préau",
	}}).is(200).has("seats", 6).has("room", "préau")
	w.post(site, "/series/"+w.ids["series"]+"/end", map[string]any{"from": "2026-12-01", "reason": "Travaux."}).is(200).has("sessions.0.state", "cancelled")
	w.post(site, "/series/"+w.ids["series"]+"/end", map[string]any{"from": "2026-12-01", "reason": "Travaux."}).refuses(422, "no_date_left")
}

// followsAPathway proposes one, accepts it, finishes it; another is stopped.
func (w *world) followsAPathway(who string) {
	desk := w.own["desk"]
	w.ids["pathway"] = w.post(desk, "/pathways", map[string]any{"holder": w.ids["holder"]}).is(201).has("state", "proposed").text("id")
	w.post(desk, "/pathways", map[string]any{"holder": w.ids["holder"]}).refuses(409, "pathway_under_way")
	path := "/pathways/" + w.ids["pathway"]
	w.post(desk, path+"/end", map[string]any{}).refuses(409, "pathway_not_accepted")
	w.post(desk, path+"/acceptance", map[string]any{"workshops": []string{"formality", "mailbox"}}).is(200).has("state", "accepted").has("steps.0.state", "booked")
	w.get(w.own["site"], path).is(200).has("steps.1.state", "to_book")
	w.get(desk, "/pathways?holder="+w.ids["holder"]).is(200).has("items.0.id", w.ids["pathway"])
	w.get(desk, "/pathways?state=accepted").is(200).has("items.0.id", w.ids["pathway"])
	w.post(desk, path+"/end", map[string]any{"share_level": true}).is(200).has("state", "finished").has("share_level", true)
	other := w.post(desk, "/pathways", map[string]any{"holder": who, "workshops": []string{"photos"}}).is(201).text("id")
	w.post(desk, "/pathways/"+other+"/stop", map[string]any{"reason": "Trop loin."}).is(200).has("state", "stopped")
}

// waitsForASeat puts people in line for one seat, in two weeks.
func (w *world) waitsForASeat() {
	desk := w.own["desk"]
	plan := func(days time.Duration) string {
		at := dbtest.Start.Add(days * 24 * time.Hour)
		return w.post(w.own["site"], "/sessions", map[string]any{
			"site": w.ids["site_id"], "topic": "mailbox", "level": "discover", "seats": 1, "starts_at": rfc(at), "ends_at": rfc(at.Add(time.Hour)),
		}).is(201).text("id")
	}
	person := func() string { return w.post(desk, "/holders", map[string]any{}).is(201).text("id") }
	full, other := plan(14), plan(15)
	seated := w.post(desk, "/bookings", map[string]any{"session": full, "holder": person()}).is(201).text("id")
	asked := w.post(desk, "/bookings", map[string]any{"session": full, "holder": person()}).is(201).has("state", "waiting").has("word", "ask").text("id")
	sure := w.post(desk, "/bookings", map[string]any{"session": full, "holder": person(), "word": "ask"}).is(201).has("rank", 2).text("id")
	w.send(request{token: desk, method: "PUT", path: "/bookings/" + sure + "/word", body: map[string]any{"word": "take"}}).is(200).has("state", "waiting").has("word", "take")
	w.post(desk, "/bookings/"+asked+"/answer", map[string]any{"accept": true}).refuses(409, "offer_over")
	moved := w.post(desk, "/bookings/"+seated+"/move", map[string]any{"session": other}).is(201).has("session_id", other).has("state", "booked").text("id")
	w.post(desk, "/bookings/"+seated+"/move", map[string]any{"session": other}).refuses(409, "booking_over")
	if until := w.get(desk, "/bookings/"+asked).is(200).has("state", "waiting").has("offers", 1).text("offered_until"); until == "" {
		w.t.Error("the freed seat is kept for nobody")
	}
	w.post(desk, "/bookings/"+asked+"/answer", map[string]any{"accept": false}).is(200).has("state", "waiting").has("offered_until", nil)
	w.get(desk, "/bookings/"+sure).is(200).has("state", "booked")
	for _, booking := range []string{asked, sure, moved} { // nobody is expected there later
		w.send(request{token: desk, method: "DELETE", path: "/bookings/" + booking}).is(200).has("state", "cancelled")
	}
}

// readsWhatWasMade: what can be read by id stands in its list.
func (w *world) readsWhatWasMade() {
	own, ids := w.own, w.ids
	for _, c := range []struct{ role, list, one string }{
		{"site", "/places?near=46.17,1.87&radius_km=5&pass=true&service=procedures", "/places/" + ids["site_id"]},
		{"site", "/sites", "/sites/" + ids["site_id"]},
		{"territory", "/agreements", "/agreements/" + ids["agreement"]},
		{"funder", "/agreements", "/agreements/" + ids["agreement"]},
		{"territory", "/orders", "/orders/" + ids["order"]},
		{"funder", "/orders", "/orders/" + ids["order"]},
		{"desk", "/orders", "/orders/" + ids["order"]},
		{"desk", "/booklets?state=live&order=" + ids["order"], "/booklets/" + ids["booklet"]},
		{"auditor", "/booklets?state=live", "/booklets/" + ids["booklet"]},
		{"site", "/redemptions?site=" + ids["site_id"], "/redemptions/" + ids["redemption"]},
		{"auditor", "/redemptions?site=" + ids["site_id"], "/redemptions/" + ids["redemption"]},
		{"accountant", "/statements?state=paid", "/statements/" + ids["statement"]},
		{"accountant", "/payments", "/payments/" + ids["payment"]},
		{"desk", "/organisations", "/organisations/" + ids["desk"]},
		{"national", "/organisations?role=desk", "/organisations/" + ids["desk"]},
	} {
		one := w.get(own[c.role], c.one).is(200).text("id")
		if !slices.ContainsFunc(w.get(own[c.role], c.list).is(200).items(), func(item any) bool { return item.(map[string]any)["id"] == one }) {
			w.t.Errorf("%s: %s is not in %s", c.role, c.one, c.list)
		}
	}
	w.get(own["national"], "/funders").is(200)
	w.get(own["territory"], "/desks").is(200)
	w.get(own["site"], "/sessions?site="+ids["site_id"]+"&from=2026-11-01&limit=1").is(200).has("items.0.id", ids["session"]).has("next", "")
	w.get(own["territory"], "/orders/"+ids["order"]+"/receipts").is(200).has("items.0.order_id", ids["order"])
	w.get(own["accountant"], "/sites/"+ids["site_id"]+"/bank-details").is(200).has("iban", ibans[1])
	body := w.get(own["site"], "/sites/"+ids["site_id"]).is(200).text("organisation_id")
	w.send(request{token: own["site"], method: "PUT", path: "/organisations/" + body + "/bank-details", body: map[string]any{"holder": "Le Fil", "iban": ibans[0]}}).is(200)
	w.get(own["site"], "/organisations/"+body+"/bank-details").is(200).has("common", true)
	journal := w.get(own["accountant"], "/journal?limit=2").is(200)
	w.get(own["accountant"], "/journal?limit=2&after="+journal.text("next")).is(200)
	w.get(own["auditor"], "/journal/balance").is(200).has("totals.0.account", "bank")
	w.post(own["accountant"], "/journal/closings", map[string]any{"until": "2099-01-01"}).refuses(409, "period_running")
	closed := w.post(own["accountant"], "/journal/closings", map[string]any{"until": "2020-01-01"}).is(201).has("entries", 0)
	w.get(own["auditor"], "/journal/closings").is(200).has("items.0.id", closed.text("id"))
	w.get("", "/solvency").is(200).has("covered", true).has("owed", nil).has("paid_cents", 1000)
	w.get(own["accountant"], "/solvency").is(200).has("owed.by_funder.0.received_cents", w.shareOf("funder_id"))
	w.post(own["desk"], "/booklets/"+ids["booklet3"]+"/block", map[string]any{"kind": "lost", "reason": "Tombé du bus."}).is(200).has("state", "blocked")
	w.post(own["site"], "/redemptions", map[string]any{"items": []any{
		map[string]any{"coupon": ids["coupon3"], "site": ids["site_id"], "session": nil, "key": w.key()},
	}}).is(200).has("items.0.status", 201)
	w.returnWhatIsUnused()
	w.decideTwins()
	w.importPlaces()
	w.printBatch()
}

// returnWhatIsUnused pays back, rolls over, places and sends back cash, and
// calls booklets back.
func (w *world) returnWhatIsUnused() {
	own, ids := w.own, w.ids
	account := map[string]any{"holder": "Trésor public", "iban": ibans[0]}
	w.send(request{token: own["accountant"], method: "PUT", path: "/funders/" + ids["funder_id"] + "/bank-details", body: account}).is(200)
	w.get(own["auditor"], "/funders/"+ids["funder_id"]+"/bank-details").is(200).has("iban", ibans[0])
	w.post(own["territory"], "/booklets/"+ids["booklet3"]+"/void", map[string]any{"reason": "Annulé"}).refuses(409, "blocked")
	w.post(own["territory"], "/orders/"+ids["order"]+"/void", map[string]any{"reason": "Le programme change."}).is(200).has("more", false)
	again := w.post(own["territory"], "/orders", map[string]any{
		"agreement": ids["agreement"], "booklets": 2, "coupons_per_booklet": 5, "desk": ids["desk"],
	}).is(201)
	printed := w.post(own["territory"], "/orders/"+again.text("id")+"/booklets", map[string]any{}).is(201)
	w.post(own["territory"], "/booklets/"+printed.text("items.0.number")+"/void", map[string]any{"reason": "Mal imprimé"}).is(200).has("state", "void")
	from, to := "/orders/"+ids["order"], "/orders/"+again.text("id")
	available := w.get(own["accountant"], from+"/balance").is(200)
	w.post(own["accountant"], from+"/rollovers", map[string]any{"to": again.text("id"), "funder": ids["funder_id"], "amount_cents": 100, "reason": "Suite"}).is(201).has("amount_cents", 100)
	w.get(own["auditor"], to+"/rollovers").is(200).has("items.0.amount_cents", 100)
	w.get(own["accountant"], to+"/balance").is(200).has("moved_in_cents", 100).has("available_cents", 100)
	w.post(own["accountant"], from+"/refunds", map[string]any{"funder": ids["funder_id"], "amount_cents": 50, "reason": "Trop versé", "reference": "VIR 9"}).is(201).has("state", "debited")
	w.post(own["accountant"], from+"/refunds", map[string]any{"funder": ids["funder_id"], "amount_cents": 999_999_00, "reason": "Trop"}).refuses(409, "not_available")
	refund := w.post(own["accountant"], from+"/refunds", map[string]any{"funder": ids["funder_id"], "amount_cents": 60, "reason": "Fin"}).is(201).has("state", "sent")
	w.get(own["auditor"], "/refunds").is(200).has("items.0.order_id", ids["order"])
	w.get(own["auditor"], "/refunds/"+refund.text("id")).is(200).has("state", "sent")
	w.get(own["accountant"], "/refunds/"+refund.text("id")+"/file").is(200)
	w.post(own["accountant"], "/refunds/"+refund.text("id")+"/debit", map[string]any{"date": labelDay().String()}).is(200).has("state", "debited")
	w.get(own["accountant"], from+"/balance").is(200).has("returned_cents", 110).has("moved_out_cents", 100).has("live_cents", available.value("live_cents"))
	credit := w.post(own["accountant"], "/credits", map[string]any{"amount_cents": 300, "text": "VIREMENT SANS NOM"}).is(201).has("waiting_cents", 300)
	w.get(own["auditor"], "/credits?waiting=true").is(200).has("items.0.id", credit.text("id"))
	w.post(own["accountant"], "/credits/"+credit.text("id")+"/receipts", map[string]any{"order": again.text("id"), "funder": ids["funder_id"], "amount_cents": 200}).is(201).has("amount_cents", 200)
	w.post(own["accountant"], "/credits/"+credit.text("id")+"/return", map[string]any{"reference": "VIR 10", "reason": "Trop versé"}).is(201).has("amount_cents", 100)
	w.get(own["auditor"], "/credits/"+credit.text("id")).is(200).has("waiting_cents", 0)
}

// decideTwins merges two places, takes it back, and keeps them apart.
func (w *world) decideTwins() {
	pair := "/place-twins/" + w.twin()
	first := w.get(w.own["national"], "/place-twins?territory=23&limit=1").is(200).has("items.0.state", "proposed").has("next", "")
	if path := "/place-twins/" + first.text("items.0.id"); path != pair {
		w.t.Errorf("%s is listed, not %s", path, pair)
	}
	w.post(w.own["national"], pair+"/merge", map[string]any{"survivor": w.ids["site_id"]}).refuses(422, "invalid")
	merged := w.post(w.own["national"], pair+"/merge", map[string]any{"survivor": first.text("items.0.places.1.id")}).is(200).
		has("state", "merged").has("survivor_id", first.text("items.0.places.1.id"))
	stands := merged.text("survivor_id")
	for _, side := range []string{"places.0.id", "places.1.id"} {
		w.get("", "/places/"+merged.text(side)).is(200).has("id", stands)
		w.get("", "/places/"+merged.text(side)+"/sources").is(200).has("id", stands).has("fields.0.field", "name").has("fields.0.by_hand", false)
	}
	w.post(w.own["national"], pair+"/merge", map[string]any{}).refuses(409, "twin_decided")
	w.post(w.own["national"], pair+"/separation", nil).is(200).has("state", "proposed").has("survivor_id", nil)
	w.post(w.own["national"], pair+"/keep-apart", map[string]any{"reason": "near"}).refuses(422, "invalid")
	w.post(w.own["national"], pair+"/keep-apart", map[string]any{"reason": "other_body"}).is(200).has("state", "apart").has("reason", "other_body")
	w.get(w.own["national"], "/place-twins?state=apart").is(200).has("items.0.id", first.text("items.0.id"))
	w.get(w.own["national"], pair).is(200).has("state", "apart")
}

// seal numbers what waits for its place in the sealed log.
func (w *world) seal() {
	w.d.Must(w.t, console, func(ctx context.Context, tx *db.Tx) error {
		_, err := audit.Sequence(ctx, tx)
		return err
	})
}

// everyOperationAnswered: each line of the table has answered with success here.
func (w *world) everyOperationAnswered() {
	for _, entry := range api.Reference() {
		if !w.said.done[entry.Method+" "+entry.Path] {
			w.t.Errorf("%s %s was never answered with success", entry.Method, entry.Path)
		}
	}
}

func TestPublicAddressesAnswerWithoutAToken(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, entry := range api.Reference() {
		public := slices.Contains([]string{"/places", "/places/{id}", "/places/{id}/sources", "/places/{id}/reports", "/diagnoses/pix/mapping", "/solvency", "/messages/inbound"}, strings.TrimPrefix(entry.Path, api.Prefix)) ||
			entry.Method+entry.Path == "GET"+api.Prefix+"/orientations/tuning" ||
			entry.Group == "label" || entry.Group == "log" // criteria, register and figures; hashes: published
		if entry.Public != public {
			t.Errorf("%s %s: public is %v", entry.Method, entry.Path, entry.Public)
		}
	}
	w.get("", "/places/"+w.ids["site_id"]).is(200)
	w.get("", "/places").is(200)
	w.send(request{method: "HEAD", path: "/places"}).is(200)
	w.get("psr_nobody", "/places").refuses(401, "unauthenticated")
	refused := w.get("", "/orders").refuses(401, "unauthenticated")
	if !strings.HasPrefix(refused.Header.Get("WWW-Authenticate"), "Bearer") {
		t.Error("how to sign in is not told")
	}
	w.send(request{method: "GET", path: "/orders", header: map[string]string{"Authorization": "Basic YTpi"}}).refuses(401, "unauthenticated")
	if answered, err := http.Get(w.server.URL + "/api/v1/docs"); err != nil || answered.StatusCode != 404 {
		t.Error("huma's own pages are served")
	}
}

// An account given once is that of every place without its own; a month's
// statements are asked by the organisation.
func TestABodyIsPaidOnOneAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d).prepare().funded().handed()
		site := w.get(w.own["site"], "/sites/"+w.ids["site_id"]).is(200)
		organisation := site.text("organisation_id")
		w.get(w.own["site"], "/organisations/"+organisation+"/bank-details").refuses(404, "no_bank_details")
		put := request{token: w.own["site"], method: "PUT", path: "/organisations/" + organisation + "/bank-details", body: map[string]any{"holder": "Le Fil", "iban": ibans[0]}}
		w.send(put).is(200).has("organisation_id", organisation).has("common", true)
		put.token = w.other["site"]
		w.send(put).refuses(404, "other_organisation")
		w.get(w.own["site"], "/organisations/"+organisation+"/bank-details").is(200).has("holder", "Le Fil")
		w.post(w.own["site"], "/coupons/"+w.ids["coupon"]+"/redemption", map[string]any{"site": w.ids["site_id"]}).is(201)
		w.get(w.own["accountant"], "/statements?organisation="+organisation+"&month=2026-11").is(200).has("items.0.organisation_id", organisation)
		w.get(w.own["accountant"], "/statements?organisation=x").refuses(422, "invalid")
	})
}
