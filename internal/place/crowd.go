package place

import (
	"math"
	"strconv"
)

// In a commune of more places than crowded, each is no longer compared with all:
// a look at n places then costs n times a bounded number.
const (
	crowded = 300
	// A sign that more places share tells none of them: the telephone of a town hall.
	mostSharing = 30
)

// crowd is the places of one commune, to compare one of them with those that may
// be it.
type crowd struct {
	all     []traits
	squares map[square][]int    // those whose point is known, by their rank in all
	sharing map[string][]traits // by sign
}

// square is about a kilometre wide or more, everywhere in France, so that who
// is farther than the squares around is farther than metresFar.
type square struct{ south, west int }

func (t traits) square() square {
	const perDegreeSouth, perDegreeWest = 100, 65
	return square{int(math.Floor(t.at.Latitude * perDegreeSouth)), int(math.Floor(t.at.Longitude * perDegreeWest))}
}

func gather(all []traits) crowd {
	made := crowd{all: all}
	if len(all) <= crowded {
		return made
	}
	made.squares, made.sharing = map[square][]int{}, map[string][]traits{}
	for i, one := range all {
		if one.located {
			made.squares[one.square()] = append(made.squares[one.square()], i)
		}
		for _, sign := range one.signs() {
			if len(made.sharing[sign]) <= mostSharing {
				made.sharing[sign] = append(made.sharing[sign], one)
			}
		}
	}
	return made
}

// signs are what two places share that are one, although they are far apart or
// one's point is not known.
func (t traits) signs() []string {
	signs := []string{"name " + t.name.whole}
	for _, word := range t.name.own {
		signs = append(signs, "word "+word)
	}
	for kind, value := range map[string]string{"siret ": t.pivot, "telephone ": t.telephone} {
		if value != "" {
			signs = append(signs, kind+value)
		}
	}
	for _, site := range t.websites {
		signs = append(signs, "site "+site)
	}
	for _, mail := range t.mails {
		signs = append(signs, "mail "+mail)
	}
	if t.street.number > 0 {
		signs = append(signs, "street "+strconv.Itoa(t.street.number)+" "+t.street.key())
	}
	return signs
}

// like lists those that a place may be, itself perhaps among them, some twice.
func (c crowd) like(mine traits) []traits {
	if c.squares == nil {
		return c.all[:len(c.all):len(c.all)]
	}
	var others []traits
	if mine.located {
		at := mine.square()
		for south := at.south - 1; south <= at.south+1; south++ {
			for west := at.west - 1; west <= at.west+1; west++ {
				for _, i := range c.squares[square{south, west}] {
					others = append(others, c.all[i])
				}
			}
		}
	}
	for _, sign := range mine.signs() {
		if same := c.sharing[sign]; len(same) <= mostSharing {
			others = append(others, same...)
		}
	}
	return others
}
