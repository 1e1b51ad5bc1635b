// Package exchange brings public files in, and takes them out: places, in the
// national schema of places.
//
// An import reads a file line by line, in bounded memory, and commits in slices
// of 500 lines. Every line ends in exactly one count: created, updated,
// unchanged, refused or ignored; nothing is lost without a word. What was put
// right on the way (a lost leading zero, an old vocabulary, coordinates out of
// their commune) has a line in the report, and so has what was refused, with
// its field, the rule it breaks and what to do. A dry run is the same call,
// rolled back.
//
// A value of the file replaces what the directory holds when its line is newer;
// on the same day it completes it; an older line is ignored. A column that the
// file does not have erases nothing.
package exchange
