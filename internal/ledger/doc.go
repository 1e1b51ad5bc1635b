// Package ledger is the double-entry journal (le journal): where every cent of
// the ring-fenced money is, and how it came there.
//
// A transfer moves one amount of cents from the account it credits to the
// account it debits, for one order, one funder and, once a coupon was redeemed,
// one site. Rows are inserted and never changed; balances are sums of them, so
// two acts never wait for one another here.
//
// Cash that is of no order yet stands in suspense, with neither order nor
// funder; so does, for the length of one act, what one order hands to another.
//
// Invariants: every row has an amount above zero and two different accounts,
// which are those of its event; nothing but the bank is ever in debit.
//
// Words: compte (account), écriture (transfer), solde (balance), fonds de la
// commande (order funds), chèques en main (live passes), dû aux lieux (site
// payable), en cours de paiement (in transit), en attente d’affectation (suspense).
package ledger
