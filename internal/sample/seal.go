package sample

import (
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
)

// seal numbers the acts of the story as it was told, evening by evening: the
// log has a checkpoint for each day on which something happened, and one for
// the morning of the visitor's.
func (s *stage) seal() error {
	for evening := s.opening().Add(10 * time.Hour); evening.Before(s.options.At); evening = evening.Add(24 * time.Hour) {
		if err := s.sealAt(evening); err != nil {
			return err
		}
	}
	return s.sealAt(s.options.At)
}

func (s *stage) sealAt(when time.Time) error {
	for {
		numbered := 0
		err := s.at(when, db.Actor{Kind: db.Job}, func(tx *db.Tx) (err error) {
			numbered, err = audit.Sequence(s.ctx, tx)
			return err
		})
		if err != nil || numbered < audit.MostSequenced {
			return err
		}
	}
}
