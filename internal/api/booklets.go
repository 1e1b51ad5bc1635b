package api

import (
	"context"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/voucher"
)

type couponView struct {
	Number       string `json:"number" doc:"16 chiffres."`
	Rank         int    `json:"rank" doc:"Le rang dans la commande, depuis 1."`
	AmountCents  cents  `json:"amount_cents"`
	State        string `json:"state" enum:"idle,live,redeemed,stated,sent,paid,expired,blocked,void"`
	RedemptionID *id    `json:"redemption_id" nullable:"true"`
}

type bookletView struct {
	ID         id           `json:"id"`
	Number     string       `json:"number" doc:"12 chiffres."`
	OrderID    id           `json:"order_id"`
	DeskID     id           `json:"desk_id"`
	HolderID   *id          `json:"holder_id" nullable:"true" doc:"Pour le guichet qui l’a remis seulement."`
	State      string       `json:"state" enum:"printed,in_stock,live,used_up,expired,blocked,void,replaced"`
	Services   []string     `json:"services" doc:"Familles de services permises ; toutes si vide."`
	Territory  string       `json:"territory" doc:"Où il sert ; partout si vide."`
	ValidUntil *civil.Date  `json:"valid_until" format:"date"`
	Left       int          `json:"coupons_left"`
	Size       int          `json:"coupons_count"`
	Coupons    []couponView `json:"coupons,omitempty" doc:"Absents des listes."`
}

func viewBooklet(b voucher.Booklet) bookletView {
	return bookletView{
		ID: id{b.ID}, Number: b.Number, OrderID: id{b.Order}, DeskID: id{b.Desk}, HolderID: reference(b.Holder), State: b.State,
		Services: list(b.Services), Territory: b.Territory, ValidUntil: day(b.ValidUntil), Left: b.Left, Size: b.Size,
		Coupons: each(b.Coupons, func(c voucher.Coupon) couponView {
			return couponView{Number: c.Number, Rank: c.Rank, AmountCents: c.Amount, State: c.State, RedemptionID: reference(c.Redemption)}
		}),
	}
}

type listBookletsInput struct {
	Paging
	State  string `query:"state" enum:"printed,in_stock,live,used_up,expired,blocked,void,replaced"`
	Order  string `query:"order" doc:"L’identifiant d’une commande."`
	Desk   string `query:"desk" doc:"L’identifiant d’un guichet."`
	Holder string `query:"holder" doc:"Une personne suivie par votre guichet."`
}

func listBooklets(ctx context.Context, q db.Q, in *listBookletsInput) (page[bookletView], error) {
	filter := voucher.Filter{State: in.State, Limit: in.limit() + 1}
	for _, one := range []struct {
		text string
		to   *db.ID
	}{{in.Order, &filter.Order}, {in.Desk, &filter.Desk}, {in.Holder, &filter.Holder}, {in.After, &filter.After}} {
		var err error
		if *one.to, err = optionalID(one.text); err != nil {
			return page[bookletView]{}, err
		}
	}
	booklets, err := voucher.Booklets(ctx, q, filter)
	booklets, next := cut(booklets, in.limit(), func(b voucher.Booklet) string { return b.ID.String() })
	return page[bookletView]{Items: each(booklets, viewBooklet), Next: next}, err
}

type bookletInput struct {
	Number string `path:"number" doc:"Les 12 chiffres du carnet ; espaces et tirets ne comptent pas."`
}

func readBooklet(ctx context.Context, q db.Q, in *bookletInput) (bookletView, error) {
	known, err := voucher.BookletByNumber(ctx, q, in.Number)
	return viewBooklet(known), err
}

type printInput struct {
	ID   string `path:"id"`
	Body struct {
		Desk  *id `json:"desk,omitempty" doc:"Le guichet qui reçoit les carnets ; celui de la commande si absent."`
		Count int `json:"count,omitempty" minimum:"1" maximum:"2000" doc:"Nombre de carnets ; tous ceux qui restent si absent, 2000 au plus."`
	}
}

// printBooklets leaves the codes inside out of the answer: they are for paper.
func printBooklets(ctx context.Context, tx *db.Tx, row db.ID, in *printInput) (page[bookletView], error) {
	order, err := db.ParseID(in.ID)
	if err != nil {
		return page[bookletView]{}, err
	}
	booklets, err := voucher.Print(ctx, tx, voucher.PrintRun{ID: row, Order: order, Desk: in.Body.Desk.optional(), Count: in.Body.Count})
	return page[bookletView]{Items: each(booklets, viewBooklet)}, err
}

func printBookletsAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *printInput) (page[bookletView], error) {
	booklets, err := voucher.Printed(ctx, tx, row)
	return page[bookletView]{Items: each(booklets, viewBooklet)}, err
}

type handOverInput struct {
	Number string `path:"number" doc:"Les 12 chiffres du carnet ; espaces et tirets ne comptent pas."`
	Body   struct {
		Holder id `json:"holder" doc:"La personne qui reçoit le carnet."`
	}
}

func handOver(ctx context.Context, tx *db.Tx, row db.ID, in *handOverInput) (bookletView, error) {
	booklet, err := voucher.HandOver(ctx, tx, voucher.Handover{ID: row, Number: in.Number, Holder: in.Body.Holder.ID})
	return viewBooklet(booklet), err
}

func handOverAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *handOverInput) (bookletView, error) {
	booklet, err := voucher.HandedOver(ctx, tx, row)
	return viewBooklet(booklet), err
}

type blockInput struct {
	Number string `path:"number" doc:"Les 12 chiffres du carnet ; espaces et tirets ne comptent pas."`
	Body   struct {
		Kind   string `json:"kind" enum:"lost,stolen,damaged"`
		Reason string `json:"reason,omitempty" doc:"Ce que la personne a dit."`
	}
}

func blockBooklet(ctx context.Context, tx *db.Tx, row db.ID, in *blockInput) (bookletView, error) {
	booklet, err := voucher.Block(ctx, tx, voucher.Loss{ID: row, Number: in.Number, Kind: in.Body.Kind, Reason: in.Body.Reason})
	return viewBooklet(booklet), err
}

func blockBookletAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *blockInput) (bookletView, error) {
	booklet, err := voucher.BookletByNumber(ctx, tx, in.Number)
	return viewBooklet(booklet), err
}
