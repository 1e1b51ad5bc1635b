package settlement

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"regexp"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
)

// Answer is a file that the bank sent: a status report (pain.002), a statement
// (camt.053), a notification (camt.054), or the list of movements that its site
// exports (CSV).
type Answer struct {
	ID   db.ID
	Text []byte
}

// Outcome is what was made of a line of the bank's.
type Outcome string

// The outcomes. Only rejected, debited, returned, refunded, received and waiting
// moved anything.
const (
	Accepted  Outcome = "accepted"  // the bank will pay; paid only once it shows the debit
	Refused   Outcome = "rejected"  // it will not: the statement is to be paid again
	Debited   Outcome = "debited"   // the whole file is paid
	SentBack  Outcome = "returned"  // paid, and come back: to be paid again
	Known     Outcome = "known"     // another message said it before
	Announced Outcome = "announced" // not booked yet
	Received  Outcome = "received"  // cash in, placed on the order that it names
	Waiting   Outcome = "waiting"   // cash in, all or part of which waits for a person
	Refunded  Outcome = "refunded"  // a funder was paid back
	Differs   Outcome = "differs"   // ours, and not as it should be: to look at
	Unknown   Outcome = "unknown"   // not of this platform
)

// Outcomes lists them.
var Outcomes = []Outcome{Accepted, Refused, Debited, SentBack, Known, Announced, Received, Waiting, Refunded, Differs, Unknown}

// French is the outcome for people.
func (o Outcome) French() string {
	return map[Outcome]string{
		Accepted: "Accepté, débit attendu", Refused: "Rejeté, à payer de nouveau", Debited: "Débité, payé", SentBack: "Revenu, à payer de nouveau",
		Known: "Déjà connu", Announced: "Annoncé, pas encore passé", Received: "Reçu, enregistré", Waiting: "Reçu, à affecter",
		Refunded: "Remboursement débité", Differs: "À vérifier", Unknown: "D’ailleurs",
	}[o]
}

// BankMessage is an answer and what was made of each of its lines.
type BankMessage struct {
	ID        db.ID
	Kind      string // "pain.002", "camt.053", "camt.054" or "csv"
	Reference string // the bank's own
	At        time.Time
	Lines     []BankLine // empty in lists
}

// The refusals of an answer.
var (
	ErrNotOurFile     = fault.Define(fault.Invalid, "not_our_payment_file", "Cette réponse de la banque parle d’un fichier qui n’a pas été fait ici. Choisissez la réponse à l’un de vos fichiers de paiement.")
	ErrNotOurAccount  = fault.Define(fault.Invalid, "not_our_account", "Ce relevé de la banque est celui d’un autre compte que celui qui paie les lieux. Choisissez le relevé du compte dédié.")
	ErrUnknownMessage = fault.Define(fault.NotFound, "unknown_bank_message", "Cette réponse de la banque n’existe pas. Choisissez-la dans la liste.")
)

// TakeAnswer reads what the bank sent and does what it says: a rejected or
// returned payment's statement is to be paid again, a debited file's are paid,
// a refund's cash went or is available again, cash that came in is received for
// the order that it names or waits to be placed.
// All of it is written or nothing. Each line keeps what was made of it. The
// same file again answers the same message and changes nothing.
//
// Fault codes: forbidden, bad_bank_message, not_our_payment_file,
// not_our_account.
func TakeAnswer(ctx context.Context, tx *db.Tx, answer Answer) (BankMessage, error) {
	if err := account.Require(tx.Actor(), account.ActPaymentConfirm, db.ID{}); err != nil {
		return BankMessage{}, err
	}
	kind, err := kindOf(answer.Text)
	if err != nil {
		return BankMessage{}, err
	}
	if answer.ID.IsZero() {
		answer.ID = tx.NewID()
	}
	taking := taking{ctx: ctx, tx: tx, message: BankMessage{ID: answer.ID, Kind: kind, At: tx.Now()}, said: map[string]int{}}
	var act func() error
	switch kind {
	case "csv":
		entries, err := bank.ReadCSV(answer.Text)
		if err != nil {
			return BankMessage{}, err
		}
		taking.message.Reference = "CSV-" + tx.Now().In(civil.Paris).Format("20060102-1504")
		act = func() error { return taking.movements(entries) }
	case "pain.002":
		report, err := bank.ReadStatusReport(bytes.NewReader(answer.Text))
		if err != nil {
			return BankMessage{}, err
		}
		taking.message.Reference = report.MessageID
		act = func() error { return taking.status(report) }
	default:
		report, err := bank.ReadAccountReport(bytes.NewReader(answer.Text))
		if err != nil {
			return BankMessage{}, err
		}
		taking.message.Reference = report.MessageID
		act = func() error { return taking.accounts(report) }
	}
	hash := sha256.Sum256(answer.Text)
	kept, err := taking.keep(hash[:], string(answer.Text))
	if err != nil {
		return BankMessage{}, err
	}
	if !kept {
		return messageByHash(ctx, tx, hash[:])
	}
	return taking.message, act()
}

// kindOf names what the bank sent: an XML message by its head, else the list of
// movements.
func kindOf(text []byte) (string, error) {
	begins := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	if len(begins) > 0 && begins[0] != '<' {
		return "csv", nil
	}
	return bank.KindOf(bytes.NewReader(text))
}

// taking is one message under way.
type taking struct {
	ctx     context.Context
	tx      *db.Tx
	message BankMessage
	said    map[string]int // how often the message told the same credit
}

// keep writes the message down; false when it was taken before.
func (t *taking) keep(hash []byte, text string) (bool, error) {
	sealed, err := db.Seal(t.ctx, t.tx, t.message.ID, text)
	if err != nil {
		return false, err
	}
	kept, err := t.tx.Exec(t.ctx, `INSERT INTO bank_message (id, kind, reference, hash, text, person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (hash) DO NOTHING`,
		t.message.ID, t.message.Kind, t.message.Reference, hash, sealed, t.tx.Actor().ID, t.message.At)
	return kept == 1, err
}

// status does what a status report says: nothing is paid by it, and what it
// refuses goes back to be paid.
func (t *taking) status(report bank.StatusReport) error {
	file, err := t.fileNamed(report.Original)
	if errors.Is(err, ErrNotOurFile) {
		refund, none := t.refundNamed(report.Original)
		if none != nil {
			return err
		}
		return t.refundStatus(refund, report)
	}
	if err != nil {
		return err
	}
	payments, err := paymentsIn(t.ctx, t.tx, file.ID)
	if err != nil {
		return err
	}
	on := civil.DateOf(report.Created, civil.Paris)
	told := report.Transfers
	if report.Status.Refused() || len(told) == 0 {
		told = []bank.TransferStatus{{Status: report.Status, Reason: report.Reason}}
	}
	for _, transfer := range told {
		line := BankLine{Reason: transfer.Reason, On: on, File: file.ID}
		whole := transfer.EndToEndID == ""
		switch {
		case transfer.Block != "" && transfer.Block != file.MessageID:
			line.Outcome, line.Amount = Unknown, transfer.Amount
			err = t.write(line)
		case whole && !transfer.Status.Refused():
			line.Outcome, line.Amount = Accepted, file.Due()
			err = t.write(line)
		default:
			err = t.each(payments, transfer, line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// refundStatus does what a status report says of a refund's file, which has one
// transfer.
func (t *taking) refundStatus(refund funding.Refund, report bank.StatusReport) error {
	line := BankLine{Reason: report.Reason, On: civil.DateOf(report.Created, civil.Paris), Amount: refund.Amount, Party: refund.Reference}
	refused := report.Status.Refused()
	for _, transfer := range report.Transfers {
		if transfer.Status.Refused() {
			refused, line.Reason = true, transfer.Reason
		}
	}
	if refused {
		return t.refundSaid(refund, funding.RefundRejected, line)
	}
	line.Outcome = Accepted
	return t.write(line)
}

// each does what is said of one payment of a file, or of all of them.
func (t *taking) each(payments []Payment, transfer bank.TransferStatus, line BankLine) error {
	matched := false
	for _, p := range payments {
		if transfer.EndToEndID != "" && transfer.EndToEndID != p.Reference {
			continue
		}
		matched = true
		line.Payment, line.Amount, line.Party = p.ID, p.Amount, p.Reference
		line.Outcome = Accepted
		switch {
		case transfer.Amount != 0 && transfer.Amount != p.Amount:
			line.Outcome, line.Amount = Differs, transfer.Amount
		case transfer.Status.Refused():
			if err := t.refuse(p, Refused, line); err != nil {
				return err
			}
			continue
		}
		if err := t.write(line); err != nil {
			return err
		}
	}
	if matched {
		return nil
	}
	line.Outcome, line.Amount, line.Party = Unknown, transfer.Amount, transfer.EndToEndID
	return t.write(line)
}

// accounts does what the movements of the issuer's account say.
func (t *taking) accounts(report bank.AccountReport) error {
	ours, err := db.All(t.ctx, t.tx, db.Value[string], `SELECT iban FROM issuer_account`)
	if err != nil {
		return err
	}
	for _, of := range report.Accounts {
		if !slices.Contains(ours, string(of.IBAN)) {
			return ErrNotOurAccount.Sayf("Ce relevé de la banque est celui du compte %s, qui ne paie pas les lieux. Choisissez le relevé du compte dédié.", of.IBAN.Masked())
		}
		for _, entry := range of.Entries {
			if err := t.entry(of, entry); err != nil {
				return err
			}
		}
	}
	return nil
}

// movements does what a list of movements says, of the account in force.
func (t *taking) movements(entries []bank.Entry) error {
	ours, err := IssuerAccountNow(t.ctx, t.tx)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		// A list has no field for the file: its name stands in the words.
		entry.Transfers[0].MessageID = fileInText.FindString(entry.Text)
		entry.Transfers[0].EndToEndID = refundInText.FindString(entry.Text)
		if err := t.entry(bank.AccountEntries{IBAN: ours.IBAN}, entry); err != nil {
			return err
		}
	}
	return nil
}

// The names of our files and refunds, as a bank writes them in the words of a
// movement.
var (
	fileInText   = regexp.MustCompile(`\b(?:PASS|RBT)-[0-9]{8}-[0-9A-F]{12}\b`)
	refundInText = regexp.MustCompile(`\bR20[0-9]{2}-[0-9]{4,6}\b`)
)

func (t *taking) entry(of bank.AccountEntries, entry bank.Entry) error {
	line := BankLine{Amount: entry.Amount, Credit: entry.Credit, On: entry.On, Text: entry.Text}
	if len(entry.Transfers) == 1 {
		line.Party, line.Text = entry.Transfers[0].Party, cmp.Or(entry.Transfers[0].Remittance, entry.Text)
	}
	switch {
	case !entry.Booked:
		line.Outcome = Announced
		return t.write(line)
	case entry.Credit:
		return t.credit(of, entry, line)
	}
	return t.debit(entry, line)
}

// debit finds the file that a debit pays: by the file's own reference, else by
// the references of all its payments.
func (t *taking) debit(entry bank.Entry, line BankLine) error {
	file, err := t.fileDebited(entry)
	if errors.Is(err, ErrNotOurFile) {
		for _, transfer := range entry.Transfers {
			if refund, none := t.refundNamed(transfer.MessageID, transfer.Block, transfer.EndToEndID); none == nil {
				return t.refundSaid(refund, funding.RefundDone, line)
			}
		}
		line.Outcome = Unknown
		return t.write(line)
	}
	if err != nil {
		return err
	}
	line.File = file.ID
	switch {
	case file.DebitedOn == entry.On:
		line.Outcome = Known
	case !file.DebitedOn.IsZero() || entry.Amount != file.Due():
		line.Outcome = Differs
	default:
		line.Outcome = Debited
		if _, err := SeenDebit(t.ctx, t.tx, Debit{File: file.ID, On: entry.On, Amount: entry.Amount}); fault.HasCode(err, "invalid") {
			line.Outcome = Differs // before the file was made, or after today
		} else if err != nil {
			return err
		}
	}
	return t.write(line)
}

func (t *taking) fileDebited(entry bank.Entry) (PaymentFile, error) {
	for _, transfer := range entry.Transfers {
		for _, named := range []string{transfer.MessageID, transfer.Block} {
			file, err := t.fileNamed(named)
			if !errors.Is(err, ErrNotOurFile) {
				return file, err
			}
		}
	}
	if len(entry.Transfers) == 0 {
		return PaymentFile{}, ErrNotOurFile
	}
	payment, err := paymentNamed(t.ctx, t.tx, entry.Transfers[0].EndToEndID)
	if err != nil {
		return PaymentFile{}, err
	}
	return PaymentFileByID(t.ctx, t.tx, payment.File)
}

// credit takes back the payments and refunds that came back; the rest is cash of
// a funder.
func (t *taking) credit(of bank.AccountEntries, entry bank.Entry, line BankLine) error {
	if len(entry.Transfers) == 0 {
		return t.received(of, entry, 0, bank.EntryTransfer{}, line)
	}
	for nth, transfer := range entry.Transfers {
		line := line
		line.Amount, line.Party, line.Text = transfer.Amount, transfer.Party, cmp.Or(transfer.Remittance, entry.Text)
		if line.Amount == 0 {
			line.Amount = entry.Amount
		}
		if transfer.Returned != nil {
			line.Reason = *transfer.Returned
		}
		payment, err := paymentNamed(t.ctx, t.tx, transfer.EndToEndID)
		switch {
		case errors.Is(err, ErrNotOurFile) && transfer.Returned == nil:
			if err := t.received(of, entry, nth, transfer, line); err != nil {
				return err
			}
			continue
		case errors.Is(err, ErrNotOurFile):
			if refund, none := t.refundNamed(transfer.EndToEndID, transfer.MessageID); none == nil {
				if err := t.refundSaid(refund, funding.RefundReturned, line); err != nil {
					return err
				}
				continue
			}
			line.Outcome = Unknown
		case err != nil:
			return err
		default:
			line.File, line.Payment = payment.File, payment.ID
			file, err := PaymentFileByID(t.ctx, t.tx, payment.File)
			if err != nil {
				return err
			}
			if line.Outcome = Differs; entry.On.Before(file.DebitedOn) {
				line.Outcome = Known // of the payment before: this one had not left yet
			} else if line.Amount == payment.Amount {
				if err := t.refuse(payment, SentBack, line); err != nil {
					return err
				}
				continue
			}
		}
		if err := t.write(line); err != nil {
			return err
		}
	}
	return nil
}

func (t *taking) fileNamed(reference string) (PaymentFile, error) {
	file, err := scanFile(t.tx.QueryRow(t.ctx, selectFile+` WHERE f.message_id = $1`, reference))
	if errors.Is(err, fault.ErrNotFound) {
		return PaymentFile{}, ErrNotOurFile.Sayf("Cette réponse de la banque parle du fichier «\u00a0%s\u00a0», qui n’a pas été fait ici. Choisissez la réponse à l’un de vos fichiers de paiement.", bank.SEPAText(reference, 35))
	}
	return file, err
}
