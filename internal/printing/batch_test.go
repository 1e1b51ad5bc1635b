package printing_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/job"
	"passerelle/internal/printing"
	"passerelle/internal/voucher"
)

// shop is an order of booklets, the authority that placed it and its desk.
type shop struct {
	*dbtest.DB
	t                          *testing.T
	press                      printing.Press
	territory, desk, elsewhere db.Actor
	order                      funding.Order
}

func newShop(t *testing.T, d *dbtest.DB, booklets, coupons int) *shop {
	s := &shop{DB: d, t: t, press: printing.Press{Database: d.DB, Issuer: printing.Issuer{Name: "Passerelle", Telephone: "05 36 49 12 00"}}}
	console := db.Actor{Kind: db.Console}
	person := func(role, name string) (actor db.Actor) {
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			made, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: name, Commune: "23096", Roles: []string{role}})
			actor = db.Actor{Kind: db.Person, ID: tx.NewID(), Organisation: made.ID, Role: role, Level: account.LevelMember}
			return err
		})
		return actor
	}
	s.territory, s.desk, s.elsewhere = person(account.RoleTerritory, "Creuse"), person(account.RoleDesk, "Mairie de Guéret"), person(account.RoleDesk, "Mairie d’Aubusson")
	payer := person(account.RoleFunder, "État")
	var agreement funding.Agreement
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: payer.Organisation, Name: "État"})
		if err != nil {
			return err
		}
		agreement, err = funding.Sign(ctx, tx, funding.Agreement{Title: "Convention", Shares: []funding.Share{{Funder: funder.ID, Weight: 1}}})
		return err
	})
	d.Must(t, s.territory, func(ctx context.Context, tx *db.Tx) (err error) {
		s.order, err = funding.PlaceOrder(ctx, tx, funding.Order{Agreement: agreement.ID, Desk: s.desk.Organisation, Booklets: booklets, CouponsPerBooklet: coupons})
		return err
	})
	return s
}

func (s *shop) begin(actor db.Actor, batch printing.Batch) (begun printing.Batch, err error) {
	batch.Order = s.order.ID
	err = s.Update(s.t.Context(), actor, func(tx *db.Tx) error {
		begun, err = printing.BeginBatch(s.t.Context(), tx, batch)
		return err
	})
	return begun, err
}

func (s *shop) read(actor db.Actor, id db.ID) (batch printing.Batch, files [][]byte, err error) {
	err = s.View(s.t.Context(), actor, func(q db.Q) (err error) {
		if batch, err = printing.BatchByID(s.t.Context(), q, id); err != nil {
			return err
		}
		for _, file := range batch.Files {
			content, err := printing.FileContent(s.t.Context(), q, id, file.Rank)
			if err != nil {
				return err
			}
			files = append(files, content)
		}
		return nil
	})
	return batch, files, err
}

// numbers are those of the booklets in the desk's stock, by their place in the order.
func (s *shop) numbers() (numbers []string) {
	s.t.Helper()
	if err := s.View(s.t.Context(), s.desk, func(q db.Q) error {
		booklets, err := voucher.Booklets(s.t.Context(), q, voucher.Filter{Order: s.order.ID, Limit: 1000})
		slices.SortFunc(booklets, func(a, b voucher.Booklet) int { return a.Sequence - b.Sequence })
		for _, one := range booklets {
			numbers = append(numbers, one.Number)
		}
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return numbers
}

// A batch that stops after any statement, and is taken up by two runners at
// once, still prints each booklet once and none less.
func TestABatchThatIsStoppedPrintsEachBookletOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		s := newShop(t, d, 45, 1)
		batch, err := s.begin(s.territory, printing.Batch{PerFile: 10})
		if err != nil || len(batch.Files) != 5 || batch.Count != 45 {
			t.Fatalf("%+v %v", batch, err)
		}
		for stop := range 12 {
			ctx, cancel := context.WithCancel(t.Context())
			asked := 0
			_, _ = s.press.MakeNext(stopped{ctx, func() {
				if asked++; asked > stop*3 {
					cancel()
				}
			}}, batch.ID)
			cancel()
		}
		for range 20 {
			var runners sync.WaitGroup
			ends := make([]bool, 2)
			for i := range ends {
				runners.Go(func() {
					ended, err := s.press.MakeNext(t.Context(), batch.ID)
					if err != nil {
						t.Error(err)
					}
					ends[i] = ended
				})
			}
			runners.Wait()
			if slices.Contains(ends, true) {
				break
			}
		}
		read, files, err := s.read(s.territory, batch.ID)
		if err != nil || read.EndedAt.IsZero() || read.Failure != "" {
			t.Fatalf("%+v %v", read, err)
		}
		stock := s.numbers()
		if len(stock) != 45 || len(slices.Compact(slices.Sorted(slices.Values(stock)))) != 45 {
			t.Fatalf("%d booklets in stock, want 45 different ones", len(stock))
		}
		told := 0
		for i, content := range files {
			file := read.Files[i]
			told += file.Count
			if !bytes.HasPrefix(content, []byte("%PDF")) || len(content) != file.Size || file.First == "" || file.Last == "" {
				t.Errorf("file %d: %d bytes, %+v", i+1, len(content), file)
			}
			if i == 4 {
				text := strings.ReplaceAll(words(t, content), " ", "")
				for _, number := range stock[40:] {
					if !strings.Contains(text, number) {
						t.Errorf("%s is not in its file", number)
					}
				}
			}
		}
		if told != 45 {
			t.Errorf("files of %d booklets, want 45", told)
		}
	})
}

// stopped runs something whenever it is asked whether it ended.
type stopped struct {
	context.Context
	asked func()
}

func (s stopped) Err() error { s.asked(); return s.Context.Err() }

func TestABatchIsReadByItsAuthorityAndItsDeskUntilItsTerm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		s := newShop(t, d, 20, 1)
		batch, err := s.begin(s.desk, printing.Batch{Count: 15, PerFile: 10, Sides: printing.OneSide})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.read(s.desk, batch.ID); !errors.Is(err, printing.ErrPrintFileUnready) {
			t.Errorf("before it is made: %v", err)
		}
		runner := job.NewRunner(d.DB, nil)
		s.press.Register(runner)
		if err := runner.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, actor := range []db.Actor{s.desk, s.territory} {
			if read, _, err := s.read(actor, batch.ID); err != nil || read.EndedAt.IsZero() || read.Sides != printing.OneSide {
				t.Errorf("%s: %+v %v", actor.Role, read, err)
			}
		}
		if _, _, err := s.read(s.elsewhere, batch.ID); !errors.Is(err, printing.ErrUnknownBatch) {
			t.Errorf("another desk: %v", err)
		}
		sealed := 0
		if err := d.View(t.Context(), s.desk, func(q db.Q) error {
			parts, err := db.All(t.Context(), q, db.Value[[]byte], `SELECT content FROM print_part WHERE batch = $1`, batch.ID)
			for _, part := range parts {
				if bytes.Contains(part, []byte("PDF")) {
					t.Error("a file lies in the open")
				}
				sealed++
			}
			return err
		}); err != nil || sealed != 2 {
			t.Errorf("%d parts, %v", sealed, err)
		}
		d.Clock.Advance(33 * 24 * time.Hour)
		d.Must(t, job.Actor, printing.ForgetBatches)
		if _, _, err := s.read(s.territory, batch.ID); !errors.Is(err, printing.ErrPrintFileDeleted) {
			t.Errorf("past its term: %v", err)
		}
		if stock := s.numbers(); len(stock) != 15 {
			t.Errorf("%d booklets are left, want 15", len(stock))
		}
	})
}

func TestABatchIsRefusedWithItsReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		s := newShop(t, d, 20, 1)
		for _, c := range []struct {
			actor db.Actor
			batch printing.Batch
			want  string
		}{
			{s.elsewhere, printing.Batch{}, "unknown_order"},
			{s.territory, printing.Batch{Count: 21}, "invalid"},
			{s.territory, printing.Batch{PerFile: 5}, "invalid"},
			{s.territory, printing.Batch{PerFile: 501}, "invalid"},
		} {
			if _, err := s.begin(c.actor, c.batch); fault.Of(err).Code != c.want {
				t.Errorf("%+v: %v, want %s", c.batch, err, c.want)
			}
		}
		// What is printed meanwhile is lacking: the batch ends and says so.
		batch, err := s.begin(s.territory, printing.Batch{PerFile: 10})
		if err != nil {
			t.Fatal(err)
		}
		d.Must(t, s.desk, func(ctx context.Context, tx *db.Tx) error {
			_, err := voucher.Print(ctx, tx, voucher.PrintRun{Order: s.order.ID, Count: 5})
			return err
		})
		for range 2 {
			if _, err := s.press.MakeNext(t.Context(), batch.ID); err != nil {
				t.Fatal(err)
			}
		}
		read, _, err := s.read(s.territory, batch.ID)
		if booklets, files := read.Made(); !errors.Is(err, printing.ErrPrintFileUnready) || read.EndedAt.IsZero() || !strings.Contains(read.Failure, "5") || booklets != 10 || files != 1 {
			t.Errorf("%+v %v", read, err)
		}
		if stock := s.numbers(); len(stock) != 15 {
			t.Errorf("%d booklets, want 15", len(stock))
		}
	})
}
