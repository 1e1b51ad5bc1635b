package place

import (
	"context"
	"fmt"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
)

// Asked is a place whose people are to be written to, with a link of its own.
// It is noted as written to: the caller sends the messages in the same
// transaction, and none when nobody is there to read them.
type Asked struct {
	Linked
	Kept  bool // an organisation keeps it: its owners are written to
	Again bool // a reminder
}

// AskHours chooses places whose hours are to be confirmed, at most
// Rhythm.PerNight, and notes that they are asked: once per rhythm, then once
// more without an answer. Only a nightly job calls it.
func AskHours(ctx context.Context, tx *db.Tx) ([]Asked, error) {
	now, day := tx.Now(), today(tx)
	rhythm, reminder := now.AddDate(0, -Rhythm.ConfirmEvery, 0), now.AddDate(0, 0, -Rhythm.RemindAfter)
	due, err := db.All(ctx, tx, db.Value[db.ID], `SELECT p.id FROM place p LEFT JOIN place_watch w ON w.place = p.id
		WHERE p.merged_into IS NULL AND p.closed_on IS NULL AND (p.organisation IS NOT NULL OR p.emails <> '')
			AND (p.confirmed_on IS NULL OR p.confirmed_on <= $1) AND (p.updated_on IS NULL OR p.updated_on <= $1)
			AND (w.asked_at IS NULL OR w.asked_at <= $2)
		ORDER BY p.id LIMIT $3`, day.AddMonths(-Rhythm.ConfirmEvery), rhythm, Rhythm.PerNight)
	if err != nil {
		return nil, err
	}
	var asked []Asked
	for _, id := range due {
		first, err := tx.Exec(ctx, `INSERT INTO place_watch (place, asked_at) VALUES ($1, $2)
			ON CONFLICT (place) DO UPDATE SET asked_at = $2, reminded_at = NULL WHERE place_watch.asked_at IS NULL OR place_watch.asked_at <= $3`, id, now, rhythm)
		if err != nil {
			return nil, err
		}
		if first == 0 {
			continue
		}
		if asked, err = addAsked(ctx, tx, asked, id, false); err != nil {
			return nil, err
		}
	}
	// Whoever confirmed since was answered on or after the day of the asking.
	late, err := db.All(ctx, tx, func(row db.Scanner) (late struct {
		id        db.ID
		at        time.Time
		confirmed civil.Date
	}, err error,
	) {
		err = row.Scan(&late.id, &late.at, &late.confirmed)
		return late, err
	}, `SELECT p.id, w.asked_at, p.confirmed_on FROM place_watch w JOIN place p ON p.id = w.place
		WHERE w.asked_at <= $1 AND w.asked_at > $2 AND w.reminded_at IS NULL AND p.merged_into IS NULL AND p.closed_on IS NULL
		ORDER BY w.asked_at LIMIT $3`, reminder, rhythm, Rhythm.PerNight)
	if err != nil {
		return nil, err
	}
	for _, one := range late {
		again, err := tx.Exec(ctx, `UPDATE place_watch SET reminded_at = $2 WHERE place = $1 AND reminded_at IS NULL`, one.id, now)
		if err != nil {
			return nil, err
		}
		if again == 0 || !one.confirmed.Before(civil.DateOf(one.at, civil.Paris)) {
			continue
		}
		if asked, err = addAsked(ctx, tx, asked, one.id, true); err != nil {
			return nil, err
		}
	}
	return asked, nil
}

// TellStale chooses places that became stale and whose people were not told, at
// most Rhythm.PerNight, and notes that they are told. It counts as the asking of
// this rhythm. Only a nightly job calls it.
func TellStale(ctx context.Context, tx *db.Tx) ([]Asked, error) {
	due, err := db.All(ctx, tx, db.Value[db.ID], `SELECT w.place FROM place_watch w JOIN place p ON p.id = w.place
		WHERE w.stale_since IS NOT NULL AND w.told_at IS NULL AND p.merged_into IS NULL AND p.closed_on IS NULL
		ORDER BY w.stale_since, w.place LIMIT $1`, Rhythm.PerNight)
	if err != nil {
		return nil, err
	}
	var asked []Asked
	for _, id := range due {
		first, err := tx.Exec(ctx, `UPDATE place_watch SET told_at = $2, asked_at = $2, reminded_at = NULL
			WHERE place = $1 AND stale_since IS NOT NULL AND told_at IS NULL`, id, tx.Now())
		if err != nil {
			return nil, err
		}
		if first == 0 {
			continue
		}
		if asked, err = addAsked(ctx, tx, asked, id, false); err != nil {
			return nil, err
		}
	}
	return asked, nil
}

// addAsked adds a place whose people can be written to, with a link made now.
func addAsked(ctx context.Context, tx *db.Tx, asked []Asked, id db.ID, again bool) ([]Asked, error) {
	about, err := ByID(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	emails, err := emailsOf(ctx, tx, about)
	if err != nil {
		return nil, err
	}
	if len(emails) == 0 {
		return asked, nil
	}
	linked, err := makeLink(ctx, tx, about, ByEmail, emails...)
	return append(asked, Asked{Linked: linked, Kept: !about.Organisation.IsZero(), Again: again}), err
}

// Digest is what a territory is told each week of its places.
type Digest struct {
	Territory string // its name
	Emails    []string
	Stale     int // places without a sign of life, now
	New       int // of them, since seven days
}

// Digests tells, for each territory's team that was not told this week, how many
// of its places are stale; a team without any is not told. Only a nightly job
// calls it.
func Digests(ctx context.Context, tx *db.Tx) ([]Digest, error) {
	teams, err := account.OrganisationsWith(ctx, tx, account.RoleTerritory)
	if err != nil {
		return nil, err
	}
	day := today(tx)
	year, week := day.In(civil.Paris).ISOWeek()
	var digests []Digest
	for _, team := range teams {
		territory, err := geography.ParseTerritory(team.Territory)
		if team.Territory == "" || err != nil {
			continue
		}
		where := &conditions{}
		Filter{Territory: territory}.where(where)
		where.add("stale")
		recent := where.arg(day.AddDays(-7))
		made := Digest{Territory: territory.Name}
		err = tx.QueryRow(ctx, `SELECT COUNT(*), COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM place_watch w WHERE w.place = place.id AND w.stale_since > `+recent+`))
			FROM place`+where.text(), where.args...).Scan(&made.Stale, &made.New)
		if err != nil {
			return nil, err
		}
		if made.Stale == 0 {
			continue
		}
		first, err := tx.Exec(ctx, `INSERT INTO place_digest (organisation, week, stale, at) VALUES ($1, $2, $3, $4) ON CONFLICT (organisation, week) DO NOTHING`,
			team.ID, fmt.Sprintf("%d-W%02d", year, week), made.Stale, tx.Now())
		if err != nil {
			return nil, err
		}
		if first == 0 {
			continue
		}
		if made.Emails, err = account.OwnerEmails(ctx, tx, team.ID); err != nil {
			return nil, err
		}
		digests = append(digests, made)
	}
	return digests, nil
}
