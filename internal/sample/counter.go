package sample

import (
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/orientation"
	"passerelle/internal/workshop"
)

// orient shows the visits that end otherwise than with a free seat.
func (s *stage) orient() error {
	for _, act := range []func() error{s.waitForASeat, s.helpedFromAfar, s.gather} {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

// wants are the answers of somebody who wants to learn.
var wants = map[string]string{"use": "often", "search": "hard", "write": "easy", "formality": "helped", "needs": "words", "wish": "learn"}

// visit plays a visit at the first desk to its end; choose is what it ends with,
// false when the ground has nothing of the kind.
func (s *stage) visit(when time.Time, answers map[string]string, search orientation.Search, draft orientation.Draft, choose func(tx *db.Tx, visit orientation.Visit) (bool, error)) error {
	draft.Paper = orientation.NoBooklet
	return s.at(when, s.actors["guichet"], func(tx *db.Tx) error {
		visit, err := orientation.Begin(s.ctx, tx, orientation.Beginning{Answers: answers})
		if err != nil {
			return err
		}
		if visit, err = orientation.Seek(s.ctx, tx, visit.ID, search); err != nil {
			return err
		}
		if chosen, err := choose(tx, visit); err != nil || !chosen {
			return err
		}
		if _, err := orientation.Identify(s.ctx, tx, visit.ID, draft); err != nil {
			return err
		}
		_, err = orientation.Confirm(s.ctx, tx, visit.ID)
		return err
	})
}

// waitForASeat has somebody wait for a seat at a full session.
func (s *stage) waitForASeat() error {
	const commune = "23096"
	return s.visit(s.days(1), wants, orientation.Search{Commune: commune, Travel: orientation.ByCar}, orientation.Draft{Name: "Séverin", Telephone: "06 39 98 41 60", Consent: true},
		func(tx *db.Tx, visit orientation.Visit) (bool, error) {
			near, err := geography.CommuneByCode(commune)
			if err != nil {
				return false, err
			}
			found, err := orientation.Propose(s.ctx, tx, orientation.Asked{Commune: near, Full: true})
			if err != nil {
				return false, err
			}
			full := slices.IndexFunc(found.Choices, func(c orientation.Choice) bool { return c.Free() == 0 })
			if full < 0 {
				return false, nil
			}
			_, err = orientation.ChooseWaiting(s.ctx, tx, visit.ID, found.Choices[full].ID)
			return true, err
		})
}

// helpedFromAfar has somebody who cannot move helped by telephone.
func (s *stage) helpedFromAfar() error {
	const commune = "23060" // Chénérailles
	search := orientation.Search{Commune: commune, Travel: orientation.OnFoot, Days: []time.Weekday{time.Monday}, From: 9 * 60, To: 11 * 60, Topics: []string{workshop.Topics[0].Code}}
	return s.visit(s.days(2), wants, search, orientation.Draft{Name: "Apolline"}, func(tx *db.Tx, visit orientation.Visit) (bool, error) {
		near, err := geography.CommuneByCode(commune)
		if err != nil {
			return false, err
		}
		places, err := orientation.RemoteHelp(s.ctx, tx, geography.Point{Latitude: near.Latitude, Longitude: near.Longitude}, 1)
		if err != nil || len(places) == 0 {
			return false, err
		}
		_, err = orientation.ChoosePlace(s.ctx, tx, visit.ID, orientation.Meeting{
			Place: places[0].ID, Day: civil.DateOf(s.options.At, civil.Paris).AddDays(4), At: 10 * 60, Remote: true,
		})
		return true, err
	})
}

// gather sends four people of one association to a session together, and leaves
// another group at its last step.
func (s *stage) gather() error {
	for i, names := range [][]string{{"Firmin", "Ghislaine", "Honorine", "Isidore"}, {"Justine", "Korentin"}} {
		when := s.options.At.Add(time.Duration(i-5) * time.Hour)
		if err := s.at(when, s.actors["guichet"], func(tx *db.Tx) error {
			group, err := orientation.Gather(s.ctx, tx, db.ID{}, len(names), orientation.Search{Commune: "23096", Travel: orientation.ByCar})
			if err != nil {
				return err
			}
			commune, err := geography.CommuneByCode(group.Search.Commune)
			if err != nil {
				return err
			}
			found, err := orientation.Propose(s.ctx, tx, orientation.Asked{Commune: commune, Need: group.Need()})
			if err != nil {
				return err
			}
			if !found.Answered() {
				return orientation.LeaveGroup(s.ctx, tx, group.ID)
			}
			if _, err := orientation.ChooseForGroup(s.ctx, tx, group.ID, found.Choices[0].ID); err != nil {
				return err
			}
			var told []orientation.Member
			for _, name := range names {
				told = append(told, orientation.Member{Name: name})
			}
			if _, err := orientation.NameGroup(s.ctx, tx, group.ID, told); err != nil || i > 0 {
				return err
			}
			_, err = orientation.ConfirmGroup(s.ctx, tx, group.ID)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
