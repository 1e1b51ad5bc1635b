package place_test

import (
	"reflect"
	"slices"
	"testing"

	"passerelle/internal/place"
)

// house is a place of Guéret, in the middle of the town.
func house(name string, change ...func(p *place.Place)) place.Place {
	p := place.Place{
		Source: "a", SourceID: "1", Name: name, Commune: "23096", CommuneName: "Guéret", PostalCode: "23000",
		Latitude: 46.1710, Longitude: 1.8710,
	}
	for _, one := range change {
		one(&p)
	}
	return p
}

func at(address string) func(p *place.Place) { return func(p *place.Place) { p.Address = address } }

func calling(telephone string) func(p *place.Place) {
	return func(p *place.Place) { p.Telephone = telephone }
}

func siret(pivot string) func(p *place.Place) { return func(p *place.Place) { p.Pivot = pivot } }

func standing(latitude, longitude float64) func(p *place.Place) {
	return func(p *place.Place) { p.Latitude, p.Longitude, p.Approximate = latitude, longitude, false }
}

func unlocated(p *place.Place) { p.Approximate = true }

func in(code, name string) func(p *place.Place) {
	return func(p *place.Place) { p.Commune, p.CommuneName = code, name }
}

func TestHowAlikeTwoPlacesAre(t *testing.T) {
	t.Parallel()
	const no, possible, likely, sure = "peu probable", "possible", "probable", "presque sûr"
	for name, c := range map[string]struct {
		a, b place.Place
		want string
	}{
		"written otherwise": {
			house("Médiathèque de Guéret", at("12 av. du Gal Leclerc")), house("BIBLIOTHEQUE MUNICIPALE", at("12 avenue du Général-Leclerc")), sure,
		},
		"the same name, one without coordinates nor street": {
			house("Mission locale de la Creuse", unlocated), house("Mission Locale de la Creuse", at("3 rue Ferrague")), possible,
		},
		"one says more": {
			house("France services"), house("Maison France Services – Guéret Centre"), likely,
		},
		"a slip in the name": {house("Association Quartier Rouge", at("5 place Bonnyaud")), house("Asso. Quartiers rouge"), likely},
		"only the SIRET": {
			house("Accueil de jour", siret("43493312300029"), at("3 rue Haute")),
			house("Garderie des Champs", siret("43493312300029"), at("90 rue Basse"), standing(46.16, 1.89)), no,
		},
		"ten places of one body, each its library": {
			house("Bibliothèque Aragon", siret("21230096500019"), at("3 rue Haute")),
			house("Bibliothèque Éluard", siret("21230096500019"), at("7 rue des Écoles"), standing(46.1800, 1.8800)), no,
		},
		"the same SIRET and address, another name": {
			house("Espace numérique", siret("43493312300029"), at("3 rue Haute")),
			house("Les Clés du web", siret("43493312300029"), at("3 rue Haute")), likely,
		},
		"two bodies under one roof": {
			house("Mairie de Guéret", at("1 place de la Mairie"), calling("+33555000000")),
			house("Mission locale", at("1 place de la Mairie"), calling("+33555111111")), no,
		},
		"the town hall and what it shelters": {
			house("Mairie", at("1 place de la Mairie"), calling("+33555000000")),
			house("France services", at("1 place de la Mairie"), calling("+33555000000")), no,
		},
		"one sign in two streets": {
			house("La Poste", at("3 rue Haute")), house("Bureau de poste", at("90 avenue de la Gare"), standing(46.1850, 1.8710)), no,
		},
		"a name of its own in two communes": {
			house("Le Fil numérique"), house("Le Fil numérique", in("23008", "Aubusson"), standing(45.9560, 2.1690)), no,
		},
		"across a border": {
			house("Le Fil numérique", at("1 rue Haute")), house("Le Fil numérique", at("1 rue Haute"), in("23186", "Saint-Fiel"), standing(46.1711, 1.8711)), likely,
		},
		"a bus that starts from the house": {
			house("Bus France services de Guéret", at("3 rue Haute")), house("France services de Guéret", at("3 rue Haute")), no,
		},
		"a bus told twice":      {house("Bus numérique", at("3 rue Haute")), house("Camion numérique", at("3 rue Haute")), sure},
		"nothing in common":     {house("Secours populaire", at("4 rue A")), house("Cinéma", at("9 rue B")), no},
		"nothing at all":        {place.Place{}, place.Place{}, likely}, // one place with itself
		"a place and its twin":  {house("Mairie"), house("Mairie"), likely},
		"the same, one nearby":  {house("CCAS"), house("Centre communal d’action sociale", standing(46.1730, 1.8710)), possible},
		"a library, two of two": {house("Médiathèque Aragon"), house("Médiathèque Triolet"), no},
	} {
		got := place.Compare(c.a, c.b)
		if got.Words() != c.want {
			t.Errorf("%s: %d, %s, wanted %s: %v", name, got.Score, got.Words(), c.want, told(got))
		}
		if back := place.Compare(c.b, c.a); !reflect.DeepEqual(got, back) {
			t.Errorf("%s: %v one way, %v the other", name, told(got), told(back))
		}
	}
}

func told(likeness place.Likeness) (reasons []string) {
	for _, reason := range likeness.Reasons {
		reasons = append(reasons, reason.Says())
	}
	return reasons
}

func FuzzCompare(f *testing.F) {
	f.Add("Médiathèque de Guéret", "12 rue du Gal Leclerc", "43493312300029", "Bibliothèque", "12 bis r. Leclerc", "4349331230002", 46.1, 1.8)
	f.Add("", "", "", "\xff", "12", "é", 91.0, -181.0)
	f.Fuzz(func(t *testing.T, name, address, pivot, otherName, otherAddress, otherPivot string, latitude, longitude float64) {
		a := place.Place{Name: name, Address: address, Pivot: pivot, Commune: "23096", CommuneName: otherName, Websites: []string{otherAddress}}
		b := place.Place{Name: otherName, Address: otherAddress, Pivot: otherPivot, Commune: pivot, Latitude: latitude, Longitude: longitude, Websites: []string{address}}
		there, back := place.Compare(a, b), place.Compare(b, a)
		if !reflect.DeepEqual(there, back) || there.Score < 0 || there.Score > 100 {
			t.Errorf("%v one way, %v the other", there, back)
		}
		if self := place.Compare(a, a); self.Score < place.Alike && !slices.ContainsFunc(self.Reasons, place.Reason.For) {
			t.Errorf("%q is not like itself: %v", name, self)
		}
	})
}
