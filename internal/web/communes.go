package web

import (
	"encoding/json"
	"fmt"
	"net/http"

	"passerelle/internal/geography"
)

// suggested is one commune as the type-ahead shows it; value is what the field
// then holds, which Form.Commune reads again.
type suggested struct {
	Code  string `json:"code"`
	Value string `json:"value"`
}

// suggestCommunes answers GET /communes?q=: at most eight communes that a text
// still being typed may mean. Public facts, the same for everyone.
func suggestCommunes(w http.ResponseWriter, r *Request) error {
	found := []suggested{}
	if text := r.URL.Query().Get("q"); len(text) >= 2 && len(text) <= 100 {
		for _, commune := range geography.Suggest(text, 8, r.URL.Query().Get("departement")) {
			number := commune.Departement
			if len(commune.PostalCodes) > 0 {
				number = commune.PostalCodes[0]
			}
			found = append(found, suggested{Code: commune.Code, Value: commune.Name + " (" + number + ")"})
		}
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "public, max-age=86400")
	if err := json.NewEncoder(w).Encode(found); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}
