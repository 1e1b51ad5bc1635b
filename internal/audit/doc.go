// Package audit is the record of acts (registre scellé): one append-only leaf
// for every act that moves a right or money, and the sealed log that numbers
// them, so that none can be changed, removed or slipped in unseen.
//
// A leaf holds the act's name, the row it stands for, who did it and when, and
// a salted hash of all that with the row's canonical form. It holds no personal
// data and no copy of the row. The words of an act are "capability.verb", as in
// "voucher.redeem". [Record] adds one in the act's own transaction.
//
// [Sequence], which one server at a time runs each second, gives the waiting
// leaves their numbers, from 0, and puts their hashes at the end of a Merkle
// tree (RFC 6962, SHA-256) kept in tiles as public transparency logs keep
// theirs (C2SP tlog-tiles). It signs what the tree then is: a checkpoint (point
// de contrôle; C2SP tlog-checkpoint, a signed note). From the tiles anyone can
// make the proof that a leaf is in the log (inclusion) and that one checkpoint
// continues another (consistency); [Verify] does it from outside with nothing
// but the public key.
//
// Invariants: numbers follow one another without a gap; a number given never
// changes; an entry of the log is exactly the 32 bytes of a leaf's hash; every
// checkpoint is the root of the tree at its size. [Check] verifies them, and
// [Replay] compares rows with their leaves.
package audit
