package civil

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/fault"
)

func TestOpeningHoursAreReadAsOpenStreetMapSaysThem(t *testing.T) {
	for text, want := range map[string]string{
		"Mo-Fr 09:00-12:00,14:00-18:00; Sa 08:30-12:00; PH off": "Mo-Fr 09:00-12:00,14:00-18:00; Sa 08:30-12:00; PH off",
		"Mo-Fr 08:30-12:30,13:30-18:15; We off":                 "Mo-Tu 08:30-12:30,13:30-18:15; Th-Fr 08:30-12:30,13:30-18:15",
		"Mo-Th 10:00-12:00,13:30-17:00; We 10:00-12:00":         "Mo-Tu 10:00-12:00,13:30-17:00; We 10:00-12:00; Th 10:00-12:00,13:30-17:00",
		"Th,Sa 9:00-12:00":                  "Th 09:00-12:00; Sa 09:00-12:00",
		"Th,Fr 09:00-12:00,09:00-12:00":     "Th-Fr 09:00-12:00",
		"Fr 10:00-13:00,13:00-18:00":        "Fr 10:00-18:00",
		"Mo 14:00-17:00,09:00-12:00":        "Mo 09:00-12:00,14:00-17:00",
		"Mo 09:00-12:00, Tu 14:00-16:00":    "Mo 09:00-12:00; Tu 14:00-16:00",
		"Mo-Tu 09:00-12:00, Tu 14:00-16:00": "Mo 09:00-12:00; Tu 09:00-12:00,14:00-16:00",
		"mo - fr  09:00 - 12:00 ;":          "Mo-Fr 09:00-12:00",
		"Sa-Mo 10:00-11:00":                 "Mo 10:00-11:00; Sa-Su 10:00-11:00",
		"24/7":                              "24/7",
		"24/7; PH closed":                   "24/7; PH off",
		"09:00-12:00 open":                  "Mo-Su 09:00-12:00",
		"Fr 22:00-02:00":                    "Fr 22:00-02:00",
		"off":                               "off",
		"PH,Su 10:00-12:00":                 "Su 10:00-12:00; PH 10:00-12:00",
		"Mo 09:00-24:00":                    "Mo 09:00-24:00",
		"Mo 09:00-12:00; 2026 Dec 24 off":   "Mo 09:00-12:00; 2026 Dec 24 off",
		"Mo 09:00-12:00;2026 dec 24-2026 dec 26 closed; 2026 Dec 26-2027 Jan 2 off": "Mo 09:00-12:00; 2026 Dec 24-2027 Jan 02 off",
		"24/7; 2026 Aug 3 - 21 off; 2026 Jul 14 off":                                "24/7; 2026 Jul 14 off; 2026 Aug 03-21 off",
		"Mo 09:00-10:00; PH off; 2026 Jul 27-Aug 21, 2026 Dec 31 off":               "Mo 09:00-10:00; PH off; 2026 Jul 27-Aug 21 off; 2026 Dec 31 off",
	} {
		hours, err := ParseHours(text)
		if err != nil || hours.String() != want {
			t.Errorf("ParseHours(%q) = %q, %v; want %q", text, hours, err, want)
		}
	}
}

func TestHoursThatCannotBeReadAreQuoted(t *testing.T) {
	for _, text := range []string{
		"", ";", "Ouvert du mardi au vendredi de 9h - 12h", "Mo", "Mo-Fr", "Mo 9-12", "Mo 09:00", "Mo 09:00-49:00", "Mo 09:00-34:00", "Mo 09:60-10:00", "Mo 09:00-09:00",
		"Jan-Mar Mo 09:00-12:00", "SH off", "Mo 09:00-12:00 \"sur rendez-vous\"", "Mo-PH 09:00-12:00", "Mo-Xx 09:00-12:00", "Mo 24:00-25:00",
		"Mo[1] 09:00-12:00", "week 1-10 Mo 09:00-12:00", "Mo 09:00-12:00; 2026 Dec 24", "Mo 09:00-12:00; 2026 Feb 30 off", "Mo 09:00-12:00; 2026 Dec 24-Jan 02 off", "2026 Dec 24 off; Mo 09:00-12:00",
		"Mo 09:00-12:00; Dec 24 off", "Mo 09:00-12:00; 2026 Dec 24 10:00-12:00", "Mo 09:00-12:00; 0000 Dec 24 off",
		"Mo 00:00-00:01,00:02-00:03,00:04-00:05,00:06-00:07,00:08-00:09,00:10-00:11,00:12-00:13,00:14-00:15,00:16-00:17",
		"Mo 09:00-12:00,", "Mo +9:00-12:00", strings.Repeat("Mo 09:00-12:00;", 500),
	} {
		hours, err := ParseHours(text)
		if !fault.HasCode(err, "bad_hours") {
			t.Errorf("ParseHours(%q) = %q, %v; want bad_hours", text, hours, err)
		}
	}
	_, err := ParseHours("Mo 09:00-12:00; sur rendez-vous")
	var refusal *fault.Error
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Message, "«\u00a0sur rendez-vous\u00a0»") {
		t.Errorf("the part that cannot be read is not quoted: %v", err)
	}
}

func TestAPlaceIsOpenFromItsFirstMinuteToTheOneBeforeItsLast(t *testing.T) {
	hours, err := ParseHours("Mo-Fr 09:00-12:00,14:00-18:00; Fr 20:00-02:00; PH off")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"2026-10-13 08:59": false, "2026-10-13 09:00": true, "2026-10-13 11:59": true, "2026-10-13 12:00": false, "2026-10-13 14:30": true,
		"2026-10-16 21:00": true, "2026-10-17 01:59": true, "2026-10-17 02:00": false, "2026-10-18 01:00": false,
		"2026-11-11 10:00": false, "2026-07-14 10:00": false, "2026-05-27 10:00": true,
	} {
		local, err := time.ParseInLocation("2006-01-02 15:04", text, Paris)
		if err != nil {
			t.Fatal(err)
		}
		if got := hours.OpenAt(local, "23096"); got != want {
			t.Errorf("open at %s: %v", text, got)
		}
	}
	abolition := On(2026, 5, 27).At(10*60, ZoneOf("971"))
	if hours.OpenAt(abolition, "971") {
		t.Error("open in Guadeloupe on its own public holiday")
	}
}

func TestHoursAreWrittenInFrench(t *testing.T) {
	for text, want := range map[string]string{
		"Mo 09:00-12:00,14:00-18:00":             "9\u00a0h à 12\u00a0h et 14\u00a0h à 18\u00a0h",
		"Mo 08:30-12:00":                         "8\u00a0h\u00a030 à 12\u00a0h",
		"Mo 08:00-09:00,10:00-11:00,12:00-13:00": "8\u00a0h à 9\u00a0h, 10\u00a0h à 11\u00a0h et 12\u00a0h à 13\u00a0h",
		"Tu 09:00-10:00":                         "fermé",
		"24/7":                                   "24\u00a0heures sur\u00a024",
		"Mo 20:00-02:00":                         "20\u00a0h à 2\u00a0h",
		"Mo 20:00-24:00":                         "20\u00a0h à minuit",
	} {
		hours, err := ParseHours(text)
		if got := FrenchSpans(hours.On(time.Monday)); err != nil || got != want {
			t.Errorf("%q on Monday is %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestWrittenHoursAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hours Hours
		for day := range 8 {
			spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Span {
				from := TimeOfDay(rapid.IntRange(0, 1439).Draw(t, "from"))
				return Span{from, from + TimeOfDay(rapid.IntRange(1, 1440).Draw(t, "length"))}
			}), 0, 4).Draw(t, "spans")
			if day < publicHoliday || len(spans) > 0 {
				hours.set(day, merge(spans))
			}
		}
		closings := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Closing {
			from := On(2026, 7, 1).AddDays(rapid.IntRange(0, 400).Draw(t, "from"))
			return Closing{from, from.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))}
		}), 0, 6).Draw(t, "closings")
		hours, err := hours.WithClosings(closings...)
		if err != nil {
			t.Fatal(err)
		}
		for _, closing := range closings {
			if len(hours.OnDate(closing.From, "23")) > 0 || len(hours.OnDate(closing.To, "23")) > 0 {
				t.Fatalf("%q is open within %q", hours, closing)
			}
		}
		checkReadBack(t, hours)
	})
}

func TestClosingsOverrideTheWeek(t *testing.T) {
	hours, err := ParseHours("Mo-Fr 09:00-12:00; We 20:00-02:00; 2026 Dec 24-2027 Jan 02 off; 2026 Nov 25 off")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"2026-12-23 21:00": true, "2026-12-24 01:00": true, "2026-12-24 10:00": false, "2027-01-01 10:00": false, "2027-01-04 10:00": true,
		"2026-11-24 10:00": true, "2026-11-25 21:00": false, "2026-11-26 01:00": false,
	} {
		local, err := time.ParseInLocation("2006-01-02 15:04", text, Paris)
		if err != nil {
			t.Fatal(err)
		}
		if got := hours.OpenAt(local, "23096"); got != want {
			t.Errorf("open at %s: %v", text, got)
		}
	}
	var told []string
	for _, closing := range hours.Closings() {
		told = append(told, closing.French())
	}
	if got := strings.Join(told, ", "); got != "le 25 novembre 2026, du 24 décembre 2026 au 2 janvier 2027" {
		t.Error(got)
	}
	if _, err := hours.WithClosings(Closing{On(2026, 12, 2), On(2026, 12, 1)}); !fault.HasCode(err, "bad_hours") {
		t.Errorf("a closing that ends before it begins: %v", err)
	}
}

func FuzzParseHours(f *testing.F) {
	for _, seed := range []string{"Mo-Fr 09:00-12:00,14:00-18:00; Sa 08:30-12:00; PH off", "24/7", "off", "Mo 22:00-02:00, Tu 1:00-2:00", "Mo 00:00-24:00,12:00-11:00", "Mo 9:00-10:00; 2026 Dec 24-2027 Jan 02 off", "é;;,-:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if hours, err := ParseHours(text); err == nil {
			checkReadBack(t, hours)
		}
	})
}

func checkReadBack(t interface{ Fatalf(string, ...any) }, hours Hours) {
	again, err := ParseHours(hours.String())
	if err != nil || again.String() != hours.String() {
		t.Fatalf("%q is read back as %q, %v", hours, again, err)
	}
	for local := time.Date(2026, 7, 12, 0, 7, 0, 0, Paris); local.Day() < 20; local = local.Add(97 * time.Minute) {
		if hours.OpenAt(local, "23") != again.OpenAt(local, "23") {
			t.Fatalf("%q: open at %v is not read back", hours, local)
		}
	}
}

func TestMostHoursOfARealDirectoryAreRead(t *testing.T) {
	shared := os.Getenv("PASSERELLE_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(shared, "data", "lieux", "schema_national_v1_multi_sources_open_deps.csv"))
	if err != nil {
		t.Skip("no public data at hand: ", err)
	}
	defer file.Close()
	rows := csv.NewReader(file)
	header, err := rows.Read()
	if err != nil {
		t.Fatal(err)
	}
	column := -1
	for i, name := range header {
		if name == "horaires" {
			column = i
		}
	}
	given, read := 0, 0
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if row[column] == "" {
			continue
		}
		given++
		if hours, err := ParseHours(row[column]); err == nil {
			read++
			checkReadBack(t, hours)
		} else if testing.Verbose() {
			t.Log(row[column])
		}
	}
	t.Logf("%d of %d opening hours are read", read, given)
	if read*100 < given*90 {
		t.Errorf("only %d of %d opening hours are read", read, given)
	}
}
