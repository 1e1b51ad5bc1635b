package funding

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// Credit is cash that came into the ring-fenced account, whoever paid it: told
// by the bank, or by a person who cannot place it.
type Credit struct {
	ID        db.ID
	Amount    money.Cents
	On        civil.Date // the bank's day; zero means today
	Party     string     // who paid, as the bank says; may be empty
	PartyIBAN bank.IBAN  // may be empty
	Text      string     // what the transfer says; may be empty
	// Mark is what tells this credit from every other, whatever the file that
	// tells it. Empty when a person records it: the bank tells it later.
	Mark string

	// Filled in by TakeCredit.
	ByHand  bool
	Known   db.ID       // the receipt or the credit that a person had recorded before
	Waiting money.Cents // neither placed nor sent back
	At      time.Time
	Again   bool // was taken before: nothing moved
}

// The refusals about credits.
var (
	ErrUnknownCredit = fault.Define(fault.NotFound, "unknown_credit", "Cette somme n’existe pas. Choisissez-la dans la liste des sommes à affecter.")
	ErrCreditPlaced  = fault.Define(fault.Conflict, "credit_placed", "Il ne reste pas autant à affecter de cette somme. Affectez au plus le reste.")
)

// TakeCredit takes cash seen on the account, once. Where its text, its payer and
// its amount tell one order and one funder, it is received for them, up to what
// the funder still owes; the rest waits to be placed or sent back. One that a
// person had recorded before is only tied to that. The same mark again moves
// nothing, and answers the credit as it stands.
//
// Fault codes: forbidden, invalid (amount_cents, on, text).
func TakeCredit(ctx context.Context, tx *db.Tx, credit Credit) (Credit, error) {
	if err := account.Require(tx.Actor(), account.ActReceiptRecord, db.ID{}); err != nil {
		return Credit{}, err
	}
	credit, err := credit.completed(tx)
	if err != nil {
		return Credit{}, err
	}
	mark := db.Match(tx, db.ID{}, credit.Mark)
	if credit.ByHand {
		mark = credit.ID[:]
	}
	known, err := creditBy(ctx, tx, ` WHERE mark = $1`, mark)
	if err == nil {
		known.Again = true
		return known, nil
	}
	if !errors.Is(err, ErrUnknownCredit) {
		return Credit{}, err
	}
	found, err := match(ctx, tx, credit)
	if err != nil {
		return Credit{}, err
	}
	if credit.Known = found.recorded; credit.Known.IsZero() {
		credit.Waiting = credit.Amount
	}
	if taken, err := credit.store(ctx, tx, mark); err != nil || !taken {
		if err == nil { // another file told it meanwhile
			credit, err = creditBy(ctx, tx, ` WHERE mark = $1`, mark)
			credit.Again = true
		}
		return credit, err
	}
	part := min(credit.Waiting, found.remains)
	if part <= 0 || found.order.IsZero() {
		return credit, nil
	}
	if _, err := assign(ctx, tx, credit, Receipt{Order: found.order, Funder: found.funder, Amount: part}); err != nil {
		return Credit{}, err
	}
	credit.Waiting -= part
	return credit, nil
}

func (c Credit) completed(tx *db.Tx) (Credit, error) {
	c.Party, c.Text = strings.TrimSpace(c.Party), strings.TrimSpace(c.Text)
	today := civil.DateOf(tx.Now(), civil.Paris)
	if c.On.IsZero() {
		c.On = today
	}
	if c.ID.IsZero() {
		c.ID = tx.NewID()
	}
	c.ByHand, c.At = c.Mark == "", tx.Now()
	var wrong fault.Collector
	wrong.Check(c.Amount > 0, "amount_cents", "out_of_range", "Donnez un montant au-dessus de zéro.")
	wrong.Check(!c.ByHand || !c.On.After(today), "on", "in_the_future", "Donnez le jour où la banque a reçu la somme : au plus tard aujourd’hui.")
	wrong.Check(!c.ByHand || c.Text != "" || c.Party != "", "text", "required", "Recopiez le libellé du relevé de la banque, ou le nom de qui a payé.")
	wrong.Check(!c.ByHand || len(c.Text)+len(c.Party) <= 500, "text", "too_long", "Donnez un libellé de 140 caractères au plus.")
	return c, wrong.Err()
}

// creditWords are sealed: they name a payer.
type creditWords struct {
	Party string    `json:"party,omitempty"`
	IBAN  bank.IBAN `json:"iban,omitempty"`
	Text  string    `json:"text,omitempty"`
}

// store writes the credit and the cash that it is; false when its mark is
// already taken. What a person had recorded is already in the journal.
func (c Credit) store(ctx context.Context, tx *db.Tx, mark []byte) (bool, error) {
	words, err := json.Marshal(creditWords{c.Party, c.PartyIBAN, c.Text})
	if err != nil {
		return false, err
	}
	sealed, err := db.Seal(ctx, tx, c.ID, string(words))
	if err != nil {
		return false, err
	}
	taken, err := tx.Exec(ctx, `INSERT INTO bank_credit (id, amount, booked_on, mark, by_hand, known_id, words, waiting_cents, person_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (mark) DO NOTHING`,
		c.ID, int64(c.Amount), c.On, mark, c.ByHand, c.Known, sealed, int64(c.Waiting), tx.Actor().ID, c.At)
	if err != nil || taken == 0 {
		return false, err
	}
	if c.Known.IsZero() {
		if err := ledger.Post(ctx, tx, c.transfer(ledger.Unplaced, c.ID, c.Amount)); err != nil {
			return false, err
		}
	}
	_, err = audit.Record(ctx, tx, actCredit, c.ID, c.row(mark, words))
	return true, err
}

// transfer moves cash that is of no order.
func (Credit) transfer(event ledger.Event, cause db.ID, amount money.Cents) ledger.Transfer {
	return ledger.Move(event, cause, db.ID{}, db.ID{}, []db.ID{{}}, []money.Cents{amount})
}

// row is what the credit's leaf stands for; the salt keeps its words from being
// guessed.
func (c Credit) row(mark, words []byte) audit.Row {
	return struct {
		ID     db.ID
		Amount money.Cents
		On     civil.Date
		Mark   []byte
		ByHand bool
		Known  db.ID
		Words  string
	}{c.ID, c.Amount, c.On, mark, c.ByHand, c.Known, string(words)}
}

// PlaceCredit receives a part of what waits for an order and a funder; a zero
// amount is all of it, or what the funder still owes if that is less. Fault
// codes: forbidden, unknown_credit, credit_placed, unknown_order, order_closed,
// funder_not_in_agreement, receipt_over_share.
func PlaceCredit(ctx context.Context, tx *db.Tx, credit db.ID, receipt Receipt) (Receipt, error) {
	if err := account.Require(tx.Actor(), account.ActReceiptRecord, db.ID{}); err != nil {
		return Receipt{}, err
	}
	waiting, err := creditBy(ctx, tx, ` WHERE id = $1`, credit)
	if err != nil {
		return Receipt{}, err
	}
	if receipt.Amount == 0 {
		remaining, err := remains(ctx, tx, receipt.Order, receipt.Funder)
		if err != nil {
			return Receipt{}, err
		}
		receipt.Amount = min(waiting.Waiting, max(remaining, 0))
		if remaining <= 0 {
			return Receipt{}, ErrReceiptOverShare.Sayf("Ce financeur a déjà versé toute sa part de cette commande. Choisissez une autre commande, ou renvoyez la somme.").
				With("remaining_cents", 0)
		}
	}
	return assign(ctx, tx, waiting, receipt)
}

// assign takes a part out of what waits, and receives it.
func assign(ctx context.Context, tx *db.Tx, credit Credit, receipt Receipt) (Receipt, error) {
	if err := takeOut(ctx, tx, credit, receipt.Amount); err != nil {
		return Receipt{}, err
	}
	receipt.Credit, receipt.On = credit.ID, credit.On
	if today := civil.DateOf(tx.Now(), civil.Paris); receipt.On.After(today) {
		receipt.On = today // booked for tomorrow, as banks do in the evening
	}
	if receipt.Reference == "" {
		receipt.Reference = bank.SEPAText(credit.Text, 140)
	}
	return receive(ctx, tx, receipt)
}

// takeOut takes a part out of what waits.
func takeOut(ctx context.Context, tx *db.Tx, credit Credit, amount money.Cents) error {
	if amount <= 0 {
		return ErrCreditPlaced.With("waiting_cents", int64(credit.Waiting))
	}
	taken, err := tx.Exec(ctx, `UPDATE bank_credit SET waiting_cents = waiting_cents - $2 WHERE id = $1 AND waiting_cents >= $2`, credit.ID, int64(amount))
	if err == nil && taken == 0 {
		err = ErrCreditPlaced.Sayf("Il reste %s à affecter de cette somme, pas %s. Affectez au plus le reste.", credit.Waiting, amount).
			With("waiting_cents", int64(credit.Waiting))
	}
	return err
}

// CreditSentBack is a part of a credit that went back to whom it came from, as
// the account shows.
type CreditSentBack struct {
	ID        db.ID
	Credit    db.ID
	Amount    money.Cents // zero means all that waits
	On        civil.Date  // the bank's day; zero means today
	Reference string      // of the transfer made at the bank
	Reason    string
	At        time.Time
}

// SendBack records that what waited of a credit went back to its payer. Fault
// codes: forbidden, unknown_credit, credit_placed, invalid (on, reference,
// reason).
func SendBack(ctx context.Context, tx *db.Tx, back CreditSentBack) (CreditSentBack, error) {
	if err := account.Require(tx.Actor(), account.ActRefundMake, db.ID{}); err != nil {
		return CreditSentBack{}, err
	}
	credit, err := creditBy(ctx, tx, ` WHERE id = $1`, back.Credit)
	if err != nil {
		return CreditSentBack{}, err
	}
	today := civil.DateOf(tx.Now(), civil.Paris)
	if back.On.IsZero() {
		back.On = today
	}
	if back.Amount == 0 {
		back.Amount = credit.Waiting
	}
	back.Reference, back.Reason = strings.TrimSpace(back.Reference), strings.TrimSpace(back.Reason)
	if err := checkOutgoing(back.On, today, back.Reference, back.Reason); err != nil {
		return CreditSentBack{}, err
	}
	if err := takeOut(ctx, tx, credit, back.Amount); err != nil {
		return CreditSentBack{}, err
	}
	if back.ID.IsZero() {
		back.ID = tx.NewID()
	}
	back.At = tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO credit_sent_back (id, credit_id, amount, sent_on, reference, reason, person_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		back.ID, back.Credit, int64(back.Amount), back.On, back.Reference, back.Reason, tx.Actor().ID, back.At); err != nil {
		return CreditSentBack{}, err
	}
	if err := ledger.Post(ctx, tx, credit.transfer(ledger.SentBack, back.ID, back.Amount)); err != nil {
		return CreditSentBack{}, err
	}
	_, err = audit.Record(ctx, tx, actSendBack, back.ID, back.row())
	return back, err
}

func (b CreditSentBack) row() audit.Row {
	return struct {
		ID, Credit        db.ID
		Amount            money.Cents
		On                civil.Date
		Reference, Reason string
	}{b.ID, b.Credit, b.Amount, b.On, b.Reference, b.Reason}
}

// checkOutgoing refuses what was typed of a transfer already made at the bank.
func checkOutgoing(on, today civil.Date, reference, reason string) error {
	var wrong fault.Collector
	wrong.Check(!on.After(today), "on", "in_the_future", "Donnez le jour où la banque a débité la somme : au plus tard aujourd’hui.")
	wrong.Check(reference != "", "reference", "required", "Recopiez la référence du virement, comme sur le relevé de la banque.")
	wrong.Check(len(reference) <= 140, "reference", "too_long", "Donnez une référence de 140 caractères au plus.")
	checkReason(&wrong, reason)
	return wrong.Err()
}

func checkReason(wrong *fault.Collector, reason string) {
	wrong.Check(reason != "", "reason", "required", "Dites pourquoi, en quelques mots.")
	wrong.Check(len(reason) <= 500, "reason", "too_long", "Donnez la raison en 500 caractères au plus.")
}
