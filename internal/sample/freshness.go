package sample

import (
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/geography"
	"passerelle/internal/job"
	"passerelle/internal/place"
)

// townPlace is a place that no organisation of the programme keeps.
type townPlace struct {
	key, name, commune, street, hours string
	months                            int // since its file was updated
	happens                           func(s *stage, id db.ID) error
}

// townPlaces show each way in which a place is fresh, or is not.
var townPlaces = []townPlace{
	{"felletin", "Médiathèque de la Filature", "23079", "2 rue des Ateliers", "Tu,Th 14:00-18:00; Sa 09:00-12:00; PH off", 14, (*stage).confirmedByPhone},
	{"bourganeuf", "Maison des associations de la Tour", "23030", "5 place de la Tour", "Mo-Fr 09:00-12:00", 8, nil},
	{"evaux", "Espace public du Parc", "23076", "1 allée du Parc", "We 14:00-17:00", 20, nil},
	{"chambon", "Point numérique des Deux-Rives", "23045", "9 quai de la Voueize", "Mo,We 09:00-12:00", 5, (*stage).reported},
	{"gouzon", "Cyberbase de la Plaine", "23093", "14 rue du Marché", "Mo-Fr 14:00-17:00", 7, (*stage).foundClosed},
	{"benevent", "Bibliothèque de l’Abbaye", "23021", "3 rue du Cloître", "Mo-Fr 09:00-12:00", 16, (*stage).correctedByLink},
	{"auzances", "Local des jeunes de la Gare", "23013", "20 avenue de la Gare", "Sa 14:00-18:00", 4, (*stage).bounces},
}

// keepFresh brings in the towns' own places, lets people report, confirm and
// correct, and looks at the whole directory as each night does.
func (s *stage) keepFresh() error {
	for rank, cast := range townPlaces {
		id, err := s.openTownPlace(cast, rank)
		if err == nil && cast.happens != nil {
			err = cast.happens(s, id)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", cast.key, err)
		}
	}
	for i, text := range []string{"Le mercredi c’est fermé l’après-midi.", "Le numéro sonne dans le vide."} {
		kind := []string{"hours", "telephone"}[i]
		if err := s.report(s.sites[i].id, 3+i, kind, text, "visiteuse"+emailDomain, fmt.Sprint("site", i)); err != nil {
			return err
		}
	}
	return s.lookAtAll()
}

func (s *stage) openTownPlace(cast townPlace, rank int) (id db.ID, err error) {
	commune, err := geography.CommuneByCode(cast.commune)
	if err != nil {
		return id, err
	}
	err = s.at(s.opening().Add(2*time.Hour), console, func(tx *db.Tx) error {
		saved, _, err := place.Save(s.ctx, tx, place.Place{
			Source: "passerelle", SourceID: "exemple-commune-" + cast.key, Invented: true, Name: cast.name + invented, Address: cast.street,
			Commune: commune.Code, CommuneName: commune.Name, PostalCode: commune.PostalCodes[0],
			Latitude: commune.Latitude + 0.001, Longitude: commune.Longitude - 0.002, Hours: cast.hours,
			Telephone: fmt.Sprintf("+335364912%02d", 60+rank), Emails: []string{cast.key + "-lieu" + emailDomain},
			UpdatedOn: s.today.AddMonths(-cast.months), Services: []string{place.ServiceEverydayTools, place.ServiceProcedures}, Fees: []string{"free"},
		})
		id = saved.ID
		return err
	})
	return id, err
}

// before is a morning so many days before the visitor comes.
func (s *stage) before(days int) time.Time { return hour(s.today.AddDays(-days), 10, 20) }

func (s *stage) report(id db.ID, days int, kind, text, email, from string) error {
	return s.at(s.before(days), db.Actor{}, func(tx *db.Tx) error {
		_, err := place.ReportError(s.ctx, tx, place.NewReport{Place: id, Kind: kind, Text: text, Email: email, From: from})
		return err
	})
}

func (s *stage) confirmedByPhone(id db.ID) error {
	return s.at(s.before(18), s.actors["territoire"], func(tx *db.Tx) error { return place.Confirm(s.ctx, tx, id) })
}

func (s *stage) reported(id db.ID) error {
	return s.report(id, 2, "hours", "Le lundi matin, la porte est fermée.", "passante"+emailDomain, "passante")
}

// foundClosed is said to have closed by two people; the territory's team calls,
// and takes it out of the lists.
func (s *stage) foundClosed(id db.ID) error {
	for i, text := range []string{"Rideau baissé depuis l’été.", "C’est devenu une agence."} {
		if err := s.report(id, 9-i, place.ReportClosed, text, "", fmt.Sprint("voisin", i)); err != nil {
			return err
		}
	}
	return s.at(s.before(6), s.actors["territoire"], func(tx *db.Tx) error {
		waiting, err := place.Reports(s.ctx, tx, place.ReportFilter{Place: id, State: place.ReportOpen, Limit: 1})
		if err != nil || len(waiting) == 0 {
			return err
		}
		return place.AnswerReport(s.ctx, tx, waiting[0].ID, place.ReportAnswer{State: place.ReportEnded})
	})
}

// correctedByLink is asked for its link by a colleague, who mends the hours and
// answers what somebody had reported.
func (s *stage) correctedByLink(id db.ID) error {
	if err := s.report(id, 15, "hours", "Ouvert aussi le samedi.", "", "lectrice"); err != nil {
		return err
	}
	if err := s.at(s.before(12), db.Actor{}, func(tx *db.Tx) error {
		linked, err := place.AskLink(s.ctx, tx, id)
		if err != nil {
			return err
		}
		wanted := linked.Place.Correctable()
		wanted.Hours = "Mo-Fr 09:00-12:00; Sa 09:00-12:00; PH off"
		_, err = place.CorrectByLink(s.ctx, tx, linked.Secret, wanted)
		return err
	}); err != nil {
		return err
	}
	return s.at(s.before(11), s.actors["territoire"], func(tx *db.Tx) error {
		waiting, err := place.Reports(s.ctx, tx, place.ReportFilter{Place: id, State: place.ReportOpen, Limit: 1})
		if err != nil || len(waiting) == 0 {
			return err
		}
		return place.AnswerReport(s.ctx, tx, waiting[0].ID, place.ReportAnswer{State: place.ReportCorrected, Reason: "Le lieu a corrigé ses horaires."})
	})
}

func (s *stage) bounces(id db.ID) error {
	return s.at(s.before(4), job.Actor, func(tx *db.Tx) error {
		return place.Bounced(s.ctx, tx, id, "auzances-lieu"+emailDomain)
	})
}

// lookAtAll is the look of the last night.
func (s *stage) lookAtAll() error {
	s.clock.Set(hour(civil.DateOf(s.options.At, civil.Paris), 3, 0))
	var after db.ID
	for more := true; more; {
		if err := s.d.Update(s.ctx, job.Actor, func(tx *db.Tx) error {
			looked, err := departure.Freshness(s.ctx, tx, after)
			after, more = looked.Last, looked.Places == departure.MostLooked
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
