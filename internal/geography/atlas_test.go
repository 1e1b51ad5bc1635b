package geography

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestTheEmbeddedCommunesAreThoseOfTheSource(t *testing.T) {
	shared := os.Getenv("PASSERELLE_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(shared, "data", "geo", "communes_centres.csv"))
	if err != nil {
		t.Skip("the source of the communes is not here (PASSERELLE_SHARED): ", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows)-1 != len(atlas().communes) {
		t.Errorf("%d communes, the source has %d", len(atlas().communes), len(rows)-1)
	}
	for _, row := range rows[1:] {
		commune, err := CommuneByCode(row[0])
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		population, latitude, longitude := strconv.Itoa(commune.Population), "", ""
		if row[6] == "" && commune.Population == 0 {
			population = ""
		}
		if commune.HasCentre() {
			latitude = strconv.FormatFloat(commune.Latitude, 'f', 5, 64)
			longitude = strconv.FormatFloat(commune.Longitude, 'f', 5, 64)
		}
		epci, err := EPCIByCode(commune.EPCI)
		if (err == nil) != (commune.EPCI != "") {
			t.Errorf("%s: EPCI %q: %v", commune.Label(), commune.EPCI, err)
		}
		got := []string{commune.Code, commune.Name, commune.Departement, commune.Region, commune.EPCI, epci.Name, population, strings.Join(commune.PostalCodes, "|"), latitude, longitude}
		if strings.Join(got, ";") != strings.Join(row, ";") {
			t.Errorf("got %q, the source says %q", got, row)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for b.Loop() {
		decode()
	}
}

func BenchmarkOutlines(b *testing.B) {
	for b.Loop() {
		readLines(outlinesFile)
	}
}
