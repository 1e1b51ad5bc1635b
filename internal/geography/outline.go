package geography

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/outlines.txt.gz
var outlinesFile []byte

// outlineUnit is the step of the embedded outlines: a ten-thousandth of a
// degree, 11 metres.
const outlineUnit = 10_000

var outlines = sync.OnceValue(func() map[string][][]Point { return readLines(outlinesFile) })

// readLines reads lines of a département's code and steps.
func readLines(file []byte) map[string][][]Point {
	all := map[string][][]Point{}
	for line := range strings.Lines(inflate(file)) {
		code, steps, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		all[code] = append(all[code], points(steps))
	}
	return all
}

// points adds up the steps "longitude,latitude" of one line.
func points(steps string) []Point {
	line := make([]Point, 0, strings.Count(steps, " ")+1)
	var east, north int
	for step := range strings.SplitSeq(steps, " ") {
		x, y, _ := strings.Cut(step, ",")
		east, north = east+int(number(x)), north+int(number(y))
		line = append(line, Point{Latitude: float64(north) / outlineUnit, Longitude: float64(east) / outlineUnit})
	}
	return line
}

// Outline is the simplified outline of a département as closed rings (the last
// point is the first): islands and enclaves each have their own, so that a
// drawing with the even-odd rule is right. None when there is no outline: the
// overseas collectivities that are not départements.
func Outline(departement string) [][]Point { return outlines()[departement] }
