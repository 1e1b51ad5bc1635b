package api

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
)

type shareView struct {
	FunderID     id    `json:"funder_id"`
	Weight       int64 `json:"weight"`
	MostCents    cents `json:"most_cents" doc:"Plafond de ce financeur, toutes commandes ensemble ; 0 : aucun."`
	LeastPercent int   `json:"least_percent" doc:"Part de chaque commande sous laquelle aucune bonification ne le fait descendre."`
	UsedPercent  int   `json:"used_percent" doc:"Part des pass utilisés qu’il paie au plus, réglée à la fin ; 0 : sans objet."`
}

type agreementView struct {
	ID       id          `json:"id"`
	Version  int         `json:"version" doc:"1, puis un de plus à chaque avenant."`
	Title    string      `json:"title"`
	Shares   []shareView `json:"shares"`
	Rules    rulesView   `json:"rules"`
	Reason   string      `json:"reason" doc:"De l’avenant."`
	SignedAt time.Time   `json:"signed_at"`
}

// rulesView is what an agreement says beside its shares, read and written.
type rulesView struct {
	From            *civil.Date `json:"from,omitempty" format:"date" doc:"Premier jour où l’on commande ; absent : sans début."`
	Until           *civil.Date `json:"until,omitempty" format:"date"`
	Territory       string      `json:"territory,omitempty" doc:"Territoire auquel les commandes se limitent."`
	LeastOrderCents cents       `json:"least_order_cents,omitempty"`
	MostOrdersCents cents       `json:"most_orders_cents,omitempty" doc:"Plafond de toutes les commandes ensemble."`
	Bearer          *id         `json:"bearer,omitempty" doc:"Financeur qui paie le reste."`
	QuotaPublic     string      `json:"quota_public,omitempty"`
	QuotaPercent    int         `json:"quota_percent,omitempty"`
	Bonuses         []bonusView `json:"bonuses,omitempty"`
}

type bonusView struct {
	Funder    id     `json:"funder"`
	Points    int    `json:"points"`
	When      string `json:"when" enum:"group,quota,amount,territory"`
	Threshold int64  `json:"threshold,omitempty" doc:"À partir de combien : communes, pour cent ou centimes."`
	Territory string `json:"territory,omitempty"`
}

func viewRules(r funding.Rules) rulesView {
	return rulesView{
		From: day(r.From), Until: day(r.Until), Territory: r.Territory, LeastOrderCents: r.LeastOrder, MostOrdersCents: r.MostOrders, Bearer: reference(r.Bearer),
		QuotaPublic: r.QuotaPublic, QuotaPercent: r.QuotaPercent, Bonuses: each(r.Bonuses, func(b funding.Bonus) bonusView {
			return bonusView{Funder: id{b.Funder}, Points: b.Points, When: b.When, Threshold: b.Threshold, Territory: b.Territory}
		}),
	}
}

func (v rulesView) rules() funding.Rules {
	rules := funding.Rules{
		Territory: v.Territory, LeastOrder: v.LeastOrderCents, MostOrders: v.MostOrdersCents, Bearer: v.Bearer.optional(),
		QuotaPublic: v.QuotaPublic, QuotaPercent: v.QuotaPercent, Bonuses: each(v.Bonuses, func(b bonusView) funding.Bonus {
			return funding.Bonus{Funder: b.Funder.ID, Points: b.Points, When: b.When, Threshold: b.Threshold, Territory: b.Territory}
		}),
	}
	if v.From != nil {
		rules.From = *v.From
	}
	if v.Until != nil {
		rules.Until = *v.Until
	}
	return rules
}

func viewAgreement(a funding.Agreement) agreementView {
	return agreementView{
		ID: id{a.ID}, Version: a.Version, Title: a.Title, Rules: viewRules(a.Rules), Reason: a.Reason, SignedAt: a.SignedAt.UTC(),
		Shares: each(a.Shares, func(s funding.Share) shareView {
			return shareView{FunderID: id{s.Funder}, Weight: s.Weight, MostCents: s.Most, LeastPercent: s.Least, UsedPercent: s.Used}
		}),
	}
}

func listAgreements(ctx context.Context, q db.Q, _ *struct{}) (page[agreementView], error) {
	agreements, err := funding.Agreements(ctx, q)
	return page[agreementView]{Items: each(agreements, viewAgreement)}, err
}

type agreementInput struct {
	ID string `path:"id"`
}

func readAgreement(ctx context.Context, q db.Q, in *agreementInput) (agreementView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return agreementView{}, err
	}
	agreement, err := funding.AgreementByID(ctx, q, wanted)
	return viewAgreement(agreement), err
}

// Terms is what an agreement or its amendment says. It is exported for huma,
// which reads what a body embeds.
type Terms struct {
	Title  string `json:"title"`
	Shares []struct {
		Funder       id    `json:"funder"`
		Weight       int64 `json:"weight"`
		MostCents    cents `json:"most_cents,omitempty"`
		LeastPercent int   `json:"least_percent,omitempty"`
		UsedPercent  int   `json:"used_percent,omitempty"`
	} `json:"shares" minItems:"1" doc:"Qui paie quelle part : un poids entier par financeur."`
	Rules rulesView `json:"rules,omitempty"`
}

func (in Terms) agreement() funding.Agreement {
	agreement := funding.Agreement{Title: in.Title, Rules: in.Rules.rules()}
	for _, share := range in.Shares {
		agreement.Shares = append(agreement.Shares, funding.Share{
			Funder: share.Funder.ID, Weight: share.Weight, Most: share.MostCents, Least: share.LeastPercent, Used: share.UsedPercent,
		})
	}
	return agreement
}

type signInput struct {
	Body Terms
}

func signAgreement(ctx context.Context, tx *db.Tx, row db.ID, in *signInput) (agreementView, error) {
	agreement := in.Body.agreement()
	agreement.ID = row
	signed, err := funding.Sign(ctx, tx, agreement)
	return viewAgreement(signed), err
}

func signAgreementAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *signInput) (agreementView, error) {
	agreement, err := funding.SignedByID(ctx, tx, row)
	return viewAgreement(agreement), err
}

type amendInput struct {
	ID   string `path:"id"`
	Body struct {
		Terms
		Version int    `json:"version" doc:"Celle que vous avez lue : un autre avenant signé entre-temps est refusé."`
		Reason  string `json:"reason" doc:"Ce que l’avenant change, et pourquoi."`
	}
}

func amendAgreement(ctx context.Context, tx *db.Tx, row db.ID, in *amendInput) (agreementView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return agreementView{}, err
	}
	agreement := in.Body.agreement()
	agreement.ID, agreement.Signed, agreement.Version, agreement.Reason = wanted, row, in.Body.Version, in.Body.Reason
	amended, err := funding.Amend(ctx, tx, agreement)
	return viewAgreement(amended), err
}

func amendAgreementAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *amendInput) (agreementView, error) {
	agreement, err := funding.SignedByID(ctx, tx, row)
	return viewAgreement(agreement), err
}

func listVersions(ctx context.Context, q db.Q, in *agreementInput) (page[agreementView], error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return page[agreementView]{}, err
	}
	versions, err := funding.Versions(ctx, q, wanted)
	return page[agreementView]{Items: each(versions, viewAgreement)}, err
}

type billLineView struct {
	FunderID    id     `json:"funder_id"`
	AmountCents cents  `json:"amount_cents" doc:"Ajouté à la part de ce financeur, ou retiré."`
	Why         string `json:"why" enum:"share,bonus,ceiling,group,fixed,inhabited"`
	Basis       int64  `json:"basis" doc:"Selon la raison : le poids, les points, le plafond en centimes, le nombre de communes ou d’habitants."`
}

func viewBillLine(l funding.Line) billLineView {
	return billLineView{FunderID: id{l.Funder}, AmountCents: l.Amount, Why: l.Why, Basis: l.Basis}
}

func listOrderLines(ctx context.Context, q db.Q, in *orderInput) (page[billLineView], error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return page[billLineView]{}, err
	}
	lines, err := funding.LinesOf(ctx, q, wanted)
	return page[billLineView]{Items: each(lines, viewBillLine)}, err
}

type billInput struct {
	ID                string `path:"id"`
	Booklets          int    `query:"booklets" default:"1"`
	CouponsPerBooklet int    `query:"coupons_per_booklet" default:"10"`
	Territory         string `query:"territory"`
	PledgedPercent    int    `query:"pledged_percent"`
}

// readBill tells who would pay what of an order, before it is placed.
func readBill(ctx context.Context, q db.Q, in *billInput) (page[billLineView], error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return page[billLineView]{}, err
	}
	_, bill, err := funding.Reckon(ctx, q, funding.Order{
		Agreement: wanted, Booklets: in.Booklets, CouponsPerBooklet: in.CouponsPerBooklet, Territory: in.Territory, PledgedPercent: in.PledgedPercent,
	})
	return page[billLineView]{Items: each(bill.Lines, viewBillLine)}, err
}
