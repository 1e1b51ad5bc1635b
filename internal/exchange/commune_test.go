package exchange

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/geography"
)

// TestTheLargestCommuneIsMostOftenTheOne asks the public lists whose places tell
// their commune what the guess would have made of them without it, where their
// names do not tell it either.
func TestTheLargestCommuneIsMostOftenTheOne(t *testing.T) {
	t.Parallel()
	guessed, right, within := 0, 0, 0
	var off []int // metres from the place's point to where the guess sets it
	for _, name := range []string{"france_services_20221201.csv", "cnfs_permanences_2022_open_deps.csv", "schema_national_v1_multi_sources_open_deps.csv", "hinaura_schema_national_v1.csv"} {
		for _, made := range placesOf(t, name) {
			served := geography.CommunesByPostalCode(made.place.PostalCode)
			truth, err := geography.CommuneByCode(made.place.Commune)
			if _, named := namedIn(made.place.Name, served, made.place.PostalCode); err != nil || named || len(served) < 2 {
				continue
			}
			largest, apart, ok := largestOf(served)
			if !ok || apart > nearEnough || !slices.ContainsFunc(served, func(one geography.Commune) bool { return one.Code == truth.Code }) {
				continue
			}
			guessed++
			if largest.Code == truth.Code {
				right++
			}
			if largest.EPCI == truth.EPCI {
				within++
			}
			off = append(off, geography.Distance(largest.Latitude, largest.Longitude, made.place.Latitude, made.place.Longitude))
		}
	}
	slices.Sort(off)
	share := func(part int) float64 { return float64(part) / float64(guessed) }
	farther := off[len(off)*95/100]
	t.Logf("%d places: the commune is right for %.0f %%, its EPCI for %.0f %%; half within %d m, 95 %% within %d m", guessed, 100*share(right), 100*share(within), off[len(off)/2], farther)
	if share(right) < 0.8 || share(within) < 0.97 || farther > 7_000 {
		t.Error("the guess is not as good as its message and the documentation say")
	}
}

func placesOf(t *testing.T, name string) []*row {
	t.Helper()
	folder := os.Getenv("PASSERELLE_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(folder, "data", "lieux", name))
	if err != nil {
		t.Skipf("the public files are not here: %v", err)
	}
	defer file.Close()
	lines, err := openSource(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	importing := newImporting(Options{}, civil.On(2026, time.November, 24))
	if _, err := importing.findHeader(lines); err != nil {
		t.Fatal(err)
	}
	var read []*row
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return read
		}
		if err != nil {
			t.Fatal(err)
		}
		if made := importing.read(line); !made.refused && made.place.Name != "" && !made.place.Approximate {
			read = append(read, made)
		}
	}
}

func TestTheEndOfAnAddressNamesItsCommune(t *testing.T) {
	t.Parallel()
	served := geography.CommunesByPostalCode("02820")
	for address, want := range map[string]string{
		"2 bis route de Montaigu": "", "2 bis rue Haute, Montaigu": "Montaigu", "Mairie\n02820 MONTAIGU": "Montaigu", "Montaigu": "",
		"rue Basse (Montaigu)": "Montaigu", "": "", ", ;": "", "1 rue Haute, près de Montaigu": "",
	} {
		found, ok := namedAtEnd(address, served)
		if ok != (want != "") || found.Name != want {
			t.Errorf("%q is read as %q, want %q", address, found.Name, want)
		}
	}
}
