package money

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/fault"
)

func TestAnAmountIsReadInFrenchAndPlainForms(t *testing.T) {
	for text, want := range map[string]Cents{
		"1 234,50":                      123450,
		"1\u202f234,50\u00a0€":          123450,
		"1\u00a0234":                    123400,
		"1234.5":                        123450,
		"10 €":                          1000,
		"10€":                           1000,
		"10 EUR":                        1000,
		" 0,07 ":                        7,
		"-3,07":                         -307,
		"−3,07 €":                       -307,
		"0":                             0,
		"1 234 567,89":                  123456789,
		"999999999999,99":               99999999999999,
		"007":                           700,
		"12\u2009345,6\u00a0\u202f EUR": 1234560,
	} {
		got, err := Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestAnAmountThatMayBeASlipIsRefused(t *testing.T) {
	for _, text := range []string{
		"", " ", "€", "-", "abc", "1,234", "1,2345", "12 34", "1234 567", "1.234,50", "1,234.50", "1,", ",5", "--1", "1-",
		"+1", "1e3", "0x10", "١٢", "10 $", "10 € €", "10€5", "1  234", "9999999999999", "NaN", "1_000",
	} {
		if got, err := Parse(text); !fault.HasCode(err, "bad_amount") {
			t.Errorf("Parse(%q) = %d, %v; want bad_amount", text, got, err)
		}
	}
}

func TestAnAmountIsWrittenInFrench(t *testing.T) {
	for amount, want := range map[Cents][3]string{
		0:                    {"0,00\u00a0€", "0\u00a0€", "0.00"},
		7:                    {"0,07\u00a0€", "0,07\u00a0€", "0.07"},
		40000:                {"400,00\u00a0€", "400\u00a0€", "400.00"},
		123450:               {"1\u202f234,50\u00a0€", "1\u202f234,50\u00a0€", "1234.50"},
		-307:                 {"\u22123,07\u00a0€", "\u22123,07\u00a0€", "-3.07"},
		123456789:            {"1\u202f234\u202f567,89\u00a0€", "1\u202f234\u202f567,89\u00a0€", "1234567.89"},
		-9223372036854775808: {"\u221292\u202f233\u202f720\u202f368\u202f547\u202f758,08\u00a0€", "\u221292\u202f233\u202f720\u202f368\u202f547\u202f758,08\u00a0€", "-92233720368547758.08"},
	} {
		got := [3]string{amount.String(), amount.Short(), amount.Decimal()}
		if got != want {
			t.Errorf("%d is written %q; want %q", int64(amount), got, want)
		}
	}
}

func TestEveryWrittenAmountIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := Cents(rapid.Int64Range(-99999999999999, 99999999999999).Draw(t, "amount"))
		for _, text := range []string{amount.String(), amount.Short(), amount.Decimal()} {
			if got, err := Parse(text); err != nil || got != amount {
				t.Fatalf("Parse(%q) = %d, %v; want %d", text, got, err, amount)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1 234,50", "1234.5", "10 €", "-3,07", "12 34", "€", "\u202f", "1\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(amount.String()); err != nil || again != amount {
			t.Errorf("%q is read as %d, then %d, %v", text, amount, again, err)
		}
	})
}

func TestASplitFollowsTheLargestRemainders(t *testing.T) {
	for _, test := range []struct {
		total   Cents
		weights []int64
		want    []Cents
	}{
		{1000, []int64{50, 30, 20}, []Cents{500, 300, 200}},
		{100, []int64{1, 1, 1}, []Cents{34, 33, 33}},
		{101, []int64{1, 1, 1}, []Cents{34, 34, 33}},
		{10, []int64{7, 0, 8}, []Cents{5, 0, 5}},
		{1, []int64{1, 2}, []Cents{0, 1}},
		{-100, []int64{1, 1, 1}, []Cents{-34, -33, -33}},
		{0, []int64{3, 4}, []Cents{0, 0}},
		{9e18, []int64{1 << 61, 1 << 61}, []Cents{45e17, 45e17}},
	} {
		if got := Split(test.total, test.weights); !slices.Equal(got, test.want) {
			t.Errorf("Split(%d, %v) = %v; want %v", test.total, test.weights, got, test.want)
		}
	}
}

func TestASplitIsExactAndWithinOneCentOfEachShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := drawWeights(t, 12, 1_000_000)
		total := Cents(rapid.Int64Range(0, 1e9).Draw(t, "total"))
		parts := Split(total, weights)
		if added(parts...) != total {
			t.Fatalf("parts %v sum to %d, not %d", parts, added(parts...), total)
		}
		checkNear(t, parts, total, weights, 1)
	})
}

func TestThePartsOfEveryCouponAreExactAndNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Small faces and uneven weights are where a naive rule fails.
		face := Cents(rapid.OneOf(rapid.Int64Range(0, 20), rapid.Int64Range(1, 5000)).Draw(t, "face"))
		weights := drawWeights(t, 16, rapid.SampledFrom([]int64{3, 100, 10_000, 100_000_000}).Draw(t, "largest"))
		first := rapid.IntRange(1, 100_000).Draw(t, "first")
		totals := Totals(weights, face, first-1)
		for rank := first; rank < first+40; rank++ {
			parts := Alloc(weights, face, rank)
			if added(parts...) != face {
				t.Fatalf("coupon %d: parts %v do not sum to %d", rank, parts, face)
			}
			for i, part := range parts {
				if part < 0 || part > 0 && weights[i] == 0 {
					t.Fatalf("coupon %d: parts %v of weights %v", rank, parts, weights)
				}
				totals[i] += part
			}
			if want := Totals(weights, face, rank); !slices.Equal(totals, want) {
				t.Fatalf("coupon %d: the sums %v are not the totals %v", rank, totals, want)
			}
			within := int64(2)
			if everyCentWhole(face, weights) || len(weights) <= 4 {
				within = 1
			}
			checkNear(t, totals, face*Cents(rank), weights, within)
		}
	})
}

func TestTotalsAreThoseOfSplitWhereEachFunderBearsACentOfACoupon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := drawWeights(t, 8, 1000)
		face := Cents(rapid.Int64Range(1, 5000).Draw(t, "face"))
		count := rapid.IntRange(0, 1_000_000).Draw(t, "count")
		if !everyCentWhole(face, weights) {
			t.Skip("a funder bears less than a cent")
		}
		if got, want := Totals(weights, face, count), Split(face*Cents(count), weights); !slices.Equal(got, want) {
			t.Fatalf("Totals = %v; Split = %v", got, want)
		}
	})
}

func TestTheLargestRemainderAloneWouldTakeACentBack(t *testing.T) {
	weights, face := []int64{6, 6, 1}, Cents(1)
	lost := false
	for rank := 1; rank <= 13; rank++ {
		before, after := Split(face*Cents(rank-1), weights), Split(face*Cents(rank), weights)
		for i := range weights {
			lost = lost || after[i] < before[i]
		}
		for _, part := range Alloc(weights, face, rank) {
			if part < 0 {
				t.Errorf("coupon %d has a negative part", rank)
			}
		}
	}
	if !lost {
		t.Error("these weights no longer show the paradox that Totals guards against")
	}
}

func TestWeightsThatCannotShareAreABug(t *testing.T) {
	for _, weights := range [][]int64{nil, {0, 0}, {-1, 2}, {1 << 62, 1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Split accepts the weights %v", weights)
				}
			}()
			Split(100, weights)
		}()
	}
}

func drawWeights(t *rapid.T, most int, largest int64) []int64 {
	weights := rapid.SliceOfN(rapid.Int64Range(0, largest), 1, most).Draw(t, "weights")
	weights[rapid.IntRange(0, len(weights)-1).Draw(t, "above zero")]++
	return weights
}

func everyCentWhole(face Cents, weights []int64) bool {
	whole := int64(0)
	for _, weight := range weights {
		whole += weight
	}
	for _, weight := range weights {
		if weight > 0 && int64(face)*weight < whole {
			return false
		}
	}
	return true
}

// checkNear fails unless each part is less than this many cents from its share.
func checkNear(t *rapid.T, parts []Cents, total Cents, weights []int64, within int64) {
	whole := int64(0)
	for _, weight := range weights {
		whole += weight
	}
	for i, part := range parts {
		gap := int64(part)*whole - int64(total)*weights[i]
		if gap >= within*whole || gap <= -within*whole {
			t.Fatalf("part %d of %v is %d/%d cents from its share of %d by %v", i, parts, gap, whole, total, weights)
		}
	}
}

func added(parts ...Cents) (total Cents) {
	for _, part := range parts {
		total += part
	}
	return total
}
