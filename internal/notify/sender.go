package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	mail "github.com/wneessen/go-mail"

	"passerelle/internal/db"
)

// Mail is one e-mail on its way.
type Mail struct {
	ID            db.ID // of the message, from which its Message-ID is made
	From          string
	FromName      string
	To            string
	Subject, Text string
	At            time.Time
}

// Sender takes an e-mail towards its recipient. An error that wraps ErrRefused
// is final; any other may pass, and the message is tried again.
type Sender interface {
	Send(ctx context.Context, m Mail) error
}

// ErrRefused says that the recipient's server will never take this message.
var ErrRefused = errors.New("notify: refused for good")

// SenderFor makes the sender of an address: "folder:PATH" writes each e-mail to
// a file; "smtp://user:password@host:587" encrypts with STARTTLS,
// "smtps://…:465" from the start; "smtp+plain://host:25" does not, and is for a
// server on the same machine.
func SenderFor(address string) (Sender, error) {
	if path, isFolder := strings.CutPrefix(address, "folder:"); isFolder && path != "" {
		return Folder{Path: path}, nil
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Hostname() == "" {
		return nil, fmt.Errorf("adresse d’envoi inconnue : écrivez folder:CHEMIN ou smtp://utilisateur:motdepasse@serveur:587")
	}
	options := []mail.Option{mail.WithTimeout(30 * time.Second)}
	port := 587
	switch parsed.Scheme {
	case "smtp":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case "smtps":
		options, port = append(options, mail.WithSSL()), 465
	case "smtp+plain":
		options, port = append(options, mail.WithTLSPolicy(mail.NoTLS)), 25
	default:
		return nil, fmt.Errorf("adresse d’envoi inconnue : %q n’est pas smtp, smtps, smtp+plain ou folder", parsed.Scheme)
	}
	if given := parsed.Port(); given != "" {
		if port, err = strconv.Atoi(given); err != nil {
			return nil, fmt.Errorf("port d’envoi : %w", err)
		}
	}
	if user := parsed.User; user != nil {
		password, _ := user.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(user.Username()), mail.WithPassword(password))
	}
	client, err := mail.NewClient(parsed.Hostname(), append(options, mail.WithPort(port))...)
	if err != nil {
		return nil, fmt.Errorf("serveur d’envoi : %w", err)
	}
	return SMTP{client: client}, nil
}

// SMTP sends through a mail server.
type SMTP struct{ client *mail.Client }

// Send hands the e-mail to the server. The error never names the recipient.
func (s SMTP) Send(ctx context.Context, m Mail) error {
	letter, err := compose(m)
	if err != nil {
		return err
	}
	err = s.client.DialAndSendWithContext(ctx, letter)
	if err == nil {
		return nil
	}
	var refusal *mail.SendError
	if !errors.As(err, &refusal) || refusal.ErrorCode() == 0 {
		return connectionError(err)
	}
	told := fmt.Sprintf("SMTP %d %s", refusal.ErrorCode(), refusal.EnhancedStatusCode())
	if refusal.IsTemp() {
		return errors.New(strings.TrimSpace(told))
	}
	return fmt.Errorf("%w: %s", ErrRefused, strings.TrimSpace(told))
}

// connectionError tells why no server answered, without what it said.
func connectionError(err error) error {
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return errors.New("le serveur d’envoi n’a pas répondu à temps")
	case errors.As(err, &network):
		return errors.New("le serveur d’envoi n’est pas joignable")
	}
	return errors.New("le serveur d’envoi a refusé la connexion : vérifiez son adresse, l’identifiant et le chiffrement")
}

// Folder writes each e-mail to a file of its own, to be read with any mail
// program: for the sample programme and for trials.
type Folder struct{ Path string }

// Send writes the file whole or not at all; the same message has the same name.
func (f Folder) Send(_ context.Context, m Mail) error {
	letter, err := compose(m)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.Path, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(f.Path, ".writing-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // after the rename there is nothing to remove
	if _, err := letter.WriteTo(file); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := file.Close(); err != nil {
		return err
	}
	name := m.At.UTC().Format("20060102-150405") + "-" + m.ID.String() + ".eml"
	return os.Rename(file.Name(), filepath.Join(f.Path, name))
}

// compose makes the e-mail; an address that cannot be written is refused for
// good.
func compose(m Mail) (*mail.Msg, error) {
	letter := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := letter.FromFormat(m.FromName, m.From); err != nil {
		return nil, fmt.Errorf("adresse de l’expéditeur : %w", err)
	}
	if err := letter.To(m.To); err != nil {
		return nil, fmt.Errorf("%w: the address cannot be written", ErrRefused)
	}
	_, host, _ := strings.Cut(m.From, "@")
	letter.SetMessageIDWithValue(m.ID.String() + "@" + host)
	letter.SetDateWithValue(m.At)
	letter.Subject(m.Subject)
	// Nobody is there to read an automatic answer (RFC 3834).
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(mail.TypeTextPlain, m.Text)
	return letter, nil
}
