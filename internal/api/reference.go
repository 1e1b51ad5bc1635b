package api

import (
	"passerelle/internal/account"
	"passerelle/internal/db"
)

// Entry is one operation, as the page of reference shows it.
type Entry struct {
	Method, Path string // Path with its prefix: "/api/v1/orders/{id}"
	Group        string // the first word of the path: "orders"
	Summary      string // French
	Act          account.Act
	Public       bool // no token needed
	Who          []string
	Key          string // "", "possible" or "obligatoire": the header Idempotency-Key
	Codes        []Code
}

// Code is a refusal that an operation may answer.
type Code struct {
	Code, Message string
	Status        int
}

// Reference lists every operation in the order of the table of contents.
func Reference() []Entry {
	entries := make([]Entry, len(operations))
	for i, o := range operations {
		entry := Entry{
			Method: o.Method, Path: Prefix + o.Path, Group: o.tag(), Summary: o.Summary, Act: o.Act,
			Public: account.May(db.Actor{}, o.Act), Who: o.who(), Key: keyWords[o.Key],
		}
		for _, refused := range o.codes() {
			entry.Codes = append(entry.Codes, Code{Code: refused.Code, Message: refused.Message, Status: statusOf(refused)})
		}
		entries[i] = entry
	}
	return entries
}

var keyWords = map[keyRule]string{keyIgnored: "", keyAccepted: "possible", keyRequired: "obligatoire"}
