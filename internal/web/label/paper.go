package label

import (
	"mime"
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

// download answers GET /labels/pieces/{id}: a paper of an application, always
// as a file to keep. It comes from outside: no browser may show it as a page of
// this site, nor guess what it is.
func download(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	var paper label.Attachment
	var content []byte
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		paper, content, err = label.AttachmentContent(r.Context(), q, id)
		return err
	}); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", paper.Kind)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": paper.Name}))
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(content) // the browser left
	return nil
}
