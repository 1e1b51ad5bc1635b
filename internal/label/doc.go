// Package label is the label of places (labellisation): a place that holds it
// is a Site (lieu labellisé), gives workshops and is paid with coupons.
//
// Criteria (critères) are published, versioned data, each with its reason, its
// proof and its weight; a version never changes. An organisation applies for
// one or several of its places (demande), under the version of the day, for
// good. A certifier takes the application (dossier), asks for more, visits, and
// judges each criterion in each place with a word; the score of the verdicts
// decides, place by place. A refusal can be appealed once, before another
// certifier. Transitions is the whole life, on one page.
//
// Invariants, which Check verifies:
//   - a place stands in one undecided application at most;
//   - an application is where its history says, along Transitions, and its clock
//     is what the history makes it;
//   - an outcome follows from its judgements, and stands as a leaf with them;
//   - nobody judges an organisation of which they are a member, in any role, nor
//     an appeal of their own decision;
//   - who certifies a site never pays it: both take their duty through package
//     account, a certifier as soon as they take the application.
//
// A label holds three years, its last day included; a withdrawal ends it the day
// before, a suspension (suspension) likewise, until it is lifted. Decisions are
// only added to; the label's row says where a place stands and is changed only
// from the decision that was read. Package place keeps a copy of the period for
// its searches.
//
// What names a person, and every free text of either side but the reason of a
// decision and the words of verdicts, is sealed with the
// application's own key, destroyed at its term. A site's bank details
// (coordonnées bancaires) lie apart: entered by the owner of the organisation
// that keeps it, sealed with the site's key, read by the accountant. Each entry
// stays; a pointer says which one is paid.
package label
