package orientation

import (
	"context"
	"slices"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/voucher"
)

// Identify keeps what is told of the person and which booklet they get. The
// seat or the appointment chosen before stays; of someone who came back, only
// the booklet is taken. Faults: unknown_visit,
// visit_over, those of holder.New.Check by field; by field too: unknown_choice
// (paper), bad_number, unknown_booklet and what says why it cannot be handed
// over (number), unknown_order (order).
func Identify(ctx context.Context, tx *db.Tx, id db.ID, draft Draft) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	if visit.Draft.Returning {
		paper := draft
		draft = visit.Draft
		draft.Paper, draft.Number, draft.Order = paper.Paper, paper.Number, paper.Order
	}
	draft.Place, draft.Day, draft.At, draft.Remote, draft.Identified = visit.Draft.Place, visit.Draft.Day, visit.Draft.At, visit.Draft.Remote, true
	visit.Draft = draft
	var wrong fault.Collector
	if err := visit.person(db.ID{}).Check(); err != nil {
		for _, field := range fault.Of(err).Fields {
			wrong.Add(field.Name, field.Code, field.Message)
		}
	}
	if err := visit.checkPaper(ctx, tx, &wrong); err != nil {
		return Visit{}, err
	}
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	return visit.store(ctx, tx)
}

// checkPaper tells now what HandOver or Print would refuse at the end.
func (v *Visit) checkPaper(ctx context.Context, q db.Q, wrong *fault.Collector) error {
	switch v.Draft.Paper {
	case NoBooklet, "":
		v.Draft.Number, v.Draft.Order = "", db.ID{}
	case FromStock:
		v.Draft.Order = db.ID{}
		if v.Draft.Number == "" {
			wrong.Add("number", "required", "Écrivez le numéro du carnet, ou choisissez un autre carnet")
			return nil
		}
		booklet, err := voucher.BookletByNumber(ctx, q, v.Draft.Number)
		switch {
		case fault.KindOf(err) == fault.Internal && err != nil:
			return err
		case err != nil:
			wrong.Add("number", fault.Of(err).Code, fault.Of(err).Message)
		case booklet.State != voucher.InStock:
			wrong.Add("number", ErrUnfitBooklet.Code, ErrUnfitBooklet.Message)
		default:
			v.Draft.Number = booklet.Number
		}
	case PrintNow:
		v.Draft.Number = ""
		orders, err := PrintableOrders(ctx, q)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(orders, func(o Printable) bool { return o.ID == v.Draft.Order }) {
			wrong.Add("order", "unknown_order", "Choisissez une commande où il reste des carnets à imprimer")
		}
	default:
		wrong.Add("paper", "unknown_choice", "Dites quel carnet vous remettez")
	}
	return nil
}
