package site

import (
	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

// refusedPayment tells that the bank did not pay a statement, why, and what the
// site can mend; nothing otherwise.
func refusedPayment(r *web.Request, q db.Q, statement settlement.Statement) (web.Notice, error) {
	payment, refused, err := settlement.RefusalOf(r.Context(), q, statement)
	if err != nil || !refused {
		return web.Notice{}, err
	}
	told := web.Notice{Kind: "no", Title: "Le virement n’est pas arrivé", Text: []string{
		"Motif de la banque\u00a0: " + payment.Reason.French() + ". Rien n’est perdu\u00a0: " + statement.Amount.Short() + " vous sont toujours dus.",
	}}
	if payment.Reason.Cause() != bank.PayeeAccount {
		told.Text = append(told.Text, "Vous n’avez rien à faire\u00a0: le comptable paie de nouveau ce relevé.")
		return told, nil
	}
	told.Text = append(told.Text, "Vérifiez le compte bancaire. Le relevé sera payé de nouveau sur le compte en vigueur ce jour-là.")
	if account.May(q.Actor(), account.ActBankDetailsEnter) {
		told.Act = web.Link{Label: "Vérifier le compte bancaire", Path: "/mon-lieu/compte?lieu=" + statement.Site.String()}
	}
	return told, nil
}
