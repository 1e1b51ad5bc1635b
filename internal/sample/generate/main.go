//go:build ignore

// Command generate writes data/places.csv.gz again from public data: go run
// ./generate/main.go FOLDER, from the package's folder. FOLDER holds
// schema_national_v1_multi_sources_open_deps.csv and
// cnfs_permanences_2022_open_deps.csv (see data/LICENCE.md). The same sources
// always give the same bytes.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// departements are la Creuse and its neighbours.
var departements = []string{"03", "18", "19", "23", "36", "63", "87"}

// columns are those of the schema of 2022 that describe a place; not "courriel",
// where some addresses name a person.
var columns = []string{
	"id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude", "longitude",
	"typologie", "telephone", "site_web", "horaires", "presentation_resume", "source", "date_maj", "services",
	"publics_accueillis", "conditions_acces", "labels_nationaux", "modalites_accompagnement", "prise_rdv",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./generate/main.go FOLDER")
	}
	places := map[string]map[string]string{}
	for _, name := range []string{"schema_national_v1_multi_sources_open_deps.csv", "cnfs_permanences_2022_open_deps.csv"} {
		for _, row := range read(filepath.Join(os.Args[1], name)) {
			if slices.Contains(departements, row["code_postal"][:2]) {
				add(places, row)
			}
		}
	}
	write(filepath.Join("data", "places.csv.gz"), places)
}

func read(path string) []map[string]string {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	check(err)
	var rows []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, column := range all[0] {
			if column == "conditions_access" {
				column = "conditions_acces"
			}
			row[strings.TrimPrefix(column, "\ufeff")] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// add keeps a place once; what its first line leaves empty, a later one fills.
func add(places map[string]map[string]string, row map[string]string) {
	hideMobile(row)
	key := row["source"] + " " + row["id"]
	known := places[key]
	if known == nil {
		places[key] = row
		return
	}
	for column, value := range row {
		if known[column] == "" {
			known[column] = value
		}
	}
}

// hideMobile leaves out the mobile telephones: the files hide their last
// digits, so that they lead to nobody, or to a stranger.
func hideMobile(row map[string]string) {
	digits := strings.Map(func(letter rune) rune {
		if letter < '0' || letter > '9' {
			return -1
		}
		return letter
	}, row["telephone"])
	national := strings.TrimPrefix(strings.TrimPrefix(digits, "33"), "0")
	if strings.HasPrefix(national, "6") || strings.HasPrefix(national, "7") {
		row["telephone"] = ""
	}
}

func write(path string, places map[string]map[string]string) {
	rows := make([]map[string]string, 0, len(places))
	for _, row := range places {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b map[string]string) int {
		return cmp.Or(cmp.Compare(a["code_postal"], b["code_postal"]), cmp.Compare(a["source"], b["source"]), cmp.Compare(a["id"], b["id"]))
	})
	var compressed bytes.Buffer
	packer, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	check(err)
	file := csv.NewWriter(packer)
	check(file.Write(columns))
	for _, row := range rows {
		line := make([]string, len(columns))
		for i, column := range columns {
			line[i] = row[column]
		}
		check(file.Write(line))
	}
	file.Flush()
	check(file.Error())
	check(packer.Close())
	check(os.WriteFile(path, compressed.Bytes(), 0o644))
	log.Printf("%s: %d places, %d bytes", path, len(rows), compressed.Len())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
