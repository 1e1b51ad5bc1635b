package public

import (
	"cmp"
	"math"
	"slices"

	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// mapOf draws the list's places, numbered as in the list, on the outlines of
// the départements around, and on the communes of the one where the places are.
// There is none over more than half of France: the points would tell nothing.
func mapOf(asked question, found []place.Found) *web.Map {
	var from *geography.Point
	if asked.located && asked.spot.HasPoint() {
		from = &asked.spot.Point
	}
	frame := frameOf(from, found)
	const widest = 4.0 // degrees
	if frame.North-frame.South > widest {
		return nil
	}
	frame = closer(frame, from, asked.closer)
	drawn := web.NewMap("carte", "Carte des lieux de la liste", frame.South, frame.West, frame.North, frame.East)
	addOutlines(drawn, frame)
	addCommunes(drawn, departementOf(asked, found))
	covered, away := 0, 0
	for i, one := range found {
		if !holds(frame, one.Latitude, one.Longitude) {
			away++
			continue
		}
		drawn.AddPoint(one.Latitude, one.Longitude, i+1, "")
		if drawn.Points[len(drawn.Points)-1].Under {
			covered++
		}
	}
	if from != nil {
		addCentre(drawn, asked.spot)
	}
	addTowns(drawn, frame, asked.spot.Commune.Code)
	drawn.Caption = "Les numéros sont ceux de la liste."
	if covered > 0 {
		drawn.Caption += " Un point entouré en cache d’autres, tout près."
	}
	if away > 0 {
		drawn.Caption += " D’autres lieux de la liste sont hors de la carte."
	}
	if len(drawn.Here) > 0 {
		drawn.Caption += " Le losange est l’endroit d’où partent les distances."
	}
	return drawn
}

// closer is the frame halved, or doubled, so many times around a point.
func closer(frame geography.Box, around *geography.Point, times int) geography.Box {
	if times == 0 {
		return frame
	}
	middle := geography.Point{Latitude: (frame.South + frame.North) / 2, Longitude: (frame.West + frame.East) / 2}
	if around != nil && times > 0 {
		middle = *around
	}
	shrink := math.Pow(2, -float64(times)) / 2
	high, wide := (frame.North-frame.South)*shrink, (frame.East-frame.West)*shrink
	return geography.Box{South: middle.Latitude - high, North: middle.Latitude + high, West: middle.Longitude - wide, East: middle.Longitude + wide}
}

func holds(frame geography.Box, latitude, longitude float64) bool {
	return frame.South <= latitude && latitude <= frame.North && frame.West <= longitude && longitude <= frame.East
}

// departementOf is the one whose communes the map shows: where one looks from,
// else where every place of the list is, else none.
func departementOf(asked question, found []place.Found) string {
	if asked.spot.Commune.Code != "" {
		return asked.spot.Commune.Departement
	}
	code := found[0].Departement
	if slices.ContainsFunc(found, func(one place.Found) bool { return one.Departement != code }) {
		return ""
	}
	return code
}

// addCommunes lays the picture of a département's communes under the map.
func addCommunes(drawn *web.Map, departement string) {
	if outline := geography.Outline(departement); len(outline) > 0 {
		frame := geography.Bounds(outline)
		drawn.AddPicture("/cartes/"+departement, frame.South, frame.West, frame.North, frame.East)
	}
}

// addCentre draws the diamond of the person where they are, or names the point
// that stands there.
func addCentre(drawn *web.Map, spot place.Spot) {
	at, name := spot.Point, spot.Commune.Name
	if spot.Street != "" {
		name = spot.AddressLine()
	}
	if !drawn.NameAt(at.Latitude, at.Longitude, name) {
		drawn.AddHere(at.Latitude, at.Longitude, name)
	}
}

// frameOf holds every place and where the person is, with a margin.
func frameOf(from *geography.Point, found []place.Found) geography.Box {
	frame := geography.Box{South: 90, West: 180, North: -90, East: -180}
	hold := func(latitude, longitude float64) {
		frame.South, frame.North = min(frame.South, latitude), max(frame.North, latitude)
		frame.West, frame.East = min(frame.West, longitude), max(frame.East, longitude)
	}
	if from != nil {
		hold(from.Latitude, from.Longitude)
	}
	for _, one := range found {
		hold(one.Latitude, one.Longitude)
	}
	return widened(frame)
}

// widened is at least 12 km high, not much taller than wide, with a margin.
func widened(frame geography.Box) geography.Box {
	middle := (frame.South + frame.North) / 2
	shrink := shrinkAt(middle)
	const least = 0.11
	high := max(least, 1.2*(frame.North-frame.South))
	wide := max(least/shrink, 1.2*(frame.East-frame.West))
	wide = max(wide, high/shrink/1.1)
	high = max(high, wide*shrink*0.7)
	centre := (frame.West + frame.East) / 2
	return geography.Box{South: middle - high/2, North: middle + high/2, West: centre - wide/2, East: centre + wide/2}
}

// addOutlines draws the départements that the frame meets.
func addOutlines(drawn *web.Map, frame geography.Box) {
	for _, departement := range geography.Departements() {
		var rings [][][2]float64
		for _, ring := range geography.Outline(departement.Code) {
			if !meets(ring, frame) {
				continue
			}
			corners := make([][2]float64, len(ring))
			for i, point := range ring {
				corners[i] = [2]float64{point.Longitude, point.Latitude}
			}
			rings = append(rings, corners)
		}
		if len(rings) > 0 {
			drawn.AddArea("land", "", 0, 0, rings...)
		}
	}
}

func meets(ring []geography.Point, frame geography.Box) bool {
	bounds := geography.Bounds([][]geography.Point{ring})
	return bounds.South <= frame.North && frame.South <= bounds.North && bounds.West <= frame.East && frame.West <= bounds.East
}

// shrinkAt is how much shorter a degree of longitude is than one of latitude.
func shrinkAt(latitude float64) float64 { return math.Cos(latitude * math.Pi / 180) }

// addTowns names the largest communes of the frame, to find one's way by.
func addTowns(drawn *web.Map, frame geography.Box, except string) {
	const most = 4
	var inside []geography.Commune
	for _, departement := range geography.Departements() {
		if !slices.ContainsFunc(geography.Outline(departement.Code), func(ring []geography.Point) bool { return meets(ring, frame) }) {
			continue
		}
		for _, commune := range geography.CommunesOf(departement.Code) {
			if commune.Code != except && frame.South < commune.Latitude && commune.Latitude < frame.North && frame.West < commune.Longitude && commune.Longitude < frame.East {
				inside = append(inside, commune)
			}
		}
	}
	slices.SortFunc(inside, func(a, b geography.Commune) int { return cmp.Compare(b.Population, a.Population) })
	for _, commune := range inside[:min(most, len(inside))] {
		drawn.AddTown(commune.Latitude, commune.Longitude, commune.Name)
	}
}
