package label

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The bounds of attachments.
const (
	LargestAttachment = 5 << 20 // bytes
	MostAttachments   = 20      // of one application
	longestFileName   = 80      // characters
)

// The refusals of attachments.
var (
	ErrAttachmentKind     = fault.Define(fault.Unsupported, "attachment_kind", "Ce fichier n’est ni un PDF, ni une image JPEG ou PNG. Enregistrez-le dans un de ces formats, puis joignez-le.")
	ErrAttachmentSize     = fault.Define(fault.TooLarge, "attachment_size", "Ce fichier est vide, ou dépasse 5\u00a0Mo. Réduisez-le, ou joignez-le en plusieurs parties.")
	ErrAttachmentCount    = fault.Define(fault.Conflict, "attachment_count", "Une demande porte au plus 20\u00a0pièces. Retirez-en une avant d’en joindre une autre.")
	ErrUnknownAttachment  = fault.Define(fault.NotFound, "unknown_attachment", "Cette pièce n’existe pas, ou a été retirée. Repartez de la demande.")
	ErrAttachmentReviewed = fault.Define(fault.Conflict, "attachment_reviewed", "Cette pièce a été envoyée\u00a0: elle reste au dossier. Joignez plutôt la bonne, et dites-le dans un message.")
)

// Attachment is a paper joined to an application. Its name and content are
// sealed with the application's key.
type Attachment struct {
	ID, Application db.ID
	Place           db.ID  // the one it is about; zero for all
	Criterion       string // the one it proves; empty for none
	Name            string // short, without folder
	Kind            string // application/pdf, image/jpeg or image/png
	Size            int    // bytes
	Actor           db.ID
	At              time.Time
}

// KindOf tells what a file is by its first bytes, whatever its name says. A PDF
// must also end as one: half a file is refused. Faults: attachment_kind,
// attachment_size.
func KindOf(content []byte) (string, error) {
	if len(content) == 0 || len(content) > LargestAttachment {
		return "", ErrAttachmentSize
	}
	const tail = 1024 // where readers look for the end of a PDF (ISO 32000-1, annex H)
	switch {
	case bytes.HasPrefix(content, []byte("%PDF-")) && bytes.Contains(content[max(0, len(content)-tail):], []byte("%%EOF")):
		return "application/pdf", nil
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")) && bytes.HasSuffix(bytes.TrimRight(content, "\x00\r\n"), []byte("\xff\xd9")):
		return "image/jpeg", nil
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")) && bytes.Contains(content, []byte("IEND")):
		return "image/png", nil
	}
	return "", ErrAttachmentKind
}

var endings = map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

// shortName keeps the last part of a file's name, printable and short, with the
// ending of what the file is.
func shortName(name, kind string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(letter rune) rune {
		if !unicode.IsPrint(letter) || strings.ContainsRune(`"<>|:*?/`, letter) {
			return -1
		}
		return letter
	}, name)
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Join(strings.Fields(name), " ")
	if strings.Trim(name, ". ") == "" {
		name = "piece"
	}
	for utf8.RuneCountInString(name)+len(endings[kind]) > longestFileName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return strings.TrimSpace(name) + endings[kind]
}

// Attach joins a paper to an application that may still be changed: a PDF, a
// JPEG or a PNG of at most 5 MiB, 20 in all.
// Faults: forbidden, other_organisation, unknown_application,
// unknown_place, wrong_state, attachment_kind, attachment_size,
// attachment_count, invalid (criterion).
func Attach(ctx context.Context, tx *db.Tx, attached Attachment, content []byte) (Attachment, error) {
	application, err := editable(ctx, tx, attached.Application)
	if err != nil {
		return Attachment{}, err
	}
	if attached.Kind, err = KindOf(content); err != nil {
		return Attachment{}, err
	}
	if !attached.Place.IsZero() {
		if _, err := application.covers(attached.Place); err != nil {
			return Attachment{}, err
		}
	}
	criteria, err := CriteriaByVersion(application.Criteria)
	if err != nil {
		return Attachment{}, err
	}
	if _, asked := criteria.ByCode(attached.Criterion); !asked && attached.Criterion != "" {
		var wrong fault.Collector
		wrong.Add("criterion", "unknown_criterion", "Choisissez un critère de la liste.")
		return Attachment{}, wrong.Err()
	}
	attached.Name = shortName(attached.Name, attached.Kind)
	attached.Size, attached.Actor, attached.At = len(content), tx.Actor().ID, tx.Now()
	if attached.ID.IsZero() {
		attached.ID = tx.NewID()
	}
	return attached, insertAttachment(ctx, tx, attached, content)
}

func insertAttachment(ctx context.Context, tx *db.Tx, a Attachment, content []byte) error {
	// The application's row is held: ranks are given one by one.
	var count, rank int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(MAX(rank), 0) + 1 FROM label_attachment WHERE application = $1`, a.Application).Scan(&count, &rank); err != nil {
		return err
	}
	if count >= MostAttachments {
		return ErrAttachmentCount
	}
	name, err := db.Seal(ctx, tx, a.Application, a.Name)
	if err != nil {
		return err
	}
	sealed, err := db.Seal(ctx, tx, a.Application, string(content))
	if err != nil {
		return err
	}
	plain := sha256.Sum256(content)
	digest := db.Match(tx, a.Application, string(plain[:]))
	if _, err := tx.Exec(ctx, `INSERT INTO label_attachment (id, application, place, criterion, name, kind, size, digest, rank, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, a.Application, a.Place, a.Criterion, name, a.Kind, a.Size, digest, rank, a.Actor, a.At); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO label_attachment_content (attachment, content) VALUES ($1, $2)`, a.ID, sealed)
	return err
}

// Detach takes a paper back before it was sent. Faults: those of Attach,
// unknown_attachment, attachment_reviewed.
func Detach(ctx context.Context, tx *db.Tx, id db.ID) error {
	found, err := attachmentByID(ctx, tx, id)
	if err != nil {
		return err
	}
	application, err := editable(ctx, tx, found.Application)
	if err != nil {
		return err
	}
	if !application.SentAt.IsZero() && !found.At.After(application.SentAt) {
		return ErrAttachmentReviewed
	}
	if _, err := tx.Exec(ctx, `DELETE FROM label_attachment_content WHERE attachment = $1`, id); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM label_attachment WHERE id = $1`, id)
	return err
}

// AttachmentContent reads a paper whole, for the organisation that joined it
// and the certifiers who took the application. Faults: unknown_attachment,
// forbidden, other_organisation, not_assigned, erased.
func AttachmentContent(ctx context.Context, q db.Q, id db.ID) (Attachment, []byte, error) {
	if err := account.Require(q.Actor(), account.ActAttachmentRead, db.ID{}); err != nil {
		return Attachment{}, nil, err
	}
	found, err := attachmentByID(ctx, q, id)
	if err != nil {
		return Attachment{}, nil, err
	}
	if _, _, err := opened(ctx, q, found.Application); err != nil {
		return Attachment{}, nil, err
	}
	name, err := attachmentName(ctx, q, found)
	if err != nil {
		return Attachment{}, nil, err
	}
	found.Name = name
	var sealed []byte
	err = q.QueryRow(ctx, `SELECT content FROM label_attachment_content WHERE attachment = $1`, id).Scan(&sealed)
	if fault.KindOf(err) == fault.NotFound {
		return Attachment{}, nil, db.ErrErased
	}
	if err != nil {
		return Attachment{}, nil, err
	}
	content, err := db.Unseal(ctx, q, found.Application, sealed)
	return found, []byte(content), err
}

const selectAttachment = `SELECT id, application, place, criterion, kind, size, actor, at FROM label_attachment`

func scanAttachment(row db.Scanner) (Attachment, error) {
	var a Attachment
	err := row.Scan(&a.ID, &a.Application, &a.Place, &a.Criterion, &a.Kind, &a.Size, &a.Actor, &a.At)
	return a, err
}

func attachmentByID(ctx context.Context, q db.Q, id db.ID) (Attachment, error) {
	found, err := scanAttachment(q.QueryRow(ctx, selectAttachment+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Attachment{}, ErrUnknownAttachment
	}
	return found, err
}

func attachmentName(ctx context.Context, q db.Q, a Attachment) (string, error) {
	var sealed []byte
	if err := q.QueryRow(ctx, `SELECT name FROM label_attachment WHERE id = $1`, a.ID).Scan(&sealed); err != nil {
		return "", err
	}
	return db.Unseal(ctx, q, a.Application, sealed)
}

func attachmentsOf(ctx context.Context, q db.Q, application db.ID) ([]Attachment, error) {
	found, err := db.All(ctx, q, scanAttachment, selectAttachment+` WHERE application = $1 ORDER BY rank`, application)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i].Name, err = attachmentName(ctx, q, found[i]); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// SizeText writes a size: "312 ko", "4,2 Mo".
func (a Attachment) SizeText() string {
	const thousand = 1000
	if a.Size < thousand*thousand {
		return fmt.Sprintf("%d\u00a0ko", max(1, a.Size/thousand))
	}
	return strings.Replace(fmt.Sprintf("%.1f\u00a0Mo", float64(a.Size)/thousand/thousand), ".", ",", 1)
}
