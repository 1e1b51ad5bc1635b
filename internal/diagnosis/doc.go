// Package diagnosis holds the questionnaires that find out what help a person
// needs (repérage, diagnostic), scores the answers and proposes a route.
//
// Questionnaires are versioned data: questions, choices, the score that a
// choice gives in a domain, the brakes that it shows, the reason that it adds in
// plain words, the rules that choose a route, translations. Those that come with
// the program stand in questionnaires/*.json; an instance publishes its own
// beside them. A version that has served is never edited: a change is a new
// version. "quick" has six questions, under two minutes, for any counter;
// "full" asks about the five domains and about what holds back.
//
// Each of five domains is scored 0 none, 1 basic, 2 more, as the national
// statistics institute does for its measure of illectronisme (INSEE Première
// n° 1953, from Eurostat's digital skills indicator). Brakes are needs, never
// conditions. The route is advice: the agent may choose another, with a reason.
//
// Two diagnoses are compared only where both measure a domain alike.
//
// Words: repérage (quick detection), diagnostic complet (full), voie (Route), frein (Brake), ce qui ne peut
// pas attendre (Urgent).
package diagnosis
