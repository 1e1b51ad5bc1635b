package apptest

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/dbtest"
	"passerelle/internal/web"
)

// Server is the pages of some seats on a server of their own.
type Server struct {
	URL string // "http://127.0.0.1:41234"
	App *web.App

	// Broken says that the test breaks the program on purpose: internal faults
	// do not fail it.
	Broken bool

	log lines
}

// Serve starts the pages of some seats, without background jobs, until the test
// ends. An internal fault while the test runs fails it.
func Serve(t testing.TB, d *dbtest.DB, settings web.Settings, seats ...web.Seat) *Server {
	t.Helper()
	server := &Server{}
	server.App = &web.App{DB: d.DB, Clock: d.Clock, Log: slog.New(slog.NewTextHandler(&server.log, nil)), Settings: settings}
	if err := server.App.Mount(seats...); err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server.App.Handler())
	server.URL = listening.URL
	t.Cleanup(func() {
		listening.Close()
		for line := range strings.Lines(server.Log()) {
			if strings.Contains(line, "level=ERROR") && !server.Broken {
				t.Error(line)
			}
		}
	})
	return server
}

// Log is what the server logged so far.
func (s *Server) Log() string {
	s.log.Lock()
	defer s.log.Unlock()
	return s.log.text.String()
}

// Door is a seat with one address, "/entrer/" and a session's token: whoever
// opens it is signed in and led to a path. It stands for the pages of signing
// in, which are another seat's.
func Door(path string) web.Seat {
	return web.Seat{Name: "door", Routes: []web.Route{{
		Method: "GET", Path: "/entrer/{token}", Act: account.ActPublic, Handle: func(w http.ResponseWriter, r *web.Request) error {
			r.App.StartSession(w, r.PathValue("token"))
			return web.SeeOther(w, r, path)
		},
	}}}
}

// lines is a log that may be read while it is written.
type lines struct {
	sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(text []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.text.Write(text)
}
