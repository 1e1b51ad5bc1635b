package notify

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
)

// Inbound is what a gateway tells: a text that a telephone sent back, or what
// became of a message.
type Inbound struct {
	From      string // the telephone that wrote, as the gateway gives it
	Text      string
	Reference string // of a message: the gateway's, or our identifier
	Delivered bool
}

// Receive notes what a gateway tells: STOP takes the consent of everyone behind
// the telephone back; a report says whether a message arrived. Any other text
// changes nothing, and the same report twice neither. It asks for no right: its
// caller has checked the gateway's secret. Fault: bad_telephone.
func Receive(ctx context.Context, tx *db.Tx, in Inbound) error {
	if in.Reference != "" {
		return report(ctx, tx, in)
	}
	if !IsStop(in.Text) {
		return nil
	}
	if digits := strings.TrimSpace(in.From); digits != "" && digits[0] != '+' && digits[0] != '0' {
		in.From = "+" + digits // gateways give the number without its plus
	}
	_, err := holder.StopReminders(ctx, tx, in.From)
	return err
}

// IsStop tells whether a text asks for no more messages.
func IsStop(text string) bool {
	first, _, _ := strings.Cut(geography.Fold(text), " ")
	switch strings.Trim(first, ".!") {
	case "stop", "arret", "arreter", "arretez", "desabonnement":
		return true
	}
	return false
}

func report(ctx context.Context, tx *db.Tx, in Inbound) error {
	var found db.ID
	err := tx.QueryRow(ctx, `SELECT id FROM person_message WHERE reference = $1 ORDER BY id DESC LIMIT 1`, in.Reference).Scan(&found)
	if errors.Is(err, fault.ErrNotFound) {
		if found, err = db.ParseID(in.Reference); err != nil {
			return nil // of a message that was forgotten, or is another program's
		}
	}
	if err != nil {
		return err
	}
	state, reason := WordDelivered, Reason("")
	if !in.Delivered {
		state, reason = WordFailed, Undelivered
	}
	_, err = tx.Exec(ctx, `UPDATE person_message SET state = $2, reason = $3 WHERE id = $1 AND state = 'sent' AND channel <> 'letter'`, found, string(state), string(reason))
	return err
}

const settingInbound = "message inbound secret"

// ErrInbound refuses what does not come from the gateway.
var ErrInbound = fault.Define(fault.Forbidden, "not_the_gateway", "Donnez le secret de la passerelle de SMS, tel que l’instance l’a reçu (--sms-secret).")

// SetInboundSecret keeps the hash of the secret with which the gateway tells;
// an empty one closes the address.
func SetInboundSecret(ctx context.Context, tx *db.Tx, secret string) error {
	kept := ""
	if secret != "" {
		kept = hex.EncodeToString(db.Match(tx, db.ID{}, "inbound "+secret))
	}
	return db.Set(ctx, tx, settingInbound, kept)
}

// ReceiveFrom is Receive for whoever gives the gateway's secret. Faults:
// not_the_gateway, and those of Receive.
func ReceiveFrom(ctx context.Context, tx *db.Tx, secret string, in Inbound) error {
	kept, err := db.Setting(ctx, tx, settingInbound)
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return err
	}
	given := hex.EncodeToString(db.Match(tx, db.ID{}, "inbound "+secret))
	if kept == "" || subtle.ConstantTimeCompare([]byte(kept), []byte(given)) != 1 {
		return ErrInbound
	}
	return Receive(ctx, tx, in)
}
