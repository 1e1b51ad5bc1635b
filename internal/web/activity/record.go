package activity

import (
	"net/http"
	"slices"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

// question is one of what may be told of the people, as one choice or as numbers.
type question struct {
	Name, Label string
	Options     []web.Option // for one person
	Counts      []web.Option // for several: the names of the number fields
}

type recordPage struct {
	web.Page
	Kind      string
	Kinds     []web.Link // the two others
	Group     bool
	Concerned string // whom, or which coupon, it is about
	Hidden    []web.Option
	Themes    []web.Option
	Minutes   []web.Option
	Places    []web.Option
	Channels  []web.Option
	Publics   []question
	Levels    []web.Option
	Equipment []web.Option
	Sent      []web.Option
	Distinct  bool // a session was held there that day
	More      bool // what is optional is shown at once
	Saved     *web.Line
	Correcting,
	Reason bool
}

// durations are those proposed, in minutes.
var durations = []int{10, 15, 20, 30, 45, 60, 90, 120, 150, 180, 240}

// askNew answers GET /aides/nouvelle: for a person (?personne=), after a coupon
// (?passage=), or for nobody in particular.
func askNew(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	asked := r.URL.Query()
	form.Set("genre", asked.Get("genre"))
	form.Set("personne", asked.Get("personne"))
	form.Set("passage", asked.Get("passage"))
	if err := view(r, func(q db.Q) error { return fillUsual(r, q, form) }); err != nil {
		return err
	}
	return showRecord(w, r, form)
}

// fillUsual proposes what the last help says: place, duration and channel are
// mostly the same.
func fillUsual(r *web.Request, q db.Q, form *web.Form) error {
	const half = 30
	minutes, channel := half, activity.OnSite
	last, found, err := activity.Last(r.Context(), q)
	if err != nil {
		return err
	}
	if found {
		channel = last.Channel
		if last.Kind == kindOf(form) {
			minutes = last.Minutes
		}
		form.Set("lieu", last.Place.String())
	}
	form.Set("minutes", strconv.Itoa(minutes))
	form.Set("channel", channel)
	zone, err := zoneOf(r, q)
	form.Set("day", civil.DateOf(q.Now(), zone).String())
	return err
}

func kindOf(form *web.Form) string {
	if kind := form.Value("genre"); activity.Kinds.Has(kind) {
		return kind
	}
	return activity.Individual
}

// record answers POST /aides/nouvelle.
func record(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	told := read(form)
	told.Holder, told.Redemption = optional(form, "personne"), optional(form, "passage")
	note := form.Text("note")
	if !form.Valid() {
		return showRecord(w, r, form)
	}
	var made activity.Activity
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		made, err = db.Once(r.Context(), tx, form.Key(r),
			func(id db.ID) (activity.Activity, error) { return activity.ByID(r.Context(), tx, id) },
			func(id db.ID) (activity.Activity, error) {
				return activity.Record(r.Context(), tx, activity.New{ID: id, Content: told, Note: note})
			})
		return err
	})
	if form.RefusedAs(err, fieldNames(told.Kind)) {
		return showRecord(w, r, form)
	}
	if err != nil {
		return err
	}
	if !made.Holder.IsZero() && r.Actor().Role == account.RoleDesk {
		return web.SeeOther(w, r, "/guichet/personnes/"+made.Holder.String()+"?enregistre")
	}
	return web.SeeOther(w, r, "/aides/nouvelle?genre="+made.Kind+"&note="+made.ID.String())
}

func optional(form *web.Form, name string) db.ID {
	id, err := db.ParseID(form.Value(name))
	if err != nil {
		return db.ID{}
	}
	return id
}

// read takes the answers.
func read(form *web.Form) activity.Content {
	told := activity.Content{
		Kind: kindOf(form), Place: optional(form, "lieu"), Day: form.Date("day"), Minutes: form.Number("minutes", 1, 24*60), Channel: form.Value("channel"),
		Themes: form.Values("themes"), Title: form.Text("title"), Formality: form.Text("formality"),
		Equipment:  slices.DeleteFunc(slices.Clone(form.Values("equipment")), func(code string) bool { return code == "" }),
		Redirected: form.Value("redirected"), People: 1, Distinct: form.Checked("distinct"),
	}
	if level := form.Value("level"); level != "" {
		told.Level = form.Number("level", 0, len(activity.Levels))
	}
	group := told.Kind != activity.Individual
	if group {
		told.People = form.Number("people", 1, 2000)
	}
	told.Publics = activity.Publics{
		Genders: counts(form, "genders", activity.Genders, group), Ages: counts(form, "ages", activity.Ages, group),
		Statuses: counts(form, "statuses", activity.Statuses, group),
	}
	return told
}

// counts reads one choice, or a number for each.
func counts(form *web.Form, name string, words activity.Words, group bool) map[string]int {
	told := map[string]int{}
	if !group {
		if code := form.Value(name); code != "" {
			told[code] = 1
		}
		return told
	}
	for _, word := range words {
		if field := name + "-" + word.Code; form.Value(field) != "" {
			told[word.Code] = form.Number(field, 0, 2000)
		}
	}
	return told
}

// fieldNames leads from the capability's fields to the form's.
func fieldNames(kind string) map[string]string {
	names := map[string]string{"kind": ""}
	if kind != activity.Individual {
		names["genders"], names["ages"], names["statuses"] = "genders-women", "ages-under_12", "statuses-student"
	}
	return names
}

func showRecord(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &recordPage{Page: web.Page{
		Title: "Noter une aide", Layout: web.Ask, Form: form, Menu: "/aides", Back: web.Link{Label: "Les aides données", Path: "/aides"},
	}}
	err := view(r, func(q db.Q) error {
		if err := page.concerns(r, q); err != nil {
			return err
		}
		if err := page.saved(r, q); err != nil {
			return err
		}
		return page.fill(r, q)
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "record", page)
}

// fill makes what there is to choose from.
func (p *recordPage) fill(r *web.Request, q db.Q) error {
	form := p.Form
	p.Kind = kindOf(form)
	p.Group = p.Kind != activity.Individual
	p.Themes, p.Channels = options(activity.Themes), options(activity.Channels)
	p.Equipment, p.Sent = options(activity.Equipments), append([]web.Option{{Label: "Non"}}, options(activity.Redirections)...)
	p.Publics = []question{asked("genders", "Genre", activity.Genders), asked("ages", "Âge", activity.Ages), asked("statuses", "Situation", activity.Statuses)}
	p.Levels = []web.Option{{Label: "Ne pas dire"}}
	for level := range activity.Levels {
		p.Levels = append(p.Levels, web.Option{Value: strconv.Itoa(level + 1), Label: activity.LevelName(p.Kind, level+1)})
	}
	chosen, _ := strconv.Atoi(form.Value("minutes")) // proposed besides the usual ones
	minutes := durations
	if chosen > 0 && !slices.Contains(minutes, chosen) {
		minutes = slices.Sorted(slices.Values(append(slices.Clone(minutes), chosen)))
	}
	for _, length := range minutes {
		p.Minutes = append(p.Minutes, web.Option{Value: strconv.Itoa(length), Label: lasting(length)})
	}
	for _, field := range form.Errors() {
		p.Distinct = p.Distinct || field.Code == activity.ErrSessionThatDay.Code
		p.More = p.More || !slices.Contains([]string{"", "themes", "minutes", "people", "day", "lieu", "channel", "title"}, field.Name)
	}
	p.Distinct = p.Distinct || form.Checked("distinct")
	if p.Concerned == "" && !p.Correcting {
		for _, kind := range activity.Kinds {
			if kind.Code != p.Kind {
				p.Kinds = append(p.Kinds, web.Link{Label: kindWords[kind.Code], Path: "/aides/nouvelle?genre=" + kind.Code})
			}
		}
	}
	places, err := place.Of(r.Context(), q, q.Actor().Organisation)
	if err != nil || len(places) == 0 {
		return err
	}
	if r.Actor().Role != account.RoleSite {
		p.Places = append(p.Places, web.Option{Label: "Au guichet"})
	}
	for _, one := range places {
		if account.AtPlace(r.Actor(), account.ActActivityRecord, one.ID) {
			p.Places = append(p.Places, web.Option{Value: one.ID.String(), Label: one.Name + ", " + one.CommuneName})
		}
	}
	return nil
}

// kindWords lead to the page of each kind.
var kindWords = map[string]string{activity.Individual: "Une personne", activity.Collective: "Un groupe", activity.Event: "Un événement"}

func options(words activity.Words) []web.Option {
	made := make([]web.Option, len(words))
	for i, word := range words {
		made[i] = web.Option{Value: word.Code, Label: word.Label}
	}
	return made
}

func asked(name, label string, words activity.Words) question {
	made := question{Name: name, Label: label, Options: append([]web.Option{{Label: "Non communiqué"}}, options(words)...)}
	for _, word := range words {
		made.Counts = append(made.Counts, web.Option{Value: name + "-" + word.Code, Label: word.Label})
	}
	return made
}

// concerns tells whom the help was given to, or after which coupon.
func (p *recordPage) concerns(r *web.Request, q db.Q) error {
	if who := optional(p.Form, "personne"); !who.IsZero() {
		registered, err := holder.OrganisationOf(r.Context(), q, who)
		if err != nil {
			return err
		}
		if registered != q.Actor().Organisation {
			return account.ErrOtherOrganisation
		}
		name, err := holder.Name(r.Context(), q, who)
		if err != nil {
			return err
		}
		p.Concerned = "Pour " + name + "."
		p.Hidden = append(p.Hidden, web.Option{Value: who.String(), Label: "personne"})
		if r.Actor().Role == account.RoleDesk {
			p.Back = web.Link{Label: name, Path: "/guichet/personnes/" + who.String()}
		}
	}
	if taken := optional(p.Form, "passage"); !taken.IsZero() {
		known, err := voucher.RedemptionByID(r.Context(), q, taken)
		if err != nil {
			return err
		}
		zone, err := zoneOf(r, q)
		if err != nil {
			return err
		}
		p.Concerned = "Après le chèque " + voucher.Group(known.Number) + ", pris à " + civil.FrenchHour(known.At.In(zone)) + "."
		p.Hidden = append(p.Hidden, web.Option{Value: taken.String(), Label: "passage"})
	}
	return nil
}

// saved tells what was just written down, and where to correct it.
func (p *recordPage) saved(r *web.Request, q db.Q) error {
	id, err := db.ParseID(r.URL.Query().Get("note"))
	if err != nil {
		return nil // nothing was
	}
	made, err := activity.ByID(r.Context(), q, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	p.Saved = &web.Line{Label: "Aide notée", Value: summary(made.Content), Change: web.Link{Label: "La revoir", Path: path(id, "")}}
	return err
}
