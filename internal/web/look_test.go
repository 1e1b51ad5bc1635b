package web

import (
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"testing"
)

func TestEveryColourIsToldFromItsGroundByDayAndByNight(t *testing.T) {
	sheet, err := os.ReadFile("static/passerelle.css")
	if err != nil {
		t.Fatal(err)
	}
	measured, err := Contrasts(string(sheet))
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range measured {
		if pair.Day < pair.Least || pair.Night < pair.Least {
			t.Errorf("--%s on --%s: %.1f by day, %.1f by night, %.1f asked", pair.Front, pair.Ground, pair.Day, pair.Night, pair.Least)
		}
	}
}

func TestAnInstanceChangesColours(t *testing.T) {
	sheet := `:root { --ink: #000; --paper: #fff; } @media print { :root { --ink: #fff; } }`
	light, _ := splitNight(sheet)
	if got := propertiesOf(light)["ink"]; got != "#000" {
		t.Errorf("print changed the ink to %s", got)
	}
	if _, err := Contrasts(`:root { --ink: #12345; }`); err == nil {
		t.Error("a colour that is none is accepted")
	}
	if got, err := ratio("#000", "#ffffff"); err != nil || got < 20.9 || got > 21.1 {
		t.Errorf("black on white is %f, %v", got, err)
	}
}

func TestTheStaticFilesStaySmall(t *testing.T) {
	for name, most := range map[string]int{"passerelle.css": 25_000, "paper.css": 5_000, "commune.js": 3_000, "map.js": 4_000, "places.css": 5_000, "places.js": 3_000, "tiles.js": 3_000, "lieux.js": 5_000} {
		found := assets[assetPaths[name]]
		if len(found.plain) == 0 || len(found.plain) >= most {
			t.Errorf("%s has %d bytes, %d at most", name, len(found.plain), most)
		}
	}
}

// The content policy refuses what is written in a page; so does this test,
// before a browser says nothing and shows it wrong.
func TestNoTemplateHasStyleOrScriptInIt(t *testing.T) {
	written := regexp.MustCompile(`(?i)\sstyle\s*=|<style|\son[a-z]+\s*=|<script(?:>|[^>]*[^>]*>[^<])|href="javascript:`)
	err := fs.WalkDir(templates, "templates", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(templates, path)
		if err != nil {
			return err
		}
		if found := written.FindString(string(text)); found != "" {
			t.Errorf("%s holds %q", path, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFrenchSpacesDoNotBreak(t *testing.T) {
	for given, want := range map[string]string{
		"Où ?":           "Où\u202f?",
		"Bus 7 : 25 min": "Bus 7\u00a0: 25 min",
		"« oui »":        "«\u00a0oui\u00a0»",
		"a ; b ! c":      "a\u202f; b\u202f! c",
		"/lieux?a=b":     "/lieux?a=b",
		"10:30":          "10:30",
		"« a » : b":      "«\u00a0a\u00a0»\u00a0: b",
		"Erreur :</b>":   "Erreur\u00a0:</b>",
		"« oui », « n »": "«\u00a0oui\u00a0», «\u00a0n\u00a0»",
	} {
		if got := French(given); got != want {
			t.Errorf("%q becomes %q, not %q", given, got, want)
		}
	}
}

func TestNumbersAreWrittenInFrench(t *testing.T) {
	for got, want := range map[string]string{
		frenchNumber(0):                    "0",
		frenchNumber(999):                  "999",
		frenchNumber(3412):                 "3\u202f412",
		frenchNumber(-21800):               "−21\u202f800",
		frenchNumber(1234567):              "1\u202f234\u202f567",
		plural(0, "place", "places"):       "0\u00a0place",
		plural(1, "place", "places") + " ": "1\u00a0place ",
		plural(2, "place", "places"):       "2\u00a0places",
		grouped("482107369185"):            "4821 0736 9185",
		grouped("12"):                      "12",
		distance(40):                       "sur place",
		distance(870):                      "environ\u00a0800\u00a0m",
		distance(10800):                    "environ\u00a011\u00a0km",
		minutes(25):                        "25\u00a0min",
		minutes(60):                        "1\u00a0h",
		minutes(70):                        "1\u00a0h\u00a010",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestNamesOnAMapDoNotMeet(t *testing.T) {
	drawn := NewMap("m", "Essai", 46, 1.5, 46.5, 2.2)
	for i := range 12 {
		drawn.AddPoint(46.2+float64(i%4)*0.02, 1.8+float64(i/4)*0.02, i+1, "Saint-Léger-Bridereix")
	}
	labels := drawn.Labels()
	if len(labels) == 0 {
		t.Fatal("nothing is named")
	}
	for _, label := range labels {
		for _, sum := range [][2]string{{label.AtX, label.X}, {label.AtY, label.Y}} {
			at, err1 := strconv.Atoi(sum[0])
			off, err2 := strconv.Atoi(sum[1])
			if err1 != nil || err2 != nil || at+off < 0 || at+off > drawn.Height {
				t.Errorf("%v lies outside", label)
			}
		}
	}
	if len(drawn.Labels()) != len(labels) {
		t.Error("asking again changes the names")
	}
}
