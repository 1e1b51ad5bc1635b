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
			{Method: "GET", Path: "/comptes", Act: account.ActSolvencyRead, Handle: showAccounts},
		},
	}
}
