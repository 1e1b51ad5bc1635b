// Package place is the directory of places (lieux de médiation numérique) where
// people get help online: what the national schema of places, version 1.0.2
// (LaMednum, standard-mediation-num), says of each, and where it is.
//
// A place is known by its source and its id there, so that a file imported
// twice changes nothing. It belongs to nobody until an organisation claims it;
// then that organisation keeps it. It always has a commune, and coordinates:
// its own or, when none are known, those of its commune's centre (Approximate).
//
// Words: lieu (Place), service (Service), public visé (Public), prise en charge
// (SpecialNeed), frais (Fee), dispositif national (Programme), modalité d'accès
// (AccessWay), modalité d'accompagnement (Support). A place that holds the
// label is a Site of package label, which writes the label's period here
// through SetLabelled.
package place
