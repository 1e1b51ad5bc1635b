package cli

import (
	"context"
	"encoding/json"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/settlement"
)

// tellOfRefusal tells the owners of a site that the bank did not pay them, and
// what to mend.
func tellOfRefusal(d *db.DB, baseURL string) job.Handler {
	return func(ctx context.Context, payload []byte) error {
		var notice settlement.RefusedNotice
		if err := json.Unmarshal(payload, &notice); err != nil {
			return err
		}
		return d.Update(ctx, job.Actor, func(tx *db.Tx) error {
			statement, err := settlement.DetailOf(ctx, tx, notice.Statement)
			if err != nil {
				return err
			}
			payment, refused, err := settlement.RefusalOf(ctx, tx, statement.Statement)
			if err != nil || !refused {
				return err // paid again already
			}
			emails, err := account.OwnerEmails(ctx, tx, statement.Organisation)
			if err != nil {
				return err
			}
			for _, email := range emails {
				if _, err := notify.Enqueue(ctx, tx, email, notify.PaymentRefused{
					Place: statement.Site.Name, Reference: statement.Reference, Amount: statement.Amount,
					Reason: payment.Reason.French(), MendAccount: payment.Reason.Cause() == bank.PayeeAccount, Link: baseURL + "/connexion",
				}); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
