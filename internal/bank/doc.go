// Package bank holds what the banks' standards say: account numbers (IBAN, ISO
// 13616), banks' codes (BIC, ISO 9362), the Latin characters that SEPA accepts,
// and the file of credit transfers (ISO 20022 pain.001.001.09) as the European
// Payments Council restricts it.
package bank
