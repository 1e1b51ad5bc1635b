package geography

import (
	"math"
	"math/bits"
	"slices"
)

// Vector is a point of the Earth, taken as a sphere, in whole centimetres from
// its centre. Distances between vectors are whole numbers, which both database
// engines compute and order alike.
type Vector struct{ X, Y, Z int64 }

const earthRadiusCentimetres = 100 * earthRadius

// Vector places a point in space.
func (p Point) Vector() Vector {
	north, east := radians(p.Latitude), radians(p.Longitude)
	round := func(share float64) int64 { return int64(math.Round(earthRadiusCentimetres * share)) }
	return Vector{round(math.Cos(north) * math.Cos(east)), round(math.Cos(north) * math.Sin(east)), round(math.Sin(north))}
}

// Chord is the square, in square centimetres, of the straight line through the
// Earth between two points: the order of chords is the order of distances. The
// longest, times four, fits an int64.
func (v Vector) Chord(w Vector) int64 {
	return (v.X-w.X)*(v.X-w.X) + (v.Y-w.Y)*(v.Y-w.Y) + (v.Z-w.Z)*(v.Z-w.Z)
}

// ChordOver is the chord of two points that lie so many metres apart on the
// ground; half the way round the Earth for any longer way.
func ChordOver(metres float64) int64 {
	angle := min(max(metres, 0)/earthRadius, math.Pi)
	straight := 2 * earthRadiusCentimetres * math.Sin(angle/2)
	return int64(math.Round(straight * straight))
}

// MetresOver is the way on the ground, in metres, over a chord.
func MetresOver(chord int64) int {
	share := math.Sqrt(float64(chord)) / (2 * earthRadiusCentimetres)
	return int(math.Round(2 * earthRadius * math.Asin(min(1, share))))
}

// The finest squares are a 65,536th of a circle wide and high: 611 m from south to north.
const (
	gridColumns = 1 << 16
	gridRows    = 1 << 15
	squareSide  = 360.0 / gridColumns // degrees
)

// Cell is the number of the square that holds the point: its row and column
// with their bits in turn (Z-order, Morton 1966), so that the squares of any
// larger square are one range of numbers.
func (p Point) Cell() int64 {
	row, column := p.square()
	return interleave(row, column)
}

func (p Point) square() (row, column uint32) {
	return squareAt(p.Latitude+90, gridRows), squareAt(p.Longitude+180, gridColumns)
}

func squareAt(degrees float64, count int) uint32 {
	return uint32(min(max(int(degrees/squareSide), 0), count-1))
}

func interleave(row, column uint32) int64 { return int64(spread(row)<<1 | spread(column)) }

// spread puts a zero before each of the 16 low bits.
func spread(number uint32) uint64 {
	wide := uint64(number)
	wide = (wide | wide<<8) & 0x00ff00ff
	wide = (wide | wide<<4) & 0x0f0f0f0f
	wide = (wide | wide<<2) & 0x33333333
	wide = (wide | wide<<1) & 0x55555555
	return wide
}

// CellRange is a run of cells, both ends in it.
type CellRange struct{ First, Last int64 }

// MostRanges is how many runs of cells cover a circle at most.
const MostRanges = 8

// Covering lists the runs of cells that hold every point within a radius in
// metres of a point, and how far in metres the cells hold every point: the
// radius, or somewhat more.
func Covering(around Point, radius int) (ranges []CellRange, reach int) {
	box := BoundingBox(around.Latitude, around.Longitude, radius)
	south, west := Point{box.South, box.West}.square()
	north, east := Point{box.North, box.East}.square()
	// Squares twice as wide, until few runs suffice.
	for level := max(0, bits.Len32(max(north-south, east-west))-3); ; level++ {
		ranges = runs(south>>level, north>>level, west>>level, east>>level, level)
		if len(ranges) <= MostRanges {
			covered := Box{
				South: float64(south>>level<<level)*squareSide - 90,
				West:  float64(west>>level<<level)*squareSide - 180,
				North: float64((north>>level+1)<<level)*squareSide - 90,
				East:  float64((east>>level+1)<<level)*squareSide - 180,
			}
			return ranges, max(radius, covered.reach(around))
		}
	}
}

// runs are the squares of a level between these rows and columns, neighbours together.
func runs(south, north, west, east uint32, level int) []CellRange {
	if uint64(north-south+1)*uint64(east-west+1) > 8*MostRanges {
		return make([]CellRange, MostRanges+1) // too many to try
	}
	var firsts []int64
	for row := south; row <= north; row++ {
		for column := west; column <= east; column++ {
			firsts = append(firsts, interleave(row, column)<<(2*level))
		}
	}
	slices.Sort(firsts)
	size := int64(1) << (2 * level)
	var ranges []CellRange
	for _, first := range firsts {
		if last := len(ranges) - 1; last >= 0 && ranges[last].Last+1 == first {
			ranges[last].Last += size
		} else {
			ranges = append(ranges, CellRange{first, first + size - 1})
		}
	}
	return ranges
}

// reach is how far from a point inside it the box holds everything, in metres,
// rounded down; 0 where the box goes round the Earth.
func (b Box) reach(from Point) int {
	if b.East-b.West >= 180 {
		return 0
	}
	// The way to a meridian is shorter than along the parallel.
	side := min(from.Longitude-b.West, b.East-from.Longitude)
	toMeridian := math.Asin(math.Cos(radians(from.Latitude)) * math.Sin(radians(side)))
	toParallel := radians(min(from.Latitude-b.South, b.North-from.Latitude))
	return max(0, int(earthRadius*min(toMeridian, toParallel))-1)
}
