package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/label"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

// The scripts run the real command line, each in a folder of its own where the
// default database is a SQLite file. Beside testscript's commands they have:
//
//	status N COMMAND…   runs it, and wants this exit status
//	programme           fills the default database: see fill
//	seal                numbers what waits for its place in the sealed log
//	tamper SQL          changes the database behind the program's back
//	query SQL WANT      reads one value
//	keep NAME LINE COLUMN   takes a cell of the last output, from 1
func TestTheCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PASSERELLE_DATABASE", "")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status":    status,
			"programme": fill,
			"seal":      seal,
			"tamper":    tamper,
			"query":     query,
			"keep":      keep,
		},
	})
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	wanted, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if neg || got != wanted {
		ts.Fatalf("exits %d; want %d", got, wanted)
	}
}

// filled is the day of the programme that scripts run on: its month is over.
var filled = time.Date(2026, time.January, 15, 10, 0, 0, 0, time.UTC)

const (
	payerIBAN = "FR7630006000011234567890189"
	payeeIBAN = "FR1420041010050500013M02606"
)

// fill makes two sites that redeemed two and one coupons in January 2026, and
// the accounts that pay and are paid. $ORGANISATION keeps the sites, $BOOKLET is
// live, in the hands of $PSEUDONYM, whom $DESK registered; $REDEMPTION is one of the three.
func fill(ts *testscript.TestScript, _ bool, _ []string) {
	onDatabase(ts, civil.NewManual(filled), func(ctx context.Context, d *db.DB) error {
		p, err := prepare(&environment{Context: ctx, stdout: io.Discard, stderr: io.Discard}, d, 2*orderBooklets*bookletCoupons, false)
		if err != nil {
			return err
		}
		if _, err := p.redeemAt(ctx, p.sites[0], 2); err != nil {
			return err
		}
		last, err := p.redeemAt(ctx, p.sites[1], 1)
		if err != nil {
			return err
		}
		var booklet voucher.Booklet
		var person holder.Holder
		if err := d.View(ctx, console, func(q db.Q) (err error) {
			if booklet, err = voucher.BookletByID(ctx, q, last.Booklet); err != nil {
				return err
			}
			person, err = holder.ByID(ctx, q, booklet.Holder)
			return err
		}); err != nil {
			return err
		}
		ts.Setenv("ORGANISATION", p.site.Organisation.String())
		ts.Setenv("BOOKLET", booklet.Number)
		ts.Setenv("PSEUDONYM", person.Pseudonym)
		ts.Setenv("DESK", person.Organisation.String())
		ts.Setenv("REDEMPTION", last.ID.String())
		return p.givesAccounts(ctx)
	})
}

// redeemAt redeems so many of a site's coupons, and answers the last.
func (p *programme) redeemAt(ctx context.Context, site db.ID, count int) (last voucher.Redemption, err error) {
	err = p.database.Update(ctx, p.site, func(tx *db.Tx) (err error) {
		for _, coupon := range p.coupons {
			if coupon.site != site {
				continue
			}
			if last, err = voucher.Redeem(ctx, tx, voucher.Presentation{Coupon: coupon.number, Site: site}); err != nil {
				return err
			}
			if count--; count == 0 {
				return nil
			}
		}
		return errors.New("too few coupons")
	})
	return last, err
}

func (p *programme) givesAccounts(ctx context.Context) error {
	return p.database.Update(ctx, console, func(tx *db.Tx) error {
		for _, site := range p.sites[:2] {
			if _, err := label.SetBankDetails(ctx, tx, site, label.Details{Holder: "Lieux", IBAN: bank.IBAN(payeeIBAN)}); err != nil {
				return err
			}
		}
		_, err := settlement.SetIssuerAccount(ctx, tx, settlement.IssuerAccount{Name: "Passerelle", IBAN: bank.IBAN(payerIBAN)})
		return err
	})
}

// seal puts the last leaf's hash in $LEAF, too.
func seal(ts *testscript.TestScript, _ bool, _ []string) {
	onDatabase(ts, civil.System{}, func(ctx context.Context, d *db.DB) error {
		if err := sequenceAll(ctx, d); err != nil {
			return err
		}
		return d.View(ctx, console, func(q db.Q) error {
			var hash []byte
			err := q.QueryRow(ctx, `SELECT hash FROM leaf ORDER BY number DESC LIMIT 1`).Scan(&hash)
			ts.Setenv("LEAF", hex.EncodeToString(hash))
			return err
		})
	})
}

func tamper(ts *testscript.TestScript, _ bool, args []string) {
	onDatabase(ts, civil.System{}, func(ctx context.Context, d *db.DB) error {
		return d.Update(ctx, console, func(tx *db.Tx) error {
			changed, err := tx.Exec(ctx, args[0])
			if err == nil && changed == 0 {
				err = errors.New("nothing was changed")
			}
			return err
		})
	})
}

func query(ts *testscript.TestScript, _ bool, args []string) {
	onDatabase(ts, civil.System{}, func(ctx context.Context, d *db.DB) error {
		return d.View(ctx, console, func(q db.Q) error {
			var got string
			if err := q.QueryRow(ctx, args[0]).Scan(&got); err != nil {
				return err
			}
			if got != args[1] {
				return fmt.Errorf("%s answers %s; want %s", args[0], got, args[1])
			}
			return nil
		})
	})
}

// onDatabase opens the script's default database, in this process.
func onDatabase(ts *testscript.TestScript, clock civil.Clock, run func(ctx context.Context, d *db.DB) error) {
	ctx := context.Background()
	env := &environment{Context: ctx, database: "sqlite:" + ts.MkAbs(strings.TrimPrefix(defaultDatabase, "sqlite:"))}
	opened, err := env.openMigrated(ctx, "", clock)
	ts.Check(err)
	ts.Check(errors.Join(run(ctx, opened), opened.Close()))
}

func keep(ts *testscript.TestScript, _ bool, args []string) {
	line, err := strconv.Atoi(args[1])
	ts.Check(err)
	column, err := strconv.Atoi(args[2])
	ts.Check(err)
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	if line > len(lines) {
		ts.Fatalf("the output has %d lines", len(lines))
	}
	cells := strings.Split(lines[line-1], "\t")
	if column > len(cells) {
		ts.Fatalf("the line has %d cells", len(cells))
	}
	ts.Setenv(args[0], cells[column-1])
}
