package geography

import (
	_ "embed"
	"sync"
)

//go:embed data/borders.txt.gz
var bordersFile []byte

var borders = sync.OnceValue(func() map[string][][]Point { return readLines(bordersFile) })

// Borders are the lines between the communes of a département, each once and
// open, with the outlines of 2018 simplified to about 800 metres: for a drawing
// of the whole département, not of one commune. The département's own outline is
// Outline. None for Paris, which is one commune, nor for the overseas
// collectivities that are not départements.
func Borders(departement string) [][]Point { return borders()[departement] }

// Bounds is the smallest box that holds every point of some lines; the zero Box
// when there is none.
func Bounds(lines [][]Point) Box {
	var bounds Box
	first := true
	for _, line := range lines {
		for _, p := range line {
			if first {
				bounds, first = Box{South: p.Latitude, North: p.Latitude, West: p.Longitude, East: p.Longitude}, false
			}
			bounds.South, bounds.North = min(bounds.South, p.Latitude), max(bounds.North, p.Latitude)
			bounds.West, bounds.East = min(bounds.West, p.Longitude), max(bounds.East, p.Longitude)
		}
	}
	return bounds
}
