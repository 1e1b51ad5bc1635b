package cli

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// inventDirectory fills a directory with places spread as people are: in
// communes drawn by their population, within a town as wide as it is peopled.
func inventDirectory(env *environment, d *db.DB, count int) error {
	begin := time.Now()
	draw := rand.New(rand.NewPCG(1, 0))
	drawCommune := communesByPeople(draw)
	const slice = 500
	for first := 0; first < count; first += slice {
		invented := make([]place.Place, 0, slice)
		for rank := first; rank < min(first+slice, count); rank++ {
			invented = append(invented, inventPlace(draw, drawCommune(), rank))
		}
		if err := d.Update(env, console, func(tx *db.Tx) error {
			for _, one := range invented {
				if _, _, err := place.Save(env, tx, one); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	fmt.Fprintf(env.stdout, "%d lieux enregistrés en %.0f s\n", count, time.Since(begin).Seconds())
	if d.Engine() == db.PostgreSQL {
		// What its background work does within a minute of any large import.
		return d.Update(env, console, func(tx *db.Tx) error {
			_, err := tx.Exec(env, `ANALYZE place`)
			return err
		})
	}
	return nil
}

// communesByPeople draws communes by their population.
func communesByPeople(draw *rand.Rand) func() geography.Commune {
	communes := geography.Territory{Kind: geography.Country}.Communes()
	upTo := make([]int, len(communes))
	people := 0
	for i, commune := range communes {
		if commune.HasCentre() {
			people += commune.Population
		}
		upTo[i] = people
	}
	return func() geography.Commune {
		at := draw.IntN(people)
		return communes[sort.Search(len(upTo), func(i int) bool { return upTo[i] > at })]
	}
}

func inventPlace(draw *rand.Rand, commune geography.Commune, rank int) place.Place {
	spread := 300 + 2.4*math.Sqrt(float64(commune.Population)) // metres
	degrees := spread / 111_000
	pick := func(words place.Vocabulary, share float64) (codes []string) {
		for _, word := range words {
			if draw.Float64() < share {
				codes = append(codes, word.Code)
			}
		}
		return codes
	}
	kind := []string{"Médiathèque", "Centre social", "Mairie", "Espace numérique", "Association", "Maison de quartier", "France services", "Point d’accueil"}[draw.IntN(8)]
	hours := []string{"Mo-Fr 09:00-12:00,14:00-17:30", "Tu-Sa 10:00-18:00", "Mo,We,Fr 09:00-12:00", "Mo-Th 13:30-17:00; Sa 09:00-12:00", "sur rendez-vous", ""}[draw.IntN(6)]
	return place.Place{
		Source: "mesure", SourceID: fmt.Sprint(rank), Name: kind + " de " + commune.Name + fmt.Sprintf(" %d", rank), Commune: commune.Code,
		Address:  fmt.Sprintf("%d rue %s", 1+draw.IntN(200), []string{"de la Paix", "Jean Jaurès", "de la République", "Pasteur", "Victor Hugo", "des Écoles"}[draw.IntN(6)]),
		Latitude: commune.Latitude + draw.NormFloat64()*degrees, Longitude: commune.Longitude + draw.NormFloat64()*degrees*1.4,
		Telephone: "+33544000000", Emails: []string{fmt.Sprintf("contact%d@exemple.invalid", rank)}, Websites: []string{fmt.Sprintf("https://exemple.invalid/lieux/%d", rank)},
		Hours: hours, Summary: strings.Repeat("On y est aidé avec le numérique, seul ou en groupe. ", 1+draw.IntN(4)),
		Services: pick(place.Services, 0.4), Publics: pick(place.Publics, 0.3), SpecialNeeds: pick(place.SpecialNeeds, 0.1), Fees: pick(place.Fees[:1], 0.7),
		AccessWays: pick(place.AccessWays, 0.3), Supports: pick(place.Supports, 0.5), Equipment: pick(place.Equipments, 0.3), Programmes: pick(place.Programmes, 0.05),
		Wheelchair: draw.IntN(3) == 0, PassAccepted: draw.IntN(10) == 0, Invented: true,
	}
}
