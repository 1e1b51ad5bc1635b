package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/internal/api"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
)

func TestEveryUnreadableRequestIsAProblemInFrench(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	desk := w.own["desk"]
	holders := func(body string) request {
		return request{token: desk, method: "POST", path: "/holders", body: body}
	}
	header := func(r request, name, value string) request {
		r.header = map[string]string{name: value}
		return r
	}
	for name, c := range map[string]struct {
		request
		status int
		code   string
	}{
		"no operation":            {request{method: "GET", path: "/nothing"}, 404, "no_operation"},
		"a method that is not":    {request{method: "PATCH", path: "/holders"}, 405, "method_not_allowed"},
		"not an id":               {request{token: desk, method: "GET", path: "/holders/1"}, 404, "bad_id"},
		"an id of nothing":        {request{token: desk, method: "GET", path: "/holders/00000000-0000-7000-8000-000000000000"}, 404, "not_found"},
		"not JSON":                {holders(`{"name":`), 400, "malformed"},
		"JSON of another shape":   {holders(`["Ama"]`), 422, "invalid"},
		"null":                    {holders(`null`), 422, "invalid"},
		"a NUL":                   {holders(`{"name":"A\u0000ma"}`), 400, "malformed"},
		"broken UTF-8":            {holders("{\"name\":\"\xff\"}"), 400, "malformed"},
		"a NUL in the address":    {request{method: "GET", path: "/places?q=%00"}, 400, "malformed"},
		"broken UTF-8 in address": {request{method: "GET", path: "/places?q=%ff"}, 400, "malformed"},
		"a form":                  {header(holders(`name=Ama`), "Content-Type", "application/x-www-form-urlencoded"), 415, "unsupported"},
		"more than 1 MiB":         {holders(`{"name":"` + strings.Repeat("a", 1<<20) + `"}`), 413, "too_large"},
		"a key too long":          {header(holders(`{}`), "Idempotency-Key", strings.Repeat("k", 201)), 400, "idempotency_key_malformed"},
		"a key that is not text":  {header(holders(`{}`), "Idempotency-Key", "a\xffb"), 400, "idempotency_key_malformed"},
		"a cursor of nothing":     {request{token: desk, method: "GET", path: "/holders?after=zz"}, 404, "bad_id"},
		"a place's altered next":  {request{method: "GET", path: "/places?after=zz"}, 400, "malformed"},
	} {
		answered := w.send(c.request)
		if answered.Status != c.status || answered.text("code") != c.code {
			t.Errorf("%s: %d %s", name, answered.Status, answered.Text)
		}
	}
	if allow := w.send(request{method: "PATCH", path: "/holders"}).Header.Get("Allow"); allow != "GET, POST, HEAD" {
		t.Errorf("Allow: %q", allow)
	}
	if strings.Contains(w.log.String(), "ERROR") {
		t.Errorf("an unreadable request is told as our error:\n%s", w.log)
	}
}

func TestEveryWrongFieldIsToldWithItsName(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, c := range []struct {
		role, path, body string
		want             []string
	}{
		{"territory", "/orders", `{}`, []string{"agreement required", "booklets required", "coupons_per_booklet required", "desk required"}},
		{
			"territory", "/orders", `{"agreement":"x","booklets":"ten","coupons_per_booklet":5,"desk":null,"desks":1}`,
			[]string{"agreement not_id", "booklets not_integer", "desk not_text", "desks unexpected"},
		},
		{
			"territory", "/orders", fmt.Sprintf(`{"agreement":%q,"booklets":0,"coupons_per_booklet":7,"desk":%q,"services":["cooking"],"validity_months":25,"territory":"Z"}`, w.ids["desk"], w.ids["desk"]),
			[]string{"booklets out_of_range", "coupons_per_booklet not_offered", "services[0] unknown", "territory unknown_territory", "validity_months out_of_range"},
		},
		{"national", "/agreements", `{"title":"","shares":[]}`, []string{"shares too_few"}},
		{
			"national", "/agreements", fmt.Sprintf(`{"title":"","shares":[{"funder":%q,"weight":0},{"weight":1.5}]}`, w.ids["funder_id"]),
			[]string{"shares[1].funder required", "shares[1].weight not_integer"},
		},
		{"national", "/agreements", fmt.Sprintf(`{"title":" ","shares":[{"funder":%q,"weight":0}]}`, w.ids["funder_id"]), []string{"shares[0].weight out_of_range", "title required"}},
		{"certifier", "/sites/" + w.ids["site_id"] + "/label", `{"decision":"bless","date":"2026-02-30","reason":""}`, []string{"date not_day", "decision unknown_choice"}},
		{"certifier", "/sites/" + w.ids["site_id"] + "/label", `{"decision":"grant","date":"2030-01-01","reason":""}`, []string{"date too_late", "reason required"}},
		{"desk", "/holders", `{"name":"06 39 98 00 00","commune":"Guéret","telephone":"12","consent":"yes"}`, []string{"consent not_boolean"}},
		{"desk", "/holders", `{"name":"06 39 98 00 00","commune":"Guéret","telephone":"12"}`, []string{"commune unknown_commune", "name bad_name", "telephone bad_telephone"}},
		{"desk", "/diagnoses", `{"answers":{"use":"yesterday","age":"70"}}`, []string{"answers.age unknown_question", "answers.use unknown_choice"}},
		{"accountant", "/statements/close", `{"month":"2026-13"}`, []string{"month bad_month"}},
		{"accountant", "/statements/close", `{"month":"octobre"}`, []string{"month pattern"}},
		{"accountant", "/payments", `{"statements":[]}`, []string{"statements too_few"}},
		{"site", "/redemptions", `{"items":[{}]}`, []string{"items[0].coupon required", "items[0].site required"}},
	} {
		answered := w.send(request{token: w.own[c.role], method: "POST", path: c.path, body: c.body, key: w.key()}).refuses(422, "invalid")
		var got []string
		for _, field := range answered.JSON["errors"].([]any) {
			field := field.(map[string]any)
			got = append(got, fmt.Sprint(field["field"], " ", field["code"]))
			if message := fmt.Sprint(field["message"]); strings.Contains(message, "%!") || strings.Contains(message, "expected") {
				t.Errorf("%s %s: %s", c.path, field["field"], message)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %q, wanted %q", c.path, c.body, got, c.want)
		}
	}
	for _, path := range []string{
		"/places?near=91,0", "/places?near=NaN,0", "/places?radius_km=3", "/places?service=x", "/places?access=x", "/places?commune=x", "/places?pass=peut-être",
		"/solvency?at=hier", "/places?limit=x",
	} {
		w.get("", path).refuses(422, "invalid")
	}
	for _, path := range []string{"/sessions?level=x", "/sessions?from=demain", "/sessions?site=x", "/bookings", "/diagnoses"} {
		w.get(w.own["desk"], path).refuses(422, "invalid")
	}
}

// Every POST under a key: the same request again has the same answer, and
// another one is refused; a refused request does not burn its key.
func TestTheSameRequestUnderTheSameKeyHasTheSameAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d).prepare().funded().handed()
		redemption := w.post(w.own["site"], "/coupons/"+w.ids["coupon5"]+"/redemption", map[string]any{"site": w.ids["site_id"]}).is(201).text("id")
		type object = map[string]any
		required := 0
		for _, c := range []struct {
			role, path  string
			body, other any
			required    bool
		}{
			{"certifier", "/sites/" + w.ids["site_id"] + "/label", object{"decision": "grant", "date": "2026-06-01", "reason": "Renouvellement"}, object{"decision": "withdraw", "date": "2026-06-02", "reason": "Non"}, false},
			{
				"site", "/sessions",
				object{"site": w.ids["site_id"], "topic": "job", "level": "master", "seats": 1, "starts_at": "2026-12-08T09:00:00Z", "ends_at": "2026-12-08T10:00:00Z"},
				object{"site": w.ids["site_id"], "topic": "job", "level": "master", "seats": 2, "starts_at": "2026-12-08T09:00:00Z", "ends_at": "2026-12-08T10:00:00Z"},
				false,
			},
			{"desk", "/diagnoses", object{"answers": object{}}, object{"answers": object{}, "commune": "23096"}, false},
			{"desk", "/holders", nil, object{"name": "Bo"}, false},
			{"desk", "/bookings", object{"session": w.ids["session"], "holder": w.ids["holder"]}, object{"session": w.ids["session"], "holder": w.ids["session"]}, false},
			{"national", "/agreements", object{"title": "A", "shares": []any{object{"funder": w.ids["funder_id"], "weight": 1}}}, object{"title": "B", "shares": []any{object{"funder": w.ids["funder_id"], "weight": 1}}}, false},
			{
				"territory", "/orders",
				object{"agreement": w.ids["agreement"], "booklets": 2, "coupons_per_booklet": 10, "desk": w.ids["desk"]},
				object{"agreement": w.ids["agreement"], "booklets": 3, "coupons_per_booklet": 10, "desk": w.ids["desk"]},
				true,
			},
			{"accountant", "ORDER/receipts", object{"funder": w.ids["funder_id"], "amount_cents": 100}, object{"funder": w.ids["funder_id"], "amount_cents": 101}, true},
			{"desk", "ORDER/booklets", object{"desk": w.ids["desk"], "count": 1}, object{"desk": w.ids["desk"]}, true},
			{"desk", "/booklets/" + w.ids["booklet2"] + "/handover", object{"holder": w.ids["holder"]}, object{"holder": w.ids["desk"]}, true},
			{"site", "/coupons/" + w.ids["coupon"] + "/redemption", object{"site": w.ids["site_id"]}, object{"site": w.ids["other_site_id"]}, true},
			{"site", "/redemptions/" + redemption + "/reversal", object{"reason": "Erreur"}, object{"reason": "Autre"}, true},
			{"desk", "/booklets/" + w.ids["booklet3"] + "/block", object{"kind": "lost", "reason": "Perdu"}, object{"kind": "stolen", "reason": "Volé"}, false},
			{
				"site", "/redemptions",
				object{"items": []any{object{"coupon": w.ids["coupon2"], "site": w.ids["site_id"], "key": "batch-1"}}},
				object{"items": []any{object{"coupon": w.ids["coupon3"], "site": w.ids["site_id"], "key": "batch-2"}}},
				false,
			},
			{"desk", "/places/" + w.ids["site_id"] + "/reports", object{"kind": "hours"}, object{"kind": "closed"}, false},
			{"accountant", "/statements/close", object{"month": "2026-10"}, object{"month": "2026-09"}, false},
		} {
			path := strings.Replace(c.path, "ORDER", "/orders/"+w.ids["second_order"], 1)
			asked := request{token: w.own[c.role], method: "POST", path: path, body: c.body, key: w.key()}
			if c.required {
				required++
				bare := asked
				bare.key = ""
				w.send(bare).refuses(400, "idempotency_key_missing")
			}
			first := w.send(asked)
			again := w.send(asked)
			if first.Status >= 300 || again.Status != first.Status || again.Text != first.Text {
				t.Errorf("%s: %d %s\nagain: %d %s", path, first.Status, first.Text, again.Status, again.Text)
			}
			asked.body = c.other
			w.send(asked).refuses(422, "idempotency_key_reused")
			if c.path == "/orders" {
				w.ids["second_order"] = first.text("id")
			}
		}
		if required != 6 {
			t.Errorf("%d operations require a key", required)
		}

		// The same key from another caller is another key, and so is it elsewhere.
		w.send(request{token: w.own["desk"], method: "POST", path: "/holders", body: map[string]any{"name": "Un"}, key: "shared"}).is(201)
		w.send(request{token: w.other["desk"], method: "POST", path: "/holders", body: map[string]any{"name": "Deux"}, key: "shared"}).is(201)
		w.send(request{token: w.own["desk"], method: "POST", path: "/diagnoses", body: map[string]any{"answers": map[string]any{}}, key: "shared"}).is(201)
		// A refused request may be mended under its key.
		w.send(request{token: w.own["desk"], method: "POST", path: "/holders", body: map[string]any{"commune": "x"}, key: "mended"}).is(422)
		w.send(request{token: w.own["desk"], method: "POST", path: "/holders", body: map[string]any{"commune": "23096"}, key: "mended"}).is(201)
		// A coupon's number is the same however it is typed, and so is a batch's.
		number := w.ids["coupon4"]
		typed := number[:4] + "-" + number[4:8] + "%20" + number[8:]
		receipt := w.send(request{token: w.own["site"], method: "POST", path: "/coupons/" + number + "/redemption", body: map[string]any{"site": w.ids["site_id"]}, key: "typed"}).is(201)
		w.send(request{token: w.own["site"], method: "POST", path: "/coupons/" + typed + "/redemption", body: map[string]any{"site": w.ids["site_id"]}, key: "typed"}).is(201).has("id", receipt.text("id"))
		w.post(w.own["site"], "/redemptions", map[string]any{"items": []any{map[string]any{"coupon": number, "site": w.ids["site_id"], "key": "typed"}}}).
			is(200).has("items.0.status", 201).has("items.0.receipt.id", receipt.text("id"))
	})
}

func TestTwoHundredRedemptionsAtOnceOfOneCouponGiveOneReceipt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d).prepare().funded().handed()
		asked := request{token: w.own["site"], method: "POST", path: "/coupons/" + w.ids["coupon"] + "/redemption", body: map[string]any{"site": w.ids["site_id"]}}
		replies := make([]reply, 200)
		keys := make([]string, len(replies))
		var callers sync.WaitGroup
		for i := range replies {
			keys[i] = w.key()
			callers.Go(func() {
				mine := asked
				mine.key = keys[i]
				replies[i] = w.send(mine)
			})
		}
		callers.Wait()
		won := -1
		for i, r := range replies {
			switch {
			case r.Status == 201 && won < 0:
				won = i
			case r.Status != 409 || r.text("code") != "already_redeemed" || r.text("when") == "":
				t.Errorf("caller %d: %d %s", i, r.Status, r.Text)
			}
		}
		if won < 0 {
			t.Fatal("nobody redeemed")
		}
		asked.key = keys[won]
		if again := w.send(asked).is(201); again.Text != replies[won].Text {
			t.Errorf("another receipt: %s\n%s", replies[won].Text, again.Text)
		}
		w.get(w.own["territory"], "/orders/"+w.ids["order"]+"/balance").is(200).has("redeemed_cents", 1000).has("live_cents", 4000)
	})
}

func TestABatchAnswersEachCouponInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d).prepare().funded().handed()
		item := func(coupon, site string, more ...string) map[string]any {
			made := map[string]any{"coupon": coupon, "site": site, "key": w.key()}
			for i := 0; i < len(more); i += 2 {
				made[more[i]] = more[i+1]
			}
			return made
		}
		batch := []any{
			item(w.ids["coupon"], w.ids["site_id"]),
			item(w.ids["coupon"], w.ids["site_id"]),
			item("1234", w.ids["site_id"]),
			item(w.ids["coupon2"], "x"),
			item(w.ids["coupon2"], w.ids["site_id"], "key", ""),
			item(w.ids["coupon2"], w.ids["other_site_id"]),
			item(w.ids["coupon2"], w.ids["site_id"], "session", w.ids["session"]),
		}
		answered := w.post(w.own["site"], "/redemptions", map[string]any{"items": batch}).is(200)
		for i, want := range []string{"201 ", "409 already_redeemed", "422 bad_number", "422 invalid", "400 idempotency_key_missing", "404 other_organisation", "201 "} {
			at := fmt.Sprintf("items.%d.", i)
			if got := fmt.Sprint(answered.number(at+"status"), " ", answered.text(at+"code")); got != want {
				t.Errorf("item %d: %s, wanted %s: %s", i, got, want, answered.Text)
			}
		}
		again := w.post(w.own["site"], "/redemptions", map[string]any{"items": batch}).is(200)
		if again.text("items.0.receipt.id") != answered.text("items.0.receipt.id") || again.number("items.6.status") != 201 {
			t.Errorf("again: %s", again.Text)
		}
		many := make([]any, 1001)
		for i := range many {
			many[i] = item("1234", w.ids["site_id"])
		}
		w.post(w.own["site"], "/redemptions", map[string]any{"items": many}).refuses(422, "invalid")
	})
}

func TestWrongNumbersAreThrottledAndSayWhenToTryAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d).prepare()
		var last reply
		for range 60 {
			if last = w.post(w.own["site"], "/coupons/1234567890123456/redemption", map[string]any{"site": w.ids["other_site_id"]}); last.Status == 429 {
				break
			}
			if code := last.text("code"); code != "bad_number" && code != "unknown_number" {
				t.Fatal(last.Text)
			}
		}
		if last.refuses(429, "too_many").Header.Get("Retry-After") == "" {
			t.Error("when to try again is not told")
		}
		d.Clock.Advance(time.Hour)
		w.post(w.own["site"], "/coupons/1234567890123456/redemption", map[string]any{"site": w.ids["site_id"]}).refuses(422, "bad_number")
	})
}

func TestAListIsPagedByKeyWithoutDoublesOrGaps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d).prepare().funded().handed()
		for i := range 5 {
			w.post(w.own["desk"], "/holders", map[string]any{"name": "Personne " + strings.Repeat("a", i+1)}).is(201)
			w.post(w.own["site"], "/coupons/"+w.ids[[]string{"coupon", "coupon2", "coupon3", "coupon4", "coupon5"}[i]]+"/redemption", map[string]any{"site": w.ids["site_id"]}).is(201)
		}
		for _, c := range []struct {
			role, path string
			want       int
		}{
			{"desk", "/holders?", 6},
			{"desk", "/booklets?", 4},
			{"site", "/redemptions?site=" + w.ids["site_id"] + "&", 5},
			{"accountant", "/journal?", 2 + 2 + 10},
			{"national", "/organisations?", 20},
			{"site", "/places?near=46.17,1.87&", 2},
			{"site", "/places?", 2},
		} {
			seen := map[string]bool{}
			next, pages := "", 0
			for {
				got := w.get(w.own[c.role], c.path+"limit=2&after="+next).is(200)
				for _, item := range got.items() {
					one := item.(map[string]any)["id"].(string)
					if seen[one] {
						t.Errorf("%s: %s twice", c.path, one)
					}
					seen[one] = true
				}
				if len(got.items()) > 2 {
					t.Errorf("%s: %d items on a page of 2", c.path, len(got.items()))
				}
				if next = got.text("next"); next == "" {
					break
				}
				if pages++; pages > 50 {
					t.Fatalf("%s does not end", c.path)
				}
			}
			if len(seen) != c.want {
				t.Errorf("%s: %d items, wanted %d", c.path, len(seen), c.want)
			}
		}
	})
}

// elsewhere holds the codes that no operation of the API answers on their own,
// by the reason. A code that a package adds must be declared by an operation,
// or stand here.
var elsewhere = map[string][]string{
	"the draft of a questionnaire: pages":  {"draft_file", "draft_moved", "draft_same", "no_draft"},
	"words of messages, calls: pages":      {"unknown_kind", "missing_fact", "not_to_call", "no_letter"},
	"an address that is no operation":      {"no_operation", "method_not_allowed"},
	"secret addresses of calendars: pages": {"unknown_calendar"},
	"told by field, in invalid": {
		"bad_bic", "bad_date", "bad_iban", "bad_month", "bad_telephone", "forbidden_note", "unknown_commune", "unknown_territory",
	},
	"signing in, and one's own account: pages only": {
		"code_used", "email_taken", "factor_missing", "factor_set", "no_membership", "reset_gone", "sign_in_over", "wrong_code", "wrong_password",
	},
	"members, invitations and tokens: pages and console":       {"already_member", "foreign_role", "invitation_gone", "last_owner", "other_place", "token_role"},
	"Pix: certificates and files are brought by pages":         {"pix_paper", "not_pix"},
	"questionnaires answered on a phone: pages":                {"unknown_phone", "phone_ended", "phone_taken"},
	"work in the queue: pages":                                 {"job_not_dead"},
	"the visit at a counter: pages":                            {"appointment_over", "unfit_booklet", "unknown_group", "unknown_visit", "visit_over", "visit_unfinished"},
	"a person's own booklet: pages":                            {"wrong_inner_code", "bearer_blocked"},
	"the poster of a labelled place: pages":                    {"poster_unlabelled"},
	"funders and places are added at the console or by a file": {"funder_known", "place_claimed", "bad_hours"},
	"people attached to one place: any act at another":         {"other_place"},
	"links to places' own people: pages":                       {"correction_undone", "no_published_email", "owner_link_gone", "place_kept"},
	"files of places: pages and console":                       {"ambiguous_mapping", "unknown_mapping", "import_interrupted", "import_taken", "file_too_large", "not_csv", "not_places"},
	"files of places written: addresses and console":           {"only_json", "unknown_export"},
	"files of places brought on screen: pages":                 {"job_not_dead", "outside_territory"},
	"the issuer's chart of accounts: console":                  {"bad_chart"},
	"tiles of the sealed log: files beside the API":            {"no_tile"},
	"reads of names and numbers typed in pages and files":      {"ambiguous_commune", "bad_amount", "unknown_departement", "unknown_epci", "unknown_region"},
}

func TestEveryRefusalIsDeclaredByAnOperationOrToldElsewhere(t *testing.T) {
	documented := map[string]bool{}
	for _, entry := range api.Reference() {
		for _, code := range entry.Codes {
			documented[code.Code] = true
			if code.Status < 400 || code.Message == "" {
				t.Errorf("%s: %d %q", code.Code, code.Status, code.Message)
			}
		}
	}
	reasons := map[string]string{}
	for reason, codes := range elsewhere {
		for _, code := range codes {
			reasons[code] = reason
		}
	}
	for _, refused := range fault.All() {
		if !documented[refused.Code] && reasons[refused.Code] == "" {
			t.Errorf("%s (%s): no operation declares it", refused.Code, refused.Message)
		}
	}
}

func TestAnErrorOfOursShowsOnlyTheRequestsID(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `ALTER TABLE place RENAME TO gone`)
			return err
		})
		broken := w.get("", "/places?q=secret").refuses(500, "internal")
		if strings.Contains(broken.Text, "place ") || strings.Contains(broken.Text, "SELECT") {
			t.Errorf("our error is shown: %s", broken.Text)
		}
		if !strings.Contains(w.log.String(), broken.text("request_id")) || !strings.Contains(w.log.String(), "ERROR") {
			t.Errorf("our error is not in the log: %s", w.log)
		}
	})
}

func TestTheLogHoldsRoutesAndNeverANumberATokenOrAName(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t)).prepare().funded().handed()
	w.post(w.own["site"], "/coupons/"+w.ids["coupon"]+"/redemption", map[string]any{"site": w.ids["site_id"]}).is(201)
	w.get(w.own["desk"], "/holders?q=Ama").is(200)
	text := w.log.String()
	if !strings.Contains(text, "/coupons/{number}/redemption") {
		t.Errorf("the route is not logged: %s", text)
	}
	for _, secret := range []string{w.ids["coupon"], w.ids["booklet"], w.own["site"], "Ama"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
