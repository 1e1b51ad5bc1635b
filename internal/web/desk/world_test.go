package desk_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/label"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/web/desk"
	"passerelle/internal/workshop"
)

func TestMain(m *testing.M) { apptest.Main(m) }

var console = db.Actor{Kind: db.Console}

// world is a desk in Guéret with its pages, three sites around, an order that is
// paid for. It is Tuesday 24 November 2026, 9 h 30 in Paris.
type world struct {
	*dbtest.DB
	t      testing.TB
	server *apptest.Server

	agent, reader, stranger db.Actor
	tokens                  map[db.ID]string

	gueret, souterraine, bonnat place.Place
	order                       funding.Order
	sessions                    []workshop.Session
}

const paidFor = 20 // booklets of 5 coupons

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{DB: dbtest.SQLite(t), t: t, tokens: map[db.ID]string{}}
	ccas := w.organisation(account.RoleDesk, "CCAS de Guéret (exemple)", "23096")
	w.agent = w.signedIn(ccas, account.RoleDesk, "Inès Maury", "ines@ccas.example", account.LevelMember)
	w.reader = w.signedIn(ccas, account.RoleDesk, "Paul Petit", "paul@ccas.example", account.LevelReadOnly)
	other := w.organisation(account.RoleDesk, "Mairie d’Ahun (exemple)", "23001")
	w.stranger = w.signedIn(other, account.RoleDesk, "Odile Marchand", "odile@ahun.example", account.LevelMember)
	w.gueret = w.site("Le Fil numérique (exemple)", "23096")
	w.souterraine = w.site("Relais des Remparts (exemple)", "23176")
	w.bonnat = w.site("Médiathèque de Bonnat (exemple)", "23025")
	w.fund(ccas)
	for i, site := range []place.Place{w.gueret, w.souterraine, w.bonnat} {
		w.plan(site, time.Duration(7+i)*24*time.Hour, 4)
		w.plan(site, time.Duration(14+i)*24*time.Hour, 8)
	}
	w.server = apptest.Serve(t, w.DB, web.Settings{Name: "Passerelle", Sample: true, Telephone: "05 36 49 12 00"}, desk.Seat(), apptest.Door("/guichet"))
	return w
}

// client is somebody signed in, without a browser.
func (w *world) client(actor db.Actor) *apptest.Client {
	w.t.Helper()
	client := apptest.NewClient(w.t, w.server.URL)
	client.Get("/entrer/" + w.tokens[actor.ID])
	return client
}

func (w *world) do(actor db.Actor, write func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	w.Must(w.t, actor, write)
}

func (w *world) view(read func(ctx context.Context, q db.Q) error) {
	w.t.Helper()
	if err := w.View(context.Background(), w.agent, func(q db.Q) error { return read(context.Background(), q) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) organisation(role, name, commune string) (made account.Organisation) {
	w.t.Helper()
	w.do(console, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: name, Commune: commune, Telephone: "05 36 49 12 08", Roles: []string{role}})
		return err
	})
	return made
}

const password = "quatre chevaux dans un pré"

var hash = account.HashPassword(password)

// signedIn is a person of an organisation, with a session.
func (w *world) signedIn(of account.Organisation, role, name, email, level string) db.Actor {
	w.t.Helper()
	var person account.Person
	w.do(console, func(ctx context.Context, tx *db.Tx) (err error) {
		if person, err = account.AddPerson(ctx, tx, account.NewPerson{Name: name, Email: email, PasswordHash: hash}); err != nil {
			return err
		}
		_, err = account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: of.ID, Role: role, Level: level})
		return err
	})
	w.do(db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		credentials, err := account.CredentialsOf(ctx, tx, email)
		if err != nil {
			return err
		}
		begun, err := account.SignIn(ctx, tx, credentials, "Firefox sur Linux")
		w.tokens[person.ID] = begun.Token
		return err
	})
	return db.Actor{Kind: db.Person, ID: person.ID, Organisation: of.ID, Role: role, Level: level, Credential: person.ID}
}

// site is a labelled place where someone also helps under a mandate.
func (w *world) site(name, commune string) (made place.Place) {
	w.t.Helper()
	keeper := w.organisation(account.RoleSite, name, commune)
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		saved, _, err := place.Save(ctx, tx, place.Place{
			Organisation: keeper.ID, Source: "test", SourceID: name, Name: name, Commune: commune, Address: "12 rue de l’Exemple",
			Services: []string{place.ServiceProcedures}, Programmes: []string{place.ProgrammeAidantsConnect}, Telephone: "+33536491208",
			Wheelchair: true, Invented: true, UpdatedOn: civil.On(2026, time.October, 1),
		})
		if err != nil {
			return err
		}
		made = saved
		_, err = label.Grant(ctx, tx, label.Decision{Site: saved.ID, On: civil.On(2026, time.January, 5), Reason: "Critères remplis"})
		return err
	})
	return made
}

func (w *world) fund(desk account.Organisation) {
	w.t.Helper()
	payer := w.organisation(account.RoleFunder, "Département de la Creuse (exemple)", "23096")
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: payer.ID, Name: payer.Name})
		if err != nil {
			return err
		}
		agreement, err := funding.Sign(ctx, tx, funding.Agreement{Title: "Convention 2026", Shares: []funding.Share{{Funder: funder.ID, Weight: 1}}})
		if err != nil {
			return err
		}
		if w.order, err = funding.PlaceOrder(ctx, tx, funding.Order{
			Agreement: agreement.ID, Organisation: payer.ID, Desk: desk.ID, Booklets: 2 * paidFor, CouponsPerBooklet: 5,
		}); err != nil {
			return err
		}
		_, err = funding.Receive(ctx, tx, funding.Receipt{Order: w.order.ID, Funder: funder.ID, Amount: money.Cents(paidFor * 50_00), Reference: "virement"})
		return err
	})
}

func (w *world) stock(number int) (made []voucher.Booklet) {
	w.t.Helper()
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = voucher.Print(ctx, tx, voucher.PrintRun{Order: w.order.ID, Count: number})
		return err
	})
	return made
}

func (w *world) plan(at place.Place, in time.Duration, seats int) {
	w.t.Helper()
	start := dbtest.Start.Add(in).Truncate(time.Hour).Add(5 * time.Hour)
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		session, err := workshop.Plan(ctx, tx, workshop.New{
			Site: at.ID, Title: "Mes démarches en ligne", Topic: "formality", Level: workshop.Discover,
			StartsAt: start, EndsAt: start.Add(2 * time.Hour), Seats: seats, Room: "Salle du bas", Mediator: "Claire Vallade",
		})
		w.sessions = append(w.sessions, session)
		return err
	})
}

func (w *world) register(in holder.New) (met holder.Holder) {
	w.t.Helper()
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) (err error) {
		met, err = holder.Register(ctx, tx, in)
		return err
	})
	return met
}
