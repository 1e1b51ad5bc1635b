package geography

import "math"

// earthRadius is the mean radius of the Earth in metres (IUGG).
const earthRadius = 6_371_008.8

// Point is a place in WGS 84 degrees.
type Point struct{ Latitude, Longitude float64 }

// Distance is the length in metres of the straight line (great circle,
// haversine formula) between two points in degrees.
func Distance(latitude1, longitude1, latitude2, longitude2 float64) int {
	north1, north2 := radians(latitude1), radians(latitude2)
	height := math.Sin((north2 - north1) / 2)
	width := math.Sin(radians(longitude2-longitude1) / 2)
	chord := height*height + math.Cos(north1)*math.Cos(north2)*width*width
	return int(math.Round(2 * earthRadius * math.Asin(math.Sqrt(min(1, chord)))))
}

// Box is a range of latitudes and longitudes in degrees, bounds included.
type Box struct{ South, West, North, East float64 }

// BoundingBox is a box that holds every point within a radius in metres of a
// point: a search takes what is in the box, then measures with Distance. Where
// the circle holds a pole or crosses the 180th meridian, the box takes every
// longitude.
func BoundingBox(latitude, longitude float64, radiusMetres int) Box {
	// A metre more than the rounding of Distance can hide.
	angle := (float64(radiusMetres) + 1) / earthRadius
	tall := degrees(angle)
	box := Box{South: max(-90, latitude-tall), West: -180, North: min(90, latitude+tall), East: 180}
	if box.South == -90 || box.North == 90 || angle >= math.Pi/2 {
		return box
	}
	wide := degrees(math.Asin(min(1, math.Sin(angle)/math.Cos(radians(latitude)))))
	if longitude-wide >= -180 && longitude+wide <= 180 {
		box.West, box.East = longitude-wide, longitude+wide
	}
	return box
}

func radians(angle float64) float64 { return angle * math.Pi / 180 }

func degrees(angle float64) float64 { return angle * 180 / math.Pi }
