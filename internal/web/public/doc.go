// Package public is what anyone sees: the directory of places, signing in, an
// invitation or a forgotten password, and one's own account.
package public
