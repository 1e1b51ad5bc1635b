package geography

import (
	"fmt"
	"math"
	"time"
)

// A road is taken to be 1.3 times the straight line; nobody is promised more
// than an order of magnitude.
const (
	roadFactor     = 1.3
	walkingSpeed   = 4.0 // km/h
	cyclingSpeed   = 15.0
	drivingSpeed   = 50.0
	metresToMinute = 60.0 / 1000
)

// Travel is the order of magnitude of a way. Durations are rounded to 5
// minutes (5 at least) up to an hour, to 15 beyond.
type Travel struct {
	Metres                   int // by the road
	OnFoot, ByBicycle, ByCar time.Duration
}

// TravelOver estimates a way from the straight line in metres that Distance measures.
func TravelOver(straightMetres int) Travel {
	metres := float64(straightMetres) * roadFactor
	return Travel{
		Metres:    int(math.Round(metres)),
		OnFoot:    duration(metres, walkingSpeed),
		ByBicycle: duration(metres, cyclingSpeed),
		ByCar:     duration(metres, drivingSpeed),
	}
}

func duration(metres, speed float64) time.Duration {
	minutes := metres * metresToMinute / speed
	rounded := max(5, 5*math.Round(minutes/5))
	if rounded > 60 {
		rounded = max(60, 15*math.Round(minutes/15))
	}
	return time.Duration(rounded) * time.Minute
}

// DistanceText says how far: "environ 13 km"; hundreds of metres below one kilometre.
func (t Travel) DistanceText() string {
	switch hundreds := int(math.Round(float64(t.Metres) / 100)); {
	case t.Metres < 100:
		return "à moins de 100\u00a0m"
	case hundreds < 10:
		return fmt.Sprintf("environ %d\u00a0m", hundreds*100)
	}
	kilometres := int(math.Round(float64(t.Metres) / 1000))
	if kilometres >= 1000 {
		return fmt.Sprintf("environ %d\u202f%03d\u00a0km", kilometres/1000, kilometres%1000)
	}
	return fmt.Sprintf("environ %d\u00a0km", kilometres)
}

// OnFootText says "50 min à pied".
func (t Travel) OnFootText() string { return durationText(t.OnFoot) + " à pied" }

// ByBicycleText says "1 h à vélo".
func (t Travel) ByBicycleText() string { return durationText(t.ByBicycle) + " à vélo" }

// ByCarText says "15 min en voiture".
func (t Travel) ByCarText() string { return durationText(t.ByCar) + " en voiture" }

func durationText(duration time.Duration) string {
	hours, minutes := int(duration.Hours()), int(duration.Minutes())%60
	switch {
	case hours == 0:
		return fmt.Sprintf("%d\u00a0min", minutes)
	case minutes == 0:
		return fmt.Sprintf("%d\u00a0h", hours)
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", hours, minutes)
}
