// Package territory is what a territory's team sits in front of: its orders,
// what became of each, and the booklets printed from them. The programme's team
// signs the agreements and names the funders here; funders read the orders that
// they pay, and their agreements; accountants and auditors read them all.
package territory
