package settlement

import (
	"crypto/sha256"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// State is where a statement stands.
type State string

// The states of a statement.
const (
	Open     State = "open"     // its month runs, or is not closed yet; never stored
	Closed   State = "closed"   // to be paid
	Sent     State = "sent"     // in a payment file
	Paid     State = "paid"     // the bank's statement shows the debit
	Rejected State = "rejected" // the bank refused it; to be paid again
)

// States are those that a list may be filtered by, in their order.
var States = []State{Open, Closed, Sent, Paid, Rejected}

// French is the state's name for people.
func (s State) French() string {
	return map[State]string{Open: "En cours", Closed: "À payer", Sent: "En paiement", Paid: "Payé", Rejected: "Rejeté par la banque"}[s]
}

// Statement is what a site is owed for a month.
type Statement struct {
	ID           db.ID  // the same while the month runs and once it is closed
	Reference    string // "2026-10-0147"; empty while open
	Site         db.ID
	Organisation db.ID // who keeps the site
	Month        civil.Month
	Coupons      int
	Amount       money.Cents
	State        State
	ClosedOn     civil.Date // in the site's zone
	DueOn        civil.Date // the last day of the legal delay
	File         db.ID      // the payment file, once sent
	PaidOn       civil.Date // the bank's day, once paid
	At           time.Time  // when it was closed
}

// LegalDelay is the number of days within which a closed statement is paid.
const LegalDelay = 30

// DayOf counts the days of the legal delay gone on a day: 0 on the closing day.
func (s Statement) DayOf(today civil.Date) int { return s.ClosedOn.DaysUntil(today) }

// Late tells whether the delay is over on a day and the statement not yet paid.
func (s Statement) Late(today civil.Date) bool {
	return s.State != Open && s.State != Paid && today.After(s.DueOn)
}

// idOf is the identifier of a site's statement for a month. It is made from
// both, so that a running month has the one that it will be closed under.
func idOf(site db.ID, month civil.Month) db.ID {
	sum := sha256.Sum256(append(site[:], "statement "+month.String()...))
	id := db.ID(sum[:16])
	id[6] = id[6]&0x0f | 0x80 // RFC 9562, version 8: made by the application
	id[8] = id[8]&0x3f | 0x80
	return id
}

// The refusals of this package.
var (
	ErrUnknownStatement = fault.Define(fault.NotFound, "unknown_statement", "Ce relevé n’existe pas, ou n’est pas à votre organisation. Choisissez-le dans la liste des relevés.")
	ErrMonthRunning     = fault.Define(fault.Conflict, "month_running", "Ce mois n’est pas fini là où se trouve le lieu. Fermez-le à partir du premier jour du mois suivant.")
	ErrNothingOwed      = fault.Define(fault.Conflict, "nothing_owed", "Aucun chèque n’attend de relevé pour ce lieu et ce mois. Il n’y a rien à fermer.")
	ErrNotClosed        = fault.Define(fault.Conflict, "statement_not_closed", "Ce relevé n’est pas fermé. Fermez d’abord le mois, puis payez.")
	ErrAlreadySent      = fault.Define(fault.Conflict, "already_sent", "Un de ces relevés est déjà dans un fichier de paiement. Retirez-le du choix, ou téléchargez de nouveau ce fichier.")
	ErrMissingDetails   = fault.Define(fault.Conflict, "bank_details_missing", "Un lieu n’a pas donné ses coordonnées bancaires. Demandez-les-lui, ou retirez son relevé du choix.")
	ErrNoIssuerAccount  = fault.Define(fault.Conflict, "no_issuer_account", "Le compte qui paie n’est pas enregistré. Enregistrez-le d’abord, puis payez.")
	ErrUnknownFile      = fault.Define(fault.NotFound, "unknown_payment_file", "Ce fichier de paiement n’existe pas. Choisissez-le dans la liste des paiements.")
	ErrDebitSeen        = fault.Define(fault.Conflict, "debit_already_seen", "Le débit de ce fichier est déjà enregistré, à une autre date. Vérifiez le fichier choisi.")
)
