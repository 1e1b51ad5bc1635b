package sample

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// OwnBooklet is what opens the own pages of an invented person.
type OwnBooklet struct {
	Number string `json:"number"` // 12 digits, on the cover
	Code   string `json:"code"`   // 8 digits, inside
}

// FindOwnBooklet finds a live booklet whose holder has a seat to come; the zero
// OwnBooklet when there is none. It is for whoever may read any booklet.
func FindOwnBooklet(ctx context.Context, q db.Q) (OwnBooklet, error) {
	const page = 200
	filter := voucher.Filter{State: voucher.BookletLive, Limit: page}
	for {
		booklets, err := voucher.Booklets(ctx, q, filter)
		if err != nil {
			return OwnBooklet{}, err
		}
		for _, booklet := range booklets {
			seats, err := workshop.SeatsAhead(ctx, q, booklet.Holder)
			if err != nil {
				return OwnBooklet{}, err
			}
			if len(seats) > 0 {
				code, err := voucher.InnerCode(ctx, q, booklet.ID)
				return OwnBooklet{booklet.Number, code}, err
			}
		}
		if len(booklets) < page {
			return OwnBooklet{}, nil
		}
		filter.After = booklets[len(booklets)-1].ID
	}
}
