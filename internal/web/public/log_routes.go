package public

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/web"
)

// logRoutes are the sealed log: its page, the proof of an act, and the files
// that verifiers read, at the addresses of C2SP tlog-tiles.
func logRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/registre-scelle", Act: account.ActLogRead, Handle: showLog},
		{Method: "GET", Path: "/registre-scelle/points/{taille}/fichier", Act: account.ActLogRead, Handle: sendCheckpointOf},
		{Method: "GET", Path: "/registre-scelle/cle/fichier", Act: account.ActLogRead, Handle: sendKey},
		{Method: "GET", Path: "/preuve/{empreinte}", Act: account.ActLogRead, Handle: showProof},
		{Method: "GET", Path: "/preuve/{empreinte}/fichier", Act: account.ActLogRead, Handle: sendProof},
		{Method: "GET", Path: "/log/checkpoint", Act: account.ActLogRead, Handle: sendCheckpoint},
		{Method: "GET", Path: "/log/tile/{chemin...}", Act: account.ActLogRead, Handle: sendTile},
	}
}

// view reads from one snapshot, for whoever asks.
func view(r *web.Request, read func(q db.Q) error) error {
	return r.App.DB.View(r.Context(), r.Actor(), read)
}

const plainText = "text/plain; charset=utf-8"

// sendCheckpoint answers GET /log/checkpoint.
func sendCheckpoint(w http.ResponseWriter, r *web.Request) error {
	var latest audit.Checkpoint
	err := r.App.DB.Glance(r.Context(), r.Actor(), func(q db.Q) (err error) {
		latest, err = audit.LatestCheckpoint(r.Context(), q)
		return err
	})
	if err != nil {
		return err
	}
	return sendToAll(w, r, plainText, "no-cache", []byte(latest.Note))
}

// sendTile answers GET /log/tile/…: what a tile holds never changes.
func sendTile(w http.ResponseWriter, r *web.Request) error {
	var tile []byte
	err := r.App.DB.Glance(r.Context(), r.Actor(), func(q db.Q) (err error) {
		tile, err = audit.Tile(r.Context(), q, "tile/"+r.PathValue("chemin"))
		return err
	})
	if err != nil {
		return err
	}
	return sendToAll(w, r, "application/octet-stream", "public, max-age=31536000, immutable", tile)
}

// sendToAll answers with a file that a page of any site may read.
func sendToAll(w http.ResponseWriter, r *web.Request, kind, caching string, content []byte) error {
	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Cache-Control", caching)
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	whole := r.Clone(r.Context())
	whole.Header.Del("Range") // a part of a file that is compressed on the way is none
	http.ServeContent(w, whole, "", time.Time{}, bytes.NewReader(content))
	return nil
}

// sendCheckpointOf answers GET /registre-scelle/points/{taille}/fichier.
func sendCheckpointOf(w http.ResponseWriter, r *web.Request) error {
	size, err := strconv.ParseInt(r.PathValue("taille"), 10, 64)
	if err != nil {
		return audit.ErrNoCheckpoint
	}
	var point audit.Checkpoint
	if err := view(r, func(q db.Q) (err error) {
		point, err = audit.CheckpointOf(r.Context(), q, size)
		return err
	}); err != nil {
		return err
	}
	return web.Download(w, plainText, "registre-"+strconv.FormatInt(size, 10)+".checkpoint", []byte(point.Note))
}

// sendKey answers GET /registre-scelle/cle/fichier.
func sendKey(w http.ResponseWriter, r *web.Request) error {
	var key string
	if err := view(r, func(q db.Q) (err error) {
		key, err = audit.KeyText(audit.Origin(q))
		return err
	}); err != nil {
		return err
	}
	return web.Download(w, plainText, "registre.key", []byte(key+"\n"))
}

// sendProof answers GET /preuve/{empreinte}/fichier.
func sendProof(w http.ResponseWriter, r *web.Request) error {
	leaf, err := leafOf(r.PathValue("empreinte"))
	if err != nil {
		return err
	}
	var proof audit.Inclusion
	if err := view(r, func(q db.Q) (err error) {
		proof, _, err = audit.ProveInclusion(r.Context(), q, leaf)
		return err
	}); err != nil {
		return err
	}
	return web.Download(w, plainText, "acte-"+strings.ToLower(r.PathValue("empreinte"))[:12]+".tlog-proof", []byte(proof.Text()))
}
