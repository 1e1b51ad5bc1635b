// Package label is where a certifier works: the places that an organisation
// keeps, where each stands with the label, and the page that grants or
// withdraws it by a dated decision with its reason.
package label
