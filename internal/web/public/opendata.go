package public

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/geography"
	"passerelle/internal/web"
)

// How long a file of open data is given again before it is written afresh, and
// how many are kept: territories are many, those that are asked for often few.
const (
	openDataFor  = 10 * time.Minute
	mostOpenData = 16
)

// openDataRoutes are the addresses of the directory as open data: the whole, or
// ?territory=23; the CSV and GeoJSON files also as ?schema=lieux.
func openDataRoutes() []web.Route {
	shelf := &openData{}
	routes := []web.Route{{Method: "GET", Path: "/donnees-ouvertes", Act: account.ActPublic, Handle: shelf.showOpenData}}
	for _, file := range openDataFiles {
		routes = append(routes, web.Route{
			Method: "GET", Path: file.path, Act: account.ActPublic,
			Handle: func(w http.ResponseWriter, r *web.Request) error { return shelf.send(w, r, file) },
		})
	}
	return routes
}

// openDataFile is one address, and what it gives.
type openDataFile struct {
	path, label string // "/open-data/places.csv", "CSV"
	media       string
	export      exchange.Export
}

var openDataFiles = []openDataFile{
	{"/open-data/places.csv", "CSV", "text/csv; charset=utf-8", exchange.Export{Format: exchange.FormatCSV}},
	{"/open-data/places.xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exchange.Export{Format: exchange.FormatXLSX}},
	{"/open-data/places.geojson", "GeoJSON", "application/geo+json", exchange.Export{Format: exchange.FormatGeoJSON}},
	{"/open-data/places.json", "JSON data·inclusion", "application/json", exchange.Export{Schema: exchange.SchemaDataInclusion, Format: exchange.FormatJSON}},
}

func openDataLinks() []web.Link {
	var links []web.Link
	for _, file := range openDataFiles {
		links = append(links, web.Link{Label: file.label, Path: file.path})
	}
	return links
}

// openData keeps the last files written, outside memory; one visitor writes
// while the others wait.
type openData struct {
	mutex sync.Mutex
	kept  []*writtenFile // the last asked for at the end
}

// writtenFile is a file of open data as it was at an instant. Those who read it
// hold it open: it leaves the disk as soon as it is opened.
type writtenFile struct {
	export exchange.Export
	at     time.Time
	file   *os.File
	size   int64
	tag    string
	read   sync.WaitGroup
}

// send answers with a file; a reader who has it already gets 304.
func (o *openData) send(w http.ResponseWriter, r *web.Request, file openDataFile) error {
	asked := file.export
	query := r.URL.Query()
	if query.Get("schema") == exchange.SchemaLieux && asked.Schema == exchange.SchemaOwn {
		asked.Schema = exchange.SchemaLieux
	}
	if code := query.Get("territory"); code != "" {
		territory, err := geography.ParseTerritory(code)
		if err != nil {
			return err
		}
		if territory.Kind != geography.Country {
			asked.Territory = territory
		}
	}
	found, err := o.take(r, asked)
	if err != nil {
		return err
	}
	defer found.read.Done()
	header := w.Header()
	header.Set("Content-Type", file.media)
	header.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(openDataFor.Seconds())))
	header.Set("Etag", found.tag)
	header.Set("Access-Control-Allow-Origin", "*") // open data: a page elsewhere may read it
	whole := r.Clone(r.Context())
	whole.Header.Del("Range") // a part of a file that is compressed on the way is none
	http.ServeContent(w, whole, "", time.Time{}, io.NewSectionReader(found.file, 0, found.size))
	return nil
}

// take gives the file of an export, written afresh when it is too old; the
// caller says when it has read it.
func (o *openData) take(r *web.Request, asked exchange.Export) (*writtenFile, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	now := r.App.Clock.Now()
	if at := slices.IndexFunc(o.kept, func(one *writtenFile) bool { return one.export == asked }); at >= 0 {
		found := o.kept[at]
		o.kept = slices.Delete(o.kept, at, at+1)
		if age := now.Sub(found.at); age >= 0 && age < openDataFor {
			o.kept = append(o.kept, found)
			found.read.Add(1)
			return found, nil
		}
		found.release()
	}
	made, err := writeOpenData(r.Context(), r.App.DB, asked)
	if err != nil {
		return nil, err
	}
	made.at = now
	made.read.Add(1)
	o.kept = append(o.kept, made)
	if len(o.kept) > mostOpenData {
		o.kept[0].release()
		o.kept = slices.Delete(o.kept, 0, 1)
	}
	return made, nil
}

// release closes the file once nobody reads it any more.
func (f *writtenFile) release() {
	go func() {
		f.read.Wait()
		_ = f.file.Close() // read only, and on no disk
	}()
}

// writeOpenData writes an export for any visitor: no one's rights.
func writeOpenData(ctx context.Context, d *db.DB, asked exchange.Export) (made *writtenFile, err error) {
	file, err := os.CreateTemp("", "passerelle-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	if err := os.Remove(file.Name()); err != nil {
		return nil, err
	}
	digest := sha256.New()
	made = &writtenFile{export: asked, file: file}
	err = d.View(ctx, db.Actor{}, func(q db.Q) error {
		_, err := exchange.ExportPlaces(ctx, q, io.MultiWriter(file, digest), asked)
		return err
	})
	if err != nil {
		return nil, err
	}
	if made.size, err = file.Seek(0, io.SeekCurrent); err != nil {
		return nil, err
	}
	made.tag = `W/"` + hex.EncodeToString(digest.Sum(nil)[:16]) + `"`
	return made, nil
}
