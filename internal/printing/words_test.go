package printing_test

import (
	"strings"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/diagnosis"
	"passerelle/internal/plainwords"
	"passerelle/internal/printing"
)

// personal is a paper that the person helped reads, filled in with sample data:
// its lines, and the names that are told in it as they were given.
type personal struct {
	name  string
	lines []string
	names []string
}

// papersInPlainWords are every paper that the person helped reads.
func papersInPlainWords(t *testing.T) []personal {
	unmapped := letter()
	unmapped.Map, unmapped.Coupon, unmapped.Name, unmapped.Contact, unmapped.Host = nil, "", "", "", ""
	free := unmapped
	free.Free = true
	free.Ends = free.Starts.Add(45 * time.Minute)
	var papers []personal
	for _, l := range []printing.Letter{letter(), unmapped, free} {
		papers = append(papers, personal{"letter", l.Lines(), append([]string{l.Name, l.Site, l.Workshop, l.Host, l.Contact}, l.Address...)})
	}
	meeting := meeting()
	undated := meeting
	undated.Day, undated.At, undated.Name = civil.Date{}, 0, ""
	remote, waiting := meeting, meeting
	remote.Remote, waiting.Workshop = true, "Mes démarches en ligne"
	for _, m := range []printing.Meeting{meeting, undated, remote, waiting} {
		papers = append(papers, personal{"meeting", m.Lines(), append([]string{m.Name, m.Site}, m.Address...)})
	}
	made := poster(t, labelledSite())
	papers = append(papers, personal{"poster", made.Lines(), append([]string{made.Name}, made.Address...)})
	for _, b := range []printing.Booklet{booklet(10), inStock(booklet(5)), booklet(1)} {
		papers = append(papers, personal{"booklet", b.Lines(), append([]string{b.Desk, b.Place}, b.Payers...)})
	}
	for _, a := range []printing.Agenda{agenda(3), agenda(0)} {
		papers = append(papers, personal{"agenda", a.Lines(), []string{"Mes démarches en ligne"}})
	}
	for _, questionnaire := range []diagnosis.Questionnaire{diagnosis.Quick()} {
		papers = append(papers, personal{"form", printing.FormOf(questionnaire, "", printing.Issuer{}).Lines(), nil})
	}
	return papers
}

func TestWhatThePersonReadsIsEasyToRead(t *testing.T) {
	for _, paper := range papersInPlainWords(t) {
		for _, breach := range plainwords.Check(strings.Join(paper.lines, "\n"), paper.names...) {
			t.Errorf("%s: %q: %s", paper.name, breach.Line, breach.French())
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
