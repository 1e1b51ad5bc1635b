package printing

import (
	"cmp"
	"math"
	"slices"

	"passerelle/internal/geography"
)

// Map is a small drawn map for paper: the land, the towns that people know, a
// ring where the person lives and a square where the site is. North is up.
// Lengths are map units, from the top left corner.
type Map struct {
	Width, Height float64
	Land          [][]Spot // closed lines of the département's border
	Towns         []Mark
	Person, Site  Mark
}

// Spot is a position on the map.
type Spot struct{ X, Y float64 }

// Mark is a position with its name.
type Mark struct {
	Spot
	Name string
	Left bool // the name stands left of the mark, for want of room on its right
}

const (
	mapWidth, mapHeight = 400.0, 270.0
	mapLetters          = 26.0 // type height: 14 pt once printed
	letterShare         = 0.56 // width of a letter to its height
	mostTowns           = 3
	metresPerDegree     = 111_195.0
)

// MapBetween draws the way from the person's commune to a site in another
// commune, nil when they are in the same one or their centres are not known.
func MapBetween(person, site geography.Commune) *Map {
	if person.Code == site.Code || !person.HasCentre() || !site.HasCentre() {
		return nil
	}
	view := viewOf(person, site)
	drawn := &Map{Width: mapWidth, Height: mapHeight}
	drawn.Person = view.mark(person)
	drawn.Site = view.mark(site)
	for _, border := range geography.Outline(site.Departement) {
		line := make([]Spot, len(border))
		for i, point := range border {
			line[i] = view.spot(point.Latitude, point.Longitude)
		}
		drawn.Land = append(drawn.Land, line)
	}
	drawn.Towns = view.towns(drawn, person, site)
	return drawn
}

// view is the part of the Earth that a map shows.
type view struct{ latitude, longitude, east, scale float64 }

func viewOf(a, b geography.Commune) view {
	v := view{latitude: (a.Latitude + b.Latitude) / 2, longitude: (a.Longitude + b.Longitude) / 2}
	v.east = math.Cos(v.latitude * math.Pi / 180)
	wide := math.Abs(a.Longitude-b.Longitude) * v.east * metresPerDegree
	tall := math.Abs(a.Latitude-b.Latitude) * metresPerDegree
	// Both stand well inside, and nothing closer than 6 kilometres across.
	metres := max(wide/(mapWidth*0.5), tall/(mapHeight*0.45), 6000/mapWidth)
	v.scale = 1 / metres
	return v
}

func (v view) spot(latitude, longitude float64) Spot {
	return Spot{
		X: round(mapWidth/2 + (longitude-v.longitude)*v.east*metresPerDegree*v.scale),
		Y: round(mapHeight/2 - (latitude-v.latitude)*metresPerDegree*v.scale),
	}
}

func round(length float64) float64 { return math.Round(length*10) / 10 }

func (v view) mark(commune geography.Commune) Mark {
	mark := Mark{Spot: v.spot(commune.Latitude, commune.Longitude), Name: commune.Name}
	_, _, right, _ := mark.box()
	mark.Left = right > mapWidth-4
	return mark
}

// towns are the largest communes in sight whose name has room.
func (v view) towns(drawn *Map, person, site geography.Commune) []Mark {
	near := geography.CommunesOf(site.Departement)
	slices.SortStableFunc(near, func(a, b geography.Commune) int { return cmp.Compare(b.Population, a.Population) })
	taken := []Mark{drawn.Person, drawn.Site}
	var towns []Mark
	for _, commune := range near {
		if commune.Code == person.Code || commune.Code == site.Code || !commune.HasCentre() || len(towns) == mostTowns {
			continue
		}
		mark := v.mark(commune)
		left, top, right, foot := mark.box()
		if left < 4 || top < 4 || right > mapWidth-4 || foot > mapHeight-4 || slices.ContainsFunc(taken, mark.overlaps) {
			continue
		}
		towns, taken = append(towns, mark), append(taken, mark)
	}
	return towns
}

// box is the room of a mark and its name.
func (m Mark) box() (left, top, right, foot float64) {
	name := float64(len([]rune(m.Name)))*mapLetters*letterShare + 22
	if m.Left {
		return m.X - name, m.Y - 18, m.X + 16, m.Y + 18
	}
	return m.X - 16, m.Y - 18, m.X + name, m.Y + 18
}

func (m Mark) overlaps(other Mark) bool {
	left, top, right, foot := m.box()
	otherLeft, otherTop, otherRight, otherFoot := other.box()
	return left < otherRight && otherLeft < right && top < otherFoot && otherTop < foot
}

// drawMap draws the map at this width in millimetres from its top left corner.
func (s *sheet) drawMap(m Map, x, y, width float64) {
	unit := width / m.Width
	height := m.Height * unit
	at := func(spot Spot) (float64, float64) { return x + spot.X*unit, y + spot.Y*unit }

	s.ClipRect(x, y, width, height, false)
	s.SetLineWidth(0.3)
	s.SetDashPattern([]float64{1.2, 1.2}, 0)
	for _, line := range m.Land {
		for i, spot := range line {
			px, py := at(spot)
			if i == 0 {
				s.MoveTo(px, py)
			} else {
				s.LineTo(px, py)
			}
		}
		s.DrawPath("D")
	}
	s.SetLineWidth(0.5)
	px, py := at(m.Person.Spot)
	sx, sy := at(m.Site.Spot)
	s.Line(px, py, sx, sy)
	s.SetDashPattern(nil, 0)
	s.SetFillColor(255, 255, 255)
	s.Circle(px, py, 2.4, "FD")
	s.SetFillColor(0, 0, 0)
	s.Rect(sx-2.4, sy-2.4, 4.8, 4.8, "F")
	for _, town := range m.Towns {
		tx, ty := at(town.Spot)
		s.Circle(tx, ty, 0.9, "F")
		s.name(town, tx, ty, plain)
	}
	s.name(m.Person, px, py, plain)
	s.name(m.Site, sx, sy, bold)
	s.ClipEnd()
	s.SetLineWidth(0.3)
	s.RoundedRect(x, y, width, height, 2, "1234", "D")
}

func (s *sheet) name(mark Mark, x, y float64, of weight) {
	const size = 14
	if mark.Left {
		s.right(x-4, y+1.8, size, of, mark.Name)
		return
	}
	s.text(x+4, y+1.8, size, of, mark.Name)
}
