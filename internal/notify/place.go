package notify

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/place"
)

// HoursConfirmation asks whether a place's hours still hold.
type HoursConfirmation struct {
	PlaceName, Commune string
	Hours              []string // a line for each group of days, or the words kept; empty when none are known
	Link               string   // whole address, with the secret
	EndsAt             time.Time
	Again              bool // a reminder
}

// OwnerLink leads a person of a place to the page where they correct it.
type OwnerLink struct {
	PlaceName, Commune string
	Link               string // whole address, with the secret
	EndsAt             time.Time
}

// StalePlace tells the people of a place that the directory no longer believes
// what it says of it.
type StalePlace struct {
	PlaceName, Commune string
	Link               string // whole address, with the secret
	EndsAt             time.Time
}

// FreshnessDigest tells a territory's team, each week, of its stale places.
type FreshnessDigest struct {
	Territory  string
	Stale, New int
	Link       string // whole address
}

// ReportAnswered tells whoever reported an error what became of it.
type ReportAnswered struct {
	PlaceName, Commune string
	State              string // a place.ReportState: corrected, refused, closed
	Reason             string
	Link               string // whole address of the place
}

func (HoursConfirmation) kind() string { return "hours-confirmation" }
func (OwnerLink) kind() string         { return "owner-link" }
func (StalePlace) kind() string        { return "stale-place" }
func (FreshnessDigest) kind() string   { return "freshness-digest" }
func (ReportAnswered) kind() string    { return "report-answered" }

// EnqueueAbout is Enqueue for a message to the people of a place: its refusal
// for good is told of the place.
func EnqueueAbout(ctx context.Context, tx *db.Tx, recipient string, about db.ID, content Content) (db.ID, error) {
	id, err := Enqueue(ctx, tx, recipient, content)
	if err != nil {
		return db.ID{}, err
	}
	_, err = tx.Exec(ctx, `UPDATE message SET about = $2 WHERE id = $1`, id, about)
	return id, err
}

// bounced tells the place that a message is about, if any, that it was refused.
func bounced(ctx context.Context, tx *db.Tx, id db.ID, recipient string) error {
	about, err := db.Value[db.ID](tx.QueryRow(ctx, `SELECT about FROM message WHERE id = $1`, id))
	if err != nil || about.IsZero() {
		return err
	}
	return place.Bounced(ctx, tx, about, recipient)
}
