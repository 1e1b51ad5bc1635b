//go:build ignore

// Command merged writes data/merged.csv.gz again: go run ./generate/merged.go
// NOW THEN, from the package's folder. NOW and THEN are the data folders of
// @etalab/decoupage-administratif 6.0.0 and 0.7.0 (npm pack
// @etalab/decoupage-administratif@6.0.0, then tar xzf). The first says what each
// commune that is no more became; the second has the names since 1943. The same
// sources always give the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

type commune struct {
	Code   string   `json:"code"`
	Name   string   `json:"nom"`
	Type   string   `json:"type"`
	Seat   string   `json:"chefLieu"` // of a commune déléguée or associée
	Before []string `json:"anciensCodes"`
	From   string   `json:"dateDebut"` // year-month-day; empty: since 1943 or before
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: go run ./generate/merged.go NOW THEN")
	}
	now, then := read(filepath.Join(os.Args[1], "communes.json")), read(filepath.Join(os.Args[2], "historique-communes.json"))
	current, successor := map[string]string{}, map[string]string{}
	for _, one := range now {
		if one.Type == "commune-actuelle" {
			current[one.Code] = one.Name
		}
	}
	for _, one := range now {
		for _, before := range one.Before {
			if current[before] == "" {
				successor[before] = one.Code
			}
		}
		if one.Seat != "" && current[one.Code] == "" {
			successor[one.Code] = one.Seat
		}
	}
	// The lines of a code begin with its last name.
	slices.SortStableFunc(then, func(a, b commune) int { return strings.Compare(b.From, a.From) })
	var lines []string
	known := map[string]bool{}
	add := func(code, name string) {
		after, gone := successor[code]
		if !gone {
			after = code
		}
		if current[after] == "" || name == current[code] || strings.ContainsAny(name, ";\n") || strings.Contains(name, "Arrondissement") {
			return
		}
		if line := code + ";" + name + ";" + after; !known[line] {
			known[line] = true
			lines = append(lines, line)
		}
	}
	for _, one := range append(now, then...) {
		add(one.Code, one.Name)
	}
	named := map[string]bool{}
	for _, line := range lines {
		named[line[:5]] = true
	}
	for code := range successor {
		if !named[code] {
			log.Fatalf("commune %s has no name", code)
		}
	}
	slices.SortStableFunc(lines, func(a, b string) int { return strings.Compare(a[:5], b[:5]) })
	write("merged.csv.gz", lines)
}

func read(path string) (communes []commune) {
	text, err := os.ReadFile(path)
	check(err)
	check(json.Unmarshal(text, &communes))
	return communes
}

func write(name string, lines []string) {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	check(err)
	_, err = writer.Write([]byte(strings.Join(lines, "\n") + "\n"))
	check(err)
	check(writer.Close())
	check(os.WriteFile(filepath.Join("data", name), packed.Bytes(), 0o644))
	log.Printf("data/%s: %d lines, %d bytes", name, len(lines), packed.Len())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
