package journey_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/sample"
)

const (
	paperPDF = "%PDF-1.4\n% une pièce\n%%EOF\n"
	kiosque  = "Le Kiosque"
	// laPoste is a SIRET of La Poste that Luhn's formula refuses: its own rule is
	// that the sum of its digits is a multiple of five.
	laPoste = "356 000 000 00001"
)

// newcomer founds a body that keeps one place, and signs its owner in.
func (w *world) newcomer(t *testing.T) (site db.ID) {
	t.Helper()
	w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		body, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Association du Kiosque", Roles: []string{account.RoleSite}})
		if err != nil {
			return err
		}
		if err := w.joins(ctx, tx, "kiosque", "Nadège Colin", body.ID, account.RoleSite); err != nil {
			return err
		}
		saved, _, err := place.Save(ctx, tx, place.Place{
			Source: "own", Name: kiosque, Commune: "23096", Address: "4 place du Marché", Organisation: body.ID, Hours: "Tu-Fr 09:00-12:00",
			Latitude: 46.1712, Longitude: 1.8722, Services: []string{place.ServiceProcedures},
		})
		site = saved.ID
		return err
	})
	return site
}

// joins gives a person, known by the first part of their e-mail, a role in an
// organisation; they are added when they are not known.
func (w *world) joins(ctx context.Context, tx *db.Tx, local, name string, organisation db.ID, role string) error {
	address := local + "@exemple.invalid"
	person, err := account.AddPerson(ctx, tx, account.NewPerson{Name: name, Email: address, PasswordHash: account.HashPassword(sample.Password)})
	if err != nil {
		return err
	}
	_, err = account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: organisation, Role: role, Level: account.LevelOwner})
	w.accounts = append(w.accounts, sample.Account{Email: address, Name: name, Role: role, OrganisationID: organisation})
	return err
}

// later moves the clock, plays the night, and signs everybody in again.
func (w *world) later(t *testing.T, to civil.Date) {
	t.Helper()
	w.Clock.Set(to.At(civil.TimeOfDay(10*60), civil.Paris))
	w.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return label.Nightly(ctx, tx) })
}

// told counts the notices of a kind about a place that wait to be written.
func (w *world) told(t *testing.T, site db.ID, kind label.NoticeKind) (count int) {
	t.Helper()
	w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		applications, err := label.ApplicationsFor(ctx, tx, site)
		if err != nil {
			return err
		}
		payloads, err := db.All(ctx, tx, db.Value[string], `SELECT payload FROM job WHERE kind = $1`, label.JobNotice)
		count = 0
		for _, payload := range payloads {
			var notice label.Notice
			if err := json.Unmarshal([]byte(payload), &notice); err != nil {
				return err
			}
			about := notice.Place == site || slices.ContainsFunc(applications, func(a label.Application) bool { return a.ID == notice.Application })
			if about && notice.Kind == kind {
				count++
			}
		}
		return err
	})
	return count
}

// look checks a page and keeps its pictures: on one engine, for it is the same
// page on both.
func (a *agent) look(name string) {
	a.t.Helper()
	if strings.HasSuffix(a.t.Name(), "/sqlite") {
		a.Look(name)
	}
}

// fillIn answers every criterion, with the papers that are needed; a renewal
// finds its answers already there.
func (a *agent) fillIn(criteria label.Criteria) {
	a.t.Helper()
	for _, item := range criteria.Items {
		a.Shows(item.Title)
		switch item.Answer.Kind {
		case label.AnswerYesNo:
			a.Choose("Oui")
		case label.AnswerChoice:
			a.Choose(item.Answer.Choices[0].Text)
		case label.AnswerNumber:
			a.Fill(item.Answer.Text, fmt.Sprint(max(item.Answer.AtLeast, 4)))
		default:
			a.Fill(item.Answer.Text, "Une réponse en toutes lettres.")
		}
		if item.Attachment.Needed {
			a.Attach("Fichier", item.Code+".pdf", paperPDF)
		}
		a.Press("Enregistrer et continuer")
	}
}

// judge gives a verdict on every criterion of the place, the same but for one.
func (a *agent) judge(criteria label.Criteria, unmet string) {
	a.t.Helper()
	a.Press("Examiner " + kiosque)
	for number, item := range criteria.Items {
		verdict := "Rempli"
		if item.Code == unmet {
			verdict = "Non rempli"
		}
		a.ChooseIn(fmt.Sprintf("Votre avis sur le critère %d", number+1), verdict)
	}
	a.Press("Enregistrer les avis")
}

// TestTheLabelsWholeLife leads a place from its first look at the criteria to a
// renewal and a suspension, through more asked, a visit, a refusal and an appeal
// before another certifier, all in a browser without script.
func TestTheLabelsWholeLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorldOf(t, d, 20)
		site := w.newcomer(t)
		today := civil.On(2026, 11, 20)
		criteria := label.CriteriaOn(today)
		applicant, first := w.agent(t, "kiosque"), w.agent(t, "labels")

		applies(t, applicant, criteria)
		applicant.look("label-envoyee")
		applicant.Shows("20 janvier 2027")
		if w.told(t, site, label.NoticeReceived) != 1 {
			t.Error("the owners are written that it came")
		}

		asksMore(first, applicant)
		visits(w, t, first)
		var other *agent
		applicant, first, other = w.agent(t, "kiosque"), w.agent(t, "labels"), w.agent(t, "labels2") // the next day
		refuses(first, criteria)
		applicant.Visit("/demande-label")
		applicant.Press(kiosque)
		applicant.Shows("Label refusé")
		applicant.Shows("Critère obligatoire non rempli : Le lieu est ouvert à tous au moins deux heures par semaine")
		applicant.Shows("Le lieu n’ouvre que sur rendez-vous.")
		applicant.look("label-refus")
		applicant.Visit("/lieux/" + site.String())
		if strings.Contains(applicant.Text("main"), "Lieu labellisé") {
			t.Error("a refused place is no labelled place")
		}

		appeals(applicant)
		first.Visit("/labels?file=a-prendre")
		first.Press("Association du Kiosque")
		first.Press("Prendre ce dossier")
		first.Shows("Laissez un autre certificateur juger l’appel")
		if first.Status() != http.StatusForbidden {
			t.Errorf("the first certifier takes the appeal: %d", first.Status())
		}
		first.look("label-meme-certificateur")
		other.Visit("/labels?file=a-prendre")
		other.Press("Association du Kiosque")
		other.Press("Prendre ce dossier")
		other.judge(criteria, "")
		grants(other)
		other.look("label-accorde")

		applicant.Visit("/demande-label")
		applicant.Press(kiosque)
		applicant.Shows("100 sur 100, il faut 70")
		if tables := applicant.Count("details table"); tables != 2 {
			t.Errorf("the verdicts of the appeal and of the first decision: %d tables", tables)
		}
		visitor := &agent{Tab: apptest.NewTab(t, w.address, apptest.WithoutScript), t: t, w: w}
		visitor.Visit("/label/registre?texte=kiosque")
		visitor.Shows(kiosque)
		visitor.Press(kiosque)
		visitor.Shows("Lieu labellisé")

		granted := civil.DateOf(w.Clock.Now(), civil.Paris)
		until := granted.AddMonths(label.Validity).AddDays(-1)
		renews(t, w, site, until)
		suspends(t, w, site, until)
	})
}

// applies fills in an application with the mistakes that one makes, signs and
// sends it.
func applies(t *testing.T, a *agent, criteria label.Criteria) {
	t.Helper()
	a.Visit("/mon-lieu")
	a.Press("Demander le label")
	a.Shows("Vous n’avez encore rien demandé")
	a.look("label-vide")
	a.Press("Commencer une demande")
	a.look("label-lieux")
	a.Press("Commencer la demande")
	a.Shows("Parties remplies : 0 sur 14")
	a.look("label-brouillon")
	a.Press("Continuer avec Votre organisation")

	a.Fill("SIRET de l’organisation", "356 000 000 00002")
	a.Fill("Nom de la personne qui la représente", "Nadège Colin")
	a.Fill("Sa fonction", "Présidente")
	a.Press("Enregistrer et continuer")
	a.Shows("Vérifiez le SIRET")
	if !strings.HasPrefix(a.Title(), "Erreur\u00a0: ") || a.Value("SIRET de l’organisation") != "356 000 000 00002" || a.Value("Sa fonction") != "Présidente" {
		t.Errorf("what was typed is kept: %q, %q", a.Title(), a.Value("SIRET de l’organisation"))
	}
	a.look("label-siret")
	a.Fill("SIRET de l’organisation", laPoste)
	a.Press("Enregistrer et continuer")

	// The first criterion asks for a number; the second, for a paper.
	a.Fill(criteria.Items[0].Answer.Text, "beaucoup")
	a.Press("Enregistrer et continuer")
	a.Shows("Écrivez un nombre entier")
	a.Fill(criteria.Items[0].Answer.Text, "4")
	a.Press("Enregistrer et continuer")
	for name, refused := range map[string]struct{ content, told string }{
		"diplome.pdf": {"PK\x03\x04 autre chose", "ni un PDF, ni une image"}, "scan.pdf": {paperPDF + strings.Repeat(" ", label.LargestAttachment), "dépasse 5 Mo"},
	} {
		a.Fill(criteria.Items[1].Answer.Text, "3")
		a.Attach("Fichier", name, refused.content)
		a.Press("Enregistrer et continuer")
		a.Shows(refused.told)
		if a.Value(criteria.Items[1].Answer.Text) != "3" {
			t.Error("the answer beside a refused paper is kept")
		}
	}
	a.look("label-piece")
	a.Visit(strings.TrimSuffix(a.Path(), criteria.Items[1].Code) + criteria.Items[0].Code)
	a.fillIn(criteria)
	a.Press("Signer et envoyer la demande")
	a.Shows("Cochez la case pour signer")
	a.look("label-verification")
	a.Choose("Ces réponses sont exactes, et j’engage mon organisation")
	a.Press("Signer et envoyer la demande")
	a.Shows("La demande est envoyée")
}

// asksMore takes the application, writes, and asks for more; the applicant
// answers, and sends.
func asksMore(certifier, applicant *agent) {
	certifier.Visit("/labels?file=a-prendre")
	certifier.Press("Association du Kiosque")
	certifier.Shows("Prenez-le pour lire les réponses")
	certifier.look("label-a-prendre")
	certifier.Press("Prendre ce dossier")
	certifier.Shows("Nadège Colin")
	certifier.Fill("Votre message au lieu", "Bonjour, je lis votre dossier cette semaine.")
	certifier.Press("Envoyer le message")
	certifier.Press("Demander un complément")
	certifier.look("label-complement")
	certifier.Press("Demander ce complément")
	certifier.Shows("Erreur")
	certifier.Fill("Que manque-t-il au dossier ?", "L’attestation d’assurance de cette année.")
	certifier.Press("Demander ce complément")
	certifier.Shows("Le délai est arrêté")

	applicant.Visit("/demande-label")
	applicant.Press(kiosque)
	applicant.Shows("L’attestation d’assurance de cette année.")
	applicant.look("label-demande")
	applicant.Fill("Votre message au certificateur", "Elle est jointe.")
	applicant.Press("Envoyer le message")
	applicant.Shows("Elle est jointe.")
	applicant.Press("L’assurance et les papiers légaux sont en règle")
	applicant.Attach("Fichier", "assurance-2026.pdf", paperPDF)
	applicant.Press("Joindre, et en ajouter une autre")
	applicant.Shows("assurance-2026.pdf")
	applicant.Press("Revenir à la demande")
	applicant.Press("Vérifier et envoyer le complément")
	applicant.Choose("Ces réponses sont exactes, et j’engage mon organisation")
	applicant.Press("Envoyer le complément")
}

// visits plans a visit, and notes it on its day.
func visits(w *world, t *testing.T, certifier *agent) {
	t.Helper()
	certifier.Visit("/labels?file=a-moi")
	certifier.Press("Association du Kiosque")
	certifier.Shows("Elle est jointe.")
	certifier.Press("Prévoir une visite")
	certifier.Fill("Jour de la visite", "2026-11-19")
	certifier.Press("Prévoir la visite")
	certifier.Shows("Donnez un jour à venir")
	certifier.Fill("Jour de la visite", "2026-11-21")
	certifier.Press("Prévoir la visite")
	w.Clock.Advance(24 * time.Hour)
	certifier = w.agent(t, "labels")
	certifier.Visit("/labels?file=a-moi")
	certifier.Press("Association du Kiosque")
	certifier.Press("Noter ou annuler")
	certifier.look("label-visite")
	certifier.Fill("Jour de la visite", "2026-11-21")
	certifier.Fill("Ce que vous avez vu", "Une porte close, et un papier qui dit de prendre rendez-vous.")
	certifier.ChooseIn("Le lieu est ouvert à tous au moins deux heures par semaine", "Non rempli")
	certifier.Press("Enregistrer la visite")
	certifier.Shows("Une porte close")
}

func refuses(certifier *agent, criteria label.Criteria) {
	certifier.Visit("/labels?file=a-moi")
	certifier.Press("Association du Kiosque")
	certifier.judge(criteria, "open_hours")
	certifier.Shows("Dites pourquoi, le lieu le lira")
	certifier.look("label-avis")
	certifier.Fill("Pourquoi, en un mot (critère 1)", "Le lieu n’ouvre que sur rendez-vous.")
	certifier.Press("Enregistrer les avis")
	certifier.Press("Décider")
	certifier.look("label-decision")
	certifier.Press("Continuer")
	certifier.Press("Modifier")
	certifier.Press("Continuer")
	certifier.look("label-decision-verif")
	certifier.Press("Refuser le label")
	certifier.Shows("Le lieu peut faire appel")
	certifier.look("label-refuse")
}

func appeals(applicant *agent) {
	applicant.Visit("/demande-label")
	applicant.Press(kiosque)
	applicant.Press("Faire appel")
	applicant.Press("Continuer")
	applicant.Shows("Erreur")
	applicant.Fill("Votre raison", "Nous ouvrons le mardi et le jeudi depuis la visite.")
	applicant.Press("Continuer")
	applicant.look("label-appel")
	applicant.Press("Faire appel")
	applicant.Shows("L’appel est envoyé")
}

func grants(certifier *agent) {
	certifier.Press("Décider")
	certifier.Press("Continuer")
	certifier.Press("Accorder le label")
	certifier.Shows("Le lieu y figure dès maintenant")
}

// renews announces the end of a label six months before, and renews it.
func renews(t *testing.T, w *world, site db.ID, until civil.Date) {
	t.Helper()
	w.later(t, until.AddMonths(-label.RenewalMonths).AddDays(-1))
	if w.told(t, site, label.NoticeRenewSoon) != 0 {
		t.Error("announced too early")
	}
	w.later(t, until.AddMonths(-label.RenewalMonths).AddDays(1))
	if count := w.told(t, site, label.NoticeRenewSoon); count != 1 {
		t.Errorf("the owners are written %d times six months before the end", count)
	}
	applicant, certifier := w.agent(t, "kiosque"), w.agent(t, "labels")
	criteria := label.CriteriaOn(civil.DateOf(w.Clock.Now(), civil.Paris))
	applicant.Visit("/demande-label")
	applicant.Shows("Un label finit bientôt")
	applicant.look("label-renouveler")
	applicant.Press("Renouveler le label de " + kiosque)
	applicant.Press("Commencer la demande")
	for _, item := range criteria.Items {
		if item.Attachment.Needed {
			applicant.Press(item.Title)
			applicant.Attach("Fichier", item.Code+".pdf", paperPDF)
			applicant.Press("Enregistrer et continuer")
			applicant.Press("Demande de label : " + kiosque)
		}
	}
	applicant.Press("Vérifier et envoyer")
	applicant.Choose("Ces réponses sont exactes, et j’engage mon organisation")
	applicant.Press("Signer et envoyer la demande")
	certifier.Visit("/labels?file=a-prendre")
	certifier.Press("Association du Kiosque")
	certifier.Press("Prendre ce dossier")
	certifier.Shows("Renouvellement")
	certifier.judge(criteria, "")
	grants(certifier)
}

// suspends the label, which comes back by itself after its last day, and ends
// when its three years are over.
func suspends(t *testing.T, w *world, site db.ID, until civil.Date) {
	t.Helper()
	today := civil.DateOf(w.Clock.Now(), civil.Paris)
	certifier := w.agent(t, "labels2")
	certifier.Visit("/labels/lieux/" + site.String())
	certifier.Press("Association du Kiosque")
	certifier.Press("Suspendre le label")
	certifier.Press("Continuer")
	certifier.Shows("Erreur")
	certifier.look("label-suspendre")
	certifier.Fill("Dernier jour de la suspension", today.AddDays(20).String())
	certifier.Fill("Raison", "Travaux dans la salle.")
	certifier.Press("Continuer")
	certifier.Shows(today.AddDays(20).FrenchLong())
	certifier.Press("Suspendre le label")
	certifier.Shows("Label suspendu")
	applicant := w.agent(t, "kiosque")
	applicant.Visit("/demande-label")
	applicant.Press(kiosque)
	applicant.Shows("Travaux dans la salle.")
	applicant.look("label-suspendu")
	visitor := &agent{Tab: apptest.NewTab(t, w.address, apptest.WithoutScript), t: t, w: w}
	visitor.Visit("/label/registre?etat=termines&texte=kiosque")
	visitor.Shows("Label suspendu jusqu’au " + today.AddDays(20).FrenchLong())
	visitor.Press(kiosque)
	visitor.Shows("les chèques n’y servent pas")
	w.later(t, today.AddDays(21))
	visitor.Visit("/label/registre?texte=kiosque")
	visitor.Shows(kiosque)
	visitor.Shows("Labellisé")
	w.later(t, until.AddMonths(label.Validity+1))
	visitor.Visit("/label/registre?etat=termines&texte=kiosque")
	visitor.Shows("Label échu")
}

// also gives somebody who is known one more role, in the organisation of another.
func (w *world) also(t *testing.T, who, beside string) {
	t.Helper()
	own, other := w.account(t, who), w.account(t, beside)
	w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		colleagues, err := account.Members(ctx, tx, own.OrganisationID)
		if err != nil {
			return err
		}
		for _, colleague := range colleagues {
			if colleague.Email == own.Email {
				_, err = account.AddMember(ctx, tx, account.Member{Person: colleague.Person, Organisation: other.OrganisationID, Role: other.Role, Level: account.LevelOwner})
				return err
			}
		}
		t.Errorf("%s is nobody's colleague", who)
		return nil
	})
}

// TestWhoCertifiesNeitherPaysNorJudgesTheirOwn meets the refusals as their pages
// tell them.
func TestWhoCertifiesNeitherPaysNorJudgesTheirOwn(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))

	t.Run("a certifier does not pay the site", func(t *testing.T) {
		w.also(t, "labels", "comptable") // who qualified the site of "lieu"
		both := w.agent(t, "labels")
		both.Visit("/compte")
		both.Press("Prendre ce rôle : " + "Émetteur du pass (exemple)")
		both.Visit("/comptable/paiements/nouveau")
		both.Choose("Le Fil numérique")
		both.Press("Continuer")
		both.Shows("Qui labellise un lieu ne le paie jamais, et vous avez labellisé :")
		if refused := both.Text("main [role=alert], main .errors"); !strings.Contains(refused, "Le Fil numérique (exemple)") || strings.Contains(refused, "La Lisse") {
			t.Errorf("those certified by another are not refused: %s", refused)
		}
		if both.Status() != http.StatusConflict {
			t.Errorf("answers %d", both.Status())
		}
		both.Look("label-payer")
	})

	t.Run("who pays a site does not certify it", func(t *testing.T) {
		w.also(t, "comptable2", "labels")
		site := w.account(t, "candidat2").SiteID
		w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			colleagues, err := account.Members(ctx, tx, w.account(t, "comptable2").OrganisationID)
			if err != nil {
				return err
			}
			for _, colleague := range colleagues {
				if colleague.Email == w.account(t, "comptable2").Email {
					return account.TakeDuty(ctx, tx, colleague.Person, site, account.DutyPay)
				}
			}
			return nil
		})
		both := w.agent(t, "comptable2")
		both.Visit("/compte")
		both.Press("Prendre ce rôle : " + "Comité des labels (exemple)")
		both.Visit("/labels?file=a-prendre")
		both.Press("Le Passage (exemple)")
		both.Press("Prendre ce dossier")
		both.Shows("La même personne ne peut pas labelliser un lieu et le payer.")
		if both.Status() != http.StatusConflict {
			t.Errorf("answers %d", both.Status())
		}
	})

	t.Run("nobody judges their own organisation", func(t *testing.T) {
		w.also(t, "labels2", "candidat2")
		member := w.agent(t, "labels2")
		member.Visit("/labels?file=a-prendre")
		member.Press("Le Passage (exemple)")
		member.Press("Prendre ce dossier")
		member.Shows("Vous êtes membre de l’organisation qui demande ce label.")
		if member.Status() != http.StatusForbidden {
			t.Errorf("answers %d", member.Status())
		}
		member.Look("label-sa-propre-organisation")
		member.Visit("/labels/lieux/" + w.account(t, "candidat2").SiteID.String())
		member.Choose("Accorder le label")
		member.Fill("Raison", "Visite faite.")
		member.Press("Continuer")
		if member.Status() < http.StatusBadRequest {
			t.Errorf("a decision without application answers %d", member.Status())
		}
	})
}
