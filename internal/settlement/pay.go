package settlement

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
)

// PayFile asks for the payment of closed statements.
type PayFile struct {
	ID         db.ID
	Statements []db.ID
	On         civil.Date // the day the bank is asked to pay; zero means the next working day
}

// PaymentFile is a file for the bank: a SEPA credit transfer, pain.001.001.09.
type PaymentFile struct {
	ID          db.ID
	MessageID   string
	ExecutionOn civil.Date
	Payments    int
	Amount      money.Cents
	Rejected    money.Cents // what the bank refused before the debit
	At          time.Time
	XML         []byte     // empty in lists
	DebitedOn   civil.Date // the bank's day, once the debit was seen
	Leaf        []byte     // its hash in the sealed record; empty in lists
}

// Due is what the bank debits, or has debited: the file without what it rejected.
func (f PaymentFile) Due() money.Cents { return f.Amount - f.Rejected }

// Name is what the file is called when it is downloaded.
func (f PaymentFile) Name() string { return f.MessageID + ".xml" }

// mostPayments keeps one file within what banks take and one act within a moment.
const mostPayments = 2000

// Pay makes one payment file of closed statements, one transfer each, with the
// statement's reference end to end. All of it is written or nothing. The same
// statements again answer the same file, whoever asked first; a statement that
// is in another file is refused.
//
// Fault codes: forbidden, invalid (statements, on), unknown_statement,
// statement_not_closed, already_sent, bank_details_missing (Detail "sites"),
// no_issuer_account, duty_taken (the payer certifies one of the sites).
func Pay(ctx context.Context, tx *db.Tx, asked PayFile) (PaymentFile, error) {
	if err := account.Require(tx.Actor(), account.ActPaymentSend, db.ID{}); err != nil {
		return PaymentFile{}, err
	}
	statements, err := asked.statements(ctx, tx)
	if err != nil {
		return PaymentFile{}, err
	}
	if file, same, err := sameFile(ctx, tx, statements); err != nil || same {
		return file, err
	}
	// Read one after the other, they may be half closed and half sent by a file
	// that was committed in between: again sees it whole.
	if payable(statements) != nil {
		return again(ctx, tx, asked)
	}
	if err := asked.chooseDay(tx.Now()); err != nil {
		return PaymentFile{}, err
	}
	if asked.ID.IsZero() {
		asked.ID = tx.NewID()
	}
	// The first of the set, in a fixed order, decides between two who pay the
	// same one at once: the second finds it sent, and answers the first's file.
	if taken, err := send(ctx, tx, statements[0], asked.ID); err != nil {
		return PaymentFile{}, err
	} else if !taken {
		return again(ctx, tx, asked)
	}
	for _, statement := range statements[1:] {
		if taken, err := send(ctx, tx, statement, asked.ID); err != nil {
			return PaymentFile{}, err
		} else if !taken {
			return PaymentFile{}, alreadySent(statement)
		}
	}
	return write(ctx, tx, asked, statements)
}

// statements reads what is asked to be paid, each once, by reference.
func (p PayFile) statements(ctx context.Context, q db.Q) ([]Statement, error) {
	var wrong fault.Collector
	wrong.Check(len(p.Statements) > 0, "statements", "required", "Choisissez au moins un relevé à payer.")
	wrong.Check(len(p.Statements) <= mostPayments, "statements", "too_many", "Choisissez 2\u202f000\u00a0relevés au plus par fichier.")
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	statements := make([]Statement, 0, len(p.Statements))
	seen := map[db.ID]bool{}
	for _, id := range p.Statements {
		if seen[id] {
			continue
		}
		seen[id] = true
		statement, err := StatementByID(ctx, q, id)
		if err != nil {
			return nil, err
		}
		statements = append(statements, statement)
	}
	slices.SortFunc(statements, func(a, b Statement) int {
		return cmp.Or(cmp.Compare(a.Reference, b.Reference), slices.Compare(a.ID[:], b.ID[:]))
	})
	return statements, nil
}

// sameFile tells whether the statements are exactly those of one file, and
// answers it.
func sameFile(ctx context.Context, q db.Q, statements []Statement) (file PaymentFile, same bool, err error) {
	first := statements[0].File
	for _, statement := range statements {
		if statement.File.IsZero() || statement.File != first {
			return PaymentFile{}, false, nil
		}
	}
	file, err = PaymentFileByID(ctx, q, first)
	return file, err == nil && file.Payments == len(statements), err
}

// payable refuses statements that are open, or in a file already.
func payable(statements []Statement) error {
	for _, statement := range statements {
		switch statement.State {
		case Open:
			return ErrNotClosed
		case Sent, Paid:
			return alreadySent(statement)
		}
	}
	return nil
}

func alreadySent(statement Statement) error {
	return ErrAlreadySent.Sayf("Le relevé %s est déjà dans un fichier de paiement. Retirez-le du choix, ou téléchargez de nouveau ce fichier.", statement.Reference).
		With("reference", statement.Reference)
}

func (p *PayFile) chooseDay(now time.Time) error {
	today := civil.DateOf(now, civil.Paris)
	if p.On.IsZero() {
		p.On = civil.NextWorkingDay(today, "")
	}
	var wrong fault.Collector
	wrong.Check(!p.On.Before(today), "on", "past", "Choisissez un jour à partir d’aujourd’hui.")
	wrong.Check(!p.On.After(today.AddDays(LegalDelay)), "on", "too_late", "Choisissez un jour dans les 30\u00a0jours.")
	return wrong.Err()
}

// send marks a closed statement as being in a file; false when it is in one already.
func send(ctx context.Context, tx *db.Tx, statement Statement, file db.ID) (bool, error) {
	taken, err := tx.Exec(ctx, `UPDATE statement SET state = 'sent', file_id = $2 WHERE id = $1 AND state IN ('closed', 'rejected')`, statement.ID, file)
	return taken == 1, err
}

// again answers who came second with the same statements.
func again(ctx context.Context, tx *db.Tx, asked PayFile) (PaymentFile, error) {
	statements, err := asked.statements(ctx, tx)
	if err != nil {
		return PaymentFile{}, err
	}
	file, same, err := sameFile(ctx, tx, statements)
	if err != nil || same {
		return file, err
	}
	return PaymentFile{}, cmp.Or(payable(statements), error(fault.ErrConflict))
}

// payment is one line of the file under way.
type payment struct {
	id        db.ID
	statement Statement
	details   label.Details
	site      place.Place
}

func write(ctx context.Context, tx *db.Tx, asked PayFile, statements []Statement) (PaymentFile, error) {
	payments, err := paymentsOf(ctx, tx, statements)
	if err != nil {
		return PaymentFile{}, err
	}
	debtor, err := IssuerAccountNow(ctx, tx)
	if err != nil {
		return PaymentFile{}, err
	}
	order := bank.CreditTransfer{
		MessageID: messageID(asked.ID, tx.Now()), Created: tx.Now(), RequestedExecution: asked.On, BatchBooking: true,
		Debtor: bank.Party{Name: debtor.Name, IBAN: debtor.IBAN, BIC: debtor.BIC},
	}
	for _, p := range payments {
		order.Transfers = append(order.Transfers, bank.Transfer{
			EndToEndID: p.statement.Reference, Amount: p.statement.Amount, Remittance: Remittance(p.statement.Reference, p.site.Name),
			Creditor: bank.Party{Name: p.details.Holder, IBAN: p.details.IBAN, BIC: p.details.BIC},
		})
	}
	text, err := order.XML()
	if err != nil {
		return PaymentFile{}, err
	}
	file := PaymentFile{
		ID: asked.ID, MessageID: order.MessageID, ExecutionOn: asked.On, Payments: len(payments), Amount: order.Total(), At: tx.Now(), XML: text,
	}
	file.Leaf, err = store(ctx, tx, file, payments)
	return file, err
}

// paymentsOf finds the account of each site, and takes the duty of paying it.
// Every site that the payer certifies is named at once, then every one without
// an account.
func paymentsOf(ctx context.Context, tx *db.Tx, statements []Statement) ([]payment, error) {
	payments := make([]payment, 0, len(statements))
	var missing, sites, certified []string
	for _, statement := range statements {
		site, err := place.ByID(ctx, tx, statement.Site)
		if err != nil {
			return nil, err
		}
		details, err := label.BankDetailsOf(ctx, tx, statement.Site)
		if errors.Is(err, label.ErrNoBankDetails) {
			if !slices.Contains(sites, statement.Site.String()) {
				missing, sites = append(missing, site.Name), append(sites, statement.Site.String())
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		err = account.TakeDuty(ctx, tx, tx.Actor().ID, statement.Site, account.DutyPay)
		if errors.Is(err, account.ErrDutyTaken) {
			if !slices.Contains(certified, site.Name) {
				certified = append(certified, site.Name)
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		payments = append(payments, payment{tx.NewID(), statement, details, site})
	}
	if len(certified) > 0 {
		return nil, account.ErrDutyTaken.Sayf("Qui labellise un lieu ne le paie jamais, et vous avez labellisé\u00a0: %s. Retirez leurs relevés du choix, et demandez à un collègue de les payer.", strings.Join(certified, ", "))
	}
	if len(missing) > 0 {
		return nil, ErrMissingDetails.Sayf("Ces lieux n’ont pas donné leurs coordonnées bancaires\u00a0: %s. Demandez-les-leur, ou retirez leurs relevés du choix.", strings.Join(missing, ", ")).
			With("sites", strings.Join(sites, ","))
	}
	return payments, nil
}

// Remittance is what the site reads on its own bank statement.
func Remittance(reference, site string) string {
	return bank.SEPAText(strings.ToUpper("RELEVE "+reference+" "+site), 140)
}

// messageID is 26 characters, and never the same twice: the day, for people,
// and the random end of the file's identifier.
func messageID(file db.ID, at time.Time) string {
	return fmt.Sprintf("PASS-%s-%X", at.UTC().Format("20060102"), file[10:])
}

func store(ctx context.Context, tx *db.Tx, file PaymentFile, payments []payment) (leaf []byte, err error) {
	sealed, err := db.Seal(ctx, tx, file.ID, string(file.XML))
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO payment_file (id, message_id, execution_on, payments, amount, text, person_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		file.ID, file.MessageID, file.ExecutionOn, file.Payments, int64(file.Amount), sealed, tx.Actor().ID, file.At); err != nil {
		return nil, err
	}
	row := fileRow{
		ID: file.ID, MessageID: file.MessageID, ExecutionOn: file.ExecutionOn.String(), Count: file.Payments, Amount: int64(file.Amount),
		Text: sha256.Sum256(file.XML),
	}
	for _, p := range payments {
		if _, err := tx.Exec(ctx, `INSERT INTO payment (id, file_id, statement_id, details_id, amount) VALUES ($1, $2, $3, $4, $5)`,
			p.id, file.ID, p.statement.ID, p.details.ID, int64(p.statement.Amount)); err != nil {
			return nil, err
		}
		sent, err := voucher.MarkSent(ctx, tx, p.id, p.statement.ID)
		if err != nil {
			return nil, err
		}
		if sent != p.statement.Amount {
			return nil, fmt.Errorf("settlement: statement %s says %d cents, its coupons %d", p.statement.ID, p.statement.Amount, sent)
		}
		row.Payments = append(row.Payments, paymentRow{p.id, p.statement.ID, p.details.ID, int64(p.statement.Amount)})
	}
	slices.SortFunc(row.Payments, func(a, b paymentRow) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return audit.Record(ctx, tx, actPay, file.ID, row)
}

// fileRow is what the sealed record stands for.
type fileRow struct {
	ID                     db.ID
	MessageID, ExecutionOn string
	Count                  int
	Amount                 int64
	Text                   [sha256.Size]byte
	Payments               []paymentRow // in the order of their identifiers
}

type paymentRow struct {
	ID, Statement, Details db.ID
	Amount                 int64
}
