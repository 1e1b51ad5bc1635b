package api

import (
	"context"
	"encoding/hex"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
)

type funderView struct {
	ID             id     `json:"id"`
	OrganisationID id     `json:"organisation_id"`
	Name           string `json:"name"`
}

func viewFunder(f funding.Funder) funderView {
	return funderView{ID: id{f.ID}, OrganisationID: id{f.Organisation}, Name: f.Name}
}

func listFunders(ctx context.Context, q db.Q, _ *struct{}) (page[funderView], error) {
	funders, err := funding.Funders(ctx, q)
	return page[funderView]{Items: each(funders, viewFunder)}, err
}

type orderView struct {
	ID                id        `json:"id"`
	Reference         string    `json:"reference"`
	AgreementID       id        `json:"agreement_id"`
	AgreementVersion  int       `json:"agreement_version"`
	OrganisationID    id        `json:"organisation_id"`
	DeskID            id        `json:"desk_id"`
	Booklets          int       `json:"booklets"`
	CouponsPerBooklet int       `json:"coupons_per_booklet"`
	AmountCents       cents     `json:"amount_cents"`
	Services          []string  `json:"services"`
	Territory         string    `json:"territory"`
	ValidityMonths    int       `json:"validity_months"`
	OverrideReason    string    `json:"override_reason"`
	PledgedPercent    int       `json:"pledged_percent" doc:"Part des personnes du public de la convention, à laquelle la commande s’engage."`
	State             string    `json:"state" enum:"draft,agreed,open,closed"`
	Printed           int       `json:"printed" doc:"Carnets déjà imprimés."`
	PlacedAt          time.Time `json:"placed_at"`
}

func viewOrder(o funding.Order) orderView {
	return orderView{
		ID: id{o.ID}, Reference: o.Reference, AgreementID: id{o.Agreement}, AgreementVersion: o.AgreementVersion, OrganisationID: id{o.Organisation}, DeskID: id{o.Desk},
		Booklets: o.Booklets, CouponsPerBooklet: o.CouponsPerBooklet, AmountCents: o.Amount, Services: list(o.Services),
		Territory: o.Territory, ValidityMonths: o.ValidityMonths, OverrideReason: o.OverrideReason, PledgedPercent: o.PledgedPercent, State: o.State,
		Printed: o.Printed, PlacedAt: o.PlacedAt.UTC(),
	}
}

func listOrders(ctx context.Context, q db.Q, in *Paging) (page[orderView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[orderView]{}, err
	}
	orders, err := funding.Orders(ctx, q, after, in.limit()+1)
	orders, next := cut(orders, in.limit(), func(o funding.Order) string { return o.ID.String() })
	return page[orderView]{Items: each(orders, viewOrder), Next: next}, err
}

type orderInput struct {
	ID string `path:"id"`
}

func readOrder(ctx context.Context, q db.Q, in *orderInput) (orderView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return orderView{}, err
	}
	order, err := funding.OrderByID(ctx, q, wanted)
	return viewOrder(order), err
}

type placeOrderInput struct {
	Body struct {
		Agreement         id       `json:"agreement"`
		Booklets          int      `json:"booklets"`
		CouponsPerBooklet int      `json:"coupons_per_booklet" doc:"10, 5, ou 1 pour des chèques à l’unité."`
		Desk              id       `json:"desk" doc:"L’organisation du guichet qui recevra les carnets."`
		Services          []string `json:"services,omitempty" doc:"Familles de services permises ; toutes si absent."`
		Territory         string   `json:"territory,omitempty" doc:"23, R75, SIREN d’une intercommunalité, code INSEE d’une commune, FR ; partout si absent."`
		ValidityMonths    int      `json:"validity_months,omitempty" doc:"De 1 à 24 mois depuis la remise ; 12 si absent."`
		OverrideReason    string   `json:"override_reason,omitempty" maxLength:"2000" doc:"Pourquoi commander malgré une offre trop faible."`
		PledgedPercent    int      `json:"pledged_percent,omitempty" doc:"Part des personnes du public de la convention."`
		Group             []id     `json:"group,omitempty" doc:"Les financeurs, une commune chacun, qui se répartissent ce que paie l’organisme qui conduit le groupe."`
		FixedCents        cents    `json:"fixed_cents,omitempty" doc:"Part fixe de chaque commune du groupe ; le reste selon leurs habitants."`
	}
}

func placeOrder(ctx context.Context, tx *db.Tx, row db.ID, in *placeOrderInput) (orderView, error) {
	order, err := funding.PlaceOrder(ctx, tx, funding.Order{
		ID: row, Agreement: in.Body.Agreement.ID, Desk: in.Body.Desk.ID,
		Booklets: in.Body.Booklets, CouponsPerBooklet: in.Body.CouponsPerBooklet, Services: in.Body.Services,
		Territory: in.Body.Territory, ValidityMonths: in.Body.ValidityMonths, OverrideReason: in.Body.OverrideReason,
		PledgedPercent: in.Body.PledgedPercent, Fixed: in.Body.FixedCents,
		Group: each(in.Body.Group, func(member id) db.ID { return member.ID }),
	})
	return viewOrder(order), err
}

func placeOrderAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *placeOrderInput) (orderView, error) {
	order, err := funding.OrderByID(ctx, tx, row)
	return viewOrder(order), err
}

type receiptView struct {
	ID          id         `json:"id"`
	OrderID     id         `json:"order_id"`
	FunderID    id         `json:"funder_id"`
	AmountCents cents      `json:"amount_cents"`
	Reference   string     `json:"reference"`
	On          civil.Date `json:"on" format:"date" doc:"Le jour de la banque."`
	RecordedAt  time.Time  `json:"recorded_at"`
	Leaf        string     `json:"leaf" doc:"L’empreinte de l’acte dans le registre scellé, en hexadécimal ; vide dans les listes."`
	Proof       string     `json:"proof" doc:"L’adresse de sa preuve, quelques secondes plus tard ; vide dans les listes."`
}

func viewReceipt(r funding.Receipt) receiptView {
	return receiptView{
		ID: id{r.ID}, OrderID: id{r.Order}, FunderID: id{r.Funder}, AmountCents: r.Amount, Reference: r.Reference,
		On: r.On, RecordedAt: r.At.UTC(), Leaf: hex.EncodeToString(r.Leaf), Proof: proofAddress(r.Leaf),
	}
}

func listReceipts(ctx context.Context, q db.Q, in *orderInput) (page[receiptView], error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return page[receiptView]{}, err
	}
	receipts, err := funding.Receipts(ctx, q, order)
	return page[receiptView]{Items: each(receipts, viewReceipt)}, err
}

type receiveInput struct {
	ID   string `path:"id"`
	Body struct {
		Funder      id          `json:"funder"`
		AmountCents cents       `json:"amount_cents"`
		Reference   string      `json:"reference,omitempty" doc:"Le libellé du virement reçu."`
		On          *civil.Date `json:"on,omitempty" format:"date" doc:"Le jour de la banque ; aujourd’hui si absent."`
	}
}

func receive(ctx context.Context, tx *db.Tx, row db.ID, in *receiveInput) (receiptView, error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return receiptView{}, err
	}
	receipt := funding.Receipt{ID: row, Order: order, Funder: in.Body.Funder.ID, Amount: in.Body.AmountCents, Reference: in.Body.Reference}
	if in.Body.On != nil {
		receipt.On = *in.Body.On
	}
	receipt, err = funding.Receive(ctx, tx, receipt)
	return viewReceipt(receipt), err
}

func receiveAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *receiveInput) (receiptView, error) {
	receipt, err := funding.ReceiptByID(ctx, tx, row)
	return viewReceipt(receipt), err
}

// FiguresView says where money stands, in cents; received and moved in are the
// sum of the others. Exported because huma only sees exported embedded types.
type FiguresView struct {
	Received  cents `json:"received_cents" doc:"Reçu des financeurs."`
	Available cents `json:"available_cents" doc:"Encore disponible."`
	Live      cents `json:"live_cents" doc:"Chèques dans les mains des personnes."`
	Redeemed  cents `json:"redeemed_cents" doc:"Utilisés, pas encore dans un fichier de virements."`
	Sent      cents `json:"sent_cents" doc:"Dans un fichier de virements, débit non constaté."`
	Paid      cents `json:"paid_cents" doc:"Débit constaté."`
	Returned  cents `json:"returned_cents" doc:"Remboursé au financeur."`
	MovedIn   cents `json:"moved_in_cents" doc:"Reporté d’autres commandes du financeur."`
	MovedOut  cents `json:"moved_out_cents" doc:"Reporté sur d’autres commandes du financeur."`
}

func viewFigures(f funding.Figures) FiguresView {
	return FiguresView{
		Received: f.Received, Available: f.Available, Live: f.Live, Redeemed: f.Redeemed, Sent: f.Sent, Paid: f.Paid, Returned: f.Returned,
		MovedIn: f.MovedIn, MovedOut: f.MovedOut,
	}
}

type funderFiguresView struct {
	Funder   id     `json:"funder" doc:"Le même que funder_id."`
	FunderID id     `json:"funder_id"`
	Name     string `json:"name"`
	Weight   int64  `json:"weight"`
	Share    cents  `json:"share_cents" doc:"La part du financeur dans toute la commande."`
	FiguresView
}

type balanceView struct {
	OrderID id    `json:"order_id"`
	Amount  cents `json:"amount_cents"`
	FiguresView
	ByFunder []funderFiguresView `json:"by_funder"`
}

func readBalance(ctx context.Context, q db.Q, in *orderInput) (balanceView, error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return balanceView{}, err
	}
	standing, err := funding.Balance(ctx, q, order)
	if err != nil {
		return balanceView{}, err
	}
	return balanceView{
		OrderID: id{standing.Order.ID}, Amount: standing.Order.Amount, FiguresView: viewFigures(standing.Figures),
		ByFunder: each(standing.ByFunder, func(f funding.FunderFigures) funderFiguresView {
			return funderFiguresView{
				Funder: id{f.Funder.ID}, FunderID: id{f.Funder.ID}, Name: f.Funder.Name, Weight: f.Weight, Share: f.Share,
				FiguresView: viewFigures(f.Figures),
			}
		}),
	}, nil
}
