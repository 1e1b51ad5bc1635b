package ledger

// Account is a line of the chart of accounts.
type Account string

// The chart of accounts.
const (
	Bank        Account = "bank"         // cash on the ring-fenced account
	OrderFunds  Account = "order_funds"  // received for an order, not yet in anyone's hands
	LivePasses  Account = "live_passes"  // coupons in the hands of holders
	SitePayable Account = "site_payable" // owed to sites for coupons redeemed
	InTransit   Account = "in_transit"   // in a payment file, the debit not seen yet
	Suspense    Account = "suspense"     // received, and not placed on an order yet
	Own         Account = "own"          // the issuer's own money, never ring-fenced
)

// French is the account's name for people.
func (a Account) French() string { return accountNames[a] }

var accountNames = map[Account]string{
	Bank:        "banque, compte dédié",
	OrderFunds:  "fonds de la commande",
	LivePasses:  "chèques en main",
	SitePayable: "dû aux lieux",
	InTransit:   "virements en cours",
	Suspense:    "sommes à affecter",
	Own:         "fonds propres de l’émetteur",
}

// Event is what made money move.
type Event string

// The events of the programme.
const (
	Received   Event = "receipt"    // a funder pays in
	HandedOver Event = "handover"   // coupons go live
	Redeemed   Event = "redemption" // a coupon pays a service
	Reversed   Event = "reversal"   // and is given back
	Expired    Event = "expiry"     // unused at its term
	Blocked    Event = "block"      // lost, stolen
	Voided     Event = "void"       // called back
	Sent       Event = "payment"    // a payment file leaves
	Debited    Event = "debit"      // the bank's statement shows it
	Rejected   Event = "rejection"  // the bank refuses it (pain.002)
	Returned   Event = "return"     // or sends it back after the debit (camt)
	Refunded   Event = "refund"     // unused cash went back to a funder

	RefundSent     Event = "refund_payment"   // it leaves in a payment file
	RefundDebited  Event = "refund_debit"     // the bank's statement shows it
	RefundRejected Event = "refund_rejection" // the bank refuses it
	RefundReturned Event = "refund_return"    // or sends it back after the debit

	RolledOut Event = "rollover_out" // unused cash leaves an order for another
	RolledIn  Event = "rollover_in"  // and comes into that one

	Unplaced Event = "suspense"  // cash seen on the account, of no order yet
	Placed   Event = "placing"   // it is found out which
	SentBack Event = "send_back" // or it goes back to whom it came from
)

// French is the event's name for people.
func (e Event) French() string { return charts[e].french }

// chart is what an event may do: which account it debits and credits.
type chart struct {
	debit, credit Account
	french        string
}

// charts holds the pair of accounts of each event, as in the table of the
// programme's money.
var charts = map[Event]chart{
	Received:   {Bank, OrderFunds, "encaissement"},
	HandedOver: {OrderFunds, LivePasses, "remise"},
	Redeemed:   {LivePasses, SitePayable, "chèque utilisé"},
	Reversed:   {SitePayable, LivePasses, "utilisation annulée"},
	Expired:    {LivePasses, OrderFunds, "expiration"},
	Blocked:    {LivePasses, OrderFunds, "blocage"},
	Sent:       {SitePayable, InTransit, "virement envoyé"},
	Debited:    {InTransit, Bank, "virement débité"},
	Rejected:   {InTransit, SitePayable, "virement rejeté"},
	Returned:   {Bank, SitePayable, "virement retourné"},
	Voided:     {LivePasses, OrderFunds, "annulation de chèques"},
	Refunded:   {OrderFunds, Bank, "remboursement"},

	RefundSent:     {OrderFunds, InTransit, "remboursement envoyé"},
	RefundDebited:  {InTransit, Bank, "remboursement débité"},
	RefundRejected: {InTransit, OrderFunds, "remboursement rejeté"},
	RefundReturned: {Bank, OrderFunds, "remboursement retourné"},

	RolledOut: {OrderFunds, Suspense, "report vers une autre commande"},
	RolledIn:  {Suspense, OrderFunds, "report d’une autre commande"},

	Unplaced: {Bank, Suspense, "somme à affecter"},
	Placed:   {Suspense, OrderFunds, "somme affectée"},
	SentBack: {Suspense, Bank, "somme renvoyée"},
}

// unowned are the events of cash that is of no order and no funder yet.
var unowned = map[Event]bool{Unplaced: true, SentBack: true}

// siteless are the events that pass through the transit without a site: what
// is paid back to a funder.
var siteless = map[Event]bool{RefundSent: true, RefundDebited: true, RefundRejected: true}

// Accounts is the pair of accounts that an event debits and credits; ok is
// false for an event that is not of the programme.
func (e Event) Accounts() (debit, credit Account, ok bool) {
	known, ok := charts[e]
	return known.debit, known.credit, ok
}
