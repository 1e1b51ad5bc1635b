package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

const bearer = "bearer"

// emptyDocument is the OpenAPI document before any operation is in it.
func emptyDocument() *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title:   "API de Passerelle",
			Version: "1",
			Description: "Montants en centimes d’euro (amount_cents). Instants en UTC (RFC 3339), jours en AAAA-MM-JJ. " +
				"Chaque refus est un document de problème (RFC 9457) avec un code stable. " +
				"Un POST répété avec la même clé Idempotency-Key et le même corps reçoit la même réponse.",
		},
		Servers: []*huma.Server{{URL: Prefix}},
		Components: &huma.Components{
			Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			SecuritySchemes: map[string]*huma.SecurityScheme{
				bearer: {Type: "http", Scheme: "bearer", Description: "Le jeton d’une organisation, dans un rôle (passerelle token create)."},
			},
		},
	}
}

// documented is one line of the table as huma and the document know it.
func (s *server) documented(o operation) huma.Operation {
	made := huma.Operation{
		Method: o.Method, Path: o.Path, OperationID: o.name(), Summary: o.Summary,
		DefaultStatus: o.Status,
		MaxBodyBytes:  o.Body,
		Middlewares:   huma.Middlewares{s.authenticated(o)},
		Tags:          []string{o.tag()},
		Responses:     problemResponses(o),
		Security:      []map[string][]string{{bearer: {}}},
	}
	if account.May(db.Actor{}, o.Act) {
		made.Security = append([]map[string][]string{{}}, made.Security...)
	} else {
		made.Description = "Pour : " + strings.Join(o.who(), ", ") + "."
	}
	if o.Key != keyIgnored {
		made.Parameters = []*huma.Param{{
			Name: "Idempotency-Key", In: "header", Required: o.Key == keyRequired,
			Description: "Un texte unique par demande, le même quand on la répète. Gardé 30 jours.",
			Schema:      &huma.Schema{Type: huma.TypeString, MinLength: pointer(1), MaxLength: pointer(longestKey)},
		}}
	}
	return made
}

func pointer[T any](value T) *T { return &value }

// name is the operation's identifier: "post-orders-id-receipts".
func (o operation) name() string {
	words := strings.FieldsFunc(o.Path, func(letter rune) bool { return strings.ContainsRune("/{}", letter) })
	return strings.ToLower(o.Method) + "-" + strings.Join(words, "-")
}

// tag groups operations by what they are about.
func (o operation) tag() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(o.Path, "/"), "/")
	return first
}

// who lists in French the roles that may do an operation.
func (o operation) who() []string {
	var names []string
	for _, role := range account.Roles {
		actor := db.Actor{Kind: db.Token, Role: role, Level: account.LevelOwner}
		if account.May(actor, o.Act) {
			names = append(names, account.RoleName(role))
		}
	}
	return names
}

// codes lists every refusal that an operation may answer, by code: its own and
// those that come with its shape.
func (o operation) codes() []*fault.Error {
	all := slices.Clone(o.Codes)
	add := func(more ...*fault.Error) { all = append(all, more...) }
	add(fault.ErrInternal, fault.ErrUnauthenticated, fault.ErrMalformed, fault.ErrInvalid, fault.ErrConflict, fault.ErrUnavailable)
	if !account.May(db.Actor{}, o.Act) {
		add(fault.ErrForbidden, account.ErrOwnerOnly, account.ErrReadOnly, account.ErrScanOnly)
	}
	if strings.Contains(o.Path, "{") {
		add(fault.ErrNotFound, db.ErrBadID, account.ErrOtherOrganisation)
	}
	if o.Method == http.MethodGet {
		add(db.ErrBadID) // the cursor of a list
	} else {
		add(fault.ErrNotFound, account.ErrOtherOrganisation, fault.ErrTooLarge, fault.ErrUnsupported)
	}
	if o.Key != keyIgnored {
		add(db.ErrKeyReused, errKeyLength)
	}
	if o.Key == keyRequired {
		add(db.ErrKeyMissing)
	}
	slices.SortFunc(all, func(a, b *fault.Error) int { return strings.Compare(a.Code, b.Code) })
	return slices.CompactFunc(all, func(a, b *fault.Error) bool { return a.Code == b.Code })
}

// problemResponses tells, status by status, the codes that an operation may
// answer.
func problemResponses(o operation) map[string]*huma.Response {
	byStatus := map[int][]*fault.Error{}
	for _, refused := range o.codes() {
		byStatus[statusOf(refused)] = append(byStatus[statusOf(refused)], refused)
	}
	responses := map[string]*huma.Response{}
	for status, refusals := range byStatus {
		var codes []any
		var told []string
		for _, refused := range refusals {
			codes = append(codes, refused.Code)
			told = append(told, fmt.Sprintf("`%s` : %s", refused.Code, refused.Message))
		}
		responses[strconv.Itoa(status)] = &huma.Response{
			Description: strings.Join(told, "\n"),
			Content: map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{
				AllOf: []*huma.Schema{
					{Ref: "#/components/schemas/Problem"},
					{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"code": {Type: huma.TypeString, Enum: codes}}},
				},
			}}},
		}
	}
	return responses
}

// serveDocument answers the whole document, made once.
func serveDocument(document *huma.OpenAPI) http.HandlerFunc {
	text, err := json.Marshal(document)
	if err != nil {
		panic("api: the document cannot be written: " + err.Error())
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text) // the caller has gone when this fails
	}
}
