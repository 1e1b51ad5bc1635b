package site_test

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
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/web/site"
	"passerelle/internal/workshop"
)

func TestMain(m *testing.M) { apptest.Main(m) }

var (
	console = db.Actor{Kind: db.Console}
	nightly = db.Actor{Kind: db.Job}
)

// world is a small programme with its pages: a desk and a labelled site in
// Guéret, another organisation's site in Limoges. It is Tuesday 24 November
// 2026, 9 h 30 in Paris.
type world struct {
	*dbtest.DB
	t      testing.TB
	server *apptest.Server

	national, territory, accountant, certifier, desk db.Actor
	owner, mediator, stranger                        db.Actor
	tokens                                           map[db.ID]string

	site, annex, limoges label.Site
	agreement            funding.Agreement
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{DB: dbtest.SQLite(t), t: t, tokens: map[db.ID]string{}}
	w.national = w.role(account.RoleNational, "Équipe nationale")
	w.territory = w.role(account.RoleTerritory, "Département de la Creuse (exemple)")
	w.accountant = w.role(account.RoleAccountant, "Comptabilité (exemple)")
	w.certifier = w.role(account.RoleCertifier, "Labellisation (exemple)")
	w.desk = w.role(account.RoleDesk, "CCAS de Guéret (exemple)")
	w.owner = w.role(account.RoleSite, "Le Fil numérique (exemple)")
	w.stranger = w.role(account.RoleSite, "Médiathèque de Limoges (exemple)")
	w.owner = w.signedIn(w.owner, "Claire Vallade", "claire@fil.example", account.LevelOwner)
	w.mediator = w.signedIn(w.owner, "Sami Ferrand", "sami@fil.example", account.LevelMember)
	w.stranger = w.signedIn(w.stranger, "Odile Marchand", "odile@limoges.example", account.LevelOwner)
	w.site = w.place(w.owner, "Le Fil numérique (exemple)", "23096", "Guéret", "23000", true)
	w.limoges = w.place(w.stranger, "Médiathèque (exemple)", "87085", "Limoges", "87000", true)
	w.fund("État", "Département de la Creuse (exemple)", "Mutuelle des Combrailles (exemple)")
	w.server = apptest.Serve(t, w.DB, web.Settings{Name: "Passerelle", Sample: true}, site.Seat(), apptest.Door("/seances"))
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

func (w *world) view(actor db.Actor, read func(ctx context.Context, q db.Q) error) {
	w.t.Helper()
	if err := w.View(context.Background(), actor, func(q db.Q) error { return read(context.Background(), q) }); err != nil {
		w.t.Fatal(err)
	}
}

// role is an organisation with one role, and someone who acts for it.
func (w *world) role(role, name string) db.Actor {
	w.t.Helper()
	var made account.Organisation
	w.do(console, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: name, Commune: "23096", Telephone: "05 55 00 00 01", Roles: []string{role}})
		return err
	})
	id := db.NewID(w.Clock.Now())
	return db.Actor{Kind: db.Person, ID: id, Organisation: made.ID, Role: role, Level: account.LevelMember, Credential: id}
}

const password = "quatre chevaux dans un pré"

var hash = account.HashPassword(password)

// signedIn is a person of an actor's organisation, with a session.
func (w *world) signedIn(of db.Actor, name, email, level string) db.Actor {
	w.t.Helper()
	var person account.Person
	w.do(console, func(ctx context.Context, tx *db.Tx) (err error) {
		if person, err = account.AddPerson(ctx, tx, account.NewPerson{Name: name, Email: email, PasswordHash: hash}); err != nil {
			return err
		}
		_, err = account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: of.Organisation, Role: of.Role, Level: level})
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
	return db.Actor{Kind: db.Person, ID: person.ID, Organisation: of.Organisation, Role: of.Role, Level: level, Credential: person.ID}
}

func (w *world) place(keeper db.Actor, name, commune, town, postal string, labelled bool) (made label.Site) {
	w.t.Helper()
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		saved, _, err := place.Save(ctx, tx, place.Place{
			Organisation: keeper.Organisation, Source: "test", SourceID: name, Name: name, Commune: commune, CommuneName: town, PostalCode: postal,
			Address: "12 rue de l’Exemple", Services: []string{place.ServiceProcedures, place.ServiceEmployment}, Hours: "Mo-Fr 09:00-12:00,14:00-18:00",
			Telephone: "+33555000001", Fees: []string{"free"}, Wheelchair: true, Invented: true, UpdatedOn: civil.On(2026, time.October, 1),
		})
		made = label.Site{Place: saved}
		return err
	})
	if labelled {
		w.do(w.certifier, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = label.Grant(ctx, tx, label.Decision{Site: made.ID, On: civil.On(2026, time.January, 5), Reason: "Critères remplis"})
			return err
		})
	}
	return made
}

func (w *world) fund(names ...string) {
	w.t.Helper()
	var shares []funding.Share
	for i, name := range names {
		payer := w.role(account.RoleFunder, name)
		w.do(console, func(ctx context.Context, tx *db.Tx) error {
			funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: payer.Organisation, Name: name})
			shares = append(shares, funding.Share{Funder: funder.ID, Weight: []int64{50, 35, 15}[i]})
			return err
		})
	}
	w.do(w.national, func(ctx context.Context, tx *db.Tx) (err error) {
		w.agreement, err = funding.Sign(ctx, tx, funding.Agreement{Title: "Convention 2026", Shares: shares})
		return err
	})
}

// booklets are printed and paid for, in the desk's stock.
func (w *world) booklets(number, coupons int, change func(*funding.Order)) (made []voucher.Booklet) {
	w.t.Helper()
	order := funding.Order{Agreement: w.agreement.ID, Desk: w.desk.Organisation, Booklets: number, CouponsPerBooklet: coupons}
	if change != nil {
		change(&order)
	}
	w.do(w.territory, func(ctx context.Context, tx *db.Tx) (err error) {
		order, err = funding.PlaceOrder(ctx, tx, order)
		return err
	})
	for i, part := range money.Split(order.Amount, []int64{50, 35, 15}) {
		w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
			_, err := funding.Receive(ctx, tx, funding.Receipt{Order: order.ID, Funder: w.agreement.Shares[i].Funder, Amount: part, Reference: "virement"})
			return err
		})
	}
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = voucher.Print(ctx, tx, voucher.PrintRun{Order: order.ID})
		return err
	})
	return made
}

func (w *world) holder(name string) (met holder.Holder) {
	w.t.Helper()
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		met, err = holder.Register(ctx, tx, holder.New{Name: name, Commune: "23096"})
		return err
	})
	return met
}

// live is a booklet in someone's hands.
func (w *world) live(name string, coupons int, change func(*funding.Order)) (voucher.Booklet, holder.Holder) {
	w.t.Helper()
	booklet, someone := w.booklets(1, coupons, change)[0], w.holder(name)
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		booklet, err = voucher.HandOver(ctx, tx, voucher.Handover{Number: booklet.Number, Holder: someone.ID})
		return err
	})
	return booklet, someone
}

func (w *world) plan(keeper db.Actor, at label.Site, start time.Time, seats int) (session workshop.Session) {
	w.t.Helper()
	w.do(keeper, func(ctx context.Context, tx *db.Tx) (err error) {
		session, err = workshop.Plan(ctx, tx, workshop.New{
			Site: at.ID, Title: "Mes démarches en ligne", Topic: "formality", Level: workshop.Discover,
			StartsAt: start, EndsAt: start.Add(2 * time.Hour), Seats: seats, Room: "Salle du bas", Mediator: "Claire Vallade",
		})
		return err
	})
	return session
}

func (w *world) book(session workshop.Session, who holder.Holder) (booking workshop.Booking) {
	w.t.Helper()
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		booking, err = workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: who.ID})
		return err
	})
	return booking
}

func (w *world) redemptions() (found []voucher.Redemption) {
	w.t.Helper()
	w.view(w.owner, func(ctx context.Context, q db.Q) (err error) {
		found, err = voucher.Redemptions(ctx, q, voucher.RedemptionFilter{Site: w.site.ID})
		return err
	})
	return found
}

func (w *world) redeem(coupon string, session db.ID) (made voucher.Redemption) {
	w.t.Helper()
	w.do(w.owner, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = voucher.Redeem(ctx, tx, voucher.Presentation{Coupon: coupon, Site: w.site.ID, Session: session})
		return err
	})
	return made
}

func (w *world) bankDetails() {
	w.t.Helper()
	w.do(w.owner, func(ctx context.Context, tx *db.Tx) error {
		_, err := label.SetBankDetails(ctx, tx, w.site.ID, label.Details{Holder: "LE FIL NUMERIQUE", IBAN: "FR76 3000 6000 0112 3456 7890 189", BIC: "AGRIFRPP"})
		return err
	})
}

// closeMonth closes the month of now at the first of the next.
func (w *world) closeMonth() settlement.Statement {
	w.t.Helper()
	month := civil.MonthOf(w.Clock.Now(), civil.Paris)
	w.Clock.Set(month.Next().First().In(civil.Paris).Add(10 * time.Hour))
	w.resume()
	var closed []settlement.Statement
	w.do(w.accountant, func(ctx context.Context, tx *db.Tx) (err error) {
		closed, err = settlement.Close(ctx, tx, month)
		return err
	})
	if len(closed) == 0 {
		w.t.Fatal("nothing was closed")
	}
	return closed[0]
}

// resume signs the mediators in again: sessions end while the clock leaps.
func (w *world) resume() {
	w.t.Helper()
	for _, email := range []string{"claire@fil.example", "sami@fil.example", "odile@limoges.example"} {
		w.do(db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			credentials, err := account.CredentialsOf(ctx, tx, email)
			if err != nil {
				return err
			}
			begun, err := account.SignIn(ctx, tx, credentials, "Firefox sur Linux")
			w.tokens[credentials.Person] = begun.Token
			return err
		})
	}
}

// redeemAt takes a coupon at a place, without a session.
func redeemAt(ctx context.Context, tx *db.Tx, coupon string, site db.ID) error {
	_, err := voucher.Redeem(ctx, tx, voucher.Presentation{Coupon: coupon, Site: site})
	return err
}
