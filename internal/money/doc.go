// Package money holds amounts in integer euro cents: how they are read, how
// they are written in French, and how they are shared between funders so that
// not one cent is lost or made.
package money
