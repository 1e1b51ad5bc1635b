package public

import (
	"encoding/hex"
	"net/http"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

type proofPage struct {
	web.Page
	Waits  bool // the act has no number yet
	Leaf   string
	Act    string
	Sealed audit.Sealed
	Proof  audit.Inclusion
	Key    string
	Zone   *time.Location
}

// Number is the act's place as people count, from 1.
func (p *proofPage) Number() int64 { return p.Sealed.Number + 1 }

// Recorded is when the act was done.
func (p *proofPage) Recorded() time.Time { return p.Sealed.Leaf.At }

// File is what the proof is downloaded as.
func (p *proofPage) File() string { return "acte-" + p.Leaf[:12] + ".tlog-proof" }

// showProof answers GET /preuve/{empreinte}: whoever holds the hash of an act, on
// a receipt, reads that it is sealed, and how to verify it without trusting this
// page.
func showProof(w http.ResponseWriter, r *web.Request) error {
	leaf, err := leafOf(r.PathValue("empreinte"))
	if err != nil {
		return err
	}
	page := &proofPage{
		Page: web.Page{Title: "La preuve d’un acte", Menu: "/registre-scelle", Back: web.Link{Label: "Le registre scellé", Path: "/registre-scelle"}},
		Leaf: hex.EncodeToString(leaf), Zone: civil.Paris,
	}
	err = view(r, func(q db.Q) (err error) {
		if page.Key, err = audit.KeyText(audit.Origin(q)); err != nil {
			return err
		}
		page.Proof, page.Sealed, err = audit.ProveInclusion(r.Context(), q, leaf)
		return err
	})
	switch {
	case fault.HasCode(err, audit.ErrUnsealedLeaf.Code):
		page.Waits, page.Title = true, "Cet acte sera scellé dans quelques secondes"
	case err != nil:
		return err
	default:
		page.Act = actWords(page.Sealed.Act)
	}
	return web.Render(w, r, http.StatusOK, "proof", page)
}

// actWords says what an act is, to whoever holds its hash and no more.
func actWords(act string) string {
	if words, known := acts[act]; known {
		return words
	}
	return "un acte du programme"
}

var acts = map[string]string{
	"voucher.print": "des carnets imprimés", "voucher.hand_over": "un carnet remis", "voucher.redeem": "un chèque utilisé",
	"voucher.reverse": "l’utilisation d’un chèque, annulée", "voucher.block": "un carnet bloqué", "voucher.expire": "un carnet arrivé à son terme",
	"voucher.state": "des chèques portés sur un relevé", "statement.close": "un relevé clos",
	"settlement.pay": "un fichier de virements", "settlement.debit": "un débit vu à la banque",
	"issuer_account.set": "le compte qui paie", "bank_details.enter": "un compte à payer",
	"funding.add_funder": "un financeur", "funding.sign": "une convention", "funding.place_order": "une commande", "funding.receive": "un versement reçu",
	"label.grant": "un label accordé", "label.withdraw": "un label retiré", "label.suspend": "un label suspendu", "label.resume": "un label repris", "label.prolong": "un label prolongé",
}
