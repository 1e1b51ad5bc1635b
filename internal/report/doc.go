// Package report answers read-only questions over the whole programme: whether
// every invariant holds, and what is owed against the cash that covers it. It
// may SELECT anything and writes nothing.
package report
