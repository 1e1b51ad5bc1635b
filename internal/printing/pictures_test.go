package printing_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"passerelle/internal/printing"
)

// TestThePicturesOfPaper draws the kinds of faces of a booklet and the
// appointment page. PASSERELLE_PICTURES=folder keeps them, for docs/paper.md;
// without it they are drawn and thrown away. `make pictures` calls it.
func TestThePicturesOfPaper(t *testing.T) {
	folder := os.Getenv("PASSERELLE_PICTURES")
	if folder == "" {
		folder = t.TempDir()
	}
	for _, one := range []struct {
		name  string
		page  int
		write func(to io.Writer) error
	}{
		{"carnet-exterieur", 1, writeBooklet(printing.BothSides)},
		{"carnet-interieur", 2, writeBooklet(printing.BothSides)},
		{"carnet-cheques", 4, writeBooklet(printing.BothSides)},
		{"rendez-vous", 1, func(to io.Writer) error { return printing.WriteLetter(to, made, letter()) }},
		{"ateliers-du-mois", 1, func(to io.Writer) error { return printing.WriteAgenda(to, made, agenda(6)) }},
		{"feuille-de-presence", 1, func(to io.Writer) error { return printing.WriteAttendance(to, made, attendance(5)) }},
	} {
		var pdf bytes.Buffer
		if err := one.write(&pdf); err != nil {
			t.Fatal(err)
		}
		pages(t, pdf.Bytes()) // skips where nothing renders
		drawn := framed(t, pdf.Bytes(), one.page)
		const most = 120_000
		if len(drawn) > most {
			t.Errorf("%s weighs %d bytes, more than %d", one.name, len(drawn), most)
		}
		if err := os.WriteFile(filepath.Join(folder, one.name+".png"), drawn, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func writeBooklet(sides printing.Sides) func(to io.Writer) error {
	return func(to io.Writer) error { return printing.WriteBooklets(to, made, sides, booklet(10)) }
}

// framed renders one page at 90 dpi in sixteen greys, with a line round it.
func framed(t *testing.T, pdf []byte, page int) []byte {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "paper.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	number := fmt.Sprint(page)
	if output, err := exec.Command("pdftoppm", "-r", "90", "-gray", "-png", "-singlefile", "-f", number, "-l", number, file, filepath.Join(folder, "page")).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v\n%s", err, output)
	}
	rendered := picture(t, filepath.Join(folder, "page.png"))
	const greys = 16
	palette := make(color.Palette, greys)
	for i := range palette {
		palette[i] = color.Gray{uint8(i * 255 / (greys - 1))}
	}
	drawn := image.NewPaletted(rendered.Bounds(), palette)
	draw.Draw(drawn, drawn.Bounds(), image.NewUniform(color.Gray{0x88}), image.Point{}, draw.Src)
	draw.Draw(drawn, drawn.Bounds().Inset(1), rendered, rendered.Bounds().Min.Add(image.Pt(1, 1)), draw.Src)
	var encoded bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&encoded, drawn); err != nil {
		t.Fatal(err)
	}
	return encoded.Bytes()
}
