package desk_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/holder"
)

func TestAPathwayIsProposedAcceptedAndFinishedAtTheCounter(t *testing.T) {
	w := newWorld(t)
	var known holder.Holder
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) (err error) {
		known, err = holder.Register(ctx, tx, holder.New{Name: "Monique"})
		return err
	})
	client := w.client(w.agent)
	page := client.Get("/guichet/personnes/" + known.ID.String()).Must(http.StatusOK).Follow("Son parcours").Must(http.StatusOK)
	page = page.Submit("Proposer un parcours", nil).Must(http.StatusOK).Shows("Proposé, à regarder avec la personne")
	page = page.Submit("Accepter ce parcours", url.Values{"ateliers": {"mailbox", "formality"}}).Must(http.StatusOK).Shows("Suivi depuis son accord")
	page.Submit("Arrêter le parcours", url.Values{"reason": {""}}).Must(http.StatusUnprocessableEntity)
	page.Submit("Finir le parcours", nil).Must(http.StatusOK).Shows("Terminé")
}
