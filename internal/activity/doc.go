// Package activity keeps the help that was given, so that the figures tell the
// whole work and not only the coupons: one-off help, groups of people who gave
// no name, events, at a counter or at a site.
//
// Nobody is counted twice: an activity that used a coupon names its redemption,
// which is then no help of its own, and a group written down on a day when its
// place held a session says that it was another one. report.Helps reads all the
// help given together: activities, sessions held, coupons taken outside a session.
//
// Invariants, which Check verifies:
//   - an activity is its last revision; every revision is as recorded;
//   - what is told of the people helped never counts more people than there were;
//   - a standing redemption is named by one standing activity at most.
//
// Words: activité (Activity), thème (Theme), canal (Channel), correction
// (Revision). The vocabulary is that of the conseillers numériques'
// activity report; the file's columns are those of La Coop de la médiation
// numérique, as its public code writes them.
package activity
