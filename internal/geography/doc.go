// Package geography knows the communes of France, their EPCI, départements and
// régions (code officiel géographique 2026), and answers the questions of a
// counter agent: which commune is meant, how far it is, which territory holds
// it.
//
// It is pure: the data is embedded, decoded once on first use, and never
// changes while the program runs. Slices inside its answers are shared, so
// callers read them and do not change them.
//
// Words: commune (the municipality), EPCI (the body that groups communes),
// département, région; code INSEE (five characters, one commune) is not a code
// postal (five digits, often several communes). LICENCE.md says where the data
// comes from.
package geography

//go:generate go run ./generate/main.go ../../../shared/data/geo
//go:generate go run ./generate/borders.go ../../../shared/data/geo
