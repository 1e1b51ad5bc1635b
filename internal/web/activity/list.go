package activity

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/report"
	"passerelle/internal/web"
)

// mostMonths is how far back the list proposes a month.
const mostMonths = 24

type listPage struct {
	web.Page
	Months, Ways, Themes, Coupons, Kinds []web.Option
	Figures                              []web.Figure
	ByTheme, List                        web.Table
	Empty                                web.None
	Pager                                web.Pager
	MayRecord, MayExport                 bool
	Month                                string
	When                                 string
}

// The words of the filters.
var (
	wayOptions = []web.Option{
		{Label: "Toutes"}, {Value: report.ByActivity, Label: "Aides notées"}, {Value: report.BySession, Label: "Séances tenues"},
		{Value: report.ByCoupon, Label: "Chèques pris sans séance"},
	}
	couponOptions = []web.Option{{Label: "Avec ou sans"}, {Value: "with", Label: "Avec chèque"}, {Value: "without", Label: "Sans chèque"}}
)

// list answers GET /aides: a month of help given, with its figures.
func list(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page := &listPage{
		Page: web.Page{Title: "Les aides données", Form: form}, Ways: wayOptions, Coupons: couponOptions,
		Themes: append([]web.Option{{Label: "Tous"}}, options(activity.Themes)...), Kinds: append([]web.Option{{Label: "Tous"}}, options(activity.Kinds)...),
		MayRecord: account.May(r.Actor(), account.ActActivityRecord), MayExport: account.May(r.Actor(), account.ActActivityRead),
	}
	var day string
	var last db.ID
	if err := r.After(&day, &last); err != nil {
		return err
	}
	more := false
	err = view(r, func(q db.Q) error {
		month, err := page.month(r, q)
		if err != nil {
			return err
		}
		filter := report.HelpFilter{Period: month.Period(), Way: form.Value("type"), Theme: form.Value("theme"), Coupon: form.Value("cheque"), Kind: form.Value("genre")}
		helps, err := report.Helps(r.Context(), q, filter)
		if err != nil {
			return err
		}
		page.figures(report.Sum(helps))
		if !r.WantsCSV() && !r.WantsXLSX() {
			helps, more = cut(helps, day, last)
		}
		if more {
			day, last = helps[len(helps)-1].Day.String(), helps[len(helps)-1].ID
		}
		page.List, err = table(r, q, helps)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() || r.WantsXLSX() {
		return web.File(w, r, "aides-"+page.Month, page.List)
	}
	page.Empty = web.None{Title: "Aucune aide ne répond à ce choix", Text: "Une aide apparaît ici dès qu’elle est notée, ou que les présences d’une séance sont remplies."}
	if page.MayRecord {
		page.Empty.Act = web.Link{Label: "Noter une aide", Path: "/aides/nouvelle"}
	}
	if page.Pager, err = r.Pager(more, day, last); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r).InWorkbook(r)
	return web.Render(w, r, form.Status(), "list", page)
}

// month is the one asked for, this one when none is.
func (p *listPage) month(r *web.Request, q db.Q) (civil.Month, error) {
	zone, err := zoneOf(r, q)
	if err != nil {
		return civil.Month{}, err
	}
	month := civil.MonthOf(q.Now(), zone)
	for one, count := month, 0; count < mostMonths; one, count = one.Previous(), count+1 {
		p.Months = append(p.Months, web.Option{Value: one.String(), Label: one.French()})
	}
	if text := p.Form.Value("mois"); text != "" {
		if month, err = civil.ParseMonth(text); err != nil {
			return civil.Month{}, fault.ErrMalformed
		}
	}
	p.Form.Set("mois", month.String())
	p.Month, p.When = month.String(), month.French()
	return month, nil
}

// cut keeps one page of helps, after a day and an ID.
func cut(helps []report.Help, day string, last db.ID) (page []report.Help, more bool) {
	if day != "" {
		from := slices.IndexFunc(helps, func(h report.Help) bool {
			return cmp.Or(cmp.Compare(day, h.Day.String()), slices.Compare(last[:], h.ID[:])) > 0
		})
		if from < 0 {
			return nil, false
		}
		helps = helps[from:]
	}
	if len(helps) <= web.PageSize {
		return helps, false
	}
	return helps[:web.PageSize], true
}

// figures tells what the list adds up to; each leads to what it counts.
func (p *listPage) figures(sum report.HelpFigures) {
	to := func(name, value string) string { return "/aides?mois=" + p.Month + "&" + name + "=" + value + "#aides" }
	p.Figures = []web.Figure{
		{Number: strconv.Itoa(sum.People), Label: "personnes aidées", Path: to("cheque", "")},
		{Number: lasting(sum.Minutes), Label: "d’aide", Path: to("type", "")},
		{Number: strconv.Itoa(sum.WithCoupon), Label: "avec un chèque", Path: to("cheque", "with")},
		{Number: strconv.Itoa(sum.Without()), Label: "sans chèque", Path: to("cheque", "without")},
	}
	p.ByTheme = web.Table{
		Caption: "Par thème", Note: "Une aide de deux thèmes compte dans les deux. Une personne aidée deux fois compte deux fois.",
		Columns: []web.Column{{Label: "Thème"}, {Label: "Personnes", Number: true}, {Label: "Part", Quiet: true}},
	}
	for _, theme := range activity.Themes {
		if people := sum.ByTheme[theme.Code]; people > 0 {
			p.ByTheme.Rows = append(p.ByTheme.Rows, []web.Cell{
				web.Head(theme.Label).To(to("theme", theme.Code)), web.Whole(people), web.Drawn(web.Bar{Value: int64(people), Most: int64(sum.People)}),
			})
		}
	}
}

// table lists helps; who reads several organisations' is told whose each is.
func table(r *web.Request, q db.Q, helps []report.Help) (web.Table, error) {
	several := account.Everywhere(r.Actor(), account.ActFigureRead)
	made := web.Table{Caption: "Les aides, la dernière d’abord", Columns: []web.Column{
		{Label: "Jour"}, {Label: "Aide"}, {Label: "Personnes", Number: true}, {Label: "Avec chèque", Number: true}, {Label: "Durée"}, {Label: "Thèmes"}, {Label: "Où"},
	}}
	if several {
		made.Columns = append(made.Columns, web.Column{Label: "Organisation"})
	}
	var ids []db.ID
	for _, help := range helps {
		ids = append(ids, help.Place)
	}
	known, err := place.ByIDs(r.Context(), q, ids)
	if err != nil {
		return made, err
	}
	places := map[db.ID]string{}
	for _, one := range known {
		places[one.ID] = one.Name
	}
	names := map[db.ID]string{}
	for _, help := range helps {
		row := []web.Cell{
			web.Day(help.Day), name(r, help), web.Whole(help.People), web.Whole(help.WithCoupon), web.Text(durationOf(help)),
			web.Text(joined(activity.Themes.Labels(help.Themes))), web.Text(places[help.Place]),
		}
		if several {
			if _, told := names[help.Organisation]; !told {
				whose, err := account.OrganisationByID(r.Context(), q, help.Organisation)
				if err != nil && fault.KindOf(err) != fault.NotFound {
					return made, err
				}
				names[help.Organisation] = whose.Name
			}
			row = append(row, web.Text(names[help.Organisation]))
		}
		made.Rows = append(made.Rows, row)
	}
	return made, nil
}

func durationOf(help report.Help) string {
	if help.Minutes == 0 {
		return ""
	}
	return lasting(help.Minutes)
}

// name tells what a help was, and leads to it for who may open it.
func name(r *web.Request, help report.Help) web.Cell {
	own := help.Organisation == r.Actor().Organisation
	what := activity.Kinds.Label(help.Kind)
	if help.Title != "" {
		what = help.Title
	}
	cell := web.Head(what)
	switch {
	case help.Way == report.ByActivity && account.May(r.Actor(), account.ActActivityRead) && (own || account.Everywhere(r.Actor(), account.ActActivityRead)):
		return cell.To(path(help.ID, ""), "du", help.Day.FrenchLong())
	case help.Way == report.BySession && own && r.Actor().Role == account.RoleSite:
		return cell.To("/seances/"+help.ID.String(), "du", help.Day.FrenchLong())
	case help.Way == report.ByCoupon && own && account.May(r.Actor(), account.ActActivityRecord):
		return web.Head("Chèque pris sans séance").To("/aides/nouvelle?passage="+help.ID.String(), "du", help.Day.FrenchLong()).Noted("Dire de quoi il s’agissait")
	case help.Way == report.ByCoupon:
		return web.Head("Chèque pris sans séance")
	}
	return cell
}

// export answers GET /aides/la-coop: the month in the columns of La Coop.
func export(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	month, err := civil.ParseMonth(form.Value("mois"))
	if err != nil {
		return fault.ErrMalformed
	}
	format, kind := exchange.FormatCSV, "text/csv; charset=utf-8"
	if r.WantsXLSX() {
		format, kind = exchange.FormatXLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	var lines []report.HelpLine
	if err := view(r, func(q db.Q) (err error) {
		lines, err = report.HelpLines(r.Context(), q, report.HelpFilter{Period: month.Period()})
		return err
	}); err != nil {
		return err
	}
	var file bytes.Buffer
	if err := exchange.ExportActivities(&file, format, lines); err != nil {
		return err
	}
	return web.Download(w, kind, "activites-"+month.String()+"."+format, file.Bytes())
}
