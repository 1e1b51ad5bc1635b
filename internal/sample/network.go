package sample

import (
	"fmt"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/label"
	"passerelle/internal/place"
)

// network is one body with ten places: one application, one account, one
// document a month, and people who work in one of them.
var network = struct {
	key, name string
	places    []networkPlace
	people    []attached
}{
	"reseau", "Médiathèques des Deux Creuses", []networkPlace{
		{"Médiathèque d’Ahun", "23001", 2}, {"Médiathèque de Bénévent", "23021", 3}, {"Médiathèque de Dun", "23075", 4},
		{"Médiathèque de Chénérailles", "23061", 5}, {"Médiathèque de Saint-Vaury", "23247", 1}, {"Médiathèque de Sainte-Feyre", "23193", 2},
		{"Médiathèque de Royère", "23165", 3}, {"Médiathèque de Crocq", "23069", 4}, {"Médiathèque de Châtelus", "23057", 5}, {"Médiathèque de Jarnages", "23100", 1},
	}, []attached{
		{person{"Isabelle", "Fournier", "reseau", account.LevelOwner}, everywhere},
		{person{"Bilal", "Rahmani", "reseau-ahun", account.LevelMember}, 0},
		{person{"Chantal", "Moulin", "reseau-dun", account.LevelScanOnly}, 2},
		{person{"Gilles", "Perrot", "reseau-lecture", account.LevelReadOnly}, everywhere},
	},
}

type networkPlace struct {
	name, commune string
	weekday       int // of its session: 1 is Monday
}

// attached is someone who works in one of the places, by its rank.
type attached struct {
	person
	rank int
}

const everywhere = -1

// openNetwork founds the body, puts its places in the directory, has them
// labelled by one application and gives one account for all of them.
func (s *stage) openNetwork() error {
	hash := account.HashPassword(Password)
	day := s.opening()
	owner := network.people[0].person
	var opened []*workplace
	err := s.at(day, console, func(tx *db.Tx) error {
		opened = nil
		body := organisation{key: network.key, name: network.name, role: account.RoleSite, commune: "23096", people: []person{owner}}
		if err := s.found(tx, body, hash); err != nil {
			return err
		}
		for rank, one := range network.places {
			site, err := s.enter(tx, one, rank)
			if err != nil {
				return fmt.Errorf("%s: %w", one.name, err)
			}
			opened = append(opened, site)
		}
		for _, one := range network.people[1:] {
			if err := s.attach(tx, one, opened, hash); err != nil {
				return fmt.Errorf("%s: %w", one.email, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range s.accounts {
		if s.accounts[i].OrganisationID == s.organisations[network.key] {
			s.accounts[i].SiteID = opened[0].id
		}
	}
	if err := s.qualifyTogether(opened, day); err != nil {
		return err
	}
	s.sites = append(s.sites, opened...)
	return s.at(day.Add(50*time.Hour), s.actors[owner.email], func(tx *db.Tx) error {
		const rank = 60 // of its invented account
		_, err := label.SetCommonDetails(s.ctx, tx, s.organisations[network.key], label.Details{ID: tx.NewID(), Holder: network.name, IBAN: inventedIBAN(rank), BIC: inventedBIC})
		return err
	})
}

func (s *stage) enter(tx *db.Tx, one networkPlace, rank int) (*workplace, error) {
	commune, err := geography.CommuneByCode(one.commune)
	if err != nil {
		return nil, err
	}
	saved, _, err := place.Save(s.ctx, tx, place.Place{
		Organisation: s.organisations[network.key], Source: "passerelle", SourceID: fmt.Sprintf("exemple-%s-%d", network.key, rank), Invented: true,
		Name: one.name + invented, Address: "2 place de l’Exemple", PostalCode: commune.PostalCodes[0], Commune: commune.Code, CommuneName: commune.Name,
		Latitude: commune.Latitude - 0.0012, Longitude: commune.Longitude + 0.0015,
		Telephone: fmt.Sprintf("+335364914%02d", 10+rank), Hours: "Tu-Sa 10:00-12:00,14:00-18:00; PH off", Wheelchair: true, PassAccepted: true,
		Summary:   "La salle multimédia de la médiathèque, au milieu des livres.",
		UpdatedOn: civil.DateOf(tx.Now(), civil.Paris),
		Services:  []string{place.ServiceProcedures, place.ServiceEverydayTools, place.ServiceLeisure},
	})
	if err != nil {
		return nil, err
	}
	cast := site{
		key: fmt.Sprintf("%s-%d", network.key, rank), name: one.name, commune: one.commune, mediator: network.people[0].person,
		days: []int{one.weekday}, hour: 10, seats: 6, access: true,
	}
	return &workplace{cast: cast, id: saved.ID, actor: s.actors[cast.mediator.email], commune: commune}, nil
}

func (s *stage) attach(tx *db.Tx, one attached, opened []*workplace, hash string) error {
	added, err := account.AddPerson(s.ctx, tx, account.NewPerson{Name: one.first + " " + one.last, Email: one.email + emailDomain, PasswordHash: hash})
	if err != nil {
		return err
	}
	member := account.Member{Person: added.ID, Organisation: s.organisations[network.key], Role: account.RoleSite, Level: one.level}
	if one.rank != everywhere {
		member.Place = opened[one.rank].id
	}
	if _, err := account.AddMember(s.ctx, tx, member); err != nil {
		return err
	}
	s.actors[one.email] = db.Actor{Kind: db.Person, ID: added.ID, Organisation: member.Organisation, Role: member.Role, Level: member.Level, Place: member.Place}
	s.accounts = append(s.accounts, Account{
		Role: member.Role, Name: added.Name, Email: added.Email, Password: Password, OrganisationID: member.Organisation, Organisation: network.name + invented,
	})
	return nil
}

// qualifyTogether plays the one application of all the places.
func (s *stage) qualifyTogether(opened []*workplace, day time.Time) error {
	owner, certifier := opened[0].actor, s.actors["labels"]
	var places []db.ID
	for _, one := range opened {
		places = append(places, one.id)
	}
	var application label.Application
	return inTurn(func() error {
		return s.at(day.Add(2*time.Hour), owner, func(tx *db.Tx) (err error) {
			if application, err = label.Begin(s.ctx, tx, db.ID{}, places); err != nil {
				return err
			}
			if err := s.fill(tx, application, network.people[0].person, len(candidates)+len(sites), true); err != nil {
				return err
			}
			return moved(label.Send(s.ctx, tx, application.ID))
		})
	}, func() error {
		return s.at(day.Add(26*time.Hour), certifier, func(tx *db.Tx) error {
			if err := moved(label.Take(s.ctx, tx, application.ID)); err != nil {
				return err
			}
			for rank, one := range places {
				if err := s.judge(tx, application, one, rank, false); err != nil {
					return err
				}
			}
			return moved(label.Conclude(s.ctx, tx, application.ID, reasonToGrant))
		})
	})
}
