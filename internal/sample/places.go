package sample

import "passerelle/internal/place"

// offered fills in what an invented place says of itself: no two alike, so that
// each filter of a search finds some and not all of them.
func offered(p place.Place, rank int) place.Place {
	among := func(every int, codes ...string) []string {
		if rank%every == 0 {
			return codes
		}
		return nil
	}
	p.AccessWays = append([]string{"come"}, among(2, "telephone")...)
	p.Supports = append([]string{"workshop", "individual"}, among(4, place.SupportRemote)...)
	p.Languages = append([]string{"Français"}, [][]string{{"Anglais"}, {"Arabe"}, nil, {"Portugais", "Espagnol"}}[rank%4]...)
	p.Equipment = append([]string{"computers", "internet", "printer"}, among(3, "scanner", "private_room")...)
	p.Publics = among(3, "seniors", "youth")
	p.SpecialNeeds = append(among(2, "illiteracy"), among(5, "deafness")...)
	p.Fees = []string{"free_if"}
	p.Prices = "Gratuit avec le pass, ou pour qui cherche un emploi ; sinon 10 € l’atelier"
	if rank%3 == 1 {
		p.AddressComplement = "Entrée par la porte verte, au rez-de-chaussée"
	}
	if rank%4 == 0 {
		p.Programmes = []string{place.ProgrammeAidantsConnect}
	}
	return p
}
