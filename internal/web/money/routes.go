package money

import (
	"embed"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed templates
var templates embed.FS

// Seat is what the accountant and the auditor see, and the public accounts.
func Seat() web.Seat {
	pays := []string{account.RoleAccountant}
	reads := []string{account.RoleAccountant, account.RoleAuditor}
	return web.Seat{
		Name: "money", Templates: templates,
		Menu: []web.MenuItem{
			{Label: "À faire", Path: "/comptable", Roles: pays},
			{Label: "Relevés", Path: "/comptable/releves", Roles: reads},
			{Label: "Paiements", Path: "/comptable/paiements", Roles: reads},
			{Label: "Journal", Path: "/journal", Roles: reads},
			{Label: "Registre scellé", Path: "/registre-scelle", Roles: []string{account.RoleAuditor, account.RoleFunder}},
			{Label: "Comptes", Path: "/comptes", Roles: append(reads, account.RoleNational, account.RoleFunder)},
		},
		Routes: []web.Route{
			{Method: "GET", Path: "/comptable", Act: account.ActPaymentRead, Handle: showTodo},
			{Method: "GET", Path: "/comptable/encaissements/nouveau", Act: account.ActReceiptRecord, Handle: askReceipt},
			{Method: "POST", Path: "/comptable/encaissements/nouveau", Act: account.ActReceiptRecord, Handle: recordReceipt},
			{Method: "GET", Path: "/comptable/encaissements/{id}", Act: account.ActReceiptRecord, Handle: showReceipt},

			{Method: "GET", Path: "/comptable/sommes", Act: account.ActRefundRead, Handle: listCredits},
			{Method: "GET", Path: "/comptable/sommes/nouvelle", Act: account.ActReceiptRecord, Handle: askNewCredit},
			{Method: "POST", Path: "/comptable/sommes/nouvelle", Act: account.ActReceiptRecord, Handle: recordCredit},
			{Method: "GET", Path: "/comptable/sommes/{id}", Act: account.ActRefundRead, Handle: showCredit},
			{Method: "GET", Path: "/comptable/sommes/{id}/affectation", Act: account.ActReceiptRecord, Handle: askPlacing},
			{Method: "POST", Path: "/comptable/sommes/{id}/affectation", Act: account.ActReceiptRecord, Handle: placeCredit},
			{Method: "GET", Path: "/comptable/sommes/{id}/renvoi", Act: account.ActRefundMake, Handle: askSendingBack},
			{Method: "POST", Path: "/comptable/sommes/{id}/renvoi", Act: account.ActRefundMake, Handle: sendBack},
			{Method: "GET", Path: "/comptable/remboursements", Act: account.ActRefundRead, Handle: listRefunds},
			{Method: "GET", Path: "/comptable/remboursements/nouveau", Act: account.ActRefundMake, Handle: askRefund},
			{Method: "POST", Path: "/comptable/remboursements/nouveau", Act: account.ActRefundMake, Handle: makeRefund},
			{Method: "GET", Path: "/comptable/remboursements/{id}", Act: account.ActRefundRead, Handle: showRefund},
			{Method: "POST", Path: "/comptable/remboursements/{id}", Act: account.ActRefundMake, Handle: debitRefund},
			{Method: "GET", Path: "/comptable/remboursements/{id}/fichier", Act: account.ActRefundMake, Handle: downloadRefund},
			{Method: "GET", Path: "/comptable/reports/nouveau", Act: account.ActRefundMake, Handle: askRollover},
			{Method: "POST", Path: "/comptable/reports/nouveau", Act: account.ActRefundMake, Handle: rollOver},
			{Method: "GET", Path: "/comptable/financeurs/{id}/compte", Act: account.ActRefundRead, Handle: askFunderAccount},
			{Method: "POST", Path: "/comptable/financeurs/{id}/compte", Act: account.ActRefundMake, Handle: setFunderAccount},

			{Method: "GET", Path: "/comptable/cloture", Act: account.ActStatementClose, Handle: askClosing},
			{Method: "POST", Path: "/comptable/cloture", Act: account.ActStatementClose, Handle: closeMonth},
			{Method: "GET", Path: "/comptable/releves", Act: account.ActPaymentRead, Handle: listStatements},
			{Method: "GET", Path: "/comptable/releves/{id}", Act: account.ActPaymentRead, Handle: showStatement},
			{Method: "GET", Path: "/comptable/releves/{id}/pdf", Act: account.ActPaymentRead, Handle: printStatement},

			{Method: "GET", Path: "/comptable/paiements", Act: account.ActPaymentRead, Handle: listPayments},
			{Method: "GET", Path: "/comptable/paiements/nouveau", Act: account.ActPaymentSend, Handle: choosePayments},
			{Method: "POST", Path: "/comptable/paiements/nouveau", Act: account.ActPaymentSend, Handle: makePayments},
			{Method: "GET", Path: "/comptable/paiements/{id}", Act: account.ActPaymentRead, Handle: showPayment},
			{Method: "GET", Path: "/comptable/paiements/{id}/fichier", Act: account.ActPaymentSend, Handle: downloadPayment},
			{Method: "GET", Path: "/comptable/paiements/{id}/debit", Act: account.ActPaymentConfirm, Handle: askDebit},
			{Method: "POST", Path: "/comptable/paiements/{id}/debit", Act: account.ActPaymentConfirm, Handle: seeDebit},

			{Method: "GET", Path: "/comptable/banque", Act: account.ActPaymentRead, Handle: listBank},
			{Method: "POST", Path: "/comptable/banque", Act: account.ActPaymentConfirm, Handle: takeAnswer},
			{Method: "GET", Path: "/comptable/banque/{id}", Act: account.ActPaymentRead, Handle: showBankMessage},

			{Method: "GET", Path: "/comptable/compte", Act: account.ActIssuerAccountRead, Handle: askAccount},
			{Method: "POST", Path: "/comptable/compte", Act: account.ActIssuerAccountSet, Handle: setAccount},

			{Method: "GET", Path: "/journal", Act: account.ActJournalRead, Handle: listJournal},
			{Method: "GET", Path: "/comptes/certificat", Act: account.ActSolvencyRead, Handle: showCertificate},
			{Method: "GET", Path: "/comptes/certificat/pdf", Act: account.ActSolvencyRead, Handle: printCertificate},
			{Method: "GET", Path: "/journal/balance", Act: account.ActJournalRead, Handle: showTrialBalance},
			{Method: "GET", Path: "/journal/clotures", Act: account.ActJournalRead, Handle: listClosings},
			{Method: "POST", Path: "/journal/clotures", Act: account.ActJournalClose, Handle: closePeriod},
			{Method: "GET", Path: "/comptes", Act: account.ActSolvencyRead, Handle: showAccounts},
		},
	}
}
