package printing

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/geography"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

// Issuer is what papers say of the instance.
type Issuer struct {
	Name      string
	Telephone string // whom to call when the desk has no number
	Sample    bool
}

// BookletOf fills in the paper of a booklet from its number, for those who may
// print it. Faults: those of voucher.BookletByNumber and voucher.InnerCode.
func BookletOf(ctx context.Context, q db.Q, number string, issuer Issuer) (Booklet, error) {
	known, err := voucher.BookletByNumber(ctx, q, number)
	if err != nil {
		return Booklet{}, err
	}
	common, err := commonOf(ctx, q, known, issuer)
	if err != nil {
		return Booklet{}, err
	}
	return paperOf(ctx, q, common, known)
}

// commonOf is what the booklets of one order and one desk say alike.
func commonOf(ctx context.Context, q db.Q, known voucher.Booklet, issuer Issuer) (Booklet, error) {
	paper := Booklet{Telephone: issuer.Telephone, Sample: issuer.Sample}
	order, err := funding.TermsOf(ctx, q, known.Order)
	if err != nil {
		return Booklet{}, err
	}
	paper.ValidityMonths, paper.Subjects = order.ValidityMonths, place.Services.Labels(order.Services)
	if order.Territory != "" {
		territory, err := geography.ParseTerritory(order.Territory)
		if err != nil {
			return Booklet{}, err
		}
		paper.Place = territory.Name
	}
	if paper.Payers, err = payersOf(ctx, q, known.Order); err != nil {
		return Booklet{}, err
	}
	desk, err := account.OrganisationByID(ctx, q, known.Desk)
	if err != nil {
		return Booklet{}, err
	}
	paper.Desk = desk.Name
	if desk.Telephone != "" {
		paper.Telephone = desk.Telephone
	}
	return paper, nil
}

// paperOf adds to what booklets say alike what one says alone.
func paperOf(ctx context.Context, q db.Q, paper Booklet, known voucher.Booklet) (Booklet, error) {
	paper.Number, paper.ValidUntil = known.Number, known.ValidUntil
	var err error
	if paper.InnerCode, err = voucher.InnerCode(ctx, q, known.ID); err != nil {
		return Booklet{}, err
	}
	for rank, coupon := range known.Coupons {
		paper.Coupons = append(paper.Coupons, Coupon{
			Number: coupon.Number, Rank: rank + 1, Amount: coupon.Amount, Used: !slices.Contains([]string{voucher.Idle, voucher.Live}, coupon.State),
		})
	}
	return paper, nil
}

// payersOf names the funders of an order, in the agreement's order.
func payersOf(ctx context.Context, q db.Q, order db.ID) ([]string, error) {
	split, err := funding.SplitOf(ctx, q, order)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, id := range split.Funders {
		funder, err := funding.FunderByID(ctx, q, id)
		if err != nil {
			return nil, err
		}
		names = append(names, funder.Name)
	}
	return names, nil
}

// StatementOf fills in the paper of a statement, the running month's too, for
// those who may read it; the account is masked, and left out for those who may
// not know it. Faults: those of settlement.DetailOf.
func StatementOf(ctx context.Context, q db.Q, id db.ID, issuer Issuer) (Statement, error) {
	detail, err := settlement.DetailOf(ctx, q, id)
	if err != nil {
		return Statement{}, err
	}
	paper := Statement{
		Reference: detail.Reference, Month: detail.Month, Site: detail.Site.Name,
		Address: []string{detail.Site.Address, detail.Site.PostalCode + nbsp + detail.Site.CommuneName},
		Payer:   issuer.Name, State: detail.State.French(), Paid: detail.State == settlement.Paid, Count: detail.Coupons, Amount: detail.Amount,
		Clock: ClockOf(detail.Statement, detail.ExecutionOn), Sample: issuer.Sample,
	}
	if detail.State != settlement.Open {
		paper.Leaf = hex.EncodeToString(detail.Leaf)
		paper.Label = settlement.Remittance(detail.Reference, detail.Site.Name)
	}
	if account.May(q.Actor(), account.ActBankDetailsRead) {
		details, err := label.BankDetailsOf(ctx, q, detail.Site.ID)
		if err != nil && !errors.Is(err, label.ErrNoBankDetails) {
			return Statement{}, err
		}
		paper.Account = details.IBAN.Masked()
	}
	for _, line := range detail.Lines {
		paper.Days = append(paper.Days, Service{Day: line.Day, Title: line.Title, Count: line.Coupons, Amount: line.Amount})
	}
	for _, share := range detail.Shares {
		paper.Payers = append(paper.Payers, Share{Funder: share.Name, Amount: share.Amount})
	}
	return paper, nil
}

// ClockOf tells what has happened to a statement and what is awaited, in order;
// executed is the day its payment file asks for, zero before there is one.
func ClockOf(statement settlement.Statement, executed civil.Date) []Moment {
	if statement.State == settlement.Open {
		return []Moment{
			{On: statement.Month.Last(), What: "fin du mois"},
			{On: statement.Month.Next().First(), What: "le relevé peut être clos, le délai légal de 30" + nbsp + "jours part", Next: true},
		}
	}
	told := []Moment{{On: statement.ClosedOn, What: "relevé clos, le délai légal de 30" + nbsp + "jours part"}}
	if !executed.IsZero() {
		told = append(told, Moment{On: executed, What: "virement demandé à la banque", Next: statement.State == settlement.Sent})
	}
	if statement.State == settlement.Paid {
		return append(told, Moment{On: statement.PaidOn, What: "payé, le débit est sur le relevé de la banque"})
	}
	return append(told, Moment{On: statement.DueOn, What: "fin du délai", Next: statement.State != settlement.Sent})
}
