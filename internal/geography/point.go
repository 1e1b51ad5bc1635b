package geography

import (
	"regexp"
	"strconv"
	"strings"
)

// typedPoint is two numbers as people copy them from a map, with a sign or a
// cardinal point after each ("O" is west in French): at least one has decimals,
// so that two codes are not taken for it.
var typedPoint = regexp.MustCompile(`^\(?\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([NSns]?)\s*[,;\s/]\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([EeWwOo]?)\s*\)?$`)

// String is the point as ParsePoint reads it, to the metre: "46.17000,1.87000".
func (p Point) String() string {
	return strconv.FormatFloat(p.Latitude, 'f', 5, 64) + "," + strconv.FormatFloat(p.Longitude, 'f', 5, 64)
}

// ParsePoint reads coordinates in degrees, latitude first: "46.17,1.87",
// "46,17 ; 1,87", "46.17° N 1.87° E", "geo:46.17,1.87". Anything else, or
// numbers beyond the Earth, is not read.
func ParsePoint(text string) (point Point, read bool) {
	text = strings.TrimPrefix(strings.Join(strings.Fields(text), " "), "geo:")
	parts := typedPoint.FindStringSubmatch(text)
	if parts == nil || !strings.ContainsAny(parts[1]+parts[3], ".,") {
		return Point{}, false
	}
	north, err1 := strconv.ParseFloat(strings.ReplaceAll(parts[1], ",", "."), 64)
	east, err2 := strconv.ParseFloat(strings.ReplaceAll(parts[3], ",", "."), 64)
	if err1 != nil || err2 != nil {
		return Point{}, false
	}
	if strings.EqualFold(parts[2], "s") {
		north = -north
	}
	if parts[4] != "" && !strings.EqualFold(parts[4], "e") {
		east = -east
	}
	if north < -90 || north > 90 || east < -180 || east > 180 {
		return Point{}, false
	}
	return Point{north, east}, true
}

// farthestCentre is how far in metres the centre of a point's commune may be.
const farthestCentre = 50_000

// NearestCommune is the commune whose centre is nearest to a point; found is
// false where none is within 50 km.
func NearestCommune(to Point) (nearest Commune, found bool) {
	at, least := to.Vector(), ChordOver(farthestCentre)
	known := atlas()
	for i, centre := range centres() {
		if chord := at.Chord(centre); chord <= least && known.communes[i].HasCentre() {
			nearest, found, least = known.communes[i], true, chord
		}
	}
	return nearest, found
}
