package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// asset is one static file, ready to send. Its address holds a hash of its
// content, so that a browser keeps it a year and yet never shows an old one.
type asset struct {
	path        string // "/static/1f2e3d4c5b6a/passerelle.css"
	kind        string
	plain, gzip []byte
}

var assets, assetPaths = loadAssets()

func loadAssets() (byPath map[string]asset, paths map[string]string) {
	byPath, paths = map[string]asset{}, map[string]string{}
	names, err := fs.Glob(staticFiles, "static/*")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		content, err := staticFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		made := newAsset(path.Base(name), content)
		byPath[made.path] = made
		paths[path.Base(name)] = made.path
	}
	return byPath, paths
}

func newAsset(name string, content []byte) asset {
	sum := sha256.Sum256(content)
	made := asset{
		path:  "/static/" + hex.EncodeToString(sum[:6]) + "/" + name,
		kind:  kindOf(name),
		plain: content,
	}
	var squeezed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&squeezed, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	if _, err := writer.Write(content); err != nil {
		panic(err)
	}
	if err := writer.Close(); err != nil {
		panic(err)
	}
	if squeezed.Len() < len(content) {
		made.gzip = squeezed.Bytes()
	}
	return made
}

// kindOf does not ask the machine's own table of types, which differs from one
// to the next.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// styleAsset is the instance's own colours, or nothing.
func styleAsset(style string) asset {
	if strings.TrimSpace(style) == "" {
		return asset{}
	}
	return newAsset("instance.css", []byte(style))
}

// StaticPath is the address of a static file of package web.
func StaticPath(name string) (string, error) {
	found, ok := assetPaths[name]
	if !ok {
		return "", fmt.Errorf("web: no static file %q", name)
	}
	return found, nil
}

// StaticText is what a static file of package web holds, for a page that sends
// it at an address of its own.
func StaticText(name string) ([]byte, error) {
	path, err := StaticPath(name)
	return assets[path].plain, err
}

// serveStatic answers /static/…, without session nor log.
func (a *App) serveStatic(w http.ResponseWriter, r *http.Request) {
	found, ok := assets[r.URL.Path]
	if !ok && a.style.path != "" && r.URL.Path == a.style.path {
		found, ok = a.style, true
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "GET", http.StatusMethodNotAllowed)
		return
	}
	content := found.plain
	header := w.Header()
	header.Set("Content-Type", found.kind)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	if found.gzip != nil {
		header.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			header.Set("Content-Encoding", "gzip")
			content = found.gzip
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(content) // a browser that leaves is no fault
	}
}
