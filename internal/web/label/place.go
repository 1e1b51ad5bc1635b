package label

import (
	"net/http"
	"slices"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type sitePage struct {
	web.Page
	Site    label.Site
	State   web.State
	Facts   []web.Line
	History web.Table
	Decides bool // the actor may decide
	Choices []web.Option
	Today   string
	Public  web.Link
	Applied web.Table // the applications that cover it
	Poster  string    // while it holds the label
}

// showSite answers GET /labels/lieux/{id}.
func showSite(w http.ResponseWriter, r *web.Request) error {
	return showSiteWith(w, r, web.NewForm())
}

func showSiteWith(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	var site label.Site
	var decisions []label.Decision
	var applications []label.Application
	var keeper string
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if site, err = readable(r, q, id); err != nil {
			return err
		}
		if decisions, err = label.Decisions(r.Context(), q, id); err != nil {
			return err
		}
		if account.May(r.Actor(), account.ActApplicationRead) {
			if applications, err = label.ApplicationsFor(r.Context(), q, id); err != nil {
				return err
			}
		}
		keeper, err = keeperOf(r, q, site)
		return err
	}); err != nil {
		return err
	}
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	page := &sitePage{
		Page: web.Page{Title: site.Name + ", " + site.CommuneName, Form: form, Back: web.Link{Label: "Les lieux et leur label", Path: "/labels/lieux"}},
		Site: site, State: stateOf(site, today), Facts: facts(site, keeper), History: history(decisions),
		Decides: account.May(r.Actor(), account.ActLabelDecide) && !site.Organisation.IsZero(), Today: today.String(),
		Public: web.Link{Label: "Voir la page publique du lieu", Path: "/lieux/" + site.ID.String()},
	}
	page.Choices = choices(site, today)
	sent := slices.DeleteFunc(applications, func(a label.Application) bool { return a.SentAt.IsZero() })
	page.Applied = queueTable(sent, today)
	if site.LabelledOn(today) {
		page.Poster = "/labels/lieux/" + id.String() + "/affiche"
	}
	return web.Render(w, r, form.Status(), "place", page)
}

// readable reads a site that the actor may see here: any, or their own. Faults:
// unknown_place, other_organisation.
func readable(r *web.Request, q db.Q, id db.ID) (label.Site, error) {
	site, err := label.SiteByID(r.Context(), q, id)
	if err != nil {
		return label.Site{}, err
	}
	if r.Actor().Role == account.RoleSite && site.Organisation != r.Actor().Organisation {
		return label.Site{}, account.ErrOtherOrganisation
	}
	return site, account.Require(r.Actor(), account.ActLabelRead, site.Organisation)
}

func keeperOf(r *web.Request, q db.Q, site label.Site) (string, error) {
	if site.Organisation.IsZero() {
		return "", nil
	}
	organisation, err := account.OrganisationByID(r.Context(), q, site.Organisation)
	return organisation.Name, err
}

// choices are the decisions that can be taken from where the site stands.
func choices(site label.Site, today civil.Date) []web.Option {
	grant := web.Option{Value: "grant", Label: "Accorder le label", Hint: "Pour trois ans à partir de la date de la décision."}
	if !site.LabelledOn(today) || site.Label.State != label.Granted {
		return []web.Option{grant}
	}
	grant.Label = "Renouveler le label"
	return []web.Option{grant, {Value: "withdraw", Label: "Retirer le label", Hint: "À partir de la date de la décision, le lieu ne peut plus recevoir de chèques."}}
}

func facts(site label.Site, keeper string) []web.Line {
	lines := []web.Line{{Label: "Adresse", Value: site.AddressLine()}}
	if keeper == "" {
		keeper = "Aucune : rattachez d’abord le lieu à une organisation."
	}
	lines = append(lines, web.Line{Label: "Organisation", Value: keeper})
	if site.Telephone != "" {
		lines = append(lines, web.Line{Label: "Téléphone", Value: site.TelephoneText()})
	}
	if len(site.Services) > 0 {
		lines = append(lines, web.Line{Label: "Services", Value: strings.Join(place.Services.Labels(site.Services), ", ")})
	}
	if site.Label.State != label.None {
		lines = append(lines, web.Line{Label: "Label", Value: "du " + site.Label.From.FrenchLong() + " au " + site.Label.Until.FrenchLong()})
	}
	return lines
}

func history(decisions []label.Decision) web.Table {
	made := web.Table{
		Caption: "Décisions", Quiet: true,
		Columns: []web.Column{{Label: "Date"}, {Label: "Décision"}, {Label: "Raison"}, {Label: "Label jusqu’au"}},
	}
	for _, decision := range decisions {
		made.Rows = append(made.Rows, []web.Cell{
			web.Day(decision.On), web.Head(verb(decision.Verb)), web.Text(decision.Reason), web.Day(decision.Until),
		})
	}
	return made
}

// verb is a decision as a table names it.
func verb(word string) string {
	return map[string]string{
		"grant": "Label accordé", "withdraw": "Label retiré", "suspend": "Label suspendu", "resume": "Suspension levée", "prolong": "Label prolongé", "leave": "Le lieu est parti",
	}[word]
}
