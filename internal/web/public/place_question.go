package public

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// question is what a person asks of the directory.
type question struct {
	typed     string // where, as it was typed
	spot      place.Spot
	located   bool
	choices   []place.Spot // what the text may mean, when it is not clear
	territory geography.Territory
	filter    place.Filter
	day, half string // as the address names them
	closer    int    // how many times the map shows half as much; less than 0: twice as much
	today     civil.Date
	mixed     bool // a street was typed that nobody knows
}

// The words of an address: of its days, and of the halves of a day.
var (
	days  = []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	halfs = map[string]place.Half{"matin": place.Morning, "apresmidi": place.Afternoon}
)

// mostCloser is how far the map can be drawn closer, or farther.
const mostCloser = 3

// readQuestion reads what was asked. Where the place is may be a commune, an
// address or coordinates, under "ou"; "commune" is the same for those who link
// here with a code INSEE.
func readQuestion(r *web.Request, form *web.Form) (question, error) {
	now := r.App.Clock.Now()
	asked := question{today: civil.DateOf(now, civil.Paris)}
	form.Set("ou", cmp.Or(form.Text("ou"), form.Text("commune")))
	if err := asked.locate(r, form); err != nil {
		return question{}, err
	}
	if code := form.Text("territoire"); code != "" {
		territory, err := geography.ParseTerritory(code)
		if err != nil {
			form.Wrong("territoire", "unknown_territory", fault.Of(err).Message)
		}
		if territory.Kind != geography.Country {
			asked.territory, asked.filter.Territory = territory, territory
		}
	}
	asked.filter.Service = known(place.Services, form.Value("service"))
	asked.filter.Public = known(place.Publics, form.Value("public"))
	asked.filter.SpecialNeed = known(place.SpecialNeeds, form.Value("besoin"))
	asked.filter.Equipment = known(place.Equipments, form.Value("materiel"))
	switch way := form.Value("comment"); {
	case way == place.SupportRemote:
		asked.filter.Support = way
	case slices.ContainsFunc(ways, func(one web.Option) bool { return one.Value == way }):
		asked.filter.AccessWay = way
	}
	asked.filter.Language = form.Text("langue")
	asked.filter.Text = form.Text("texte")
	asked.filter.Accessible = form.Checked("acces")
	asked.filter.AidantsConnect = form.Checked("mandat")
	if form.Checked("gratuit") {
		asked.filter.Fee = feeFree
	}
	if form.Checked("pass") {
		asked.filter.Pass = asked.today
	}
	if form.Checked("label") {
		asked.filter.Labelled = asked.today
	}
	asked.readDay(form.Value("jour"), now)
	if half := halfs[form.Value("moment")]; half != "" {
		if asked.filter.OpenOn.IsZero() {
			asked.filter.OpenOn = asked.today
			asked.day = "aujourdhui"
			form.Set("jour", asked.day)
		}
		asked.half, asked.filter.OpenHalf = form.Value("moment"), half
	}
	if closer, err := strconv.Atoi(form.Value("carte")); err == nil {
		asked.closer = max(-mostCloser, min(mostCloser, closer))
	}
	return asked, nil
}

const feeFree = "free"

// known is the code when the vocabulary has it: an address that somebody wrote
// by hand narrows nothing by a word that means nothing.
func known(words place.Vocabulary, code string) string {
	if words.Has(code) {
		return code
	}
	return ""
}

func (a *question) locate(r *web.Request, form *web.Form) error {
	a.typed = form.Text("ou")
	if a.typed == "" {
		return nil
	}
	spot, choices, err := r.Locate(a.typed)
	switch {
	case fault.HasCode(err, geography.ErrUnknownCommune.Code):
		form.Wrong("ou", "unknown_commune", "Cette commune n’est pas connue. Vérifiez son nom, ou écrivez son code postal")
		return nil
	case err != nil:
		return err
	case len(choices) > 0:
		a.choices = choices
		return nil
	}
	a.spot, a.located = spot, true
	if a.typed == spot.Commune.Code {
		form.Set("ou", spot.Text()) // nobody knows codes by heart
	}
	a.filter = a.filter.Around(spot)
	if spot.Precision == place.ByCommune {
		addresses := geography.Addresses(a.typed)
		a.mixed = len(addresses) > 0 && addresses[0].Street != ""
	}
	return nil
}

func (a *question) readDay(day string, now time.Time) {
	switch day {
	case "maintenant":
		a.filter.OpenAt = now
	case "aujourdhui":
		a.filter.OpenOn = a.today
	default:
		for offset := range days {
			if next := a.today.AddDays(offset); days[next.Weekday()] == day {
				a.filter.OpenOn = next
			}
		}
		if a.filter.OpenOn.IsZero() {
			return
		}
	}
	a.day = day
}

// path is the address of the question on a page: what was asked, and nothing
// else, so that it is short enough to be given.
func (a question) path(page string) string {
	var query []string
	add := func(name, value string) {
		if value != "" {
			// A space as "+", and signs that need no code left as they are.
			query = append(query, name+"="+strings.NewReplacer("%28", "(", "%29", ")", "%2C", ",").Replace(url.QueryEscape(value)))
		}
	}
	tick := func(name string, ticked bool) {
		if ticked {
			add(name, "oui")
		}
	}
	if a.located {
		add("ou", shortest(a.spot))
	} else {
		add("ou", a.typed)
	}
	add("territoire", a.territory.Code)
	add("service", a.filter.Service)
	add("jour", a.day)
	add("moment", a.half)
	add("public", a.filter.Public)
	add("besoin", a.filter.SpecialNeed)
	add("materiel", a.filter.Equipment)
	add("comment", cmp.Or(a.filter.AccessWay, a.filter.Support))
	add("langue", a.filter.Language)
	tick("acces", a.filter.Accessible)
	tick("gratuit", a.filter.Fee == feeFree)
	tick("pass", !a.filter.Pass.IsZero())
	tick("mandat", a.filter.AidantsConnect)
	tick("label", !a.filter.Labelled.IsZero())
	add("texte", a.filter.Text)
	if len(query) == 0 {
		return page
	}
	return page + "?" + strings.Join(query, "&")
}

// shortest is the shortest text that leads back to a spot: for a commune its
// code, unless that is a postal code too.
func shortest(spot place.Spot) string {
	code := spot.Commune.Code
	if spot.Precision == place.ByCommune {
		if found, err := geography.Find(code); err == nil && found.Code == code {
			return code
		}
	}
	return spot.Text()
}

// folded tells whether one of the choices that are folded away narrows.
func (a question) folded() bool {
	f := a.filter
	return f.Text != "" || f.Accessible || f.AidantsConnect || !f.Pass.IsZero() || !f.Labelled.IsZero() || f.Fee != "" || f.AccessWay != "" || f.Support != "" || f.Public != "" ||
		f.SpecialNeed != "" || f.Equipment != "" || f.Language != "" || a.half != ""
}

// title says which places the list holds.
func (a question) title() string {
	if len(a.choices) > 0 {
		return web.French("Quel endroit voulez-vous dire ?")
	}
	name := "Les lieux où l’on vous aide"
	if !a.filter.Labelled.IsZero() {
		name = "Les lieux labellisés"
	}
	switch {
	case a.located && !a.filter.Labelled.IsZero():
		return "Les lieux labellisés " + near(a.spot)
	case a.located:
		return "Les lieux " + near(a.spot)
	case a.territory.Kind != 0:
		return name + " : " + a.territory.Name
	}
	return name
}

// near is "près de Guéret", "autour de la rue de la Paix, à Guéret", "autour de
// ce point, près de Guéret".
func near(spot place.Spot) string {
	switch {
	case spot.Precision == place.ByCommune:
		return "près " + of(spot.Commune.Name)
	case spot.Precision == place.ByCoordinates && spot.Commune.Code == "":
		return "autour de ce point"
	case spot.Precision == place.ByCoordinates:
		return "autour de ce point, près " + of(spot.Commune.Name)
	}
	return "autour " + ofStreet(spot) + ", " + at(spot.Commune.Name)
}

// ofStreet is "du 12 rue de la Paix", "de la rue de la Paix", "de l’avenue
// Foch", "du boulevard Carnot".
func ofStreet(spot place.Spot) string {
	if spot.Number != "" {
		return "du " + spot.AddressLine()
	}
	kind, _, _ := strings.Cut(geography.Fold(spot.Street), " ")
	switch kind {
	case "rue", "place", "route", "residence", "ruelle", "montee", "cite", "zone", "venelle", "promenade", "voie", "cour", "cote", "galerie":
		return "de la " + spot.Street
	case "avenue", "allee", "impasse", "esplanade":
		return "de l’" + spot.Street
	case "boulevard", "chemin", "quai", "square", "passage", "lotissement", "faubourg", "sentier", "hameau", "mail", "rond", "cours", "parvis", "parc":
		return "du " + spot.Street
	case "allees", "halles":
		return "des " + spot.Street
	}
	return "de " + spot.Street
}

// at is "à Guéret", "au Grand-Bourg", "aux Abymes".
func at(name string) string {
	switch {
	case strings.HasPrefix(name, "Le "):
		return "au " + strings.TrimPrefix(name, "Le ")
	case strings.HasPrefix(name, "Les "):
		return "aux " + strings.TrimPrefix(name, "Les ")
	}
	return "à " + name
}

// told says plainly what was understood, and from where distances are told.
func (a question) told() string {
	switch {
	case len(a.choices) > 0:
		return web.French("« " + a.typed + " » peut être :")
	case a.located && !a.spot.HasPoint():
		return "Les lieux de cette commune, par ordre alphabétique."
	case a.mixed:
		return web.French("La rue n’est pas connue : les distances partent du centre de la commune, et sont des ordres de grandeur.")
	case a.located && a.spot.Precision == place.ByCommune:
		return "Du plus proche au plus loin. Les distances sont des ordres de grandeur, depuis le centre de la commune."
	case a.located:
		return "Du plus proche au plus loin. Les distances sont des ordres de grandeur, depuis cet endroit."
	}
	return "Par ordre alphabétique. Écrivez une commune ou une adresse pour voir les plus proches."
}

// asked lists in words what narrows the list: what a paper must say.
func (a question) asked() []string {
	var told []string
	f := a.filter
	if f.Service != "" {
		told = append(told, place.Services.Plain(f.Service))
	}
	for _, option := range openingOptions() {
		if a.day != "" && option.Value == a.day {
			told = append(told, inside(option.Label)+map[string]string{"": "", "matin": ", le matin", "apresmidi": ", l’après-midi"}[a.half])
		}
	}
	if f.Public != "" {
		told = append(told, "pour "+place.Publics.Plain(f.Public))
	}
	if f.SpecialNeed != "" {
		told = append(told, "pour "+place.SpecialNeeds.Plain(f.SpecialNeed))
	}
	if f.Equipment != "" {
		told = append(told, "avec "+place.Equipments.Plain(f.Equipment))
	}
	for _, way := range ways {
		if way.Value == cmp.Or(f.AccessWay, f.Support) {
			told = append(told, inside(way.Label))
		}
	}
	if f.Language != "" {
		told = append(told, "on y parle "+strings.ToLower(f.Language))
	}
	for _, one := range []struct {
		is   bool
		word string
	}{
		{f.Accessible, "accessible en fauteuil"},
		{f.Fee == feeFree, "gratuit"},
		{!f.Pass.IsZero(), "le pass y est accepté"},
		{f.AidantsConnect, "quelqu’un fait la démarche à votre place"},
		{!f.Labelled.IsZero(), "labellisé"},
		{f.Text != "", "« " + f.Text + " »"},
	} {
		if one.is {
			told = append(told, web.French(one.word))
		}
	}
	return told
}

// choiceLinks lead to each meaning of the text, with what was asked besides.
func (a question) choiceLinks(page string) []web.Link {
	var links []web.Link
	for _, spot := range a.choices {
		meant := a
		meant.spot, meant.located, meant.choices = spot, true, nil
		label := spot.Commune.Name + ", " + departementName(spot.Commune.Departement)
		if spot.Street != "" {
			label = spot.AddressLine() + ", " + label
		}
		links = append(links, web.Link{Label: label, Path: meant.path(page)})
	}
	return links
}

func departementName(code string) string {
	departement, err := geography.DepartementByCode(code)
	if err != nil {
		return code
	}
	return departement.Name
}
