package api

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

type wordInput struct {
	ID   string `path:"id"`
	Body struct {
		Word string `json:"word" enum:"take,ask" doc:"take : une place libérée est à cette personne ; ask : elle est gardée le temps de sa réponse."`
	}
}

func leaveWord(ctx context.Context, tx *db.Tx, _ db.ID, in *wordInput) (bookingView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return bookingView{}, err
	}
	seat, err := workshop.LeaveWord(ctx, tx, wanted, in.Body.Word)
	if err != nil {
		return bookingView{}, err
	}
	if err := voucher.Hold(ctx, tx, seat.ID); err != nil {
		return bookingView{}, err
	}
	return readBooking(ctx, tx, &bookingInput{ID: in.ID})
}

func leaveWordAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *wordInput) (bookingView, error) {
	return readBooking(ctx, tx, &bookingInput{ID: in.ID})
}

type answerInput struct {
	ID   string `path:"id"`
	Body struct {
		Accept bool `json:"accept" doc:"true : la place est à cette personne ; false : elle va à la suivante."`
	}
}

func answerOffer(ctx context.Context, tx *db.Tx, _ db.ID, in *answerInput) (bookingView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return bookingView{}, err
	}
	seat, err := workshop.AnswerOffer(ctx, tx, wanted, in.Body.Accept)
	if err != nil {
		return bookingView{}, err
	}
	if err := voucher.Hold(ctx, tx, seat.ID); err != nil {
		return bookingView{}, err
	}
	return readBooking(ctx, tx, &bookingInput{ID: in.ID})
}

func answerOfferAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *answerInput) (bookingView, error) {
	return readBooking(ctx, tx, &bookingInput{ID: in.ID})
}

type moveInput struct {
	ID   string `path:"id"`
	Body struct {
		Session id `json:"session"`
	}
}

// moveBooking answers the new booking.
func moveBooking(ctx context.Context, tx *db.Tx, row db.ID, in *moveInput) (bookingView, error) {
	left, err := db.ParseID(in.ID)
	if err != nil {
		return bookingView{}, err
	}
	seat, err := workshop.Move(ctx, tx, workshop.Change{ID: row, Booking: left, Session: in.Body.Session.ID})
	if err != nil {
		return bookingView{}, err
	}
	if err := voucher.Hold(ctx, tx, seat.ID); err != nil {
		return bookingView{}, err
	}
	return moveBookingAgain(ctx, tx, row, in)
}

func moveBookingAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *moveInput) (bookingView, error) {
	return readBooking(ctx, tx, &bookingInput{ID: row.String()})
}
