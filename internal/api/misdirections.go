package api

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/orientation"
)

// misdirectionView is someone sent back to the counter that booked them.
type misdirectionView struct {
	BookingID  id         `json:"booking_id"`
	HolderID   id         `json:"holder_id"`
	DeskID     id         `json:"desk_id"`
	PlaceID    id         `json:"place_id"`
	Why        string     `json:"why" enum:"too_hard,too_easy,other_subject,one_off,by_someone,other_language,room,too_far"`
	BetterID   *id        `json:"better_place_id" nullable:"true" doc:"Le lieu proposé."`
	ToldAt     time.Time  `json:"told_at"`
	AnsweredAt *time.Time `json:"answered_at" nullable:"true"`
}

func viewMisdirection(m orientation.Misdirection) misdirectionView {
	return misdirectionView{
		BookingID: id{m.Booking}, HolderID: id{m.Holder}, DeskID: id{m.Desk}, PlaceID: id{m.Place}, Why: m.Why, BetterID: reference(m.Better),
		ToldAt: m.ToldAt.UTC(), AnsweredAt: instant(m.AnsweredAt),
	}
}

type misdirectInput struct {
	ID   string `path:"id"`
	Body struct {
		Why    string `json:"why" enum:"too_hard,too_easy,other_subject,one_off,by_someone,other_language,room,too_far"`
		Better *id    `json:"better_place,omitempty"`
	}
}

func misdirect(ctx context.Context, tx *db.Tx, _ db.ID, in *misdirectInput) (misdirectionView, error) {
	booking, err := db.ParseID(in.ID)
	if err != nil {
		return misdirectionView{}, err
	}
	made, err := orientation.SendBack(ctx, tx, orientation.Misdirection{Booking: booking, Why: in.Body.Why, Better: in.Body.Better.optional()})
	return viewMisdirection(made), err
}

func misdirectAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *misdirectInput) (misdirectionView, error) {
	booking, err := db.ParseID(in.ID)
	if err != nil {
		return misdirectionView{}, err
	}
	known, err := orientation.MisdirectionOf(ctx, tx, booking)
	return viewMisdirection(known), err
}

type listMisdirectionsInput struct {
	Waiting bool `query:"waiting" doc:"Seulement celles qui n’ont pas été rappelées."`
}

func listMisdirections(ctx context.Context, q db.Q, in *listMisdirectionsInput) (page[misdirectionView], error) {
	found, err := orientation.SentBackTo(ctx, q, in.Waiting)
	return page[misdirectionView]{Items: each(found, func(one orientation.SentBack) misdirectionView { return viewMisdirection(one.Misdirection) })}, err
}

type misdirectionInput struct {
	ID string `path:"id"`
}

func answerMisdirection(ctx context.Context, tx *db.Tx, _ db.ID, in *misdirectionInput) (misdirectionView, error) {
	booking, err := db.ParseID(in.ID)
	if err != nil {
		return misdirectionView{}, err
	}
	known, err := orientation.AnswerMisdirection(ctx, tx, booking)
	return viewMisdirection(known), err
}
