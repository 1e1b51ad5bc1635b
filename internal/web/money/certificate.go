package money

import (
	"bytes"
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/printing"
	"passerelle/internal/report"
	"passerelle/internal/web"
)

type certificatePage struct {
	web.Page
	Certificate printing.Certificate
	List        web.Table
	Day         string
}

// certificateOf reads what the cash covered at the instant that ?le= asks for.
func certificateOf(r *web.Request, form *web.Form) (made printing.Certificate, err error) {
	at := instantAsked(r, form)
	err = view(r, func(q db.Q) error {
		found, err := report.SolvencyAt(r.Context(), q, at)
		made = printing.CertificateOf(found, issuer(r))
		return err
	})
	return made, err
}

// showCertificate answers GET /comptes/certificat?le=: the paper's twin.
func showCertificate(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	made, err := certificateOf(r, form)
	if err != nil {
		return err
	}
	page := &certificatePage{
		Page:        web.Page{Title: made.Title(), Form: form, Menu: "/comptes", Back: web.Link{Label: "Les comptes du programme", Path: "/comptes"}},
		Certificate: made, Day: form.Text("le"),
		List: web.Table{Caption: "Qui peut réclamer quoi", Columns: []web.Column{{Label: "Somme"}, {Label: "Montant", Number: true}}},
	}
	for _, line := range made.Lines {
		page.List.Rows = append(page.List.Rows, []web.Cell{web.Head(line.Label), web.Amount(line.Amount)})
	}
	return web.Render(w, r, form.Status(), "certificate", page)
}

// printCertificate answers GET /comptes/certificat/pdf?le=.
func printCertificate(w http.ResponseWriter, r *web.Request) error {
	made, err := certificateOf(r, web.NewForm())
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := printing.WriteCertificate(&pdf, r.App.Clock.Now(), made); err != nil {
		return err
	}
	return web.Download(w, "application/pdf", "attestation.pdf", pdf.Bytes())
}
