// Package account holds people, organisations, their roles and how they sign in.
//
// An organisation (organisation) is a town hall, an association, a département,
// the issuer itself. A person (personne) is known by an e-mail and holds
// memberships (appartenances): a role and a level in an organisation. One person
// may hold several; a session acts in one of them at a time.
//
// What a role may do stands in one table, in acts.go, which pages, API and
// operations all read through May and Require.
//
// Invariants: names and e-mails are sealed with their person's key and found
// again by a keyed hash only; passwords and tokens are kept as hashes; a code
// of the second factor serves once; the person who certifies a site never pays
// it (TakeDuty). Passwords are hashed and verified outside transactions, because
// it takes long on purpose.
package account
