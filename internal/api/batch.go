package api

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/voucher"
)

// mostBatched is how many coupons one request may hold.
const mostBatched = 1000

// redeemRoute is whose keys the items of a batch share: a coupon sent alone
// and again in a batch, under the same key, is one request.
const redeemRoute = "POST /coupons/{number}/redemption"

type batchInput struct {
	Body struct {
		Items []batchItem `json:"items" minItems:"1" maxItems:"1000"`
	}
}

// batchItem is one coupon. Its texts are read item by item, so that one that is
// wrong does not refuse the others.
type batchItem struct {
	Coupon  string  `json:"coupon"`
	Site    string  `json:"site"`
	Session *string `json:"session,omitempty"`
	Key     string  `json:"key,omitempty" doc:"La clé d’idempotence de ce chèque : obligatoire."`
}

// batchAnswer is what became of one item: the receipt, or the problem.
type batchAnswer struct {
	Key     string          `json:"key"`
	Status  int             `json:"status" doc:"201, ou le statut du refus."`
	ID      *id             `json:"id,omitempty"`
	Code    string          `json:"code,omitempty" doc:"Le code du refus."`
	Receipt *redemptionView `json:"receipt,omitempty"`
	Problem *problem        `json:"problem,omitempty"`
}

type batchView struct {
	Items []batchAnswer `json:"items" doc:"Une réponse par chèque, dans l’ordre."`
}

// batchWorkers redeem side by side, so that their commits are grouped.
const batchWorkers = 16

// redeemBatch takes many coupons, each in its own transaction under its own
// key. Items about one coupon are done one after the other, in order.
func redeemBatch(ctx context.Context, s *server, c *call, o operation, in *batchInput) (batchView, error) {
	if len(in.Body.Items) > mostBatched {
		return batchView{}, errBatchSize
	}
	if err := s.claim(ctx, c, o, in); err != nil {
		return batchView{}, err
	}
	byCoupon := map[string][]int{}
	var coupons []string
	for i, item := range in.Body.Items {
		coupon := item.Coupon
		if bare, err := voucher.ParseCoupon(item.Coupon); err == nil {
			coupon = bare
		}
		if byCoupon[coupon] == nil {
			coupons = append(coupons, coupon)
		}
		byCoupon[coupon] = append(byCoupon[coupon], i)
	}
	answers := make([]batchAnswer, len(in.Body.Items))
	waiting := make(chan string)
	var workers sync.WaitGroup
	for range min(batchWorkers, len(coupons)) {
		workers.Go(func() {
			for coupon := range waiting {
				for _, i := range byCoupon[coupon] {
					answers[i] = s.redeemItem(ctx, c, o, in.Body.Items[i])
				}
			}
		})
	}
	for _, coupon := range coupons {
		waiting <- coupon
	}
	close(waiting)
	workers.Wait()
	return batchView{Items: answers}, nil
}

func (s *server) redeemItem(ctx context.Context, c *call, o operation, item batchItem) (answer batchAnswer) {
	defer func() {
		// The items run beside the request, whose own recovery does not see them.
		if cause := recover(); cause != nil {
			refused := s.refused(ctx, o, fmt.Errorf("panic in an item: %v\n%s", cause, debug.Stack()))
			answer = batchAnswer{Key: item.Key, Status: refused.Status, Code: refused.Code, Problem: refused}
		}
	}()
	receipt, err := s.redeemOne(ctx, c, item)
	if err != nil {
		refused := s.refused(ctx, o, err)
		return batchAnswer{Key: item.Key, Status: refused.Status, Code: refused.Code, Problem: refused}
	}
	return batchAnswer{Key: item.Key, Status: http.StatusCreated, ID: &receipt.ID, Receipt: &receipt}
}

func (s *server) redeemOne(ctx context.Context, c *call, item batchItem) (redemptionView, error) {
	if strings.TrimSpace(item.Key) == "" {
		return redemptionView{}, db.ErrKeyMissing
	}
	if err := checkKey(item.Key); err != nil {
		return redemptionView{}, err
	}
	var wrong fault.Collector
	in := &redeemInput{Number: item.Coupon}
	var err error
	if in.Body.Site.ID, err = db.ParseID(item.Site); err != nil {
		wrong.Add("site", "not_id", "Donnez l’identifiant d’un lieu, comme les listes de l’API le donnent.")
	}
	if item.Session != nil && *item.Session != "" {
		session, err := db.ParseID(*item.Session)
		if err != nil {
			wrong.Add("session", "not_id", "Donnez l’identifiant d’une séance, comme les listes de l’API le donnent.")
		}
		in.Body.Session = reference(session)
	}
	if err := wrong.Err(); err != nil {
		return redemptionView{}, err
	}
	return s.redeem(ctx, c, redeemRoute, item.Key, in)
}
