package cli

import (
	"context"
	"encoding/json"

	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/label"
	"passerelle/internal/notify"
)

// tellOfLabel turns what happened to an application for the label into messages
// to the side that did not do it.
func tellOfLabel(d *db.DB, baseURL string) job.Handler {
	return func(ctx context.Context, payload []byte) error {
		var notice label.Notice
		if err := json.Unmarshal(payload, &notice); err != nil {
			return err
		}
		return d.Update(ctx, job.Actor, func(tx *db.Tx) error {
			told, err := label.TellOf(ctx, tx, notice)
			if err != nil {
				return err
			}
			for _, email := range told.Emails {
				if _, err := notify.Enqueue(ctx, tx, email, notify.LabelNotice{
					Kind: string(notice.Kind), Places: told.Places, Due: told.Application.ClockNow(tx).Due, Until: told.Site.Label.Until,
					Link: baseURL + "/connexion",
				}); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
