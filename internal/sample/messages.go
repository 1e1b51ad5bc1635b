package sample

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/workshop"
)

// telephone is the instance's number, where nobody nearer has one.
const telephone = "+33536491200"

// operator stands for a gateway of text messages: it takes each, and refuses the
// number that ends in 99.
type operator struct{ post }

// post takes every e-mail: the story's are not written to files.
type post struct{}

func (operator) SendText(_ context.Context, t notify.Texting) (string, error) {
	if t.To[len(t.To)-2:] == "99" {
		return "", fmt.Errorf("%w: HTTP 422", notify.ErrRefused)
	}
	return "ref-" + t.ID.String(), nil
}

func (post) Send(context.Context, notify.Mail) error { return nil }

// agreed is how the people of the first counter who agreed to messages are
// reached, one after the other.
var agreed = []holder.Correction{
	{Address: "10 rue de l’Exemple\n23000 Guéret"},
	{Telephone: "06 39 98 10 01"},
	{Telephone: "06 39 98 10 02", Recipient: holder.Recipient{Relation: "daughter"}},
	{Email: "personne3" + emailDomain},
	{Address: "3 rue de l’Exemple\n23000 Guéret", Manner: holder.Manner{LargePrint: true}},
	{Telephone: "06 39 98 10 99"}, // refused by the operator
	{Telephone: "05 36 49 12 34"}, // a landline: to call
	{Telephone: "06 39 98 10 07", Manner: holder.Manner{Language: "pt"}},
	{Telephone: "06 39 98 10 08"},
	{Telephone: "06 39 98 10 09", Recipient: holder.Recipient{Relation: "neighbour"}},
}

// message tells people what happens to their seats, each kind once: by text
// message, e-mail and letter, received, refused, or to be called instead.
func (s *stage) message() error {
	at := s.options.At.Add(-time.Hour)
	agent := s.actors["guichet"]
	people, err := s.expectedOf(agent, len(agreed))
	if err != nil {
		return err
	}
	sender := notify.Post{Database: s.d, Sender: post{}, Texts: operator{}}
	for i, seat := range people {
		if err := s.agree(at, agent, seat.Holder, agreed[i]); err != nil {
			return err
		}
		kinds := []notify.Kind{notify.Confirmation, notify.Kinds[i%len(notify.Kinds)].Kind}
		for _, kind := range kinds {
			if err := s.tell(at, sender, kind, seat); err != nil {
				return err
			}
		}
	}
	return s.call(at, agent)
}

// expectedOf lists coming seats of people whom a counter sent, one a person, the
// latest session first: a letter has the time to arrive.
func (s *stage) expectedOf(agent db.Actor, most int) (seats []workshop.Seat, err error) {
	known := map[db.ID]bool{}
	err = s.d.View(s.ctx, job.Actor, func(q db.Q) error {
		for _, at := range s.sites {
			for i := len(at.sessions) - 1; i >= 0; i-- {
				for _, who := range at.sessions[i].expected {
					if known[who.id] || who.from.actor.ID != agent.ID || at.sessions[i].calledOff || !at.sessions[i].starts.After(s.options.At.AddDate(0, 0, 1)) {
						continue
					}
					known[who.id] = true
					all, err := workshop.Of(s.ctx, q, who.id)
					if err != nil {
						return err
					}
					for _, one := range all {
						if one.Booking.Session == at.sessions[i].id && one.State == workshop.Booked {
							seats = append(seats, one)
						}
					}
				}
			}
		}
		return nil
	})
	slices.SortStableFunc(seats, func(a, b workshop.Seat) int { return b.Session.StartsAt.Compare(a.Session.StartsAt) })
	return seats[:min(most, len(seats))], err
}

// agree notes how a person is to be told, and that they said yes.
func (s *stage) agree(at time.Time, agent db.Actor, who db.ID, how holder.Correction) error {
	return s.at(at, agent, func(tx *db.Tx) error {
		known, err := holder.ByID(s.ctx, tx, who)
		if err != nil {
			return err
		}
		how.Holder, how.Name, how.Commune, how.Consent = who, known.Name, known.Commune, true
		_, err = holder.Correct(s.ctx, tx, how)
		return err
	})
}

func (s *stage) tell(at time.Time, sender notify.Post, kind notify.Kind, seat workshop.Seat) error {
	var told notify.Told
	if err := s.at(at, job.Actor, func(tx *db.Tx) error {
		word, who, err := notify.SeatWord(s.ctx, tx, kind, seat.ID, telephone)
		if err != nil {
			return err
		}
		word.Facts.Dates = []time.Time{word.Facts.Starts.AddDate(0, 0, 7), word.Facts.Starts.AddDate(0, 0, 14)}
		word.Facts.Until, word.Facts.Coupons = seat.Session.Day().AddMonths(1), 6
		told, err = notify.Tell(s.ctx, tx, who, word)
		return err
	}); err != nil || told.State != notify.WordWaiting || told.Channel == notify.Letter {
		return err
	}
	if err := sender.SendNow(s.ctx, told.ID); err != nil {
		return err
	}
	return s.at(at.Add(time.Minute), job.Actor, func(tx *db.Tx) error {
		return notify.Receive(s.ctx, tx, notify.Inbound{Reference: "ref-" + told.ID.String(), Delivered: kind != notify.ReminderOne})
	})
}

// call notes what a few calls gave to the holders of booklets that sleep, and
// prints the letters but the last, which waits.
func (s *stage) call(at time.Time, agent db.Actor) error {
	if err := s.at(at, agent, func(tx *db.Tx) error {
		list, err := notify.ToCallAt(s.ctx, tx, agent.Organisation)
		if err != nil {
			return err
		}
		for i, result := range notify.CallResults {
			if i < len(list) {
				if err := notify.RecordCall(s.ctx, tx, tx.NewID(), list[i].Booklet.ID, result.Code); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	var again db.ID
	if err := s.at(at, agent, func(tx *db.Tx) error {
		waiting, err := notify.LettersWaiting(s.ctx, tx)
		if err != nil || waiting == 0 {
			return err
		}
		batch, err := notify.PrintLetters(s.ctx, tx, tx.NewID())
		if err != nil {
			return err
		}
		_, letters, err := notify.LettersOf(s.ctx, tx, batch.ID)
		if len(letters) > 0 {
			again = letters[0].ID
		}
		return err
	}); err != nil || again.IsZero() {
		return err
	}
	return s.at(at.Add(time.Minute), agent, func(tx *db.Tx) error {
		_, err := notify.Again(s.ctx, tx, again)
		return err
	})
}
