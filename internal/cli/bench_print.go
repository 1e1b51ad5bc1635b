package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"rsc.io/qr"

	"passerelle/internal/civil"
	"passerelle/internal/printing"
	"passerelle/internal/voucher"
)

type benchPrintCommand struct {
	Booklets int    `default:"200" help:"Carnets d’un fichier."`
	Rounds   int    `default:"3" help:"Fois que chaque fichier est fait ; la plus rapide compte."`
	Profile  string `help:"Garde dans ce dossier le profil du processeur." placeholder:"DOSSIER"`
}

// Run measures the making of one file of booklets, beside the bare PDF library
// drawing the same codes on as many pages, by turns.
func (c *benchPrintCommand) Run(env *environment) error {
	if c.Booklets < 1 || c.Rounds < 1 {
		return fmt.Errorf("%w : donnez au moins un carnet et une fois", errUsage)
	}
	booklets := make([]printing.Booklet, c.Booklets)
	for i := range booklets {
		booklets[i] = inventedBooklet(i)
	}
	slip := printing.Slip{Order: "2026-0001", Desk: booklets[0].Desk, Rank: 1, Files: 1, Count: c.Booklets}
	at := time.Date(2026, time.November, 25, 9, 0, 0, 0, time.UTC)
	if c.Profile != "" {
		stop, err := profileTo(filepath.Join(c.Profile, "print.pprof"))
		if err != nil {
			return err
		}
		defer stop()
	}
	var floor, made time.Duration
	pages := 0
	for range c.Rounds {
		begun := time.Now()
		bare, err := drawBare(booklets)
		if err != nil {
			return err
		}
		floor, pages = shorter(floor, time.Since(begun)), bare
		begun = time.Now()
		if err := printing.WritePrintFile(io.Discard, at, printing.BothSides, slip, booklets...); err != nil {
			return err
		}
		made = shorter(made, time.Since(begun))
	}
	bareRate, rate := float64(pages)/floor.Seconds(), float64(pages)/made.Seconds()
	fmt.Fprintf(env.stdout, "plancher : la bibliothèque PDF seule, %d codes sur %d pages\t%.0f pages/s\n", c.Booklets*len(booklets[0].Coupons), pages, bareRate)
	fmt.Fprintf(env.stdout, "fichier de %d carnets\t%.0f pages/s\t%.1f carnets/s\tratio %.2f\n", c.Booklets, rate, float64(c.Booklets)/made.Seconds(), rate/bareRate)
	return nil
}

func shorter(known, measured time.Duration) time.Duration {
	if known == 0 || measured < known {
		return measured
	}
	return known
}

// profileTo profiles the processor until it is stopped.
func profileTo(path string) (stop func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("profil : %w", err)
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("profil : %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, fmt.Errorf("profil : %w", err)
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close() // a profile cut short is no failure of the measure
	}, nil
}

// inventedBooklet is a booklet of ten coupons, as a desk hands it over.
func inventedBooklet(rank int) printing.Booklet {
	const coupons = 10
	booklet := printing.Booklet{
		Number: fmt.Sprintf("%012d", 482107369185+rank), InnerCode: fmt.Sprintf("%08d", 20483917+rank), ValidUntil: civil.On(2027, time.November, 22),
		Desk: "CCAS de Guéret", Telephone: "05 36 49 12 00", Payers: []string{"État", "Département de la Creuse", "Mutuelle des Combrailles"},
	}
	for i := range coupons {
		booklet.Coupons = append(booklet.Coupons, printing.Coupon{Number: fmt.Sprintf("%016d", 2914177763170674+int64(rank*coupons+i)*611_903_771), Rank: i + 1, Amount: 1000})
	}
	return booklet
}

// drawBare draws the codes of booklets with the PDF library alone, a rectangle
// for each black run, on as many pages as the booklets take; it answers how many.
func drawBare(booklets []printing.Booklet) (pages int, err error) {
	document := fpdf.New("L", "mm", "A4", "")
	document.SetAutoPageBreak(false, 0)
	for _, booklet := range booklets {
		sides := 2 * booklet.Sheets()
		for side := range sides {
			document.AddPage()
			pages++
			for i := side * len(booklet.Coupons) / sides; i < (side+1)*len(booklet.Coupons)/sides; i++ {
				code, err := qr.Encode(voucher.Prefix+booklet.Coupons[i].Number, qr.Q)
				if err != nil {
					return 0, err
				}
				drawRuns(document, code, float64(20+130*(i%2)))
			}
		}
	}
	return pages, document.Output(io.Discard)
}

func drawRuns(document *fpdf.Fpdf, code *qr.Code, left float64) {
	const module, top = 1.3, 40.0
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			length := 0
			for code.Black(x+length, y) {
				length++
			}
			if length > 0 {
				document.Rect(left+float64(x)*module, top+float64(y)*module, float64(length)*module, module, "F")
				x += length
			}
		}
	}
}
