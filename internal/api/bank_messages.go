package api

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/settlement"
)

type bankMessageView struct {
	ID        id             `json:"id"`
	Kind      string         `json:"kind" enum:"pain.002,camt.053,camt.054,csv"`
	Reference string         `json:"reference" doc:"Celle de la banque."`
	TakenAt   time.Time      `json:"taken_at"`
	Lines     []bankLineView `json:"lines,omitempty"`
}

type bankLineView struct {
	Position    int         `json:"position"`
	Outcome     string      `json:"outcome" enum:"accepted,rejected,debited,returned,known,announced,received,waiting,refunded,differs,unknown" doc:"Ce qui en a été fait."`
	AmountCents cents       `json:"amount_cents"`
	Credit      bool        `json:"credit" doc:"Vrai quand la somme entre sur le compte."`
	Date        *civil.Date `json:"date" format:"date"`
	PaymentID   *id         `json:"payment_id" doc:"Le fichier de virements dont elle parle, s’il est connu."`
	ReasonCode  string      `json:"reason_code,omitempty" doc:"Code ISO 20022 du motif."`
	Reason      string      `json:"reason,omitempty" doc:"Le motif, en clair."`
	Party       string      `json:"party,omitempty"`
	Text        string      `json:"text,omitempty"`
}

func viewBankMessage(m settlement.BankMessage) bankMessageView {
	return bankMessageView{ID: id{m.ID}, Kind: m.Kind, Reference: m.Reference, TakenAt: m.At.UTC(), Lines: each(m.Lines, viewBankLine)}
}

func viewBankLine(line settlement.BankLine) bankLineView {
	view := bankLineView{
		Position: line.Position, Outcome: string(line.Outcome), AmountCents: line.Amount, Credit: line.Credit, Date: day(line.On),
		ReasonCode: line.Reason.Code, Party: line.Party, Text: line.Text,
	}
	if !line.File.IsZero() {
		view.PaymentID = &id{line.File}
	}
	if line.Outcome == settlement.Refused || line.Outcome == settlement.SentBack {
		view.Reason = line.Reason.French()
	}
	return view
}

func listBankMessages(ctx context.Context, q db.Q, in *Paging) (page[bankMessageView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[bankMessageView]{}, err
	}
	messages, err := settlement.BankMessages(ctx, q, after, in.limit()+1)
	messages, next := cut(messages, in.limit(), func(m settlement.BankMessage) string { return m.ID.String() })
	return page[bankMessageView]{Items: each(messages, viewBankMessage), Next: next}, err
}

type bankMessageInput struct {
	ID string `path:"id"`
}

func readBankMessage(ctx context.Context, q db.Q, in *bankMessageInput) (bankMessageView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return bankMessageView{}, err
	}
	message, err := settlement.BankMessageByID(ctx, q, wanted)
	return viewBankMessage(message), err
}

type takeAnswerInput struct {
	Body struct {
		XML string `json:"xml" minLength:"1" doc:"Le fichier de la banque, en UTF-8 : pain.002, camt.053, camt.054, ou la liste des mouvements en CSV."`
	}
}

// takeAnswer answers the same message for the same text, whatever the key.
func takeAnswer(ctx context.Context, tx *db.Tx, row db.ID, in *takeAnswerInput) (bankMessageView, error) {
	message, err := settlement.TakeAnswer(ctx, tx, settlement.Answer{ID: row, Text: []byte(in.Body.XML)})
	return viewBankMessage(message), err
}
