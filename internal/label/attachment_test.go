package label_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/label"
)

func pictures(t testing.TB) (aPNG, aJPEG []byte) {
	t.Helper()
	var first, second bytes.Buffer
	drawn := image.NewGray(image.Rect(0, 0, 4, 4))
	if err := errors.Join(png.Encode(&first, drawn), jpeg.Encode(&second, drawn, nil)); err != nil {
		t.Fatal(err)
	}
	return first.Bytes(), second.Bytes()
}

func TestAFileIsKnownByItsBytes(t *testing.T) {
	aPNG, aJPEG := pictures(t)
	for name, test := range map[string]struct {
		content    []byte
		kind, code string
	}{
		"a PDF":               {pdf, "application/pdf", ""},
		"a PNG":               {aPNG, "image/png", ""},
		"a JPEG":              {aJPEG, "image/jpeg", ""},
		"half a PDF":          {pdf[:12], "", "attachment_kind"},
		"half a PNG":          {aPNG[:20], "", "attachment_kind"},
		"half a JPEG":         {aJPEG[:len(aJPEG)/2], "", "attachment_kind"},
		"nothing":             {nil, "", "attachment_size"},
		"a page":              {[]byte("<html><script>alert(1)</script>"), "", "attachment_kind"},
		"a zip":               {[]byte("PK\x03\x04aaaa"), "", "attachment_kind"},
		"a program":           {[]byte("MZ\x90\x00%PDF-1.7 %%EOF"), "", "attachment_kind"},
		"an SVG":              {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "", "attachment_kind"},
		"5 MiB of PDF":        {padded(label.LargestAttachment), "application/pdf", ""},
		"5 MiB and one byte":  {padded(label.LargestAttachment + 1), "", "attachment_size"},
		"a PDF after a blank": {append([]byte(" "), pdf...), "", "attachment_kind"},
	} {
		kind, err := label.KindOf(test.content)
		if kind != test.kind || codeOf(err) != test.code {
			t.Errorf("%s: %q, %q", name, kind, codeOf(err))
		}
	}
}

func padded(size int) []byte {
	content := bytes.Repeat([]byte(" "), size)
	copy(content, "%PDF-1.7")
	copy(content[size-5:], "%%EOF")
	return content
}

// Whatever the bytes, the answer is one of the three kinds or a refusal, and a
// kind is never given to what begins otherwise.
func FuzzKindOf(f *testing.F) {
	aPNG, aJPEG := pictures(f)
	for _, seed := range [][]byte{nil, pdf, aPNG, aJPEG, []byte("%PDF-"), []byte("\xff\xd8\xff"), []byte("<html>")} {
		f.Add(seed)
	}
	begins := map[string]string{"application/pdf": "%PDF-", "image/jpeg": "\xff\xd8\xff", "image/png": "\x89PNG\r\n\x1a\n"}
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, err := label.KindOf(content)
		if err != nil {
			if code := fault.Of(err).Code; kind != "" || code != "attachment_kind" && code != "attachment_size" {
				t.Fatalf("%q, %v", kind, err)
			}
			return
		}
		if begins[kind] == "" || !bytes.HasPrefix(content, []byte(begins[kind])) {
			t.Fatalf("%q for %q", kind, content[:min(len(content), 20)])
		}
	})
}

func TestAttachmentsAreSealedBoundedAndNamedShortly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		id := b.begun(b.places[0])
		attach := func(name string, content []byte) (made label.Attachment, code string) {
			code = b.does(b.owner, func(ctx context.Context, tx *db.Tx) (err error) {
				made, err = label.Attach(ctx, tx, label.Attachment{Application: id, Name: name}, content)
				return err
			})
			return made, code
		}
		for name, want := range map[string]string{
			"attestation.pdf": "attestation.pdf", `C:\Users\Jeanne\carte d'identité.PDF`: "carte d'identité.pdf", "../../etc/passwd": "passwd.pdf",
			"": "piece.pdf", "a\x00b\r\nc.png": "abc.pdf", strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", 76) + ".pdf",
		} {
			made, code := attach(name, pdf)
			if code != "" || made.Name != want || utf8.RuneCountInString(made.Name) > 80 {
				t.Errorf("%.20q: %q, %s", name, made.Name, code)
			}
		}
		for i := 6; i < label.MostAttachments; i++ {
			if _, code := attach(fmt.Sprint(i), pdf); code != "" {
				t.Fatalf("%d: %s", i, code)
			}
		}
		if _, code := attach("21", pdf); code != "attachment_count" {
			t.Errorf("one too many: %q", code)
		}
		file := b.file(id)
		one := file.Attachments[0]
		read := func(actor db.Actor) (content []byte, err error) {
			err = d.View(t.Context(), actor, func(q db.Q) (err error) {
				_, content, err = label.AttachmentContent(t.Context(), q, one.ID)
				return err
			})
			return content, err
		}
		if content, err := read(b.owner); err != nil || !bytes.Equal(content, pdf) {
			t.Errorf("the owner: %v", err)
		}
		for name, test := range map[string]struct {
			actor db.Actor
			code  string
		}{
			"a certifier who did not take it": {b.first, "not_assigned"},
			"another site":                    {person("site", "owner", db.NewID(dbtest.Start)), "other_organisation"},
			"an auditor":                      {person("auditor", "owner", db.NewID(dbtest.Start)), "forbidden"},
			"an accountant":                   {person("accountant", "owner", db.NewID(dbtest.Start)), "forbidden"},
			"a visitor":                       {db.Actor{}, "unauthenticated"},
		} {
			if _, err := read(test.actor); codeOf(err) != test.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			sealed, err := db.All(ctx, tx, db.Value[[]byte], `SELECT content FROM label_attachment_content UNION ALL SELECT name FROM label_attachment`)
			for _, column := range sealed {
				if bytes.Contains(column, []byte("%PDF")) || bytes.Contains(column, []byte(".pdf")) {
					t.Error("a paper or its name lies open")
				}
			}
			return err
		})
		if code := b.does(b.owner, func(ctx context.Context, tx *db.Tx) error { return label.Detach(ctx, tx, one.ID) }); code != "" {
			t.Error(code)
		}
		if _, code := attach("21", pdf); code != "" {
			t.Errorf("once one is taken back: %q", code)
		}
	})
}
