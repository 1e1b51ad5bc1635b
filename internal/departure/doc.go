// Package departure holds the acts and the nightly work that cross several
// capabilities: what one of them cannot know of the others is read here and
// written back through them.
//
// Freshness looks at every place of the directory: the last sign of life that
// the place itself, its workshops and its coupons give, and whether that is too
// old to be believed.
//
// Words: nouvelle (place.Sign), sans nouvelle (place.Place.Stale).
package departure
