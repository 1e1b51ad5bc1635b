package sample

import (
	"fmt"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

// event is something that happens at an instant of the story.
type event struct {
	at   time.Time
	play func() error
}

// counter is a desk with its stock and the communes its people come from.
type counter struct {
	actor    db.Actor
	stock    [2][]string // booklet numbers, by order
	communes []geography.Commune
	weight   int // of 10: how many of the people come here
}

// live plays every day of the three months.
func (s *stage) live() error {
	if err := s.planSessions(); err != nil {
		return err
	}
	counters, err := s.openCounters()
	if err != nil {
		return err
	}
	events := slices.Concat(s.arrivals(counters), s.held(), s.settlements(), s.expectedToday(counters), s.leaves(counters))
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, one := range events {
		if one.at.After(s.options.At) {
			break
		}
		if err := one.play(); err != nil {
			return fmt.Errorf("%s: %w", one.at.In(civil.Paris).Format(time.DateTime), err)
		}
	}
	return nil
}

// printed is how much of each order lies in the desks' stocks, of 100: the rest
// can be printed at the counter.
const printed = 92

// openCounters prints most of both orders into the desks' stocks.
func (s *stage) openCounters() ([]*counter, error) {
	desks := []struct {
		organisation, email string
		weight              int
	}{
		{"ccas-gueret", "guichet", 4},
		{"mairie-souterraine", "souterraine", 2},
		{"ml-aubusson", "aubusson", 1},
		{"caf-bourganeuf", "bourganeuf", 1},
		{"fs-ahun", "ahun", 1},
		{"mairie-boussac", "boussac", 1},
	}
	all := geography.CommunesOf("23")
	var counters []*counter
	for _, desk := range desks {
		opened := &counter{actor: s.actors[desk.email], weight: desk.weight}
		home, err := geography.CommuneByCode(communeOf(desk.organisation))
		if err != nil {
			return nil, err
		}
		for _, commune := range all {
			if commune.HasCentre() && geography.Distance(home.Latitude, home.Longitude, commune.Latitude, commune.Longitude) < 20_000 {
				opened.communes = append(opened.communes, commune)
			}
		}
		// Most people come from the town itself.
		for range len(opened.communes) {
			opened.communes = append(opened.communes, home)
		}
		for rank, placed := range s.orders {
			count := ordered[rank].booklets * desk.weight * printed / 1000
			err := s.at(s.opening().Add(time.Duration(21+rank)*24*time.Hour), s.actors["territoire"], func(tx *db.Tx) error {
				booklets, err := voucher.Print(s.ctx, tx, voucher.PrintRun{Order: placed, Desk: opened.actor.Organisation, Count: count})
				opened.stock[rank] = nil
				for _, booklet := range booklets {
					opened.stock[rank] = append(opened.stock[rank], booklet.Number)
				}
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		counters = append(counters, opened)
	}
	return counters, nil
}

func communeOf(key string) string {
	for _, body := range organisations {
		if body.key == key {
			return body.commune
		}
	}
	return ""
}

// arrivals spreads the people received over the working days.
func (s *stage) arrivals(counters []*counter) []event {
	var days []civil.Date
	for day := s.months[0].First(); !day.After(s.today); day = day.AddDays(1) {
		if civil.IsWorkingDay(day, "23") {
			days = append(days, day)
		}
	}
	var events []event
	for i, day := range days {
		for n := range s.options.People*(i+1)/len(days) - s.options.People*i/len(days) {
			desk := s.pick(counters)
			// From nine, one every few minutes; the story of the last day stops
			// where the visitor's begins.
			at := hour(day, 9, 0).Add(time.Duration(n)*6*time.Minute + time.Duration(s.random.IntN(300))*time.Second)
			events = append(events, event{at, func() error { return s.receive(desk, at) }})
		}
	}
	return events
}

func (s *stage) pick(counters []*counter) *counter {
	draw := s.random.IntN(10)
	for _, one := range counters {
		if draw -= one.weight; draw < 0 {
			return one
		}
	}
	return counters[0]
}

// settlements closes and pays the first month, and closes the second.
func (s *stage) settlements() []event {
	accountant, second := s.actors["comptable"], s.actors["comptable2"]
	closing := func(month civil.Month) event {
		at := hour(month.Next().First(), 6, 0)
		return event{at, func() error {
			return s.at(at, accountant, func(tx *db.Tx) error {
				_, err := settlement.Close(s.ctx, tx, month)
				return err
			})
		}}
	}
	var file settlement.PaymentFile
	sent := hour(s.months[1].First().AddDays(4), 10, 0)
	answered := hour(s.months[1].First().AddDays(5), 9, 0)
	seen := hour(s.months[1].First().AddDays(6), 10, 0)
	return []event{
		closing(s.months[0]),
		{sent, func() error {
			return s.at(sent, accountant, func(tx *db.Tx) (err error) {
				file, err = s.pay(tx, s.months[0])
				return err
			})
		}},
		{answered, func() error {
			return s.at(answered, second, func(tx *db.Tx) error { return s.bankRejects(tx, file) })
		}},
		{seen, func() error {
			return s.at(seen, second, func(tx *db.Tx) error { return s.bankDebits(tx, file) })
		}},
		closing(s.months[1]),
	}
}

// openAccount records the account that receives and pays.
func (s *stage) openAccount() error {
	return s.at(s.opening().Add(5*time.Hour), s.actors["comptable"], func(tx *db.Tx) error {
		_, err := settlement.SetIssuerAccount(s.ctx, tx, settlement.IssuerAccount{
			ID: tx.NewID(), Name: "Émetteur du pass, compte dédié", IBAN: inventedIBAN(90), BIC: inventedBIC,
		})
		return err
	})
}

// pay sends the statements of a month, save that of the site that has not given
// its account.
func (s *stage) pay(tx *db.Tx, month civil.Month) (settlement.PaymentFile, error) {
	statements, err := settlement.Statements(s.ctx, tx, settlement.Filter{Month: month})
	if err != nil {
		return settlement.PaymentFile{}, err
	}
	var unpaid db.ID
	for _, at := range s.sites {
		if at.cast.key == unpaidSite {
			unpaid = at.id
		}
	}
	var payable []db.ID
	for _, one := range statements {
		if one.Site != unpaid && one.State == settlement.Closed {
			payable = append(payable, one.ID)
		}
	}
	return settlement.Pay(s.ctx, tx, settlement.PayFile{ID: tx.NewID(), Statements: payable})
}
