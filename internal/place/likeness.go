package place

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"passerelle/internal/geography"
)

// Likeness is how sure it is that two places are one: Score from 0 to 100, and
// the reasons whose points make it.
type Likeness struct {
	Score   int
	Reasons []Reason
}

// Reason is a sign that two places are one, or (with points below zero) two.
type Reason struct {
	Code   string // of signs
	Points int
}

// Alike is the score from which a person is asked. Likely and AlmostSure are
// the steps above it.
const (
	Alike      = 60
	Likely     = 70
	AlmostSure = 85
)

// sign is what is looked at: the most points that it gives, and how it is told.
type sign struct {
	points int
	says   string
}

// The codes of signs, in the order in which they are told.
const (
	signSameName       = "same_name"
	signCloseName      = "close_name"
	signOtherName      = "other_name"
	signOneRoams       = "one_roams"
	signSameSIRET      = "same_siret"
	signOtherSIREN     = "other_siren"
	signSameAddress    = "same_address"
	signSameStreet     = "same_street"
	signOtherNumber    = "other_number"
	signOtherStreet    = "other_street"
	signSameCommune    = "same_commune"
	signOtherCommune   = "other_commune"
	signSameSpot       = "same_spot"
	signNear           = "near"
	signFar            = "far"
	signVeryFar        = "very_far"
	signSameTelephone  = "same_telephone"
	signSameWebsite    = "same_website"
	signSameEmail      = "same_email"
	nameIsSame         = 0.95
	nameIsClose        = 0.55
	nameIsOther        = 0.3
	metresSameSpot     = 50
	metresNear         = 300
	metresFar          = 1000
	metresVeryFar      = 5000
	siretLength        = 14
	sirenLength        = 9
	mostScore          = 100
	mostOfSIRET        = 10 // more places under one SIRET: it names a body, not a place
	otherKindFactor    = 0.5
	partlyNamed        = 0.6
	unlikeKindsOneName = 0.1
)

// signs are the weights. One sign never suffices: a SIRET may be that of the body
// that runs ten places, a telephone that of a town hall. The same name in the
// same commune does, unless an address or a distance speaks against it.
var signs = map[string]sign{
	signSameName:      {45, "Même nom"},
	signCloseName:     {45, "Noms proches"}, // in proportion
	signOtherName:     {-10, "Noms différents"},
	signOneRoams:      {-25, "Un seul des deux est un bus ou un camion"}, // which starts from the other's address
	signSameSIRET:     {30, "Même SIRET"},
	signOtherSIREN:    {-10, "Organismes différents (SIREN)"},
	signSameAddress:   {20, "Même adresse"},
	signSameStreet:    {10, "Même rue"},
	signOtherNumber:   {-5, "Même rue, autre numéro"},
	signOtherStreet:   {-15, "Rues différentes"},
	signSameCommune:   {15, "Même commune"},
	signOtherCommune:  {-25, "Communes différentes"},
	signSameSpot:      {15, "À moins de 50 m"},
	signNear:          {8, "À moins de 300 m"},
	signFar:           {-15, "À plus de 1 km"},
	signVeryFar:       {-40, "À plus de 5 km"},
	signSameTelephone: {15, "Même téléphone"},
	signSameWebsite:   {10, "Même site"},
	signSameEmail:     {10, "Même courriel"},
}

// Says is the reason in French: "Même SIRET".
func (r Reason) Says() string { return signs[r.Code].says }

// For tells whether the reason speaks for one place.
func (r Reason) For() bool { return r.Points > 0 }

// Words is the score as it is told.
func (l Likeness) Words() string {
	switch {
	case l.Score >= AlmostSure:
		return "presque sûr"
	case l.Score >= Likely:
		return "probable"
	case l.Score >= Alike:
		return "possible"
	}
	return "peu probable"
}

// Compare tells how alike two places are. It is the same both ways.
func Compare(a, b Place) Likeness { return traitsOf(a).compare(traitsOf(b)) }

// traits is what is compared of a place, folded.
type traits struct {
	id              [16]byte
	commune, pivot  string
	name            nameTraits
	street          street
	located         bool
	at              geography.Point
	telephone       string
	websites, mails []string
}

func traitsOf(p Place) traits {
	t := traits{
		id: p.ID, commune: p.Commune, name: readName(p.Name, p.CommuneName), located: !p.Approximate, at: p.Point(), telephone: p.Telephone,
		street: readStreet(geography.Fold(p.Address)),
	}
	if len(p.Pivot) == siretLength {
		t.pivot = p.Pivot
	}
	for _, site := range p.Websites {
		t.websites = append(t.websites, bareAddress(site))
	}
	for _, mail := range p.Emails {
		t.mails = append(t.mails, strings.ToLower(mail))
	}
	return t
}

// bareAddress is a page's address without what does not tell it from another.
func bareAddress(address string) string {
	address = strings.ToLower(address)
	for _, prefix := range []string{"https://", "http://", "www."} {
		address = strings.TrimPrefix(address, prefix)
	}
	return strings.TrimRight(address, "/")
}

// basis is a digest of what is compared, the same both ways.
func (t traits) basis(o traits) []byte {
	mine, theirs := t.told(), o.told()
	if theirs < mine {
		mine, theirs = theirs, mine
	}
	sum := sha256.Sum256([]byte(mine + "\x00" + theirs))
	return sum[:16]
}

func (t traits) told() string {
	at := ""
	if t.located {
		at = fmt.Sprintf("%.4f %.4f", t.at.Latitude, t.at.Longitude)
	}
	return strings.Join([]string{
		t.commune, t.pivot, t.name.whole, strconv.Itoa(t.street.number) + t.street.key(), at, t.telephone,
		strings.Join(t.websites, " "), strings.Join(t.mails, " "),
	}, "\x01")
}

func (t traits) compare(o traits) Likeness {
	var made Likeness
	add := func(code string, share float64) {
		points := int(math.Round(float64(signs[code].points) * share))
		made.Reasons = append(made.Reasons, Reason{code, points})
		made.Score += points
	}
	switch name := t.name.likeness(o.name); {
	case name >= nameIsSame:
		add(signSameName, 1)
	case name >= nameIsClose:
		add(signCloseName, name)
	case name < nameIsOther:
		add(signOtherName, 1)
	}
	if t.name.roams != o.name.roams {
		add(signOneRoams, 1)
	}
	if t.pivot != "" && o.pivot != "" {
		switch {
		case t.pivot == o.pivot:
			add(signSameSIRET, 1)
		case t.pivot[:sirenLength] != o.pivot[:sirenLength]:
			add(signOtherSIREN, 1)
		}
	}
	if code := t.street.sign(o.street); code != "" {
		add(code, 1)
	}
	metres := -1
	if t.located && o.located {
		metres = geography.Distance(t.at.Latitude, t.at.Longitude, o.at.Latitude, o.at.Longitude)
	}
	switch {
	case t.commune == o.commune:
		add(signSameCommune, 1)
	case metres < 0 || metres > metresNear: // else a border runs between two points of one place
		add(signOtherCommune, 1)
	}
	switch {
	case metres < 0:
	case metres <= metresSameSpot:
		add(signSameSpot, 1)
	case metres <= metresNear:
		add(signNear, 1)
	case metres > metresVeryFar:
		add(signVeryFar, 1)
	case metres > metresFar:
		add(signFar, 1)
	}
	if t.telephone != "" && t.telephone == o.telephone {
		add(signSameTelephone, 1)
	}
	if meet(t.websites, o.websites) {
		add(signSameWebsite, 1)
	}
	if meet(t.mails, o.mails) {
		add(signSameEmail, 1)
	}
	made.Score = max(0, min(mostScore, made.Score))
	return made
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(one string) bool { return slices.Contains(b, one) })
}

// sign tells what two streets say; nothing, where one is a mere place-name ("le
// bourg") or is not known.
func (s street) sign(o street) string {
	switch {
	case s.way == "" || o.way == "" || len(s.name) == 0 || len(o.name) == 0:
		if len(s.name) > 0 && slices.Equal(s.name, o.name) && s.number == o.number {
			return signSameStreet // "le bourg" twice is little
		}
		return ""
	case !slices.Equal(s.name, o.name) && !within(s.name, o.name) && !within(o.name, s.name):
		return signOtherStreet
	case s.number == 0 || o.number == 0:
		return signSameStreet
	case s.number == o.number && s.repeat == o.repeat:
		return signSameAddress
	}
	return signOtherNumber
}
