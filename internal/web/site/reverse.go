package site

import (
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type reversePage struct {
	web.Page
	Lines       []web.Line
	NeedsReason bool
	Leaf        []byte // of the redemption
}

// askReversal answers GET /passages/{id}/annulation: what would be taken back,
// with a reason unless one's own reading is two minutes old at most.
func askReversal(w http.ResponseWriter, r *web.Request) error {
	return showReversal(w, r, web.NewForm())
}

func showReversal(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	id, err := r.PathID("id")
	if err != nil {
		return voucher.ErrUnknownRedemption
	}
	page := &reversePage{Page: web.Page{Title: "Annuler ce passage\u202f?", Layout: web.Ask, Form: form, Menu: "/releves"}}
	var receipt voucher.Receipt
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if receipt, err = voucher.ReceiptByID(r.Context(), q, id); err != nil {
			return err
		}
		page.Leaf = receipt.Leaf
		page.Lines, err = passageLines(r, q, receipt)
		return err
	})
	switch {
	case err != nil:
		return err
	case receipt.State == voucher.Reversed && form.Valid():
		return voucher.ErrAlreadyReversed
	case receipt.State != voucher.Redeemed && form.Valid():
		return voucher.ErrStatementClosed
	}
	young := r.App.Clock.Now().Sub(receipt.At) <= voucher.UndoWindow
	page.NeedsReason = receipt.Person != r.Actor().ID || !young
	page.Back = backTo(r.ReturnPath(afterReversal(receipt.Redemption)))
	return web.Render(w, r, form.Status(), "reverse", page)
}

// backTo names the page where the reading was found.
func backTo(path string) web.Link {
	switch {
	case strings.HasPrefix(path, "/releves"):
		return web.Link{Label: "Le relevé", Path: path}
	case strings.HasPrefix(path, "/seances/"):
		return web.Link{Label: "La séance", Path: path}
	}
	return web.Link{Label: "Lire un chèque sans séance", Path: path}
}

// passageLines tell what happened, to check before it is taken back.
func passageLines(r *web.Request, q db.Q, receipt voucher.Receipt) ([]web.Line, error) {
	site, err := label.SiteByID(r.Context(), q, receipt.Site)
	if err != nil {
		return nil, err
	}
	title := "Sans séance"
	if !receipt.Session.IsZero() {
		session, err := workshop.SessionByID(r.Context(), q, receipt.Session)
		if err != nil {
			return nil, err
		}
		title = session.Title
	}
	return []web.Line{
		{Label: "Séance", Value: title, Note: site.Name},
		{Label: "Lu le", Value: civil.DateOf(receipt.At, site.Zone()).French() + ", " + civil.FrenchHour(receipt.At.In(site.Zone()))},
		{Label: "Chèque", Value: strconv.Itoa(receipt.Position) + "\u00a0sur\u00a0" + strconv.Itoa(receipt.Size) + ", finit par " + ending(receipt.Number)},
		{Label: "Montant", Value: receipt.Amount.String()},
	}, nil
}

// ending is what tells one coupon from another to who holds the paper, and
// cannot be redeemed: the last four digits.
func ending(number string) string {
	const kept = 4
	if len(number) < kept {
		return number
	}
	return "···· " + number[len(number)-kept:]
}

// afterReversal is where the reading was made.
func afterReversal(passage voucher.Redemption) string {
	if passage.Session.IsZero() {
		return "/cheques?lieu=" + passage.Site.String()
	}
	return "/seances/" + passage.Session.String()
}

// reverse answers POST /passages/{id}/annulation.
func reverse(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return voucher.ErrUnknownRedemption
	}
	reason := form.Text("reason")
	var passage voucher.Redemption
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		reverse := func(act db.ID) (voucher.Reversal, error) {
			return voucher.Reverse(r.Context(), tx, voucher.Reversal{ID: act, Redemption: id, Reason: reason})
		}
		again := func(act db.ID) (voucher.Reversal, error) { return voucher.ReversalByID(r.Context(), tx, act) }
		if _, err := db.Once(r.Context(), tx, form.Key(r), again, reverse); err != nil {
			return err
		}
		passage, err = voucher.RedemptionByID(r.Context(), tx, id)
		return err
	})
	if form.Refused(asField(err)) {
		return showReversal(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, r.ReturnPath(afterReversal(passage)))
}
