package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"passerelle/internal/account"
	"passerelle/internal/api"
	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/funding"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
)

var console = db.Actor{Kind: db.Console}

// world is a programme of two of everything, served over HTTP: what is "own"
// walks the whole path, what is "other" tries to look in.
type world struct {
	t      *testing.T
	d      *dbtest.DB
	server *httptest.Server
	log    *bytes.Buffer
	said   *contract

	own, other map[string]string // role → token
	ids        map[string]string // name → identifier, or number
	keys       int
	keyMutex   sync.Mutex
}

func newWorld(t *testing.T, d *dbtest.DB) *world {
	w := &world{
		t: t, d: d, log: &bytes.Buffer{},
		own: map[string]string{}, other: map[string]string{}, ids: map[string]string{},
	}
	w.server = httptest.NewServer(api.New(api.Options{DB: d.DB, Log: slog.New(slog.NewTextHandler(&locked{out: w.log}, nil))}))
	t.Cleanup(w.server.Close)
	w.said = readContract(t, w.server.URL)
	w.d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		for _, role := range account.Roles {
			for prefix, tokens := range map[string]map[string]string{"": w.own, "other_": w.other} {
				organisation, err := account.CreateOrganisation(ctx, tx, account.Organisation{
					Name: prefix + role, Roles: []string{role}, Commune: "23096",
				})
				if err != nil {
					return err
				}
				w.ids[prefix+role] = organisation.ID.String()
				_, token, err := account.CreateToken(ctx, tx, account.NewToken{Organisation: organisation.ID, Role: role, Level: account.LevelOwner})
				if err != nil {
					return err
				}
				tokens[role] = token
			}
		}
		if err := w.found(ctx, tx); err != nil {
			return err
		}
		_, err := settlement.SetIssuerAccount(ctx, tx, settlement.IssuerAccount{Name: "Émetteur d’exemple", IBAN: bank.IBAN(ibans[0])})
		return err
	})
	return w
}

// Examples of SWIFT's registry, which no bank holds.
var ibans = []string{"FR1420041010050500013M02606", "DE89370400440532013000"}

// found makes what no operation of the API makes: funders and places.
func (w *world) found(ctx context.Context, tx *db.Tx) error {
	for _, name := range []string{"funder", "other_funder"} {
		funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: w.id(name), Name: name})
		if err != nil {
			return err
		}
		w.ids[name+"_id"] = funder.ID.String()
	}
	for _, name := range []string{"site", "other_site"} {
		made, _, err := place.Save(ctx, tx, place.Place{
			Organisation: w.id(name), Source: "test", SourceID: name, Name: "Lieu " + name, Commune: "23096", CommuneName: "Guéret", PostalCode: "23000",
			Address: "1 rue de l’Exemple", Latitude: 46.1703, Longitude: 1.8719, Services: []string{place.ServiceProcedures},
			UpdatedOn: labelDay(), Invented: true,
		})
		if err != nil {
			return err
		}
		w.ids[name+"_id"] = made.ID.String()
		if name == "other_site" {
			if _, err := label.Grant(ctx, tx, label.Decision{Site: made.ID, On: labelDay(), Reason: "Exemple"}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) id(name string) db.ID {
	parsed, err := db.ParseID(w.ids[name])
	if err != nil {
		w.t.Fatalf("%s: %q", name, w.ids[name])
	}
	return parsed
}

// key is a fresh idempotency key.
func (w *world) key() string {
	w.keyMutex.Lock()
	defer w.keyMutex.Unlock()
	w.keys++
	return fmt.Sprintf("key-%d", w.keys)
}

// reply is an answer, already checked against the document.
type reply struct {
	t      *testing.T
	name   string
	Status int
	Header http.Header
	Text   string
	JSON   map[string]any
}

type request struct {
	token, method, path string
	body                any // a string is sent as it is
	key                 string
	header              map[string]string
}

// send asks, and checks the answer against the served document.
func (w *world) send(r request) reply {
	w.t.Helper()
	var body io.Reader
	switch given := r.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(given)
	default:
		text, err := json.Marshal(given)
		if err != nil {
			w.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	asked, err := http.NewRequestWithContext(w.t.Context(), r.method, w.server.URL+api.Prefix+r.path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	if body != nil {
		asked.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		asked.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.key != "" {
		asked.Header.Set("Idempotency-Key", r.key)
	}
	for name, value := range r.header {
		asked.Header.Set(name, value)
	}
	answered, err := http.DefaultClient.Do(asked)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answered.Body.Close()
	text, err := io.ReadAll(answered.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	made := reply{t: w.t, name: r.method + " " + r.path, Status: answered.StatusCode, Header: answered.Header, Text: string(text)}
	if err := json.Unmarshal(text, &made.JSON); err != nil && r.method != http.MethodHead {
		w.t.Errorf("%s: %d, not JSON: %.200s", made.name, made.Status, text)
	}
	w.said.check(w.t, r.method, r.path, made)
	return made
}

// get, post: the usual requests; a post has a fresh key.
func (w *world) get(token, path string) reply {
	w.t.Helper()
	return w.send(request{token: token, method: "GET", path: path})
}

func (w *world) post(token, path string, body any) reply {
	w.t.Helper()
	w.d.Clock.Advance(time.Millisecond) // so that identifiers follow one another
	return w.send(request{token: token, method: "POST", path: path, body: body, key: w.key()})
}

// is requires a status.
func (r reply) is(status int) reply {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("%s: %d, wanted %d: %.600s", r.name, r.Status, status, r.Text)
	}
	return r
}

// refuses requires a refusal's status and code.
func (r reply) refuses(status int, code string) reply {
	r.t.Helper()
	if r.Status != status || r.text("code") != code {
		r.t.Errorf("%s: %d %s, wanted %d %s: %.600s", r.name, r.Status, r.text("code"), status, code, r.Text)
	}
	return r
}

// value walks "items.0.id".
func (r reply) value(path string) any {
	var at any = r.JSON
	for step := range strings.SplitSeq(path, ".") {
		switch within := at.(type) {
		case map[string]any:
			at = within[step]
		case []any:
			var index int
			if _, err := fmt.Sscan(step, &index); err != nil || index >= len(within) {
				return nil
			}
			at = within[index]
		default:
			return nil
		}
	}
	return at
}

func (r reply) text(path string) string {
	found, _ := r.value(path).(string)
	return found
}

func (r reply) number(path string) int {
	found, _ := r.value(path).(float64)
	return int(found)
}

func (r reply) items() []any {
	found, _ := r.JSON["items"].([]any)
	return found
}

// has requires a value, compared as text.
func (r reply) has(path string, want any) reply {
	r.t.Helper()
	if got := fmt.Sprint(r.value(path)); got != fmt.Sprint(want) {
		r.t.Errorf("%s: %s is %s, wanted %v: %.600s", r.name, path, got, want, r.Text)
	}
	return r
}

// contract is the served document, against which every answer is checked.
type contract struct {
	mutex    sync.Mutex
	document map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
	entries  []api.Entry
	done     map[string]bool            // operations that answered with success
	refused  map[string]map[string]bool // code → operations that answered it
}

func readContract(t *testing.T, address string) *contract {
	answered, err := http.Get(address + api.Prefix + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answered.Body.Close()
	document, err := jsonschema.UnmarshalJSON(answered.Body)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("openapi.json", document); err != nil {
		t.Fatal(err)
	}
	return &contract{
		document: document.(map[string]any), compiler: compiler, schemas: map[string]*jsonschema.Schema{},
		entries: api.Reference(), done: map[string]bool{}, refused: map[string]map[string]bool{},
	}
}

// operation finds which line of the table answers a request.
func (c *contract) operation(method, path string) (api.Entry, bool) {
	path, _, _ = strings.Cut(path, "?")
	asked := strings.Split(api.Prefix+path, "/")
	best, found, score := api.Entry{}, false, -1
	for _, entry := range c.entries {
		steps := strings.Split(entry.Path, "/")
		if entry.Method != method || len(steps) != len(asked) {
			continue
		}
		exact := 0
		fits := !slices.ContainsFunc(slices.Collect(indices(steps)), func(i int) bool {
			if steps[i] == asked[i] {
				exact++
			}
			return steps[i] != asked[i] && !strings.HasPrefix(steps[i], "{")
		})
		if fits && exact > score {
			best, found, score = entry, true, exact
		}
	}
	return best, found
}

func indices[T any](items []T) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range items {
			if !yield(i) {
				return
			}
		}
	}
}

func (c *contract) check(t *testing.T, method, path string, r reply) {
	t.Helper()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if method == http.MethodHead {
		return
	}
	media := "application/json"
	if r.Status >= 400 {
		media = "application/problem+json"
		for _, member := range []string{"type", "title", "status", "detail", "code", "request_id"} {
			if r.JSON[member] == nil {
				t.Errorf("%s: a problem without %s: %s", r.name, member, r.Text)
			}
		}
		if r.number("status") != r.Status || r.Header.Get("X-Request-Id") != r.text("request_id") {
			t.Errorf("%s: %d, but %s", r.name, r.Status, r.Text)
		}
	}
	if got := r.Header.Get("Content-Type"); got != media {
		t.Errorf("%s: sent as %q", r.name, got)
	}
	entry, known := c.operation(method, path)
	if !known {
		return
	}
	line := entry.Method + " " + entry.Path
	if r.Status < 400 {
		c.done[line] = true
	} else {
		code := r.text("code")
		if c.refused[code] == nil {
			c.refused[code] = map[string]bool{}
		}
		c.refused[code][line] = true
	}
	schema, err := c.schema(entry, r.Status, media)
	if err != nil {
		t.Errorf("%s: %d %s is not in the document: %v", r.name, r.Status, r.text("code"), err)
		return
	}
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(r.Text))
	if err == nil {
		err = schema.Validate(instance)
	}
	if err != nil {
		t.Errorf("%s: not as the document says: %v\n%s", r.name, err, r.Text)
	}
}

func (c *contract) schema(entry api.Entry, status int, media string) (*jsonschema.Schema, error) {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	pointer := fmt.Sprintf("openapi.json#/paths/%s/%s/responses/%d/content/%s/schema",
		strings.NewReplacer("{", "%7B", "}", "%7D").Replace(escape.Replace(strings.TrimPrefix(entry.Path, api.Prefix))),
		strings.ToLower(entry.Method), status, escape.Replace(media))
	if known := c.schemas[pointer]; known != nil {
		return known, nil
	}
	made, err := c.compiler.Compile(pointer)
	if err == nil {
		c.schemas[pointer] = made
	}
	return made, err
}

// locked lets the server's goroutines log to one buffer.
type locked struct {
	mutex sync.Mutex
	out   io.Writer
}

func (l *locked) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.out.Write(text)
}

func rfc(at time.Time) string { return at.UTC().Format(time.RFC3339) }
