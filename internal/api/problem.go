package api

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"passerelle/internal/fault"
)

// The refusals that only the API makes.
var (
	errNoOperation = fault.Define(fault.NotFound, "no_operation", "Cette adresse de l’API n’existe pas. Cherchez la bonne dans /api/v1/openapi.json.")
	errMethod      = fault.Define(fault.NotFound, "method_not_allowed", "Cette adresse de l’API ne s’appelle pas avec cette méthode. Prenez une de celles que donne l’en-tête Allow.")
	errKeyLength   = fault.Define(fault.Malformed, "idempotency_key_malformed", "La clé d’idempotence fait de 1 à 200 caractères. Prenez par exemple un UUID.")
	errBatchSize   = fault.Define(fault.Invalid, "batch_size", "Envoyez de 1 à 1\u202f000 chèques à la fois.")
)

// problem is a refusal as it is sent: RFC 9457, with the stable code, what is
// wrong field by field, and the facts of the case as further members.
type problem struct {
	_         struct{}       `additionalProperties:"true"`
	Type      string         `json:"type" format:"uri-reference" doc:"L’adresse de la page qui explique ce code."`
	Title     string         `json:"title" doc:"Le genre de refus, en français."`
	Status    int            `json:"status" doc:"Le statut HTTP."`
	Detail    string         `json:"detail" doc:"Que faire, en français."`
	Code      string         `json:"code" doc:"Le code stable du refus."`
	Errors    []fieldProblem `json:"errors,omitempty" doc:"Ce qui ne va pas, champ par champ."`
	RequestID string         `json:"request_id" doc:"La référence de la demande, à donner à l’assistance."`

	facts   map[string]any
	headers http.Header
}

// fieldProblem is what is wrong with one field.
type fieldProblem struct {
	Field   string `json:"field" doc:"Le champ, comme il a été envoyé : shares[0].weight."`
	Code    string `json:"code" doc:"Le code stable du défaut."`
	Message string `json:"message" doc:"Que faire, en français."`
}

// titles name each kind of refusal.
var titles = map[fault.Kind]string{
	fault.Internal:        "Erreur de notre côté",
	fault.Malformed:       "Demande illisible",
	fault.Unauthenticated: "Jeton absent ou refusé",
	fault.Forbidden:       "Action non permise",
	fault.NotFound:        "Introuvable",
	fault.Conflict:        "Refusé dans l’état actuel",
	fault.Gone:            "Effacé",
	fault.TooLarge:        "Trop gros",
	fault.Unsupported:     "Format non accepté",
	fault.Invalid:         "Valeurs à revoir",
	fault.TooMany:         "Trop de demandes",
	fault.Unavailable:     "Indisponible",
}

// retryAfter is how long a throttled caller should wait, in seconds, when the
// refusal does not say.
const retryAfter = 60

// statusOf is the HTTP status of a refusal: its kind's, but for the one status
// that only the API has.
func statusOf(refused *fault.Error) int {
	if refused.Code == errMethod.Code {
		return http.StatusMethodNotAllowed
	}
	return refused.Kind.Status()
}

func titleOf(refused *fault.Error) string {
	if refused.Code == errMethod.Code {
		return "Méthode non permise"
	}
	return titles[refused.Kind]
}

// problemOf turns any error into the document that answers it. What is not a
// fault says nothing of itself but the request's id.
func problemOf(err error, requestID string) *problem {
	refused := fault.Of(err)
	made := &problem{
		Type: "/api#" + refused.Code, Title: titleOf(refused), Status: statusOf(refused),
		Detail: refused.Message, Code: refused.Code, RequestID: requestID,
		facts: refused.Detail, headers: http.Header{},
	}
	for _, field := range refused.Fields {
		made.Errors = append(made.Errors, fieldProblem{Field: field.Name, Code: field.Code, Message: field.Message})
	}
	switch refused.Kind {
	case fault.Unauthenticated:
		made.headers.Set("WWW-Authenticate", `Bearer realm="passerelle"`)
	case fault.TooMany, fault.Unavailable:
		made.headers.Set("Retry-After", strconv.Itoa(waitOf(refused)))
	}
	return made
}

// waitOf reads the seconds that a refusal asks to wait.
func waitOf(refused *fault.Error) int {
	switch seconds := refused.Detail["retry_after_seconds"].(type) {
	case int:
		return max(1, seconds)
	case int64:
		return max(1, int(seconds))
	}
	return retryAfter
}

// Error, GetStatus, GetHeaders and ContentType are what huma asks of an error.
func (p *problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *problem) GetStatus() int { return p.Status }

// GetHeaders are the headers that go with the refusal.
func (p *problem) GetHeaders() http.Header { return p.headers }

// ContentType is the media type of problem documents.
func (p *problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// MarshalJSON adds the facts of the case as members; they never replace a
// member that the standard or the contract names.
func (p *problem) MarshalJSON() ([]byte, error) {
	type plain problem
	named, err := json.Marshal((*plain)(p))
	if err != nil || len(p.facts) == 0 {
		return named, err
	}
	members := map[string]any{}
	if err := json.Unmarshal(named, &members); err != nil {
		return nil, err
	}
	whole := maps.Clone(p.facts)
	maps.Copy(whole, members)
	return json.Marshal(whole)
}

// write sends a problem outside huma: routes that do not exist, panics, tokens.
func (p *problem) write(w http.ResponseWriter) {
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller has gone when this fails
}

// huma makes its own errors through two variables of its package: they are
// replaced here, once, so that each of its refusals is one of ours.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		return problemOf(shapeFault(status, errs), requestID(ctx.Context()))
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problemOf(shapeFault(status, errs), "")
	}
}

// shapeFault is what huma found wrong with a request, as a fault.
func shapeFault(status int, errs []error) error {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return fault.ErrTooLarge
	case http.StatusUnsupportedMediaType:
		return fault.ErrUnsupported
	case http.StatusUnprocessableEntity:
		var wrong fault.Collector
		for _, err := range errs {
			wrong.Add(fieldOf(err))
		}
		return wrong.Err()
	}
	// The body could not be read: absent, not JSON, or cut off by the sender.
	return fault.ErrMalformed
}

// fieldOf reads one of huma's details, whose message is "code|French sentence"
// (see messages.go) and whose location is "body.shares[0].weight".
func fieldOf(err error) (name, code, message string) {
	detailed, known := err.(huma.ErrorDetailer)
	if !known {
		return "", "unreadable", unreadable
	}
	detail := detailed.ErrorDetail()
	_, name, _ = strings.Cut(detail.Location, ".")
	code, message, coded := strings.Cut(detail.Message, "|")
	if !coded {
		return name, "unreadable", unreadable
	}
	if plain, missing, found := strings.Cut(code, ":"); found {
		code = plain
		if name != "" {
			missing = name + "." + missing
		}
		name = missing
	}
	return name, code, message
}

// renamed gives the fields of a refusal the names that the API's body has, where
// the operation calls them otherwise.
func renamed(err error, names map[string]string) error {
	var refused *fault.Error
	if !errors.As(err, &refused) || len(refused.Fields) == 0 {
		return err
	}
	changed := *refused
	changed.Fields = slices.Clone(refused.Fields)
	for i, field := range changed.Fields {
		if name, other := names[field.Name]; other {
			changed.Fields[i].Name = name
		}
	}
	return &changed
}
