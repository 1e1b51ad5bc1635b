//go:build ignore

// Command borders writes data/borders.txt.gz again: go run
// ./generate/borders.go FOLDER, from the package's folder. FOLDER holds
// communes_simplifiees.topojson (see LICENCE.md). The same source always gives
// the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const unit = 10_000 // steps of a line in a degree

// topology is the file: lines that communes share, in steps of a grid (TopoJSON,
// section 2.1.4), and which lines go around each commune.
type topology struct {
	Arcs      [][][2]int `json:"arcs"`
	Transform struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
	Objects map[string]struct {
		Geometries []struct {
			Type       string          `json:"type"`
			Arcs       json.RawMessage `json:"arcs"`
			Properties struct {
				Departement string `json:"d"`
			} `json:"properties"`
		} `json:"geometries"`
	} `json:"objects"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./generate/borders.go FOLDER")
	}
	text, err := os.ReadFile(filepath.Join(os.Args[1], "communes_simplifiees.topojson"))
	check(err)
	var read topology
	check(json.Unmarshal(text, &read))
	// A line between two communes of one département is a border; one that a
	// single commune has lies on the département's own outline, known finer.
	sides := make([][]string, len(read.Arcs))
	for _, object := range read.Objects {
		for _, commune := range object.Geometries {
			for _, arc := range arcsOf(commune.Type, commune.Arcs) {
				if arc < 0 {
					arc = ^arc
				}
				sides[arc] = append(sides[arc], commune.Properties.Departement)
			}
		}
	}
	var lines []string
	for arc, beside := range sides {
		if len(beside) != 2 || beside[0] != beside[1] {
			continue
		}
		line := beside[0]
		var at, last [2]int
		for _, step := range read.Arcs[arc] {
			var next [2]int
			for axis := range at {
				at[axis] += step[axis]
				next[axis] = int(math.Round(unit * (float64(at[axis])*read.Transform.Scale[axis] + read.Transform.Translate[axis])))
			}
			line += fmt.Sprintf(" %d,%d", next[0]-last[0], next[1]-last[1])
			last = next
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	check(err)
	_, err = writer.Write([]byte(strings.Join(lines, "\n") + "\n"))
	check(err)
	check(writer.Close())
	check(os.WriteFile(filepath.Join("data", "borders.txt.gz"), packed.Bytes(), 0o644))
	log.Printf("data/borders.txt.gz: %d lines, %d bytes", len(lines), packed.Len())
}

func arcsOf(kind string, text json.RawMessage) []int {
	var polygons [][][]int
	switch kind {
	case "Polygon":
		polygons = make([][][]int, 1)
		check(json.Unmarshal(text, &polygons[0]))
	case "MultiPolygon":
		check(json.Unmarshal(text, &polygons))
	}
	var all []int
	for _, rings := range polygons {
		for _, ring := range rings {
			all = append(all, ring...)
		}
	}
	return all
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
