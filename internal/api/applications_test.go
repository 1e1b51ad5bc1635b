package api_test

import (
	"context"
	"fmt"

	"passerelle/internal/db"
	"passerelle/internal/place"
)

type object = map[string]any

// appliesFrom gives the site two more places, without label.
func (w *world) appliesFrom() {
	w.d.Must(w.t, console, func(ctx context.Context, tx *db.Tx) error {
		for _, name := range []string{"annexe", "workroom"} {
			made, _, err := place.Save(ctx, tx, place.Place{
				Organisation: w.id("site"), Source: "test", SourceID: name, Name: "Lieu " + name, Commune: "23096", CommuneName: "Guéret", PostalCode: "23000",
				Address: "2 rue de l’Exemple", Latitude: 46.1703, Longitude: 1.8719, Invented: true,
			})
			if err != nil {
				return err
			}
			w.ids[name+"_id"] = made.ID.String()
		}
		return nil
	})
}

// applies walks an application for the label to its appeal, and another that is
// given up.
func (w *world) applies() {
	w.appliesFrom()
	site, first, second := w.own["site"], w.own["certifier"], w.other["certifier"]
	version := w.get("", "/label/criteria").is(200).text("items.0.version")
	criteria := w.get("", "/label/criteria/"+version).is(200).value("criteria").([]any)
	w.get("", "/label/criteria/none").refuses(404, "unknown_criteria")
	w.get("", "/label/transitions").is(200).has("items.0.act", "begin")

	annexe := w.ids["annexe_id"]
	begun := w.post(site, "/applications", object{"places": []string{annexe}}).is(201).has("state", "draft")
	about := "/applications/" + begun.text("id")
	w.post(site, "/applications", object{"places": []string{annexe}}).refuses(409, "already_applied")
	w.post(site, about+"/sending", nil).refuses(409, "incomplete")
	put := func(token, path string, body any) reply {
		return w.send(request{token: token, method: "PUT", path: path, body: body})
	}
	remove := func(token, path string) reply {
		return w.send(request{token: token, method: "DELETE", path: path})
	}
	put(site, about, object{"siret": "73282932000075"}).refuses(422, "invalid")
	answers, judged := []any{}, []any{}
	for _, item := range criteria {
		item := item.(map[string]any)
		value := map[string]string{"yes_no": "yes", "number": "3", "choice": "room", "text": ""}[fmt.Sprint(item["answer_kind"])]
		answers = append(answers, object{"place": annexe, "criterion": item["code"], "value": value, "detail": "Voici."})
		judged = append(judged, object{"place": annexe, "criterion": item["code"], "verdict": "not_met", "word": "Rien vu."})
		if item["attachment_needed"] == true {
			w.post(site, about+"/attachments", object{"name": "a.pdf", "criterion": item["code"], "content_base64": []byte("%PDF-1.7\n%%EOF\n")}).is(201)
		}
	}
	put(site, about, object{"siret": "732 829 320 00074", "representative": object{"name": "Jeanne Ruaud", "function": "Présidente"}, "answers": answers}).is(200)
	w.post(site, about+"/attachments", object{"name": "a.exe", "content_base64": []byte("MZ")}).refuses(415, "attachment_kind")
	extra := w.post(site, about+"/attachments", object{"name": "b.pdf", "content_base64": []byte("%PDF-1.7\n%%EOF\n")}).is(201).text("id")
	w.get(site, about+"/attachments/"+extra).is(200).has("content_base64", "JVBERi0xLjcKJSVFT0YK")
	remove(site, about+"/attachments/"+extra).is(200)
	w.get(site, about+"/attachments/"+extra).refuses(404, "unknown_attachment")
	w.post(site, about+"/sending", nil).is(200).has("state", "sent").has("clock.late", false)

	w.get(first, about).refuses(409, "not_assigned")
	w.get(first, "/applications?waiting=true").is(200).has("items.0.id", begun.text("id"))
	w.post(first, about+"/assignment", nil).is(200).has("state", "in_review")
	w.post(first, about+"/release", object{"reason": "Absence"}).is(200).has("state", "sent")
	w.post(first, about+"/assignment", nil).is(200).has("state", "in_review")
	w.get(first, "/applications?mine=true").is(200).has("items.0.id", begun.text("id"))
	w.get(first, about).is(200).has("representative.name", "Jeanne Ruaud")
	w.get(w.own["auditor"], about).is(200).has("representative.name", "").has("messages.0", nil)
	w.post(first, about+"/messages", object{"text": "Bonjour"}).is(201).has("from", "certifier")
	visit := w.post(first, about+"/visits", object{"place": annexe, "on": "2026-12-04"}).is(201).text("id")
	remove(first, about+"/visits/"+visit).is(200)
	visit = w.post(first, about+"/visits", object{"place": annexe, "on": "2026-12-04"}).is(201).text("id")
	put(first, about+"/visits/"+visit, object{"on": "2026-12-02", "note": "Porte close."}).is(200).has("done_on", "2026-12-02")
	w.post(first, about+"/question", object{"text": "Quels tarifs ?"}).is(200).has("state", "more_asked")
	w.post(site, about+"/sending", nil).is(200).has("state", "in_review")
	put(first, about+"/judgements", object{"judgements": []any{object{"place": annexe, "criterion": "mediator", "verdict": "not_applicable", "word": "Non."}}}).refuses(422, "invalid")
	put(first, about+"/judgements", object{"judgements": judged[1:]}).is(200)
	w.post(first, about+"/decision", object{"reason": "Trop tôt"}).refuses(409, "unjudged")
	put(first, about+"/judgements", object{"judgements": judged}).is(200)
	w.post(first, about+"/decision", object{"reason": "Rien n’est prêt"}).is(200).has("state", "refused").has("places.0.score", 0)
	w.post(site, about+"/appeal", object{"reason": "Venez voir"}).is(200).has("state", "appealed")
	w.post(first, about+"/assignment", nil).refuses(403, "same_certifier")
	w.post(second, about+"/assignment", nil).is(200)
	for _, one := range judged {
		one.(object)["verdict"] = "met"
	}
	put(second, about+"/judgements", object{"judgements": judged}).is(200)
	w.post(second, about+"/decision", object{"reason": "Tout est là"}).is(200).has("state", "granted").has("places.0.score", 100)
	w.get("", "/label/register?q=annexe").is(200).has("items.0.place_id", annexe).has("items.0.criteria", version).has("items.0.score", 100)
	w.get("", "/label/figures?territory=23").is(200).has("items.0.refused", 1).has("items.0.appeals_granted", 1)
	w.get("", "/label/figures?territory=75").is(200).has("items.0.refused", 0)
	w.get("", "/label/figures?territory=XX").refuses(422, "invalid")
	w.post(first, about+"/suspension", object{"reason": "Travaux", "until": "2026-12-20"}).is(200).has("state", "suspended")
	w.get("", "/label/register?q=annexe").is(200).has("items.0", nil)
	w.get("", "/label/register?q=annexe&ended=true").is(200).has("items.0.state", "suspended").has("items.0.suspended_until", "2026-12-20")
	w.post(first, about+"/resumption", object{"reason": "Finis"}).is(200).has("state", "granted")
	w.post(first, about+"/revocation", object{"reason": "Fermeture"}).is(200).has("state", "withdrawn")
	w.get("", "/label/register?q=annexe&ended=true").is(200).has("items.0.state", "withdrawn").has("items.0.suspended_until", nil)
	w.get(site, about).is(200).has("history.0.act", "begin")

	other := "/applications/" + w.post(site, "/applications", object{"places": []string{w.ids["workroom_id"]}}).is(201).text("id")
	w.post(site, other+"/withdrawal", object{"reason": ""}).is(200).has("state", "withdrawn")
}
