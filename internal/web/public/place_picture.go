package public

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/web"
)

// picturesFor is how long a browser keeps a département's picture: its outlines
// change with the program alone.
const picturesFor = 30 * 24 * time.Hour

var errNoPicture = fault.Define(fault.NotFound, "no_picture", "Ce département n’a pas de carte. Vérifiez son numéro, ou repartez de la liste des lieux.")

// pictures are the communes' outlines of départements, drawn once.
type pictures struct{ drawn sync.Map } // string → picture

type picture struct{ text, tag string }

// send answers GET /cartes/{departement}: the lines between the communes of one
// département, to lie under a map. They are drawn in a grey that is seen by day
// and by night, since a picture does not know the page's colours.
func (s *pictures) send(w http.ResponseWriter, r *web.Request) error {
	code := r.PathValue("departement")
	found, known := s.drawn.Load(code)
	if !known {
		text := drawDepartement(code)
		if text == "" {
			return errNoPicture
		}
		digest := sha256.Sum256([]byte(text))
		found, _ = s.drawn.LoadOrStore(code, picture{text: text, tag: `W/"` + hex.EncodeToString(digest[:8]) + `"`})
	}
	made := found.(picture) // all that is stored
	header := w.Header()
	header.Set("Content-Type", "image/svg+xml")
	header.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(picturesFor.Seconds())))
	header.Set("Etag", made.tag)
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	http.ServeContent(w, r.Request, "", time.Time{}, strings.NewReader(made.text))
	return nil
}

// pictureWidth is how many units a picture is wide: its lines are known to some
// hundreds of metres.
const pictureWidth = 1000

// drawDepartement is the picture of a département, empty when it has no outline.
func drawDepartement(code string) string {
	outline := geography.Outline(code)
	if len(outline) == 0 {
		return ""
	}
	frame := geography.Bounds(outline)
	scale := pictureWidth / (frame.East - frame.West)
	middle := geography.Point{Latitude: (frame.South + frame.North) / 2}
	high := (frame.North - frame.South) * scale / shrinkAt(middle.Latitude)
	draw := func(lines [][]geography.Point) string {
		var path strings.Builder
		for _, line := range lines {
			var lastX, lastY int
			for i, point := range line {
				x := int((point.Longitude - frame.West) * scale)
				y := int((frame.North - point.Latitude) * scale / shrinkAt(middle.Latitude))
				switch {
				case i == 0:
					fmt.Fprintf(&path, "M%d %d", x, y)
				case x != lastX || y != lastY:
					fmt.Fprintf(&path, "l%d %d", x-lastX, y-lastY)
				}
				lastX, lastY = x, y
			}
		}
		return path.String()
	}
	const line = `<path fill="none" stroke="#87787f" vector-effect="non-scaling-stroke" stroke-linejoin="round" `
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" preserveAspectRatio="none">`, pictureWidth, high) +
		line + `stroke-opacity=".45" d="` + draw(geography.Borders(code)) + `"/>` +
		line + `stroke-width="1.5" d="` + draw(outline) + `"/></svg>`
}
