package money

import (
	"cmp"
	"math/bits"
	"slices"
)

// Split shares a total by weights, to the cent: each part is its exact share
// rounded down, and the cents left go one each to the largest remainders (the
// earlier weight first when they tie). Parts sum to total, each is within one
// cent of its exact share, and a weight of zero gets nothing. A negative total
// gives the opposite of the parts of its magnitude.
//
// Weights are never negative and sum to between 1 and 2⁶²; anything else is a
// bug of the caller, and panics.
func Split(total Cents, weights []int64) []Cents {
	if total < 0 {
		parts := Split(-total, weights)
		for i := range parts {
			parts[i] = -parts[i]
		}
		return parts
	}
	whole := sum(weights)
	parts := make([]Cents, len(weights))
	remainders := make([]uint64, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, weight := range weights {
		parts[i], remainders[i] = share(total, weight, whole)
		order[i] = i
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(remainders[j], remainders[i]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}

// Totals is what each funder bears of the first count coupons of an order. It
// is alloc(count) of the rule that fixes a coupon's split by its rank.
//
// It is Split(face × count, weights) wherever each funder bears at least one
// cent of a coupon. Below that, the largest remainder is not monotone: as the
// total grows, a funder may lose a cent it had (the Alabama paradox: by weights
// 6, 6 and 1, the third bears a cent of the first 5 and none of the first 6
// coupons of one cent), so that a coupon's part would be
// negative. Rounding cumulative weights has the same fault. A tree of
// two-way roundings is monotone whatever the weights, and stays within one
// cent of the exact share up to four funders, two cents up to sixteen: it is
// used for those agreements alone. Both give the exact share when it is whole.
func Totals(weights []int64, face Cents, count int) []Cents {
	if face < 0 || count < 0 {
		panic("money: a coupon's face and rank are not negative")
	}
	whole := sum(weights)
	total := face * Cents(count)
	if count > 0 && total/Cents(count) != face {
		panic("money: too many coupons")
	}
	for _, weight := range weights {
		if part, _ := share(face, weight, whole); weight > 0 && part == 0 {
			parts := make([]Cents, len(weights))
			halve(total, weights, parts)
			return parts
		}
	}
	return Split(total, weights)
}

// Alloc is what each funder bears of the coupon of this rank, the first being
// 1: Totals(rank) − Totals(rank − 1). The parts of a coupon are never negative
// and sum to its face; those of the first n coupons sum to Totals(n), in
// whatever order coupons are redeemed, reversed or expire.
func Alloc(weights []int64, face Cents, rank int) []Cents {
	if rank < 1 {
		panic("money: the first coupon's rank is 1")
	}
	parts := Totals(weights, face, rank)
	for i, before := range Totals(weights, face, rank-1) {
		parts[i] -= before
	}
	return parts
}

// halve gives one half of the funders their share of the total, rounded to the
// nearest cent, the other half the rest, and again inside each half. Each half
// of a two-way rounding never decreases as its total grows, so no leaf does.
// With rounding errors of at most half a cent, scaled down at each level, a
// leaf of depth two errs by less than one cent.
func halve(total Cents, weights []int64, parts []Cents) {
	if len(weights) == 1 {
		parts[0] = total
		return
	}
	middle := len(weights) / 2
	whole := add(weights)
	if whole == 0 {
		return
	}
	first, remainder := share(total, int64(add(weights[:middle])), whole)
	if remainder >= whole-remainder {
		first++
	}
	halve(first, weights[:middle], parts[:middle])
	halve(total-first, weights[middle:], parts[middle:])
}

// share is total × weight ÷ whole in 128 bits, with its remainder.
func share(total Cents, weight int64, whole uint64) (Cents, uint64) {
	high, low := bits.Mul64(uint64(total), uint64(weight))
	quotient, remainder := bits.Div64(high, low, whole)
	return Cents(quotient), remainder
}

// sum checks weights and adds them.
func sum(weights []int64) uint64 {
	var whole uint64
	for _, weight := range weights {
		whole += uint64(weight)
		if weight < 0 || whole > 1<<62 {
			panic("money: weights are not negative and sum to at most 2⁶²")
		}
	}
	if whole == 0 {
		panic("money: one weight at least is above zero")
	}
	return whole
}

func add(weights []int64) uint64 {
	var whole uint64
	for _, weight := range weights {
		whole += uint64(weight)
	}
	return whole
}
