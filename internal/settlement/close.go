package settlement

import (
	"context"
	"errors"
	"fmt"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
)

// ToClose lists the sites that have coupons waiting for a month's statement,
// for an edge to close them one transaction each.
func ToClose(ctx context.Context, q db.Q, month civil.Month) ([]db.ID, error) {
	if err := account.Require(q.Actor(), account.ActStatementRead, db.ID{}); err != nil {
		return nil, err
	}
	open, err := runningEverywhere(ctx, q, own(q, Filter{}))
	if err != nil {
		return nil, err
	}
	var sites []db.ID
	for _, statement := range open {
		if statement.Month == month && ended(month, civil.MonthOf(q.Now(), statement.zone)) {
			sites = append(sites, statement.Site)
		}
	}
	return sites, nil
}

// ended tells whether a month is over where another one runs.
func ended(month, now civil.Month) bool { return month.Compare(now) < 0 }

// Close closes a month for every site that has coupons waiting and where the
// month is over, and answers all the statements of the month; it may be run
// again. Fault codes: forbidden.
func Close(ctx context.Context, tx *db.Tx, month civil.Month) ([]Statement, error) {
	if err := account.Require(tx.Actor(), account.ActStatementClose, db.ID{}); err != nil {
		return nil, err
	}
	sites, err := ToClose(ctx, tx, month)
	if err != nil {
		return nil, err
	}
	for _, site := range sites {
		if _, err := CloseSite(ctx, tx, site, month); err != nil {
			return nil, err
		}
	}
	return db.All(ctx, tx, scanStatement, selectStatement+` WHERE month = $1 ORDER BY reference`, month)
}

// CloseSite closes a month for one site: every coupon that waits for a
// statement, and was redeemed before the month's end, stands on it from now on
// and cannot be given back. Once closed, it answers the same statement again.
// Fault codes: forbidden, unknown_place, month_running, nothing_owed, conflict
// (a coupon was given back meanwhile: again, and it passes).
func CloseSite(ctx context.Context, tx *db.Tx, site db.ID, month civil.Month) (Statement, error) {
	if err := account.Require(tx.Actor(), account.ActStatementClose, db.ID{}); err != nil {
		return Statement{}, err
	}
	closed, err := stored(ctx, tx, idOf(site, month))
	if err == nil || !errors.Is(err, ErrUnknownStatement) {
		return closed, err
	}
	known, err := place.ByID(ctx, tx, site)
	if err != nil {
		return Statement{}, err
	}
	zone := civil.ZoneOf(known.Commune)
	if !ended(month, civil.MonthOf(tx.Now(), zone)) {
		return Statement{}, ErrMonthRunning
	}
	owed, err := waitingFor(ctx, tx, known, month)
	if errors.Is(err, ErrNothingOwed) {
		// Somebody else may have closed it since we looked for it.
		if closed, lookup := stored(ctx, tx, idOf(site, month)); lookup == nil {
			return closed, nil
		}
	}
	if err != nil {
		return Statement{}, err
	}
	return closeMonth(ctx, tx, owed)
}

// closeMonth makes a closed statement of an open one.
func closeMonth(ctx context.Context, tx *db.Tx, owed running) (Statement, error) {
	made := owed.Statement
	made.State, made.At = Closed, tx.Now()
	made.ClosedOn = civil.DateOf(tx.Now(), owed.zone)
	made.DueOn = made.ClosedOn.AddDays(LegalDelay)
	return insert(ctx, tx, made, owed.redemptions)
}

// waitingFor is the open statement that closing would close.
func waitingFor(ctx context.Context, q db.Q, site place.Place, month civil.Month) (running, error) {
	waiting, err := runningAt(ctx, q, site)
	if err != nil {
		return running{}, err
	}
	for _, owed := range waiting {
		if owed.Month == month {
			return owed, nil
		}
	}
	return running{}, ErrNothingOwed
}

func insert(ctx context.Context, tx *db.Tx, made Statement, redemptions []voucher.Redemption) (Statement, error) {
	var number int
	if err := tx.QueryRow(ctx, `INSERT INTO statement_reference (month, last) VALUES ($1, 1)
		ON CONFLICT (month) DO UPDATE SET last = statement_reference.last + 1 RETURNING last`, made.Month).Scan(&number); err != nil {
		return Statement{}, err
	}
	made.Reference = fmt.Sprintf("%s-%04d", made.Month, number)
	inserted, err := tx.Exec(ctx, `INSERT INTO statement (id, reference, site_id, organisation_id, month, coupons, amount, state, closed_on, due_on, person_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (site_id, month) DO NOTHING`,
		made.ID, made.Reference, made.Site, made.Organisation, made.Month, made.Coupons, int64(made.Amount), string(Closed),
		made.ClosedOn, made.DueOn, tx.Actor().ID, made.At)
	if err != nil {
		return Statement{}, err
	}
	if inserted == 0 { // somebody else closed it between our look and our writing
		if _, err := tx.Exec(ctx, `UPDATE statement_reference SET last = last - 1 WHERE month = $1`, made.Month); err != nil {
			return Statement{}, err
		}
		return stored(ctx, tx, made.ID)
	}
	ids := make([]db.ID, len(redemptions))
	for i, redemption := range redemptions {
		ids[i] = redemption.ID
	}
	if err := voucher.State(ctx, tx, made.ID, ids); err != nil {
		return Statement{}, err
	}
	_, err = audit.Record(ctx, tx, actClose, made.ID, closedRow{
		ID: made.ID, Reference: made.Reference, Site: made.Site, Organisation: made.Organisation, Month: made.Month.String(), Coupons: made.Coupons, Amount: int64(made.Amount),
		ClosedOn: made.ClosedOn.String(), DueOn: made.DueOn.String(),
	})
	return made, err
}

// closedRow is what the sealed record stands for.
type closedRow struct {
	ID                 db.ID
	Reference          string
	Site, Organisation db.ID
	Month              string
	Coupons            int
	Amount             int64
	ClosedOn, DueOn    string
}
