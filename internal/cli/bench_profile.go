package cli

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
)

// cost is a share of the processor's time, from 0 to 1.
type cost struct {
	name  string
	share float64
}

// largestCosts reads a processor profile (the pprof format, profile.proto) and
// answers on whose behalf the time went: each sample counts for the deepest
// function of ours on its stack, statements for the function that runs them.
func largestCosts(compressed []byte, most int) ([]cost, error) {
	opened, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(opened)
	if err != nil {
		return nil, err
	}
	p, err := readProfile(text)
	if err != nil {
		return nil, err
	}
	sums, whole := map[string]float64{}, 0.0
	for _, s := range p.samples {
		sums[p.blamed(s)] += float64(s.value)
		whole += float64(s.value)
	}
	var costs []cost
	for name, sum := range sums {
		costs = append(costs, cost{name, sum / whole})
	}
	slices.SortFunc(costs, func(a, b cost) int {
		return cmp.Or(cmp.Compare(b.share, a.share), strings.Compare(a.name, b.name))
	})
	return costs[:min(most, len(costs))], nil
}

// profile is what is used of a processor profile.
type profile struct {
	samples   []stack
	locations map[uint64][]uint64 // functions of a location, the inlined ones first
	functions map[uint64]uint64   // index of a function's name
	names     []string
}

type stack struct {
	locations []uint64 // the leaf first
	value     uint64   // nanoseconds
}

// The fields of profile.proto that are used.
const (
	profileSample, profileLocation, profileFunction, profileStrings = 2, 4, 5, 6

	sampleLocations, sampleValues = 1, 2
	locationID, locationLine      = 1, 4
	lineFunction                  = 1
	functionID, functionName      = 1, 2
)

func readProfile(text []byte) (profile, error) {
	p := profile{locations: map[uint64][]uint64{}, functions: map[uint64]uint64{}}
	err := fields(text, func(field int, number uint64, inner []byte) error {
		switch field {
		case profileSample:
			var s stack
			var values []uint64
			err := fields(inner, func(field int, number uint64, packed []byte) (err error) {
				switch field {
				case sampleLocations:
					s.locations, err = numbers(s.locations, number, packed)
				case sampleValues:
					values, err = numbers(values, number, packed)
				}
				return err
			})
			if len(values) > 0 {
				s.value = values[len(values)-1]
			}
			p.samples = append(p.samples, s)
			return err
		case profileLocation:
			var id uint64
			var functions []uint64
			err := fields(inner, func(field int, number uint64, line []byte) error {
				switch field {
				case locationID:
					id = number
				case locationLine:
					return fields(line, func(field int, number uint64, _ []byte) error {
						if field == lineFunction {
							functions = append(functions, number)
						}
						return nil
					})
				}
				return nil
			})
			p.locations[id] = functions
			return err
		case profileFunction:
			var id, name uint64
			err := fields(inner, func(field int, number uint64, _ []byte) error {
				switch field {
				case functionID:
					id = number
				case functionName:
					name = number
				}
				return nil
			})
			p.functions[id] = name
			return err
		case profileStrings:
			p.names = append(p.names, string(inner))
		}
		return nil
	})
	return p, err
}

var errProfile = errors.New("profil illisible")

// fields calls a function for each field of a protobuf message: with its number
// or with its bytes.
func fields(text []byte, each func(field int, number uint64, inner []byte) error) error {
	for len(text) > 0 {
		tag, size := binary.Uvarint(text)
		if size <= 0 {
			return errProfile
		}
		text = text[size:]
		number, size := binary.Uvarint(text)
		if size <= 0 {
			return errProfile
		}
		text = text[size:]
		var inner []byte
		switch tag & 7 {
		case 0:
		case 2:
			if number > uint64(len(text)) {
				return errProfile
			}
			inner, text = text[:number], text[number:]
		default:
			return errProfile
		}
		if err := each(int(tag>>3), number, inner); err != nil {
			return err
		}
	}
	return nil
}

// numbers reads a repeated number, packed or not.
func numbers(known []uint64, number uint64, packed []byte) ([]uint64, error) {
	if packed == nil {
		return append(known, number), nil
	}
	for len(packed) > 0 {
		value, size := binary.Uvarint(packed)
		if size <= 0 {
			return nil, errProfile
		}
		known, packed = append(known, value), packed[size:]
	}
	return known, nil
}

// blamed names what a stack is counted for.
func (p profile) blamed(s stack) string {
	const ours = "passerelle/internal/"
	outside := "le reste du programme Go"
	for _, location := range s.locations {
		for _, function := range p.locations[location] {
			name, _, _ := strings.Cut(p.name(function), "[") // without type parameters
			inside, own := strings.CutPrefix(name, ours)
			switch {
			case own && strings.HasPrefix(inside, "cli."):
				return "la mesure elle-même"
			case own && strings.HasPrefix(inside, "db."):
				if statement, counted := ofDatabase[inside]; counted {
					return statement
				}
			case own:
				bare, _, _ := strings.Cut(inside, ".func")
				return bare
			case strings.HasPrefix(name, "runtime.gc"), strings.HasPrefix(name, "runtime.bgsweep"):
				return "ramasse-miettes"
			case strings.HasPrefix(name, "net/http."):
				outside = "net/http, serveur et clients de la mesure"
			}
		}
	}
	return outside
}

// ofDatabase are the functions of package db that run statements of their own;
// its others run those of their callers.
var ofDatabase = map[string]string{
	"db.(*writer).control":      "db : ouvrir, rendre durable, points de reprise",
	"db.(*DB).updatePostgreSQL": "db : ouvrir, rendre durable",
	"db.(*DB).View":             "db : ouvrir une lecture",
	"db.Once":                   "db.Once",
}

func (p profile) name(function uint64) string {
	index := p.functions[function]
	if index >= uint64(len(p.names)) {
		return ""
	}
	return p.names[index]
}
