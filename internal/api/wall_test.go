package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/api"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
)

// walked prepares a world in which there is one of everything to look at.
func walked(t *testing.T, d *dbtest.DB) *world {
	w := newWorld(t, d).prepare().funded().handed()
	w.ids["diagnosis"] = w.post(w.own["desk"], "/diagnoses", map[string]any{"answers": map[string]any{}}).is(201).text("id")
	w.ids["booking"] = w.post(w.own["desk"], "/bookings", map[string]any{"session": w.ids["session"], "holder": w.ids["holder"]}).is(201).text("id")
	w.ids["workshop"] = w.post(w.own["site"], "/workshops", map[string]any{"ready": "mailbox"}).is(201).text("id")
	w.ids["series"] = w.post(w.own["site"], "/series", map[string]any{
		"site": w.ids["site_id"], "topic": "rights", "level": "master", "seats": 3, "rhythm": "weekly", "times": 2,
		"starts_at": "2026-12-07T09:00:00Z", "ends_at": "2026-12-07T11:00:00Z",
	}).is(201).text("id")
	w.ids["pathway"] = w.post(w.own["desk"], "/pathways", map[string]any{"holder": w.ids["holder"]}).is(201).text("id")
	w.ids["redemption"] = w.post(w.own["site"], "/coupons/"+w.ids["coupon"]+"/redemption", map[string]any{"site": w.ids["site_id"]}).is(201).text("id")
	w.ids["statement"] = w.get(w.own["site"], "/statements?site="+w.ids["site_id"]).is(200).text("items.0.id")
	w.appliesFrom()
	w.ids["application"] = w.post(w.own["site"], "/applications", map[string]any{"places": []string{w.ids["annexe_id"]}}).is(201).text("id")
	w.ids["attachment"] = w.post(w.own["site"], "/applications/"+w.ids["application"]+"/attachments", attestation()).is(201).text("id")
	w.ids["activity"] = w.post(w.own["desk"], "/activities", map[string]any{"kind": "individual", "day": "2026-11-23", "minutes": 20, "themes": []string{"mail"}}).is(201).text("id")
	w.ids["twin"] = w.twin()
	w.ids["place_report"] = w.post("", "/places/"+w.ids["site_id"]+"/reports", map[string]any{"kind": "hours"}).is(201).text("id")
	w.ids["import"] = w.post(w.own["territory"], "/imports", aFile()).is(201).text("id")
	w.ids["leaf"] = w.get(w.own["site"], "/redemptions/"+w.ids["redemption"]).is(200).text("leaf")
	w.post(w.own["accountant"], "/orders/"+w.ids["order"]+"/refunds", map[string]any{"funder": w.ids["funder_id"], "amount_cents": 50, "reason": "Trop versé", "reference": "VIR 9"}).is(201)
	w.ids["refund"] = w.get(w.own["auditor"], "/refunds").is(200).text("items.0.id")
	w.ids["credit"] = w.post(w.own["accountant"], "/credits", map[string]any{"amount_cents": 300, "text": "VIREMENT SANS NOM"}).is(201).text("id")
	more := w.post(w.own["territory"], "/orders", map[string]any{"agreement": w.ids["agreement"], "booklets": 2, "coupons_per_booklet": 5, "desk": w.ids["desk"]}).is(201).text("id")
	w.ids["print_batch"] = w.post(w.own["territory"], "/orders/"+more+"/print-batches", map[string]any{}).is(201).text("id")
	w.seal()
	w.ids["payment"] = w.ids["statement"] // none yet: those who read payments read all of them
	return w
}

// attestation is a paper that can be joined to an application.
func attestation() map[string]any {
	return map[string]any{"name": "attestation.pdf", "criterion": "mediator", "content_base64": []byte("%PDF-1.7\n%%EOF\n")}
}

// twin is a pair of places that may be one.
func (w *world) twin() string {
	var found string
	w.d.Must(w.t, console, func(ctx context.Context, tx *db.Tx) error {
		for _, source := range []string{"a", "b"} {
			if _, _, err := place.Save(ctx, tx, place.Place{Source: source, SourceID: "1", Name: "Médiathèque", Commune: "23096", Address: "12 rue Haute"}); err != nil {
				return err
			}
		}
		if _, err := place.FindTwins(ctx, tx); err != nil {
			return err
		}
		twins, err := place.Twins(ctx, tx, place.TwinFilter{})
		if err == nil {
			found = twins[0].ID.String()
		}
		return err
	})
	return found
}

// filled is an operation's path with the identifiers of what is "own".
func (w *world) filled(entry api.Entry) string {
	path := strings.TrimPrefix(entry.Path, api.Prefix)
	names := map[string]string{
		"places": "site_id", "activities": "activity", "misdirections": "booking", "departures": "site_id", "place-twins": "twin", "imports": "import", "sites": "site_id", "sessions": "session", "holders": "holder", "bookings": "booking", "diagnoses": "diagnosis", "workshops": "workshop", "series": "series", "pathways": "pathway",
		"agreements": "agreement", "orders": "order", "organisations": "desk", "redemptions": "redemption", "statements": "statement",
		"place-reports": "place_report", "payments": "payment", "bank-messages": "payment", "applications": "application", "booklets": "booklet2", "coupons": "coupon",
		"refunds": "refund", "credits": "credit", "funders": "funder_id", "print-batches": "print_batch",
	}
	path = strings.NewReplacer("{rank}", "1", "{id}", w.ids[names[entry.Group]], "{number}", w.ids[names[entry.Group]], "{code}", "quick", "{attachment}", w.ids["attachment"], "{visit}", w.ids["attachment"], "{leaf}", w.ids["leaf"]).Replace(path)
	if entry.Group == "label" {
		path = strings.Replace(path, "quick", "2026-1", 1)
	}
	switch path {
	case "/activities", "/activities/first-sessions":
		path += "?from=2026-11-01&to=2026-11-30"
	case "/activities/export":
		path += "?month=2026-11"
	case "/bookings":
		path += "?session=" + w.ids["session"]
	case "/diagnoses", "/diagnoses/progress", "/diagnoses/pix":
		path += "?holder=" + w.ids["holder"]
	case "/redemptions":
		path += "?site=" + w.ids["site_id"]
	}
	return path
}

// bodyOf is a body that its own organisation could send.
func (w *world) bodyOf(entry api.Entry) any {
	type object = map[string]any
	switch entry.Method + " " + strings.TrimPrefix(entry.Path, api.Prefix) {
	case "POST /sites/{id}/label":
		return object{"decision": "withdraw", "date": "2026-11-20", "reason": "Essai"}
	case "POST /imports":
		return aFile()
	case "PUT /imports/{id}/mapping":
		return object{"mapping": nil}
	case "POST /applications":
		return object{"places": []string{w.ids["workroom_id"]}}
	case "PUT /applications/{id}":
		return object{"siret": "73282932000074"}
	case "POST /applications/{id}/attachments":
		return attestation()
	case "POST /applications/{id}/messages", "POST /applications/{id}/question":
		return object{"text": "Essai"}
	case "POST /applications/{id}/suspension":
		return object{"reason": "Essai", "until": "2026-12-20"}
	case "PUT /applications/{id}/judgements":
		return object{"judgements": []any{object{"place": w.ids["annexe_id"], "criterion": "mediator", "verdict": "met", "word": "Essai"}}}
	case "POST /applications/{id}/visits":
		return object{"place": w.ids["annexe_id"], "on": "2026-12-03"}
	case "PUT /applications/{id}/visits/{visit}":
		return object{"on": "2026-11-23", "note": "Essai"}
	case "POST /applications/{id}/withdrawal", "POST /applications/{id}/appeal", "POST /applications/{id}/release",
		"POST /applications/{id}/decision", "POST /applications/{id}/resumption", "POST /applications/{id}/revocation":
		return object{"reason": "Essai"}
	case "POST /orders/{id}/print-batches":
		return object{}
	case "POST /orders/{id}/void", "POST /booklets/{number}/void":
		return object{"reason": "Essai"}
	case "POST /messages/inbound":
		return object{"from": "33639000000", "text": "STOP"}
	case "POST /bank-messages":
		return object{"xml": rejection("AILLEURS", "X")}
	case "POST /places/{id}/reports":
		return object{"kind": "hours", "text": "Fermé le lundi"}
	case "POST /place-reports/{id}/answer":
		return object{"state": "corrected"}
	case "POST /place-twins/{id}/merge":
		return object{}
	case "POST /place-twins/{id}/keep-apart":
		return object{"reason": "other_body"}
	case "PUT /sites/{id}/bank-details", "PUT /organisations/{id}/bank-details":
		return object{"holder": "Un autre", "iban": ibans[0]}
	case "POST /sessions":
		return object{
			"site": w.ids["site_id"], "topic": "rights", "level": "master", "seats": 3,
			"starts_at": "2026-12-08T09:00:00Z", "ends_at": "2026-12-08T11:00:00Z",
		}
	case "PUT /bookings/{id}/attendance":
		return object{"state": "came"}
	case "POST /diagnoses/pix":
		return object{"holder": w.ids["holder"], "levels": object{"1.1": 3}, "taken_on": "2026-11-20"}
	case "POST /diagnoses":
		return object{"answers": object{}}
	case "POST /holders":
		return object{"diagnosis": w.ids["diagnosis"]}
	case "POST /bookings":
		return object{"session": w.ids["session"], "holder": w.ids["holder"]}
	case "PUT /sessions/{id}":
		return object{"starts_at": "2026-12-08T09:00:00Z", "ends_at": "2026-12-08T11:00:00Z", "seats": 3}
	case "POST /series", "POST /series/dates":
		return object{
			"site": w.ids["site_id"], "topic": "rights", "level": "master", "seats": 3, "rhythm": "weekly", "times": 2,
			"starts_at": "2026-12-09T09:00:00Z", "ends_at": "2026-12-09T11:00:00Z",
		}
	case "PUT /series/{id}":
		return object{"from": "2026-12-01", "starts": "10:00", "ends": "11:00", "seats": 3}
	case "POST /series/{id}/end":
		return object{"from": "2026-12-01", "reason": "Essai"}
	case "POST /workshops":
		return object{"ready": "photos"}
	case "PUT /workshops/{id}":
		return object{"minutes": 75}
	case "POST /pathways":
		return object{"holder": w.ids["holder"]}
	case "POST /pathways/{id}/acceptance", "POST /pathways/{id}/end", "POST /pathways/{id}/stop":
		return object{"reason": "Essai"}
	case "POST /bookings/{id}/move":
		return object{"session": w.ids["session"]}
	case "PUT /bookings/{id}/word":
		return object{"word": "take"}
	case "POST /bookings/{id}/answer":
		return object{"accept": true}
	case "POST /bookings/{id}/rehoming":
		return object{"why": "not_wanted"}
	case "POST /bookings/{id}/misdirection":
		return object{"why": "too_far"}
	case "POST /activities", "PUT /activities/{id}":
		told := object{"place": w.ids["site_id"], "kind": "individual", "day": "2026-11-23", "minutes": 20, "themes": []string{"mail"}}
		if entry.Method == "PUT" {
			told["revision"], told["reason"] = 1, "Essai"
		}
		return told
	case "POST /activities/{id}/withdrawal":
		return object{"reason": "Essai"}
	case "POST /departures":
		return object{"place": w.ids["site_id"], "last_day": "2026-12-20", "reason": "Essai"}
	case "POST /agreements":
		return object{"title": "Essai", "shares": []any{object{"funder": w.ids["funder_id"], "weight": 1}}}
	case "POST /agreements/{id}/versions":
		return object{"title": "Essai", "version": 1, "reason": "Essai", "shares": []any{object{"funder": w.ids["funder_id"], "weight": 1}}}
	case "POST /orders":
		return object{"agreement": w.ids["agreement"], "booklets": 1, "coupons_per_booklet": 1, "desk": w.ids["desk"]}
	case "POST /orders/{id}/receipts":
		return object{"funder": w.ids["funder_id"], "amount_cents": 1}
	case "POST /orders/{id}/booklets":
		return object{"desk": w.ids["desk"]}
	case "POST /booklets/{number}/handover":
		return object{"holder": w.ids["holder"]}
	case "POST /booklets/{number}/block":
		return object{"kind": "lost", "reason": "Essai"}
	case "POST /coupons/{number}/redemption":
		return object{"site": w.ids["site_id"]}
	case "POST /redemptions":
		return object{"items": []any{object{"coupon": w.ids["coupon3"], "site": w.ids["site_id"], "key": w.key()}}}
	case "POST /statements/close":
		return object{"month": "2026-10"}
	case "POST /payments":
		return object{"statements": []string{w.ids["statement"]}}
	case "POST /payments/{id}/debit":
		return object{"date": "2026-11-24"}
	}
	return nil
}

// shared lists what any organisation of a role may do on what another made:
// what is published, what is new and its own, and agreements to order under.
var shared = map[string]bool{
	"POST /workshops": true,
	"GET /places":     true, "POST /places/{id}/reports": true, "GET /places/{id}": true, "GET /places/{id}/sources": true, "GET /solvency": true, "GET /sessions": true, "GET /sessions/{id}": true,
	"GET /log": true, "GET /log/checkpoints": true, "GET /log/consistency": true, "GET /log/proofs/{leaf}": true,
	"GET /label/criteria": true, "GET /label/criteria/{code}": true, "GET /label/transitions": true, "GET /label/register": true, "GET /label/figures": true,
	"GET /questionnaires/{code}": true, "POST /diagnoses": true, "POST /orders": true,
}

func TestNoRoleReadsOrChangesWhatIsAnothersThroughTheAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := walked(t, d)
		strangers := w.strangers(account.LevelOwner, false)
		secrets := []string{
			w.ids["holder"], w.ids["booking"], w.ids["diagnosis"], w.ids["order"], w.ids["booklet"], w.ids["booklet2"], w.ids["coupon"],
			w.ids["redemption"], w.ids["statement"], w.ids["application"], w.ids["attachment"], w.ids["import"], ibans[1],
		}
		for _, entry := range api.Reference() {
			line := entry.Method + " " + strings.TrimPrefix(entry.Path, api.Prefix)
			path := w.filled(entry)
			anonymous := w.send(request{method: entry.Method, path: path, body: w.bodyOf(entry), key: w.key()})
			if line == "POST /messages/inbound" {
				anonymous.refuses(403, "not_the_gateway")
				continue // whoever sends it: the gateway's secret opens it, no role does
			} else if entry.Public && entry.Method == "POST" {
				anonymous.is(201)
			} else if entry.Public {
				anonymous.is(200)
			} else {
				anonymous.refuses(401, "unauthenticated")
			}
			for role, token := range strangers {
				actor := db.Actor{Kind: db.Token, Role: role, Level: account.LevelOwner, Organisation: db.ID{1}}
				answered := w.send(request{token: token, method: entry.Method, path: path, body: w.bodyOf(entry), key: w.key()})
				list := entry.Method == "GET" && !strings.Contains(entry.Path, "{")
				switch {
				case !account.May(actor, entry.Act):
					answered.refuses(403, "forbidden")
				case account.Everywhere(actor, entry.Act) || shared[line]:
					if answered.Status == 401 || answered.Status == 403 || answered.Status >= 500 {
						t.Errorf("%s may %s, and gets %d %s", role, line, answered.Status, answered.Text)
					}
				case line == "POST /redemptions":
					answered.is(200).has("items.0.status", 404)
				case list && answered.Status < 500: // a list may be refused, or hold only what is the stranger's
					for _, secret := range secrets {
						if strings.Contains(answered.Text, secret) {
							t.Errorf("%s, a stranger, reads %s in %s", role, secret, line)
						}
					}
				case answered.Status != http.StatusNotFound:
					t.Errorf("%s, a stranger: %s answers %d %.300s", role, line, answered.Status, answered.Text)
				}
			}
		}
	})
}

// strangers are tokens of organisations that have nothing, or of one's own.
func (w *world) strangers(level string, own bool) map[string]string {
	tokens := map[string]string{}
	w.d.Must(w.t, console, func(ctx context.Context, tx *db.Tx) error {
		for _, role := range account.Roles {
			organisation := db.ID{}
			if own {
				organisation = w.id(role)
			} else {
				made, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "stranger " + role, Roles: []string{role}})
				if err != nil {
					return err
				}
				organisation = made.ID
			}
			_, token, err := account.CreateToken(ctx, tx, account.NewToken{Organisation: organisation, Role: role, Level: level})
			if err != nil {
				return err
			}
			tokens[role] = token
		}
		return nil
	})
	return tokens
}

func TestALevelBelowMemberChangesNothingThroughTheAPI(t *testing.T) {
	w := walked(t, dbtest.SQLite(t))
	for _, level := range []string{account.LevelReadOnly, account.LevelScanOnly} {
		for role, token := range w.strangers(level, true) {
			actor := db.Actor{Kind: db.Token, Role: role, Level: level, Organisation: w.id(role)}
			for _, entry := range api.Reference() {
				if entry.Method == "GET" && level == account.LevelReadOnly {
					continue
				}
				want := account.Require(actor, entry.Act, db.ID{})
				if want == nil {
					continue // scan_only may redeem: the journey shows it
				}
				answered := w.send(request{token: token, method: entry.Method, path: w.filled(entry), body: w.bodyOf(entry), key: w.key()})
				if answered.Status != 403 {
					t.Errorf("%s %s: %s %s answers %d, wanted %v", level, role, entry.Method, entry.Path, answered.Status, want)
				}
			}
		}
	}
}

func TestAdminWalksThePathOnlyInASampleProgramme(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	order := map[string]any{"agreement": w.ids["funder_id"], "booklets": 1, "coupons_per_booklet": 5, "desk": w.ids["desk"]}
	w.post(w.own["admin"], "/orders", order).refuses(403, "forbidden")
	w.d.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return db.Set(ctx, tx, db.SettingSample, "true") })
	w.post(w.own["admin"], "/orders", order).refuses(404, "unknown_agreement")
	order["agreement"] = w.post(w.own["national"], "/agreements", map[string]any{
		"title": "Essai", "shares": []any{map[string]any{"funder": w.ids["funder_id"], "weight": 1}},
	}).is(201).text("id")
	placed := w.post(w.own["admin"], "/orders", order).is(201).text("id")
	w.post(w.own["admin"], "/orders/"+placed+"/receipts", map[string]any{"funder": w.ids["funder_id"], "amount_cents": 5000}).is(201)
	w.get(w.own["admin"], "/orders/"+placed+"/balance").is(200).has("available_cents", 5000)
}
