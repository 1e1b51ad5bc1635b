package funding

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// checkRecord compares each row of this package's tables with the sealed record,
// and the journal's receipts with theirs.
func checkRecord(ctx context.Context, q db.Q) ([]string, error) {
	var findings []string
	for _, check := range []func(context.Context, db.Q) ([]string, error){checkFunders, checkAgreements, checkOrders, checkReceipts,
		checkAccounts, checkCredits, checkSentBack, checkRefunds, checkRollovers} {
		more, err := check(ctx, q)
		if err != nil {
			return nil, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

func checkFunders(ctx context.Context, q db.Q) ([]string, error) {
	funders, err := db.All(ctx, q, func(row db.Scanner) (Funder, error) {
		var f Funder
		err := row.Scan(&f.ID, &f.Organisation, &f.Name, &f.AddedAt)
		return f, err
	}, `SELECT id, organisation_id, name, added_at FROM funder`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "financeur", actAddFunder)
	if err != nil {
		return nil, err
	}
	for _, funder := range funders {
		if err := r.Compare(actAddFunder, funder.ID, funder); err != nil {
			return nil, err
		}
	}
	return r.Findings(), nil
}

func checkAgreements(ctx context.Context, q db.Q) ([]string, error) {
	type version struct {
		agreement db.ID
		number    int
	}
	// A share or a bonus whose version is gone names it still.
	versions, err := db.All(ctx, q, func(row db.Scanner) (v version, err error) {
		err = row.Scan(&v.agreement, &v.number)
		return v, err
	}, `SELECT agreement_id, version FROM agreement_version UNION SELECT agreement_id, version FROM agreement_share UNION
		SELECT agreement_id, version FROM agreement_bonus`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "convention, avec ses parts et ses règles,", actSign)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		agreement, err := agreementAt(ctx, q, v.agreement, v.number)
		if errors.Is(err, ErrUnknownAgreement) {
			continue // told by its leaf
		}
		if err != nil {
			return nil, err
		}
		if err := r.Compare(actSign, agreement.Signed, agreement); err != nil {
			return nil, err
		}
	}
	behind, err := db.All(ctx, q, db.Value[db.ID], `SELECT id FROM agreement a WHERE version <> (SELECT COALESCE(MAX(v.version), 0) FROM agreement_version v WHERE v.agreement_id = a.id)
		UNION SELECT agreement_id FROM agreement_version v WHERE NOT EXISTS (SELECT 1 FROM agreement a WHERE a.id = v.agreement_id)`)
	findings := r.Findings()
	for _, id := range behind {
		findings = append(findings, fmt.Sprintf("convention %s : la version qui sert n’est pas la dernière signée", id))
	}
	return findings, err
}

func checkOrders(ctx context.Context, q db.Q) ([]string, error) {
	type share struct {
		order db.ID
		promised
	}
	shares, err := db.All(ctx, q, func(row db.Scanner) (share, error) {
		var s share
		err := row.Scan(&s.order, &s.Position, &s.Funder, &s.Weight, (*int64)(&s.Share))
		return s, err
	}, `SELECT order_id, position, funder_id, weight, share_cents FROM order_cover ORDER BY order_id, position`)
	if err != nil {
		return nil, err
	}
	cover := map[db.ID][]promised{}
	for _, s := range shares {
		cover[s.order] = append(cover[s.order], s.promised)
	}
	lines, err := orderLines(ctx, q)
	if err != nil {
		return nil, err
	}
	orders, err := db.All(ctx, q, scanOrder, selectOrder)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "commande, avec ses parts,", actPlaceOrder)
	if err != nil {
		return nil, err
	}
	for _, order := range orders {
		if err := r.Compare(actPlaceOrder, order.ID, order.row(cover[order.ID], lines[order.ID])); err != nil {
			return nil, err
		}
	}
	return r.Findings(), nil
}

func checkReceipts(ctx context.Context, q db.Q) ([]string, error) {
	type received struct {
		Receipt
		by db.ID
	}
	receipts, err := db.All(ctx, q, func(row db.Scanner) (received, error) {
		var r received
		err := row.Scan(&r.ID, &r.Order, &r.Funder, (*int64)(&r.Amount), &r.Reference, &r.On, &r.Credit, &r.by, &r.At)
		return r, err
	}, `SELECT id, order_id, funder_id, amount, reference, received_on, credit_id, person_id, at FROM receipt`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "versement", actReceive)
	if err != nil {
		return nil, err
	}
	journal, err := ledger.Replaying(ctx, q, ledger.Received, ledger.Placed)
	if err != nil {
		return nil, err
	}
	for _, receipt := range receipts {
		if err := r.CompareDone(actReceive, receipt.ID, receipt.by, receipt.At, receipt.row()); err != nil {
			return nil, err
		}
		journal.Expect(ledger.Move(receipt.event(), receipt.ID, receipt.Order, db.ID{}, []db.ID{receipt.Funder}, []money.Cents{receipt.Amount}), receipt.At)
	}
	return slices.Concat(r.Findings(), journal.Findings()), nil
}
