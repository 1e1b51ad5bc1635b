package geography

import (
	"math"
	"sync"
)

// centres are where the communes are, in their order.
var centres = sync.OnceValue(func() []Vector {
	communes := atlas().communes
	vectors := make([]Vector, len(communes))
	for i := range communes {
		vectors[i] = Point{communes[i].Latitude, communes[i].Longitude}.Vector()
	}
	return vectors
})

// peopleLevel is the width of the squares in which people are counted: 16 of
// the finest, about 10 km from south to north.
const peopleLevel = 4

// people is how many live in each square of that width, at their communes' centres.
var people = sync.OnceValue(func() map[int64]int {
	counted := map[int64]int{}
	for _, commune := range atlas().communes {
		if commune.HasCentre() {
			counted[Point{commune.Latitude, commune.Longitude}.Cell()>>(2*peopleLevel)] += commune.Population
		}
	}
	return counted
})

// farthestCount is how many squares around a point are looked at: some 100 km.
const farthestCount = 10

// RadiusOf estimates in metres how far around a point so many people live, by
// the population of the communes: a first guess at how wide to look for what is
// as dense as people are. At least 200 m; where few people live, 100 km.
func RadiusOf(inhabitants int, around Point) int {
	row, column := around.square()
	counted := people()
	lived := 0
	high := squareSide * (1 << peopleLevel) * math.Pi / 180 * earthRadius
	area := high * high * math.Cos(radians(around.Latitude))
	for ring := range farthestCount {
		lived += ringPeople(counted, int(row>>peopleLevel), int(column>>peopleLevel), ring)
		if lived >= inhabitants {
			squares := float64((2*ring + 1) * (2*ring + 1))
			return max(200, int(math.Sqrt(area*squares/math.Pi*float64(inhabitants)/float64(lived))))
		}
	}
	return int(farthestCount * high)
}

func ringPeople(counted map[int64]int, row, column, ring int) int {
	lived := 0
	for north := row - ring; north <= row+ring; north++ {
		step := 2 * ring // only the ends of the rows between
		if north == row-ring || north == row+ring || ring == 0 {
			step = 1
		}
		for east := column - ring; east <= column+ring; east += step {
			if north >= 0 && east >= 0 {
				lived += counted[interleave(uint32(north), uint32(east))]
			}
		}
	}
	return lived
}
