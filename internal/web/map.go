package web

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Map is a drawing of places: the data of {{template "map"}}. It never comes
// without the list or the table whose numbers it bears. Positions are in units
// of the drawing, which is Width units wide; a text is 20 units high.
type Map struct {
	ID, Title     string
	Width, Height int
	Pictures      []Picture // of outlines, each cached apart
	Areas         []Area
	Rings         []Ring
	Towns         []Mark // to find one's way
	Points        []Mark // numbered as in the list
	Here          []Mark // the person, or the place
	Caption       string
	Legend        []LegendStep
	// Where the same page draws a smaller or a larger part of the Earth, for those
	// without script; with it the drawing moves. Empty: this map does not move.
	Closer, Farther string

	west, north, scale, shrink float64
	taken                      []box
}

// Area is an outline: class land, or m1 (best) to m4 (worst) of a choropleth
// with the number it bears in the table.
type Area struct {
	Class, Outline string
	Key            string
	KeyX, KeyY     string
}

// Dark tells that the number on the area must be light.
func (a Area) Dark() bool { return a.Class == "m4" }

// LegendStep is one step of a choropleth, in words.
type LegendStep struct{ Class, Label string }

// Picture is a drawing of its own that lies under this one.
type Picture struct{ Path, X, Y, Width, Height string }

// Ring is a distance around a point.
type Ring struct{ X, Y, Radius string }

// Mark is a point with its name.
type Mark struct {
	Number int
	Under  bool // another one, drawn before, covers it
	Covers int  // how many others it covers

	name         string
	x, y, radius float64
}

// X is the mark's position.
func (m Mark) X() string { return units(m.x) }

// Y is the mark's position, downwards.
func (m Mark) Y() string { return units(m.y) }

// NewMap frames a part of the Earth, in WGS 84 degrees, 500 units wide. At this
// size an equirectangular projection at the middle latitude is exact enough.
func NewMap(id, title string, south, west, north, east float64) *Map {
	shrink := math.Cos((south + north) / 2 * math.Pi / 180)
	scale := 500 / math.Max((east-west)*shrink, 1e-6)
	return &Map{
		ID: id, Title: title, Width: 500, Height: int(math.Ceil((north - south) * scale)),
		west: west, north: north, scale: scale, shrink: shrink,
	}
}

func (m *Map) at(latitude, longitude float64) (x, y float64) {
	return (longitude - m.west) * m.shrink * m.scale, (m.north - latitude) * m.scale
}

// AddRing draws a circle of so many kilometres.
func (m *Map) AddRing(latitude, longitude, kilometres float64) {
	const kilometresPerDegree = 111.2
	x, y := m.at(latitude, longitude)
	m.Rings = append(m.Rings, Ring{X: units(x), Y: units(y), Radius: units(kilometres / kilometresPerDegree * m.scale)})
}

// AddTown names a town to find one's way by.
func (m *Map) AddTown(latitude, longitude float64, name string) {
	m.Towns = append(m.Towns, m.mark(latitude, longitude, 0, name, 4))
}

// AddPicture lays a drawing under the others: what it frames, in degrees.
func (m *Map) AddPicture(path string, south, west, north, east float64) {
	left, top := m.at(north, west)
	right, bottom := m.at(south, east)
	m.Pictures = append(m.Pictures, Picture{Path: path, X: units(left), Y: units(top), Width: units(right - left), Height: units(bottom - top)})
}

// pointRadius is that of a numbered point, in units of the drawing.
const pointRadius = 15

// AddPoint draws a numbered point. One that another covers is hidden: the first
// of the list is seen.
func (m *Map) AddPoint(latitude, longitude float64, number int, name string) {
	position, covered := m.covering(latitude, longitude)
	if covered {
		name = ""
		m.Points[position].Covers++
	}
	point := m.mark(latitude, longitude, number, name, pointRadius)
	point.Under = covered
	m.Points = append(m.Points, point)
}

// NameAt names the point that is seen at a position, and tells whether one is.
func (m *Map) NameAt(latitude, longitude float64, name string) bool {
	position, covered := m.covering(latitude, longitude)
	if covered {
		m.Points[position].name = name
	}
	return covered
}

// covering is the point that is seen where another would touch it.
func (m *Map) covering(latitude, longitude float64) (position int, covered bool) {
	x, y := m.at(latitude, longitude)
	position = slices.IndexFunc(m.Points, func(other Mark) bool {
		return !other.Under && math.Hypot(other.x-x, other.y-y) < 2*pointRadius
	})
	return position, position >= 0
}

// AddHere draws the diamond of the person or of the place.
func (m *Map) AddHere(latitude, longitude float64, name string) {
	m.Here = append(m.Here, m.mark(latitude, longitude, 0, name, 13))
}

// AddArea draws an outline given as rings of longitude and latitude.
func (m *Map) AddArea(class, key string, keyLatitude, keyLongitude float64, rings ...[][2]float64) {
	var outline strings.Builder
	for _, ring := range rings {
		last := ""
		for i, corner := range ring {
			x, y := m.at(corner[1], corner[0])
			letter := "L"
			if i == 0 {
				letter = "M"
			}
			if at := units(x) + " " + units(y); at != last {
				outline.WriteString(letter + at)
				last = at
			}
		}
		outline.WriteString("Z")
	}
	x, y := m.at(keyLatitude, keyLongitude)
	m.Areas = append(m.Areas, Area{Class: class, Outline: outline.String(), Key: key, KeyX: units(x), KeyY: units(y + 7)})
}

type box struct{ left, top, right, bottom float64 }

func (b box) meets(other box) bool {
	return b.left < other.right && other.left < b.right && b.top < other.bottom && other.top < b.bottom
}

// mark reserves the place of a point's drawing, so that no name covers it.
func (m *Map) mark(latitude, longitude float64, number int, name string, radius float64) Mark {
	x, y := m.at(latitude, longitude)
	m.taken = append(m.taken, box{x - radius, y - radius, x + radius, y + radius})
	return Mark{Number: number, name: name, x: x, y: y, radius: radius}
}

// Label is a name on the map, where it covers nothing else: of the mark at AtX,
// AtY, and set from there.
type Label struct {
	AtX, AtY, X, Y, Anchor, Text string
	Town                         bool // of a town, which is drawn only with its name
}

// Labels names the marks, the person first, then the points, then the towns:
// right, left, above, below or aslant. What finds no free place goes unnamed, and a
// town undrawn; the list beside the map names the others.
func (m *Map) Labels() []Label {
	const letter, high, low = 11.5, 16.0, 4.0 // of a text 20 units high
	taken := slices.Clone(m.taken)
	var labels []Label
	for i, mark := range slices.Concat(m.Here, m.Points, m.Towns) {
		if mark.name == "" {
			continue
		}
		long := float64(len([]rune(mark.name))) * letter
		for _, try := range []struct {
			anchor     string
			x, y, left float64
		}{
			{"start", mark.x + mark.radius + 5, mark.y + 7, mark.x + mark.radius + 5},
			{"end", mark.x - mark.radius - 5, mark.y + 7, mark.x - mark.radius - 5 - long},
			{"middle", mark.x, mark.y - mark.radius - 7, mark.x - long/2},
			{"middle", mark.x, mark.y + mark.radius + 20, mark.x - long/2},
			{"start", mark.x + mark.radius, mark.y + mark.radius + 16, mark.x + mark.radius},
			{"end", mark.x - mark.radius, mark.y + mark.radius + 16, mark.x - mark.radius - long},
		} {
			around := box{try.left, try.y - high, try.left + long, try.y + low}
			if !m.holds(around) || slices.ContainsFunc(taken, around.meets) {
				continue
			}
			taken = append(taken, around)
			labels = append(labels, Label{
				AtX: units(mark.x), AtY: units(mark.y), X: units(try.x - mark.x), Y: units(try.y - mark.y), Anchor: try.anchor, Text: mark.name,
				Town: i >= len(m.Here)+len(m.Points),
			})
			break
		}
	}
	return labels
}

func (m *Map) holds(b box) bool {
	return b.left >= 0 && b.top >= 0 && b.right <= float64(m.Width) && b.bottom <= float64(m.Height)
}

func units(length float64) string { return fmt.Sprintf("%.0f", length) }
