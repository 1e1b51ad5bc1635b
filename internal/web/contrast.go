package web

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Contrast is how well one colour is told from another, by day and by night:
// the ratio of WCAG 2.2, from 1 to 21, and the least that the look asks for.
type Contrast struct {
	Front, Ground string // names of custom properties, without dashes
	For           string
	Least         float64
	Day, Night    float64
}

// pairs are the colours that meet on a page. Text is held to AAA (7), what
// draws a control or a mark to 3, numbers on a map to AA (4.5).
var pairs = []Contrast{
	{Front: "ink", Ground: "paper", For: "le texte", Least: 7},
	{Front: "ink", Ground: "tint", For: "le texte sur fond calme", Least: 7},
	{Front: "soft", Ground: "paper", For: "les aides, les légendes", Least: 7},
	{Front: "soft", Ground: "tint", For: "les aides sur fond calme", Least: 7},
	{Front: "act", Ground: "paper", For: "les liens", Least: 7},
	{Front: "act", Ground: "tint", For: "les liens sur fond calme", Least: 7},
	{Front: "on-act", Ground: "act", For: "le bouton", Least: 7},
	{Front: "on-act", Ground: "act-deep", For: "le bouton survolé", Least: 7},
	{Front: "on-band", Ground: "band", For: "le bandeau", Least: 7},
	{Front: "mark", Ground: "band", For: "la page en cours, dans le bandeau", Least: 3},
	{Front: "on-mark", Ground: "mark", For: "le lien visé au clavier", Least: 7},
	{Front: "ok", Ground: "ok-tint", For: "accepté", Least: 7},
	{Front: "no", Ground: "no-tint", For: "refusé", Least: 7},
	{Front: "wait", Ground: "wait-tint", For: "en attente", Least: 7},
	{Front: "ink", Ground: "wait-tint", For: "un avis", Least: 7},
	{Front: "on-state", Ground: "ok", For: "le résultat accepté", Least: 7},
	{Front: "on-state", Ground: "no", For: "le résultat refusé", Least: 7},
	{Front: "no", Ground: "paper", For: "une erreur", Least: 7},
	{Front: "edge", Ground: "paper", For: "le bord d’un champ", Least: 3},
	{Front: "edge", Ground: "tint", For: "le bord d’un champ sur fond calme", Least: 3},
	{Front: "act", Ground: "line", For: "une barre sur son fond", Least: 3},
	{Front: "ink", Ground: "map-1", For: "un numéro sur la carte, 1", Least: 4.5},
	{Front: "ink", Ground: "map-2", For: "un numéro sur la carte, 2", Least: 4.5},
	{Front: "ink", Ground: "map-3", For: "un numéro sur la carte, 3", Least: 4.5},
	{Front: "paper", Ground: "map-4", For: "un numéro sur la carte, 4", Least: 4.5},
}

// Contrasts measures a style sheet's colours, with those that an instance
// redefines in a second one. It answers an error for a colour that is missing
// or not written #rgb or #rrggbb.
func Contrasts(sheets ...string) ([]Contrast, error) {
	day, night := map[string]string{}, map[string]string{}
	for _, sheet := range sheets {
		light, dark := splitNight(sheet)
		for name, colour := range propertiesOf(light) {
			day[name] = colour
			night[name] = colour
		}
		for name, colour := range propertiesOf(dark) {
			night[name] = colour
		}
	}
	var measured []Contrast
	for _, pair := range pairs {
		var err error
		if pair.Day, err = ratio(day[pair.Front], day[pair.Ground]); err != nil {
			return nil, fmt.Errorf("%s on %s: %w", pair.Front, pair.Ground, err)
		}
		if pair.Night, err = ratio(night[pair.Front], night[pair.Ground]); err != nil {
			return nil, fmt.Errorf("%s on %s: %w", pair.Front, pair.Ground, err)
		}
		measured = append(measured, pair)
	}
	return measured, nil
}

var (
	roots    = regexp.MustCompile(`:root\s*\{([^}]*)\}`)
	property = regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-fA-F]+)\s*;`)
	comments = regexp.MustCompile(`(?s)/\*.*?\*/`)
)

// splitNight parts the :root blocks of the day from those of the night; those
// of print are neither.
func splitNight(sheet string) (day, night string) {
	sheet = comments.ReplaceAllString(sheet, "")
	for _, place := range roots.FindAllStringSubmatchIndex(sheet, -1) {
		before := strings.TrimSpace(sheet[:place[0]])
		block := sheet[place[2]:place[3]]
		line := before[strings.LastIndexAny(before, "\n}")+1:]
		switch {
		case strings.Contains(line, "prefers-color-scheme: dark"):
			night += block
		case strings.Contains(line, "@media"):
		default:
			day += block
		}
	}
	return day, night
}

func propertiesOf(block string) map[string]string {
	found := map[string]string{}
	for _, match := range property.FindAllStringSubmatch(block+";", -1) {
		found[match[1]] = match[2]
	}
	return found
}

// ratio is (L1 + 0.05) / (L2 + 0.05) of two relative luminances.
func ratio(front, ground string) (float64, error) {
	one, err := luminance(front)
	if err != nil {
		return 0, err
	}
	two, err := luminance(ground)
	if err != nil {
		return 0, err
	}
	return (math.Max(one, two) + 0.05) / (math.Min(one, two) + 0.05), nil
}

func luminance(colour string) (float64, error) {
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	parts, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		return 0, fmt.Errorf("web: %q is not a colour", colour)
	}
	sum := 0.0
	for i, weight := range []float64{0.0722, 0.7152, 0.2126} {
		part := float64(parts>>(8*i)&0xff) / 255
		if part <= 0.04045 {
			part /= 12.92
		} else {
			part = math.Pow((part+0.055)/1.055, 2.4)
		}
		sum += weight * part
	}
	return sum, nil
}
