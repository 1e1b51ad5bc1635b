package departure

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// MostLooked is how many places one look holds.
const MostLooked = 500

// Looked is what one look at places did.
type Looked struct {
	Places  int   // looked at; fewer than MostLooked when it was the last look
	Changed int   // whose freshness is no longer what it was
	Last    db.ID // after which the next look begins
}

// Freshness looks at the places after one, by ID, at most MostLooked: it finds
// the last sign of life of each (confirmed, a session held there, a coupon taken
// there, its file's date), and writes what it found where that changed.
func Freshness(ctx context.Context, tx *db.Tx, after db.ID) (Looked, error) {
	places, err := place.LivingAfter(ctx, tx, after, MostLooked)
	if err != nil || len(places) == 0 {
		return Looked{}, err
	}
	looked := Looked{Places: len(places), Last: places[len(places)-1].ID}
	held, err := workshop.LastHeld(ctx, tx, places[0].ID, looked.Last)
	if err != nil {
		return Looked{}, err
	}
	taken, err := voucher.LastRedeemed(ctx, tx, places[0].ID, looked.Last)
	if err != nil {
		return Looked{}, err
	}
	today := civil.DateOf(tx.Now(), civil.Paris)
	for _, one := range places {
		life := one.Life
		life.Last = place.Latest(today, life.Last, sign(place.SignSession, held[one.ID]), sign(place.SignCoupon, taken[one.ID]))
		found := place.Freshness{Last: life.Last, Stale: life.Judge(today) != ""}
		if found == one.Shown {
			continue
		}
		if _, err := place.SetFreshness(ctx, tx, one.ID, found); err != nil {
			return Looked{}, err
		}
		looked.Changed++
	}
	return looked, nil
}

func sign(code string, at time.Time) place.Sign {
	if at.IsZero() {
		return place.Sign{}
	}
	return place.Sign{On: civil.DateOf(at, civil.Paris), Code: code}
}
