package diagnosis

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Codes are the questionnaires that there are.
var Codes = []string{QuickCode, FullCode}

// The questionnaires.
const (
	QuickCode = "quick" // at most six questions, for any counter
	FullCode  = "full"  // the five domains, with the brakes
)

//go:embed questionnaires/*.json
var files embed.FS

// shipped are the versions that come with the program.
var shipped = sync.OnceValue(func() []Questionnaire {
	names, err := fs.Glob(files, "questionnaires/*.json")
	if err != nil {
		panic("diagnosis: " + err.Error())
	}
	var all []Questionnaire
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err == nil {
			var read Questionnaire
			read, err = Parse(text)
			all = append(all, read)
		}
		if err != nil {
			panic(fmt.Sprintf("diagnosis: %s: %v", name, err))
		}
	}
	return all
})

// Shipped is the latest version of a questionnaire that comes with the program.
// Fault: unknown_questionnaire.
func Shipped(code string) (Questionnaire, error) {
	var latest Questionnaire
	for _, one := range shipped() {
		if one.Code == code && one.Version > latest.Version {
			latest = one
		}
	}
	if latest.Code == "" {
		return Questionnaire{}, ErrUnknownQuestionnaire
	}
	return latest, nil
}

// Quick is the quick detection that comes with the program.
func Quick() Questionnaire {
	found, err := Shipped(QuickCode)
	if err != nil {
		panic("diagnosis: " + err.Error())
	}
	return found
}

// ErrUnknownQuestionnaire refuses a code or a version that does not exist.
var ErrUnknownQuestionnaire = fault.Define(fault.NotFound, "unknown_questionnaire", "Ce questionnaire n’existe pas. Prenez «\u00a0quick\u00a0», le repérage rapide, ou «\u00a0full\u00a0», le diagnostic complet.")

// Version is one version of a questionnaire that serves or has served.
type Version struct {
	Questionnaire
	ID          db.ID // zero: it comes with the program
	Reason      string
	PublishedAt time.Time
	PublishedBy db.ID
}

const selectVersion = `SELECT id, version, content, reason, published_at, published_by FROM questionnaire_version`

func scanVersion(row db.Scanner) (Version, error) {
	var v Version
	var number int
	var content string
	err := row.Scan(&v.ID, &number, &content, &v.Reason, &v.PublishedAt, &v.PublishedBy)
	if err != nil {
		return Version{}, err
	}
	v.Questionnaire, err = Parse([]byte(content))
	v.Questionnaire.Version = number
	return v, err
}

// Current is the version that serves: the last that the instance published,
// else the program's own. Fault: unknown_questionnaire.
func Current(ctx context.Context, q db.Q, code string) (Questionnaire, error) {
	own, err := db.All(ctx, q, scanVersion, selectVersion+` WHERE code = $1 ORDER BY version DESC LIMIT 1`, code)
	if err != nil {
		return Questionnaire{}, err
	}
	if len(own) == 1 {
		return own[0].Questionnaire, nil
	}
	return Shipped(code)
}

// ByVersion is a version that serves or has served; 0 is the current one.
// Fault: unknown_questionnaire.
func ByVersion(ctx context.Context, q db.Q, code string, number int) (Questionnaire, error) {
	if number == 0 {
		return Current(ctx, q, code)
	}
	// The instance's own stands before a later program's of the same number.
	own, err := db.All(ctx, q, scanVersion, selectVersion+` WHERE code = $1 AND version = $2`, code, number)
	if err != nil {
		return Questionnaire{}, err
	}
	if len(own) == 1 {
		return own[0].Questionnaire, nil
	}
	for _, one := range shipped() {
		if one.Code == code && one.Version == number {
			return one, nil
		}
	}
	return Questionnaire{}, ErrUnknownQuestionnaire
}

// Versions lists every version of a questionnaire, the latest first. Faults:
// unknown_questionnaire, and those of account.Require for questionnaire.edit.
func Versions(ctx context.Context, q db.Q, code string) ([]Version, error) {
	if err := account.Require(q.Actor(), account.ActQuestionnaireEdit, q.Actor().Organisation); err != nil {
		return nil, err
	}
	all, err := db.All(ctx, q, scanVersion, selectVersion+` WHERE code = $1`, code)
	if err != nil {
		return nil, err
	}
	for _, one := range shipped() {
		if one.Code == code && !slices.ContainsFunc(all, func(v Version) bool { return v.Questionnaire.Version == one.Version }) {
			all = append(all, Version{Questionnaire: one})
		}
	}
	if len(all) == 0 {
		return nil, ErrUnknownQuestionnaire
	}
	slices.SortFunc(all, func(a, b Version) int { return b.Questionnaire.Version - a.Questionnaire.Version })
	return all, nil
}

// readings reads versions once each, for lists of diagnoses.
type readings map[string]Questionnaire

func (r readings) of(ctx context.Context, q db.Q, code string, number int) (Questionnaire, error) {
	key := fmt.Sprintf("%s %d", code, number)
	if known, done := r[key]; done {
		return known, nil
	}
	found, err := ByVersion(ctx, q, code, number)
	if err == nil {
		r[key] = found
	}
	return found, err
}
