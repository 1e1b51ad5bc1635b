package api

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

type attendanceInput struct {
	ID   string `path:"id"`
	Body struct {
		State string `json:"state" enum:"came,excused,cancelled,absent,to_fill"`
	}
}

type attendanceView struct {
	Booking     bookingView      `json:"booking"`
	Redemptions []redemptionView `json:"redemptions" doc:"Le reçu du chèque que la place gardait, quand la personne est venue."`
	Refusal     string           `json:"refusal" doc:"Pourquoi le chèque gardé n’a pas pu être pris : un code de la lecture d’un chèque. La présence est notée quand même."`
}

// tellAttendance tells whether a person came; the coupon that the seat holds is
// taken, or given back, in the same act.
func tellAttendance(ctx context.Context, tx *db.Tx, _ db.ID, in *attendanceInput) (attendanceView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return attendanceView{}, err
	}
	known, _, err := workshop.BookingByID(ctx, tx, wanted)
	if err != nil {
		return attendanceView{}, err
	}
	ticked, err := voucher.Tick(ctx, tx, known.Session, map[db.ID]string{known.ID: in.Body.State})
	if err != nil {
		return attendanceView{}, err
	}
	view, err := attendanceAgain(ctx, tx, wanted, in)
	if refusal := ticked.Refused[known.ID]; refusal != nil {
		view.Refusal = fault.Of(refusal).Code
	}
	return view, err
}

// attendanceAgain answers where the presence stands.
func attendanceAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *attendanceInput) (attendanceView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return attendanceView{}, err
	}
	view := attendanceView{Redemptions: []redemptionView{}}
	if view.Booking, err = readBooking(ctx, tx, &bookingInput{ID: in.ID}); err != nil {
		return attendanceView{}, err
	}
	kept, err := voucher.KeptFor(ctx, tx, wanted)
	if err != nil || kept[wanted].Redemption.IsZero() || kept[wanted].Session != view.Booking.SessionID.ID {
		return view, err
	}
	redemption, err := voucher.RedemptionByID(ctx, tx, kept[wanted].Redemption)
	view.Redemptions = append(view.Redemptions, viewRedemption(redemption))
	return view, err
}
