package api

import (
	"context"
	"encoding/hex"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
)

type paymentView struct {
	ID            id          `json:"id"`
	MessageID     string      `json:"message_id"`
	ExecutionOn   civil.Date  `json:"execution_on" format:"date"`
	Payments      int         `json:"payments"`
	AmountCents   cents       `json:"amount_cents"`
	RejectedCents cents       `json:"rejected_cents" doc:"Ce que la banque a refusé avant le débit."`
	State         string      `json:"state" enum:"sent,paid,rejected"`
	DebitedOn     *civil.Date `json:"debited_on" format:"date"`
	MadeAt        time.Time   `json:"made_at"`
	Leaf          string      `json:"leaf" doc:"L’empreinte de l’acte dans le registre scellé, en hexadécimal ; vide dans les listes."`
	Proof         string      `json:"proof" doc:"L’adresse de sa preuve, quelques secondes plus tard ; vide dans les listes."`
	StatementIDs  []id        `json:"statement_ids,omitempty"`
	XML           string      `json:"xml,omitempty" doc:"Le fichier pain.001 pour la banque : pour qui paie seulement."`
}

func viewPayment(f settlement.PaymentFile) paymentView {
	state := settlement.Sent
	switch {
	case !f.DebitedOn.IsZero():
		state = settlement.Paid
	case f.Due() == 0:
		state = settlement.Rejected
	}
	return paymentView{
		ID: id{f.ID}, MessageID: f.MessageID, ExecutionOn: f.ExecutionOn, Payments: f.Payments, AmountCents: f.Amount, RejectedCents: f.Rejected,
		State: string(state), DebitedOn: day(f.DebitedOn), MadeAt: f.At.UTC(),
		Leaf: hex.EncodeToString(f.Leaf), Proof: proofAddress(f.Leaf),
	}
}

// viewWholePayment adds the statements, and the file to those who send it: it
// names the holders of accounts.
func viewWholePayment(ctx context.Context, q db.Q, f settlement.PaymentFile) (paymentView, error) {
	statements, err := settlement.StatementsOf(ctx, q, f.ID)
	if err != nil {
		return paymentView{}, err
	}
	view := viewPayment(f)
	view.StatementIDs = each(statements, func(s settlement.Statement) id { return id{s.ID} })
	if account.May(q.Actor(), account.ActPaymentSend) {
		view.XML = string(f.XML)
	}
	return view, nil
}

func listPayments(ctx context.Context, q db.Q, in *Paging) (page[paymentView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[paymentView]{}, err
	}
	files, err := settlement.PaymentFiles(ctx, q, after, in.limit()+1)
	files, next := cut(files, in.limit(), func(f settlement.PaymentFile) string { return f.ID.String() })
	return page[paymentView]{Items: each(files, viewPayment), Next: next}, err
}

type paymentInput struct {
	ID string `path:"id"`
}

func readPayment(ctx context.Context, q db.Q, in *paymentInput) (paymentView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return paymentView{}, err
	}
	file, err := settlement.PaymentFileByID(ctx, q, wanted)
	if err != nil {
		return paymentView{}, err
	}
	return viewWholePayment(ctx, q, file)
}

type payInput struct {
	Body struct {
		Statements []id        `json:"statements" minItems:"1" maxItems:"2000" doc:"Les relevés clos à payer."`
		Date       *civil.Date `json:"date,omitempty" format:"date" doc:"Le jour demandé à la banque ; le prochain jour ouvré si absent."`
	}
}

// pay answers the same file for the same statements, whatever the key.
func pay(ctx context.Context, tx *db.Tx, row db.ID, in *payInput) (paymentView, error) {
	asked := settlement.PayFile{ID: row, Statements: each(in.Body.Statements, func(i id) db.ID { return i.ID })}
	if in.Body.Date != nil {
		asked.On = *in.Body.Date
	}
	file, err := settlement.Pay(ctx, tx, asked)
	if err != nil {
		return paymentView{}, renamed(err, map[string]string{"on": "date"})
	}
	return viewWholePayment(ctx, tx, file)
}

type debitInput struct {
	ID   string `path:"id"`
	Body struct {
		Date        civil.Date `json:"date" format:"date" doc:"Le jour du débit, comme sur le relevé de la banque."`
		AmountCents *cents     `json:"amount_cents,omitempty" doc:"Le montant débité ; celui du fichier, sans ce que la banque a refusé, si absent."`
	}
}

// seeDebit answers the same again for the same day, whatever the key.
func seeDebit(ctx context.Context, tx *db.Tx, row db.ID, in *debitInput) (paymentView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return paymentView{}, err
	}
	file, err := settlement.PaymentFileByID(ctx, tx, wanted)
	if err != nil {
		return paymentView{}, err
	}
	debited := file.Due()
	if in.Body.AmountCents != nil {
		debited = *in.Body.AmountCents
	}
	file, err = settlement.SeenDebit(ctx, tx, settlement.Debit{ID: row, File: wanted, On: in.Body.Date, Amount: money.Cents(debited)})
	if err != nil {
		return paymentView{}, renamed(err, map[string]string{"on": "date", "amount": "amount_cents"})
	}
	return viewWholePayment(ctx, tx, file)
}
