package exchange

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"passerelle/internal/geography"
)

// How far in metres from its commune's centre a place may be: the largest
// communes of the metropole reach 30 km from theirs, those of Guyane 200 km.
const (
	farInFrance  = 50_000
	farInGuyane  = 200_000
	nearPostcode = 20_000
)

// locate finds the line's commune and coordinates. A commune that cannot be
// found refuses the line; coordinates that cannot be right are replaced by the
// commune's centre.
func (r *row) locate() {
	postal := r.postalCode()
	if postal == "" || r.value(colCommune) == "" && r.value(colINSEE) == "" {
		postal = r.postalCodeOfAddress(postal)
	}
	point, given := r.point()
	commune, found := r.commune(postal, point, given)
	if !found {
		r.refuseCommune(postal)
		return
	}
	r.place.Commune, r.place.Departement = commune.Code, commune.Departement
	r.place.CommuneName = r.communeName(commune)
	r.place.PostalCode = postal
	if postal == "" {
		// Without an address the place stands at the commune's centre, whose code is
		// the first; with one, another code would send a letter elsewhere.
		if len(commune.PostalCodes) == 0 || len(commune.PostalCodes) > 1 && (r.place.Address != "" || r.written != "") {
			r.refuse(colPostalCode, "required", r.value(colPostalCode), "Le code postal manque ou n’a pas 5 chiffres, et cette commune en a plusieurs. Corrigez-le.")
			return
		}
		r.place.PostalCode = commune.PostalCodes[0]
		r.repair(colPostalCode, "required", r.value(colPostalCode), "Le code postal est celui de la commune.")
	}
	r.setPoint(commune, point, given)
}

func (r *row) postalCode() string {
	value := r.value(colPostalCode)
	plain := strings.ReplaceAll(strings.TrimSuffix(strings.ReplaceAll(value, "\u202f", " "), ".0"), " ", "")
	switch {
	case len(plain) == 4 && onlyDigits(plain):
		r.repair(colPostalCode, "leading_zero", value, "Le zéro du début est rétabli.")
		return "0" + plain
	case len(plain) != 5 || !onlyDigits(plain):
		return ""
	case plain != value:
		r.repair(colPostalCode, "pattern", value, "Le code postal est réécrit en 5 chiffres.")
	}
	return plain
}

var addressEnd = regexp.MustCompile(`(?is)^(.*?)[\s,;-]*\b(\d{5})[\s,-]+(\D{2,}?)(?:\s+cedex(?:\s*\d+)?)?\s*$`)

// postalCodeOfAddress reads "1 rue de l'Exemple, 23000 Guéret", where no other
// column has the postal code or the commune, and leaves the street in the
// address. A postal code that the line has stays.
func (r *row) postalCodeOfAddress(postal string) string {
	found := addressEnd.FindStringSubmatch(r.place.Address)
	if found == nil || postal != "" && postal != found[2] {
		return postal
	}
	if _, known := communeOf(found[2], found[3]); !known {
		return postal
	}
	r.repair(colPostalCode, "in_address", r.place.Address, "Le code postal et la commune étaient dans l’adresse : ils en sont séparés.")
	r.place.Address = strings.TrimRight(found[1], " ,;-")
	r.written = found[3]
	return found[2]
}

// communeName is the official name, unless the line names something else, such
// as a commune that has merged, which is part of the address.
func (r *row) communeName(commune geography.Commune) string {
	written := r.plain(colCommune)
	if written == commune.Name || written == "" || r.merged {
		return commune.Name
	}
	same := geography.Fold(written) == geography.Fold(commune.Name)
	if !same {
		found, ok := communeOf(r.value(colPostalCode), written)
		same = ok && found.Code == commune.Code
	}
	if !same {
		return written
	}
	r.repair(colCommune, "name", written, "Le nom de la commune est réécrit comme dans le code officiel géographique.")
	return commune.Name
}

// point reads the coordinates; given is false when there are none.
func (r *row) point() (point geography.Point, given bool) {
	latitude, latitudeRead := r.degrees(colLatitude)
	longitude, longitudeRead := r.degrees(colLongitude)
	point = geography.Point{Latitude: latitude, Longitude: longitude}
	if latitudeRead && longitudeRead {
		point = r.unproject(point)
	}
	return point, latitudeRead && longitudeRead && (latitude != 0 || longitude != 0)
}

// unproject reads metres of Lambert-93, in either order, as degrees.
func (r *row) unproject(point geography.Point) geography.Point {
	x, y := point.Longitude, point.Latitude
	if likeLambert(y, x) {
		x, y = y, x
	}
	if !r.head.lambert && !likeLambert(x, y) {
		return point
	}
	r.repair(colLatitude, "lambert_93", r.value(colLatitude)+" "+r.value(colLongitude), "Ces coordonnées sont en Lambert-93\u00a0: elles sont converties en degrés.")
	return fromLambert(x, y)
}

func (r *row) degrees(column string) (float64, bool) {
	value := r.value(column)
	if value == "" {
		return 0, false
	}
	degrees, err := strconv.ParseFloat(strings.Replace(value, ",", ".", 1), 64)
	if err != nil || math.IsNaN(degrees) || math.IsInf(degrees, 0) {
		r.repair(column, "type", value, "Ce nombre ne peut pas être lu.")
		return 0, false
	}
	if strings.Contains(value, ",") {
		r.repair(column, "decimal_comma", value, "La virgule est remplacée par un point.")
	}
	return degrees, true
}

// setPoint keeps the coordinates when they can be the commune's, the right way
// round or not; else those of its centre.
func (r *row) setPoint(commune geography.Commune, point geography.Point, given bool) {
	p := &r.place
	if given && !r.guessed && plausible(commune, point) {
		p.Latitude, p.Longitude = point.Latitude, point.Longitude
		return
	}
	written := strings.TrimSpace(r.value(colLatitude) + " " + r.value(colLongitude))
	swapped := geography.Point{Latitude: point.Longitude, Longitude: point.Latitude}
	if given && plausible(commune, swapped) {
		p.Latitude, p.Longitude = swapped.Latitude, swapped.Longitude
		r.repair(colLatitude, "swapped", written, "La latitude et la longitude étaient inversées : elles sont remises en ordre.")
		return
	}
	if !commune.HasCentre() {
		r.refuse(colLatitude, "required", written, "Les coordonnées manquent, et le centre de cette commune n’est pas connu. Ajoutez-les.")
		return
	}
	p.Latitude, p.Longitude, p.Approximate = commune.Latitude, commune.Longitude, true
	if written == "" {
		r.repair(colLatitude, "commune_centre", "", "Les coordonnées manquent : le lieu est placé au centre de sa commune.")
		return
	}
	r.repair(colLatitude, "commune_centre", written, fmt.Sprintf("Ces coordonnées ne sont pas à %s : le lieu est placé au centre de sa commune.", commune.Name))
}

func plausible(commune geography.Commune, point geography.Point) bool {
	if math.Abs(point.Latitude) > 90 || math.Abs(point.Longitude) > 180 {
		return false
	}
	if !commune.HasCentre() {
		return true
	}
	most := farInFrance
	if commune.Departement == "973" {
		most = farInGuyane
	}
	return geography.Distance(point.Latitude, point.Longitude, commune.Latitude, commune.Longitude) <= most
}
