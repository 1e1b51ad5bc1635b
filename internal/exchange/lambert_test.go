package exchange

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/geography"
)

// toLambert is the projection itself, to come back from.
func toLambert(point geography.Point) (x, y float64) {
	latitude := point.Latitude * math.Pi / 180
	sine := grs80Excentric * math.Sin(latitude)
	isometric := math.Log(math.Tan(math.Pi/4+latitude/2) * math.Pow((1-sine)/(1+sine), grs80Excentric/2))
	radius := lambertConstant * math.Exp(-lambertExponent*isometric)
	angle := lambertExponent * (point.Longitude - lambertMeridian) * math.Pi / 180
	return lambertX + radius*math.Sin(angle), lambertY - radius*math.Cos(angle)
}

func TestLambertKnownPoints(t *testing.T) {
	for _, test := range []struct{ x, y, latitude, longitude float64 }{
		{700000, 6600000, 46.5, 3},               // the origin of the projection, by its definition
		{652469.02, 6862035.26, 48.8566, 2.3522}, // Paris
	} {
		point := fromLambert(test.x, test.y)
		if math.Abs(point.Latitude-test.latitude) > 1e-4 || math.Abs(point.Longitude-test.longitude) > 1e-4 {
			t.Errorf("%v, %v is at %v, want %v, %v", test.x, test.y, point, test.latitude, test.longitude)
		}
	}
}

func TestLambertComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := geography.Point{Latitude: rapid.Float64Range(41.3, 51.3).Draw(t, "latitude"), Longitude: rapid.Float64Range(-5.5, 10).Draw(t, "longitude")}
		x, y := toLambert(point)
		back := fromLambert(x, y)
		if math.Abs(back.Latitude-point.Latitude) > 1e-9 || math.Abs(back.Longitude-point.Longitude) > 1e-9 {
			t.Errorf("%v comes back as %v", point, back)
		}
		if !likeLambert(x, y) {
			t.Errorf("%v, of the metropole, is not seen at %v, %v", point, x, y)
		}
	})
}
