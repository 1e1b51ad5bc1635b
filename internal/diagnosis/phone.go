package diagnosis

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The states of questions answered on a phone.
const (
	PhoneOpen  = "open"
	PhoneSent  = "sent"  // the person has finished
	PhoneTaken = "taken" // the desk has read the answers into a visit
	PhoneEnded = "ended" // not answered in time, or called off
)

// PhoneFor is how long an address given by a desk can be answered.
const PhoneFor = 3 * 24 * time.Hour

// keptUntaken is how long answers wait for the desk that asked.
const keptUntaken = 30 * 24 * time.Hour

// Phone is a questionnaire that a person answers alone, on a phone, at an
// address that the desk gave: no account, no name. The answers wait for that
// desk, which makes them a visit.
type Phone struct {
	ID            db.ID
	Organisation  db.ID
	AskedBy       db.ID
	Questionnaire string
	Version       int
	Code          string // 8 characters, the end of the short address
	Language      string // ISO 639; empty: French
	State         string
	Answers       map[string]string // as far as answered; emptied once taken or ended
	AskedAt       time.Time
	EndsAt        time.Time
	SentAt        time.Time
	sealed        []byte // the answers, as they rest
}

// The refusals of answers on a phone.
var (
	ErrUnknownPhone = fault.Define(fault.NotFound, "unknown_phone", "Cette adresse n’existe pas. Comparez-la avec le papier, ou appelez le guichet qui l’a donnée.")
	ErrPhoneEnded   = fault.Define(fault.Gone, "phone_ended", "Cette adresse ne sert plus. Demandez-en une autre au guichet.")
	ErrPhoneTaken   = fault.Define(fault.Conflict, "phone_taken", "Ces réponses ont déjà été reprises. Cherchez le passage dans «\u00a0À reprendre\u00a0».")
)

// alphabet has no letter that looks like a digit; 32 letters make 5 bits each.
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

const codeLength = 8

func newCode() string {
	random := make([]byte, codeLength)
	_, _ = rand.Read(random) // never fails: it ends the program instead
	for i := range random {
		random[i] = alphabet[int(random[i])%len(alphabet)]
	}
	return string(random)
}

// GroupCode writes a code in two groups, as it is read aloud.
func GroupCode(code string) string {
	if len(code) != codeLength {
		return code
	}
	return code[:codeLength/2] + "-" + code[codeLength/2:]
}

func readCode(typed string) string {
	return strings.Map(func(letter rune) rune {
		if strings.ContainsRune(alphabet, letter) {
			return letter
		}
		return -1
	}, strings.ToUpper(typed))
}

const selectPhone = `SELECT id, organisation, asked_by, questionnaire, version, code, language, state, answers, asked_at, ends_at, sent_at FROM diagnosis_phone`

func scanPhone(row db.Scanner) (Phone, error) {
	var p Phone
	err := row.Scan(&p.ID, &p.Organisation, &p.AskedBy, &p.Questionnaire, &p.Version, &p.Code, &p.Language, &p.State, &p.sealed, &p.AskedAt, &p.EndsAt, &p.SentAt)
	return p, err
}

// unsealed gives a phone its answers.
func (p Phone) unsealed(ctx context.Context, q db.Q) (Phone, error) {
	var err error
	p.Answers, _, err = unsealAnswers(ctx, q, p.ID, p.sealed)
	return p, err
}

// AskByPhone opens an address at which a person answers a questionnaire alone,
// for the actor's desk. Faults: unknown_questionnaire; those of account.Require
// for diagnosis.record.
func AskByPhone(ctx context.Context, tx *db.Tx, id db.ID, questionnaire, language string) (Phone, error) {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActDiagnosisRecord, actor.Organisation); err != nil {
		return Phone{}, err
	}
	asked, err := Current(ctx, tx, questionnaire)
	if err != nil {
		return Phone{}, err
	}
	if !slices.Contains(asked.Languages(), language) {
		language = ""
	}
	if id.IsZero() {
		id = tx.NewID()
	}
	made := Phone{
		ID: id, Organisation: actor.Organisation, AskedBy: actor.ID, Questionnaire: asked.Code, Version: asked.Version,
		Code: newCode(), Language: language, State: PhoneOpen, Answers: map[string]string{}, AskedAt: tx.Now(), EndsAt: tx.Now().Add(PhoneFor),
	}
	if _, err := tx.Exec(ctx, `INSERT INTO diagnosis_phone (id, organisation, asked_by, questionnaire, version, code, language, asked_at, ends_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		made.ID, made.Organisation, made.AskedBy, made.Questionnaire, made.Version, made.Code, made.Language, made.AskedAt, made.EndsAt); err != nil {
		return Phone{}, err
	}
	_, err = audit.Record(ctx, tx, "phone.ask", made.ID, struct {
		ID, Organisation, By db.ID
		Questionnaire        string
		Version              int
	}{made.ID, made.Organisation, made.AskedBy, made.Questionnaire, made.Version})
	return made, err
}

// PhoneByID is one that the actor's desk asked. Faults: unknown_phone, and
// those of account.Require for diagnosis.read.
func PhoneByID(ctx context.Context, q db.Q, id db.ID) (Phone, error) {
	found, err := scanPhone(q.QueryRow(ctx, selectPhone+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Phone{}, ErrUnknownPhone
	}
	if err != nil {
		return Phone{}, err
	}
	if err := account.Require(q.Actor(), account.ActDiagnosisRead, found.Organisation); err != nil {
		return Phone{}, err
	}
	return found.unsealed(ctx, q)
}

// Phones lists those of the actor's desk that wait: for the person, or for the
// desk to read the answers; the last asked first. Faults: those of
// account.Require for diagnosis.read.
func Phones(ctx context.Context, q db.Q) ([]Phone, error) {
	organisation := q.Actor().Organisation
	if err := account.Require(q.Actor(), account.ActDiagnosisRead, organisation); err != nil {
		return nil, err
	}
	found, err := db.All(ctx, q, scanPhone, selectPhone+` WHERE organisation = $1 AND (state = 'sent' OR state = 'open' AND ends_at > $2) ORDER BY id DESC LIMIT 50`,
		organisation, q.Now())
	for i := range found {
		if found[i], err = found[i].unsealed(ctx, q); err != nil {
			return nil, err
		}
	}
	return found, err
}

// PhoneByCode is what the person at an address answers; anyone may who has it.
// Faults: unknown_phone, phone_ended (too late, or the desk has the answers).
func PhoneByCode(ctx context.Context, q db.Q, code string) (Phone, error) {
	found, err := scanPhone(q.QueryRow(ctx, selectPhone+` WHERE code = $1`, readCode(code)))
	if fault.KindOf(err) == fault.NotFound {
		return Phone{}, ErrUnknownPhone
	}
	if err != nil {
		return Phone{}, err
	}
	if found.State == PhoneTaken || found.State == PhoneEnded || found.State == PhoneOpen && !q.Now().Before(found.EndsAt) {
		return Phone{}, ErrPhoneEnded
	}
	return found.unsealed(ctx, q)
}

// AnswerByPhone keeps the answer to one question. Faults: those of PhoneByCode;
// by field: unknown_choice (the question's id), unknown_question.
func AnswerByPhone(ctx context.Context, tx *db.Tx, code, question, answer string) (Phone, error) {
	phone, err := openPhone(ctx, tx, code)
	if err != nil {
		return Phone{}, err
	}
	asked, err := ByVersion(ctx, tx, phone.Questionnaire, phone.Version)
	if err != nil {
		return Phone{}, err
	}
	var wrong fault.Collector
	known, there := asked.Question(question)
	wrong.Check(there, question, "unknown_question", "Cette question n’est pas dans le questionnaire")
	read, right := known.Read(answer)
	wrong.Check(!there || right, question, "unknown_choice", "Choisissez une des réponses proposées")
	if err := wrong.Err(); err != nil {
		return Phone{}, err
	}
	phone.Answers[question] = read
	after, err := sealAnswers(ctx, tx, phone.ID, phone.Answers)
	if err != nil {
		return Phone{}, err
	}
	return phone, phone.move(ctx, tx, `UPDATE diagnosis_phone SET answers = $2 WHERE id = $1 AND state = 'open' AND answers IS NOT DISTINCT FROM $3`, after, phone.sealed)
}

// openPhone is one that can still be answered.
func openPhone(ctx context.Context, tx *db.Tx, code string) (Phone, error) {
	phone, err := PhoneByCode(ctx, tx, code)
	if err == nil && phone.State != PhoneOpen {
		return Phone{}, ErrPhoneEnded
	}
	return phone, err
}

// move runs one guarded statement; nobody else may have moved it meanwhile.
func (p Phone) move(ctx context.Context, tx *db.Tx, statement string, args ...any) error {
	moved, err := tx.Exec(ctx, statement, append([]any{p.ID}, args...)...)
	if err == nil && moved == 0 {
		return ErrPhoneEnded
	}
	return err
}

// SendByPhone gives the answers to the desk. What was left out is "Je ne sais
// pas"; sent again it is sent. Faults: those of PhoneByCode.
func SendByPhone(ctx context.Context, tx *db.Tx, code string) (Phone, error) {
	phone, err := PhoneByCode(ctx, tx, code)
	if err != nil || phone.State == PhoneSent {
		return phone, err
	}
	phone.State, phone.SentAt = PhoneSent, tx.Now()
	return phone, phone.move(ctx, tx, `UPDATE diagnosis_phone SET state = 'sent', sent_at = $2 WHERE id = $1 AND state = 'open'`, phone.SentAt)
}

// TakeFromPhone gives the desk the answers, once: from then on they stand in
// the visit that the edge begins with them, and no longer here. Faults:
// unknown_phone, phone_taken, phone_ended; those of account.Require for
// diagnosis.record.
func TakeFromPhone(ctx context.Context, tx *db.Tx, id db.ID) (Phone, error) {
	phone, err := PhoneByID(ctx, tx, id)
	if err != nil {
		return Phone{}, err
	}
	if err := account.Require(tx.Actor(), account.ActDiagnosisRecord, phone.Organisation); err != nil {
		return Phone{}, err
	}
	taken, err := tx.Exec(ctx, `UPDATE diagnosis_phone SET state = 'taken', answers = NULL WHERE id = $1 AND state = 'sent'`, id)
	switch {
	case err != nil:
		return Phone{}, err
	case taken == 1:
		phone.State = PhoneTaken
		return phone, nil
	case phone.State == PhoneTaken:
		return Phone{}, ErrPhoneTaken
	}
	return Phone{}, ErrPhoneEnded
}

// EndPhone calls an address off; ended again it stays ended. Faults:
// unknown_phone, phone_taken; those of account.Require for diagnosis.record.
func EndPhone(ctx context.Context, tx *db.Tx, id db.ID) error {
	phone, err := PhoneByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := account.Require(tx.Actor(), account.ActDiagnosisRecord, phone.Organisation); err != nil {
		return err
	}
	if phone.State == PhoneTaken {
		return ErrPhoneTaken
	}
	_, err = tx.Exec(ctx, `UPDATE diagnosis_phone SET state = 'ended', answers = NULL WHERE id = $1 AND state IN ('open', 'sent')`, id)
	return err
}

// EndOldPhones forgets, at night, the answers that nobody sent in time and
// those that no desk took in a month.
func EndOldPhones(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE diagnosis_phone SET state = 'ended', answers = NULL
		WHERE state = 'open' AND ends_at <= $1 OR state = 'sent' AND sent_at <= $2`, tx.Now(), tx.Now().Add(-keptUntaken))
	return err
}
