package api

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

type bookingView struct {
	ID             id         `json:"id"`
	SessionID      id         `json:"session_id"`
	HolderID       id         `json:"holder_id"`
	OrganisationID id         `json:"organisation_id" doc:"Qui a inscrit."`
	State          string     `json:"state" enum:"booked,waiting,came,excused,cancelled,absent,to_fill"`
	Rank           *int       `json:"rank" doc:"Le rang sur la liste d’attente, pour state waiting."`
	Door           bool       `json:"door" doc:"Ajoutée sur place, en plus des places."`
	Word           string     `json:"word" enum:"take,ask" doc:"Ce que la personne a dit d’avance d’une place qui se libère."`
	Offers         int        `json:"offers" doc:"Combien de fois une place libérée lui a été proposée, trois au plus."`
	OfferedUntil   *time.Time `json:"offered_until" doc:"Une place est gardée jusque là, le temps de sa réponse."`
	SiteID         id         `json:"site_id"`
	StartsAt       time.Time  `json:"starts_at"`
	BookedAt       time.Time  `json:"booked_at"`
	HoldsCoupon    bool       `json:"holds_coupon" doc:"Un chèque de la personne est gardé pour cette place : il est pris quand sa présence est notée."`
}

func viewBooking(ctx context.Context, q db.Q, b workshop.Booking, s workshop.Session) (bookingView, error) {
	view := bookingView{
		ID: id{b.ID}, SessionID: id{b.Session}, HolderID: id{b.Holder}, OrganisationID: id{b.Organisation},
		State: b.Presence(s, q.Now()), Door: b.Door, Word: b.Word, Offers: b.Offers, OfferedUntil: instant(b.OfferedUntil), SiteID: id{s.Site}, StartsAt: s.StartsAt.UTC(), BookedAt: b.BookedAt.UTC(),
	}
	if b.State == workshop.Waiting {
		rank, err := workshop.Rank(ctx, q, b)
		if err != nil {
			return bookingView{}, err
		}
		view.Rank = &rank
	}
	if seat := (workshop.Seat{Booking: b, Session: s}); seat.Expects() {
		kept, err := voucher.KeptFor(ctx, q, b.ID)
		if err != nil {
			return bookingView{}, err
		}
		view.HoldsCoupon = kept[b.ID].State == voucher.Live && q.Now().Before(kept[b.ID].Until)
	}
	return view, nil
}

type bookInput struct {
	Body struct {
		Session id     `json:"session"`
		Holder  id     `json:"holder"`
		Word    string `json:"word,omitempty" enum:"take,ask" doc:"Si la séance est pleine : take prend une place qui se libère, ask demande d’abord (par défaut)."`
	}
}

func book(ctx context.Context, tx *db.Tx, row db.ID, in *bookInput) (bookingView, error) {
	made, err := workshop.Book(ctx, tx, workshop.Reservation{ID: row, Session: in.Body.Session.ID, Holder: in.Body.Holder.ID, Word: in.Body.Word})
	if err != nil {
		return bookingView{}, err
	}
	if err := voucher.Hold(ctx, tx, made.ID); err != nil {
		return bookingView{}, err
	}
	return bookAgain(ctx, tx, row, in)
}

func bookAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *bookInput) (bookingView, error) {
	return readBooking(ctx, tx, &bookingInput{ID: row.String()})
}

type bookingInput struct {
	ID string `path:"id"`
}

func readBooking(ctx context.Context, q db.Q, in *bookingInput) (bookingView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return bookingView{}, err
	}
	booking, session, err := workshop.BookingByID(ctx, q, wanted)
	if err != nil {
		return bookingView{}, err
	}
	return viewBooking(ctx, q, booking, session)
}

// cancelBooking answers the booking as it now stands; again, the same.
func cancelBooking(ctx context.Context, tx *db.Tx, _ db.ID, in *bookingInput) (bookingView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return bookingView{}, err
	}
	booking, err := workshop.Cancel(ctx, tx, wanted)
	if err != nil {
		return bookingView{}, err
	}
	session, err := workshop.SessionByID(ctx, tx, booking.Session)
	if err != nil {
		return bookingView{}, err
	}
	return viewBooking(ctx, tx, booking, session)
}

type listBookingsInput struct {
	Session string `query:"session" doc:"Les inscrits d’une séance de votre organisation."`
	Holder  string `query:"holder" doc:"Les inscriptions d’une personne suivie par votre organisation."`
}

// listBookings lists those of a session, for the site that gives it, or those
// of a person, for the organisation that registered them.
func listBookings(ctx context.Context, q db.Q, in *listBookingsInput) (page[bookingView], error) {
	seats, err := in.seats(ctx, q)
	if err != nil {
		return page[bookingView]{}, err
	}
	items := make([]bookingView, len(seats))
	for i, seat := range seats {
		if items[i], err = viewBooking(ctx, q, seat.Booking, seat.Session); err != nil {
			return page[bookingView]{}, err
		}
	}
	return page[bookingView]{Items: items}, nil
}

func (in *listBookingsInput) seats(ctx context.Context, q db.Q) ([]workshop.Seat, error) {
	var wrong fault.Collector
	wrong.Check((in.Session == "") != (in.Holder == ""), "session", "required", "Donnez session ou holder.")
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	if in.Holder != "" {
		who, err := db.ParseID(in.Holder)
		if err != nil {
			return nil, err
		}
		return workshop.Of(ctx, q, who)
	}
	wanted, err := db.ParseID(in.Session)
	if err != nil {
		return nil, err
	}
	sheet, err := workshop.Bookings(ctx, q, wanted)
	if err != nil {
		return nil, err
	}
	session, err := workshop.SessionByID(ctx, q, wanted)
	return each(sheet, func(a workshop.Attendee) workshop.Seat { return workshop.Seat{Booking: a.Booking, Session: session} }), err
}
