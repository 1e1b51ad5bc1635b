package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// largestUpload is a file's bytes in base64, with what stands around it.
const largestUpload = place.MostUpload/3*4 + 1<<20

// importView is a file of places on its way into the directory.
type importView struct {
	ID      id         `json:"id"`
	Name    string     `json:"name"`
	Source  string     `json:"source" doc:"Sous laquelle ses lieux sont reconnus d’un fichier à l’autre."`
	Size    int        `json:"size" doc:"En octets."`
	State   string     `json:"state" enum:"waiting,trying,tried,importing,imported,failed"`
	Failure string     `json:"failure" doc:"Pourquoi le fichier n’a pas pu être lu."`
	Mapped  bool       `json:"mapped" doc:"Une correspondance a été donnée ; sinon, elle est trouvée seule."`
	Counts  countsView `json:"counts" doc:"Du dernier essai, ou de l’import ; elles avancent avec lui."`
	At      time.Time  `json:"at"`
	EndedAt *time.Time `json:"ended_at" nullable:"true"`
}

// countsView tells what became of the lines: read is the sum of the others.
type countsView struct {
	Read      int `json:"read"`
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
	Ignored   int `json:"ignored"`
}

func viewImport(u place.Upload) importView {
	return importView{
		ID: id{u.ID}, Name: u.Name, Source: u.Source, Size: u.Size, State: string(u.State), Failure: u.Failure, Mapped: u.Mapping != "",
		Counts: countsView(u.Tally), At: u.At.UTC(), EndedAt: instant(u.EndedAt),
	}
}

type listImportsInput struct{ Paging }

func listImports(ctx context.Context, q db.Q, in *listImportsInput) (page[importView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[importView]{}, err
	}
	found, err := place.Uploads(ctx, q, after, in.limit()+1)
	if err != nil {
		return page[importView]{}, err
	}
	kept, next := cut(found, in.limit(), func(u place.Upload) string { return u.ID.String() })
	return page[importView]{Next: next, Items: each(kept, viewImport)}, nil
}

// OneImport is the address of a file.
type OneImport struct {
	ID string `path:"id"`
}

func (in OneImport) upload() (db.ID, error) { return db.ParseID(in.ID) }

// importInput is any request about one file, by its address.
type importInput interface {
	OneImport | mapInput
	upload() (db.ID, error)
}

func readImport(ctx context.Context, q db.Q, in *OneImport) (importView, error) {
	return oneImport(ctx, q, *in)
}

func oneImport[I importInput](ctx context.Context, q db.Q, in I) (importView, error) {
	wanted, err := in.upload()
	if err != nil {
		return importView{}, err
	}
	found, err := place.UploadByID(ctx, q, wanted)
	return viewImport(found), err
}

type bringInput struct {
	Body struct {
		Name    string          `json:"name" maxLength:"200" doc:"Du fichier."`
		Source  string          `json:"source,omitempty" maxLength:"200" doc:"Gardez la même d’une fois à l’autre : un lieu est reconnu par sa source et son identifiant."`
		Mapping json.RawMessage `json:"mapping,omitempty" doc:"Une correspondance, au format de la cartographie nationale. Sans elle, celle du fichier est trouvée seule."`
		Content []byte          `json:"content_base64" doc:"Un tableau CSV, du JSON ou un classeur XLSX de 20 Mo au plus, en base64."`
	}
}

func bringImport(ctx context.Context, tx *db.Tx, row db.ID, in *bringInput) (importView, error) {
	mapping, err := readMapping(in.Body.Mapping)
	if err != nil {
		return importView{}, err
	}
	made, err := place.KeepUpload(ctx, tx, place.Upload{ID: row, Name: in.Body.Name, Source: in.Body.Source, Mapping: mapping}, in.Body.Content)
	return viewImport(made), err
}

func bringImportAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *bringInput) (importView, error) {
	made, err := place.UploadByID(ctx, tx, row)
	return viewImport(made), err
}

// readMapping checks a mapping, empty for none. Fault: bad_mapping.
func readMapping(text json.RawMessage) (string, error) {
	if len(text) == 0 || string(text) == "null" {
		return "", nil
	}
	_, err := exchange.ReadMapping(bytes.NewReader(text))
	return string(text), err
}

type mapInput struct {
	OneImport
	Body struct {
		Mapping json.RawMessage `json:"mapping" doc:"Au format de la cartographie nationale ; null pour qu’elle soit trouvée seule."`
	}
}

func mapImport(ctx context.Context, tx *db.Tx, _ db.ID, in *mapInput) (importView, error) {
	wanted, err := in.upload()
	if err != nil {
		return importView{}, err
	}
	mapping, err := readMapping(in.Body.Mapping)
	if err != nil {
		return importView{}, err
	}
	if err := place.MatchUpload(ctx, tx, wanted, mapping); err != nil {
		return importView{}, err
	}
	return oneImport(ctx, tx, *in)
}

// followImport makes the writer of one step of a file.
func followImport(step func(ctx context.Context, tx *db.Tx, id db.ID) error) writer[OneImport, importView] {
	return func(ctx context.Context, tx *db.Tx, _ db.ID, in *OneImport) (importView, error) {
		wanted, err := in.upload()
		if err != nil {
			return importView{}, err
		}
		if err := step(ctx, tx, wanted); err != nil {
			return importView{}, err
		}
		return oneImport(ctx, tx, *in)
	}
}

func followImportAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *OneImport) (importView, error) {
	return oneImport(ctx, tx, *in)
}

// remarkView is one line of a report.
type remarkView struct {
	Line     int    `json:"line" doc:"Du fichier, l’en-tête comptant pour 1 ; dans une liste JSON, le rang."`
	Field    string `json:"field"`
	Rule     string `json:"rule"`
	Value    string `json:"value"`
	Message  string `json:"message"`
	Severity string `json:"severity" enum:"refused,repaired,ignored"`
}

type reportInput struct {
	Paging
	OneImport
	Severity string `query:"severity" enum:"refused,repaired,ignored" doc:"Seulement celles-ci."`
}

// readReport gives the remarks of the last trial, or of the import, in the
// order of the lines; what follows is named by how many were passed over.
func readReport(ctx context.Context, q db.Q, in *reportInput) (page[remarkView], error) {
	wanted, err := in.upload()
	if err != nil {
		return page[remarkView]{}, err
	}
	from := 0
	if in.After != "" {
		if from, err = strconv.Atoi(in.After); err != nil || from < 0 {
			return page[remarkView]{}, fault.ErrMalformed.Sayf("Cette suite de liste n’existe pas. Repartez du début de la liste.")
		}
	}
	text, err := place.UploadReport(ctx, q, wanted)
	if err != nil {
		return page[remarkView]{}, err
	}
	found := page[remarkView]{Items: []remarkView{}}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for rank := 0; lines.Scan(); rank++ {
		if rank < from || in.Severity != "" && !strings.Contains(lines.Text(), `"severity":"`+in.Severity+`"`) {
			continue
		}
		if len(found.Items) == in.limit() {
			found.Next = strconv.Itoa(rank)
			break
		}
		var remark exchange.Remark
		if err := json.Unmarshal(lines.Bytes(), &remark); err != nil {
			return page[remarkView]{}, err
		}
		found.Items = append(found.Items, remarkView{remark.Line, remark.Field, remark.Rule, remark.Value, remark.Message, string(remark.Severity)})
	}
	return found, lines.Err()
}
