package orientation_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/orientation"
	"passerelle/internal/workshop"
)

func TestAGroupIsSealedKeptAllOrNoneAndForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 3, 200_00)
		gather := func(size int) (group orientation.Group) {
			c.must(func(ctx context.Context, tx *db.Tx) (err error) {
				group, err = orientation.Gather(ctx, tx, db.ID{}, size, orientation.Search{Commune: "23096"})
				return err
			})
			return group
		}
		free := func() (free int) {
			c.must(func(ctx context.Context, tx *db.Tx) error {
				session, err := workshop.SessionByID(ctx, tx, c.seat.ID)
				free = session.Free()
				return err
			})
			return free
		}
		choose := func(group orientation.Group) error {
			return c.do(func(ctx context.Context, tx *db.Tx) error {
				_, err := orientation.ChooseForGroup(ctx, tx, group.ID, c.seat.ID)
				return err
			})
		}
		if err := choose(gather(4)); !fault.HasCode(err, "session_full") || free() != 3 {
			t.Errorf("four in three seats: %v, %d free", err, free())
		}
		group := gather(3)
		for range 2 {
			if err := choose(group); err != nil || free() != 0 {
				t.Errorf("three in three seats: %v, %d free", err, free())
			}
		}
		c.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := orientation.NameGroup(ctx, tx, group.ID, []orientation.Member{{Name: "Monique"}, {Name: "Paul"}})
			return err
		})
		stored := func() (draft []byte) {
			c.must(func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT draft FROM visit_group WHERE id = $1`, group.ID).Scan(&draft)
			})
			return draft
		}
		if draft := stored(); len(draft) == 0 || bytes.Contains(draft, []byte("Monique")) {
			t.Errorf("the names are not sealed: %q", draft)
		}
		d.Clock.Advance(31 * 24 * time.Hour)
		d.Must(t, db.Actor{Kind: db.Job}, func(ctx context.Context, tx *db.Tx) error {
			left, err := orientation.LeaveOld(ctx, tx, tx.Now().AddDate(0, 0, -30))
			if left != 2 {
				t.Errorf("%d left", left)
			}
			return err
		})
		if len(stored()) > 0 {
			t.Error("the names outlive the group")
		}
		if err := c.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := orientation.ConfirmGroup(ctx, tx, group.ID)
			return err
		}); !fault.HasCode(err, "visit_over") {
			t.Errorf("confirmed once given up: %v", err)
		}
	})
}
