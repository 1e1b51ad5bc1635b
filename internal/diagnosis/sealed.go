package diagnosis

import (
	"context"
	"encoding/json"
	"errors"

	"passerelle/internal/db"
)

// sealAnswers is how answers rest: under the key of what they answer.
func sealAnswers(ctx context.Context, tx *db.Tx, subject db.ID, answers map[string]string) ([]byte, error) {
	text, err := json.Marshal(answers)
	if err != nil {
		return nil, err
	}
	return db.Seal(ctx, tx, subject, string(text))
}

// unsealAnswers reads them; readable is false once their key is destroyed.
func unsealAnswers(ctx context.Context, q db.Q, subject db.ID, sealed []byte) (answers map[string]string, readable bool, err error) {
	answers = map[string]string{}
	text, err := db.Unseal(ctx, q, subject, sealed)
	if errors.Is(err, db.ErrErased) {
		return answers, false, nil
	}
	if err != nil || text == "" {
		return answers, err == nil, err
	}
	return answers, true, json.Unmarshal([]byte(text), &answers)
}
