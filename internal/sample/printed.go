package sample

import (
	"time"

	"passerelle/internal/db"
	"passerelle/internal/printing"
)

// printByBatch has the département ask, the day before the visitor's, for more
// booklets of its first order in two files, which are ready.
func (s *stage) printByBatch() error {
	var batch printing.Batch
	if err := s.at(hour(s.today.AddDays(-1), 16, 10), s.actors["territoire"], func(tx *db.Tx) (err error) {
		batch, err = printing.BeginBatch(s.ctx, tx, printing.Batch{Order: s.orders[0], Count: 12, PerFile: printing.LeastPerFile})
		return err
	}); err != nil {
		return err
	}
	press := printing.Press{Database: s.d, Issuer: printing.Issuer{Name: "Passerelle", Telephone: "05 36 49 12 00", Sample: true}}
	for ended := false; !ended; {
		s.clock.Advance(5 * time.Second)
		var err error
		if ended, err = press.MakeNext(s.ctx, batch.ID); err != nil {
			return err
		}
	}
	return nil
}
