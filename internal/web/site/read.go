package site

import (
	"errors"
	"net"
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// answer is what came of a coupon just read, when it is not accepted: a
// refusal, or the details to look at first.
type answer struct {
	status int
	seen   seen
	look   *look
}

// readForSession answers POST /seances/{id}/cheques.
func readForSession(w http.ResponseWriter, r *web.Request) error {
	var session workshop.Session
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		session, _, err = ownSession(r, q)
		return err
	})
	if err != nil {
		return err
	}
	answered, err := readCoupon(w, r, voucher.Presentation{Site: session.Site, Session: session.ID})
	if err != nil {
		return err
	}
	if answered == nil {
		return web.SeeOther(w, r, "/seances/"+session.ID.String())
	}
	return renderSession(w, r, answered, nil)
}

// backToSession is where signing in again, or a reload of the address, leads.
func backToSession(w http.ResponseWriter, r *web.Request) error {
	return web.SeeOther(w, r, "/seances/"+r.PathValue("id"))
}

// readAlone answers POST /cheques/lecture: a coupon without a session.
func readAlone(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var site label.Site
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		site, _, err = chosen(r, q, form.Value("lieu"))
		return err
	})
	if err != nil {
		return err
	}
	answered, err := readCoupon(w, r, voucher.Presentation{Site: site.ID})
	if err != nil {
		return err
	}
	if answered == nil {
		return web.SeeOther(w, r, "/cheques?lieu="+site.ID.String())
	}
	return renderReader(w, r, site.ID.String(), answered)
}

func backToReader(w http.ResponseWriter, r *web.Request) error { return web.SeeOther(w, r, "/cheques") }

// readCoupon redeems the coupon that the form holds, and remembers the answer.
// A nil answer is an accepted coupon.
func readCoupon(w http.ResponseWriter, r *web.Request, presented voucher.Presentation) (*answer, error) {
	form, err := r.ReadForm()
	if err != nil {
		return nil, err
	}
	presented.Coupon = form.Value("code")
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		return voucher.RefuseIfTooMany(r.Context(), q, presented.Site, address(r))
	})
	if err != nil {
		return refused(w, r, presented, err)
	}
	if form.Checked("voir") {
		return examine(w, r, presented)
	}
	var redemption voucher.Redemption
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		redeem := func(id db.ID) (voucher.Redemption, error) {
			presented.ID = id
			return voucher.Redeem(r.Context(), tx, presented)
		}
		again := func(id db.ID) (voucher.Redemption, error) { return voucher.RedemptionByID(r.Context(), tx, id) }
		redemption, err = db.Once(r.Context(), tx, form.Key(r), again, redeem)
		return err
	})
	if err != nil {
		return refused(w, r, presented, err)
	}
	if latest := remembered(r); len(latest) == 0 || latest[0].Passage != redemption.ID { // else the same form, sent twice
		remember(w, r, seen{At: redemption.At, Passage: redemption.ID, Session: presented.Session, Site: presented.Site})
	}
	return nil, nil
}

// examine tells what a coupon is, and waits for "Valider".
func examine(w http.ResponseWriter, r *web.Request, presented voucher.Presentation) (*answer, error) {
	var shown *look
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		coupon, err := voucher.Examine(r.Context(), q, presented)
		if err != nil {
			return err
		}
		shown = &look{
			Number: coupon.Number, Amount: coupon.Amount,
			Text: "Valable jusqu’au " + coupon.ValidUntil.FrenchLong() + ".",
		}
		if presented.Session.IsZero() || !account.May(q.Actor(), account.ActAttendanceRead) {
			return nil
		}
		sheet, err := workshop.Bookings(r.Context(), q, presented.Session)
		for _, line := range sheet {
			if line.Holder == coupon.Holder && line.Stands() {
				shown.Text = "Carnet de " + line.Person.Name + ". " + shown.Text
				return err
			}
		}
		shown.Text = "Carnet d’une personne qui n’est pas inscrite à cette séance. " + shown.Text
		return err
	})
	if err != nil {
		return refused(w, r, presented, err)
	}
	return &answer{status: http.StatusOK, look: shown}, nil
}

// errStale tells of a page that was kept open or gone back to.
var errStale = fault.New(fault.Conflict, "stale_page", "Cette page avait déjà servi. Lisez le chèque encore une fois.")

// refused makes an answer of a refusal that the same page tells; any other
// error is for the adapter. Wrong numbers are counted.
func refused(w http.ResponseWriter, r *web.Request, presented voucher.Presentation, err error) (*answer, error) {
	if errors.Is(err, db.ErrKeyReused) {
		err = errStale
	}
	refusal := fault.Of(err)
	wrongNumber := refusal.Code == voucher.ErrBadNumber.Code || refusal.Code == voucher.ErrUnknownNumber.Code
	switch refusal.Kind {
	case fault.Conflict, fault.Invalid:
	case fault.TooMany:
		if seconds, told := refusal.Detail["retry_after_seconds"].(int); told {
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
		}
	default:
		if !wrongNumber {
			return nil, err
		}
	}
	if wrongNumber {
		if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			return voucher.CountWrong(r.Context(), tx, presented.Site, address(r))
		}); err != nil {
			return nil, err
		}
	}
	answered := &answer{status: refusal.Kind.Status(), seen: seen{
		At: r.App.Clock.Now(), Session: presented.Session, Site: presented.Site, Code: refusal.Code, Text: refusal.Message,
	}}
	remember(w, r, answered.seen)
	return answered, nil
}

// address is where on the network the request came from: what wrong numbers are
// counted by, besides the site.
func address(r *web.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

type readerPage struct {
	web.Page
	Reader  *reader
	Waiting web.Notice
	Now     web.List
}

// showReader answers GET /cheques: a coupon without a session.
func showReader(w http.ResponseWriter, r *web.Request) error {
	return renderReader(w, r, r.URL.Query().Get("lieu"), nil)
}

func renderReader(w http.ResponseWriter, r *web.Request, lieu string, answered *answer) error {
	page := &readerPage{Page: web.Page{Title: "Lire un chèque sans séance", Menu: "/seances", Back: web.Link{Label: "Toutes mes séances", Path: "/seances"}}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		site, sites, err := chosen(r, q, lieu)
		if err != nil {
			return err
		}
		if page.Waiting, err = waitingAccount(r, q, []label.Site{site}); err != nil {
			return err
		}
		if page.Reader, err = newReader(r, q, site, workshop.Session{}, answered); err != nil {
			return err
		}
		page.Reader.at(site, sites)
		today := civil.DateOf(q.Now(), site.Zone())
		sessions, err := workshop.OfSite(r.Context(), q, site.ID, today.In(site.Zone()), today.AddDays(1).In(site.Zone()))
		page.Now.Name = "Séances d’aujourd’hui"
		for _, session := range sessions {
			if session.State != workshop.SessionCalledOff {
				item := sessionItem(session, sites, "Ouvrir")
				item.When = session.HoursText()
				page.Now.Items = append(page.Now.Items, item)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Title = page.Reader.titled(page.Title)
	status := http.StatusOK
	if answered != nil {
		status = answered.status
	}
	return web.Render(w, r, status, "coupons", page)
}
