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
// the départements around. There is none over more than half of France: the
// points would tell nothing.
func mapOf(from geography.Commune, found []place.Found) *web.Map {
	frame := frameOf(from, found)
	const widest = 4.0 // degrees
	if frame.North-frame.South > widest {
		return nil
	}
	drawn := web.NewMap("carte", "Carte des lieux de la liste", frame.South, frame.West, frame.North, frame.East)
	addOutlines(drawn, frame)
	var shown []geography.Point
	for i, one := range found {
		at := geography.Point{Latitude: one.Latitude, Longitude: one.Longitude}
		if !slices.ContainsFunc(shown, func(other geography.Point) bool { return touch(frame, at, other) }) {
			drawn.AddPoint(one.Latitude, one.Longitude, i+1, "")
			shown = append(shown, at)
		}
	}
	addCentre(drawn, frame, from, shown)
	addTowns(drawn, frame, from.Code)
	drawn.Caption = "Les numéros sont ceux de la liste."
	if len(shown) < len(found) {
		drawn.Caption += " Là où plusieurs lieux se touchent, le premier de la liste est montré."
	}
	return drawn
}

// addCentre draws the diamond of the person at the commune's centre, or its
// small mark when a place stands there.
func addCentre(drawn *web.Map, frame geography.Box, from geography.Commune, shown []geography.Point) {
	centre := geography.Point{Latitude: from.Latitude, Longitude: from.Longitude}
	switch {
	case !from.HasCentre():
	case slices.ContainsFunc(shown, func(other geography.Point) bool { return touch(frame, centre, other) }):
		drawn.AddTown(centre.Latitude, centre.Longitude, from.Name)
	default:
		drawn.AddHere(centre.Latitude, centre.Longitude, from.Name)
	}
}

// touch tells whether the dots of two points would cover each other on a
// drawing of 500 units, where a dot is 30 wide.
func touch(frame geography.Box, a, b geography.Point) bool {
	unit := (frame.East - frame.West) / 500
	shrink := math.Cos(a.Latitude * math.Pi / 180)
	return math.Hypot((a.Longitude-b.Longitude)/unit, (a.Latitude-b.Latitude)/(unit*shrink)) < 30
}

// frameOf holds every place and where the person is, with a margin.
func frameOf(from geography.Commune, found []place.Found) geography.Box {
	frame := geography.Box{South: 90, West: 180, North: -90, East: -180}
	hold := func(latitude, longitude float64) {
		frame.South, frame.North = min(frame.South, latitude), max(frame.North, latitude)
		frame.West, frame.East = min(frame.West, longitude), max(frame.East, longitude)
	}
	if from.HasCentre() {
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
	shrink := math.Cos(middle * math.Pi / 180)
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
	bounds := geography.Box{South: 90, West: 180, North: -90, East: -180}
	for _, point := range ring {
		bounds.South, bounds.North = min(bounds.South, point.Latitude), max(bounds.North, point.Latitude)
		bounds.West, bounds.East = min(bounds.West, point.Longitude), max(bounds.East, point.Longitude)
	}
	return bounds.South <= frame.North && frame.South <= bounds.North && bounds.West <= frame.East && frame.West <= bounds.East
}

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
