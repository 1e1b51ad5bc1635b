package printing

import (
	"context"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/job"
	"passerelle/internal/voucher"
)

// Batch is booklets of an order printed as one piece of work, in files that a
// printer takes one by one. A job makes the files in order: each is one
// voucher.Print, made once, and its PDF, which can be made again from it.
type Batch struct {
	ID        db.ID
	Order     db.ID
	Owner     db.ID // the authority that ordered
	Desk      db.ID // into whose stock; zero, when it begins, means the order's
	By        db.Actor
	Count     int // booklets; zero, when it begins, means all that remain
	PerFile   int // booklets in a file; zero means UsualPerFile
	Sides     Sides
	Failure   string // why it stopped, in French; empty when it did not
	At        time.Time
	EndedAt   time.Time  // zero while files are made
	KeptUntil civil.Date // the last day of its files
	DeletedAt time.Time
	Files     []BatchFile // in order
}

// BatchFile is one file of a batch.
type BatchFile struct {
	Rank        int // from 1
	Count       int // booklets
	Run         db.ID
	First, Last string // numbers of booklets; empty until it is made
	Size        int    // bytes
	MadeAt      time.Time
}

// Made is how many booklets stand in files that are ready.
func (b Batch) Made() (booklets, files int) {
	for _, file := range b.Files {
		if !file.MadeAt.IsZero() {
			booklets, files = booklets+file.Count, files+1
		}
	}
	return booklets, files
}

// The sizes of a batch's files, in booklets, and how long they are kept.
const (
	UsualPerFile = 200
	LeastPerFile = 10
	MostPerFile  = 500
	filesKept    = 30 // days: they hold the numbers and the codes inside
)

// JobBatch is the kind of the job that makes the next file of a batch; its
// payload is a BatchTask.
const JobBatch = "booklets.print"

// BatchTask names the batch that a job works on.
type BatchTask struct {
	Batch db.ID `json:"batch"`
}

// The refusals of batches.
var (
	ErrUnknownBatch     = fault.Define(fault.NotFound, "unknown_print_batch", "Cette impression n’existe pas, ou n’est pas à votre organisation. Choisissez-la sur la page de sa commande.")
	ErrPrintFileUnready = fault.Define(fault.Conflict, "print_file_unready", "Ce fichier n’est pas encore prêt. Attendez quelques instants, puis rechargez la page.")
	ErrPrintFileDeleted = fault.Define(fault.Gone, "print_file_deleted", "Les fichiers de cette impression ont été supprimés à leur terme. Imprimez à nouveau un carnet depuis sa page.")
)

// BeginBatch asks for booklets of an order, by the desk they are for or by the
// authority that ordered. Its ID is chosen by the edge. Faults: invalid (count,
// per_file, desk), unknown_order, order_closed, order_exhausted, forbidden.
func BeginBatch(ctx context.Context, tx *db.Tx, batch Batch) (Batch, error) {
	run := voucher.PrintRun{Order: batch.Order, Desk: batch.Desk}
	order, err := voucher.Printable(ctx, tx, &run)
	if err != nil {
		return Batch{}, err
	}
	left := order.Booklets - order.Printed
	if order.State == funding.Closed {
		return Batch{}, funding.ErrOrderClosed
	}
	if left < 1 {
		return Batch{}, funding.ErrOrderExhausted
	}
	if batch.Count == 0 {
		batch.Count = left
	}
	if batch.PerFile == 0 {
		batch.PerFile = UsualPerFile
	}
	var wrong fault.Collector
	wrong.Check(batch.Count >= 1 && batch.Count <= left, "count", "out_of_range", "Demandez au plus les carnets qui restent à imprimer dans la commande.")
	wrong.Check(batch.PerFile >= LeastPerFile && batch.PerFile <= MostPerFile, "per_file", "out_of_range", "Mettez de 10 à 500\u00a0carnets par fichier.")
	if err := wrong.Err(); err != nil {
		return Batch{}, err
	}
	if batch.ID.IsZero() {
		batch.ID = tx.NewID()
	}
	actor := tx.Actor()
	batch.Owner, batch.Desk, batch.At = order.Organisation, run.Desk, tx.Now()
	batch.By = db.Actor{Kind: actor.Kind, ID: actor.ID, Organisation: actor.Organisation, Role: actor.Role, Level: actor.Level}
	batch.KeptUntil = civil.DateOf(tx.Now(), civil.Paris).AddDays(filesKept)
	if _, err := tx.Exec(ctx, `INSERT INTO print_batch (id, order_id, owner, desk_id, organisation, person, role, level, kind, count, one_side, at, kept_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		batch.ID, batch.Order, batch.Owner, batch.Desk, actor.Organisation[:], actor.ID[:], actor.Role, actor.Level, string(actor.Kind),
		batch.Count, batch.Sides == OneSide, batch.At, batch.KeptUntil); err != nil {
		return Batch{}, err
	}
	for first := 0; first < batch.Count; first += batch.PerFile {
		file := BatchFile{Rank: len(batch.Files) + 1, Count: min(batch.PerFile, batch.Count-first)}
		if _, err := tx.Exec(ctx, `INSERT INTO print_file (batch, rank, count) VALUES ($1, $2, $3)`, batch.ID, file.Rank, file.Count); err != nil {
			return Batch{}, err
		}
		batch.Files = append(batch.Files, file)
	}
	return batch, job.Enqueue(ctx, tx, JobBatch, BatchTask{batch.ID})
}

const selectBatch = `SELECT id, order_id, owner, desk_id, organisation, person, role, level, kind, count, one_side, failure, at, ended_at, kept_until, deleted_at FROM print_batch`

func scanBatch(row db.Scanner) (Batch, error) {
	var b Batch
	var oneSide bool
	err := row.Scan(&b.ID, &b.Order, &b.Owner, &b.Desk, &b.By.Organisation, &b.By.ID, &b.By.Role, &b.By.Level, (*string)(&b.By.Kind), &b.Count, &oneSide,
		&b.Failure, &b.At, &b.EndedAt, &b.KeptUntil, &b.DeletedAt)
	if oneSide {
		b.Sides = OneSide
	}
	return b, err
}

func scanFile(row db.Scanner) (BatchFile, error) {
	var f BatchFile
	err := row.Scan(&f.Rank, &f.Count, &f.Run, &f.First, &f.Last, &f.Size, &f.MadeAt)
	return f, err
}

// BatchByID reads a batch with its files, for the authority that ordered and
// the desk that the booklets are for. Faults: forbidden, unknown_print_batch.
func BatchByID(ctx context.Context, q db.Q, id db.ID) (Batch, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActBookletPrint, db.ID{}); err != nil {
		return Batch{}, err
	}
	batch, err := scanBatch(q.QueryRow(ctx, selectBatch+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Batch{}, ErrUnknownBatch
	}
	if err != nil {
		return Batch{}, err
	}
	within := actor.Organisation == batch.Owner || actor.Organisation == batch.Desk
	if actor.Kind != db.Job && actor.Kind != db.Console && !within {
		return Batch{}, ErrUnknownBatch
	}
	batch.Files, err = db.All(ctx, q, scanFile, `SELECT rank, count, run_id, first, last, size, made_at FROM print_file WHERE batch = $1 ORDER BY rank`, id)
	if len(batch.Files) > 0 {
		batch.PerFile = batch.Files[0].Count
	}
	return batch, err
}

// BatchesOf lists the batches of an order, the newest first, for the same
// readers; each with its files. Faults: forbidden, unknown_order.
func BatchesOf(ctx context.Context, q db.Q, order db.ID) ([]Batch, error) {
	if err := account.Require(q.Actor(), account.ActBookletPrint, db.ID{}); err != nil {
		return nil, err
	}
	if _, err := funding.OrderByID(ctx, q, order); err != nil {
		return nil, err
	}
	ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT id FROM print_batch WHERE order_id = $1 ORDER BY at DESC, id DESC`, order)
	if err != nil {
		return nil, err
	}
	var batches []Batch
	for _, id := range ids {
		batch, err := BatchByID(ctx, q, id)
		switch {
		case fault.HasCode(err, ErrUnknownBatch.Code): // into another desk's stock
		case err != nil:
			return nil, err
		default:
			batches = append(batches, batch)
		}
	}
	return batches, nil
}

// BatchesFor lists the batches whose files are kept, of the actor's orders or
// into its stock, the newest first. Fault: forbidden.
func BatchesFor(ctx context.Context, q db.Q, limit int) ([]Batch, error) {
	if err := account.Require(q.Actor(), account.ActBookletPrint, db.ID{}); err != nil {
		return nil, err
	}
	own := q.Actor().Organisation
	ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT id FROM print_batch WHERE (owner = $1 OR desk_id = $1) AND deleted_at IS NULL ORDER BY at DESC, id DESC LIMIT $2`, own, limit)
	if err != nil {
		return nil, err
	}
	batches := make([]Batch, len(ids))
	for i, id := range ids {
		if batches[i], err = BatchByID(ctx, q, id); err != nil {
			return nil, err
		}
	}
	return batches, nil
}

// FileContent is the PDF of one file, from rank 1. Faults: those of BatchByID,
// print_file_unready, print_file_deleted.
func FileContent(ctx context.Context, q db.Q, id db.ID, rank int) ([]byte, error) {
	batch, err := BatchByID(ctx, q, id)
	if err != nil {
		return nil, err
	}
	switch {
	case rank < 1 || rank > len(batch.Files):
		return nil, ErrUnknownBatch
	case !batch.DeletedAt.IsZero():
		return nil, ErrPrintFileDeleted
	case batch.Files[rank-1].MadeAt.IsZero():
		return nil, ErrPrintFileUnready
	}
	parts, err := db.All(ctx, q, db.Value[[]byte], `SELECT content FROM print_part WHERE batch = $1 AND rank = $2 ORDER BY part`, id, rank)
	if err != nil {
		return nil, err
	}
	var whole strings.Builder
	for _, part := range parts {
		text, err := db.Unseal(ctx, q, id, part)
		if err != nil {
			return nil, err
		}
		whole.WriteString(text)
	}
	return []byte(whole.String()), nil
}

// DeleteBatchFiles removes the files of a batch before their term, once they
// are printed; the booklets stay. Again, it changes nothing. Faults: those of
// BatchByID, print_file_unready while files are made.
func DeleteBatchFiles(ctx context.Context, tx *db.Tx, id db.ID) (Batch, error) {
	batch, err := BatchByID(ctx, tx, id)
	if err != nil {
		return Batch{}, err
	}
	if batch.EndedAt.IsZero() {
		return Batch{}, ErrPrintFileUnready
	}
	if err := deleteFiles(ctx, tx, id); err != nil {
		return Batch{}, err
	}
	return BatchByID(ctx, tx, id)
}

// deleteFiles removes the files and the key that reads them, in every backup
// that holds no copy of the key too.
func deleteFiles(ctx context.Context, tx *db.Tx, id db.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM print_part WHERE batch = $1`, id); err != nil {
		return err
	}
	if err := db.Erase(ctx, tx, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE print_batch SET deleted_at = $2, ended_at = COALESCE(ended_at, $2) WHERE id = $1 AND deleted_at IS NULL`, id, tx.Now())
	return err
}

// ForgetBatches removes the files whose last day is over.
func ForgetBatches(ctx context.Context, tx *db.Tx) error {
	over, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM print_batch WHERE kept_until < $1 AND deleted_at IS NULL`, civil.DateOf(tx.Now(), civil.Paris))
	if err != nil {
		return err
	}
	for _, id := range over {
		if err := deleteFiles(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}
