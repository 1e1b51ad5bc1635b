package journey_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// The answers of three people to the six questions.
var (
	learner = answers("sometimes", "hard", "hard", "helped", "words", "learn")
	lost    = answers("never", "none", "none", "none", "reader", "urgent")
	without = answers("sometimes", "hard", "hard", "helped", "equipment", "learn") // a device
)

func answers(chosen ...string) url.Values {
	values := url.Values{}
	for i, question := range diagnosis.Quick().Questions {
		values.Set(question.ID, chosen[i])
	}
	return values
}

// situation is what the sample programme lacks and some pages need: visits left
// at each step, a session called off, a payment on its way.
type situation struct {
	w *world
	// more are addresses to which no link leads, by walker.
	more map[string][]string
}

// prepare brings the program, by its own pages, to where every page has
// something to show.
func (w *world) prepare(t *testing.T) *situation {
	t.Helper()
	s := &situation{w: w, more: map[string][]string{"": {
		"/communes?q=gueret", "/lieux.js", "/cartes/23", "/design", "/design/question", "/design/fait", "/design/papier", "/mot-de-passe/envoye",
	}}}
	s.visits(t)
	s.certificates(t)
	s.waiting(t)
	s.site(t)
	s.label(t)
	s.money(t)
	s.people(t)
	s.jobs(t)
	s.corrections(t)
	return s
}

// welcomed is the proposal for someone who answered the six questions.
func welcomed(t *testing.T, desk *apptest.Client, given url.Values) *apptest.Page {
	t.Helper()
	return desk.Get("/guichet").Submit("Commencer", url.Values{"toutes": {"oui"}}).Submit("Voir la proposition", given).Must(http.StatusOK)
}

// chosenSeat is the page of who the person is, after the first free seat.
func chosenSeat(t *testing.T, desk *apptest.Client, commune string) *apptest.Page {
	t.Helper()
	return welcomed(t, desk, learner).Submit("Chercher une place", url.Values{"commune": {commune}}).
		Submit("Choisir", nil).Must(http.StatusOK)
}

func (s *situation) visits(t *testing.T) {
	t.Helper()
	for _, who := range []string{"guichet", "ahun"} {
		desk := s.w.client(t, who)
		s.see(who, desk.Get("/guichet").Submit("Commencer", nil))
		welcomed(t, desk, learner)
		welcomed(t, desk, without)
		s.see(who, desk.Get("/guichet").Submit("Commencer le diagnostic complet", nil))
		s.phones(t, who, desk)
		welcomed(t, desk, learner).Submit("Chercher une place", url.Values{"commune": {"Guéret"}})
		welcomed(t, desk, lost).Submit("Chercher qui peut aider", url.Values{"commune": {"Guéret"}})
		welcomed(t, desk, learner).Submit("Chercher une place", url.Values{"commune": {"Le Havre"}})
		s.groups(t, desk)
		chosenSeat(t, desk, "Guéret")
		chosenSeat(t, desk, "Guéret").Submit("Vérifier", url.Values{"nom": {"Josette"}, "papier": {"none"}}).Shows("Vérifiez")
		s.see(who, chosenSeat(t, desk, "Guéret").Submit("Vérifier", url.Values{"nom": {"Arlette"}, "papier": {"none"}}).Submit("Terminer", nil))
		s.see(who, welcomed(t, desk, lost).Submit("Chercher qui peut aider", url.Values{"commune": {"Guéret"}}).
			Submit("Continuer", nil).Submit("Vérifier", url.Values{"nom": {"Fernand"}}).Submit("Terminer", nil))
	}
}

// groups leaves a group at each step, and ends one.
func (s *situation) groups(t *testing.T, desk *apptest.Client) {
	t.Helper()
	for step := range 4 {
		page := desk.Get("/guichet/groupes").Submit("Chercher une séance", url.Values{"nombre": {"2"}, "commune": {"Guéret"}}).Must(http.StatusOK)
		for _, next := range []string{"Choisir", "Vérifier", "Réserver les places"}[:step] {
			page = page.Submit(next, nil).Must(http.StatusOK)
		}
	}
}

// waiting fills a session beyond its seats, so that one of each desk waits.
func (s *situation) waiting(t *testing.T) {
	t.Helper()
	sessions := s.w.sessionsOf(t, "lieu")
	for _, who := range []string{"guichet", "ahun"} {
		s.w.Must(t, s.w.actor(t, who), func(ctx context.Context, tx *db.Tx) error {
			for waits := false; !waits; {
				met, err := holder.Register(ctx, tx, holder.New{Name: "Odile"})
				if err != nil {
					return err
				}
				booked, err := workshop.Book(ctx, tx, workshop.Reservation{Session: sessions[len(sessions)-1].ID, Holder: met.ID})
				if err != nil {
					return err
				}
				if waits = booked.State == workshop.Waiting; waits {
					s.more[who] = append(s.more[who], "/guichet/inscriptions/"+booked.ID.String()+"/attente")
				}
			}
			return nil
		})
	}
}

// certificates attaches a Pix certificate to the last person of each desk.
func (s *situation) certificates(t *testing.T) {
	t.Helper()
	for _, who := range []string{"guichet", "ahun"} {
		s.w.Must(t, s.w.actor(t, who), func(ctx context.Context, tx *db.Tx) error {
			people, _, err := holder.List(ctx, tx, holder.Filter{Limit: 1})
			if err != nil {
				return err
			}
			_, _, err = diagnosis.RecordPix(ctx, tx, diagnosis.PixResult{
				Holder: people[0].ID, Levels: map[string]int{"1.1": 3}, TakenOn: civil.DateOf(tx.Now(), civil.Paris), Origin: diagnosis.PixAttached,
			}, []byte("%PDF-1.7\n%%EOF\n"))
			return err
		})
	}
}

// phones gives two addresses to answer at, and sends the answers of one.
func (s *situation) phones(t *testing.T, who string, desk *apptest.Client) {
	t.Helper()
	for _, sent := range []bool{false, true} {
		given := desk.Get("/guichet/questionnaires").Submit("Donner une adresse, Repérage rapide", nil).Must(http.StatusOK)
		_, code, _ := strings.Cut(given.Text(".kept"), "/q/")
		path := "/q/" + strings.TrimSpace(code)
		person := s.w.client(t, "")
		if sent {
			person.Get(path+"/fin").Submit("Envoyer au guichet", nil).Shows("Merci")
		}
		if who == "guichet" {
			s.more[""] = append(s.more[""], path, path+"/1", path+"/fin")
		}
	}
}

// see keeps an address to which no link leads.
func (s *situation) see(who string, page *apptest.Page) *apptest.Page {
	page.Must(http.StatusOK)
	s.more[who] = append(s.more[who], page.Path)
	return page
}

// site calls a session off at two sites, and lets a certifier decide.
func (s *situation) site(t *testing.T) {
	t.Helper()
	for _, who := range []string{"lieu", "lieu2"} {
		client := s.w.client(t, who)
		s.see(who, client.Get("/seances/"+s.w.sessionsOf(t, who)[2].ID.String()+"/annulation").Must(http.StatusOK).
			Submit("Annuler la séance", url.Values{"reason": {"La médiatrice est malade."}}))
	}
	given := s.w.client(t, "lieu").Get("/calendriers").Submit("Donner une adresse", nil).Must(http.StatusOK)
	if _, secret, found := strings.Cut(given.Text("code"), "/calendriers/"); found {
		s.more[""] = append(s.more[""], "/calendriers/"+secret)
	}
	s.more["lieu"] = append(s.more["lieu"], "/cheques/lecture", "/seances/"+s.w.sessionsOf(t, "lieu")[0].ID.String()+"/cheques")
	certifier := s.w.client(t, "labels")
	s.see("labels", certifier.Get("/labels/lieux/"+s.w.account(t, "lieu5").SiteID.String()).
		Submit("Continuer", url.Values{"decision": {"withdraw"}, "reason": {"Le lieu ferme à la fin de l’année."}}).Submit("Retirer le label", nil))
}

// label begins an application beside one that was refused, and decides one.
func (s *situation) label(t *testing.T) {
	t.Helper()
	applicant := s.w.client(t, "candidat6")
	applicant.Get("/demande-label/nouvelle").Submit("Commencer la demande", nil).Must(http.StatusOK)
	s.more["candidat7"] = append(s.more["candidat7"], s.w.client(t, "candidat7").Get("/demande-label").Follow("Le Préau (exemple)").Path+"/envoyee")
	certifier := s.w.client(t, "labels")
	application := certifier.Get("/labels?file=a-moi").Follow("La Prairie (exemple)").Must(http.StatusOK)
	judged := application.Follow("La Prairie (exemple)").Must(http.StatusOK)
	verdicts := url.Values{}
	for _, name := range judged.Attributes("input[type=radio]", "name") {
		verdicts.Set(name, "met")
	}
	judged.Submit("Enregistrer les avis", verdicts).Must(http.StatusOK)
	s.see("labels", application.Follow("Décider").Must(http.StatusOK).Submit("Continuer", nil).Must(http.StatusOK).Submit("Accorder le label", nil))
}

// money places an order and prints from it, takes a funder's money, and sends
// a payment of which the debit is not seen yet.
func (s *situation) money(t *testing.T) {
	t.Helper()
	territory := s.w.client(t, "territoire")
	order := territory.Get("/commandes/nouvelle").Submit("Continuer", url.Values{
		"carnets": {"20"}, "cheques": {"5"}, "validite": {"12"}, "guichet": {s.w.account(t, "guichet").OrganisationID.String()},
	}).Submit("Placer la commande", nil).Must(http.StatusOK)
	path, _, _ := strings.Cut(order.Path, "?")
	s.see("territoire", territory.Get(path+"/impression").Submit("Continuer", url.Values{"carnets": {"3"}}).Submit("Mettre en stock et imprimer", nil))

	accountant := s.w.client(t, "comptable")
	asked := accountant.Get("/comptable/encaissements/nouveau?commande=" + strings.TrimPrefix(path, "/commandes/")).Must(http.StatusOK)
	s.see("comptable", asked.Submit("Continuer", url.Values{
		"financeur": {asked.Attribute("input[name=financeur]", "value")}, "montant": {"120,50"}, "date": {"2026-11-19"},
	}).Submit("Enregistrer", nil))
	// A desk prints from an order once its first money has come.
	s.see("guichet", s.w.client(t, "guichet").Get("/guichet/carnets/impression").Submit("Imprimer", url.Values{"nombre": {"2"}}))
	// Without a month that is over, the page of closing leads back.
	s.more["comptable"] = append(s.more["comptable"], "/comptable/cloture?mois=2026-11")
	chosen := accountant.Get("/comptable/paiements/nouveau").Must(http.StatusOK)
	s.see("comptable", chosen.Submit("Continuer", url.Values{"releve": {chosen.Attribute("input[name=releve]", "value")}}).
		Submit("Faire le fichier de paiement", nil))
}

// corrections reports an error, and corrects a place through the code of a letter.
func (s *situation) corrections(t *testing.T) {
	t.Helper()
	found := s.w.townPlace(t, "Médiathèque de la Filature")
	var letter place.Linked
	s.w.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		letter, err = place.PrintLink(ctx, tx, found.ID)
		return err
	})
	visitor := s.w.client(t, "")
	lieu := found.ID.String()
	s.see("", visitor.Get("/signaler?lieu="+lieu).Submit("Signaler", url.Values{"quoi": {"hours"}, "texte": {"Ouvert le lundi aussi."}}))
	s.see("", visitor.Get("/corriger?lieu="+lieu).Submit("Envoyer le lien", nil))
	open := s.see("", visitor.Get("/corriger").Submit("Ouvrir la fiche", url.Values{"code": {strings.ToLower(letter.Secret)}}))
	s.see("", open.Follow("Corriger"))
	s.see("", open.Follow("Corriger").Submit("Continuer", url.Values{"telephone": {"05 36 49 12 99"}}).Submit("Publier", nil))
}

// people leaves an invitation, a link of a forgotten password, a second factor
// and one that is not yet confirmed.
func (s *situation) people(t *testing.T) {
	t.Helper()
	desk := s.w.account(t, "guichet")
	s.w.client(t, "guichet").Get("/mon-organisation/invitations/nouvelle").
		Submit("Envoyer l’invitation", url.Values{"email": {"nouvelle@exemple.invalid"}}).Must(http.StatusOK)
	s.w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		_, secret, err := account.Invite(ctx, tx, account.Invitation{
			Organisation: desk.OrganisationID, Role: account.RoleDesk, Level: account.LevelMember, Email: "autre@exemple.invalid",
		})
		if err != nil {
			return err
		}
		reset, err := account.AskReset(ctx, tx, s.w.account(t, "boussac").Email)
		s.more[""] = append(s.more[""], "/invitation/"+secret, "/mot-de-passe/nouveau?jeton="+url.QueryEscape(reset.Secret))
		return err
	})
	s.see("aidant", s.w.client(t, "aidant").Get("/compte").Submit("Installer un code à la connexion", nil))
	installed := s.w.client(t, "guichet2").Get("/compte").Submit("Installer un code à la connexion", nil)
	made, err := totp.GenerateCode(strings.ReplaceAll(installed.Text("ol b"), " ", ""), s.w.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	installed.Submit("Installer ce code", url.Values{"code": {made}}).Must(http.StatusOK)
	s.more["admin"] = append(s.more["admin"], "/administration/organisations/"+desk.OrganisationID.String())
}

// jobs leaves one dead letter.
func (s *situation) jobs(t *testing.T) {
	t.Helper()
	s.w.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return job.Enqueue(ctx, tx, "lost", "rien") })
	runner := job.NewRunner(s.w.DB.DB, slog.New(slog.DiscardHandler))
	runner.Handle("lost", func(context.Context, []byte) error { return errors.New("le serveur de messagerie ne répond pas") })
	before := s.w.Clock.Now()
	for range 40 {
		if err := runner.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.w.Clock.Set(s.w.Clock.Now().Add(time.Hour))
	}
	s.w.Clock.Set(before)
}

var console = db.Actor{Kind: db.Console}

// sessionsOf lists what the site of an account gives from now on, the next
// first.
func (w *world) sessionsOf(t *testing.T, local string) (sessions []workshop.Session) {
	t.Helper()
	err := w.View(t.Context(), w.actor(t, local), func(q db.Q) (err error) {
		sessions, err = workshop.OfSite(t.Context(), q, w.account(t, local).SiteID, q.Now(), q.Now().AddDate(0, 0, 60))
		return err
	})
	if err != nil || len(sessions) == 0 {
		t.Fatalf("no session of %s: %v", local, err)
	}
	return sessions
}
