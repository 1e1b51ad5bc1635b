package notify_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/notify"
)

// server is a mail server in this process; refusal answers every recipient when
// it is set.
type server struct {
	mutex   sync.Mutex
	refusal *smtp.SMTPError
	got     []received
}

type received struct{ from, to, text string }

type session struct {
	server *server
	letter received
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }
func (s *session) Reset()                                     { s.letter = received{} }
func (s *session) Logout() error                              { return nil }
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.letter.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mutex.Lock()
	defer s.server.mutex.Unlock()
	if s.server.refusal != nil {
		return s.server.refusal
	}
	s.letter.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.server.mutex.Lock()
	defer s.server.mutex.Unlock()
	s.letter.text = string(text)
	s.server.got = append(s.server.got, s.letter)
	return err
}

func (s *server) refuse(refusal *smtp.SMTPError) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.refusal = refusal
}

func (s *server) letters() []received {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]received(nil), s.got...)
}

func startServer(t *testing.T) (*server, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	backend := &server{}
	serving := smtp.NewServer(backend)
	serving.Domain, serving.AllowInsecureAuth = "localhost", true
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = serving.Serve(listener) // ends with the listener
	}()
	t.Cleanup(func() { _ = serving.Close(); <-done })
	return backend, listener.Addr().String()
}

var invitation = notify.Invitation{
	OrganisationName: "Mairie de Guéret\r\nBcc: tous@exemple.fr", RoleName: "Guichet",
	Link: "https://passerelle.example/invitation/aBcD-_1234567890123456789012345678901234567890", EndsAt: dbtest.Start.Add(7 * 24 * time.Hour),
}

func enqueue(t *testing.T, d *dbtest.DB, to string, content notify.Content) {
	t.Helper()
	d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		_, err := notify.Enqueue(ctx, tx, to, content)
		return err
	})
}

func runner(d *dbtest.DB, sender notify.Sender) *job.Runner {
	r := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
	notify.Post{Database: d.DB, Sender: sender, From: "passerelle@exemple.fr", FromName: "Passerelle d’été"}.Register(r)
	return r
}

func drain(t *testing.T, r *job.Runner) {
	t.Helper()
	if err := r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func messages(t *testing.T, d *dbtest.DB, state notify.State) (found []notify.Message) {
	t.Helper()
	d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = notify.Messages(ctx, tx, state, db.ID{}, 10)
		return err
	})
	return found
}

func smtpSender(t *testing.T, address string) notify.Sender {
	t.Helper()
	sender, err := notify.SenderFor("smtp+plain://" + address)
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func TestAMessageLeavesOnceByEmail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		backend, address := startServer(t)
		enqueue(t, d, "odile@exemple.fr", invitation)
		r := runner(d, smtpSender(t, address))
		drain(t, r)
		drain(t, r)
		letters := backend.letters()
		if len(letters) != 1 || letters[0].to != "odile@exemple.fr" || letters[0].from != "passerelle@exemple.fr" {
			t.Fatalf("letters %+v", letters)
		}
		letter, err := mail.ReadMessage(strings.NewReader(letters[0].text))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
		if err != nil || subject != "Votre accès à Passerelle pour Mairie de Guéret Bcc: tous@exemple.fr" {
			t.Errorf("subject %q, %v", subject, err)
		}
		if letter.Header.Get("Bcc") != "" || letter.Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("headers %v", letter.Header)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(letter.Body))
		if err != nil || !strings.Contains(string(text), "\r\n"+invitation.Link+"\r\n") || !strings.Contains(string(text), "mardi 1er décembre 2026") {
			t.Errorf("text %s, %v", text, err)
		}
		sent := messages(t, d, notify.Sent)
		if len(sent) != 1 || sent[0].Kind != "invitation" || sent[0].EndedAt.IsZero() {
			t.Errorf("messages %+v", sent)
		}
		var left int
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM message WHERE body IS NOT NULL`).Scan(&left)
		})
		if left != 0 {
			t.Error("the text, with its secret link, is kept after it left")
		}
	})
}

func TestAMessageWaitsForItsServer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		backend, address := startServer(t)
		backend.refuse(&smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "odile@exemple.fr is busy"})
		enqueue(t, d, "odile@exemple.fr", notify.PasswordReset{Name: "Odile", Link: "https://passerelle.example/x"})
		r := runner(d, smtpSender(t, address))
		drain(t, r)
		waiting := messages(t, d, notify.Waiting)
		if len(waiting) != 1 || !strings.Contains(waiting[0].Reason, "450") || strings.Contains(waiting[0].Reason, "odile") {
			t.Fatalf("waiting %+v", waiting)
		}
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			jobs, err := job.List(ctx, tx, job.Waiting, db.ID{}, 10)
			if len(jobs) != 1 || strings.Contains(jobs[0].LastError, "odile") || strings.Contains(string(jobs[0].Payload), "odile") {
				t.Errorf("jobs %+v", jobs)
			}
			return err
		})
		backend.refuse(nil)
		d.Clock.Advance(24 * time.Hour)
		drain(t, r)
		if len(backend.letters()) != 1 || len(messages(t, d, notify.Sent)) != 1 {
			t.Error("not sent once the server took it")
		}
	})
}

func TestAMessageRefusedForGoodIsNotTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		backend, address := startServer(t)
		backend.refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user odile@exemple.fr"})
		enqueue(t, d, "odile@exemple.fr", notify.SecondFactorReset{Name: "Odile"})
		enqueue(t, d, "not an address", notify.SecondFactorReset{Name: "Odile"})
		drain(t, runner(d, smtpSender(t, address)))
		refused := messages(t, d, notify.Refused)
		if len(refused) != 2 {
			t.Fatalf("refused %+v", refused)
		}
		told := refused[0].Reason + refused[1].Reason
		if !strings.Contains(told, "SMTP 550 5.1.1") || strings.Contains(told, "odile") {
			t.Errorf("reasons %q", told)
		}
		d.Clock.Advance(91 * 24 * time.Hour)
		d.Must(t, job.Actor, notify.Forget)
		if left := messages(t, d, notify.Refused); len(left) != 0 {
			t.Errorf("kept %+v", left)
		}
	})
}

func TestAServerThatIsAwayIsToldWithoutItsWords(t *testing.T) {
	sender := smtpSender(t, "127.0.0.1:1")
	err := sender.Send(t.Context(), notify.Mail{ID: db.NewID(time.Now()), From: "a@exemple.fr", To: "odile@exemple.fr", At: time.Now()})
	if err == nil || errors.Is(err, notify.ErrRefused) || strings.Contains(err.Error(), "odile") {
		t.Errorf("got %v", err)
	}
}

func TestAFolderKeepsEachMessageInAFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		folder := filepath.Join(t.TempDir(), "courrier")
		sender, err := notify.SenderFor("folder:" + folder)
		if err != nil {
			t.Fatal(err)
		}
		enqueue(t, d, "odile@exemple.fr", changed)
		drain(t, runner(d, sender))
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil || len(files) != 1 || !strings.HasSuffix(files[0], ".eml") {
			t.Fatalf("files %v, %v", files, err)
		}
		file, err := os.Open(files[0])
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		letter, err := mail.ReadMessage(file)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(letter.Body))
		if err != nil || letter.Header.Get("To") != "<odile@exemple.fr>" {
			t.Errorf("to %q, %v", letter.Header.Get("To"), err)
		}
		// Spaces that do not break are ordinary ones in the expected text.
		if got := strings.NewReplacer("\r\n", "\n", "\u00a0", " ", "\u202f", " ").Replace(string(text)); got != changedText {
			t.Errorf("got\n%s", got)
		}
	})
}

var changed = notify.PasswordChanged{Name: "Odile\r\nBcc: tous@exemple.fr", At: time.Date(2026, 12, 8, 14, 30, 0, 0, paris)}

var paris = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return zone
}()

const changedText = `Bonjour Odile Bcc: tous@exemple.fr,

Votre mot de passe a changé le mardi 8 décembre 2026 à 14 heures 30. Toutes vos connexions ont été fermées.

Ce n’est pas vous ? Demandez tout de suite un nouveau mot de passe depuis la page de connexion, puis prévenez un responsable de votre organisation.
`

func TestUnknownWaysOfSendingAreRefused(t *testing.T) {
	for _, address := range []string{"", "folder:", "smtp://", "http://127.0.0.1", "127.0.0.1:25", "smtp://host:port"} {
		if sender, err := notify.SenderFor(address); err == nil {
			t.Errorf("%q makes %T", address, sender)
		}
	}
}
