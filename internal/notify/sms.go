package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"passerelle/internal/db"
)

// Texting is one text message on its way.
type Texting struct {
	ID   db.ID  // the same at each try, so that a gateway may know it again
	To   string // E.164
	Text string // in the alphabet of text messages
	At   time.Time
}

// TextSender takes a text message towards its recipient, and answers the
// reference under which its delivery will be told. An error that wraps
// ErrRefused is final; any other may pass, and the message is tried again.
type TextSender interface {
	SendText(ctx context.Context, t Texting) (reference string, err error)
}

// TextSenderFor makes the sender of an address: "folder:PATH" writes each text
// message to a file; "gateway:FILE" sends through the gateway that a file
// describes (see Gateway).
func TextSenderFor(address string) (TextSender, error) {
	kind, path, _ := strings.Cut(address, ":")
	switch {
	case path == "":
	case kind == "folder":
		return TextFolder{Path: path}, nil
	case kind == "gateway":
		return readGateway(path)
	}
	return nil, fmt.Errorf("envoi des SMS inconnu\u00a0: écrivez folder:CHEMIN ou gateway:FICHIER")
}

// TextFolder writes each text message to a file of its own: for the sample
// programme and for trials.
type TextFolder struct{ Path string }

// SendText writes the file whole or not at all; the same message has the same
// name, which is its reference.
func (f TextFolder) SendText(_ context.Context, t Texting) (string, error) {
	if err := os.MkdirAll(f.Path, 0o700); err != nil {
		return "", err
	}
	told, err := json.MarshalIndent(map[string]any{"to": t.To, "text": t.Text, "segments": LengthOf(t.Text).Segments}, "", "  ")
	if err != nil {
		return "", err
	}
	file := filepath.Join(f.Path, t.At.UTC().Format("20060102-150405")+"-"+t.ID.String()+".json")
	if err := os.WriteFile(file+".writing", append(told, '\n'), 0o600); err != nil {
		return "", err
	}
	return t.ID.String(), os.Rename(file+".writing", file)
}
