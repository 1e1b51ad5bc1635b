package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/money"
)

// id is an identifier on the wire.
type id struct{ db.ID }

// Schema tells the document that it is a UUID.
func (id) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

// reference is an identifier that may be absent: null on the wire.
func reference(to db.ID) *id {
	if to.IsZero() {
		return nil
	}
	return &id{to}
}

// optional is the identifier that a body may leave out.
func (i *id) optional() db.ID {
	if i == nil {
		return db.ID{}
	}
	return i.ID
}

// cents is an amount on the wire: integer euro cents.
type cents = money.Cents

// instant is a moment that may not have come: null on the wire.
func instant(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

// day is a civil day that may be unknown: null on the wire.
func day(on civil.Date) *civil.Date {
	if on.IsZero() {
		return nil
	}
	return &on
}

// list is never null on the wire.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// each translates a list.
func each[From, To any](items []From, translate func(From) To) []To {
	made := make([]To, len(items))
	for i, item := range items {
		made[i] = translate(item)
	}
	return made
}

// page is one page of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next" doc:"À donner dans after pour la page suivante ; vide sur la dernière."`
}

// How many items a page holds.
const (
	defaultLimit = 50
	mostLimit    = 200
)

// Paging is what every list takes. Exported because huma only sees exported embedded types.
type Paging struct {
	After string `query:"after" maxLength:"2000" doc:"Le next de la page précédente."`
	Limit int    `query:"limit" minimum:"0" doc:"Nombre d’éléments : 50 si rien n’est demandé, 200 au plus."`
}

func (p Paging) limit() int {
	if p.Limit <= 0 {
		return defaultLimit
	}
	return min(p.Limit, mostLimit)
}

// afterID reads the cursor of a list ordered by identifier.
func (p Paging) afterID() (db.ID, error) {
	if p.After == "" {
		return db.ID{}, nil
	}
	return db.ParseID(p.After)
}

// cut keeps one page of rows that were read with one more than the limit.
func cut[T any](rows []T, limit int, key func(T) string) (kept []T, next string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], key(rows[limit-1])
}
