package diagnosis

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Draft is the next version of a questionnaire while it is written. It may be
// unfinished; it serves nobody until it is published.
type Draft struct {
	Questionnaire
	Base      int // the version from which it was begun
	Revision  int // counts the saves; a save names the one that it read
	BegunAt   time.Time
	ChangedAt time.Time
	ChangedBy db.ID
}

// The refusals of drafts.
var (
	ErrNoDraft    = fault.Define(fault.NotFound, "no_draft", "Ce questionnaire n’a pas de brouillon. Commencez-en un.")
	ErrDraftMoved = fault.Define(fault.Conflict, "draft_moved", "Quelqu’un a changé ce brouillon entre-temps. Relisez-le, puis refaites votre changement.")
	ErrDraftSame  = fault.Define(fault.Conflict, "draft_same", "Ce brouillon ne change rien à la version qui sert. Changez-le, ou abandonnez-le.")
	ErrDraftFile  = fault.Define(fault.Invalid, "draft_file", "Ce fichier n’est pas un questionnaire. Repartez du fichier téléchargé ici, et gardez sa forme.")
)

func mayEdit(q db.Q) error {
	return account.Require(q.Actor(), account.ActQuestionnaireEdit, q.Actor().Organisation)
}

// BeginDraft begins the next version from the one that serves; begun again it
// is the same draft. Faults: unknown_questionnaire, and those of
// account.Require for questionnaire.edit.
func BeginDraft(ctx context.Context, tx *db.Tx, code string) (Draft, error) {
	if err := mayEdit(tx); err != nil {
		return Draft{}, err
	}
	current, err := Current(ctx, tx, code)
	if err != nil {
		return Draft{}, err
	}
	content, err := json.Marshal(current)
	if err != nil {
		return Draft{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO questionnaire_draft (code, content, base, revision, begun_at, changed_at, changed_by)
		VALUES ($1, $2, $3, 1, $4, $4, $5) ON CONFLICT (code) DO NOTHING`, code, string(content), current.Version, tx.Now(), tx.Actor().ID); err != nil {
		return Draft{}, err
	}
	return DraftOf(ctx, tx, code)
}

// DraftOf is a questionnaire's draft. Faults: no_draft, and those of
// account.Require for questionnaire.edit.
func DraftOf(ctx context.Context, q db.Q, code string) (Draft, error) {
	if err := mayEdit(q); err != nil {
		return Draft{}, err
	}
	var d Draft
	var content string
	err := q.QueryRow(ctx, `SELECT content, base, revision, begun_at, changed_at, changed_by FROM questionnaire_draft WHERE code = $1`, code).
		Scan(&content, &d.Base, &d.Revision, &d.BegunAt, &d.ChangedAt, &d.ChangedBy)
	if fault.KindOf(err) == fault.NotFound {
		return Draft{}, ErrNoDraft
	}
	if err != nil {
		return Draft{}, err
	}
	d.Questionnaire, err = decode([]byte(content))
	return d, err
}

// SaveDraft keeps a draft as it was changed, unfinished or not. Faults:
// no_draft, draft_moved (another save came between), and those of
// account.Require for questionnaire.edit.
func SaveDraft(ctx context.Context, tx *db.Tx, draft Draft) (Draft, error) {
	before, err := DraftOf(ctx, tx, draft.Code)
	if err != nil {
		return Draft{}, err
	}
	draft.Questionnaire.Version = before.Questionnaire.Version
	content, err := json.Marshal(draft.Questionnaire)
	if err != nil {
		return Draft{}, err
	}
	saved, err := tx.Exec(ctx, `UPDATE questionnaire_draft SET content = $2, revision = revision + 1, changed_at = $3, changed_by = $4 WHERE code = $1 AND revision = $5`,
		draft.Code, string(content), tx.Now(), tx.Actor().ID, draft.Revision)
	if err != nil {
		return Draft{}, err
	}
	if saved == 0 {
		return Draft{}, ErrDraftMoved
	}
	return DraftOf(ctx, tx, draft.Code)
}

// ReadDraft reads a questionnaire from its file, into the draft of its code.
// Fault: draft_file.
func ReadDraft(draft Draft, file []byte) (Draft, error) {
	read, err := decode(file)
	if err != nil || read.Code != draft.Code {
		return Draft{}, ErrDraftFile
	}
	draft.Questionnaire = read
	return draft, nil
}

// DiscardDraft gives a draft up; discarded again it stays so. Faults: those of
// account.Require for questionnaire.edit.
func DiscardDraft(ctx context.Context, tx *db.Tx, code string) error {
	if err := mayEdit(tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM questionnaire_draft WHERE code = $1`, code)
	return err
}

const mostPublishReason = 500

// Publish makes a draft the version that serves from now on, under the next
// number. It is never changed afterwards, and those before stay: each stored
// diagnosis is read by its own. Faults: no_draft, draft_moved, draft_same; by
// field: unfinished_draft (content, one for each thing that lacks), required,
// too_long (reason); those of account.Require for questionnaire.edit.
func Publish(ctx context.Context, tx *db.Tx, id db.ID, code string, revision int, reason string) (Version, error) {
	draft, err := DraftOf(ctx, tx, code)
	if err != nil {
		return Version{}, err
	}
	if draft.Revision != revision {
		return Version{}, ErrDraftMoved
	}
	versions, err := Versions(ctx, tx, code)
	if err != nil {
		return Version{}, err
	}
	current, err := Current(ctx, tx, code)
	if err != nil {
		return Version{}, err
	}
	draft.Questionnaire.Version = current.Version
	if reflect.DeepEqual(draft.Questionnaire, current) {
		return Version{}, ErrDraftSame
	}
	draft.Questionnaire.Version = versions[0].Questionnaire.Version + 1
	reason = strings.TrimSpace(reason)
	var wrong fault.Collector
	for _, lack := range draft.Unfinished() {
		wrong.Add("content", "unfinished_draft", lack)
	}
	wrong.Check(reason != "", "reason", "required", "Écrivez ce qui change, et pourquoi")
	wrong.Check(len([]rune(reason)) <= mostPublishReason, "reason", "too_long", "Écrivez moins\u00a0: 500 caractères au plus")
	if err := wrong.Err(); err != nil {
		return Version{}, err
	}
	made := Version{Questionnaire: draft.Questionnaire, ID: id, Reason: reason, PublishedAt: tx.Now(), PublishedBy: tx.Actor().ID}
	if made.ID.IsZero() {
		made.ID = tx.NewID()
	}
	return made, made.store(ctx, tx)
}

func (v Version) store(ctx context.Context, tx *db.Tx) error {
	content, err := json.Marshal(v.Questionnaire)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO questionnaire_version (id, code, version, content, reason, published_at, published_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		v.ID, v.Code, v.Questionnaire.Version, string(content), v.Reason, v.PublishedAt, v.PublishedBy)
	if errors.Is(err, db.ErrDuplicate) {
		return ErrDraftMoved
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM questionnaire_draft WHERE code = $1`, v.Code); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, "questionnaire.publish", v.ID, publishedRow(v.ID, v.Code, v.Questionnaire.Version, string(content)))
	return err
}

// publishedRow is the part of a version that never changes.
func publishedRow(id db.ID, code string, number int, content string) any {
	return struct {
		ID      db.ID
		Code    string
		Version int
		Content string
	}{id, code, number, content}
}

// Change is what a draft changes for one part of the questionnaire.
type Change struct {
	What string // French: "Question « use » : son texte"
	// Apart says that progress can no longer be compared across it.
	Apart bool
}

// Changes lists what differs between two versions of a questionnaire.
func Changes(before, after Questionnaire) []Change {
	var found []Change
	add := func(apart bool, what string) { found = append(found, Change{what, apart}) }
	if before.Title != after.Title || before.Minutes != after.Minutes {
		add(false, "Le titre, ou la durée")
	}
	for _, question := range after.Questions {
		name := "Question «\u00a0" + question.ID + "\u00a0»"
		was, known := before.Question(question.ID)
		switch {
		case !known:
			add(question.Domain != "", name+"\u00a0: nouvelle")
		case question.Domain != was.Domain || question.Multiple != was.Multiple || !slices.Equal(question.Counts, was.Counts) || !reflect.DeepEqual(marks(question), marks(was)):
			add(question.Domain != "" || was.Domain != "", name+"\u00a0: ses réponses, ou leurs notes")
		case !reflect.DeepEqual(question, was):
			add(false, name+"\u00a0: ses mots")
		}
	}
	for _, question := range before.Questions {
		if _, kept := after.Question(question.ID); !kept {
			add(question.Domain != "", "Question «\u00a0"+question.ID+"\u00a0»\u00a0: retirée")
		}
	}
	if !reflect.DeepEqual(before.Rules, after.Rules) {
		add(false, "Les règles qui choisissent la voie")
	}
	if !reflect.DeepEqual(before.Translations, after.Translations) {
		add(false, "Les traductions")
	}
	return found
}

// marks is what a question's choices do, without their words.
func marks(question Question) []Choice {
	kept := slices.Clone(question.Choices)
	for i := range kept {
		kept[i].Text, kept[i].Reason = "", ""
	}
	return kept
}
