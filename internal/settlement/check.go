package settlement

import (
	"context"
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/voucher"
)

// Check verifies that a statement's amount is the sum of its redemptions, whose
// coupons are where the statement is; that what is sent is in a file, and what
// is paid was debited; that files hold the sums of their payments; that each
// payment refused is as it was recorded, and put its statement back; that the
// journal owes each site what its statements and its running month say; and that
// each row still is what its leaf was made from. It answers one French line per
// violated row.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	findings := []string{}
	tell := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	if err := checkFiles(ctx, q, tell); err != nil {
		return nil, err
	}
	if err := checkRefusals(ctx, q, tell); err != nil {
		return nil, err
	}
	owed, sent := map[db.ID]money.Cents{}, map[db.ID]money.Cents{}
	statements, err := db.All(ctx, q, scanStatement, selectStatement+` ORDER BY id`)
	if err != nil {
		return nil, err
	}
	for _, statement := range statements {
		if err := statement.check(ctx, q, tell); err != nil {
			return nil, err
		}
		switch statement.State {
		case Closed, Rejected:
			owed[statement.Site] += statement.Amount
		case Sent:
			sent[statement.Site] += statement.Amount
		}
	}
	sites, err := voucher.SitesToState(ctx, q, latest)
	if err != nil {
		return nil, err
	}
	for _, site := range sites {
		waiting, err := voucher.ToState(ctx, q, site, time.Time{}, latest)
		if err != nil {
			return nil, err
		}
		for _, redemption := range waiting {
			owed[site] += redemption.Amount
		}
	}
	if err := checkJournal(ctx, q, owed, sent, tell); err != nil {
		return nil, err
	}
	recorded, err := checkRecord(ctx, q)
	return append(findings, recorded...), err
}

// couponState is where the coupons of a statement are.
var couponState = map[State]string{Closed: voucher.Stated, Rejected: voucher.Stated, Sent: voucher.Sent, Paid: voucher.Paid}

func (s Statement) check(ctx context.Context, q db.Q, tell func(string, ...any)) error {
	redemptions, err := voucher.OnStatement(ctx, q, s.ID)
	if err != nil {
		return err
	}
	var sum money.Cents
	for _, redemption := range redemptions {
		sum += redemption.Amount
		if redemption.Site != s.Site {
			tell("relevé %s (%s) : l’utilisation %s est d’un autre lieu", s.ID, s.Reference, redemption.ID)
		}
		if redemption.State != couponState[s.State] {
			tell("relevé %s (%s) : il est %s, le chèque de l’utilisation %s est %s", s.ID, s.Reference, s.State, redemption.ID, redemption.State)
		}
	}
	if sum != s.Amount || len(redemptions) != s.Coupons {
		tell("relevé %s (%s) : il dit %d chèques et %s, ses lignes %d et %s", s.ID, s.Reference, s.Coupons, s.Amount, len(redemptions), sum)
	}
	if s.State != Sent && s.State != Paid {
		return nil
	}
	var amount money.Cents
	var debited civil.Date
	err = q.QueryRow(ctx, `SELECT COALESCE(SUM(p.amount), 0), MAX(d.debited_on) FROM payment p LEFT JOIN payment_debit d ON d.file_id = p.file_id
		WHERE p.statement_id = $1 AND p.file_id = $2`, s.ID, s.File).Scan((*int64)(&amount), &debited)
	if err != nil {
		return err
	}
	if amount != s.Amount {
		tell("relevé %s (%s) : il dit %s, son paiement %s", s.ID, s.Reference, s.Amount, amount)
	}
	if debited != s.PaidOn {
		tell("relevé %s (%s) : payé le « %s », débit vu le « %s »", s.ID, s.Reference, s.PaidOn, debited)
	}
	return nil
}

func checkFiles(ctx context.Context, q db.Q, tell func(string, ...any)) error {
	type row struct {
		file                  db.ID
		payments, lines       int
		amount, sum, due, out money.Cents
	}
	files, err := db.All(ctx, q, func(scanner db.Scanner) (row, error) {
		var r row
		err := scanner.Scan(&r.file, &r.payments, (*int64)(&r.amount), &r.lines, (*int64)(&r.sum), (*int64)(&r.due), (*int64)(&r.out))
		return r, err
	}, `SELECT f.id, f.payments, f.amount, (SELECT COUNT(*) FROM payment p WHERE p.file_id = f.id),
		(SELECT COALESCE(SUM(p.amount), 0) FROM payment p WHERE p.file_id = f.id),
		f.amount - (SELECT COALESCE(SUM(r.amount), 0) FROM payment p JOIN payment_refusal r ON r.payment_id = p.id WHERE p.file_id = f.id AND r.kind = 'rejected'),
		COALESCE((SELECT d.amount FROM payment_debit d WHERE d.file_id = f.id), 0) FROM payment_file f ORDER BY f.id`)
	if err != nil {
		return err
	}
	for _, file := range files {
		if file.payments != file.lines || file.amount != file.sum {
			tell("fichier de paiement %s : il dit %d virements et %s, ses lignes %d et %s", file.file, file.payments, file.amount, file.lines, file.sum)
		}
		if file.out != 0 && file.out != file.due {
			tell("fichier de paiement %s : il doit être débité de %s, son débit est de %s", file.file, file.due, file.out)
		}
	}
	return nil
}

func checkJournal(ctx context.Context, q db.Q, owed, sent map[db.ID]money.Cents, tell func(string, ...any)) error {
	balances, err := ledger.Balances(ctx, q, ledger.Filter{})
	if err != nil {
		return err
	}
	for _, balance := range balances {
		switch balance.Account {
		case ledger.SitePayable:
			owed[balance.Site] -= balance.Amount
		case ledger.InTransit:
			if !balance.Site.IsZero() { // else a refund's, which the funding check explains
				sent[balance.Site] -= balance.Amount
			}
		}
	}
	for site, difference := range owed {
		if difference != 0 {
			tell("lieu %s : le journal et les relevés diffèrent de %s sur ce qui lui est dû", site, difference)
		}
	}
	for site, difference := range sent {
		if difference != 0 {
			tell("lieu %s : le journal et les fichiers diffèrent de %s sur ce qui lui est envoyé", site, difference)
		}
	}
	return nil
}
