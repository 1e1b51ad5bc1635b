//go:build ignore

// Command generate writes the embedded files of the geography package again
// from public data: go run ./generate/main.go FOLDER, from the package's
// folder. FOLDER holds communes_centres.csv, departements.json, regions.json,
// departements-version-simplifiee.geojson and epci_simplifies.geojson (see
// LICENCE.md). The same sources always give the same bytes.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const unit = 10_000 // steps of an outline in a degree

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./generate/main.go FOLDER")
	}
	source := os.Args[1]
	communes := readCommunes(filepath.Join(source, "communes_centres.csv"))
	write("communes.csv.gz", compress(communeLines(communes)))
	write("epci.csv", lines(epciLines(communes)))
	write("regions.csv", lines(codes(source, "regions.json", func(row area) string { return row.Code + ";" + row.Name })))
	write("departements.csv", lines(codes(source, "departements.json", func(row area) string { return row.Code + ";" + row.Region + ";" + row.Name })))
	write("outlines.txt.gz", compress(outlineLines(source, communes)))
}

type area struct {
	Code   string `json:"code"`
	Name   string `json:"nom"`
	Region string `json:"region"`
}

// readCommunes reads the rows by column name, in the order of their codes.
func readCommunes(path string) []map[string]string {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	check(err)
	var communes []map[string]string
	for _, row := range all[1:] {
		commune := map[string]string{}
		for i, column := range all[0] {
			if strings.ContainsAny(row[i], ";\n\r") {
				log.Fatalf("%s: a separator in %q", path, row[i])
			}
			commune[column] = row[i]
		}
		code, departement := commune["code_insee"], commune["departement"]
		overseas := strings.HasPrefix(code, "97") || strings.HasPrefix(code, "98")
		if len(code) != 5 || !strings.HasPrefix(code, departement) || (len(departement) == 3) != overseas {
			log.Fatalf("%s: commune %q is not in the code of département %q", path, code, departement)
		}
		communes = append(communes, commune)
	}
	slices.SortFunc(communes, func(a, b map[string]string) int { return strings.Compare(a["code_insee"], b["code_insee"]) })
	return communes
}

func communeLines(communes []map[string]string) []string {
	var all []string
	for _, commune := range communes {
		all = append(all, strings.Join([]string{
			commune["code_insee"], commune["nom"], commune["epci"], commune["population"],
			commune["codes_postaux"], commune["latitude"], commune["longitude"],
		}, ";"))
	}
	return all
}

func epciLines(communes []map[string]string) []string {
	names := map[string]string{}
	for _, commune := range communes {
		if commune["epci"] != "" {
			names[commune["epci"]] = commune["epci_nom"]
		}
	}
	var all []string
	for _, code := range slices.Sorted(maps.Keys(names)) {
		all = append(all, code+";"+names[code])
	}
	return all
}

func codes(source, name string, line func(area) string) []string {
	var rows []area
	readJSON(filepath.Join(source, name), &rows)
	var all []string
	for _, row := range rows {
		all = append(all, line(row))
	}
	slices.Sort(all)
	return all
}

type collection struct {
	Features []struct {
		Properties area `json:"properties"`
		Geometry   struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

type point [2]int // longitude, latitude

// outlineLines gives one line for each ring: the code, the first point, then
// the step to each next one. The source has no outline of the overseas
// départements: theirs is the border of their EPCI taken together.
func outlineLines(source string, communes []map[string]string) []string {
	rings := map[string][][]point{}
	for code, theirs := range readRings(filepath.Join(source, "departements-version-simplifiee.geojson")) {
		rings[code] = theirs
	}
	overseas := map[string]string{}
	for _, commune := range communes {
		if len(commune["departement"]) == 3 && commune["epci"] != "" {
			overseas[commune["epci"]] = commune["departement"]
		}
	}
	parts := map[string][][]point{}
	for epci, theirs := range readRings(filepath.Join(source, "epci_simplifies.geojson")) {
		if departement := overseas[epci]; departement != "" {
			parts[departement] = append(parts[departement], theirs...)
		}
	}
	for departement, theirs := range parts {
		rings[departement] = border(theirs)
	}
	var all []string
	for _, code := range slices.Sorted(maps.Keys(rings)) {
		var own []string
		for _, ring := range rings[code] {
			line, last := code, point{}
			for _, next := range ring {
				line += fmt.Sprintf(" %d,%d", next[0]-last[0], next[1]-last[1])
				last = next
			}
			own = append(own, line)
		}
		slices.SortFunc(own, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
		all = append(all, own...)
	}
	return all
}

func readRings(path string) map[string][][]point {
	var read collection
	readJSON(path, &read)
	rings := map[string][][]point{}
	for _, feature := range read.Features {
		var polygons [][][][2]float64
		if feature.Geometry.Type == "Polygon" {
			polygons = make([][][][2]float64, 1)
			check(json.Unmarshal(feature.Geometry.Coordinates, &polygons[0]))
		} else {
			check(json.Unmarshal(feature.Geometry.Coordinates, &polygons))
		}
		for _, polygon := range polygons {
			for _, line := range polygon {
				var ring []point
				for _, place := range line {
					next := point{int(math.Round(place[0] * unit)), int(math.Round(place[1] * unit))}
					if len(ring) == 0 || ring[len(ring)-1] != next {
						ring = append(ring, next)
					}
				}
				rings[feature.Properties.Code] = append(rings[feature.Properties.Code], ring)
			}
		}
	}
	return rings
}

// border joins areas that share their edges: an edge run both ways is inside
// and goes away; those that stay are chained into rings.
func border(parts [][]point) [][]point {
	edges := map[[2]point]bool{}
	for _, ring := range parts {
		for i := 1; i < len(ring); i++ {
			if back := [2]point{ring[i], ring[i-1]}; edges[back] {
				delete(edges, back)
			} else {
				edges[[2]point{ring[i-1], ring[i]}] = true
			}
		}
	}
	compare := func(a, b [2]point) int {
		return cmp.Or(slices.Compare(a[0][:], b[0][:]), slices.Compare(a[1][:], b[1][:]))
	}
	var rings [][]point
	for len(edges) > 0 {
		ordered := slices.SortedFunc(maps.Keys(edges), compare)
		ring := []point{ordered[0][0], ordered[0][1]}
		delete(edges, ordered[0])
		for ring[len(ring)-1] != ring[0] {
			follows := slices.IndexFunc(ordered, func(edge [2]point) bool { return edges[edge] && edge[0] == ring[len(ring)-1] })
			if follows < 0 {
				log.Fatalf("the border breaks at %v", ring[len(ring)-1])
			}
			ring = append(ring, ordered[follows][1])
			delete(edges, ordered[follows])
		}
		rings = append(rings, ring)
	}
	return rings
}

func readJSON(path string, into any) {
	text, err := os.ReadFile(path)
	check(err)
	check(json.Unmarshal(text, into))
}

func lines(all []string) []byte { return []byte(strings.Join(all, "\n") + "\n") }

func compress(all []string) []byte {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	check(err)
	_, err = writer.Write(lines(all))
	check(err)
	check(writer.Close())
	return packed.Bytes()
}

func write(name string, text []byte) {
	check(os.WriteFile(filepath.Join("data", name), text, 0o644))
	log.Printf("data/%s: %d bytes", name, len(text))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
