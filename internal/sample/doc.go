// Package sample makes the sample programme: a believable département, la
// Creuse, with its real communes and the real places of its directory, in which
// invented organisations and people order, hand over, come, redeem and pay for
// three months.
//
// Everything is done through the capabilities' own operations, by the roles
// that may do them and at the instants when they would, so that the sample is
// also the longest test of the whole: every invariant holds in it. For one seed
// and one day it is the same in counts, names, dates, states and figures;
// identifiers, numbers and secrets are fresh each time.
package sample
