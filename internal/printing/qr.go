package printing

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// CouponText is what the code of a coupon says: "PN1" and its 16 digits.
func CouponText(number string) string { return "PN1" + digits(number) }

// quietZone is the blank margin that readers need round a code, in modules
// (ISO/IEC 18004).
const quietZone = 4

// QR draws a text as a code to scan: an SVG path in modules, and the side of
// the square in modules, quiet zone included, for its viewBox "0 0 size size".
// A text too long for a code is a bug of the caller, and panics.
func QR(text string) (path string, size int) {
	code := encode(text)
	var drawn strings.Builder
	for _, run := range runs(code) {
		fmt.Fprintf(&drawn, "M%d %dh%dv1h-%dz", run.x+quietZone, run.y+quietZone, run.length, run.length)
	}
	return drawn.String(), code.Size + 2*quietZone
}

// encode uses level Q: a quarter of the code may be creased, stained or torn.
func encode(text string) *qr.Code {
	code, err := qr.Encode(text, qr.Q)
	if err != nil {
		panic("printing: " + err.Error())
	}
	return code
}

// run is a row's black modules side by side.
type run struct{ x, y, length int }

func runs(code *qr.Code) []run {
	var found []run
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			length := 0
			for code.Black(x+length, y) {
				length++
			}
			if length > 0 {
				found = append(found, run{x, y, length})
				x += length
			}
		}
	}
	return found
}

// Grouped writes a number in groups of digits parted by non-breaking spaces:
// a booklet's and a coupon's in fours, as in "2914 1777 6317 0674".
func Grouped(number string) string { return strings.Join(groups(number), nbsp) }

func groups(number string) []string {
	const size = 4
	var parted []string
	for rest := digits(number); rest != ""; {
		length := min(size, len(rest))
		parted, rest = append(parted, rest[:length]), rest[length:]
	}
	return parted
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
