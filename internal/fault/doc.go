// Package fault holds the one error type of Passerelle.
//
// A fault says what kind of refusal it is (which decides the HTTP status and
// the exit code), a stable code that programs can test, and one sentence in
// French that tells a counter agent what to do. Any other error is a bug or a
// broken machine: it is logged with the request's id and never shown.
package fault
