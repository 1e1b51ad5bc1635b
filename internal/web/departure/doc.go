// Package departure is what those concerned sit in front of when a site leaves,
// or its label stops: who keeps it announces the departure, it and the counters
// find everyone another seat, and who follows the programme sees how many are
// left.
package departure
