package holder

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
)

// New is a person to register. Everything but the identifier may be empty.
type New struct {
	ID           db.ID
	Organisation db.ID // zero: the actor's
	Name         string
	Commune      string // INSEE code
	Telephone    string // as typed
	Email        string
	Address      string // where letters go, a line each
	Recipient    Recipient
	Manner       Manner
	Note         string
	Consent      bool // to reminders, spoken in front of the actor
	AtDoor       bool // added by a site's mediator, as the session begins
}

// details are sealed together, as JSON.
type details struct {
	Telephone string    `json:"telephone,omitempty"`
	Email     string    `json:"email,omitempty"`
	Address   string    `json:"address,omitempty"`
	Recipient Recipient `json:"recipient,omitzero"`
	Manner    Manner    `json:"manner,omitzero"`
	Note      string    `json:"note,omitempty"`
}

// Check refuses what Register would refuse of the fields, without writing.
// Faults by field: too_long, bad_name (name); unknown_commune (commune);
// bad_telephone, required (telephone); bad_email (email); too_long (address);
// unknown_choice (recipient, language); forbidden_note, too_long (note).
func (n New) Check() error {
	sealed := n.details()
	return sealed.check(strings.TrimSpace(n.Name), n.Commune, n.Consent)
}

func (n New) details() details {
	return details{
		Telephone: strings.TrimSpace(n.Telephone), Email: strings.TrimSpace(n.Email), Address: n.Address,
		Recipient: n.Recipient, Manner: n.Manner, Note: strings.TrimSpace(n.Note),
	}
}

// Register notes a person helped. Faults: those of Check, and of
// account.Require for holder.register (attendance.tick at the door).
func Register(ctx context.Context, tx *db.Tx, in New) (Holder, error) {
	actor := tx.Actor()
	if in.Organisation.IsZero() {
		in.Organisation = actor.Organisation
	}
	act := account.ActHolderRegister
	if in.AtDoor {
		act = account.ActAttendanceTick
	}
	if err := account.Require(actor, act, in.Organisation); err != nil {
		return Holder{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	sealed := in.details()
	if err := sealed.check(in.Name, in.Commune, in.Consent); err != nil {
		return Holder{}, err
	}
	registered := Holder{
		ID: in.ID, Organisation: in.Organisation, Commune: in.Commune, Name: in.Name, Telephone: sealed.Telephone,
		Email: sealed.Email, Address: sealed.Address, Recipient: sealed.Recipient, Manner: sealed.Manner, Note: sealed.Note,
		Consent: in.Consent, RegisteredAt: tx.Now(), RegisteredBy: actor.ID,
	}
	if registered.ID.IsZero() {
		registered.ID = tx.NewID()
	}
	if in.Consent {
		registered.ConsentAt, registered.ConsentBy = tx.Now(), actor.ID
	}
	if err := registered.insert(ctx, tx); err != nil {
		return Holder{}, err
	}
	return registered, record(ctx, tx, "holder.register", registered)
}

func (h *Holder) insert(ctx context.Context, tx *db.Tx) error {
	columns, err := h.seal(ctx, tx)
	if err != nil {
		return err
	}
	const tries = 50
	for range tries {
		if h.Pseudonym, err = newPseudonym(); err != nil {
			return err
		}
		written, err := tx.Exec(ctx, `INSERT INTO holder (id, pseudonym, organisation, commune, name, details, name_match, telephone_match,
				consent, consent_at, consent_by, registered_at, registered_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (pseudonym) DO NOTHING`,
			h.ID, h.Pseudonym, h.Organisation, h.Commune, columns.name, columns.details, columns.nameMatch, columns.telephoneMatch,
			h.Consent, h.ConsentAt, h.ConsentBy, h.RegisteredAt, h.RegisteredBy)
		if err != nil {
			return err
		}
		if written == 1 {
			return nil
		}
	}
	return fmt.Errorf("holder: %d pseudonyms in a row were taken", tries)
}

// columns are what the table holds of the sealed fields.
type columns struct{ name, details, nameMatch, telephoneMatch []byte }

func (h *Holder) seal(ctx context.Context, tx *db.Tx) (columns, error) {
	var made columns
	var err error
	if made.name, err = db.Seal(ctx, tx, h.ID, h.Name); err != nil {
		return columns{}, err
	}
	rest := details{Telephone: h.Telephone, Email: h.Email, Address: h.Address, Recipient: h.Recipient, Manner: h.Manner, Note: h.Note}
	if rest != (details{}) {
		text, err := json.Marshal(rest)
		if err != nil {
			return columns{}, err
		}
		if made.details, err = db.Seal(ctx, tx, h.ID, string(text)); err != nil {
			return columns{}, err
		}
	}
	made.nameMatch = nameMatch(tx, h.Organisation, h.Name)
	made.telephoneMatch = telephoneMatch(tx, h.Organisation, h.Telephone)
	return made, nil
}

func nameMatch(q db.Q, organisation db.ID, name string) []byte {
	first := FirstName(name)
	if first == "" {
		return nil
	}
	return db.Match(q, organisation, "holder name "+first)
}

func telephoneMatch(q db.Q, organisation db.ID, telephone string) []byte {
	if telephone == "" {
		return nil
	}
	return db.Match(q, organisation, "holder telephone "+telephone)
}

// record keeps the act without a word of who the person is.
func record(ctx context.Context, tx *db.Tx, act string, h Holder) error {
	_, err := audit.Record(ctx, tx, act, h.ID, struct {
		ID, Organisation, By db.ID
		Pseudonym            string
		Consent              bool
		At                   time.Time
	}{h.ID, h.Organisation, tx.Actor().ID, h.Pseudonym, h.Consent, tx.Now()})
	return err
}
