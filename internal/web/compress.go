package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// compressFrom is the size below which compressing gains nothing.
const compressFrom = 1000

var compressors = sync.Pool{New: func() any {
	writer, _ := gzip.NewWriterLevel(nil, 6) // 6 is a level
	return writer
}}

// compressed sends text of at least 1 kB as gzip to browsers that take it.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !acceptsGzip(r) || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		squeezing := &squeezer{ResponseWriter: w}
		next.ServeHTTP(squeezing, r)
		squeezing.close() // not after a panic: the page of the fault goes out instead
	})
}

func acceptsGzip(r *http.Request) bool {
	for offer := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if strings.EqualFold(coding, "gzip") {
			weight := strings.ReplaceAll(quality, " ", "")
			return weight != "q=0" && weight != "q=0.0"
		}
	}
	return false
}

// squeezer holds back the first kilobyte until it knows whether to compress.
type squeezer struct {
	http.ResponseWriter
	status  int
	held    []byte
	writer  *gzip.Writer
	decided bool
}

func (s *squeezer) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

func (s *squeezer) Write(text []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	if !s.decided {
		s.held = append(s.held, text...)
		if len(s.held) < compressFrom {
			return len(text), nil
		}
		return len(text), s.decide()
	}
	if s.writer != nil {
		return s.writer.Write(text)
	}
	return s.ResponseWriter.Write(text)
}

// decide sends the header and what was held.
func (s *squeezer) decide() error {
	s.decided = true
	header := s.Header()
	if compressible(header.Get("Content-Type")) && header.Get("Content-Encoding") == "" {
		header.Add("Vary", "Accept-Encoding")
		if len(s.held) >= compressFrom {
			header.Set("Content-Encoding", "gzip")
			header.Del("Content-Length")
			s.writer = compressors.Get().(*gzip.Writer)
			s.writer.Reset(s.ResponseWriter)
		}
	}
	if s.status != 0 {
		s.ResponseWriter.WriteHeader(s.status)
	}
	held := s.held
	s.held = nil
	if len(held) == 0 {
		return nil
	}
	if s.writer != nil {
		_, err := s.writer.Write(held)
		return err
	}
	_, err := s.ResponseWriter.Write(held)
	return err
}

func (s *squeezer) close() {
	if !s.decided {
		_ = s.decide() // the browser left
	}
	if s.writer != nil {
		_ = s.writer.Close()
		compressors.Put(s.writer)
		s.writer = nil
	}
}

func compressible(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	switch {
	case strings.HasPrefix(kind, "text/"), strings.HasSuffix(kind, "json"), strings.HasSuffix(kind, "xml"):
		return true
	}
	return false
}
