package site

import (
	"net/http"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type statementsPage struct {
	web.Page
	List     web.Table
	Pager    web.Pager
	Nothing  web.None
	Waiting  web.Notice
	Chooser  chooser
	Together []web.Link // a month's statements as one document
}

// listStatements answers GET /releves: a line per month and place, the running
// month first.
func listStatements(w http.ResponseWriter, r *web.Request) error {
	page := &statementsPage{
		Page: web.Page{Title: "Relevés"},
		Nothing: web.None{
			Title: "Pas encore de relevé", Text: "Un relevé s’ouvre au premier chèque accepté, et se clôt à la fin du mois.",
			Act: web.Link{Label: "Mes séances", Path: "/seances"},
		},
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		sites, all, err := narrowed(r, q)
		if err != nil {
			return err
		}
		page.Chooser = choosingAny("/releves", all, r.URL.Query().Get("lieu"))
		if page.Waiting, err = waitingAccount(r, q, sites); err != nil {
			return err
		}
		filter := settlement.Filter{After: after, Limit: web.PageSize + 1}
		if len(sites) == 1 {
			filter.Site = sites[0].ID // then the running month is there before its first coupon
		}
		found, err := settlement.Statements(r.Context(), q, filter)
		if err != nil {
			return err
		}
		if len(sites) == 1 && !sites[0].ClosedOn.IsZero() {
			// Nothing more is redeemed there: an empty month is no statement.
			found = slices.DeleteFunc(found, func(one settlement.Statement) bool { return one.State == settlement.Open && one.Coupons == 0 })
		}
		found, more := web.Cut(found)
		page.List = statementTable(found, sites)
		if len(sites) > 1 {
			page.Together = monthsTogether(found)
		}
		if len(found) > 0 {
			page.Pager, err = r.Pager(more, found[len(found)-1].ID)
		}
		page.Pager = page.Pager.Exported(r)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "releves", page.List)
	}
	return web.Render(w, r, http.StatusOK, "statements", page)
}

// statementTable is the list; places are told apart when there are several.
func statementTable(statements []settlement.Statement, sites []label.Site) web.Table {
	table := web.Table{Caption: "Vos relevés, du plus récent au plus ancien", Quiet: true, Columns: []web.Column{{Label: "Mois"}}}
	names := map[db.ID]string{}
	for _, site := range sites {
		names[site.ID] = site.Name
	}
	several := len(sites) > 1
	if several {
		table.Columns = append(table.Columns, web.Column{Label: "Lieu"})
	}
	table.Columns = append(table.Columns, web.Column{Label: "Chèques", Number: true}, web.Column{Label: "Montant", Number: true},
		web.Column{Label: "État"}, web.Column{Label: "Payé au plus tard"})
	for _, statement := range statements {
		row := []web.Cell{web.Head(upperFirst(statement.Month.French())).To("/releves/"+statement.ID.String(), names[statement.Site])}
		if several {
			row = append(row, web.Text(names[statement.Site]))
		}
		due := web.Day(statement.DueOn)
		if statement.State == settlement.Paid {
			due = web.Day(statement.PaidOn).Noted("payé")
		} else if statement.State == settlement.Open {
			due = web.Text("")
		}
		state := stateOf(statement.State)
		table.Rows = append(table.Rows, append(row, web.Whole(statement.Coupons), web.Amount(statement.Amount), web.InState(state.Kind, state.Word), due))
	}
	return table
}

// stateOf is where a statement stands, in the words of the site.
func stateOf(state settlement.State) web.State {
	kinds := map[settlement.State]string{settlement.Closed: "wait", settlement.Sent: "wait", settlement.Paid: "ok", settlement.Rejected: "no"}
	word := state.French()
	if state == settlement.Open {
		word = "Mois en cours"
	}
	return web.State{Kind: kinds[state], Word: word}
}

// clock draws the legal delay.
type clock struct {
	Width          int // of 300
	Label, Caption string
}

func clockOf(statement settlement.Statement, today civil.Date) *clock {
	if statement.State == settlement.Open || statement.State == settlement.Paid {
		return nil
	}
	const whole = 300
	day := min(max(statement.DayOf(today), 0), settlement.LegalDelay)
	left := today.DaysUntil(statement.DueOn)
	told := "Il reste " + count(left, "jour", "jours") + "."
	if left < 0 {
		told = "Le délai est dépassé de " + count(-left, "jour", "jours") + "."
	}
	caption := "Jour " + itoa(day) + " sur " + itoa(settlement.LegalDelay) + ". " + told
	return &clock{Width: whole * day / settlement.LegalDelay, Label: caption, Caption: caption}
}

// due is the heading of the side: when the site is paid.
func due(statement settlement.Statement) string {
	switch statement.State {
	case settlement.Open:
		return "Payé après la fin du mois"
	case settlement.Paid:
		return "Payé le " + statement.PaidOn.FrenchLong()
	}
	return "Payé au plus tard le " + statement.DueOn.FrenchLong()
}

// dayOf is an instant's day at a place.
func dayOf(instant time.Time, site label.Site) civil.Date { return civil.DateOf(instant, site.Zone()) }

// owed is "400 € vous sont dus" or, while the month runs, what it comes to.
func owed(statement settlement.Statement) string {
	month := upperFirst(statement.Month.French())
	const two = 200 // cents: the plural begins with two
	switch {
	case statement.State == settlement.Open:
		return month + "\u00a0: " + statement.Amount.Short() + " à ce jour"
	case statement.State == settlement.Paid:
		return month + "\u00a0: " + statement.Amount.Short() + agree(statement.Amount >= two, " payé", " payés")
	}
	return month + "\u00a0: " + statement.Amount.Short() + agree(statement.Amount >= two, " vous est dû", " vous sont dus")
}

func agree(many bool, singular, plural string) string {
	if many {
		return plural
	}
	return singular
}

// part is a share of a sum in hundredths: "50 %", "33,3 %".
func part(share, whole money.Cents) string {
	if whole == 0 {
		return "–"
	}
	thousandths := (2000*int64(share)/int64(whole) + 1) / 2
	told := itoa(int(thousandths / 10))
	if rest := thousandths % 10; rest != 0 {
		told += "," + itoa(int(rest))
	}
	return told + "\u00a0%"
}
