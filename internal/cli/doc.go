// Package cli is the command line and the wiring: the only place where the
// configuration is read, the database opened and the seats mounted.
//
// Results go to standard output, messages to standard error. The exit status
// is 0 when it is done, 1 when it was refused or failed, 2 for a wrong usage.
package cli
