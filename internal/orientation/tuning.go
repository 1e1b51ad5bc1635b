package orientation

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Tuning is how sessions are ranked, as data. Its JSON form is the tuning file:
// every key is required, none other is read.
type Tuning struct {
	RadiusKm int     `json:"radius_km"`         // how far sessions are looked for, in a straight line
	PerSite  int     `json:"sessions_per_site"` // shown of one site, at most
	SoonDays int     `json:"soon_days"`         // up to which a wait is told as good
	Tiring   Tiring  `json:"tiring_minutes"`    // from which a way is too far
	Points   Points  `json:"points"`
	Others   Offered `json:"alternatives"`
}

// Tiring is how many minutes one goes at most, by each way.
type Tiring struct {
	Foot    int `json:"foot"`
	Bicycle int `json:"bicycle"`
	Car     int `json:"car"`
}

// Points is what speaks against a session; the fewest come first.
type Points struct {
	Minute        int `json:"minute"` // each, to go there
	Day           int `json:"day"`    // each, to wait
	OtherDay      int `json:"other_day"`
	OtherHour     int `json:"other_hour"`
	TooHard       int `json:"too_hard"`
	TooEasy       int `json:"too_easy"`
	OtherTopic    int `json:"other_topic"`
	TooFar        int `json:"too_far"`
	NotNear       int `json:"not_near"`        // for who asks for a place within reach
	AccessToAsk   int `json:"access_to_ask"`   // the directory does not say
	LanguageToAsk int `json:"language_to_ask"` // the directory does not say
	LastSeat      int `json:"last_seat"`
}

// Offered is how many of each alternative are told when no session answers.
type Offered struct {
	Waiting   int `json:"waiting"`
	Itinerant int `json:"itinerant"`
	Beyond    int `json:"beyond"`    // in another territory
	BeyondKm  int `json:"beyond_km"` // as far as that
	Remote    int `json:"remote"`
}

//go:embed tuning.json
var tuningFile []byte

// Shipped is the tuning that comes with the program.
var Shipped = sync.OnceValue(func() Tuning {
	tuning, err := ParseTuning(tuningFile)
	if err != nil {
		panic("orientation: tuning.json: " + err.Error())
	}
	return tuning
})

// ErrBadTuning refuses a tuning file; its message says what to mend.
var ErrBadTuning = fault.Define(fault.Invalid, "bad_tuning", "Ce fichier de réglage ne se lit pas. Repartez de celui qui sert, et changez ses nombres.")

// ParseTuning reads a tuning file. Fault: bad_tuning, with what to mend by
// field ("points.minute").
func ParseTuning(text []byte) (Tuning, error) {
	var tuning Tuning
	reader := json.NewDecoder(bytes.NewReader(text))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&tuning); err != nil {
		return Tuning{}, ErrBadTuning
	}
	if _, err := reader.Token(); err != io.EOF {
		return Tuning{}, ErrBadTuning
	}
	var given map[string]any
	if err := json.Unmarshal(text, &given); err != nil {
		return Tuning{}, ErrBadTuning
	}
	var wrong fault.Collector
	checkNumbers(&wrong, reflect.ValueOf(tuning), given, "")
	return tuning, wrong.Err()
}

// The bounds of a tuning's numbers; those that are not listed go from 0 to
// mostPoints.
const mostPoints = 1000

var tuningBounds = map[string][2]int{
	"radius_km": {1, 200}, "sessions_per_site": {1, 20}, "soon_days": {1, 120},
	"tiring_minutes.foot": {1, 240}, "tiring_minutes.bicycle": {1, 240}, "tiring_minutes.car": {1, 240},
	"alternatives.waiting": {0, 10}, "alternatives.itinerant": {0, 10}, "alternatives.beyond": {0, 10},
	"alternatives.beyond_km": {1, 1000}, "alternatives.remote": {0, 10},
}

func checkNumbers(wrong *fault.Collector, of reflect.Value, given map[string]any, prefix string) {
	for i := range of.NumField() {
		key := of.Type().Field(i).Tag.Get("json")
		value, there := given[key]
		if !there {
			wrong.Add(prefix+key, "required", "Il manque «\u00a0"+prefix+key+"\u00a0»\u00a0: écrivez tous les nombres du réglage")
			continue
		}
		if inner, is := value.(map[string]any); is {
			checkNumbers(wrong, of.Field(i), inner, prefix+key+".")
			continue
		}
		least, most := 0, mostPoints
		if bounds, known := tuningBounds[prefix+key]; known {
			least, most = bounds[0], bounds[1]
		}
		number := int(of.Field(i).Int())
		wrong.Check(number >= least && number <= most, prefix+key, "out_of_bounds", fmt.Sprintf("Écrivez pour «\u00a0%s\u00a0» un nombre de %d à %d", prefix+key, least, most))
	}
}

// Text is the tuning as its file.
func (t Tuning) Text() string {
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		panic("orientation: " + err.Error()) // numbers always can be written
	}
	return string(text) + "\n"
}

// Tuned is a tuning that serves or has served on this instance.
type Tuned struct {
	Tuning
	ID     db.ID // zero: it comes with the program
	Reason string
	At     time.Time
	By     db.ID
}

// Current is the tuning that serves: the instance's last, else the program's.
func Current(ctx context.Context, q db.Q) (Tuned, error) {
	own, err := db.All(ctx, q, scanTuned, selectTuned+` ORDER BY at DESC, id DESC LIMIT 1`)
	if err != nil {
		return Tuned{}, err
	}
	if len(own) == 0 {
		return Tuned{Tuning: Shipped()}, nil
	}
	return own[0], nil
}

const selectTuned = `SELECT id, content, reason, at, by_person FROM orientation_tuning`

func scanTuned(row db.Scanner) (Tuned, error) {
	var one Tuned
	var content string
	if err := row.Scan(&one.ID, &content, &one.Reason, &one.At, &one.By); err != nil {
		return Tuned{}, err
	}
	var err error
	one.Tuning, err = ParseTuning([]byte(content))
	return one, err
}

// TunedByID is a tuning that serves or has served. Fault: not_found.
func TunedByID(ctx context.Context, q db.Q, id db.ID) (Tuned, error) {
	return scanTuned(q.QueryRow(ctx, selectTuned+` WHERE id = $1`, id))
}

const mostTuningReason = 300

// Tune makes a tuning serve from now on; those before it stay on record.
// Faults: bad_tuning; by field: required, out_of_bounds (the file's keys);
// required, too_long (reason); those of account.Require for orientation.tune.
func Tune(ctx context.Context, tx *db.Tx, id db.ID, file []byte, reason string) (Tuned, error) {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActOrientationTune, actor.Organisation); err != nil {
		return Tuned{}, err
	}
	tuning, err := ParseTuning(file)
	if err != nil {
		return Tuned{}, err
	}
	reason = strings.TrimSpace(reason)
	var wrong fault.Collector
	wrong.Check(reason != "", "reason", "required", "Écrivez la raison de ce réglage, en une phrase")
	wrong.Check(len([]rune(reason)) <= mostTuningReason, "reason", "too_long", "Écrivez une raison plus courte\u00a0: 300 caractères au plus")
	if err := wrong.Err(); err != nil {
		return Tuned{}, err
	}
	made := Tuned{Tuning: tuning, ID: id, Reason: reason, At: tx.Now(), By: actor.ID}
	if made.ID.IsZero() {
		made.ID = tx.NewID()
	}
	if _, err := tx.Exec(ctx, `INSERT INTO orientation_tuning (id, content, reason, at, by_person) VALUES ($1, $2, $3, $4, $5)`,
		made.ID, tuning.Text(), made.Reason, made.At, made.By); err != nil {
		return Tuned{}, err
	}
	_, err = audit.Record(ctx, tx, "orientation.tune", made.ID, struct {
		ID, By  db.ID
		Content string
		At      time.Time
	}{made.ID, made.By, tuning.Text(), made.At})
	return made, err
}

// TuningLine is one number of a tuning, with what it says in French.
type TuningLine struct {
	Key, Says string
	Value     int
}

// tuningWords say each number, in the file's order.
var tuningWords = [][2]string{
	{"radius_km", "Kilomètres autour de la personne, en ligne droite"},
	{"sessions_per_site", "Séances montrées d’un même lieu, au plus"},
	{"soon_days", "Jours d’attente au-delà desquels la date est signalée"},
	{"tiring_minutes.foot", "Minutes à pied au-delà desquelles c’est loin"},
	{"tiring_minutes.bicycle", "Minutes à vélo au-delà desquelles c’est loin"},
	{"tiring_minutes.car", "Minutes en voiture au-delà desquelles c’est loin"},
	{"points.minute", "Chaque minute de trajet"},
	{"points.day", "Chaque jour d’attente"},
	{"points.other_day", "Un jour où la personne ne peut pas venir"},
	{"points.other_hour", "Une heure où la personne ne peut pas venir"},
	{"points.too_hard", "Un niveau plus difficile"},
	{"points.too_easy", "Un niveau plus simple"},
	{"points.other_topic", "Un autre sujet que celui souhaité"},
	{"points.too_far", "Trop loin, en plus du trajet"},
	{"points.not_near", "Pas tout près, pour qui le demande"},
	{"points.access_to_ask", "Salle sans marche demandée, et l’annuaire ne sait pas"},
	{"points.language_to_ask", "Langue demandée, et l’annuaire ne sait pas"},
	{"points.last_seat", "Une seule place libre"},
	{"alternatives.waiting", "Listes d’attente proposées, au plus"},
	{"alternatives.itinerant", "Séances itinérantes proposées, au plus"},
	{"alternatives.beyond", "Séances d’un autre territoire proposées, au plus"},
	{"alternatives.beyond_km", "Kilomètres jusqu’où chercher un autre territoire"},
	{"alternatives.remote", "Lieux à distance proposés, au plus"},
}

// Lines are the tuning's numbers, each with what it says.
func (t Tuning) Lines() []TuningLine {
	numbers := map[string]int{}
	collectNumbers(numbers, reflect.ValueOf(t), "")
	var lines []TuningLine
	for _, words := range tuningWords {
		lines = append(lines, TuningLine{words[0], words[1], numbers[words[0]]})
	}
	return lines
}

func collectNumbers(into map[string]int, of reflect.Value, prefix string) {
	for i := range of.NumField() {
		key := prefix + of.Type().Field(i).Tag.Get("json")
		if inner := of.Field(i); inner.Kind() == reflect.Struct {
			collectNumbers(into, inner, key+".")
		} else {
			into[key] = int(inner.Int())
		}
	}
}
