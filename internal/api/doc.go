// Package api is the JSON API, mounted at /api/v1.
//
// operations.go is its table of contents: each line names a method, a path, the
// act one must be allowed to do, and what answers. Everything else follows from
// that table: the routes, the wall of roles, the OpenAPI document, the page of
// reference.
//
// A request is answered in this order: token → actor; account.May; the
// idempotency key; the body's shape (422 with a French message per field); the
// operation, in one transaction. Every refusal is a problem document (RFC 9457)
// with a stable code; the list of codes is package fault's catalogue.
//
// Words on the wire: amounts are integer cents (amount_cents), instants RFC 3339
// in UTC, days YYYY-MM-DD, states the words of the domain, references …_id. A
// list is a page {"items":[…],"next":"…"}; next is empty on the last one.
package api
