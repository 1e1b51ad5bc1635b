package api

import (
	"context"
	"encoding/hex"
	"time"

	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

type refundView struct {
	ID          id          `json:"id"`
	Reference   string      `json:"reference"`
	OrderID     id          `json:"order_id"`
	FunderID    id          `json:"funder_id"`
	AmountCents cents       `json:"amount_cents"`
	Reason      string      `json:"reason"`
	State       string      `json:"state" enum:"sent,debited,rejected,returned"`
	MessageID   string      `json:"message_id" doc:"Celui du fichier de virement ; vide quand le virement a été fait à la banque."`
	ExecutionOn *civil.Date `json:"execution_on" format:"date" nullable:"true"`
	SentOn      *civil.Date `json:"sent_on" format:"date" nullable:"true" doc:"Le jour de la banque, pour un virement fait à la banque."`
	SentAs      string      `json:"sent_as" doc:"La référence du virement fait à la banque."`
	MadeAt      time.Time   `json:"made_at"`
	Leaf        string      `json:"leaf" doc:"L’empreinte de l’acte dans le registre scellé, en hexadécimal ; vide dans les listes."`
	Proof       string      `json:"proof" doc:"L’adresse de sa preuve, quelques secondes plus tard ; vide dans les listes."`
}

func viewRefund(r funding.Refund) refundView {
	return refundView{
		ID: id{r.ID}, Reference: r.Reference, OrderID: id{r.Order}, FunderID: id{r.Funder}, AmountCents: r.Amount, Reason: r.Reason,
		State: string(r.State), MessageID: r.MessageID, ExecutionOn: day(r.ExecutionOn), SentOn: day(r.SentOn), SentAs: r.SentAs, MadeAt: r.At.UTC(),
		Leaf: hex.EncodeToString(r.Leaf), Proof: proofAddress(r.Leaf),
	}
}

func listRefunds(ctx context.Context, q db.Q, in *Paging) (page[refundView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[refundView]{}, err
	}
	refunds, err := funding.Refunds(ctx, q, db.ID{}, after, in.limit()+1)
	refunds, next := cut(refunds, in.limit(), func(r funding.Refund) string { return r.ID.String() })
	return page[refundView]{Items: each(refunds, viewRefund), Next: next}, err
}

type refundInput struct {
	ID string `path:"id"`
}

func readRefund(ctx context.Context, q db.Q, in *refundInput) (refundView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return refundView{}, err
	}
	refund, err := funding.RefundByID(ctx, q, wanted)
	return viewRefund(refund), err
}

type payBackInput struct {
	ID   string `path:"id"`
	Body struct {
		Funder      id          `json:"funder"`
		AmountCents cents       `json:"amount_cents,omitempty" doc:"Tout ce qui est disponible si absent."`
		Reason      string      `json:"reason"`
		Reference   string      `json:"reference,omitempty" doc:"Celle d’un virement déjà fait à la banque ; absente, un fichier de virement est fait."`
		On          *civil.Date `json:"on,omitempty" format:"date" doc:"Le jour où la banque a débité ; ou, pour un fichier, le jour demandé à la banque."`
	}
}

func payBack(ctx context.Context, tx *db.Tx, row db.ID, in *payBackInput) (refundView, error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return refundView{}, err
	}
	asked := funding.Refund{ID: row, Order: order, Funder: in.Body.Funder.ID, Amount: in.Body.AmountCents, Reason: in.Body.Reason, SentAs: in.Body.Reference}
	make := funding.PayBack
	if in.Body.On != nil {
		asked.SentOn = *in.Body.On
	}
	if in.Body.Reference == "" {
		asked.ExecutionOn, make = asked.SentOn, settlement.RefundByFile
	}
	refund, err := make(ctx, tx, asked)
	return viewRefund(refund), err
}

func payBackAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *payBackInput) (refundView, error) {
	refund, err := funding.RefundByID(ctx, tx, row)
	return viewRefund(refund), err
}

type refundFileView struct {
	Name string `json:"name"`
	XML  string `json:"xml" doc:"Le fichier pain.001 pour la banque."`
}

func readRefundFile(ctx context.Context, q db.Q, in *refundInput) (refundFileView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return refundFileView{}, err
	}
	name, text, err := settlement.RefundXML(ctx, q, wanted)
	return refundFileView{name, string(text)}, err
}

type refundDebitInput struct {
	ID   string `path:"id"`
	Body struct {
		Date civil.Date `json:"date" format:"date" doc:"Le jour du débit, comme sur le relevé de la banque."`
	}
}

// seeRefundDebit answers the same again, whatever the key.
func seeRefundDebit(ctx context.Context, tx *db.Tx, _ db.ID, in *refundDebitInput) (refundView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return refundView{}, err
	}
	refund, err := funding.EndRefund(ctx, tx, wanted, funding.RefundDone, in.Body.Date)
	return viewRefund(refund), err
}

type rolloverView struct {
	ID          id        `json:"id"`
	FromID      id        `json:"from_id" doc:"La commande d’où vient l’argent."`
	ToID        id        `json:"to_id" doc:"Celle où il va."`
	FunderID    id        `json:"funder_id"`
	AmountCents cents     `json:"amount_cents"`
	Reason      string    `json:"reason"`
	MadeAt      time.Time `json:"made_at"`
}

func viewRollover(m funding.Rollover) rolloverView {
	return rolloverView{ID: id{m.ID}, FromID: id{m.From}, ToID: id{m.To}, FunderID: id{m.Funder}, AmountCents: m.Amount, Reason: m.Reason, MadeAt: m.At.UTC()}
}

type rollOverInput struct {
	ID   string `path:"id"`
	Body struct {
		To          id     `json:"to" doc:"La commande qui reçoit l’argent."`
		Funder      id     `json:"funder"`
		AmountCents cents  `json:"amount_cents,omitempty" doc:"Tout ce qui est disponible ici et encore dû là-bas, si absent."`
		Reason      string `json:"reason"`
	}
}

func rollOver(ctx context.Context, tx *db.Tx, row db.ID, in *rollOverInput) (rolloverView, error) {
	from, err := db.ParseID(in.ID)
	if err != nil {
		return rolloverView{}, err
	}
	move, err := funding.RollOver(ctx, tx, funding.Rollover{
		ID: row, From: from, To: in.Body.To.ID, Funder: in.Body.Funder.ID, Amount: in.Body.AmountCents, Reason: in.Body.Reason,
	})
	return viewRollover(move), err
}

func rollOverAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *rollOverInput) (rolloverView, error) {
	move, err := funding.RolloverByID(ctx, tx, row)
	return viewRollover(move), err
}

func listRollovers(ctx context.Context, q db.Q, in *orderInput) (page[rolloverView], error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return page[rolloverView]{}, err
	}
	moves, err := funding.Rollovers(ctx, q, order)
	return page[rolloverView]{Items: each(moves, viewRollover)}, err
}

type creditView struct {
	ID           id         `json:"id"`
	AmountCents  cents      `json:"amount_cents"`
	WaitingCents cents      `json:"waiting_cents" doc:"Ni affecté, ni renvoyé."`
	On           civil.Date `json:"on" format:"date" doc:"Le jour de la banque."`
	Party        string     `json:"party" doc:"Qui a payé, selon la banque."`
	Text         string     `json:"text"`
	ByHand       bool       `json:"by_hand"`
	KnownID      *id        `json:"known_id" nullable:"true" doc:"Le versement, ou la somme, qu’une personne avait déjà enregistré : celle-ci ne compte pas une seconde fois."`
	TakenAt      time.Time  `json:"taken_at"`
}

func viewCredit(c funding.Credit) creditView {
	return creditView{
		ID: id{c.ID}, AmountCents: c.Amount, WaitingCents: c.Waiting, On: c.On, Party: c.Party, Text: c.Text, ByHand: c.ByHand,
		KnownID: reference(c.Known), TakenAt: c.At.UTC(),
	}
}

type creditsInput struct {
	Paging
	Waiting bool `query:"waiting" doc:"Seulement ce qui attend d’être affecté ou renvoyé."`
}

func listCredits(ctx context.Context, q db.Q, in *creditsInput) (page[creditView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[creditView]{}, err
	}
	credits, err := funding.Credits(ctx, q, in.Waiting, after, in.limit()+1)
	credits, next := cut(credits, in.limit(), func(c funding.Credit) string { return c.ID.String() })
	return page[creditView]{Items: each(credits, viewCredit), Next: next}, err
}

type creditInput struct {
	ID string `path:"id"`
}

func readCredit(ctx context.Context, q db.Q, in *creditInput) (creditView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return creditView{}, err
	}
	credit, err := funding.CreditByID(ctx, q, wanted)
	return viewCredit(credit), err
}

type takeCreditInput struct {
	Body struct {
		AmountCents cents       `json:"amount_cents"`
		On          *civil.Date `json:"on,omitempty" format:"date" doc:"Le jour de la banque ; aujourd’hui si absent."`
		Party       string      `json:"party,omitempty" maxLength:"140"`
		IBAN        string      `json:"iban,omitempty" doc:"Le compte de qui a payé."`
		Text        string      `json:"text,omitempty" maxLength:"140" doc:"Le libellé du virement."`
	}
}

func takeCredit(ctx context.Context, tx *db.Tx, row db.ID, in *takeCreditInput) (creditView, error) {
	credit := funding.Credit{ID: row, Amount: in.Body.AmountCents, Party: in.Body.Party, Text: in.Body.Text}
	if in.Body.On != nil {
		credit.On = *in.Body.On
	}
	if in.Body.IBAN != "" {
		iban, err := bank.ParseIBAN(in.Body.IBAN)
		if err != nil {
			return creditView{}, err
		}
		credit.PartyIBAN = iban
	}
	taken, err := funding.TakeCredit(ctx, tx, credit)
	return viewCredit(taken), err
}

func takeCreditAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *takeCreditInput) (creditView, error) {
	credit, err := funding.CreditByID(ctx, tx, row)
	return viewCredit(credit), err
}

type placeCreditInput struct {
	ID   string `path:"id"`
	Body struct {
		Order       id    `json:"order"`
		Funder      id    `json:"funder"`
		AmountCents cents `json:"amount_cents,omitempty" doc:"Tout ce qui attend, ou ce que le financeur doit encore si c’est moins, si absent."`
	}
}

func placeCredit(ctx context.Context, tx *db.Tx, row db.ID, in *placeCreditInput) (receiptView, error) {
	credit, err := db.ParseID(in.ID)
	if err != nil {
		return receiptView{}, err
	}
	receipt, err := funding.PlaceCredit(ctx, tx, credit, funding.Receipt{ID: row, Order: in.Body.Order.ID, Funder: in.Body.Funder.ID, Amount: in.Body.AmountCents})
	return viewReceipt(receipt), err
}

func placeCreditAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *placeCreditInput) (receiptView, error) {
	receipt, err := funding.ReceiptByID(ctx, tx, row)
	return viewReceipt(receipt), err
}

type sendBackInput struct {
	ID   string `path:"id"`
	Body struct {
		AmountCents cents       `json:"amount_cents,omitempty" doc:"Tout ce qui attend si absent."`
		On          *civil.Date `json:"on,omitempty" format:"date" doc:"Le jour où la banque a débité ; aujourd’hui si absent."`
		Reference   string      `json:"reference" doc:"Celle du virement fait à la banque."`
		Reason      string      `json:"reason"`
	}
}

type sentBackView struct {
	ID          id         `json:"id"`
	CreditID    id         `json:"credit_id"`
	AmountCents cents      `json:"amount_cents"`
	On          civil.Date `json:"on" format:"date"`
	Reference   string     `json:"reference"`
	Reason      string     `json:"reason"`
}

func viewSentBack(b funding.CreditSentBack) sentBackView {
	return sentBackView{id{b.ID}, id{b.Credit}, b.Amount, b.On, b.Reference, b.Reason}
}

func sendBack(ctx context.Context, tx *db.Tx, row db.ID, in *sendBackInput) (sentBackView, error) {
	credit, err := db.ParseID(in.ID)
	if err != nil {
		return sentBackView{}, err
	}
	back := funding.CreditSentBack{ID: row, Credit: credit, Amount: in.Body.AmountCents, Reference: in.Body.Reference, Reason: in.Body.Reason}
	if in.Body.On != nil {
		back.On = *in.Body.On
	}
	back, err = funding.SendBack(ctx, tx, back)
	return viewSentBack(back), err
}

func sendBackAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *sendBackInput) (sentBackView, error) {
	back, err := funding.SentBackByID(ctx, tx, row)
	return viewSentBack(back), err
}

type funderAccountInput struct {
	ID   string `path:"id"`
	Body struct {
		Holder string `json:"holder"`
		IBAN   string `json:"iban"`
		BIC    string `json:"bic,omitempty"`
	}
}

type funderAccountView struct {
	FunderID id     `json:"funder_id"`
	Holder   string `json:"holder"`
	IBAN     string `json:"iban"`
	BIC      string `json:"bic"`
}

func viewFunderAccount(a funding.Account) funderAccountView {
	return funderAccountView{id{a.Funder}, a.Name, string(a.IBAN), string(a.BIC)}
}

func setFunderAccount(ctx context.Context, tx *db.Tx, row db.ID, in *funderAccountInput) (funderAccountView, error) {
	funder, err := db.ParseID(in.ID)
	if err != nil {
		return funderAccountView{}, err
	}
	set, err := funding.SetAccount(ctx, tx, funding.Account{ID: row, Funder: funder, Name: in.Body.Holder, IBAN: bank.IBAN(in.Body.IBAN), BIC: bank.BIC(in.Body.BIC)})
	return viewFunderAccount(set), renamed(err, map[string]string{"name": "holder"})
}

func setFunderAccountAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *funderAccountInput) (funderAccountView, error) {
	set, err := funding.AccountByID(ctx, tx, row)
	return viewFunderAccount(set), err
}

type funderInput struct {
	ID string `path:"id"`
}

func readFunderAccount(ctx context.Context, q db.Q, in *funderInput) (funderAccountView, error) {
	funder, err := db.ParseID(in.ID)
	if err != nil {
		return funderAccountView{}, err
	}
	set, err := funding.AccountOf(ctx, q, funder)
	return viewFunderAccount(set), err
}

type voidInput struct {
	Number string `path:"number"`
	Body   struct {
		Reason string `json:"reason"`
	}
}

func voidBooklet(ctx context.Context, tx *db.Tx, row db.ID, in *voidInput) (bookletView, error) {
	booklet, err := voucher.Void(ctx, tx, voucher.Voiding{ID: row, Number: in.Number, Reason: in.Body.Reason})
	return viewBooklet(booklet), err
}

func voidBookletAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *voidInput) (bookletView, error) {
	booklet, err := voucher.BookletByNumber(ctx, tx, in.Number)
	return viewBooklet(booklet), err
}

type voidStockInput struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	}
}

type voidedView struct {
	Ended int  `json:"ended" doc:"Carnets rappelés par cet appel."`
	More  bool `json:"more" doc:"Il en reste : appelez de nouveau, avec une autre clé."`
}

func voidStock(ctx context.Context, tx *db.Tx, _ db.ID, in *voidStockInput) (voidedView, error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return voidedView{}, err
	}
	ended, err := voucher.VoidStock(ctx, tx, order, in.Body.Reason)
	return voidedView{ended, ended == voucher.MostVoided}, err
}

// voidStockAgain tells that the call was done; how many it ended is no more known.
func voidStockAgain(context.Context, *db.Tx, db.ID, *voidStockInput) (voidedView, error) {
	return voidedView{}, nil
}
