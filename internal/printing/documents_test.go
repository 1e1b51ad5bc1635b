package printing_test

import (
	"bytes"
	"compress/zlib"
	"image"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"passerelle/internal/civil"
	"passerelle/internal/diagnosis"
	"passerelle/internal/printing"
)

// document is one paper filled in with sample data.
type document struct {
	writer string // the function that writes its PDF
	name   string
	write  func(to io.Writer) error
	codes  []string // every code on its pages
	// personal is read by the person helped: no type under 14 points.
	personal bool
	pages    int // zero: any number
}

func documents(t *testing.T) []document {
	all := bookletDocuments()
	unmapped := letter()
	unmapped.Map, unmapped.Coupon = nil, ""
	return append(all,
		document{"WriteLetter", "letter", func(to io.Writer) error { return printing.WriteLetter(to, made, letter()) }, []string{"PN1" + letter().Coupon}, true, 1},
		document{"WriteLetter", "letter without coupon", func(to io.Writer) error { return printing.WriteLetter(to, made, unmapped) }, nil, true, 1},
		document{"WriteMeeting", "meeting", func(to io.Writer) error { return printing.WriteMeeting(to, made, meeting()) }, nil, true, 1},
		document{"WritePoster", "poster", func(to io.Writer) error { return printing.WritePoster(to, made, poster(t, labelledSite())) }, []string{placePage}, true, 1},
		document{"WriteForm", "form", func(to io.Writer) error {
			return printing.WriteForm(to, made, printing.FormOf(diagnosis.Quick(), "", printing.Issuer{Sample: true}))
		}, nil, true, 0},
		document{"WriteAgenda", "agenda", func(to io.Writer) error { return printing.WriteAgenda(to, made, agenda(12)) }, []string{placePage, placePage}, true, 2},
		document{"WriteAttendance", "attendance", func(to io.Writer) error { return printing.WriteAttendance(to, made, attendance(20)) }, nil, false, 2},
		document{"WriteOwnerLetter", "owner letter", func(to io.Writer) error { return printing.WriteOwnerLetter(to, made, ownerLetter()) }, []string{ownerLetter().Link}, false, 1},
		document{"WritePrintFile", "file of a batch", func(to io.Writer) error {
			slip := printing.Slip{Order: "2026-0001", Desk: "CCAS de Guéret", Rank: 3, Files: 50, Count: 1, Sheets: 3, First: booklet(1).Number, Last: booklet(1).Number, Sample: true}
			return printing.WritePrintFile(to, made, printing.BothSides, slip, booklet(1))
		}, []string{"PN1" + booklet(1).Coupons[0].Number}, true, 4},
		document{"WriteCertificate", "solvency certificate", func(to io.Writer) error {
			return printing.WriteCertificate(to, made, printing.Certificate{Payer: "Passerelle", At: made, Covered: true, Sample: true})
		}, nil, false, 1},
		document{"WriteNotices", "notices", func(to io.Writer) error {
			return printing.WriteNotices(to, made, []printing.Notice{{To: letter().Address, From: "CCAS de Guéret", On: civil.On(2026, 11, 24), Title: "Votre atelier approche", Text: "Votre place est gardée.", Sample: true}})
		}, nil, true, 1},
		document{"WriteStatement", "statement", func(to io.Writer) error { return printing.WriteStatement(to, made, statement()) }, nil, false, 0},
		document{"WriteTogether", "statements together", func(to io.Writer) error {
			return printing.WriteTogether(to, made, printing.Together{Organisation: "Réseau", Month: statement().Month, Places: []printing.Statement{statement()}})
		}, nil, false, 0},
	)
}

// bookletDocuments are booklets of each size, for each printer.
func bookletDocuments() (all []document) {
	used := inStock(booklet(5))
	used.Coupons[2].Used = true
	long := booklet(10)
	long.Place = "Communauté d’agglomération du Grand Guéret et des Combrailles réunies"
	long.Subjects = []string{"Aide aux démarches administratives", "Prise en main d’un smartphone ou d’une tablette", "Insertion professionnelle via le numérique"}
	long.Payers = append(long.Payers, "Communauté d’agglomération du Grand Guéret", "Région Nouvelle-Aquitaine")
	long.Telephone = ""
	for _, one := range []struct {
		name  string
		sides printing.Sides
		of    printing.Booklet
		pages int
	}{
		{"10 coupons", printing.BothSides, booklet(10), 6},
		{"5 coupons, one used", printing.BothSides, used, 4},
		{"1 coupon", printing.BothSides, booklet(1), 2},
		{"much to say", printing.BothSides, long, 6},
		{"one side", printing.OneSide, booklet(10), 6},
	} {
		var codes []string
		for _, coupon := range one.of.Coupons {
			if !coupon.Used {
				codes = append(codes, "PN1"+coupon.Number)
			}
		}
		all = append(all, document{"WriteBooklets", "booklet, " + one.name, func(to io.Writer) error {
			return printing.WriteBooklets(to, made, one.sides, one.of)
		}, codes, true, one.pages})
	}
	return all
}

// A function that writes a paper and is not in the list above fails here.
func TestEveryPaperIsAmongTheDocuments(t *testing.T) {
	known := map[string]bool{}
	for _, one := range documents(t) {
		known[one.writer] = true
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	writers := regexp.MustCompile(`(?m)^func (Write[A-Z]\w*)\(`)
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range writers.FindAllSubmatch(source, -1) {
			if !known[string(found[1])] {
				t.Errorf("%s writes a paper that is not among the documents of this test", found[1])
			}
		}
	}
}

// Every code on every page is read by both decoders as a 203-dpi printer draws
// it, nothing is printed nearer to the edge than 5 mm, and what the person
// helped reads is set in 14 points at least.
func TestEveryCodeOfEveryDocumentIsReadAt203Dpi(t *testing.T) {
	folder := os.Getenv("PASSERELLE_SCREENSHOTS")
	for _, one := range documents(t) {
		t.Run(one.name, func(t *testing.T) {
			var pdf bytes.Buffer
			if err := one.write(&pdf); err != nil {
				t.Fatal(err)
			}
			if folder != "" {
				if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(one.name, " ", "-")+".pdf"), pdf.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			drawn := pages(t, pdf.Bytes())
			for _, page := range drawn {
				inMargins(t, page)
				got = append(got, scanned(t, page)...)
			}
			slices.Sort(got)
			slices.Sort(one.codes)
			if !slices.Equal(got, one.codes) {
				t.Errorf("read %v\nwant %v", got, one.codes)
			}
			if one.pages > 0 && len(drawn) != one.pages {
				t.Errorf("%d pages; want %d", len(drawn), one.pages)
			}
			if least := leastType(t, pdf.Bytes()); one.personal && least < 14 {
				t.Errorf("the smallest type is of %g points; easy reading wants 14", least)
			}
		})
	}
}

// inMargins fails when a page has ink within 5 mm of its edge.
func inMargins(t *testing.T, page string) {
	t.Helper()
	drawn := picture(t, page)
	bounds := drawn.Bounds()
	const margin = 39 // dots of 203 to the inch: a hair under 5 mm
	within := bounds.Inset(margin)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if y >= within.Min.Y && y < within.Max.Y && x == within.Min.X {
				x = within.Max.X
			}
			if shade, _, _, _ := drawn.At(x, y).RGBA(); shade < 0x8000 {
				t.Errorf("ink at %v of %v: less than 5 mm from the edge", image.Pt(x, y), bounds)
				return
			}
		}
	}
}

var (
	streams = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	typeSet = regexp.MustCompile(`/F\w+ ([0-9.]+) Tf`)
)

// leastType is the smallest type of a PDF, in points.
func leastType(t *testing.T, pdf []byte) float64 {
	t.Helper()
	const none = 1000
	least := float64(none)
	for _, stream := range streams.FindAllSubmatch(pdf, -1) {
		reader, err := zlib.NewReader(bytes.NewReader(stream[1]))
		if err != nil {
			continue // not compressed: no page
		}
		content, _ := io.ReadAll(reader) // a stream cut short has said its sizes already
		for _, size := range typeSet.FindAllSubmatch(content, -1) {
			points, err := strconv.ParseFloat(string(size[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			least = min(least, points)
		}
	}
	if least == none {
		t.Fatal("no type is set in this file")
	}
	return least
}
