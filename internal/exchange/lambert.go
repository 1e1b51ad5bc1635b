package exchange

import (
	"math"

	"passerelle/internal/geography"
)

// Lambert-93, the conformal conic projection of the metropole (decree
// 2000-1276; constants and method: IGN, NTG 71, ALG0002 and ALG0004). RGF93 is
// WGS 84 within a decimetre.
const (
	lambertExponent = 0.7256077650532670
	lambertConstant = 11754255.426096
	lambertX        = 700000.0
	lambertY        = 12655612.049876
	lambertMeridian = 3.0
	grs80Excentric  = 0.0818191910428158
)

// likeLambert tells whether coordinates are metres of Lambert-93 within its
// domain, the metropole and its waters (bounds: EPSG:2154), and no degrees.
func likeLambert(x, y float64) bool {
	return x > -378_306 && x < 1_320_650 && y > 6_005_281 && y < 7_235_613
}

// fromLambert is the point of an easting and a northing, in metres; far out of
// the metropole it is not exact.
func fromLambert(x, y float64) geography.Point {
	east, south := x-lambertX, lambertY-y
	angle := math.Atan2(east, south)
	isometric := -math.Log(math.Hypot(east, south)/lambertConstant) / lambertExponent
	return geography.Point{
		Latitude:  latitudeOf(isometric) * 180 / math.Pi,
		Longitude: lambertMeridian + angle/lambertExponent*180/math.Pi,
	}
}

// latitudeOf is the latitude of an isometric one, in radians.
func latitudeOf(isometric float64) float64 {
	const enough, most = 1e-12, 20
	latitude := 2*math.Atan(math.Exp(isometric)) - math.Pi/2
	for range most {
		before := latitude
		sine := grs80Excentric * math.Sin(before)
		latitude = 2*math.Atan(math.Pow((1+sine)/(1-sine), grs80Excentric/2)*math.Exp(isometric)) - math.Pi/2
		if math.Abs(latitude-before) < enough {
			break
		}
	}
	return latitude
}
