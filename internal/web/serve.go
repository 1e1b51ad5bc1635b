package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/fault"
)

// policy lets a page use this host alone, and nothing written in the page.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Handler serves the mounted seats and the static files. In order: headers,
// request id and log, recovery, compression, cross-origin protection, routes.
func (a *App) Handler() http.Handler {
	if a.mux == nil {
		panic("web: Handler before Mount")
	}
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(a.adapt(Route{Method: "any", Path: "cross-origin", Act: account.ActPublic, Handle: refuseForeign}))
	pages := a.recorded(a.recovered(compressed(protection.Handler(a.mux))))
	return a.headed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/static/") {
			a.serveStatic(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	}))
}

var errForeign = fault.Define(fault.Forbidden, "foreign_form", "Ce formulaire vient d’un autre site. Rien n’a été enregistré. Repartez de l’accueil.")

// refuseForeign answers a form that another site made the browser send.
func refuseForeign(http.ResponseWriter, *Request) error { return errForeign }

// headed adds the headers that every answer has.
func (a *App) headed(next http.Handler) http.Handler {
	secure := strings.HasPrefix(a.Settings.BaseURL, "https://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(self), payment=(), usb=()")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		if secure {
			header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// record is what the log keeps of one request: the route's pattern, never the
// address, which may hold a number or a name.
type record struct {
	http.ResponseWriter
	id     string
	route  string
	status int
	bytes  int
}

func (r *record) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *record) Write(text []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	written, err := r.ResponseWriter.Write(text)
	r.bytes += written
	return written, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *record) Unwrap() http.ResponseWriter { return r.ResponseWriter }

type recordKey struct{}

func recordOf(ctx context.Context) *record {
	found, _ := ctx.Value(recordKey{}).(*record)
	return found
}

func requestID(ctx context.Context) string {
	if found := recordOf(ctx); found != nil {
		return found.id
	}
	return ""
}

// recorded names each request and logs it when it ends.
func (a *App) recorded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := &record{ResponseWriter: w, id: rand.Text()[:10]}
		w.Header().Set("X-Request-Id", kept.id)
		begin := time.Now()
		next.ServeHTTP(kept, r.WithContext(context.WithValue(r.Context(), recordKey{}, kept)))
		a.Log.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("request", kept.id), slog.String("route", kept.route), slog.Int("status", kept.status),
			slog.Int("bytes", kept.bytes), slog.Duration("took", time.Since(begin).Round(time.Microsecond)))
	})
}

// recovered turns a panic into the page of an internal fault.
func (a *App) recovered(next http.Handler) http.Handler {
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
			a.Log.Error("a request panicked", "request", id, "cause", cause, "stack", string(debug.Stack()))
			if kept := recordOf(r.Context()); kept != nil && kept.status != 0 {
				panic(http.ErrAbortHandler) // too late for a page: let the browser see a broken answer
			}
			a.showFault(w, &Request{Request: r, App: a, ID: id}, fault.ErrInternal)
		}()
		next.ServeHTTP(w, r)
	})
}
