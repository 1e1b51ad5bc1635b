package place

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// Confirm says, for somebody who answers for the place, that its facts and hours
// hold today. Again on the same day: nothing happens. Faults: those of
// account.Require, unknown_place.
func Confirm(ctx context.Context, tx *db.Tx, id db.ID) error {
	about, err := answerable(ctx, tx, account.ActPlaceConfirm, id)
	if err != nil {
		return err
	}
	how := howTeam
	if !about.Organisation.IsZero() && about.Organisation == tx.Actor().Organisation {
		how = howKeeper
	}
	return confirm(ctx, tx, id, how)
}

// ConfirmByLink is Confirm by whoever holds a link of the place, which it
// answers. Fault: owner_link_gone.
func ConfirmByLink(ctx context.Context, tx *db.Tx, secret string) (Place, error) {
	about, err := LinkedPlace(ctx, tx, secret)
	if err != nil {
		return Place{}, err
	}
	return about, confirm(ctx, tx, about.ID, howLink)
}

// Who confirms.
const (
	howKeeper = "keeper" // the organisation that keeps the place
	howTeam   = "team"   // the programme's or a territory's team, after a call
	howLink   = "link"   // a person of the place
)

// confirmation is the row of a confirmation, and what the sealed record stands for.
type confirmation struct {
	ID, Place    db.ID
	On           civil.Date
	How          string
	Organisation db.ID
	At           time.Time
}

func confirm(ctx context.Context, tx *db.Tx, id db.ID, how string) error {
	row := confirmation{ID: tx.NewID(), Place: id, On: today(tx), How: how, Organisation: tx.Actor().Organisation, At: tx.Now()}
	var by db.ID
	if tx.Actor().Kind == db.Person {
		by = tx.Actor().ID
	}
	made, err := tx.Exec(ctx, `INSERT INTO place_confirmation (id, place, confirmed_on, how, actor, organisation, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (place, confirmed_on) DO NOTHING`, row.ID, row.Place, row.On, row.How, by, row.Organisation, row.At)
	if err != nil || made == 0 {
		return err
	}
	if _, err := audit.Record(ctx, tx, actConfirm, row.ID, row); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE place SET confirmed_on = $2 WHERE id = $1 AND (confirmed_on IS NULL OR confirmed_on < $2)`, id, row.On); err != nil {
		return err
	}
	return judge(ctx, tx, id)
}
