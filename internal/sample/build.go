package sample

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// Options say which sample programme.
type Options struct {
	Seed uint64
	// At is the instant at which the story stops and the visitor arrives.
	At time.Time
	// People is how many are received at the counters; zero means 2,000.
	People int
	// Progress is told what is being made; it may be nil.
	Progress func(step string)
}

// Account is one sign-in of the sample programme.
type Account struct {
	Role           string `json:"role"`
	Name           string `json:"name"`
	Email          string `json:"email"`
	Password       string `json:"password"`
	Token          string `json:"token"`
	OrganisationID db.ID  `json:"organisation_id"`
	Organisation   string `json:"organisation"`
	SiteID         db.ID  `json:"site_id,omitzero"`
}

// Password opens every account of the sample programme: nothing in it is real.
const Password = "passerelle-exemple"

// Build makes the programme in an empty, migrated database whose clock it
// moves, and leaves the clock at Options.At. The accounts come in the order in
// which a newcomer would try them.
func Build(ctx context.Context, d *db.DB, clock *civil.Manual, options Options) ([]Account, error) {
	if options.People == 0 {
		options.People = 2000
	}
	if options.Progress == nil {
		options.Progress = func(string) {}
	}
	s := &stage{
		ctx: ctx, d: d, clock: clock, options: options,
		random:        rand.New(rand.NewPCG(options.Seed, 0x9a55e7e11e)),
		actors:        map[string]db.Actor{},
		organisations: map[string]db.ID{},
	}
	s.calendar()
	for _, act := range []struct {
		told string
		play func() error
	}{
		{"les organisations et leurs accès", s.foundOrganisations},
		{"l’annuaire des lieux", s.importDirectory},
		{"les lieux labellisés", s.openSites},
		{"un réseau de dix lieux", s.openNetwork},
		{"les demandes de label", s.apply},
		{"le compte dédié", s.openAccount},
		{"la convention, les commandes, les versements", s.fund},
		{"un pilote terminé, son argent rendu ou reporté", s.giveBack},
		{"trois mois d’accueil, d’ateliers et de chèques", s.live},
		{"des aides sans chèque", s.help},
		{"la clôture du journal", s.closeJournal},
		{"des diagnostics, avant et après", s.diagnose},
		{"des ateliers prêts, des listes d’attente, des parcours", s.giveWorkshops},
		{"des orientations, quand rien n’est libre", s.orient},
		{"des lieux que deux listes écrivent", s.findTwins},
		{"des carnets imprimés par lots", s.printByBatch},
		{"une liste de lieux à importer", s.bringList},
		{"des lieux signalés, confirmés, corrigés", s.keepFresh},
		{"des messages, des courriers, des appels", s.message},
		{"le registre scellé", s.seal},
	} {
		options.Progress(act.told)
		if err := act.play(); err != nil {
			return nil, fmt.Errorf("sample: %s: %w", act.told, err)
		}
	}
	clock.Set(options.At)
	return s.accounts, nil
}

// stage is the sample programme while it is played.
type stage struct {
	ctx     context.Context
	d       *db.DB
	clock   *civil.Manual
	options Options
	random  *rand.Rand

	today  civil.Date
	months [3]civil.Month // paid, closed, running

	accounts      []Account
	organisations map[string]db.ID    // by key of the cast
	actors        map[string]db.Actor // by the local part of the e-mail
	funders       []db.ID
	orders        []db.ID
	sites         []*workplace
}

var console = db.Actor{Kind: db.Console}

// calendar lays the story over the three months that end on the visitor's day.
func (s *stage) calendar() {
	s.today = civil.DateOf(s.options.At, civil.Paris)
	s.months[2] = civil.MonthOf(s.options.At, civil.Paris)
	s.months[1] = s.months[2].Previous()
	s.months[0] = s.months[1].Previous()
}

// at plays one act at an instant of the story, on someone's behalf.
func (s *stage) at(when time.Time, actor db.Actor, act func(tx *db.Tx) error) error {
	s.clock.Set(when)
	return s.d.Update(s.ctx, actor, act)
}

// hour is an instant of a day in the programme's own zone.
func hour(day civil.Date, hours, minutes int) time.Time {
	return day.At(civil.TimeOfDay(hours*60+minutes), civil.Paris)
}

// opening is the morning on which everything is set up, before the first month.
func (s *stage) opening() time.Time { return hour(s.months[0].First().AddDays(-30), 9, 0) }

// foundOrganisations makes every invented body with its people, one token each.
func (s *stage) foundOrganisations() error {
	hash := account.HashPassword(Password)
	return s.at(s.opening(), console, func(tx *db.Tx) error {
		if err := db.Set(s.ctx, tx, db.SettingSample, "true"); err != nil {
			return err
		}
		for _, body := range organisations {
			if err := s.found(tx, body, hash); err != nil {
				return fmt.Errorf("%s: %w", body.key, err)
			}
		}
		for _, place := range sites {
			body := organisation{key: place.key, name: place.name, role: account.RoleSite, commune: place.commune, people: []person{place.mediator}}
			if err := s.found(tx, body, hash); err != nil {
				return fmt.Errorf("%s: %w", place.key, err)
			}
		}
		return nil
	})
}

func (s *stage) found(tx *db.Tx, body organisation, passwordHash string) error {
	made, err := account.CreateOrganisation(s.ctx, tx, account.Organisation{
		Name: body.name + invented, Commune: body.commune, Territory: territoryOf(body.role), Telephone: "05 36 49 12 00", Roles: []string{body.role},
	})
	if err != nil {
		return err
	}
	s.organisations[body.key] = made.ID
	for _, someone := range body.people {
		added, err := account.AddPerson(s.ctx, tx, account.NewPerson{
			Name: someone.first + " " + someone.last, Email: someone.email + emailDomain, PasswordHash: passwordHash,
		})
		if err != nil {
			return err
		}
		if _, err := account.AddMember(s.ctx, tx, account.Member{Person: added.ID, Organisation: made.ID, Role: body.role, Level: someone.level}); err != nil {
			return err
		}
		_, token, err := account.CreateToken(s.ctx, tx, account.NewToken{
			Organisation: made.ID, Role: body.role, Level: someone.level, Label: "Programme d’exemple, " + someone.email,
		})
		if err != nil {
			return err
		}
		s.actors[someone.email] = db.Actor{Kind: db.Person, ID: added.ID, Organisation: made.ID, Role: body.role, Level: someone.level}
		s.accounts = append(s.accounts, Account{
			Role: body.role, Name: added.Name, Email: added.Email, Password: Password, Token: token,
			OrganisationID: made.ID, Organisation: made.Name,
		})
	}
	return nil
}

// territoryOf is the département for the authority that acts for it.
func territoryOf(role string) string {
	if role == account.RoleTerritory {
		return "23"
	}
	return ""
}
