package territory

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type twinsPage struct {
	web.Page
	States, Steps []web.Option
	List          web.Table
	Pager         web.Pager
	Empty         web.None
	Count         int
	Proposed      bool // those that wait are listed
}

// The words of the list's filters.
const (
	twinsMerged = "reunis"
	twinsApart  = "a-part"
	twinsSure   = "presque-surs"
	twinsLikely = "probables"
	twinsAlike  = "possibles"
)

// listTwins answers GET /doublons: the pairs of places that may be one, the
// surest first, and those on which somebody decided.
func listTwins(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	filter := twinFilter(form)
	if err := r.After(&filter.After.Score, &filter.After.ID); err != nil {
		return err
	}
	filter.Limit = web.PageSize + 1
	if r.WantsCSV() {
		filter.Limit = 100_000
	}
	page := &twinsPage{
		Page: web.Page{Title: "Les lieux en double", Form: form},
		States: []web.Option{
			{Value: "", Label: "À regarder"}, {Value: twinsMerged, Label: "Réunis"}, {Value: twinsApart, Label: "Gardés à part"},
		},
		Steps: []web.Option{
			{Value: "", Label: "Toutes"}, {Value: twinsSure, Label: "Presque sûres"}, {Value: twinsLikely, Label: "Probables"}, {Value: twinsAlike, Label: "Possibles"},
		},
		Empty:    web.None{Title: "Aucune paire de lieux ici", Text: "Après chaque import et chaque nuit, le programme compare les lieux proches. Ceux qui se ressemblent apparaissent ici."},
		Proposed: filter.State == place.TwinProposed,
	}
	var twins []place.Twin
	if form.Valid() {
		err = view(r, func(q db.Q) error {
			if twins, err = place.Twins(r.Context(), q, filter); err != nil {
				return err
			}
			if page.Count, err = place.CountTwins(r.Context(), q, filter); err != nil {
				return err
			}
			names, err := deciders(r, q, twins)
			if err != nil {
				return err
			}
			if r.WantsCSV() {
				page.List = twinsFile(twins, names)
				return nil
			}
			kept, more := web.Cut(twins)
			page.List = twinsTable(kept, names, filter.State)
			var last place.TwinCursor
			if more {
				last = kept[len(kept)-1].Cursor()
			}
			page.Pager, err = r.Pager(more, last.Score, last.ID)
			return err
		})
		if err != nil {
			return err
		}
	}
	if r.WantsCSV() && form.Valid() {
		return web.CSV(w, r, "doublons", page.List)
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, form.Status(), "twins", page)
}

// twinFilter reads the list's filters.
func twinFilter(form *web.Form) place.TwinFilter {
	filter := place.TwinFilter{State: place.TwinProposed}
	switch form.Value("etat") {
	case twinsMerged:
		filter.State = place.TwinMerged
	case twinsApart:
		filter.State = place.TwinApart
	}
	switch form.Value("ressemblance") {
	case twinsSure:
		filter.From = place.AlmostSure
	case twinsLikely:
		filter.From, filter.Below = place.Likely, place.AlmostSure
	case twinsAlike:
		filter.From, filter.Below = place.Alike, place.Likely
	}
	if code := form.Text("territoire"); code != "" {
		var err error
		if filter.Territory, err = geography.ParseTerritory(code); err != nil {
			form.Wrong("territoire", "unknown_territory", fault.Of(err).Message)
		}
	}
	return filter
}

// deciders are the names of the organisations that decided.
func deciders(r *web.Request, q db.Q, twins []place.Twin) (map[db.ID]string, error) {
	names := map[db.ID]string{}
	for _, twin := range twins {
		if by := twin.Decision.Organisation; !by.IsZero() {
			if err := learn(r, q, names, by); err != nil {
				return nil, err
			}
		}
	}
	return names, nil
}

// twinsTable lists pairs on screen.
func twinsTable(twins []place.Twin, names map[db.ID]string, state place.TwinState) web.Table {
	table := web.Table{Caption: "Les paires, les plus sûres d’abord", Quiet: true, Columns: []web.Column{{Label: "Ressemblance"}}}
	if state != place.TwinProposed {
		table.Caption, table.Columns = "Les décisions, la dernière d’abord", []web.Column{{Label: "Décision"}}
	}
	table.Columns = append(table.Columns, web.Column{Label: "Un lieu"}, web.Column{Label: "L’autre lieu"})
	if state == place.TwinProposed {
		table.Columns = append(table.Columns, web.Column{Label: "Ce qui les rapproche"}, web.Column{Label: "Ce qui les sépare"})
	} else {
		table.Columns = append(table.Columns, web.Column{Label: "Décidé le"}, web.Column{Label: "Par"})
	}
	for _, twin := range twins {
		path, about := "/doublons/"+twin.ID.String(), twin.One.Name+" et "+twin.Other.Name
		if state == place.TwinProposed {
			table.Rows = append(table.Rows, []web.Cell{
				web.Head(strconv.Itoa(twin.Score)+" sur 100").To(path, about).Noted(twin.Words()), twinCell(twin.One), twinCell(twin.Other),
				web.Text(reasonsFor(twin, true)), web.Text(reasonsFor(twin, false)),
			})
			continue
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(decided(twin)).To(path, about).Noted(place.ApartReasons.Label(twin.Decision.Reason)), twinCell(twin.One), twinCell(twin.Other),
			web.Day(civil.DateOf(twin.Decision.At, civil.Paris)), web.Text(decider(twin, names)),
		})
	}
	return table
}

// twinCell is a place in a list of pairs: its name, where it is, who says it.
func twinCell(p place.TwinPlace) web.Cell {
	return web.Text(p.Name).Noted(strings.Join(nonEmpty(p.Address, p.PostalCode+" "+p.CommuneName, saidBy(p.Source, p.UpdatedOn)), ", "))
}

// saidBy is a source with its date: "Hinaura, le 3 mars 2022".
func saidBy(source string, on civil.Date) string {
	if source == "" {
		source = "saisi ici"
	}
	if on.IsZero() {
		return source + ", sans date"
	}
	return source + ", le " + on.FrenchLong()
}

func nonEmpty(texts ...string) []string {
	var kept []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// reasonsFor are the reasons that speak for one place, or for two.
func reasonsFor(twin place.Twin, one bool) string {
	var told []string
	for _, reason := range twin.Reasons {
		if reason.For() != one {
			continue
		}
		says := reason.Says()
		if len(told) > 0 { // in one sentence
			letter, size := utf8.DecodeRuneInString(says)
			says = string(unicode.ToLower(letter)) + says[size:]
		}
		told = append(told, says)
	}
	return strings.Join(told, ", ")
}

func decided(twin place.Twin) string {
	switch twin.State {
	case place.TwinMerged:
		return "Réunis"
	case place.TwinApart:
		return "Gardés à part"
	}
	return "À regarder"
}

func decider(twin place.Twin, names map[db.ID]string) string {
	if name := names[twin.Decision.Organisation]; name != "" {
		return name
	}
	if twin.Decision.ID.IsZero() {
		return ""
	}
	return "L’équipe technique"
}

// twinsFile lists pairs for a spreadsheet.
func twinsFile(twins []place.Twin, names map[db.ID]string) web.Table {
	table := web.Table{}
	for _, label := range []string{
		"Identifiant", "Ressemblance", "En mots", "État", "Nom 1", "Adresse 1", "Commune 1", "Source 1", "Date 1", "Nom 2", "Adresse 2", "Commune 2", "Source 2", "Date 2",
		"Rapproche", "Sépare", "Décidé le", "Par", "Pourquoi à part",
	} {
		table.Columns = append(table.Columns, web.Column{Label: label})
	}
	for _, twin := range twins {
		row := []web.Cell{web.Text(twin.ID.String()), web.Whole(twin.Score), web.Text(twin.Words()), web.Text(decided(twin))}
		for _, p := range []place.TwinPlace{twin.One, twin.Other} {
			row = append(row, web.Text(p.Name), web.Text(p.Address), web.Text(strings.TrimSpace(p.PostalCode+" "+p.CommuneName)), web.Text(p.Source), day(p.UpdatedOn))
		}
		on := civil.Date{}
		if !twin.Decision.At.IsZero() {
			on = civil.DateOf(twin.Decision.At, civil.Paris)
		}
		table.Rows = append(table.Rows, append(row, web.Text(reasonsFor(twin, true)), web.Text(reasonsFor(twin, false)), day(on),
			web.Text(decider(twin, names)), web.Text(place.ApartReasons.Label(twin.Decision.Reason))))
	}
	return table
}

func day(on civil.Date) web.Cell {
	if on.IsZero() {
		return web.Text("")
	}
	return web.Day(on)
}

// twinsWaiting is how many pairs wait for somebody of this role; zero for who
// does not decide on them.
func twinsWaiting(r *web.Request, q db.Q) (int, error) {
	if !account.May(r.Actor(), account.ActPlaceMerge) {
		return 0, nil
	}
	count, err := place.CountTwins(r.Context(), q, place.TwinFilter{})
	if fault.HasCode(err, account.ErrNoTerritory.Code) {
		return 0, nil
	}
	return count, err
}
