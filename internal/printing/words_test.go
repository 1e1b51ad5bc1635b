package printing_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"passerelle/internal/diagnosis"
	"passerelle/internal/printing"
)

// forbidden are what the rules of easy-to-read French leave out: signs, cut
// words, negatives, conditionals, numbers in letters, percentages.
var forbidden = regexp.MustCompile(`(?i)[&§;%]|etc\.|\b(ne|pas|jamais|aucun|aucune|sans|si)\b|\bn[’']|\b(deux|trois|quatre|cinq|six|sept|huit|neuf|dix)\b|\b[IVX]{2,}\b|'`)

func TestWhatThePersonReadsIsEasyToRead(t *testing.T) {
	unmapped := letter()
	unmapped.Map, unmapped.Coupon, unmapped.Name, unmapped.Contact, unmapped.Host = nil, "", "", "", ""
	free := unmapped
	free.Free = true
	free.Ends = free.Starts.Add(45 * time.Minute)

	var lines []string
	for _, l := range []printing.Letter{letter(), unmapped, free} {
		lines = append(lines, l.Lines()...)
	}
	lines = append(lines, poster(t, labelledSite()).Lines()...)
	for _, b := range []printing.Booklet{booklet(10), inStock(booklet(5)), booklet(1)} {
		lines = append(append(append(lines, b.Title(), b.Until()), b.What()...), b.How()...)
	}
	lines = append(lines, printing.FormOf(diagnosis.Quick(), "", printing.Issuer{}).Lines()...)
	for _, line := range lines {
		for _, sentence := range regexp.MustCompile(`[.!?:]`).Split(line, -1) {
			if words := len(strings.Fields(sentence)); words > 12 {
				t.Errorf("%q has %d words; at most 12", sentence, words)
			}
		}
		if found := forbidden.FindString(line); found != "" {
			t.Errorf("%q holds %q", line, found)
		}
	}
}

func TestTheDayIsToldInWords(t *testing.T) {
	for _, test := range []struct {
		starts time.Time
		want   string
	}{
		{time.Date(2026, time.December, 8, 14, 0, 0, 0, time.UTC), "mardi, 8 décembre 2026, à 14 heures"},
		{time.Date(2026, time.October, 1, 9, 30, 0, 0, time.UTC), "jeudi, 1er octobre 2026, à 9 heures 30"},
	} {
		got := strings.ReplaceAll(strings.Join(printing.Letter{Starts: test.starts}.Day(), ", "), "\u00a0", " ")
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.starts, got, test.want)
		}
	}
}

func TestAStatementIsNamedByItsContent(t *testing.T) {
	s := statement()
	if got, want := s.Title(), "Octobre 2026\u00a0: 400\u00a0€ vous sont dus"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.Month = s.Month.Previous().Previous()
	s.Amount = 150
	if got, want := s.Title(), "Août 2026\u00a0: 1,50\u00a0€ vous est dû"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAPartIsRoundedToATenthOfAPercent(t *testing.T) {
	s := statement()
	for _, test := range []struct {
		amount int64
		want   string
	}{{20000, "50\u00a0%"}, {13333, "33,3\u00a0%"}, {26667, "66,7\u00a0%"}, {0, "0\u00a0%"}} {
		if got := s.Part(printing.Share{Amount: cents(test.amount)}); got != test.want {
			t.Errorf("%d of %d: got %q, want %q", test.amount, s.Amount, got, test.want)
		}
	}
	if got := (printing.Statement{}).Part(printing.Share{}); got != "–" {
		t.Errorf("nothing of nothing: got %q", got)
	}
}
