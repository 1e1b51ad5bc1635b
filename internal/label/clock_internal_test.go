package label

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
)

func TestAClockPausesAndFallsDueOnAWorkingDay(t *testing.T) {
	on := func(text string) civil.Date {
		day, err := civil.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	for name, test := range map[string]struct {
		acts  []string // "send 2026-03-02"
		today string
		due   string
		days  int
		late  bool
	}{
		"two months, from date to date":  {[]string{"send 2026-03-02"}, "2026-03-12", "2026-05-04", 10, false}, // 2 May is a Saturday
		"the end of a short month":       {[]string{"send 2026-12-31"}, "2027-02-28", "2027-03-01", 59, false}, // 28 February is a Sunday
		"the last day is in time":        {[]string{"send 2026-03-02"}, "2026-05-04", "2026-05-04", 63, false},
		"the day after is late":          {[]string{"send 2026-03-02"}, "2026-05-05", "2026-05-04", 64, true},
		"a holiday moves it":             {[]string{"send 2026-09-11"}, "2026-09-11", "2026-11-12", 0, false},
		"a pause moves it by its days":   {[]string{"send 2026-03-02", "ask 2026-03-12", "complete 2026-03-22"}, "2026-03-23", "2026-05-12", 11, false},
		"a pause under way stands still": {[]string{"send 2026-03-02", "ask 2026-03-12"}, "2026-12-12", "2027-02-01", 10, false},
		"decided, it counts no more":     {[]string{"send 2026-03-02", "grant 2026-04-02"}, "2027-01-01", "2026-05-04", 31, false},
		"decided late, it stays late":    {[]string{"send 2026-03-02", "refuse 2026-06-02"}, "2027-01-01", "2026-05-04", 92, true},
		"an appeal begins anew":          {[]string{"send 2026-03-02", "refuse 2026-06-02", "appeal 2026-06-10"}, "2026-06-12", "2026-08-10", 2, false},
		"given up while more is asked":   {[]string{"send 2026-03-02", "ask 2026-03-12", "give_up 2026-04-12"}, "2027-01-01", "2026-06-02", 10, false},
		"a draft given up never started": {[]string{"give_up 2026-03-12"}, "2027-01-01", "", 0, false},
	} {
		var clock counter
		for _, act := range test.acts {
			word, day := act[:len(act)-11], act[len(act)-10:]
			clock.follow(Step{Act: Act(word), At: on(day).At(600, civil.Paris)})
		}
		read := clock.on(on(test.today))
		if read.Due.String() != test.due || read.Days != test.days || read.Late != test.late {
			t.Errorf("%s: due %s, %d days, late %v; want %s, %d, %v", name, read.Due, read.Days, read.Late, test.due, test.days, test.late)
		}
	}
}

// Asking for more never makes a decision late: what was in time without a pause
// is in time with one, and the days run leave the pause out.
func TestAPauseNeverMakesLate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := civil.On(2026, time.January, 1).AddDays(rapid.IntRange(0, 700).Draw(t, "start"))
		asked := rapid.IntRange(0, 60).Draw(t, "asked")
		pause := rapid.IntRange(0, 90).Draw(t, "pause")
		after := rapid.IntRange(0, 90).Draw(t, "after")
		var plain, paused counter
		plain.start(start)
		paused.start(start)
		paused.pause(start.AddDays(asked))
		paused.resume(start.AddDays(asked + pause))
		without, with := plain.on(start.AddDays(asked+after)), paused.on(start.AddDays(asked+pause+after))
		if with.Days != without.Days {
			t.Fatalf("%d days with a pause, %d without", with.Days, without.Days)
		}
		if with.Late && !without.Late && plain.started.AddMonths(Promised).After(start.AddDays(asked+after)) {
			t.Fatalf("a pause of %d days made it late", pause)
		}
	})
}

// Every state but the last ones has a way out, every act a name, and every
// state can be reached.
func TestTheTransitionsAreWhole(t *testing.T) {
	reached := map[State]bool{"": true}
	for range States {
		for _, line := range transitions {
			if reached[line.From] {
				reached[line.To] = true
			}
			if line.Act.French() == "" || line.Who.French() == "" || line.To.French() == "" {
				t.Errorf("%+v has no French name", line)
			}
		}
	}
	for _, state := range States {
		if !reached[state] {
			t.Errorf("%s is never reached", state)
		}
		out := false
		for _, line := range transitions {
			out = out || line.From == state
		}
		if final := state == Withdrawn || state == Expired; out == final {
			t.Errorf("%s: a way out is %v", state, out)
		}
	}
	for i, line := range transitions {
		for _, other := range transitions[:i] {
			if line.From == other.From && line.Act == other.Act && line.To != other.To {
				t.Errorf("%s in %s leads to two states", line.Act, line.From)
			}
		}
	}
}
