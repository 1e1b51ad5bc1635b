package civil

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/fault"
)

func TestAManualClockStandsStillUntilItIsMoved(t *testing.T) {
	start := time.Date(2026, 10, 13, 9, 0, 0, 123456789, Paris)
	clock := NewManual(start)
	if got, want := clock.Now(), time.Date(2026, 10, 13, 7, 0, 0, 123456000, time.UTC); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("Now = %v; want %v", got, want)
	}
	clock.Advance(time.Hour)
	if got := DateOf(clock.Now(), Paris).String() + " " + FrenchHour(clock.Now().In(Paris)); got != "2026-10-13 10\u00a0h" {
		t.Errorf("an hour later it is %q", got)
	}
	shifted := StartingAt(clock, start)
	clock.Advance(time.Minute)
	if got := shifted.Now().Sub(start.UTC()).Round(time.Millisecond); got != time.Minute {
		t.Errorf("a shifted clock ran %v in a minute", got)
	}
}

func TestADayThatDoesNotExistIsRefused(t *testing.T) {
	for _, text := range []string{"", "2026-02-29", "2026-13-01", "2026-1-1", "13/10/2026", "0000-01-01", "2026-10-13T00:00:00Z", "12026-10-13"} {
		if day, err := ParseDate(text); !fault.HasCode(err, "bad_date") {
			t.Errorf("ParseDate(%q) = %v, %v; want bad_date", text, day, err)
		}
	}
	for _, text := range []string{"", "2026", "2026-00", "2026-1", "2026-10-01"} {
		if month, err := ParseMonth(text); !fault.HasCode(err, "bad_month") {
			t.Errorf("ParseMonth(%q) = %v, %v; want bad_month", text, month, err)
		}
	}
}

func TestDaysAndMonthsSurviveTheirTextAndTheDatabase(t *testing.T) {
	type row struct {
		Day   Date
		Month Month
	}
	rapid.Check(t, func(t *rapid.T) {
		day := drawDate(t, "day")
		before := row{day, day.Month()}
		text, err := json.Marshal(before)
		if err != nil {
			t.Fatal(err)
		}
		var after row
		if err := json.Unmarshal(text, &after); err != nil || after != before {
			t.Fatalf("%s is read as %v, %v", text, after, err)
		}
		var scanned row
		dayValue, _ := before.Day.Value()
		monthValue, _ := before.Month.Value()
		if err := scanned.Day.Scan(dayValue); err != nil || scanned.Day != before.Day {
			t.Fatalf("%v is scanned as %v, %v", dayValue, scanned.Day, err)
		}
		if err := scanned.Month.Scan([]byte(monthValue.(string))); err != nil || scanned.Month != before.Month {
			t.Fatalf("%v is scanned as %v, %v", monthValue, scanned.Month, err)
		}
	})
}

func TestNoDayIsNullInTheDatabase(t *testing.T) {
	day, month := On(2026, 1, 1), On(2026, 1, 1).Month()
	if value, err := (Date{}).Value(); value != nil || err != nil {
		t.Errorf("the zero Date is kept as %v, %v", value, err)
	}
	if err := day.Scan(nil); err != nil || !day.IsZero() {
		t.Errorf("NULL is scanned as %v, %v", day, err)
	}
	if err := month.Scan(nil); err != nil || !month.IsZero() {
		t.Errorf("NULL is scanned as %v, %v", month, err)
	}
	if err := day.Scan(int64(3)); err == nil {
		t.Error("an integer is scanned as a day")
	}
	if got := (Date{}).French() + (Date{}).FrenchShort() + (Date{}).FrenchLong() + (Month{}).French(); got != "" {
		t.Errorf("no day is written %q", got)
	}
}

func TestTextsOfDaysSortAsDaysDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawDate(t, "a"), drawDate(t, "b")
		if a.Before(b) != (a.String() < b.String()) || a.After(b) != b.Before(a) || a.AddDays(a.DaysUntil(b)) != b {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

func TestAMonthLaterStaysInsideAShortMonth(t *testing.T) {
	for _, test := range []struct {
		from   Date
		months int
		want   string
	}{
		{On(2026, 1, 31), 1, "2026-02-28"},
		{On(2028, 1, 31), 1, "2028-02-29"},
		{On(2026, 3, 31), -1, "2026-02-28"},
		{On(2026, 12, 15), 1, "2027-01-15"},
		{On(2028, 2, 29), 12, "2029-02-28"},
		{On(2026, 10, 13), 18, "2028-04-13"},
	} {
		if got := test.from.AddMonths(test.months).String(); got != test.want {
			t.Errorf("%v plus %d months = %v; want %v", test.from, test.months, got, test.want)
		}
	}
}

func TestDaysAndHoursAreWrittenInFrench(t *testing.T) {
	for got, want := range map[string]string{
		On(2026, 10, 13).French():                          "mardi 13 octobre 2026",
		On(2026, 10, 1).French():                           "jeudi 1er octobre 2026",
		On(2026, 8, 2).FrenchLong():                        "2 août 2026",
		On(2026, 2, 3).FrenchShort():                       "03/02/2026",
		On(2026, 10, 1).Month().French():                   "octobre 2026",
		Period{On(2026, 10, 1), On(2026, 12, 31)}.French(): "du 1er octobre 2026 au 31 décembre 2026",
		Period{From: On(2026, 10, 2)}.French():             "à partir du 2 octobre 2026",
		TimeOfDay(14 * 60).French():                        "14\u00a0h",
		TimeOfDay(9*60 + 30).French():                      "9\u00a0h\u00a030",
		TimeOfDay(9*60 + 5).French():                       "9\u00a0h\u00a005",
		TimeOfDay(24 * 60).French():                        "minuit",
		TimeOfDay(26 * 60).French():                        "2\u00a0h",
		TimeOfDay(14 * 60).FrenchLong():                    "14\u00a0heures",
		TimeOfDay(9*60 + 30).FrenchLong():                  "9\u00a0heures\u00a030",
		TimeOfDay(60).FrenchLong():                         "1\u00a0heure",
		FrenchWeekday(time.Sunday):                         "dimanche",
	} {
		if got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

func TestAMonthHoldsItsDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := drawDate(t, "day")
		month := day.Month()
		if !month.Contains(day) || !month.Contains(month.First()) || !month.Contains(month.Last()) ||
			month.Contains(month.First().AddDays(-1)) || month.Next().First() != month.Last().AddDays(1) ||
			month.Next().Previous() != month || !month.Period().Contains(day) || month.Compare(month.Next()) >= 0 ||
			month.Period().Days() != month.Last().Day() {
			t.Fatalf("month of %v", day)
		}
	})
}

func TestBothEndsOfAPeriodAreInIt(t *testing.T) {
	period := Period{On(2026, 10, 1), On(2026, 10, 31)}
	open := Period{From: On(2026, 10, 31)}
	for day, want := range map[Date]bool{On(2026, 9, 30): false, period.From: true, period.To: true, On(2026, 11, 1): false} {
		if got := period.Contains(day); got != want {
			t.Errorf("Contains(%v) = %v", day, got)
		}
	}
	if !open.Contains(On(2099, 1, 1)) || open.Contains(On(2026, 10, 30)) || !open.Overlaps(period) || !period.Overlaps(open) {
		t.Error("an open-ended period goes on for ever from its first day")
	}
	if period.Overlaps(Period{From: On(2026, 11, 1)}) {
		t.Error("a period overlaps the one that follows it")
	}
}

func TestEachTerritoryHasItsOwnHour(t *testing.T) {
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for code, want := range map[string]string{
		"23": "14:00", "23096": "14:00", "2A": "14:00", "2B033": "14:00", "": "14:00",
		"971": "08:00", "97105": "08:00", "972": "08:00", "973": "09:00", "97302": "09:00", "974": "16:00", "975": "10:00",
		"976": "15:00", "97608": "15:00", "977": "08:00", "978": "08:00", "986": "00:00", "987": "02:00", "98735": "02:00", "988": "23:00",
		"98731": "02:30", "98719": "03:00",
	} {
		if got := noon.In(ZoneOf(code)).Format("15:04"); got != want {
			t.Errorf("at noon UTC it is %s in %q; want %s", got, code, want)
		}
	}
	late := time.Date(2026, 10, 31, 23, 30, 0, 0, time.UTC)
	if MonthOf(late, Paris).String() != "2026-11" || MonthOf(late, ZoneOf("971")).String() != "2026-10" {
		t.Error("the month of an instant depends on the territory")
	}
}

func TestADayStartsWhenItsFirstInstantIsOfThatDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := On(rapid.IntRange(1980, 2100).Draw(t, "year"), 1, 1).AddDays(rapid.IntRange(0, 365).Draw(t, "day"))
		// Beirut has sprung forward at midnight: its day then starts at 1.
		zone := zone(rapid.SampledFrom([]string{"Europe/Paris", "Indian/Reunion", "America/Cayenne", "Asia/Beirut"}).Draw(t, "zone"))
		start := day.In(zone)
		if DateOf(start, zone) != day || DateOf(start.Add(-time.Nanosecond), zone) == day {
			t.Fatalf("%v starts at %v", day, start)
		}
	})
	if got := On(2026, 3, 29).At(9*60+30, Paris).UTC().Format(time.RFC3339); got != "2026-03-29T07:30:00Z" {
		t.Errorf("9 h 30 on the day the hour changes is %s", got)
	}
}

func TestEasterFallsOnItsKnownDays(t *testing.T) {
	// Dates of the United States Naval Observatory's and of church calendars.
	for year, want := range map[int]string{
		1818: "03-22", 1886: "04-25", 1900: "04-15", 1943: "04-25", 1954: "04-18", 1961: "04-02", 1981: "04-19", 1999: "04-04", 2000: "04-23",
		2008: "03-23", 2011: "04-24", 2016: "03-27", 2019: "04-21", 2020: "04-12", 2021: "04-04", 2022: "04-17", 2023: "04-09", 2024: "03-31",
		2025: "04-20", 2026: "04-05", 2027: "03-28", 2028: "04-16", 2029: "04-01", 2030: "04-21", 2035: "03-25", 2038: "04-25", 2049: "04-18", 2285: "03-22",
	} {
		if got := easterSunday(year).String()[5:]; got != want {
			t.Errorf("Easter %d is on %s; want %s", year, got, want)
		}
	}
	for year := 1900; year <= 2299; year++ {
		easter := easterSunday(year)
		if easter.Weekday() != time.Sunday || easter.Before(On(year, 3, 22)) || easter.After(On(year, 4, 25)) {
			t.Errorf("Easter %d is on %v", year, easter)
		}
	}
}

func TestEachTerritoryHasItsPublicHolidays(t *testing.T) {
	for code, want := range map[string]int{"23": 11, "2A004": 11, "57": 13, "67482": 13, "68": 13, "971": 12, "97209": 12, "973": 12, "974": 12, "975": 11, "976": 12, "977": 12, "978": 12} {
		holidays := Holidays(2026, code)
		if len(holidays) != want {
			t.Errorf("%d holidays in %s; want %d", len(holidays), code, want)
		}
		for i := 1; i < len(holidays); i++ {
			if !holidays[i-1].Date.Before(holidays[i].Date) {
				t.Errorf("in %s %v comes before %v", code, holidays[i-1], holidays[i])
			}
		}
	}
	for _, test := range []struct {
		day  Date
		code string
		want bool
	}{
		{On(2026, 4, 6), "23", true},
		{On(2026, 5, 14), "23", true},
		{On(2026, 5, 25), "23", true},
		{On(2026, 4, 3), "23", false},
		{On(2026, 4, 3), "57", true},
		{On(2026, 12, 26), "67", true},
		{On(2026, 5, 27), "97105", true},
		{On(2026, 5, 27), "972", false},
		{On(2026, 5, 22), "972", true},
		{On(2026, 6, 10), "973", true},
		{On(2026, 12, 20), "974", true},
		{On(2026, 4, 27), "976", true},
	} {
		if got := IsHoliday(test.day, test.code); got != test.want {
			t.Errorf("IsHoliday(%v, %s) = %v", test.day, test.code, got)
		}
	}
}

func TestTheNextWorkingDaySkipsWeekendsAndHolidays(t *testing.T) {
	for _, test := range []struct {
		from Date
		code string
		want Date
	}{
		{On(2026, 10, 13), "23", On(2026, 10, 14)},
		{On(2026, 10, 16), "23", On(2026, 10, 19)},
		{On(2026, 4, 2), "23", On(2026, 4, 3)},
		{On(2026, 4, 2), "67", On(2026, 4, 7)},
		{On(2026, 12, 24), "67", On(2026, 12, 28)},
		{On(2026, 12, 31), "23", On(2027, 1, 4)},
	} {
		if got := NextWorkingDay(test.from, test.code); got != test.want {
			t.Errorf("after %v in %s comes %v; want %v", test.from, test.code, got, test.want)
		}
	}
}

func drawDate(t *rapid.T, name string) Date {
	return On(1, 1, 2).AddDays(rapid.IntRange(0, 3_000_000).Draw(t, name))
}
