package sample

import (
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/geography"
	"passerelle/internal/label"
	"passerelle/internal/money"
	"passerelle/internal/place"
)

// workplace is a labelled site with its own people and its open sessions.
type workplace struct {
	cast     site
	id       db.ID
	actor    db.Actor
	commune  geography.Commune
	sessions []*session // by date
}

// unpaidSite has not given its account yet: its page says what waits.
const unpaidSite = "combrailles"

// openSites puts the invented places in the directory, grants their label and
// enters their bank details.
func (s *stage) openSites() error {
	for rank, cast := range sites {
		commune, err := geography.CommuneByCode(cast.commune)
		if err != nil {
			return err
		}
		opened := &workplace{cast: cast, actor: s.actors[cast.mediator.email], commune: commune}
		if err := s.openSite(opened, rank); err != nil {
			return fmt.Errorf("%s: %w", cast.key, err)
		}
		s.sites = append(s.sites, opened)
		for i := range s.accounts {
			if s.accounts[i].OrganisationID == opened.actor.Organisation {
				s.accounts[i].SiteID = opened.id
			}
		}
	}
	return nil
}

func (s *stage) openSite(opened *workplace, rank int) error {
	cast, commune := opened.cast, opened.commune
	day := s.opening()
	err := s.at(asked(rank, day).Add(-time.Hour), console, func(tx *db.Tx) error {
		saved, _, err := place.Save(s.ctx, tx, offered(place.Place{
			Organisation: opened.actor.Organisation, Source: "passerelle", SourceID: "exemple-" + cast.key, Invented: true,
			Name: cast.name + invented, Address: cast.street, PostalCode: commune.PostalCodes[0], Commune: commune.Code, CommuneName: commune.Name,
			// A few hundred metres around the centre, so that no two points hide each other.
			Latitude: commune.Latitude + float64(rank%5-2)*0.002, Longitude: commune.Longitude + float64(rank%3-1)*0.003,
			Telephone: fmt.Sprintf("+335364912%02d", 8+rank), Hours: "Mo-Fr 09:00-12:00,14:00-18:00; PH off", Wheelchair: cast.access, PassAccepted: true,
			Summary:   "On apprend en petit groupe, à son rythme. Le matériel est prêté sur place.",
			UpdatedOn: civil.DateOf(day, civil.Paris),
			Services:  []string{place.ServiceProcedures, place.ServiceEverydayTools, place.ServiceEmployment, place.ServiceSafety, place.ServiceParenting, place.ServiceLeisure},
		}, rank))
		opened.id = saved.ID
		return err
	})
	if err != nil {
		return err
	}
	if err := s.qualify(opened, rank, day); err != nil {
		return err
	}
	if cast.key == unpaidSite {
		return nil
	}
	return s.at(day.Add(50*time.Hour), opened.actor, func(tx *db.Tx) error {
		_, err := label.SetBankDetails(s.ctx, tx, opened.id, label.Details{ID: tx.NewID(), Holder: cast.name, IBAN: inventedIBAN(rank), BIC: inventedBIC})
		return err
	})
}

// asked is when a site asks for the label that it gets the day after the
// opening: two to six weeks before.
func asked(rank int, opening time.Time) time.Time {
	return opening.AddDate(0, 0, -14-7*(rank%5)).Add(2 * time.Hour)
}

// qualify plays the site's own application: the certifiers share the work.
func (s *stage) qualify(opened *workplace, rank int, day time.Time) error {
	certifier := s.actors[[]string{"labels", "labels2"}[rank%2]]
	var application label.Application
	return inTurn(func() error {
		return s.at(asked(rank, day), opened.actor, func(tx *db.Tx) (err error) {
			if application, err = label.Begin(s.ctx, tx, db.ID{}, []db.ID{opened.id}); err != nil {
				return err
			}
			if err := s.fill(tx, application, opened.cast.mediator, len(candidates)+rank, true); err != nil {
				return err
			}
			return moved(label.Send(s.ctx, tx, application.ID))
		})
	}, func() error {
		return s.at(day.Add(26*time.Hour), certifier, func(tx *db.Tx) error {
			if err := moved(label.Take(s.ctx, tx, application.ID)); err != nil {
				return err
			}
			if err := s.judge(tx, application, opened.id, rank, false); err != nil {
				return err
			}
			return moved(label.Conclude(s.ctx, tx, application.ID, reasonToGrant))
		})
	})
}

// order is what the département orders.
type order struct {
	booklets, coupons int
	receivedShares    [3]float64 // of each funder's share, in the agreement's order
}

// The State and the département have paid; the mutual society still owes part
// of its share of the second order, whose last handovers it blocks.
var ordered = []order{
	{1400, 10, [3]float64{1, 1, 1}},
	{800, 5, [3]float64{1, 1, 0.6}},
}

// fund signs the agreement, places both orders and records what was received.
func (s *stage) fund() error {
	when := s.opening().Add(4 * 24 * time.Hour)
	var agreement funding.Agreement
	weights := []int64{50, 35, 15}
	err := s.at(when, s.actors["national"], func(tx *db.Tx) (err error) {
		shares := []funding.Share{}
		for i, key := range []string{"etat", "fonds", "mutuelle"} {
			funder, err := funding.AddFunder(s.ctx, tx, funding.Funder{Organisation: s.organisations[key], Name: nameOf(key) + invented})
			if err != nil {
				return err
			}
			s.funders = append(s.funders, funder.ID)
			shares = append(shares, funding.Share{Funder: funder.ID, Weight: weights[i]})
		}
		agreement, err = funding.Sign(s.ctx, tx, funding.Agreement{
			Title: "Creuse connectée " + fmt.Sprint(s.today.Year()), Shares: shares,
			Rules: funding.Rules{Bearer: s.funders[1], Bonuses: []funding.Bonus{
				{Funder: s.funders[0], Points: 5, When: funding.WhenGroup, Threshold: 10},
			}},
		})
		if err != nil {
			return err
		}
		agreement.Shares[2].Most = 100_000_00
		agreement.Signed, agreement.Reason = db.ID{}, "La mutuelle fixe le plafond de ce qu’elle verse ; le fonds départemental paie le reste."
		_, err = funding.Amend(s.ctx, tx, agreement)
		return err
	})
	if err != nil {
		return err
	}
	for rank, wanted := range ordered {
		if err := s.order(when.Add(time.Duration(rank*7*24)*time.Hour), agreement.ID, weights, wanted, rank); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) order(when time.Time, agreement db.ID, weights []int64, wanted order, rank int) error {
	var placed funding.Order
	err := s.at(when, s.actors["territoire"], func(tx *db.Tx) (err error) {
		placed, err = funding.PlaceOrder(s.ctx, tx, funding.Order{
			Agreement: agreement, Desk: s.organisations["ccas-gueret"], Booklets: wanted.booklets, CouponsPerBooklet: wanted.coupons,
			Territory: "23",
		})
		s.orders = append(s.orders, placed.ID)
		return err
	})
	if err != nil {
		return err
	}
	shares := money.Totals(weights, funding.Face, placed.Coupons())
	for i, funder := range s.funders {
		amount := money.Cents(float64(shares[i]) * wanted.receivedShares[i])
		err := s.at(when.Add(time.Duration(3+2*i)*24*time.Hour), s.actors["comptable"], func(tx *db.Tx) error {
			_, err := funding.Receive(s.ctx, tx, funding.Receipt{
				Order: placed.ID, Funder: funder, Amount: amount, Reference: fmt.Sprintf("PASS %s %d", placed.Reference, rank+1),
				On: civil.DateOf(tx.Now(), civil.Paris),
			})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func nameOf(key string) string {
	for _, body := range organisations {
		if body.key == key {
			return body.name
		}
	}
	return key
}
