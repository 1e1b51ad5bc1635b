package sample

import (
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/job"
	"passerelle/internal/place"
)

// twice is an invented place as two lists write it.
type twice struct {
	key        string
	commune    string
	street     string
	telephone  string
	names      [2]string
	streets    [2]string // where a list writes it otherwise
	decision   string    // what the collectivité decided of it, empty while it waits
	apart      string    // why, for a pair that is kept apart
	hours      [2]string
	metresEast [2]int
}

// What the collectivité decided of a pair.
const (
	twinMerged    = "merged"
	twinApart     = "apart"
	twinSeparated = "separated" // merged, then taken back
)

// writtenTwice are true pairs, but for the second: two branches of one body.
var writtenTwice = []twice{
	{
		key: "lac", commune: "23096", street: "4 rue des Écoles", telephone: "+33536491260", decision: twinMerged,
		names: [2]string{"Médiathèque du Lac", "Bibliothèque municipale du Lac"}, streets: [2]string{"", "4 r. des Ecoles"},
		hours: [2]string{"Tu-Sa 10:00-12:00,14:00-18:00", ""},
	},
	{
		key: "emploi", commune: "23008", street: "15 rue des Tanneurs", telephone: "+33536491261", decision: twinApart, apart: "other_branch",
		names: [2]string{"Mission locale, antenne d’Aubusson", "Mission locale d’Aubusson, accueil"}, streets: [2]string{"", "15 bis rue des Tanneurs"},
		hours: [2]string{"Mo-Fr 09:00-12:00", "Mo-Fr 13:30-17:00"}, metresEast: [2]int{0, 60},
	},
	{
		key: "ardoise", commune: "23176", street: "2 place de la Gare", telephone: "+33536491262", decision: twinSeparated,
		names: [2]string{"L’Ardoise numérique", "Association L’Ardoise"}, streets: [2]string{"", "Place de la Gare"},
	},
	{
		key: "services", commune: "23030", street: "6 rue du Marché", telephone: "+33536491263",
		names: [2]string{"France services Bourganeuf", "Maison France services"}, streets: [2]string{"", "6 rue du marché"},
		hours: [2]string{"Mo-Fr 08:30-12:00,13:30-17:00", "Mo-Fr 09:00-12:00,14:00-17:00"},
	},
	{
		key: "social", commune: "23096", street: "11 avenue du Général Leclerc", telephone: "+33536491264",
		names: [2]string{"Centre social des Trois Collines", "CENTRE SOCIO-CULTUREL 3 COLLINES"}, streets: [2]string{"", "11 av. du Gal Leclerc"},
		hours: [2]string{"", "Mo-Fr 09:00-18:00"},
	},
	{
		key: "bus", commune: "23079", street: "1 place de la Mairie", telephone: "+33536491265",
		names: [2]string{"Espace numérique de Felletin", "Bus numérique, départ de Felletin"},
	},
}

// The two lists: the collectivité's own, and a network's, older.
var twinLists = [2]struct {
	source    string
	olderDays int
}{{"annuaire-du-departement", 20}, {"reseau-des-mediateurs", 200}}

// findTwins brings in two lists that overlap, and lets the collectivité decide of
// some of the pairs that the programme proposes.
func (s *stage) findTwins() error {
	if err := s.bringTwins(); err != nil {
		return err
	}
	for looked := place.MostCompared; looked > 0; {
		err := s.at(s.options.At.Add(-60*time.Hour), job.Actor, func(tx *db.Tx) (err error) {
			looked, err = place.FindTwins(s.ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, pair := range writtenTwice {
		if err := s.decideTwin(pair); err != nil {
			return fmt.Errorf("twins: %s: %w", pair.key, err)
		}
	}
	return nil
}

func (s *stage) bringTwins() error {
	for side, list := range twinLists {
		err := s.at(s.options.At.Add(time.Duration(side-100)*time.Hour), console, func(tx *db.Tx) error {
			for _, pair := range writtenTwice {
				if err := s.bringTwin(tx, pair, side); err != nil {
					return fmt.Errorf("twins: %s in %s: %w", pair.key, list.source, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) bringTwin(tx *db.Tx, pair twice, side int) error {
	commune, err := geography.CommuneByCode(pair.commune)
	if err != nil {
		return err
	}
	const metresOfDegree = 77_000 // of longitude, at the latitude of la Creuse
	said := place.Place{
		Source: twinLists[side].source, SourceID: "exemple-" + pair.key, Invented: true, Name: pair.names[side] + invented, Address: pair.street,
		Commune: commune.Code, CommuneName: commune.Name, PostalCode: commune.PostalCodes[0], Hours: pair.hours[side], Telephone: pair.telephone,
		Latitude: commune.Latitude + 0.004, Longitude: commune.Longitude - 0.006 + float64(pair.metresEast[side])/metresOfDegree,
		Services: []string{place.ServiceProcedures, place.ServiceEverydayTools}, UpdatedOn: civil.DateOf(tx.Now(), civil.Paris).AddDays(-twinLists[side].olderDays),
	}
	if pair.streets[side] != "" {
		said.Address = pair.streets[side]
	}
	if side == 1 {
		said.Services = []string{place.ServiceEverydayTools, place.ServiceEquipment}
		said.Summary = "Des ordinateurs en accès libre, et quelqu’un pour aider."
	}
	_, _, err = place.Save(s.ctx, tx, said)
	return err
}

// decideTwin plays what the collectivité decided of a pair.
func (s *stage) decideTwin(pair twice) error {
	if pair.decision == "" {
		return nil
	}
	var twin place.Twin
	decide := func(hoursAgo int, act func(tx *db.Tx) error) error {
		return s.at(s.options.At.Add(-time.Duration(hoursAgo)*time.Hour), s.actors["territoire"], act)
	}
	if err := decide(52, func(tx *db.Tx) error {
		known, err := place.BySource(s.ctx, tx, twinLists[0].source, "exemple-"+pair.key)
		if err != nil {
			return err
		}
		found, err := place.Twins(s.ctx, tx, place.TwinFilter{Place: known.ID})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return place.ErrUnknownTwin
		}
		twin = found[0]
		if pair.decision == twinApart {
			return place.KeepApart(s.ctx, tx, twin.ID, pair.apart)
		}
		_, err = place.Merge(s.ctx, tx, twin.ID, known.ID)
		return err
	}); err != nil || pair.decision != twinSeparated {
		return err
	}
	return decide(50, func(tx *db.Tx) error {
		_, err := place.Separate(s.ctx, tx, twin.ID)
		return err
	})
}
