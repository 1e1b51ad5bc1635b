// Package bank holds what the banks' standards say: account numbers (IBAN, ISO
// 13616), banks' codes (BIC, ISO 9362), the Latin characters that SEPA accepts,
// the file of credit transfers (ISO 20022 pain.001.001.09) as the European
// Payments Council restricts it, and what a bank answers: status reports
// (pain.002), statements (camt.053) and notifications (camt.054).
//
// Messages are read leniently where versions differ, and strictly where money
// is told: a statement that does not add up is refused whole.
package bank
