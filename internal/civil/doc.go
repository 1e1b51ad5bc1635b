// Package civil holds time as people live it: a clock that can be moved, days
// and months without hours, the zones of the metropole and overseas, public
// holidays, and opening hours. French words for all of them.
package civil
