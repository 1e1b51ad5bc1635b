package api_test

import (
	"passerelle/internal/db"
	"passerelle/internal/printing"
)

// printBatch asks for an order's booklets by batch, follows it, and takes its file.
func (w *world) printBatch() {
	w.t.Helper()
	own, ids := w.own, w.ids
	order := w.post(own["territory"], "/orders", map[string]any{
		"agreement": ids["agreement"], "booklets": 12, "coupons_per_booklet": 1, "desk": ids["desk"],
	}).is(201).text("id")
	w.post(own["territory"], "/orders/"+order+"/print-batches", map[string]any{"count": 13}).is(422)
	batch := w.post(own["territory"], "/orders/"+order+"/print-batches", map[string]any{"per_file": 10}).is(201).has("count", 12).has("ready", 0).text("id")
	path := "/print-batches/" + batch
	w.get(own["desk"], path+"/files/1").refuses(409, "print_file_unready")
	press := printing.Press{Database: w.d.DB}
	for ended := false; !ended; {
		made, err := db.ParseID(batch)
		if err != nil {
			w.t.Fatal(err)
		}
		if ended, err = press.MakeNext(w.t.Context(), made); err != nil {
			w.t.Fatal(err)
		}
	}
	w.get(own["desk"], path).is(200).has("ready", 12).has("files.1.count", 2)
	w.get(own["territory"], "/orders/"+order+"/print-batches").is(200).has("items.0.id", batch)
	if content := w.get(own["territory"], path+"/files/2").is(200).text("content_base64"); len(content) < 1000 || content[:8] != "JVBERi0x" {
		w.t.Errorf("the file begins with %.20s", content)
	}
	w.post(own["desk"], path+"/deletion", nil).is(200)
	w.get(own["desk"], path+"/files/1").refuses(410, "print_file_deleted")
	w.get(own["territory"], "/print-batches/"+ids["site_id"]).refuses(404, "unknown_print_batch")
}
