package diagnosis

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
)

// Frame is Pix's reference frame, five areas and sixteen competences, with how
// each one counts in the five domains of the national measure. It is data with
// its reasons, shown as it is.
type Frame struct {
	Bands []Band `json:"bands"` // from the lowest
	Areas []Area `json:"areas"`
}

// Band gives levels a score: from this one on, up to the next band.
type Band struct {
	From   int    `json:"from"`
	Score  int    `json:"score"`
	Reason string `json:"reason"`
}

// Area is one of Pix's five.
type Area struct {
	Name        string       `json:"name"`
	Competences []Competence `json:"competences"`
}

// Competence is one of Pix's sixteen.
type Competence struct {
	Code   string   `json:"code"` // "2.1"
	Name   string   `json:"name"` // as Pix writes it
	Also   []string `json:"also"` // as Pix wrote it before
	Domain string   `json:"domain"`
	Reason string   `json:"reason"`
}

// MostPixLevel is the highest level of a competence.
const MostPixLevel = 8

//go:embed pix/competences.json
var pixFile []byte

// PixFrame is the reference frame with its mapping.
var PixFrame = sync.OnceValue(func() Frame {
	decoder := json.NewDecoder(bytes.NewReader(pixFile))
	decoder.DisallowUnknownFields()
	var frame Frame
	if err := decoder.Decode(&frame); err != nil {
		panic("diagnosis: pix/competences.json: " + err.Error())
	}
	return frame
})

// Competences lists the sixteen, in the frame's order.
func (f Frame) Competences() []Competence {
	var all []Competence
	for _, area := range f.Areas {
		all = append(all, area.Competences...)
	}
	return all
}

// Named finds a competence by its name, whatever its accents and signs.
func (f Frame) Named(name string) (Competence, bool) {
	for _, one := range f.Competences() {
		if bare(one.Name) == bare(name) || slices.ContainsFunc(one.Also, func(also string) bool { return bare(also) == bare(name) }) {
			return one, true
		}
	}
	return Competence{}, false
}

func bare(text string) string {
	var kept []rune
	for _, letter := range geography.Fold(text) {
		if unicode.IsLetter(letter) {
			kept = append(kept, letter)
		}
	}
	return string(kept)
}

// score is the score of one level.
func (f Frame) score(level int) int {
	score := 0
	for _, band := range f.Bands {
		if level >= band.From {
			score = band.Score
		}
	}
	return score
}

// Read maps levels to our scores: a domain has the middle score of its
// competences that were measured, the lower of two middles; nil where none was.
func (f Frame) Read(levels map[string]int) map[string]*int {
	found := map[string][]int{}
	for _, one := range f.Competences() {
		if level, measured := levels[one.Code]; measured && one.Domain != "" {
			found[one.Domain] = append(found[one.Domain], f.score(level))
		}
	}
	scores := map[string]*int{}
	for _, domain := range Domains {
		scores[domain.Code] = nil
		if measured := found[domain.Code]; len(measured) > 0 {
			slices.Sort(measured)
			middle := measured[(len(measured)-1)/2]
			scores[domain.Code] = &middle
		}
	}
	return scores
}

// The origins of a Pix result.
const (
	PixTyped    = "typed"
	PixImported = "imported"
	PixAttached = "attached" // with its certificate
)

// PixResult is what Pix measured of a person on a day.
type PixResult struct {
	ID           db.ID
	Organisation db.ID
	Holder       db.ID
	Levels       map[string]int // by competence's code, 0 to 8; those measured
	Pix          int            // in all; 0 when it is not known
	TakenOn      civil.Date
	Origin       string
	Paper        bool // a certificate is attached
	RecordedAt   time.Time
	RecordedBy   db.ID
}

// Scores are the result in our levels.
func (p PixResult) Scores() map[string]*int { return PixFrame().Read(p.Levels) }

// The refusals of Pix results.
var (
	ErrPixPaper   = fault.Define(fault.Unsupported, "pix_paper", "Ce fichier n’est pas un PDF entier de 2\u00a0Mo au plus. Joignez l’attestation au format PDF.")
	ErrUnknownPix = fault.Define(fault.NotFound, "unknown_pix", "Ce résultat Pix n’existe pas, ou n’a pas d’attestation. Repartez de la page de la personne.")
)

const (
	largestPixPaper = 2 << 20 // bytes
	mostPix         = 1024    // in all, sixteen competences of eight levels of eight pix
	pdfKind         = "application/pdf"
)

// RecordPix keeps a Pix result, with its certificate (a PDF) or without; the
// same result of the same day is kept once, and told by recorded. Faults:
// not_found (the person), pix_paper; by field: required (levels), bad_number
// (levels.CODE, pix), unknown_choice (levels.CODE), bad_date (taken_on); those
// of account.Require for diagnosis.record.
func RecordPix(ctx context.Context, tx *db.Tx, in PixResult, paper []byte) (made PixResult, recorded bool, err error) {
	registered, err := holder.OrganisationOf(ctx, tx, in.Holder)
	if err != nil {
		return PixResult{}, false, err
	}
	if err := account.Require(tx.Actor(), account.ActDiagnosisRecord, registered); err != nil {
		return PixResult{}, false, err
	}
	if err := in.check(civil.DateOf(tx.Now(), civil.Paris), len(paper) > 0); err != nil {
		return PixResult{}, false, err
	}
	const tail = 1024 // where readers look for the end of a PDF (ISO 32000-1, annex H)
	if len(paper) > 0 && (len(paper) > largestPixPaper || !bytes.HasPrefix(paper, []byte("%PDF-")) || !bytes.Contains(paper[max(0, len(paper)-tail):], []byte("%%EOF"))) {
		return PixResult{}, false, ErrPixPaper
	}
	in.Organisation, in.RecordedAt, in.RecordedBy = registered, tx.Now(), tx.Actor().ID
	known, err := PixOf(ctx, tx, in.Holder)
	if err != nil {
		return PixResult{}, false, err
	}
	for _, one := range known {
		if one.TakenOn == in.TakenOn && one.Pix == in.Pix && maps.Equal(one.Levels, in.Levels) && len(paper) == 0 {
			return one, false, nil
		}
	}
	if in.ID.IsZero() {
		in.ID = tx.NewID()
	}
	return in, true, in.insert(ctx, tx, paper)
}

func (p PixResult) check(today civil.Date, attached bool) error {
	var wrong fault.Collector
	codes := map[string]bool{}
	for _, one := range PixFrame().Competences() {
		codes[one.Code] = true
	}
	for _, code := range sortedKeys(p.Levels) {
		wrong.Check(codes[code], "levels."+code, "unknown_choice", "Choisissez une des 16\u00a0compétences, de 1.1 à 5.2")
		wrong.Check(p.Levels[code] >= 0 && p.Levels[code] <= MostPixLevel, "levels."+code, "bad_number", "Écrivez un niveau de 0 à 8")
	}
	wrong.Check(len(p.Levels) > 0 || attached, "levels", "required", "Écrivez au moins un niveau, ou joignez l’attestation")
	wrong.Check(p.Pix >= 0 && p.Pix <= mostPix, "pix", "bad_number", "Écrivez un nombre de pix de 0 à "+strconv.Itoa(mostPix))
	wrong.Check(!p.TakenOn.IsZero() && !p.TakenOn.After(today), "taken_on", "bad_date", "Écrivez le jour du résultat\u00a0: aujourd’hui, ou avant")
	wrong.Check(slices.Contains([]string{PixTyped, PixImported, PixAttached}, p.Origin), "origin", "unknown_choice", "Dites d’où vient le résultat")
	return wrong.Err()
}

func (p PixResult) insert(ctx context.Context, tx *db.Tx, paper []byte) error {
	levels, err := json.Marshal(p.Levels)
	if err != nil {
		return err
	}
	kind := ""
	var sealed []byte
	if len(paper) > 0 {
		kind = pdfKind
		if sealed, err = db.Seal(ctx, tx, p.Holder, string(paper)); err != nil {
			return err
		}
	}
	var pix any
	if p.Pix > 0 {
		pix = p.Pix
	}
	if _, err := tx.Exec(ctx, `INSERT INTO pix_result (id, organisation, holder, levels, pix, taken_on, origin, paper, paper_kind, recorded_at, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.ID, p.Organisation, p.Holder, string(levels), pix, p.TakenOn, p.Origin, sealed, kind, p.RecordedAt, p.RecordedBy); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, "pix.record", p.ID, struct {
		ID, Organisation, Holder, By db.ID
		Origin                       string
		TakenOn                      civil.Date
	}{p.ID, p.Organisation, p.Holder, p.RecordedBy, p.Origin, p.TakenOn})
	return err
}

const selectPix = `SELECT id, organisation, holder, levels, COALESCE(pix, 0), taken_on, origin, paper IS NOT NULL, recorded_at, recorded_by FROM pix_result`

func scanPix(row db.Scanner) (PixResult, error) {
	var p PixResult
	var levels string
	if err := row.Scan(&p.ID, &p.Organisation, &p.Holder, &levels, &p.Pix, &p.TakenOn, &p.Origin, &p.Paper, &p.RecordedAt, &p.RecordedBy); err != nil {
		return PixResult{}, err
	}
	return p, json.Unmarshal([]byte(levels), &p.Levels)
}

// PixOf lists a person's Pix results, the latest first, for the organisation
// that registered them. Faults: not_found, and those of account.Require for
// diagnosis.read.
func PixOf(ctx context.Context, q db.Q, who db.ID) ([]PixResult, error) {
	registered, err := holder.OrganisationOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	if err := account.Require(q.Actor(), account.ActDiagnosisRead, registered); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanPix, selectPix+` WHERE holder = $1 ORDER BY taken_on DESC, id DESC`, who)
}

// PixByID is one result of a person of the actor's organisation. Faults:
// unknown_pix, and those of account.Require for diagnosis.read.
func PixByID(ctx context.Context, q db.Q, id db.ID) (PixResult, error) {
	found, err := scanPix(q.QueryRow(ctx, selectPix+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return PixResult{}, ErrUnknownPix
	}
	if err != nil {
		return PixResult{}, err
	}
	return found, account.Require(q.Actor(), account.ActDiagnosisRead, found.Organisation)
}

// PixPaper is the certificate attached to a result, a PDF. Faults: those of
// PixByID, unknown_pix (none is attached, or its key is gone).
func PixPaper(ctx context.Context, q db.Q, id db.ID) ([]byte, error) {
	found, err := PixByID(ctx, q, id)
	if err != nil {
		return nil, err
	}
	var sealed []byte
	if err := q.QueryRow(ctx, `SELECT paper FROM pix_result WHERE id = $1`, id).Scan(&sealed); err != nil {
		return nil, err
	}
	text, err := db.Unseal(ctx, q, found.Holder, sealed)
	if errors.Is(err, db.ErrErased) || err == nil && text == "" {
		return nil, ErrUnknownPix
	}
	return []byte(text), err
}
