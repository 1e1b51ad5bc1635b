package printing_test

import (
	"bytes"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	multi "github.com/makiuchi-d/gozxing/multi/qrcode"

	"passerelle/internal/dbtest"
	"passerelle/internal/printing"
)

// pages renders a PDF as a 203-dpi printer would, one file a page.
func pages(t *testing.T, pdf []byte) []string {
	t.Helper()
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		if dbtest.Required() {
			t.Fatal("pdftoppm is missing; on Debian: apt-get install poppler-utils")
		}
		t.Skip("papers are not rendered here: no pdftoppm; on Debian: apt-get install poppler-utils")
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "paper.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command("pdftoppm", "-r", "203", "-gray", "-png", file, filepath.Join(folder, "page")).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v\n%s", err, output)
	}
	found, err := filepath.Glob(filepath.Join(folder, "page*.png"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func picture(t *testing.T, page string) image.Image {
	t.Helper()
	file, err := os.Open(page)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	drawn, _, err := image.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return drawn
}

// scanned is every code that gozxing reads on a page, and zbar where it is
// installed must read the same.
func scanned(t *testing.T, page string) []string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture(t, page))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	results, err := multi.NewQRCodeMultiReader().DecodeMultiple(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err == nil {
		for _, result := range results {
			texts = append(texts, result.GetText())
		}
	}
	slices.Sort(texts)
	if _, err := exec.LookPath("zbarimg"); err != nil {
		t.Log("zbar is not asked: no zbarimg; on Debian: apt-get install zbar-tools")
		return texts
	}
	output, _ := exec.Command("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", page).Output() // exits 4 when it reads none
	other := strings.Fields(string(output))
	slices.Sort(other)
	if !slices.Equal(texts, other) {
		t.Errorf("%s: gozxing reads %v, zbar %v", filepath.Base(page), texts, other)
	}
	return texts
}

func TestTheCouponOfAnAppointmentIsReadAndInItsTopThird(t *testing.T) {
	l := letter()
	var pdf bytes.Buffer
	if err := printing.WriteLetter(&pdf, made, l); err != nil {
		t.Fatal(err)
	}
	sheets := pages(t, pdf.Bytes())
	if len(sheets) != 1 {
		t.Fatalf("%d sheets; want 1", len(sheets))
	}
	if got := scanned(t, sheets[0]); !slices.Equal(got, []string{"PN1" + l.Coupon}) {
		t.Errorf("read %v", got)
	}
	lines := words(t, pdf.Bytes(), "-layout", "-H", "990", "-W", "2000", "-x", "0", "-y", "0", "-r", "254")
	if !strings.Contains(lines, "8 décembre 2026") || !strings.Contains(lines, "2914 1777") {
		t.Errorf("the top third says:\n%s", lines)
	}
}

func TestALongAppointmentStaysOnOneSheet(t *testing.T) {
	l := letter()
	l.Name = "Marie-Antoinette-Philomène de la Tour"
	l.Workshop = "Découvrir son téléphone, écrire à ses proches, envoyer des photographies et appeler en vidéo"
	l.Site = "Espace de vie sociale et médiathèque intercommunale du Haut Pays Marchois"
	l.Address = []string{"Bâtiment C, 1er étage, porte de gauche après l’accueil", "117 bis avenue du Général de Gaulle", "23200 Saint-Maixant-la-Rivière"}
	l.Bring = []string{"votre téléphone", "vos lunettes", "le chargeur du téléphone", "votre carte Vitale"}
	l.Ways = []string{"Prenez le bus numéro 2.", "Le bus part à 13 heures 20.", "Descendez à l’arrêt Mairie.", "Suivez la rue jusqu’à la place.", "Vous marchez 4 minutes.", "Entrez par la porte verte."}
	var pdf bytes.Buffer
	if err := printing.WriteLetter(&pdf, made, l); err != nil {
		t.Fatal(err)
	}
	sheets := pages(t, pdf.Bytes())
	if len(sheets) != 1 {
		t.Errorf("%d sheets; want 1", len(sheets))
	}
	if got := scanned(t, sheets[0]); len(got) != 1 {
		t.Errorf("read %v; want one code", got)
	}
	if text := words(t, pdf.Bytes()); !strings.Contains(text, "G 4728") || !strings.Contains(text, "Page 1 sur 1") {
		t.Errorf("the foot is lost:\n%s", text)
	}
}

// words is a PDF's text, with ordinary spaces.
func words(t *testing.T, pdf []byte, options ...string) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if dbtest.Required() {
			t.Fatal("pdftotext is missing; on Debian: apt-get install poppler-utils")
		}
		t.Skip("papers are not read here: no pdftotext; on Debian: apt-get install poppler-utils")
	}
	file := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command("pdftotext", append(options, file, "-")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(string(output))
}

func TestAStatementSaysWhatItOwesOnNumberedPages(t *testing.T) {
	s := statement()
	for range 3 {
		s.Days = append(s.Days, s.Days...)
	}
	var pdf bytes.Buffer
	if err := printing.WriteStatement(&pdf, made, s); err != nil {
		t.Fatal(err)
	}
	text := words(t, pdf.Bytes(), "-layout")
	for _, told := range []string{"Relevé 2026-10-0147", "400 € vous sont dus", "Le Fil numérique", "Page 1 sur 3", "Page 3 sur 3", "État", "50 %", "200,00 €", "RELEVE 2026-10-0147"} {
		if !strings.Contains(text, told) {
			t.Errorf("%q is not told", told)
		}
	}
	if got := strings.Count(text, "80,00 €"); got != len(s.Days) {
		t.Errorf("%d lines; want %d", got, len(s.Days))
	}
}

func TestNamesKeepTheirLettersOnPaper(t *testing.T) {
	l := letter()
	l.Name = "Özgür Łukasz Ğ Œuvrard 王"
	var pdf bytes.Buffer
	if err := printing.WriteLetter(&pdf, made, l); err != nil {
		t.Fatal(err)
	}
	if text := words(t, pdf.Bytes()); !strings.Contains(text, "Özgür Łukasz Ğ Œuvrard ?") {
		t.Errorf("the name is told as:\n%s", strings.Join(strings.Split(text, "\n")[:3], "\n"))
	}
}

func TestTheSamePaperAtTheSameInstantIsTheSameFile(t *testing.T) {
	var first, second bytes.Buffer
	for _, to := range []*bytes.Buffer{&first, &second} {
		if err := printing.WriteBooklets(to, made, printing.BothSides, booklet(5)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two files differ")
	}
}

func TestAMapHoldsBothEndsAndNamesThatDoNotOverlap(t *testing.T) {
	for _, ends := range [][2]string{{"23025", "23096"}, {"23096", "23025"}, {"23176", "23008"}, {"23096", "63113"}, {"97411", "97415"}} {
		m := printing.MapBetween(commune(ends[0]), commune(ends[1]))
		if m == nil {
			t.Fatalf("%v: no map", ends)
		}
		for _, mark := range append(m.Towns, m.Person, m.Site) {
			if mark.X < 0 || mark.X > m.Width || mark.Y < 0 || mark.Y > m.Height {
				t.Errorf("%v: %s is outside, at %v", ends, mark.Name, mark.Spot)
			}
		}
		if m.Person.Spot == m.Site.Spot {
			t.Errorf("%v: both ends at %v", ends, m.Site.Spot)
		}
	}
	if printing.MapBetween(commune("23096"), commune("23096")) != nil {
		t.Error("a map within one commune")
	}
}

func BenchmarkBooklet(b *testing.B) {
	for b.Loop() {
		var pdf bytes.Buffer
		if err := printing.WriteBooklets(&pdf, made, printing.BothSides, booklet(10)); err != nil {
			b.Fatal(err)
		}
	}
}
