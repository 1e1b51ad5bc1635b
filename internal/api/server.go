package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Prefix is where the handler is mounted.
const Prefix = "/api/v1"

// largestBody bounds what is read of a request, 1 MiB, unless it is a file.
const largestBody = 1 << 20

// Options are what the API needs of the program.
type Options struct {
	DB  *db.DB
	Log *slog.Logger
}

type server struct {
	db   *db.DB
	log  *slog.Logger
	huma huma.API
	mux  *http.ServeMux
}

// New is the whole API, to be mounted at Prefix + "/" with the prefix left on.
func New(options Options) http.Handler {
	s := &server{db: options.DB, log: options.Log, mux: http.NewServeMux()}
	s.huma = humago.NewWithPrefix(s.mux, Prefix, huma.Config{
		OpenAPI: emptyDocument(),
		Formats: map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
	})
	for _, o := range operations {
		o.mount(s, o)
	}
	s.mux.HandleFunc("GET "+Prefix+"/openapi.json", serveDocument(s.huma.OpenAPI()))
	s.mux.HandleFunc("/", s.unknown)
	return s.recorded(s.recovered(http.HandlerFunc(s.readable)))
}

// authenticated is the middleware of one operation: who calls, may they, and
// under which key. It answers before the body is read.
func (s *server) authenticated(o operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		plain, w := humago.Unwrap(ctx)
		if r := recordOf(plain.Context()); r != nil {
			r.route = o.route()
		}
		if o.AnyOrigin {
			ctx.SetHeader("Access-Control-Allow-Origin", "*")
		}
		c := callOf(plain.Context())
		if err := s.admit(plain, c, o); err != nil {
			s.refused(plain.Context(), o, err).write(w)
			return
		}
		next(ctx)
	}
}

func (s *server) admit(r *http.Request, c *call, o operation) error {
	actor, err := s.actor(r)
	if err != nil {
		return err
	}
	c.actor = actor
	if err := account.Require(actor, o.Act, db.ID{}); err != nil {
		return err
	}
	if o.Key == keyIgnored {
		return nil
	}
	c.key = r.Header.Get("Idempotency-Key")
	if c.key == "" && o.Key == keyRequired {
		return db.ErrKeyMissing
	}
	return checkKey(c.key)
}

// actor reads the bearer token. No header is an anonymous caller; a header that
// stands for nobody is refused everywhere, so that a mistake is seen.
func (s *server) actor(r *http.Request) (actor db.Actor, err error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return db.Actor{}, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return db.Actor{}, fault.ErrUnauthenticated
	}
	err = s.db.Glance(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		actor, err = account.AuthenticateToken(r.Context(), q, strings.TrimSpace(token))
		return err
	})
	return actor, err
}

// refused is the problem that answers an error; what is not a fault is logged
// here and nowhere shown.
func (s *server) refused(ctx context.Context, o operation, err error) *problem {
	made := problemOf(err, requestID(ctx))
	if fault.KindOf(err) == fault.Internal && !errors.Is(err, context.Canceled) {
		s.log.ErrorContext(ctx, "an operation failed", "request", made.RequestID, "route", o.route(), "error", err)
	}
	return made
}

// unknown answers addresses that no operation has, and 405 when another method
// would do.
func (s *server) unknown(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "/" && pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		problemOf(errNoOperation, requestID(r.Context())).write(w)
		return
	}
	if slices.Contains(allowed, http.MethodGet) {
		allowed = append(allowed, http.MethodHead)
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	problemOf(errMethod, requestID(r.Context())).write(w)
}

// readable refuses an address that holds what no text of ours does: a NUL,
// which PostgreSQL cannot keep, or broken UTF-8.
func (s *server) readable(w http.ResponseWriter, r *http.Request) {
	if !fineText(r.URL.Path) {
		problemOf(errNoOperation, requestID(r.Context())).write(w)
		return
	}
	for name, values := range r.URL.Query() {
		if !fineText(name) || slices.ContainsFunc(values, func(value string) bool { return !fineText(value) }) {
			problemOf(fault.ErrMalformed, requestID(r.Context())).write(w)
			return
		}
	}
	s.mux.ServeHTTP(w, r)
}

func fineText(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// jsonFormat reads and writes JSON without HTML escapes. A text that holds a
// NUL is refused, like one that is not JSON.
var jsonFormat = huma.Format{
	Marshal: func(w io.Writer, value any) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(value)
	},
	Unmarshal: func(text []byte, value any) error {
		if err := json.Unmarshal(text, value); err != nil {
			return err
		}
		if tree, untyped := value.(*any); untyped && (!utf8.Valid(text) || holdsNUL(*tree)) {
			return fault.ErrMalformed
		}
		return nil
	},
}

func holdsNUL(value any) bool {
	switch value := value.(type) {
	case string:
		return strings.ContainsRune(value, 0)
	case []any:
		return slices.ContainsFunc(value, holdsNUL)
	case map[string]any:
		for name, member := range value {
			if holdsNUL(name) || holdsNUL(member) {
				return true
			}
		}
	}
	return false
}

// record is what the log keeps of one request: the route's pattern, never the
// address, which may hold a number.
type record struct {
	http.ResponseWriter
	route  string
	status int
}

// WriteHeader notes the status.
func (r *record) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write notes that an answer began.
func (r *record) Write(text []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(text)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *record) Unwrap() http.ResponseWriter { return r.ResponseWriter }

type recordKey struct{}

func recordOf(ctx context.Context) *record {
	found, _ := ctx.Value(recordKey{}).(*record)
	return found
}

// recorded names each request, logs it when it ends, and sets the headers that
// every answer has.
func (s *server) recorded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := &record{ResponseWriter: w}
		c := &call{requestID: rand.Text()[:10], address: callerOf(r)}
		header := w.Header()
		header.Set("X-Request-Id", c.requestID)
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		ctx := context.WithValue(context.WithValue(r.Context(), recordKey{}, kept), callKey{}, c)
		begin := time.Now()
		next.ServeHTTP(kept, r.WithContext(ctx))
		s.log.LogAttrs(ctx, slog.LevelInfo, "api request",
			slog.String("request", c.requestID), slog.String("route", kept.route), slog.Int("status", kept.status),
			slog.Duration("took", time.Since(begin).Round(time.Microsecond)))
	})
}

// callerOf is the address that wrong numbers are counted for.
func callerOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// recovered turns a panic into an internal problem.
func (s *server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			id := requestID(r.Context())
			s.log.ErrorContext(r.Context(), "a request panicked", "request", id, "cause", cause, "stack", string(debug.Stack()))
			if kept := recordOf(r.Context()); kept != nil && kept.status != 0 {
				panic(http.ErrAbortHandler) // too late for a problem: let the caller see a broken answer
			}
			problemOf(fault.ErrInternal, id).write(w)
		}()
		next.ServeHTTP(w, r)
	})
}
