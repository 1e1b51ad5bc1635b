package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// keyRule says what an operation does with the header Idempotency-Key.
type keyRule int

const (
	keyIgnored  keyRule = iota // reads, and acts that repeat without harm
	keyAccepted                // every POST
	keyRequired                // where a repetition would move money or rights
)

// operation is one line of the table of contents.
type operation struct {
	Method, Path string
	Act          account.Act
	Summary      string // French: what it does
	Status       int    // of success
	Key          keyRule
	Codes        []*fault.Error // what it refuses, besides what every operation does
	Body         int64          // the largest body it reads, in bytes
	AnyOrigin    bool           // a page of any site may read the answer

	mount func(s *server, o operation)
}

// route is the operation as logs and idempotency keys name it.
func (o operation) route() string { return o.Method + " " + o.Path }

// raises adds the refusals that an operation makes of its own.
func (o operation) raises(codes ...*fault.Error) operation {
	o.Codes = append(o.Codes, codes...)
	return o
}

// needsKey makes the header Idempotency-Key required.
func (o operation) needsKey() operation {
	o.Key = keyRequired
	return o
}

// fromAnyOrigin lets a page of any other site read the answer: public facts,
// which need no token.
func (o operation) fromAnyOrigin() operation {
	o.AnyOrigin = true
	return o
}

// holding makes it read bodies larger than the others.
func (o operation) holding(bytes int64) operation {
	o.Body = bytes
	return o
}

// answers changes the status of success.
func (o operation) answers(status int) operation {
	o.Status = status
	return o
}

func newOperation(route string, act account.Act, summary string) operation {
	method, path, _ := strings.Cut(route, " ")
	o := operation{Method: method, Path: path, Act: act, Summary: summary, Status: http.StatusOK, Body: largestBody}
	if method == http.MethodPost {
		o.Key = keyAccepted
	}
	return o
}

// answer is what huma sends on success.
type answer[O any] struct{ Body O }

// reader answers a question from one snapshot.
type reader[I, O any] func(ctx context.Context, q db.Q, in *I) (O, error)

// writer does an act in one transaction. Given the id of the request's row: a
// fresh one for do, the one of the first time for again.
type writer[I, O any] func(ctx context.Context, tx *db.Tx, row db.ID, in *I) (O, error)

// read makes an operation that answers a question.
func read[I, O any](route string, act account.Act, summary string, answerTo reader[I, O]) operation {
	o := newOperation(route, act, summary)
	return handled(o, func(ctx context.Context, s *server, c *call, _ operation, in *I) (O, error) {
		var out O
		err := s.db.View(ctx, c.actor, func(q db.Q) (err error) {
			out, err = answerTo(ctx, q, in)
			return err
		})
		return out, err
	})
}

// write makes an operation that does an act. A request repeated under its key
// is answered by again, from the row that the first one made.
func write[I, O any](route string, act account.Act, summary string, do, again writer[I, O]) operation {
	o := newOperation(route, act, summary)
	return handled(o, func(ctx context.Context, s *server, c *call, o operation, in *I) (O, error) {
		var out O
		key, err := c.keyOf(o.route(), in)
		if err != nil {
			return out, err
		}
		err = s.db.Update(ctx, c.actor, func(tx *db.Tx) (err error) {
			out, err = db.Once(ctx, tx, key,
				func(row db.ID) (O, error) { return again(ctx, tx, row, in) },
				func(row db.ID) (O, error) { return do(ctx, tx, row, in) })
			return err
		})
		return out, err
	})
}

// create is a write that answers 201.
func create[I, O any](route string, act account.Act, summary string, do, again writer[I, O]) operation {
	return write(route, act, summary, do, again).answers(http.StatusCreated)
}

// handler is an operation that opens its transactions itself.
type handler[I, O any] func(ctx context.Context, s *server, c *call, o operation, in *I) (O, error)

// handled makes an operation of any handler.
func handled[I, O any](o operation, handle handler[I, O]) operation {
	o.mount = func(s *server, o operation) {
		huma.Register(s.huma, s.documented(o), func(ctx context.Context, in *I) (*answer[O], error) {
			c := callOf(ctx)
			out, err := handle(ctx, s, c, o, in)
			if err != nil {
				return nil, s.refused(ctx, o, err)
			}
			return &answer[O]{Body: out}, nil
		})
	}
	return o
}

// call is what is known of a request once its caller is.
type call struct {
	requestID string
	actor     db.Actor
	key       string // Idempotency-Key, empty when there is none
	address   string // of the caller, for throttling
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	found, known := ctx.Value(callKey{}).(*call)
	if !known {
		return &call{}
	}
	return found
}

func requestID(ctx context.Context) string { return callOf(ctx).requestID }

// keyOf is the idempotency key of a request: the input is everything it says,
// in one canonical spelling.
func (c *call) keyOf(route string, input any) (db.Key, error) {
	canonical, err := json.Marshal(input)
	if err != nil {
		return db.Key{}, err
	}
	return db.Key{Scope: c.actor.Credential, Route: "api " + route, Text: c.key, Input: sha256.Sum256(canonical)}, nil
}

const longestKey = 200

// checkKey accepts any short text.
func checkKey(text string) error {
	if utf8.RuneCountInString(text) > longestKey || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return errKeyLength
	}
	return nil
}

// claim notes the key of a request whose parts are done in transactions of
// their own, each repeatable: only another request under the same key is refused.
func (s *server) claim(ctx context.Context, c *call, o operation, in any) error {
	if c.key == "" {
		return nil
	}
	key, err := c.keyOf(o.route(), in)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, c.actor, func(tx *db.Tx) error {
		noted := func(row db.ID) (db.ID, error) { return row, nil }
		_, err := db.Once(ctx, tx, key, noted, noted)
		return err
	})
}
