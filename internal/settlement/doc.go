// Package settlement pays the sites: one statement (relevé) per site and civil
// month of the site's zone, files for the bank, and the debit seen on the
// bank's statement.
//
// A statement is computed live while its month runs (open), closed once, sent
// in a payment file, and paid only when the bank shows the debit:
//
//	open → closed → sent → paid
//	           ↖ rejected ↙  by the bank, before the debit or after it: to be paid again
//
// The legal delay, 30 days from the demand or from the service when it is later
// (code de la commande publique, art. R. 2192-10 ff.; whether it binds a given
// instance is to be checked by counsel), is counted from the closing day: the
// closed statement stands for the site's demand.
//
// Invariants: a redemption stands on at most one statement; a statement's
// amount is the sum of its redemptions, and is what the journal moves when it is
// sent and when it is paid; a statement is in at most one file at a time; the
// person who pays a site never certifies it. Statements, files and debits are
// inserted; of a statement only the
// state and what goes with it change, in guarded statements.
//
// Words: relevé (statement), clore (close), fichier de paiement (payment file),
// débit vu (seen debit), ce que répond la banque (the bank's message), délai légal (legal delay), compte émetteur (issuer
// account).
package settlement
