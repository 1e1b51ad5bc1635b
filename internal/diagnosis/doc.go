// Package diagnosis holds the questionnaires that find out what help a person
// needs (repérage, diagnostic), scores the answers and proposes a route.
//
// Questionnaires are versioned data (questionnaires/*.json): questions, choices,
// the score that a choice gives in a domain, the brakes that it shows, the
// reason that it adds in plain words, and the rules that choose a route. A
// version that has served is never edited: a change is a new version. The
// quick one has six questions, under two minutes, for any counter.
//
// Each of five domains is scored 0 none, 1 basic, 2 more, as the national
// statistics institute does for its measure of illectronisme (INSEE Première
// n° 1780, from Eurostat's digital skills indicator). Brakes are needs, never
// conditions. The route is advice: the agent may choose another, with a reason.
//
// Words: repérage (quick detection), voie (Route), frein (Brake), ce qui ne peut
// pas attendre (Urgent).
package diagnosis
