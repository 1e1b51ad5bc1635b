package desk_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// Everything sent to a person is on their page, goes out again, and stops when
// they say so; who never used their booklet is called; letters are printed.
func TestWhatWasSentIsShownSentAgainAndStopped(t *testing.T) {
	w := newWorld(t)
	who := w.register(holder.New{Name: "Monique", Telephone: "06 39 98 41 22", Consent: true})
	postal := w.register(holder.New{Name: "Marcel", Address: "1 rue de l’Exemple\n23000 Guéret", Consent: true, Manner: holder.Manner{LargePrint: true}})
	stock := w.stock(1)
	var booked [2]workshop.Booking
	w.Clock.Set(dbtest.Start.AddDate(0, 0, -40))
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) (err error) {
		if _, err = voucher.HandOver(ctx, tx, voucher.Handover{ID: tx.NewID(), Number: stock[0].Number, Holder: who.ID}); err != nil {
			return err
		}
		for i, one := range []holder.Holder{who, postal} {
			if booked[i], err = workshop.Book(ctx, tx, workshop.Reservation{ID: tx.NewID(), Session: w.sessions[1].ID, Holder: one.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	w.Clock.Set(dbtest.Start)
	w.do(job.Actor, func(ctx context.Context, tx *db.Tx) error {
		for _, one := range booked {
			if _, err := notify.TellSeat(ctx, tx, notify.Confirmation, one.ID, "05 36 49 12 00"); err != nil {
				return err
			}
		}
		return nil
	})
	tab := apptest.NewTab(t, w.server.URL, apptest.WithoutScript)
	tab.Visit("/entrer/" + w.tokens[w.agent.ID])
	tab.Visit("/guichet/courriers")
	tab.Look("courriers")
	tab.Press("Imprimer 1 courrier")
	tab.Look("courriers-imprimes")
	tab.PDF("courrier")
	tab.Visit("/guichet/personnes/" + who.ID.String() + "/messages")
	tab.Look("messages")
	tab.Press("Ne plus rien envoyer")
	tab.Look("messages-arretes")

	client := w.client(w.agent)
	client.Get("/guichet/appels").Shows("Monique À appeler").Shows("06 39 98 41 22").Shows("Depuis plus de 30 jours")
	tab.Visit("/guichet/appels")
	tab.Look("appels")
	tab.Press("Pas de réponse, Monique")
	tab.Look("appels-notes")
	client.Get("/guichet/appels").Shows("Pas de réponse Appel du 24 novembre 2026")
	w.Clock.Advance(time.Minute)
	tab.Press("Ne veut pas, Monique")
	page := client.Get("/guichet/appels").Shows("Ne veut pas")
	if page.Count("form button[name=resultat]") != 0 {
		t.Error("who does not want is still to be called")
	}
	// Another counter reads nothing of it.
	w.client(w.stranger).Get("/guichet/personnes/" + who.ID.String() + "/messages").Must(404)
}
