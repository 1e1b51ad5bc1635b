package admin

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/web"
)

type organisationsPage struct {
	web.Page
	Roles     []web.Option
	List      web.Table
	Nothing   web.None
	Pager     web.Pager
	MayCreate bool
}

// listOrganisations answers GET /administration/organisations, filtered by
// name and role; ?format=csv is the same list as a file.
func listOrganisations(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	filter := account.OrganisationFilter{Text: form.Text("nom"), Role: form.Value("role"), Limit: web.PageSize + 1}
	if err := r.After(&filter.After); err != nil {
		return err
	}
	if r.WantsCSV() {
		const all = 100_000
		filter.Limit = all
	}
	var found []account.Organisation
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		found, err = account.Organisations(r.Context(), q, filter)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "organisations", organisationTable(found))
	}
	page := &organisationsPage{
		Page: web.Page{Title: "Organisations", Form: form}, Roles: append([]web.Option{{Label: "Tous les rôles"}}, roleOptions(account.Roles)...),
		Nothing:   web.None{Title: "Aucune organisation ne répond", Text: "Essayez une partie du nom, ou un autre rôle.", Act: web.Link{Label: "Voir toutes les organisations", Path: r.URL.Path}},
		MayCreate: account.May(r.Actor(), account.ActOrganisationCreate),
	}
	shown, more := web.Cut(found)
	page.List = organisationTable(shown)
	if len(shown) > 0 {
		if page.Pager, err = r.Pager(more, shown[len(shown)-1].ID); err != nil {
			return err
		}
		page.Pager = page.Pager.Exported(r)
	}
	return web.Render(w, r, form.Status(), "organisations", page)
}

func organisationTable(found []account.Organisation) web.Table {
	table := web.Table{
		Caption: "Organisations", Quiet: true,
		Columns: []web.Column{{Label: "Organisation"}, {Label: "Dans le programme"}, {Label: "Commune"}, {Label: "Téléphone"}},
	}
	for _, one := range found {
		place := ""
		if commune, err := geography.CommuneByCode(one.Commune); err == nil {
			place = commune.Label()
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(one.Name).To("/administration/organisations/" + one.ID.String()), web.Text(roleNames(one.Roles)), web.Text(place), web.Text(one.Telephone),
		})
	}
	return table
}

func roleOptions(roles []string) []web.Option {
	options := make([]web.Option, len(roles))
	for i, role := range roles {
		options[i] = web.Option{Value: role, Label: account.RoleName(role)}
	}
	return options
}

type newOrganisationPage struct {
	web.Page
	Roles       []web.Option
	Territories []web.Option
}

// newOrganisation answers GET /administration/organisations/nouvelle.
func newOrganisation(w http.ResponseWriter, r *web.Request) error {
	return renderNewOrganisation(w, r, web.NewForm())
}

// The extents that an authority may have, told from its commune.
const (
	extentNone        = ""
	extentCommune     = "commune"
	extentEPCI        = "epci"
	extentDepartement = "departement"
	extentRegion      = "region"
	extentCountry     = "pays"
)

func renderNewOrganisation(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	return web.Render(w, r, form.Status(), "organisation-new", &newOrganisationPage{
		Page:  web.Page{Title: "Nouvelle organisation", Layout: web.Ask, Form: form, Back: web.Link{Label: "Organisations", Path: "/administration/organisations"}},
		Roles: roleOptions(account.Roles),
		Territories: []web.Option{
			{Value: extentNone, Label: "Aucun"},
			{Value: extentCommune, Label: "Sa commune"},
			{Value: extentEPCI, Label: "Son intercommunalité"},
			{Value: extentDepartement, Label: "Son département"},
			{Value: extentRegion, Label: "Sa région"},
			{Value: extentCountry, Label: "La France"},
		},
	})
}

// createOrganisation answers POST /administration/organisations/nouvelle.
func createOrganisation(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	commune := form.Commune("commune", "Écrivez la commune de l’organisation")
	asked := account.Organisation{
		Name: form.Text("name"), SIRET: form.Text("siret"), Commune: commune.Code, Telephone: form.Text("telephone"), Email: form.Text("email"),
		Roles: form.Values("roles"), Territory: territoryOf(commune, form.Value("territory")),
	}
	if asked.Territory == "" && form.Value("territory") != extentNone && commune.Code != "" {
		form.Wrong("territory", "unknown_territory", "Cette commune n’a pas ce territoire. Choisissez-en un autre.")
	}
	if !form.Valid() {
		return renderNewOrganisation(w, r, form)
	}
	var made db.ID
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		made, err = db.Once(r.Context(), tx, form.Key(r), same, func(id db.ID) (db.ID, error) {
			asked.ID = id
			_, err := account.CreateOrganisation(r.Context(), tx, asked)
			return id, err
		})
		return err
	})
	if form.Refused(err) {
		return renderNewOrganisation(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/administration/organisations/"+made.String())
}

// same answers a form sent twice with what the first one made.
func same(id db.ID) (db.ID, error) { return id, nil }

func territoryOf(commune geography.Commune, extent string) string {
	switch extent {
	case extentCommune:
		return commune.Code
	case extentEPCI:
		return commune.EPCI
	case extentDepartement:
		return commune.Departement
	case extentRegion:
		return "R" + commune.Region
	case extentCountry:
		return "FR"
	}
	return ""
}
