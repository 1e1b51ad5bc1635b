// Package voucher is the life of booklets (carnets) and their coupons (chèques):
// print, stock, hand over, redeem, reverse, block, expire, and their way through
// statements and payments.
//
// A booklet is printed at its place in an order, which fixes the ranks of its
// coupons and so what each funder bears of them. Handing it over makes it live,
// only where received cash covers it. A coupon pays one service at a labelled
// site, once; it can be given back until it is on a closed statement.
//
// Invariants, held by guarded statements and unique keys, and verified by Check:
// a coupon is redeemed at most once per turn, and a turn begins only with a
// reversal; every state is explained by an act that was inserted and never
// changes; cover and journal are at any instant what the coupons' states say.
// Nothing on the path of a redemption changes a row that another redemption
// changes too.
//
// Words: carnet (booklet), chèque (coupon), remise (handover), utilisation
// (redemption), annulation (reversal), blocage (block), rang (rank).
package voucher
