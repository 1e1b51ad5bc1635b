package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Confirmed tells whether a form comes from a page on which its answers were
// checked: its button is named "confirmer".
func (f *Form) Confirmed() bool { return f.Checked("confirmer") }

// errRehearsed rolls a rehearsal back.
var errRehearsed = fault.New(fault.Conflict, "rehearsed", "")

// Act does what a form asks, once confirmed. Before that it does it and undoes
// it: what would be refused is refused while the answers can still be changed,
// and what would be made can be told on the page that checks them.
func (r *Request) Act(form *Form, write func(tx *db.Tx) error) error {
	if form.Confirmed() {
		return r.App.DB.Update(r.Context(), r.Actor(), write)
	}
	err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		if err := write(tx); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// RefusedAs is Refused for a form whose fields are not named as the
// capability's: names leads from the capability's to the form's.
func (f *Form) RefusedAs(err error, names map[string]string) bool {
	if err == nil {
		return false
	}
	told := *fault.Of(err)
	told.Fields = slices.Clone(told.Fields)
	for i, field := range told.Fields {
		if name, known := names[field.Name]; known {
			told.Fields[i].Name = name
		}
	}
	return f.Refused(&told)
}

// Download answers with a file to keep, never cached: it may hold names,
// numbers of coupons or accounts.
func Download(w http.ResponseWriter, kind, name string, content []byte) error {
	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(content) // the browser left
	return nil
}
