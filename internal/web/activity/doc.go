// Package activity is where the help given is written down, in under half a
// minute, by sites and desks, and where all of it is read: what was written
// down, the sessions held, the coupons taken alone.
package activity
