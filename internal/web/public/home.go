package public

import (
	"net/http"

	"passerelle/internal/web"
)

// door leads someone who works with the programme to where they work.
type door struct{ Label, Path, Text string }

type homePage struct {
	web.Page
	Figures []web.Figure
	Doors   []door
	Work    web.Link // where the person who is signed in works
}

// showHome answers GET /.
func (c *tally) showHome(w http.ResponseWriter, r *web.Request) error {
	page := &homePage{Page: web.Page{
		Title: "Trouver de l’aide près de chez moi", Layout: web.Bare, Menu: "/", Form: web.NewForm(),
		Summary: "Un papier à remplir en ligne, une adresse à créer : trouvez qui vous aide, près de chez vous.",
	}, Doors: doors}
	found, err := c.now(r)
	if err != nil {
		return err
	}
	page.Figures = found.figures()
	if r.SignedIn() {
		page.Doors = nil
		if first := r.App.FirstPage(r.Actor().Role); first != "/" {
			page.Work = web.Link{Label: "Reprendre mon travail", Path: first}
		}
	}
	return web.Render(w, r, http.StatusOK, "home", page)
}

// doors are by what people do, not by what the programme calls their role.
var doors = []door{
	{"J’accueille au guichet", "/connexion?retour=/accueil", "Repérer, trouver une place, remettre un carnet."},
	{"J’anime des ateliers", "/connexion?retour=/seances", "Mes séances, les présences, lire un chèque."},
	{"Je pilote un territoire", "/connexion", "Commandes, carnets remis, chèques utilisés."},
	{"Je finance ou je contrôle", "/connexion", "Ce que chaque euro a fait, jusqu’au chèque."},
	{"Je demande le label", "/label", "Les critères, le délai, comment faire."},
	{"Je labellise des lieux", "/connexion?retour=/labels", "Une file avec son délai, des critères publics."},
	{"Je paie les lieux", "/connexion", "Relevés, paiements, argent reçu."},
}

// figures are the counted numbers; each leads to what it counts.
func (c counted) figures() []web.Figure {
	shown := []web.Figure{
		{Number: web.Whole(c.places).Text, Label: ofMany(c.places, "lieu où l’on vous aide", "lieux où l’on vous aide"), Path: "/lieux"},
		{Number: web.Whole(c.labelled).Text, Label: ofMany(c.labelled, "lieu labellisé, où les chèques servent", "lieux labellisés, où les chèques servent"), Path: "/lieux?label=oui"},
	}
	if handed := c.turnover.handed; handed > 0 {
		shown = append(shown, web.Figure{Number: web.Whole(int(100 * c.turnover.used / handed)).Text, Label: "chèques utilisés sur 100 remis", Path: "/programme#cheques"})
	}
	if received := c.turnover.received; received > 0 {
		shown = append(shown, web.Figure{Number: received.Short(), Label: "reçus et comptés, ligne à ligne", Path: "/programme#argent"})
	}
	return shown
}

// ofMany is what a number counts: in French, many from two on.
func ofMany(count int, one, many string) string {
	if count < 2 {
		return one
	}
	return many
}
