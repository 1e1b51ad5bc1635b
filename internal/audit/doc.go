// Package audit is the record of acts (registre scellé): one append-only leaf
// for every act that moves a right or money.
//
// A leaf holds the act's name, the row it stands for, who did it and when, and
// a salted hash of that row's canonical form. It holds no personal data and no
// copy of the row. The words of an act are "capability.verb", as in
// "voucher.redeem".
package audit
