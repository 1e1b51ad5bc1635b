// Package bearer is what the holder of a booklet sits in front of, alone or with
// whoever helps them: with the booklet's number and the code printed inside, the
// next seat and the coupons that are left, a seat to take, to move or to give up,
// the answer to a seat that became free, the appointment page once more.
//
// No account and no name: the actor is the holder of one booklet (db.Bearer), for
// some minutes on one browser. The numbers come in bodies, never in addresses, so
// no log holds them. Every sentence is in plain words, and nothing needs a script.
package bearer
