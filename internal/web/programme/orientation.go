package programme

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

type tuningPage struct {
	web.Page
	Numbers []web.Line
}

// askTuning answers GET /orientation/reglage: the numbers by which sessions are
// ranked, to change.
func askTuning(w http.ResponseWriter, r *web.Request) error { return showTuning(w, r, nil) }

func showTuning(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &tuningPage{Page: web.Page{Title: "Régler le classement des séances", Back: web.Link{Label: "Comment les séances sont classées", Path: "/orientation"}}}
	var tuned orientation.Tuned
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		tuned, err = orientation.Current(r.Context(), q)
		return err
	}); err != nil {
		return err
	}
	if form == nil {
		form = web.NewForm()
		form.Set("reglage", tuned.Text())
	}
	page.Form = form
	for _, line := range tuned.Lines() {
		page.Numbers = append(page.Numbers, web.Line{Label: line.Key, Value: line.Says})
	}
	return web.Render(w, r, form.Status(), "tuning", page)
}

// tune answers POST /orientation/reglage.
func tune(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := db.Once(r.Context(), tx, form.Key(r),
			func(id db.ID) (orientation.Tuned, error) { return orientation.TunedByID(r.Context(), tx, id) },
			func(id db.ID) (orientation.Tuned, error) {
				return orientation.Tune(r.Context(), tx, id, []byte(form.Value("reglage")), form.Text("raison"))
			})
		return err
	})
	if fault.KindOf(err) == fault.Invalid {
		refused := fault.Of(err)
		if len(refused.Fields) == 0 {
			form.Wrong("reglage", refused.Code, refused.Message)
		}
		for _, field := range refused.Fields {
			name := "reglage"
			if field.Name == "reason" {
				name = "raison"
			}
			form.Wrong(name, field.Code, field.Message)
		}
		return showTuning(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/orientation")
}
