package sample

import (
	"fmt"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/job"
	"passerelle/internal/label"
	"passerelle/internal/place"
)

// candidate is an invented body that applies for the label, and where its
// application stands on the visitor's day.
type candidate struct {
	key    string
	name   string
	street string
	places []candidatePlace
	owner  person
	begins int // days before the visitor's day on which it applies
	story  func(*candidacy) error
}

type candidatePlace struct{ name, commune string }

// candidates has at least one application in each state.
var candidates = []candidate{
	{"grange", "La Grange aux écrans", "1 chemin de l’Exemple", []candidatePlace{{"La Grange aux écrans", "23096"}}, person{"Maud", "Perrin", "candidat1", account.LevelOwner}, 3, leftInDraft},
	{"passage", "Le Passage", "7 rue de l’Exemple", []candidatePlace{{"Le Passage", "23008"}}, person{"Amine", "Cherif", "candidat2", account.LevelOwner}, 5, waiting},
	{"viaduc", "Le Viaduc", "10 rue de l’Exemple", []candidatePlace{{"Le Viaduc", "23176"}}, person{"Corinne", "Leblond", "candidat3", account.LevelOwner}, 40, underReview},
	{"tuilerie", "La Tuilerie", "15 rue de l’Exemple", []candidatePlace{{"La Tuilerie", "23030"}}, person{"Loïc", "Barraud", "candidat4", account.LevelOwner}, 78, underReview},
	{"moulin", "Le Moulin partagé", "2 impasse de l’Exemple", []candidatePlace{{"Le Moulin partagé", "23079"}}, person{"Sabine", "Roudaire", "candidat5", account.LevelOwner}, 45, moreIsAsked},
	{"gare", "La Gare", "place de l’Exemple", []candidatePlace{{"La Gare", "23093"}}, person{"Thomas", "Lavaud", "candidat6", account.LevelOwner}, 60, refusedOnce},
	{"preau", "Le Préau", "4 place de l’Exemple", []candidatePlace{{"Le Préau", "23031"}}, person{"Gaëlle", "Moreau", "candidat7", account.LevelOwner}, 120, underAppeal},
	{"lavoir", "Le Lavoir", "6 chemin de l’Exemple", []candidatePlace{{"Le Lavoir", "23025"}}, person{"Yann", "Picard", "candidat8", account.LevelOwner}, 150, wonOnAppeal},
	{"halle", "La Halle", "1 place de l’Exemple", []candidatePlace{{"La Halle", "23095"}}, person{"Nora", "Slimani", "candidat9", account.LevelOwner}, 240, suspendedNow},
	{"forge", "La Forge", "3 rue de l’Exemple", []candidatePlace{{"La Forge", "23076"}}, person{"Bastien", "Giraud", "candidat10", account.LevelOwner}, 330, withdrawnLater},
	{"verger", "Le Verger", "9 rue de l’Exemple", []candidatePlace{{"Le Verger", "23013"}}, person{"Élise", "Fayolle", "candidat11", account.LevelOwner}, 30, givenUp},
	{"ecluse", "L’Écluse", "12 quai de l’Exemple", []candidatePlace{{"L’Écluse", "23008"}}, person{"Robin", "Maillard", "candidat12", account.LevelOwner}, 37*30 + 60, granted},
	{"carriere", "La Carrière", "5 rue de l’Exemple", []candidatePlace{{"La Carrière", "23001"}}, person{"Pauline", "Dumas", "candidat13", account.LevelOwner}, 31*30 + 40, granted},
	{"prairie", "La Prairie", "8 chemin de l’Exemple", []candidatePlace{{"La Prairie", "23176"}}, person{"Alexis", "Chauvin", "candidat14", account.LevelOwner}, 35*30 + 40, renewing},
	{"relais", "Les Relais du plateau", "20 rue de l’Exemple", []candidatePlace{
		{"Relais de Guéret", "23096"}, {"Relais d’Aubusson", "23008"}, {"Relais de Bourganeuf", "23030"},
	}, person{"Véronique", "Lamy", "candidat15", account.LevelOwner}, 90, grantedInPart},
}

// candidacy is one application while it is played.
type candidacy struct {
	stage  *stage
	cast   candidate
	rank   int
	actor  db.Actor
	places []db.ID
	id     db.ID
	today  civil.Date
}

// day is an instant some days before the visitor's day, in the morning.
func (c *candidacy) day(before int) time.Time { return hour(c.today.AddDays(-before), 10, 5+c.rank) }

// certifier is one of the two: the first decides, the other judges appeals.
func (c *candidacy) certifier(other bool) db.Actor {
	if (c.rank%2 == 1) != other {
		return c.stage.actors["labels2"]
	}
	return c.stage.actors["labels"]
}

// apply plays every application, then the night of the visitor's day.
func (s *stage) apply() error {
	hash := account.HashPassword(Password)
	for rank, cast := range candidates {
		c := &candidacy{stage: s, cast: cast, rank: rank, today: s.today}
		if err := c.settle(hash); err != nil {
			return fmt.Errorf("%s: %w", cast.key, err)
		}
		if err := cast.story(c); err != nil {
			return fmt.Errorf("%s: %w", cast.key, err)
		}
	}
	return s.at(hour(s.today, 3, 0), job.Actor, func(tx *db.Tx) error { return label.Nightly(s.ctx, tx) })
}

// settle founds the body and puts its places in the directory, a month before
// it applies.
func (c *candidacy) settle(hash string) error {
	s := c.stage
	when := c.day(c.cast.begins + 30)
	return s.at(when, console, func(tx *db.Tx) error {
		body := organisation{key: c.cast.key, name: c.cast.name, role: account.RoleSite, commune: c.cast.places[0].commune, people: []person{c.cast.owner}}
		if err := s.found(tx, body, hash); err != nil {
			return err
		}
		c.actor = s.actors[c.cast.owner.email]
		for i, own := range c.cast.places {
			commune, err := geography.CommuneByCode(own.commune)
			if err != nil {
				return err
			}
			saved, _, err := place.Save(s.ctx, tx, place.Place{
				Organisation: c.actor.Organisation, Source: "passerelle", SourceID: fmt.Sprintf("exemple-%s-%d", c.cast.key, i), Invented: true,
				Name: own.name + invented, Address: c.cast.street, PostalCode: commune.PostalCodes[0], Commune: commune.Code, CommuneName: commune.Name,
				Latitude: commune.Latitude + float64(c.rank%7-3)*0.0017, Longitude: commune.Longitude - float64(c.rank%4+1)*0.0023,
				Telephone: fmt.Sprintf("+335364913%02d", 10+3*c.rank+i), Hours: "Tu-Fr 09:00-12:00,14:00-17:00; PH off", Wheelchair: c.rank%3 > 0,
				Summary:   "Un lieu qui accueille, aide et forme, près de chez vous.",
				UpdatedOn: civil.DateOf(when, civil.Paris), Services: []string{place.ServiceProcedures, place.ServiceEverydayTools},
			})
			if err != nil {
				return err
			}
			c.places = append(c.places, saved.ID)
		}
		for i := range s.accounts {
			if s.accounts[i].OrganisationID == c.actor.Organisation {
				s.accounts[i].SiteID = c.places[0]
			}
		}
		return nil
	})
}

// begin opens and fills the application, whole or half of it.
func (c *candidacy) begin(before int, whole bool) error {
	s := c.stage
	return s.at(c.day(before), c.actor, func(tx *db.Tx) error {
		made, err := label.Begin(s.ctx, tx, db.ID{}, c.places)
		if err != nil {
			return err
		}
		c.id = made.ID
		return s.fill(tx, made, c.cast.owner, c.rank, whole)
	})
}

func (c *candidacy) send(before int) error {
	return c.does(before, c.actor, func(tx *db.Tx) error { return moved(label.Send(c.stage.ctx, tx, c.id)) })
}

func (c *candidacy) take(before int, other bool) error {
	return c.does(before, c.certifier(other), func(tx *db.Tx) error { return moved(label.Take(c.stage.ctx, tx, c.id)) })
}

// decide judges every place, the ones that are lacking less well, and concludes.
func (c *candidacy) decide(before int, other bool, lacking int, reason string) error {
	s := c.stage
	return c.does(before, c.certifier(other), func(tx *db.Tx) error {
		application, err := label.ApplicationByID(s.ctx, tx, c.id)
		if err != nil {
			return err
		}
		for i, covered := range application.Places {
			if covered.Outcome == label.Granted {
				continue
			}
			if err := s.judge(tx, application, covered.ID, c.rank, i < lacking); err != nil {
				return err
			}
		}
		return moved(label.Conclude(s.ctx, tx, c.id, reason))
	})
}

// does plays one act some days before the visitor's.
func (c *candidacy) does(before int, actor db.Actor, act func(tx *db.Tx) error) error {
	return c.stage.at(c.day(before), actor, act)
}

// toReview plays an application up to a certifier's desk.
func (c *candidacy) toReview() error {
	return inTurn(
		func() error { return c.begin(c.cast.begins+4, true) },
		func() error { return c.send(c.cast.begins) },
		func() error { return c.take(c.cast.begins-4, false) },
	)
}

func leftInDraft(c *candidacy) error { return c.begin(c.cast.begins, false) }

func waiting(c *candidacy) error {
	return inTurn(func() error { return c.begin(c.cast.begins+2, true) }, func() error { return c.send(c.cast.begins) })
}

func underReview(c *candidacy) error {
	return inTurn(c.toReview, func() error {
		return c.does(c.cast.begins-6, c.certifier(false), func(tx *db.Tx) error {
			application, err := label.ApplicationByID(c.stage.ctx, tx, c.id)
			if err != nil {
				return err
			}
			if _, err := label.Write(c.stage.ctx, tx, db.ID{}, c.id, "Bonjour, quel jour pouvons-nous passer voir une séance ?"); err != nil {
				return err
			}
			half := len(criteriaOf(application).Items) / 2
			return label.Judge(c.stage.ctx, tx, c.id, verdicts(application, c.places[0], c.rank, false)[:half])
		})
	}, func() error {
		return c.does(c.cast.begins-7, c.actor, func(tx *db.Tx) error {
			_, err := label.Write(c.stage.ctx, tx, db.ID{}, c.id, "Bonjour, le mardi matin convient bien.")
			return err
		})
	}, func() error {
		return c.does(2, c.certifier(false), func(tx *db.Tx) error {
			_, err := label.PlanVisit(c.stage.ctx, tx, label.Visit{Application: c.id, Place: c.places[0], PlannedOn: c.today.AddDays(6)})
			return err
		})
	})
}

func moreIsAsked(c *candidacy) error {
	return inTurn(c.toReview, func() error {
		return c.does(c.cast.begins-11, c.certifier(false), func(tx *db.Tx) error {
			return moved(label.Ask(c.stage.ctx, tx, c.id, "L’attestation d’assurance est celle de l’an dernier. Pouvez-vous joindre celle de cette année ?"))
		})
	})
}

func refusedOnce(c *candidacy) error {
	return inTurn(c.toReview, func() error {
		return c.decide(c.cast.begins-32, false, 1, "Le lieu n’ouvre que sur rendez-vous, et ses tarifs ne sont pas publiés.")
	})
}

func underAppeal(c *candidacy) error {
	return inTurn(func() error { return refusedOnce(c) }, func() error { return c.appeal(c.cast.begins - 60) },
		func() error { return c.take(c.cast.begins-66, true) })
}

func wonOnAppeal(c *candidacy) error {
	return inTurn(func() error { return refusedOnce(c) }, func() error { return c.appeal(c.cast.begins - 50) },
		func() error { return c.take(c.cast.begins-55, true) },
		func() error {
			return c.decide(c.cast.begins-85, true, 0, "Les horaires et les tarifs sont affichés depuis l’été : constaté sur place.")
		})
}

func (c *candidacy) appeal(before int) error {
	return c.does(before, c.actor, func(tx *db.Tx) error {
		return moved(label.Appeal(c.stage.ctx, tx, c.id, "Nos horaires ont changé depuis la visite, et les tarifs sont affichés à l’entrée."))
	})
}

func granted(c *candidacy) error {
	return inTurn(c.toReview, func() error {
		return c.visit(c.cast.begins - 12)
	}, func() error { return c.decide(c.cast.begins-30, false, 0, reasonToGrant) })
}

const reasonToGrant = "Visite faite\u00a0: médiatrice ou médiateur présent, horaires et tarifs affichés."

// visit is planned and, a few days later, made.
func (c *candidacy) visit(before int) error {
	s := c.stage
	var planned label.Visit
	return inTurn(func() error {
		return c.does(before+5, c.certifier(false), func(tx *db.Tx) (err error) {
			planned, err = label.PlanVisit(s.ctx, tx, label.Visit{Application: c.id, Place: c.places[0], PlannedOn: c.today.AddDays(-before)})
			return err
		})
	}, func() error {
		return c.does(before, c.certifier(false), func(tx *db.Tx) error {
			_, err := label.RecordVisit(s.ctx, tx, planned.ID, c.today.AddDays(-before), "Un atelier en cours, huit personnes, deux postes libres.",
				[]label.Judgement{{Criterion: "open_hours", Verdict: label.Met, Word: "Ouvert, personne n’avait rendez-vous."}})
			return err
		})
	})
}

func suspendedNow(c *candidacy) error {
	return inTurn(func() error { return granted(c) }, func() error {
		return c.does(10, c.certifier(true), func(tx *db.Tx) error {
			return moved(label.Suspend(c.stage.ctx, tx, c.id, "Dégât des eaux\u00a0: le lieu ne peut pas recevoir de public.", c.today.AddDays(25)))
		})
	})
}

func withdrawnLater(c *candidacy) error {
	return inTurn(func() error { return granted(c) }, func() error {
		return c.does(15, c.certifier(true), func(tx *db.Tx) error {
			return moved(label.Revoke(c.stage.ctx, tx, c.id, "Le lieu a cessé son activité de médiation."))
		})
	})
}

func givenUp(c *candidacy) error {
	return inTurn(c.toReview, func() error {
		return c.does(12, c.actor, func(tx *db.Tx) error {
			return moved(label.GiveUp(c.stage.ctx, tx, c.id, "Notre médiatrice part\u00a0: nous reviendrons l’an prochain."))
		})
	})
}

// renewing: the label of three years ends in a few days; its renewal was sent in
// time and is under review.
func renewing(c *candidacy) error {
	return inTurn(func() error { return granted(c) }, func() error {
		return c.does(64, c.actor, func(tx *db.Tx) error {
			made, err := label.Begin(c.stage.ctx, tx, db.ID{}, c.places)
			if err != nil {
				return err
			}
			c.id = made.ID
			return c.stage.fill(tx, made, c.cast.owner, c.rank, true)
		})
	}, func() error { return c.send(50) }, func() error { return c.take(44, true) })
}

func grantedInPart(c *candidacy) error {
	return inTurn(c.toReview, func() error {
		return c.decide(c.cast.begins-52, false, 1, "Deux relais remplissent tous les critères\u00a0; le troisième n’ouvre que sur rendez-vous.")
	})
}

// inTurn plays acts one after the other.
func inTurn(acts ...func() error) error {
	for _, act := range acts {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

func moved(_ label.Application, err error) error { return err }

func criteriaOf(application label.Application) label.Criteria {
	return label.File{Application: application}.Rules()
}

// paper is a page that says what it is: the least that is a PDF.
var paper = []byte("%PDF-1.4\n% Piece inventee du programme d'exemple\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n" +
	"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n" +
	"trailer\n<</Root 1 0 R>>\n%%EOF\n")

// fill answers an application, whole or half of it.
func (s *stage) fill(tx *db.Tx, application label.Application, owner person, rank int, whole bool) error {
	identity := label.Identity{SIRET: inventedSIRET(rank), Representative: label.Representative{Name: owner.first + " " + owner.last, Function: "Responsable du lieu"}}
	if err := label.Identify(s.ctx, tx, application.ID, identity); err != nil {
		return err
	}
	items := criteriaOf(application).Items
	if !whole {
		items = items[:len(items)/2]
	}
	var answers []label.Answer
	for _, item := range items {
		for _, covered := range application.Places {
			answer := answersTo[item.Code]
			answers = append(answers, label.Answer{Place: covered.ID, Criterion: item.Code, Value: answer.value, Detail: answer.detail})
		}
		if item.Attachment.Needed {
			if _, err := label.Attach(s.ctx, tx, label.Attachment{Application: application.ID, Criterion: item.Code, Name: item.Code + ".pdf"}, paper); err != nil {
				return err
			}
		}
	}
	return label.Say(s.ctx, tx, application.ID, answers)
}

var answersTo = map[string]struct{ value, detail string }{
	"open_hours":            {"12", "Du mardi au vendredi, le matin, sans rendez-vous."},
	"mediator":              {"1", "Titre de responsable d’espace de médiation numérique, présent tous les jours d’ouverture."},
	"unconditional_welcome": {"yes", "Ni adhésion ni papiers demandés."},
	"accessible_room":       {"alternative", "La salle du rez-de-chaussée de la mairie, sur demande."},
	"equipment":             {"8", "Huit ordinateurs et deux tablettes, reliés à la fibre."},
	"published_prices":      {"yes", "Dans l’annuaire et sur la porte."},
	"first_conversation":    {"", "Quelques questions à l’arrivée. Si ce n’est pas chez nous, nous appelons le guichet avec la personne."},
	"small_groups":          {"8", "Huit personnes au plus par atelier."},
	"local_network":         {"", "Avec le CCAS, la mission locale et les autres lieux du département, une fois par trimestre."},
	"data_protection":       {"", "Les sessions s’effacent à la fermeture. Aucun mot de passe n’est noté."},
	"insurance_and_papers":  {"yes", "Attestation jointe."},
	"progress_and_opinion":  {"yes", "Un questionnaire au début et à la fin."},
	"reaching_out":          {"", "Une permanence par mois dans une commune voisine."},
}

// judge gives a verdict and a word on every criterion for one place.
func (s *stage) judge(tx *db.Tx, application label.Application, placeID db.ID, rank int, lacking bool) error {
	return label.Judge(s.ctx, tx, application.ID, verdicts(application, placeID, rank, lacking))
}

func verdicts(application label.Application, placeID db.ID, rank int, lacking bool) []label.Judgement {
	var given []label.Judgement
	for i, item := range criteriaOf(application).Items {
		judged := label.Judgement{Place: placeID, Criterion: item.Code, Verdict: label.Met, Word: "Conforme à ce qui est écrit."}
		switch {
		case lacking && (item.Code == "open_hours" || item.Code == "published_prices"):
			judged.Verdict, judged.Word = label.NotMet, "Sur rendez-vous seulement, rien n’est affiché à l’entrée."
		case item.Code == "accessible_room" && rank%2 == 0:
			judged.Verdict, judged.Word = label.Partly, "Une autre salle est proposée, sur demande."
		case item.MayNotApply && rank%3 > 0:
			judged.Verdict, judged.Word = label.NotApplicable, "Ce n’est pas la mission de ce lieu."
		case !item.Required && (i+rank)%4 == 0:
			judged.Verdict, judged.Word = label.Partly, "Commencé cette année."
		}
		given = append(given, judged)
	}
	return given
}

// inventedSIRET is the rank-th SIRET of a unit that the register never
// numbered: its SIREN begins with three zeros.
func inventedSIRET(rank int) string {
	base := fmt.Sprintf("000%06d0001", 1000+rank*37)
	for key := range 10 {
		if siret := base + fmt.Sprint(key); account.ValidSIRET(siret) {
			return siret
		}
	}
	panic("sample: no key makes " + base + " a SIRET")
}
