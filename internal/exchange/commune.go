package exchange

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"passerelle/internal/geography"
)

// nearEnough is how far, in metres and on average, the people of a postal code
// may live from the centre of its largest commune for that one to be taken for
// the commune that nothing names. Of the public lists' places that tell their
// commune, this finds the right one for eight in ten, the right EPCI for 98 in a
// hundred, and a point less than 7 km off for 95 in a hundred.
const nearEnough = 5_000

// commune is the one of the INSEE code; else of the postal code and the name,
// today's or of before; else the only one of the postal code, or the nearest
// to the coordinates; without a postal code, of the name. Where no column names
// it, the end of the address or the place's own name may; at last, the largest of
// the postal code's is taken, where they lie close together, and told.
func (r *row) commune(postal string, point geography.Point, given bool) (geography.Commune, bool) {
	value := r.value(colINSEE)
	if commune, found := r.communeOfCode(value); found {
		return commune, true
	}
	name := cmp.Or(r.value(colCommune), r.written)
	found, ok := geography.Commune{}, false
	if postal != "" && name != "" {
		told := len(r.remarks)
		if found, ok = r.communeOfName(postal, name); ok && len(r.remarks) > told {
			return found, true // its name of before was told
		}
	}
	if !ok {
		served := geography.CommunesByPostalCode(postal)
		if name == "" && r.contradicted(postal) {
			return geography.Commune{}, false
		}
		found, ok = nearestOf(served, point, given)
	}
	if !ok && postal == "" && name != "" {
		found, ok = nearestOf(r.within(geography.CommunesNamed(name)), point, given)
		if !ok {
			found, ok = r.communeTyped(name)
		}
	}
	if !ok && name == "" {
		if found, ok = r.communeWithoutName(postal); ok {
			return found, true
		}
	}
	if ok {
		message := "Le code INSEE est trouvé par le code postal et la commune : " + found.Code + "."
		if value != "" {
			message = "Ce code INSEE n’est pas d’une commune actuelle : il est remplacé par " + found.Code + ", trouvé par le code postal et la commune."
		}
		r.repair(colINSEE, "commune", value, message)
	}
	return found, ok
}

// communeOfCode reads an INSEE code: of today, of a commune that has merged, or
// of an arrondissement.
func (r *row) communeOfCode(value string) (geography.Commune, bool) {
	code := strings.ToUpper(strings.ReplaceAll(strings.TrimSuffix(value, ".0"), " ", ""))
	if len(code) == 4 {
		code = "0" + code
	}
	if len(code) != 5 {
		return geography.Commune{}, false
	}
	if commune, err := geography.CommuneByCode(code); err == nil {
		switch {
		case code != value:
			r.repair(colINSEE, "leading_zero", value, "Le code INSEE est réécrit en 5 caractères.")
		case commune.Code != code:
			r.repair(colINSEE, "arrondissement", value, "Ce code est celui d’un arrondissement : celui de la commune est "+commune.Code+".")
		}
		return commune, true
	}
	former, err := geography.FormerByCode(code)
	if err != nil {
		return geography.Commune{}, false
	}
	r.tellMerged(colINSEE, value, former)
	return former.Into, true
}

func (r *row) tellMerged(column, value string, former geography.Former) {
	message := fmt.Sprintf("%s (%s) fait maintenant partie de %s (%s)\u00a0: le lieu y est rattaché.", former.Name, former.Code, former.Into.Name, former.Into.Code)
	if !former.Moved() {
		message = fmt.Sprintf("%s s’appelle maintenant %s (%s).", former.Name, former.Into.Name, former.Into.Code)
	}
	r.repair(column, "merged_commune", value, message)
	if former.Moved() && r.place.AddressComplement == "" && !strings.Contains(geography.Fold(r.place.Address), geography.Fold(former.Name)) {
		r.place.AddressComplement = former.Name // streets of the same name are in several parts of a commune
	}
	r.merged = true
}

// communeOfName is the commune of a postal code and a name, and tells when the
// name is of before.
func (r *row) communeOfName(postal, name string) (geography.Commune, bool) {
	for _, commune := range geography.CommunesNamed(name) {
		if slices.Contains(commune.PostalCodes, postal) {
			return commune, true
		}
	}
	if former, ok := formerOf(postal, name); ok {
		r.tellMerged(colCommune, name, former)
		return former.Into, true
	}
	commune, err := geography.Find(postal + " " + name)
	return commune, err == nil
}

// formerOf is the one commune that had a name where a postal code is served;
// else, for a code that serves one office or was changed, in its département.
func formerOf(postal, name string) (geography.Former, bool) {
	named := geography.FormersNamed(name)
	for _, fits := range []func(geography.Former) bool{
		func(former geography.Former) bool { return slices.Contains(former.Into.PostalCodes, postal) },
		func(former geography.Former) bool {
			return strings.HasPrefix(postal, former.Into.Departement) && len(geography.CommunesByPostalCode(postal)) == 0
		},
	} {
		var found []geography.Former
		for _, former := range named {
			if fits(former) && !slices.ContainsFunc(found, func(other geography.Former) bool { return other.Into.Code == former.Into.Code }) {
				found = append(found, former)
			}
		}
		if len(found) == 1 {
			return found[0], true
		}
	}
	return geography.Former{}, false
}

// communeTyped reads a name with something beside it, such as "Paris 12e".
func (r *row) communeTyped(name string) (geography.Commune, bool) {
	if r.departement != "" {
		name += " " + r.departement
	}
	commune, err := geography.Find(name)
	return commune, err == nil
}

// contradicted tells whether the address ends with a postal code and a commune
// that do not go together: one of them is wrong, and nothing tells which.
func (r *row) contradicted(postal string) bool {
	found := addressEnd.FindStringSubmatch(r.place.Address)
	if found == nil || found[2] != postal || len(geography.CommunesNamed(found[3])) == 0 {
		return false
	}
	_, together := communeOf(found[2], found[3])
	return !together
}

// refuseCommune says why no commune was found.
func (r *row) refuseCommune(postal string) {
	written := strings.TrimSpace(r.value(colPostalCode) + " " + r.value(colCommune))
	served := geography.CommunesByPostalCode(postal)
	switch name := cmp.Or(r.value(colCommune), r.written); {
	case name == "" && r.contradicted(postal):
		r.refuse(colPostalCode, "contradiction", r.place.Address, "L’adresse nomme une commune qui n’a pas ce code postal. Corrigez l’un des deux.")
	case name == "" && len(served) > 1:
		r.refuse(colCommune, "required", written, fmt.Sprintf("La commune manque, et ce code postal en dessert %d : %s. Ajoutez-la.", len(served), shown(served)))
	case name == "" && written == "" && r.value(colINSEE) == "":
		r.refuse(colCommune, "required", written, "Rien ne dit la commune de ce lieu. Ajoutez-la, avec son code postal.")
	default:
		r.refuse(colINSEE, "unknown_commune", written, "Cette commune n’est pas connue. Vérifiez le code postal et le nom, ou donnez le code INSEE.")
	}
}

// mostShown is how many communes a message names.
const mostShown = 4

func shown(communes []geography.Commune) string {
	var names []string
	for _, commune := range communes[:min(len(communes), mostShown)] {
		names = append(names, commune.Name)
	}
	if len(communes) > mostShown {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// communeWithoutName finds the commune that no column names.
func (r *row) communeWithoutName(postal string) (geography.Commune, bool) {
	served := geography.CommunesByPostalCode(postal)
	if found, ok := namedAtEnd(r.place.Address, served); ok {
		r.repair(colCommune, "in_address", r.place.Address, "La commune manque\u00a0: elle est lue à la fin de l’adresse, "+found.Label()+".")
		return found, true
	}
	if found, ok := namedIn(r.value(colName), served, postal); ok {
		r.repair(colCommune, "in_name", r.value(colName), "La commune manque\u00a0: elle est lue dans le nom du lieu, "+found.Label()+".")
		return found, true
	}
	if len(served) == 0 && r.departement != "" {
		if found, ok := namedIn(r.value(colName), geography.CommunesOf(r.departement), ""); ok {
			r.repair(colCommune, "in_name", r.value(colName), "La commune manque\u00a0: elle est lue dans le nom du lieu, "+found.Label()+".")
			return found, true
		}
	}
	largest, apart, ok := largestOf(r.within(served))
	if !ok || apart > nearEnough {
		return geography.Commune{}, false
	}
	r.guessed = true
	r.repair(colCommune, "postal_code_commune", postal,
		fmt.Sprintf("La commune manque, et le code postal en dessert %d, proches les unes des autres\u00a0: le lieu est rattaché à la plus peuplée, %s, et sa position est approchée. Vérifiez-la.", len(served), largest.Label()))
	return largest, true
}

// largestOf is the most peopled of communes, and how far from its centre their
// people live on average, in metres.
func largestOf(communes []geography.Commune) (largest geography.Commune, apart int, found bool) {
	for _, commune := range communes {
		if commune.HasCentre() && (!found || commune.Population > largest.Population) {
			largest, found = commune, true
		}
	}
	people, sum := 0, 0
	for _, commune := range communes {
		if commune.HasCentre() {
			people += commune.Population
			sum += commune.Population * geography.Distance(largest.Latitude, largest.Longitude, commune.Latitude, commune.Longitude)
		}
	}
	return largest, sum / max(people, 1), found
}

// namedAtEnd is the one of communes, of today or of before, that the last part
// of an address is the name of: "12 rue de Lyon, Ambazac". A road is named after
// where it leads, so that the words before say nothing.
func namedAtEnd(address string, communes []geography.Commune) (geography.Commune, bool) {
	parts := strings.FieldsFunc(address, func(letter rune) bool { return strings.ContainsRune(",;\n()", letter) })
	if len(parts) < 2 {
		return geography.Commune{}, false
	}
	last := geography.Fold(strings.TrimLeft(parts[len(parts)-1], " 0123456789"))
	for _, commune := range communes {
		if geography.Fold(commune.Name) == last {
			return commune, true
		}
	}
	for _, former := range geography.FormersOf(communes) {
		if geography.Fold(former.Name) == last {
			return former.Into, true
		}
	}
	return geography.Commune{}, false
}

// within keeps the communes of the département that the line tells.
func (r *row) within(communes []geography.Commune) []geography.Commune {
	if r.departement == "" {
		return communes
	}
	return slices.DeleteFunc(slices.Clone(communes), func(commune geography.Commune) bool { return commune.Departement != r.departement })
}

// shortestInName is how long the name of a commune is, at least, to be read in
// the name of a place: "Rue" and "Eu" are other words too.
const shortestInName = 4

// namedIn is the one of communes whose name, of today or of before, the name of
// a place has among its words: "Maison France services de Ligny-en-Barrois". The
// longest name wins.
func namedIn(text string, communes []geography.Commune, postal string) (best geography.Commune, found bool) {
	words := " " + geography.Fold(text) + " "
	longest, several := 0, false
	look := func(name string, commune geography.Commune) {
		folded := geography.Fold(name)
		if len(folded) < shortestInName || !strings.Contains(words, " "+folded+" ") {
			return
		}
		switch {
		case len(folded) > longest:
			longest, best, several = len(folded), commune, false
		case len(folded) == longest && commune.Code != best.Code:
			several = true
		}
	}
	for _, commune := range communes {
		look(commune.Name, commune)
	}
	if postal != "" {
		for _, former := range geography.FormersOf(communes) {
			look(former.Name, former.Into)
		}
	}
	return best, longest > 0 && !several
}

func communeOf(postal, name string) (geography.Commune, bool) {
	commune, found := (&row{}).communeOfName(postal, name)
	return commune, found
}

func nearestOf(communes []geography.Commune, point geography.Point, given bool) (geography.Commune, bool) {
	if len(communes) == 1 {
		return communes[0], true
	}
	best, shortest := geography.Commune{}, math.MaxInt
	if given {
		for _, commune := range communes {
			metres := geography.Distance(point.Latitude, point.Longitude, commune.Latitude, commune.Longitude)
			if commune.HasCentre() && metres < shortest {
				best, shortest = commune, metres
			}
		}
	}
	return best, shortest <= nearPostcode
}

// departementOf reads a code ("1", "01", "2A") or a name; empty when it is none.
func departementOf(text string) string {
	code := strings.ToUpper(strings.TrimSpace(strings.TrimSuffix(text, ".0")))
	if len(code) == 1 {
		code = "0" + code
	}
	for _, departement := range geography.Departements() {
		if departement.Code == code || geography.Fold(departement.Name) == geography.Fold(text) {
			return departement.Code
		}
	}
	return ""
}
