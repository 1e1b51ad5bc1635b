// Package funding is who pays for passes: funders, their agreements, the orders
// placed under them, the cash received, and what of it is in anyone's hands.
//
// An agreement (convention) says by weights what each funder (financeur) pays of
// every order (commande) placed under it. Cash received for an order and a
// funder covers that funder's part of the coupons handed over, and of nothing
// else: per order and funder, committed + refunded ≤ received, held by a guarded
// statement and by the table's own check. Committed is what stands behind the
// coupons that are live, redeemed, in payment or paid.
//
// What each funder bears of a coupon is fixed by the coupon's rank in its order
// (Split), so handovers, reversals and expiries are exact in any order.
//
// Words: convention (agreement), commande (order), encaissement (receipt),
// disponible (available), part (share).
package funding
