// Package money is what the accountant sits in front of: what there is to do,
// receipts, months to close, statements, payment files, the debit seen on the
// bank's statement, the account that pays. The auditor reads the same pages,
// and the journal; the accounts of the programme are for everyone.
//
// Before money moves one checks the answers: the act is rehearsed, which
// refuses what it would refuse, and rolled back; "Confirmer" then does it, once
// for one form however often it is sent.
package money
