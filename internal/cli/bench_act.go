package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"passerelle/internal/api"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

// floor is the least that a redemption can be: the coupon taken if it still is
// live, and the row that says so, in one transaction.
func (p *programme) floor(ctx context.Context, coupon liveCoupon) error {
	return p.database.Update(ctx, p.site, func(tx *db.Tx) error {
		id := tx.NewID()
		taken, err := tx.Exec(ctx, `UPDATE coupon SET state = 'redeemed', redemption_id = $2 WHERE id = $1 AND state = 'live' AND turn = 1`, coupon.id, id)
		if err != nil {
			return err
		}
		if taken != 1 {
			return fmt.Errorf("chèque %s déjà pris", coupon.number)
		}
		_, err = tx.Exec(ctx, `INSERT INTO redemption (id, coupon_id, turn, site_id, organisation_id, person_id, amount, at)
			VALUES ($1, $2, 1, $3, $4, $5, $6, $7)`, id, coupon.id, coupon.site, p.site.Organisation, p.site.ID, int64(funding.Face), tx.Now())
		return err
	})
}

// floorAlone is the floor with a durable commit for each: the clients take
// turns, so that the writer never has two to put in a group.
func (p *programme) floorAlone() act {
	var turn sync.Mutex
	return func(ctx context.Context, coupon liveCoupon) error {
		turn.Lock()
		defer turn.Unlock()
		return p.floor(ctx, coupon)
	}
}

const redeemRoute = "api POST /coupons/{number}/redemption"

// redeem is the operation as the API calls it, with its idempotency key.
func (p *programme) redeem(ctx context.Context, coupon liveCoupon) error {
	key := db.Key{Scope: p.bearer.Credential, Route: redeemRoute, Text: rand.Text(), Input: sha256.Sum256([]byte(coupon.number))}
	return p.database.Update(ctx, p.bearer, func(tx *db.Tx) error {
		_, err := db.Once(ctx, tx, key,
			func(id db.ID) (voucher.Redemption, error) { return voucher.RedemptionByID(ctx, tx, id) },
			func(id db.ID) (voucher.Redemption, error) {
				return voucher.Redeem(ctx, tx, voucher.Presentation{ID: id, Coupon: coupon.number, Site: coupon.site, Session: coupon.session})
			})
		return err
	})
}

// served is the program's own handler behind a loopback address, and clients
// that keep their connections.
type served struct {
	address, token string
	client         *http.Client
	end            context.CancelFunc
	ended          chan error
}

func (p *programme) serve(env *environment, clients int) (*served, error) {
	log := slog.New(slog.NewTextHandler(env.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	handler, _, err := Handler(env, p.database, web.Settings{Name: "Passerelle"}, log)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(env)
	s := &served{
		address: "http://" + listener.Addr().String() + api.Prefix, token: p.token, end: end, ended: make(chan error, 1),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}},
	}
	go func() { s.ended <- answer(ctx, listener, handler) }()
	return s, nil
}

func (s *served) stop() error {
	s.client.CloseIdleConnections()
	s.end()
	return <-s.ended
}

// redeem asks the API for it, and wants its receipt.
func (s *served) redeem(ctx context.Context, coupon liveCoupon) error {
	body, err := json.Marshal(struct {
		Site    db.ID `json:"site"`
		Session db.ID `json:"session"`
	}{coupon.site, coupon.session})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/coupons/"+coupon.number+"/redemption", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Idempotency-Key", rand.Text())
	request.Header.Set("Content-Type", "application/json")
	answered, err := s.client.Do(request)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answered.Body)
	if err := errors.Join(err, answered.Body.Close()); err != nil {
		return err
	}
	if answered.StatusCode != http.StatusCreated {
		return fmt.Errorf("l’API répond %d : %s", answered.StatusCode, text)
	}
	return nil
}
