package desk_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// answers sends a visit to a pathway, from its second question on.
var answers = []url.Values{
	{"use": {"often"}}, {"search": {"easy"}}, {"write": {"easy"}}, {"formality": {"helped"}}, {"needs": {"words", "accessible"}}, {"wish": {"learn"}},
}

// walk counts the pages that somebody sees.
type walk struct {
	t     *testing.T
	page  *apptest.Page
	loads int
}

func (w *walk) at(page *apptest.Page) *walk {
	w.t.Helper()
	w.page = page.Must(http.StatusOK)
	w.loads++
	return w
}

func (w *walk) submit(button string, values url.Values) *walk {
	w.t.Helper()
	return w.at(w.page.Submit(button, values))
}

// questioned is a visit at its result.
func (w *world) questioned(t *testing.T, given []url.Values) *walk {
	t.Helper()
	way := (&walk{t: t}).at(w.client(w.agent).Get("/guichet"))
	way.submit("Commencer", nil)
	for _, answer := range given {
		way.submit("Continuer", answer)
	}
	return way
}

func TestACounterGoesFromBonjourToThePrintedPageInTwelveLoads(t *testing.T) {
	w := newWorld(t)
	booklet := w.stock(3)[1]
	way := w.questioned(t, answers)
	way.page.Shows("Un parcours d’ateliers, avec un carnet").Shows("c’est le point à travailler").Shows("Une salle sans marche")
	way.submit("Chercher une place", url.Values{"commune": {"Saint-Vaury"}, "jours": {"1", "2", "3", "4"}, "aller": {"car"}})
	way.page.Shows("près de Saint-Vaury").Shows("Salle accessible").Shows("en voiture")
	way.submit("Choisir Mes démarches en ligne, mardi 1er décembre, 14 h à 16 h, Guéret", nil)
	way.submit("Vérifier", url.Values{
		"nom": {"Monique"}, "telephone": {"06 39 98 41 22"}, "accord": {"oui"}, "proche": {"daughter"}, "parler": {"gros"},
		"papier": {orientation.FromStock}, "carnet": {voucher.Group(booklet.Number)},
	})
	way.page.Shows("Monique, Saint-Vaury (23)").Shows("Celui de sa fille, 06 39 98 ·· 22").Shows("Gros caractères").
		Shows("5 chèques, 50 €").Shows("La place est gardée jusqu’à 9 h 40").Shows("Département de la Creuse (exemple)")
	way.submit("Remettre le carnet", url.Values{"vu": {"oui"}})
	way.page.Shows("Bonjour Monique, voici votre atelier").Shows("1er décembre 2026").Shows("12 rue de l’Exemple").Shows("Claire Vallade vous accueille.")
	if way.loads > 12 {
		t.Errorf("%d page loads from the start to the printed page", way.loads)
	}
	if way.page.Count("svg.qr") != 1 || !strings.Contains(way.page.Text("main"), spaces(voucher.Group(booklet.Coupons[4].Number))) {
		t.Error("the coupon kept for the seat, the last one, is not on the page")
	}
	pdf := way.page.Follow("La même page en PDF").Must(http.StatusOK)
	if !strings.HasPrefix(pdf.Body, "%PDF-") || pdf.Header.Get("Content-Type") != "application/pdf" {
		t.Error("no PDF of the page")
	}
	way.page.Follow("Le carnet à imprimer").Must(http.StatusOK).Shows("Chèque 5 sur 5")
	w.view(func(ctx context.Context, q db.Q) error {
		known, _, err := holder.List(ctx, q, holder.Filter{})
		if err != nil {
			return err
		}
		if len(known) != 1 || known[0].Name != "Monique" || !known[0].Consent || known[0].Commune != "23247" {
			t.Errorf("registered: %+v", known)
		}
		live, err := voucher.BookletByID(ctx, q, booklet.ID)
		if live.State != voucher.BookletLive || live.Holder != known[0].ID {
			t.Errorf("booklet: %+v", live)
		}
		return err
	})
}

func TestAFormSentTwiceMakesOneVisitAndOnePerson(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.agent)
	first := client.Get("/guichet")
	one, two := first.Submit("Commencer", nil), first.Submit("Commencer", nil)
	if one.Path != two.Path {
		t.Errorf("two visits: %s and %s", one.Path, two.Path)
	}
	way := (&walk{t: t}).at(one)
	for _, answer := range answers {
		way.submit("Continuer", answer)
	}
	way.submit("Chercher une place", url.Values{"commune": {"Guéret"}})
	way.at(way.page.Submit(choose(way.page), nil))
	way.submit("Vérifier", url.Values{"nom": {"Monique"}, "papier": {orientation.PrintNow}})
	last := way.page
	done, again := last.Submit("Remettre le carnet", nil), last.Submit("Remettre le carnet", nil)
	done.Must(http.StatusOK).Shows("Bonjour Monique, voici votre atelier").Shows("Chèque 1 sur 5")
	again.Must(http.StatusOK).Shows("Bonjour Monique, voici votre atelier")
	w.view(func(ctx context.Context, q db.Q) error {
		people, _, err := holder.List(ctx, q, holder.Filter{})
		if len(people) != 1 {
			t.Errorf("%d people", len(people))
		}
		found, listErr := voucher.Booklets(ctx, q, voucher.Filter{})
		if listErr != nil || len(found) != 1 {
			t.Errorf("%d booklets, %v", len(found), listErr)
		}
		return err
	})
}

// choose is the first button that chooses a seat.
func choose(page *apptest.Page) string {
	for _, text := range page.Texts("button") {
		if strings.HasPrefix(text, "Choisir ") {
			return text
		}
	}
	return "Choisir"
}

func TestAVisitIsTakenUpAgainWhereItWasLeft(t *testing.T) {
	w := newWorld(t)
	way := w.questioned(t, answers[:3])
	client := w.client(w.agent)
	resumed := client.Get("/guichet").Must(http.StatusOK).Follow("Personne sans nom").Must(http.StatusOK)
	resumed.Shows("Question 4 sur 6")
	if again := client.Get(strings.Replace(way.page.Path, "questions/4", "resultat", 1)); !strings.HasSuffix(again.Path, "questions/4") {
		t.Errorf("a result asked for too early leads to %s", again.Path)
	}
	left := client.Get("/guichet").Follow("Abandonner le passage de Personne sans nom").Submit("Abandonner", nil).Must(http.StatusOK)
	if strings.Contains(left.Body, "À reprendre") {
		t.Error("given up, and still there")
	}
	client.Get(resumed.Path).Must(http.StatusConflict)
}

func TestAllQuestionsOnOnePageForThePractised(t *testing.T) {
	w := newWorld(t)
	page := w.client(w.agent).Get("/guichet").Submit("Commencer", url.Values{"toutes": {"oui"}}).Must(http.StatusOK)
	refused := page.Submit("Voir la proposition", url.Values{"use": {"often"}}).Must(http.StatusUnprocessableEntity)
	if count := refused.Count(".errors li"); count != 4 {
		t.Errorf("%d errors told, want 4 (needs may stay empty)", count)
	}
	all := url.Values{}
	for _, answer := range answers {
		for name, values := range answer {
			all[name] = values
		}
	}
	refused.Submit("Voir la proposition", all).Must(http.StatusOK).Shows("Un parcours d’ateliers")
}

func TestAnswersThatAreWrongKeepWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	way := w.questioned(t, answers)
	way.page.Submit("Chercher une place", url.Values{"commune": {"Nullepart"}}).Must(http.StatusUnprocessableEntity).Shows("Aucune commune ne répond")
	way.submit("Chercher une place", url.Values{"commune": {"Guéret"}})
	way.at(way.page.Submit(choose(way.page), nil))
	page := way.page.Submit("Vérifier", url.Values{
		"nom": {"Monique"}, "telephone": {"06 39 98 41 2"}, "note": {"Préfère le mardi. N° 2 51 03 23 096"}, "papier": {orientation.NoBooklet},
	}).Must(http.StatusUnprocessableEntity)
	page.Shows("2 réponses sont à revoir").Shows("Il manque 1 chiffre au téléphone").Shows("Retirez le numéro de sécurité sociale")
	if page.Attribute("input#nom", "value") != "Monique" || page.Attribute("input#telephone", "value") != "06 39 98 41 2" {
		t.Error("what was typed is lost")
	}
}

func TestAnAgentChoosesAnotherRouteWithAReason(t *testing.T) {
	w := newWorld(t)
	way := w.questioned(t, answers)
	way.page.Submit("Continuer avec cette voie", url.Values{"voie": {"far_away"}}).Must(http.StatusUnprocessableEntity).Shows("Écrivez la raison")
	way.submit("Continuer avec cette voie", url.Values{"voie": {"far_away"}, "raison": {"Elle ne veut pas apprendre cette année."}})
	way.page.Shows("Votre raison : Elle ne veut pas apprendre cette année.")
	way.submit("Chercher qui peut aider", url.Values{"commune": {"Saint-Vaury"}})
	way.page.Shows("Le Fil numérique (exemple)").Shows("Aidants Connect")
	way.submit("Continuer", url.Values{"jour": {"2026-12-01"}, "heure": {"14:00"}})
	way.submit("Vérifier", url.Values{"nom": {"Jean"}})
	way.page.Shows("mardi 1er décembre 2026, 14 h")
	way.submit("Terminer", nil)
	way.page.Shows("Bonjour Jean, voici votre rendez-vous").Shows("à 14 heures").Shows("Quelqu’un fait la démarche avec vous.")
}

func TestAPersonWhoWantsPaperLeavesWithoutAnAppointment(t *testing.T) {
	w := newWorld(t)
	given := append([]url.Values{}, answers[:5]...)
	way := w.questioned(t, append(given, url.Values{"wish": {"paper"}}))
	way.page.Shows("Passer par le guichet ou le papier est un droit")
	way.at(way.page.Follow("Continuer"))
	way.submit("Vérifier", nil)
	way.submit("Terminer", nil)
	way.page.Shows("C’est noté pour").Shows("Faites le papier ici")
}

func TestASeatThatWentKeepsEverythingAndShowsTheNextThree(t *testing.T) {
	w := newWorld(t)
	way := w.questioned(t, answers)
	way.submit("Chercher une place", url.Values{"commune": {"Guéret"}})
	way.at(way.page.Submit(choose(way.page), nil))
	way.submit("Vérifier", url.Values{"nom": {"Monique"}, "papier": {orientation.NoBooklet}})
	w.Clock.Advance(workshop.KeptFor + time.Minute)
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) error {
		for range 4 {
			other, err := holder.Register(ctx, tx, holder.New{})
			if err != nil {
				return err
			}
			if _, err := workshop.Book(ctx, tx, workshop.Reservation{Session: w.sessions[0].ID, Holder: other.ID, SeatOnly: true}); err != nil {
				return err
			}
		}
		return nil
	})
	gone := way.page.Submit("Terminer", nil).Must(http.StatusConflict)
	gone.Shows("La dernière place vient d’être prise").Shows("Tout ce qui a été écrit est gardé").Shows("Monique")
	if shown := gone.Count("ol.list > li"); shown != 3 {
		t.Errorf("%d other seats", shown)
	}
	way.at(gone.Submit(choose(gone), nil))
	// What was typed stands: only the new seat is left to check.
	way.page.Shows("Monique")
	way.submit("Terminer", nil)
	way.page.Shows("Bonjour Monique, voici votre atelier")
}

// full takes every seat of every session of the world.
func (w *world) full() {
	w.t.Helper()
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) error {
		for _, session := range w.sessions {
			for range session.Seats {
				other, err := holder.Register(ctx, tx, holder.New{})
				if err != nil {
					return err
				}
				if _, err := workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: other.ID, SeatOnly: true}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func TestWithNoSeatAnywhereNearThePersonWaitsOrIsHelpedFromAfar(t *testing.T) {
	w := newWorld(t)
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		_, _, err := place.Save(ctx, tx, place.Place{
			Organisation: tx.NewID(), Source: "test", SourceID: "far", Name: "Le Numérique au téléphone (exemple)", Commune: "23008",
			Supports: []string{place.SupportRemote}, Telephone: "+33536491208", Invented: true,
		})
		return err
	})
	w.full()
	way := w.questioned(t, answers)
	way.submit("Chercher une place", url.Values{"commune": {"Guéret"}, "des": {"13:00"}, "avant": {"17:00"}, "sujet": {"formality"}, "langue": {"ar"}})
	way.page.Shows("Aucune séance n’est libre près d’ici.").Shows("Attendre une place").Shows("De l’aide à distance").Shows("Le Numérique au téléphone")
	seats := way.page
	way.at(seats.Submit("Liste d’attente Mes démarches en ligne, mardi 1er décembre, 14 h à 16 h, Guéret", nil))
	if value := way.page.Attribute("select#langue option[selected]", "value"); value != "ar" {
		t.Errorf("the language asked for is not proposed again: %q", value)
	}
	way.submit("Vérifier", url.Values{"nom": {"Monique"}, "papier": {orientation.NoBooklet}})
	way.page.Shows("Liste d’attente").Shows("La personne prend son rang")
	way.at(way.page.Submit("Terminer", nil))
	way.page.Shows("Bonjour Monique, vous attendez une place").Shows("Vous êtes sur la liste d’attente.")
	if pdf := way.page.Follow("La même page en PDF").Must(http.StatusOK); !strings.HasPrefix(pdf.Body, "%PDF-") {
		t.Error("no PDF of the page")
	}

	way = w.questioned(t, answers)
	way.page.Submit("Chercher une place", url.Values{"commune": {"Guéret"}, "des": {"13:00"}, "avant": {"12:00"}}).Must(http.StatusUnprocessableEntity).
		Shows("Écrivez une heure de fin après l’heure de début")
	way.submit("Chercher une place", url.Values{"commune": {"Guéret"}})
	way.at(way.page.Follow("Noter un rendez-vous à distance avec Le Numérique au téléphone (exemple)"))
	way.submit("Continuer", url.Values{"jour": {"2026-12-01"}, "heure": {"10:00"}})
	way.submit("Vérifier", url.Values{"nom": {"Paul"}, "papier": {orientation.NoBooklet}})
	way.page.Shows("Rendez-vous à distance")
	way.submit("Terminer", nil)
	way.page.Shows("Quelqu’un vous aide par téléphone.").Shows("mardi").Shows("à 10 heures")
	way.page.Follow("La même page en PDF").Must(http.StatusOK)

	// It is listed on its day, moved, then called off.
	agent := w.client(w.agent)
	list := agent.Get("/rendez-vous?jour=2026-12-01").Must(http.StatusOK).Shows("Paul").Shows("À distance").Shows("10 h")
	change := list.Follow("Changer ou annuler le rendez-vous de Paul").Must(http.StatusOK)
	change.Submit("Changer le jour", url.Values{"jour": {"2026-11-01"}}).Must(http.StatusUnprocessableEntity).Shows("Choisissez un jour à venir")
	change.Submit("Changer le jour", url.Values{"jour": {"2026-12-03"}, "heure": {"09:00"}}).Must(http.StatusOK).Shows("jeudi").Shows("à 9 heures")
	if rows := agent.Get("/rendez-vous?jour=2026-12-01").Must(http.StatusOK).Count("tbody tr"); rows != 0 {
		t.Errorf("%d appointments on the day it left", rows)
	}
	agent.Get("/rendez-vous?jour=2026-12-03").Follow("Changer ou annuler le rendez-vous de Paul").Submit("Annuler le rendez-vous", nil).Must(http.StatusOK).Shows("Annulé")
	w.client(w.stranger).Get(change.Path).Must(http.StatusNotFound)
}

func TestAReturningPersonIsRecognisedInOneLook(t *testing.T) {
	w := newWorld(t)
	known := w.register(holder.New{Name: "Monique", Telephone: "06 39 98 41 22"})
	way := w.questioned(t, answers)
	way.submit("Chercher une place", url.Values{"commune": {"Guéret"}})
	way.at(way.page.Submit(choose(way.page), nil))
	asked := way.page.Submit("Vérifier", url.Values{"nom": {"monique"}, "telephone": {"+33 6 39 98 41 22"}, "papier": {orientation.NoBooklet}}).Must(http.StatusUnprocessableEntity)
	asked.Shows("Déjà connue ici ?").Shows("Téléphone qui finit par 22")
	way.at(asked.Submit("Vérifier", url.Values{"connue": {known.ID.String()}}))
	way.page.Shows("déjà connue ici (" + known.Pseudonym + ")")
	way.submit("Terminer", nil)
	w.view(func(ctx context.Context, q db.Q) error {
		people, _, err := holder.List(ctx, q, holder.Filter{})
		if len(people) != 1 {
			t.Errorf("%d people", len(people))
		}
		return err
	})
}

func TestABookletWithoutCashSaysWhyAndMovesNothing(t *testing.T) {
	w := newWorld(t)
	// Every euro received is already in hands.
	for range paidFor {
		someone := w.register(holder.New{})
		w.do(w.agent, func(ctx context.Context, tx *db.Tx) error {
			printed, err := voucher.Print(ctx, tx, voucher.PrintRun{Order: w.order.ID, Count: 1})
			if err != nil {
				return err
			}
			_, err = voucher.HandOver(ctx, tx, voucher.Handover{Number: printed[0].Number, Holder: someone.ID})
			return err
		})
	}
	way := w.questioned(t, answers)
	way.submit("Chercher une place", url.Values{"commune": {"Guéret"}})
	way.at(way.page.Submit(choose(way.page), nil))
	way.submit("Vérifier", url.Values{"nom": {"Monique"}, "papier": {orientation.PrintNow}})
	refused := way.page.Submit("Remettre le carnet", nil).Must(http.StatusConflict)
	refused.Shows("Monique")
	if refused.Count(".errors li") != 1 {
		t.Error("the refusal is not told")
	}
	way.at(refused.Follow("Modifier le carnet"))
	way.submit("Vérifier", url.Values{"papier": {orientation.NoBooklet}}).submit("Terminer", nil)
	way.page.Shows("Bonjour Monique")
}

func TestABookletLostIsBlockedAndAnotherHandedOver(t *testing.T) {
	w := newWorld(t)
	lost, next := w.stock(2)[0], ""
	someone := w.register(holder.New{Name: "Monique", Commune: "23096"})
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.HandOver(ctx, tx, voucher.Handover{Number: lost.Number, Holder: someone.ID})
		return err
	})
	w.view(func(ctx context.Context, q db.Q) error {
		found, err := voucher.Booklets(ctx, q, voucher.Filter{State: voucher.InStock})
		next = found[0].Number
		return err
	})
	client := w.client(w.agent)
	person := client.Get("/guichet/personnes/" + someone.ID.String()).Must(http.StatusOK)
	card := person.Follow(spaces(voucher.Group(lost.Number))).Must(http.StatusOK).Shows("5 chèques sur 5 chèques")
	form := card.Follow("Carnet perdu ou volé").Must(http.StatusOK)
	form.Submit("Bloquer le carnet", nil).Must(http.StatusUnprocessableEntity)
	blocked := form.Submit("Bloquer le carnet", url.Values{"cause": {voucher.Lost}, "raison": {"Perdu dans le bus."}}).Must(http.StatusOK).Shows("Le carnet est bloqué")
	hand := blocked.Follow("Remettre un autre carnet").Must(http.StatusOK)
	hand.Submit("Remettre le carnet", url.Values{"carnet": {"1234"}}).Must(http.StatusUnprocessableEntity)
	hand.Submit("Remettre le carnet", url.Values{"carnet": {next}}).Must(http.StatusOK).Shows("Enregistré").Shows(voucher.Group(next))
}

func spaces(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

func TestASeatIsMovedThenGivenBackFromThePersonsPage(t *testing.T) {
	w := newWorld(t)
	someone := w.register(holder.New{Name: "Monique", Commune: "23096"})
	client := w.client(w.agent)
	person := "/guichet/personnes/" + someone.ID.String()
	list := client.Get(person).Must(http.StatusOK).Follow("Trouver une séance").Must(http.StatusOK)
	button := choose(list)
	list.Submit(button, nil).Must(http.StatusOK).Shows("Bonjour Monique, voici votre atelier")
	list.Submit(button, nil).Must(http.StatusOK) // sent twice: the same page
	moved := client.Get(person).Follow("Changer de séance").Must(http.StatusOK)
	other := ""
	for _, text := range moved.Texts("button") {
		if strings.HasPrefix(text, "Choisir ") && text != button {
			other = text
		}
	}
	moved.Submit(other, nil).Must(http.StatusOK)
	back := client.Get(person).Must(http.StatusOK)
	if back.Count(`ol[aria-label="Séances à venir"] > li`) != 1 {
		t.Errorf("sessions to come: %q", back.Texts(`ol[aria-label="Séances à venir"] > li`))
	}
	ended := back.Follow("Rendre la place").Submit("Rendre la place", nil).Must(http.StatusOK)
	if ended.Count(`ol[aria-label="Séances à venir"] > li`) != 0 {
		t.Error("the seat is still there")
	}
	w.view(func(ctx context.Context, q db.Q) error {
		findings, err := workshop.Check(ctx, q)
		if len(findings) > 0 {
			t.Error(findings)
		}
		return err
	})
}

func TestTheStockIsListedFilteredExportedAndPrinted(t *testing.T) {
	w := newWorld(t)
	w.stock(3)
	client := w.client(w.agent)
	list := client.Get("/guichet/carnets?etat=in_stock").Must(http.StatusOK)
	if rows := list.Count("tbody tr"); rows != 3 {
		t.Errorf("%d booklets", rows)
	}
	if file := list.Follow("Exporter la liste (CSV)").Must(http.StatusOK); strings.Count(file.Body, "\r\n") != 4 {
		t.Errorf("file: %q", file.Body)
	}
	pdf := client.Get("/guichet/carnets").Follow("Imprimer des carnets").Must(http.StatusOK).Submit("Imprimer", url.Values{"nombre": {"2"}}).Must(http.StatusOK)
	if !bytes.HasPrefix([]byte(pdf.Body), []byte("%PDF-")) {
		t.Error("no PDF")
	}
	if rows := client.Get("/guichet/carnets?etat=in_stock").Count("tbody tr"); rows != 5 {
		t.Errorf("%d booklets after printing two", rows)
	}
}

func TestPeopleAreFoundAndCorrected(t *testing.T) {
	w := newWorld(t)
	known := w.register(holder.New{Name: "Monique", Telephone: "06 39 98 41 22", Consent: true})
	w.register(holder.New{Name: "Paul"})
	client := w.client(w.agent)
	for _, text := range []string{"monique", "06 39 98 41 22", known.Pseudonym} {
		if rows := client.Get("/guichet/personnes?q=" + url.QueryEscape(text)).Must(http.StatusOK).Count("tbody tr"); rows != 1 {
			t.Errorf("%q finds %d", text, rows)
		}
	}
	sheet := client.Get("/guichet/personnes/" + known.ID.String()).Follow("Modifier").Must(http.StatusOK)
	sheet.Submit("Enregistrer", url.Values{"telephone": {""}}).Must(http.StatusUnprocessableEntity).Shows("décochez l’accord")
	sheet.Submit("Enregistrer", url.Values{"telephone": {""}, "accord": nil, "commune": {"Aubusson"}}).Must(http.StatusOK).Shows("Aubusson (23)")
}

func TestAnotherDeskSeesNothingAndAReaderChangesNothing(t *testing.T) {
	w := newWorld(t)
	known := w.register(holder.New{Name: "Monique"})
	way := w.questioned(t, answers)
	stranger := w.client(w.stranger)
	for _, path := range []string{"/guichet/personnes/" + known.ID.String(), way.page.Path} {
		stranger.Get(path).Must(http.StatusNotFound)
	}
	if rows := stranger.Get("/guichet/personnes").Must(http.StatusOK).Count("tbody tr"); rows != 0 {
		t.Errorf("another desk lists %d people", rows)
	}
	reader := w.client(w.reader)
	reader.Get("/guichet").Must(http.StatusOK).Shows("Votre accès permet de consulter")
	reader.Get("/guichet/personnes/" + known.ID.String()).Must(http.StatusOK)
	reader.Post("/guichet/passages", url.Values{}).Must(http.StatusForbidden)
	visitor := apptest.NewClient(t, w.server.URL)
	if page := visitor.Get("/guichet/personnes"); !strings.HasPrefix(page.Path, "/connexion") {
		t.Errorf("a visitor reads %s", page.Path)
	}
}

func TestFreeSeatsAreShownToNobodyInParticular(t *testing.T) {
	w := newWorld(t)
	page := w.client(w.agent).Get("/guichet/places").Must(http.StatusOK)
	page.Shows("6 séances avec une place libre près de Guéret").Shows("4 places")
	if file := w.client(w.agent).Get("/guichet/places?format=csv&suite=4").Must(http.StatusOK); strings.Count(file.Body, "\r\n") != 7 {
		t.Errorf("the file does not hold the 6 sessions under their header:\n%s", file.Body)
	}
	page.Follow("Exporter la liste (CSV)").Must(http.StatusOK)
	if page.Count("ol.list form") != 0 {
		t.Error("a seat can be taken for nobody")
	}
}

func TestAGroupIsSentToOneSessionTogether(t *testing.T) {
	w := newWorld(t)
	known := w.register(holder.New{Name: "Monique", Telephone: "06 39 98 41 22"})
	way := (&walk{t: t}).at(w.client(w.agent).Get("/guichet"))
	way.at(way.page.Follow("Orienter un groupe"))
	way.page.Submit("Chercher une séance", url.Values{"nombre": {"1"}, "commune": {"Guéret"}}).Must(http.StatusUnprocessableEntity)
	way.submit("Chercher une séance", url.Values{"nombre": {"5"}, "commune": {"Guéret"}, "aller": {"car"}, "niveau": {workshop.Discover}})
	way.page.Shows("Une séance pour 5 personnes, près de Guéret").Shows("8 places libres").Shows("4 places libres pour 5 personnes")
	if buttons := len(way.page.Texts("ol.list form button")); buttons != 3 {
		t.Errorf("%d sessions can be chosen; three have five seats", buttons)
	}
	way.at(way.page.Submit(choose(way.page), nil))
	names := url.Values{"nom-1": {"Monique"}, "telephone-1": {"06 39 98 41 22"}, "nom-2": {"Paul"}, "telephone-2": {"06 39"}, "nom-3": {"Lina"}}
	refused := way.page.Submit("Vérifier", names).Must(http.StatusUnprocessableEntity)
	refused.Shows("Dites si c’est la même personne")
	names["connue-1"], names["telephone-2"] = []string{known.ID.String()}, nil
	way.at(refused.Submit("Vérifier", names))
	way.page.Shows("Déjà connue ici").Shows("Paul").Shows("Les places sont gardées jusqu’à")
	// Left, and taken up again where it was.
	way.at(w.client(w.agent).Get("/guichet").Follow("Groupe de 5 personnes"))
	way.page.Shows("Vérifiez avant de terminer")
	// Meanwhile the seats go.
	w.Clock.Advance(workshop.KeptFor + time.Minute)
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) error {
		for range 4 {
			other, err := holder.Register(ctx, tx, holder.New{})
			if err != nil {
				return err
			}
			if _, err := workshop.Book(ctx, tx, workshop.Reservation{Session: w.sessions[1].ID, Holder: other.ID, SeatOnly: true}); err != nil {
				return err
			}
		}
		return nil
	})
	gone := way.page.Submit("Réserver les places", nil).Must(http.StatusConflict).Shows("Places libres à la suite").Shows("Lina")
	way.at(gone.Submit(choose(gone), nil))
	done := way.page.Submit("Réserver les places", nil).Must(http.StatusOK)
	way.page.Submit("Réserver les places", nil).Must(http.StatusOK) // sent twice: the same pages
	if pages := done.Count("article.sheet"); pages != 5 {
		t.Errorf("%d pages for five people", pages)
	}
	done.Shows("Bonjour Monique, voici votre atelier").Shows("Bonjour Lina, voici votre atelier")
	w.view(func(ctx context.Context, q db.Q) error {
		people, _, err := holder.List(ctx, q, holder.Filter{})
		if len(people) != 1+4+4 {
			t.Errorf("%d people; Monique is one", len(people))
		}
		findings, checkErr := workshop.Check(ctx, q)
		if checkErr != nil || len(findings) > 0 {
			t.Errorf("seats: %v %v", findings, checkErr)
		}
		return err
	})
	stranger := w.client(w.stranger)
	stranger.Get(done.Path).Must(http.StatusNotFound)
}
