package place

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/job"
)

// UploadState is where a file brought on screen stands.
type UploadState string

// The states of an upload:
//
//	waiting → trying → tried → importing → imported
//
// A new mapping brings tried and failed back to waiting; a file that cannot be
// read goes from trying or importing to failed.
const (
	UploadWaiting   UploadState = "waiting"
	UploadTrying    UploadState = "trying"
	UploadTried     UploadState = "tried"
	UploadImporting UploadState = "importing"
	UploadImported  UploadState = "imported"
	UploadFailed    UploadState = "failed"
)

// UploadJob is the kind of the job that tries or imports an upload; its payload
// is an UploadTask.
const UploadJob = "places.upload"

// UploadTask names the upload that a job works on.
type UploadTask struct {
	Upload db.ID `json:"upload"`
}

// Tally tells what became of the lines of a file; Read is the sum of the others.
type Tally struct {
	Read, Created, Updated, Unchanged, Refused, Ignored int
}

// Upload is a file of places that a person brought on screen, to be matched,
// tried and imported.
type Upload struct {
	ID      db.ID    // chosen by the edge
	By      db.Actor // who brought it: it is imported in their name and within their rights
	Name    string   // of the file
	Source  string   // under which its places are known again
	Size    int      // bytes
	Mapping string   // JSON, in the national cartography's format; empty: found by itself
	State   UploadState
	Failure string // why it failed, in French
	Tally   Tally  // of the last trial, or of the import; counts as it goes
	At      time.Time
	EndedAt time.Time // of the last trial or of the import
}

// MostUpload is the size of the largest file, in bytes.
const MostUpload = 20 << 20

// partSize is how a file is cut in the database.
const partSize = 512 << 10

// The refusals of uploads.
var (
	ErrUnknownUpload = fault.Define(fault.NotFound, "unknown_upload", "Ce fichier n’est pas, ou plus, ici. Apportez-le à nouveau.")
	ErrUploadBusy    = fault.Define(fault.Conflict, "upload_busy", "Ce fichier est en cours de lecture, ou déjà importé. Rechargez la page.")
	ErrUploadUntried = fault.Define(fault.Conflict, "upload_untried", "Essayez d’abord le fichier : vous verrez ce que chaque ligne deviendra.")
)

// KeepUpload keeps a file. Faults: forbidden, invalid (name, source, file).
func KeepUpload(ctx context.Context, tx *db.Tx, upload Upload, content []byte) (Upload, error) {
	if err := account.Require(tx.Actor(), account.ActPlaceImport, db.ID{}); err != nil {
		return Upload{}, err
	}
	const longest = 200
	var wrong fault.Collector
	upload.Name, upload.Source = strings.TrimSpace(upload.Name), strings.TrimSpace(upload.Source)
	wrong.Check(upload.Name != "" && utf8.RuneCountInString(upload.Name) <= longest, "name", "required", "Donnez le nom du fichier, en 200\u00a0caractères au plus.")
	wrong.Check(utf8.RuneCountInString(upload.Source) <= longest, "source", "too_long", "Raccourcissez le nom de la source\u00a0: 200\u00a0caractères au plus.")
	wrong.Check(len(content) > 0, "file", "required", "Choisissez un fichier qui n’est pas vide.")
	wrong.Check(len(content) <= MostUpload, "file", "too_large", "Ce fichier dépasse 20\u00a0Mo. Coupez-le en plusieurs, ou importez-le par la ligne de commande.")
	if err := wrong.Err(); err != nil {
		return Upload{}, err
	}
	if upload.ID.IsZero() {
		upload.ID = tx.NewID()
	}
	actor := tx.Actor()
	upload.By = db.Actor{Kind: actor.Kind, ID: actor.ID, Organisation: actor.Organisation, Role: actor.Role, Level: actor.Level}
	upload.Size, upload.State, upload.At = len(content), UploadWaiting, tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO upload (id, organisation, person, role, level, kind, name, source, size, mapping, state, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		upload.ID, actor.Organisation[:], actor.ID[:], actor.Role, actor.Level, string(actor.Kind), upload.Name, upload.Source, upload.Size,
		upload.Mapping, string(upload.State), upload.At); err != nil {
		return Upload{}, err
	}
	return upload, keepParts(ctx, tx, upload.ID, "file", content)
}

func keepParts(ctx context.Context, tx *db.Tx, upload db.ID, what string, content []byte) error {
	if _, err := tx.Exec(ctx, `DELETE FROM upload_part WHERE upload = $1 AND what = $2`, upload, what); err != nil {
		return err
	}
	for part := 0; part*partSize < len(content); part++ {
		piece := content[part*partSize : min(len(content), (part+1)*partSize)]
		if _, err := tx.Exec(ctx, `INSERT INTO upload_part (upload, what, part, content) VALUES ($1, $2, $3, $4)`, upload, what, part, piece); err != nil {
			return err
		}
	}
	return nil
}

const selectUpload = `SELECT id, organisation, person, role, level, kind, name, source, size, mapping, state, failure,
	lines, created, updated, unchanged, refused, ignored, at, ended_at FROM upload`

func scanUpload(row db.Scanner) (Upload, error) {
	var u Upload
	err := row.Scan(&u.ID, &u.By.Organisation, &u.By.ID, &u.By.Role, &u.By.Level, (*string)(&u.By.Kind), &u.Name, &u.Source, &u.Size, &u.Mapping,
		(*string)(&u.State), &u.Failure, &u.Tally.Read, &u.Tally.Created, &u.Tally.Updated, &u.Tally.Unchanged, &u.Tally.Refused, &u.Tally.Ignored,
		&u.At, &u.EndedAt)
	return u, err
}

// UploadByID reads a file's standing: for the organisation that brought it.
// Faults: forbidden, unknown_upload, other_organisation.
func UploadByID(ctx context.Context, q db.Q, id db.ID) (Upload, error) {
	if err := account.Require(q.Actor(), account.ActPlaceImport, db.ID{}); err != nil {
		return Upload{}, err
	}
	found, err := scanUpload(q.QueryRow(ctx, selectUpload+` WHERE id = $1`, id))
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return Upload{}, ErrUnknownUpload
	case err != nil:
		return Upload{}, err
	case q.Actor().Kind != db.Job && q.Actor().Kind != db.Console && found.By.Organisation != q.Actor().Organisation:
		return Upload{}, account.ErrOtherOrganisation
	}
	return found, nil
}

// Uploads lists the files that the actor's organisation brought, the newest
// first, before the one named (all when it is zero). Fault: forbidden.
func Uploads(ctx context.Context, q db.Q, before db.ID, limit int) ([]Upload, error) {
	if err := account.Require(q.Actor(), account.ActPlaceImport, db.ID{}); err != nil {
		return nil, err
	}
	own := q.Actor().Organisation
	return db.All(ctx, q, scanUpload, selectUpload+` WHERE organisation = $1 AND ($2 OR id < $3) ORDER BY id DESC LIMIT $4`,
		own[:], before.IsZero(), before[:], limit)
}

// UploadFile reads the file itself. Faults: as UploadByID.
func UploadFile(ctx context.Context, q db.Q, id db.ID) ([]byte, error) {
	return uploadParts(ctx, q, id, "file")
}

// UploadReport reads the report of the last trial, or of the import: JSON
// lines, empty before. Faults: as UploadByID.
func UploadReport(ctx context.Context, q db.Q, id db.ID) ([]byte, error) {
	return uploadParts(ctx, q, id, "report")
}

func uploadParts(ctx context.Context, q db.Q, id db.ID, what string) ([]byte, error) {
	if _, err := UploadByID(ctx, q, id); err != nil {
		return nil, err
	}
	parts, err := db.All(ctx, q, db.Value[[]byte], `SELECT content FROM upload_part WHERE upload = $1 AND what = $2 ORDER BY part`, id, what)
	var whole []byte
	for _, part := range parts {
		whole = append(whole, part...)
	}
	return whole, err
}

// MatchUpload sets how the file's columns are read; what was tried before no
// longer tells. An empty mapping is found by itself. Faults: as UploadByID,
// upload_busy.
func MatchUpload(ctx context.Context, tx *db.Tx, id db.ID, mapping string) error {
	return moveUpload(ctx, tx, id, `UPDATE upload SET mapping = $2, state = 'waiting', failure = ''
		WHERE id = $1 AND state IN ('waiting', 'tried', 'failed')`, ErrUploadBusy, id, mapping)
}

// TryUpload asks for a reading of the whole file that writes nothing. Faults:
// as UploadByID, upload_busy.
func TryUpload(ctx context.Context, tx *db.Tx, id db.ID) error {
	if err := moveUpload(ctx, tx, id, `UPDATE upload SET state = 'trying', failure = '', lines = 0, created = 0, updated = 0, unchanged = 0, refused = 0, ignored = 0
		WHERE id = $1 AND state IN ('waiting', 'tried', 'failed')`, ErrUploadBusy, id); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, UploadJob, UploadTask{id})
}

// ImportUpload asks for the import of a file that was tried. Faults: as
// UploadByID, upload_untried.
func ImportUpload(ctx context.Context, tx *db.Tx, id db.ID) error {
	if err := moveUpload(ctx, tx, id, `UPDATE upload SET state = 'importing', lines = 0, created = 0, updated = 0, unchanged = 0, refused = 0, ignored = 0
		WHERE id = $1 AND state = 'tried'`, ErrUploadUntried, id); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, UploadJob, UploadTask{id})
}

// NoteUpload counts the lines read so far, for whoever waits. Only the job that
// reads the file calls it.
func NoteUpload(ctx context.Context, tx *db.Tx, id db.ID, tally Tally) error {
	return moveUpload(ctx, tx, id, `UPDATE upload SET lines = $2, created = $3, updated = $4, unchanged = $5, refused = $6, ignored = $7
		WHERE id = $1 AND state IN ('trying', 'importing')`, ErrUploadBusy,
		id, tally.Read, tally.Created, tally.Updated, tally.Unchanged, tally.Refused, tally.Ignored)
}

// EndUpload ends a trial or an import with its report; a failure, in French,
// says that the file could not be read. Only the job that reads the file calls it.
func EndUpload(ctx context.Context, tx *db.Tx, id db.ID, tally Tally, report []byte, failure string) error {
	if err := NoteUpload(ctx, tx, id, tally); err != nil {
		return err
	}
	if err := keepParts(ctx, tx, id, "report", report); err != nil {
		return err
	}
	return moveUpload(ctx, tx, id, `UPDATE upload SET ended_at = $2, failure = $3,
		state = CASE WHEN $3 <> '' THEN 'failed' WHEN state = 'trying' THEN 'tried' ELSE 'imported' END
		WHERE id = $1 AND state IN ('trying', 'importing')`, ErrUploadBusy, id, tx.Now(), failure)
}

// moveUpload runs a guarded statement on an upload that the actor may read.
func moveUpload(ctx context.Context, tx *db.Tx, id db.ID, statement string, refusal error, args ...any) error {
	if _, err := UploadByID(ctx, tx, id); err != nil {
		return err
	}
	moved, err := tx.Exec(ctx, statement, args...)
	if err == nil && moved == 0 {
		return refusal
	}
	return err
}

// uploadsKept is how long a file stays after it was brought.
const uploadsKept = 30 // days

// ForgetUploads removes the files that were brought long ago, with their reports.
func ForgetUploads(ctx context.Context, tx *db.Tx) error {
	before := tx.Now().AddDate(0, 0, -uploadsKept)
	if _, err := tx.Exec(ctx, `DELETE FROM upload_part WHERE upload IN (SELECT id FROM upload WHERE at < $1)`, before); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM upload WHERE at < $1`, before)
	return err
}
