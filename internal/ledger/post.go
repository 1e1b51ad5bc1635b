package ledger

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/money"
)

// Line moves one amount, in cents, for one order and funder; Site is set where
// the account owed to sites or the transit is touched.
type Line struct {
	Debit, Credit       Account
	Order, Funder, Site db.ID
	Amount              money.Cents
}

// Transfer is what one act moves: all its lines or none.
type Transfer struct {
	Event Event
	Cause db.ID // the row of the act: a receipt, a handover, a redemption, …
	Lines []Line
}

// Move is a transfer whose lines all go between the accounts of its event:
// parts[i] cents for funders[i]. Parts of zero are left out by Post.
func Move(event Event, cause, order, site db.ID, funders []db.ID, parts []money.Cents) Transfer {
	debit, credit, ok := event.Accounts()
	if !ok {
		panic("ledger: no event " + string(event))
	}
	transfer := Transfer{Event: event, Cause: cause, Lines: make([]Line, len(funders))}
	for i, funder := range funders {
		transfer.Lines[i] = Line{Debit: debit, Credit: credit, Order: order, Funder: funder, Site: site, Amount: parts[i]}
	}
	return transfer
}

// rowsPerStatement keeps the texts of the statements few and their arguments
// under the limits of both engines.
const rowsPerStatement = 64

// Post writes a transfer. Lines of zero cents are left out; an amount below
// zero is a bug, refused by the table's check.
func Post(ctx context.Context, tx *db.Tx, transfer Transfer) error {
	args := make([]any, 0, 10*min(len(transfer.Lines), rowsPerStatement))
	rows := 0
	flush := func() error {
		if rows == 0 {
			return nil
		}
		written, err := tx.Exec(ctx, insertText(rows), args...)
		if err == nil && written != int64(rows) {
			err = fmt.Errorf("ledger: %d of %d lines written", written, rows)
		}
		args, rows = args[:0], 0
		return err
	}
	for _, line := range transfer.Lines {
		if line.Amount == 0 {
			continue
		}
		args = append(args, tx.NewID(), transfer.Cause, string(transfer.Event), string(line.Debit), string(line.Credit),
			line.Order, line.Funder, line.Site, int64(line.Amount), tx.Now())
		if rows++; rows == rowsPerStatement {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// insertTexts are the statements for one to rowsPerStatement rows.
var insertTexts = func() (texts [rowsPerStatement + 1]string) {
	for rows := 1; rows <= rowsPerStatement; rows++ {
		var text strings.Builder
		text.WriteString(`INSERT INTO transfer (id, cause, event, debit, credit, order_id, funder_id, site_id, amount, at) VALUES `)
		for row := range rows {
			if row > 0 {
				text.WriteString(", ")
			}
			for column := range 10 {
				text.WriteString(map[bool]string{true: "($", false: ", $"}[column == 0])
				text.WriteString(strconv.Itoa(row*10 + column + 1))
			}
			text.WriteString(")")
		}
		texts[rows] = text.String()
	}
	return texts
}()

func insertText(rows int) string { return insertTexts[rows] }
