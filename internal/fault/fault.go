package fault

import (
	"errors"
	"fmt"
)

// Kind is the class of a refusal.
type Kind int

// The kinds, in the order of their HTTP status.
const (
	Internal        Kind = iota // 500: a bug or a broken machine, never shown
	Malformed                   // 400: cannot be read at all
	Unauthenticated             // 401: who are you?
	Forbidden                   // 403: known, and not allowed
	NotFound                    // 404
	Conflict                    // 409: the state of things forbids it
	Gone                        // 410: was there, is no more
	TooLarge                    // 413
	Unsupported                 // 415
	Invalid                     // 422: readable, and wrong field by field
	TooMany                     // 429: wait, then again
	Unavailable                 // 503: not now
)

var statuses = map[Kind]int{
	Internal:        500,
	Malformed:       400,
	Unauthenticated: 401,
	Forbidden:       403,
	NotFound:        404,
	Conflict:        409,
	Gone:            410,
	TooLarge:        413,
	Unsupported:     415,
	Invalid:         422,
	TooMany:         429,
	Unavailable:     503,
}

// Status is the HTTP status that answers a refusal of this kind.
func (k Kind) Status() int { return statuses[k] }

// Field is what is wrong with one value of a form or of a JSON body.
type Field struct {
	Name    string // the field's name as it was sent, "shares[0].weight"
	Code    string // stable, English: "required", "too_long"
	Message string // French: what to do
}

// Error is a refusal. Code is stable; Message is French, whole, and says what
// to do next.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Fields  []Field
	// Detail holds facts a program may want with the code, such as when a
	// coupon was redeemed. Values are strings, numbers, booleans or RFC 3339
	// instants; never personal data.
	Detail map[string]any
}

// Error gives the code and the message; it is what logs and the command line show.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Is lets errors.Is compare two faults by code alone.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// With returns a copy that carries one more fact.
func (e *Error) With(name string, value any) *Error {
	changed := *e
	changed.Detail = map[string]any{name: value}
	for key, known := range e.Detail {
		if key != name {
			changed.Detail[key] = known
		}
	}
	return &changed
}

// Sayf returns a copy with another message: the same refusal, told with the
// facts of the case.
func (e *Error) Sayf(format string, args ...any) *Error {
	changed := *e
	changed.Message = fmt.Sprintf(format, args...)
	return &changed
}

// New makes a refusal.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Of finds the fault in an error's chain. An error without one is Internal,
// and its text must not be shown.
func Of(err error) *Error {
	var found *Error
	if errors.As(err, &found) {
		return found
	}
	return &Error{Kind: Internal, Code: "internal", Message: Sentence("internal")}
}

// KindOf tells the kind of any error.
func KindOf(err error) Kind { return Of(err).Kind }

// HasCode tells whether an error is the refusal with this code.
func HasCode(err error, code string) bool {
	var found *Error
	return errors.As(err, &found) && found.Code == code
}

// Collector gathers what is wrong with the fields of one input, so that all of
// it is told at once.
type Collector struct{ fields []Field }

// Add notes that a field is wrong.
func (c *Collector) Add(name, code, message string) {
	c.fields = append(c.fields, Field{Name: name, Code: code, Message: message})
}

// Check notes that a field is wrong unless the condition holds.
func (c *Collector) Check(holds bool, name, code, message string) {
	if !holds {
		c.Add(name, code, message)
	}
}

// Err is nil when nothing was wrong, else one Invalid fault with every field.
func (c *Collector) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "invalid", Message: Sentence("invalid"), Fields: c.fields}
}
