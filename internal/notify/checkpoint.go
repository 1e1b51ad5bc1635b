package notify

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// CheckpointPost gives a checkpoint of the sealed log to keep, so that history
// cannot be rewritten in silence.
type CheckpointPost struct {
	Size int64
	At   time.Time
	Note string // the checkpoint as text
	Key  string // the log's public key
	Link string // whole address of the log's page
	Base string // of the instance
}

func (CheckpointPost) kind() string { return "checkpoint" }

// Every is how often the funders receive a checkpoint: a setting of the service.
type Every string

// The frequencies.
const (
	Never  Every = "never"
	Weekly Every = "weekly"
	Daily  Every = "daily"
)

// settingPosted remembers the last post: its day and the log's size, "2026-11-25 13780".
const settingPosted = "last checkpoint post"

// PostCheckpoint sends the latest checkpoint to every owner of an organisation
// that is a funder, when it is due and the log has grown since the last one. The
// nightly work calls it, with the instance's address.
func PostCheckpoint(ctx context.Context, tx *db.Tx, every Every, base string) error {
	if every == Never {
		return nil
	}
	latest, err := audit.LatestCheckpoint(ctx, tx)
	if errors.Is(err, audit.ErrEmptyLog) {
		return nil
	}
	if err != nil {
		return err
	}
	today := civil.DateOf(tx.Now(), civil.Paris)
	due, err := checkpointDue(ctx, tx, every, today, latest.Size)
	if err != nil || !due {
		return err
	}
	key, err := audit.KeyText(latest.Origin)
	if err != nil {
		return err
	}
	funders, err := account.OrganisationsWith(ctx, tx, account.RoleFunder)
	if err != nil {
		return err
	}
	content := CheckpointPost{
		Size: latest.Size, At: latest.At.In(civil.Paris), Note: latest.Note, Key: key, Link: base + "/registre-scelle", Base: base,
	}
	for _, funder := range funders {
		emails, err := account.OwnerEmails(ctx, tx, funder.ID)
		if err != nil {
			return err
		}
		for _, email := range emails {
			if _, err := Enqueue(ctx, tx, email, content); err != nil {
				return err
			}
		}
	}
	return db.Set(ctx, tx, settingPosted, today.String()+" "+strconv.FormatInt(latest.Size, 10))
}

func checkpointDue(ctx context.Context, q db.Q, every Every, today civil.Date, size int64) (bool, error) {
	posted, err := db.Setting(ctx, q, settingPosted)
	if errors.Is(err, fault.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	day, sizeThen, _ := strings.Cut(posted, " ")
	last, err := civil.ParseDate(day)
	if err != nil || sizeThen == strconv.FormatInt(size, 10) {
		return false, err
	}
	wait := 1
	if every == Weekly {
		wait = 7
	}
	return last.DaysUntil(today) >= wait, nil
}
