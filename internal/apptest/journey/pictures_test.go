package journey_test

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/sample"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// mostPicture is what a picture of the README may weigh, in bytes.
const mostPicture = 200_000

// TestThePicturesOfTheREADME draws the main pages, 1280 pixels wide.
// PASSERELLE_PICTURES=folder keeps them, of the whole sample programme; without
// it a small one is drawn and thrown away. `make pictures` calls it.
func TestThePicturesOfTheREADME(t *testing.T) {
	folder, people := os.Getenv("PASSERELLE_PICTURES"), 2000
	if folder == "" {
		folder, people = t.TempDir(), 240
	}
	w := newWorldOf(t, dbtest.SQLite(t), people)
	stock := w.inStock(t, "guichet", 2)
	seated := func(who string, options ...apptest.Option) *apptest.Tab {
		tab := apptest.NewTab(t, w.address, options...)
		if who != "" {
			tab.SignIn(w.account(t, who).Email, sample.Password)
		}
		return tab
	}
	keep := func(tab *apptest.Tab, name string, tall int) {
		t.Helper()
		drawn := drawn(t, tab.Screenshot(), tall)
		if len(drawn) > mostPicture {
			t.Errorf("%s weighs %d bytes, more than %d", name, len(drawn), mostPicture)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".png"), drawn, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const screen, sheet = 1000, 1500

	visitor := seated("")
	visitor.Visit("/")
	keep(visitor, "accueil", screen)
	visitor.Visit("/lieux/" + w.account(t, "lieu").SiteID.String())
	keep(visitor, "lieu", screen)

	desk := &agent{Tab: seated("guichet"), t: t, w: w}
	desk.Visit("/guichet")
	desk.Press("Commencer")
	desk.answer(said[0])
	keep(desk.Tab, "question", screen)
	desk.answer(said[1:]...)
	desk.Fill("Sa commune", "Saint-Vaury")
	desk.Press("Chercher une place")
	keep(desk.Tab, "places", screen)
	desk.Press("Choisir")
	desk.identify("Zénobie", stock[0].Number)
	desk.compare(stock[0].Number)
	desk.Press("Remettre le carnet")
	keep(desk.Tab, "page-imprimee", sheet)

	session := w.now(t)
	met, handed := w.person(t, "Yolaine", stock[1].Number)
	w.Must(t, w.actor(t, "guichet"), func(ctx context.Context, tx *db.Tx) error {
		_, err := workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: met.ID})
		return err
	})
	site := &agent{Tab: seated("lieu"), t: t, w: w}
	site.Visit("/seances/" + session.ID.String())
	site.reads(voucher.Group(handed.Coupons[0].Number), "Accepté, 10\u00a0€", "Yolaine")
	keep(site.Tab, "seance", screen)
	site.Visit("/releves")
	site.Press("Octobre 2026")
	keep(site.Tab, "releve", screen)

	territory := seated("territoire")
	territory.Visit("/commandes")
	territory.Press("2026-0001")
	keep(territory, "commande", 1400)
}

// drawn is a picture cut to a height, in the 256 colours that it has most of: a
// page has few.
func drawn(t *testing.T, screenshot []byte, tall int) []byte {
	t.Helper()
	whole, err := png.Decode(bytes.NewReader(screenshot))
	if err != nil {
		t.Fatal(err)
	}
	bounds := whole.Bounds()
	bounds.Max.Y = min(bounds.Max.Y, bounds.Min.Y+tall)
	counts := map[color.RGBA]int{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[color.RGBAModel.Convert(whole.At(x, y)).(color.RGBA)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, one := range colours[:min(256, len(colours))] {
		palette = append(palette, one)
	}
	cut := image.NewPaletted(image.Rect(0, 0, bounds.Dx(), bounds.Dy()), palette)
	draw.Draw(cut, cut.Bounds(), whole, bounds.Min, draw.Src)
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&file, cut); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}
