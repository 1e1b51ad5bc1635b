package place

import "testing"

// A word without a bit would be asked for and never filter.
func TestEveryWordThatASearchAsksForHasABitOfItsOwn(t *testing.T) {
	if len(offered) > 63 {
		t.Errorf("%d bits, an integer has 63", len(offered))
	}
	seen := map[string]bool{}
	for _, name := range offered {
		if seen[name] {
			t.Errorf("%s twice", name)
		}
		seen[name] = true
	}
	for column, words := range map[string]Vocabulary{
		"services": Services, "publics": Publics, "special_needs": SpecialNeeds, "fees": Fees, "access_ways": AccessWays, "equipment": Equipments,
	} {
		for _, word := range words {
			if !seen[column+":"+word.Code] {
				t.Errorf("%s:%s has none", column, word.Code)
			}
		}
	}
}

// The bits are in the database: what stands here moves in no version.
func TestTheBitsOfTheFirstAndTheLastWordsStay(t *testing.T) {
	for name, bit := range map[string]int{offerAccessible: 0, offerPass: 2, "services:procedures": 3, "publics:youth": 12, "fees:free": 24, "equipment:private_room": 40, "afternoon:6": 54} {
		if offer(name) != 1<<bit {
			t.Errorf("%s is %b", name, offer(name))
		}
	}
}
