package printing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/job"
	"passerelle/internal/voucher"
)

// Press makes the files of batches.
type Press struct {
	Database *db.DB
	Issuer   Issuer
}

// Register makes a runner make the files that wait, one a job.
func (p Press) Register(runner *job.Runner) {
	runner.Handle(JobBatch, func(ctx context.Context, text []byte) error {
		var task BatchTask
		if err := json.Unmarshal(text, &task); err != nil {
			return err
		}
		_, err := p.MakeNext(ctx, task.Batch)
		return err
	})
}

// MakeNext makes the next file of a batch, and tells whether the batch has
// ended. Its booklets are printed in the transaction that says so on the file,
// and its PDF is kept in another one: whoever stops between both leaves booklets
// that are printed once, and a PDF that the next caller makes from them. What
// cannot be printed ends the batch, with why.
func (p Press) MakeNext(ctx context.Context, id db.ID) (ended bool, err error) {
	var batch Batch
	if err := p.Database.View(ctx, job.Actor, func(q db.Q) (err error) {
		batch, err = BatchByID(ctx, q, id)
		return err
	}); err != nil {
		return false, err
	}
	if !batch.EndedAt.IsZero() {
		return true, nil
	}
	file, left := nextFile(batch)
	if !left {
		return true, p.end(ctx, id, "")
	}
	if file.Run.IsZero() {
		if file.Run, err = p.printRun(ctx, batch, file); err != nil {
			if kind := fault.KindOf(err); kind == fault.Internal || kind == fault.Unavailable {
				return false, err
			}
			return true, p.end(ctx, id, fault.Of(err).Message)
		}
	}
	papers, slip, err := p.papers(ctx, batch, file)
	if err != nil {
		return false, err
	}
	var pdf bytes.Buffer
	if err := WritePrintFile(&pdf, batch.At, batch.Sides, slip, papers...); err != nil {
		return false, err
	}
	return p.keep(ctx, batch, slip, pdf.Bytes())
}

// nextFile is the first file that is not made.
func nextFile(batch Batch) (BatchFile, bool) {
	for _, file := range batch.Files {
		if file.MadeAt.IsZero() {
			return file, true
		}
	}
	return BatchFile{}, false
}

// printRun prints the booklets of a file in the name of who asked, unless
// another did it at the same time.
func (p Press) printRun(ctx context.Context, batch Batch, file BatchFile) (run db.ID, err error) {
	err = p.Database.Update(ctx, batch.By, func(tx *db.Tx) error {
		run = tx.NewID()
		claimed, err := tx.Exec(ctx, `UPDATE print_file SET run_id = $3 WHERE batch = $1 AND rank = $2 AND run_id IS NULL`, batch.ID, file.Rank, run)
		if err != nil {
			return err
		}
		if claimed == 0 {
			return tx.QueryRow(ctx, `SELECT run_id FROM print_file WHERE batch = $1 AND rank = $2`, batch.ID, file.Rank).Scan(&run)
		}
		_, err = voucher.Print(ctx, tx, voucher.PrintRun{ID: run, Order: batch.Order, Desk: batch.Desk, Count: file.Count})
		return err
	})
	return run, err
}

// papers reads what a file holds.
func (p Press) papers(ctx context.Context, batch Batch, file BatchFile) (papers []Booklet, slip Slip, err error) {
	err = p.Database.View(ctx, batch.By, func(q db.Q) error {
		if papers, err = PrintedOf(ctx, q, file.Run, p.Issuer); err != nil {
			return err
		}
		order, err := funding.TermsOf(ctx, q, batch.Order)
		if err != nil {
			return err
		}
		desk, err := account.OrganisationByID(ctx, q, batch.Desk)
		slip = Slip{
			Order: order.Reference, Desk: desk.Name, Day: civil.DateOf(batch.At, civil.Paris), Rank: file.Rank, Files: len(batch.Files), Count: len(papers),
			Sheets: sheetsOf(papers, batch.Sides), Sample: p.Issuer.Sample,
		}
		if len(papers) > 0 {
			slip.First, slip.Last = papers[0].Number, papers[len(papers)-1].Number
		}
		return err
	})
	return papers, slip, err
}

func sheetsOf(papers []Booklet, sides Sides) (sheets int) {
	for _, paper := range papers {
		sheets += paper.Sheets()
		if sides == OneSide {
			sheets += paper.Sheets()
		}
	}
	return sheets
}

// partSize is how a file is cut in the database.
const partSize = 512 << 10

// keep stores a file, sealed, and asks for the next one.
func (p Press) keep(ctx context.Context, batch Batch, slip Slip, pdf []byte) (ended bool, err error) {
	err = p.Database.Update(ctx, job.Actor, func(tx *db.Tx) error {
		made, err := tx.Exec(ctx, `UPDATE print_file SET made_at = $3, first = $4, last = $5, size = $6 WHERE batch = $1 AND rank = $2 AND made_at IS NULL`,
			batch.ID, slip.Rank, tx.Now(), slip.First, slip.Last, len(pdf))
		if err != nil || made == 0 {
			return err // another made it
		}
		for part := 0; part*partSize < len(pdf); part++ {
			sealed, err := db.Seal(ctx, tx, batch.ID, string(pdf[part*partSize:min(len(pdf), (part+1)*partSize)]))
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO print_part (batch, rank, part, content) VALUES ($1, $2, $3, $4)`, batch.ID, slip.Rank, part, sealed); err != nil {
				return err
			}
		}
		if ended = slip.Rank == len(batch.Files); ended {
			return endBatch(ctx, tx, batch.ID, "")
		}
		return job.Enqueue(ctx, tx, JobBatch, BatchTask{batch.ID})
	})
	return ended, err
}

func (p Press) end(ctx context.Context, id db.ID, failure string) error {
	return p.Database.Update(ctx, job.Actor, func(tx *db.Tx) error { return endBatch(ctx, tx, id, failure) })
}

func endBatch(ctx context.Context, tx *db.Tx, id db.ID, failure string) error {
	_, err := tx.Exec(ctx, `UPDATE print_batch SET ended_at = $2, failure = $3 WHERE id = $1 AND ended_at IS NULL`, id, tx.Now(), failure)
	return err
}

// PrintedOf fills in the papers of the booklets of one print, those whose code
// was erased left out. Faults: those of voucher.Printed.
func PrintedOf(ctx context.Context, q db.Q, run db.ID, issuer Issuer) ([]Booklet, error) {
	printed, err := voucher.Printed(ctx, q, run)
	if err != nil {
		return nil, err
	}
	var papers []Booklet
	alike := map[db.ID]Booklet{} // by desk: what the booklets of one order say alike
	for _, known := range printed {
		common, said := alike[known.Desk]
		if !said {
			if common, err = commonOf(ctx, q, known, issuer); err != nil {
				return nil, err
			}
			alike[known.Desk] = common
		}
		paper, err := paperOf(ctx, q, common, known)
		if errors.Is(err, db.ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		papers = append(papers, paper)
	}
	return papers, nil
}
