package sample

import (
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/workshop"
)

// giveWorkshops shows what sites and counters make of the catalogue: workshops
// adopted and adapted, a series at a stop, waiting lists with their words, and
// pathways at each stage.
func (s *stage) giveWorkshops() error {
	people, err := s.firstKnown(s.actors["guichet"], 4)
	if err != nil {
		return err
	}
	for _, act := range []func(people []holder.Holder) error{s.followPathways, s.adopt, s.stop, s.queue} {
		if err := act(people); err != nil {
			return err
		}
	}
	return nil
}

// followPathways: one was given up, one is finished, one is followed, one is
// still to be looked at with the person.
func (s *stage) followPathways(people []holder.Holder) error {
	desk := s.actors["guichet"]
	const proposed, ended = 27, 3 // days ago
	for rank, who := range people {
		var made workshop.Pathway
		err := s.at(s.days(proposed), desk, func(tx *db.Tx) (err error) {
			made, err = workshop.ProposePathway(s.ctx, tx, tx.NewID(), who.ID, nil)
			if err != nil || rank == len(people)-1 {
				return err
			}
			made, err = workshop.AcceptPathway(s.ctx, tx, made.ID, nil)
			return err
		})
		if err != nil {
			return err
		}
		err = s.at(s.days(ended), desk, func(tx *db.Tx) (err error) {
			switch rank {
			case 0:
				_, err = workshop.StopPathway(s.ctx, tx, made.ID, "La personne a déménagé.")
			case 1:
				_, err = workshop.FinishPathway(s.ctx, tx, made.ID, true)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// adopt has the first site take workshops of the catalogue, and change one.
func (s *stage) adopt([]holder.Holder) error {
	return s.at(s.days(2), s.sites[0].actor, func(tx *db.Tx) error {
		for _, code := range []string{"mailbox", "formality", "fraud"} {
			if _, err := workshop.Adopt(s.ctx, tx, tx.NewID(), code); err != nil {
				return err
			}
		}
		ready, err := workshop.ReadyByCode("photos")
		if err != nil {
			return err
		}
		own := workshop.SheetOfReady(ready)
		own.Title, own.Minutes = "Les photos de la famille", 120
		_, err = workshop.KeepSheet(s.ctx, tx, own)
		return err
	})
}

// stop plans a weekly series in a village, from next month.
func (s *stage) stop([]holder.Holder) error {
	at := s.sites[0]
	first := s.today.AddDays(9).At(10*60, civil.Paris)
	return s.at(s.days(2).Add(time.Hour), at.actor, func(tx *db.Tx) error {
		_, err := workshop.PlanSeries(s.ctx, tx, workshop.NewSeries{
			First: workshop.New{
				Site: at.id, Topic: "mailbox", Level: workshop.Discover, StartsAt: first, EndsAt: first.Add(90 * time.Minute), Seats: 6, Minimum: 3, MinimumDays: 9,
				Equipment: "6 ordinateurs portables", Mediator: at.cast.mediator.first + " " + at.cast.mediator.last,
				Elsewhere: workshop.Elsewhere{Stop: workshop.Stop{Name: "Salle des fêtes (exemple)", Address: "2 place de l’Exemple"}, Commune: "23176"},
			},
			Recurrence: workshop.Recurrence{Rhythm: workshop.Weekly, Times: 6},
		})
		return err
	})
}

// queue fills two small sessions: who left their word has the freed seat, who
// wants to be asked has until tomorrow to answer.
func (s *stage) queue(people []holder.Holder) error {
	if len(people) < 2 {
		return nil // too small a programme for anyone to wait
	}
	at := s.sites[0]
	for rank, word := range []string{workshop.TakeIt, workshop.AskFirst} {
		var session workshop.Session
		starts := s.today.AddDays(10+rank).At(17*60, civil.Paris)
		when := s.options.At.Add(time.Duration(rank-4) * time.Hour)
		err := s.at(when, at.actor, func(tx *db.Tx) (err error) {
			session, err = workshop.Plan(s.ctx, tx, workshop.New{Site: at.id, Topic: "video", Level: workshop.Discover, StartsAt: starts, EndsAt: starts.Add(90 * time.Minute), Seats: 1})
			return err
		})
		if err != nil {
			return err
		}
		var seated workshop.Booking
		for turn, who := range people[1:] {
			err := s.at(when.Add(time.Duration(turn+1)*time.Minute), s.actors["guichet"], func(tx *db.Tx) error {
				made, err := workshop.Book(s.ctx, tx, workshop.Reservation{ID: tx.NewID(), Session: session.ID, Holder: who.ID, Word: word})
				if turn == 0 {
					seated = made
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		err = s.at(when.Add(10*time.Minute), s.actors["guichet"], func(tx *db.Tx) error {
			_, err := workshop.Cancel(s.ctx, tx, seated.ID)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
