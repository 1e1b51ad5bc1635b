package territory

import (
	"net/http"
	"slices"

	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/web"
)

// signPage asks for an agreement or for its amendment, then shows it to be
// checked.
type signPage struct {
	web.Page
	Action  string
	Amended funding.Agreement // zero for a new one
	Funders []funding.Funder
	Presets []funding.Preset
	Preset  funding.Preset
	Ruled   bool // more than weights is asked for
	Check   []web.Line
	Parts   web.Table
	Sent    [][2]string // names and values that travel through the check
}

const newAgreement = "/conventions/nouvelle"

// askAgreement answers GET /conventions/nouvelle, from a known kind when one is
// chosen.
func askAgreement(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	page := &signPage{Page: web.Page{
		Title: "Signer une convention", Layout: web.Ask, Form: form, Back: web.Link{Label: "Toutes les conventions", Path: "/conventions"},
	}, Action: newAgreement}
	chosen := slices.IndexFunc(funding.Presets, func(p funding.Preset) bool { return p.Code == r.URL.Query().Get("modele") })
	if chosen >= 0 {
		page.Preset = funding.Presets[chosen]
		page.Preset.Says, page.Preset.Source = web.French(page.Preset.Says), web.French(page.Preset.Source)
		rules := page.Preset.Rules
		fillAgreement(form, funding.Agreement{Rules: funding.Rules{
			LeastOrder: rules.LeastOrder, MostOrders: rules.MostOrders, QuotaPublic: rules.QuotaPublic, QuotaPercent: rules.QuotaPercent,
		}})
	}
	return page.ask(w, r)
}

// askAmendment answers GET /conventions/{id}/avenant.
func askAmendment(w http.ResponseWriter, r *web.Request) error {
	page, err := amendmentPage(r, web.NewForm())
	if err != nil {
		return err
	}
	fillAgreement(page.Form, page.Amended)
	return page.ask(w, r)
}

func amendmentPage(r *web.Request, form *web.Form) (*signPage, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, funding.ErrUnknownAgreement
	}
	page := &signPage{Page: web.Page{Title: "Signer un avenant", Layout: web.Ask, Form: form, Menu: "/conventions"}}
	err = view(r, func(q db.Q) (err error) {
		page.Amended, err = funding.AgreementByID(r.Context(), q, id)
		return err
	})
	page.Action = "/conventions/" + id.String() + "/avenant"
	page.Back = web.Link{Label: page.Amended.Title, Path: "/conventions/" + id.String()}
	return page, err
}

func (p *signPage) ask(w http.ResponseWriter, r *web.Request) error {
	if err := p.learn(r); err != nil {
		return err
	}
	if p.Amended.ID.IsZero() {
		p.Presets = funding.Presets
	}
	p.Ruled = slices.ContainsFunc(rules(p.Funders), func(name string) bool { return p.Form.Value(name) != "" })
	return web.Render(w, r, p.Form.Status(), "sign", p)
}

func (p *signPage) learn(r *web.Request) error {
	return view(r, func(q db.Q) (err error) {
		p.Funders, err = funding.Funders(r.Context(), q)
		return err
	})
}

// signAgreement answers POST /conventions/nouvelle.
func signAgreement(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page := &signPage{Page: web.Page{Title: "Signer une convention", Layout: web.Ask, Form: form, Menu: "/conventions"}, Action: newAgreement}
	return page.sign(w, r, func(tx *db.Tx, row db.ID, asked funding.Agreement) (funding.Agreement, error) {
		asked.ID = row
		return funding.Sign(r.Context(), tx, asked)
	})
}

// signAmendment answers POST /conventions/{id}/avenant.
func signAmendment(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page, err := amendmentPage(r, form)
	if err != nil {
		return err
	}
	read := form.Number("version", 1, 1_000_000)
	reason := form.Required("raison", "Dites ce que l’avenant change, et pourquoi")
	return page.sign(w, r, func(tx *db.Tx, row db.ID, asked funding.Agreement) (funding.Agreement, error) {
		asked.ID, asked.Signed, asked.Version, asked.Reason = page.Amended.ID, row, read, reason
		return funding.Amend(r.Context(), tx, asked)
	})
}

// sign shows what was asked to be checked, then does it.
func (p *signPage) sign(w http.ResponseWriter, r *web.Request, do func(tx *db.Tx, row db.ID, asked funding.Agreement) (funding.Agreement, error)) error {
	if err := p.learn(r); err != nil {
		return err
	}
	asked, asks := readAgreement(p.Form, p.Funders)
	if !p.Form.Valid() || p.Form.Checked("modifier") {
		return p.ask(w, r)
	}
	var signed funding.Agreement
	err := r.Act(p.Form, func(tx *db.Tx) (err error) {
		signed, err = db.Once(r.Context(), tx, p.Form.Key(r), func(row db.ID) (funding.Agreement, error) {
			return funding.SignedByID(r.Context(), tx, row)
		}, func(row db.ID) (funding.Agreement, error) { return do(tx, row, asked) })
		if err != nil || p.Form.Confirmed() {
			return err
		}
		if p.Check, err = ruleLines(r, tx, signed); err != nil {
			return err
		}
		p.Parts, err = shareTable(r, tx, signed)
		return err
	})
	if p.Form.RefusedAs(err, asks) {
		return p.ask(w, r)
	}
	if err != nil {
		return err
	}
	if p.Form.Confirmed() {
		return web.SeeOther(w, r, "/conventions/"+signed.ID.String()+"?fait")
	}
	p.Title = "Vérifiez la convention avant de la signer"
	p.Sent = sent(p.Form, p.Funders)
	p.Check = append([]web.Line{{Label: "Titre", Value: signed.Title}}, p.Check...)
	if signed.Reason != "" {
		p.Title = "Vérifiez l’avenant avant de le signer"
		p.Check = append(p.Check, web.Line{Label: "Ce qui change", Value: web.French(signed.Reason)})
		p.Sent = append(p.Sent, [2]string{"version", p.Form.Value("version")}, [2]string{"raison", signed.Reason})
	}
	return web.Render(w, r, http.StatusOK, "sign-check", p)
}
