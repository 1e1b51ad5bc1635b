package web

import (
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

func TestACodeDrawnOnAPageIsReadBack(t *testing.T) {
	for _, text := range []string{"PN12914177763170674", "https://passerelle.example/c/2914177763170674"} {
		drawn, err := qrDrawing(text, "Code à lire du chèque <1>")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(drawn), `aria-label="Code à lire du chèque &lt;1&gt;"`) {
			t.Errorf("label: %.120s", drawn)
		}
		var side int
		if _, err := fmt.Sscanf(regexp.MustCompile(`viewBox="[^"]*"`).FindString(string(drawn)), `viewBox="-4 -4 %d`, &side); err != nil {
			t.Fatal(err)
		}
		const module = 4 // pixels
		picture := image.NewGray(image.Rect(0, 0, side*module, side*module))
		for i := range picture.Pix {
			picture.Pix[i] = 255
		}
		for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1`).FindAllStringSubmatch(string(drawn), -1) {
			var x, y, long int
			if _, err := fmt.Sscan(strings.Join(run[1:], " "), &x, &y, &long); err != nil {
				t.Fatal(err)
			}
			for px := (x + quiet) * module; px < (x+long+quiet)*module; px++ {
				for py := (y + quiet) * module; py < (y+1+quiet)*module; py++ {
					picture.SetGray(px, py, color.Gray{})
				}
			}
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if err != nil || read.GetText() != text {
			t.Errorf("%q reads as %v, %v", text, read, err)
		}
	}
}
