package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
)

type verifyCommand struct {
	Address    string   `arg:"" optional:"" help:"Adresse de l’instance (https://…) ; par défaut, le registre de la base." placeholder:"ADRESSE"`
	Checkpoint string   `help:"Point de contrôle gardé auparavant : le registre doit le continuer." placeholder:"FICHIER"`
	Receipt    []string `help:"Empreinte d’un acte, 64 chiffres hexadécimaux comme sur un reçu : le registre doit le contenir." placeholder:"EMPREINTE"`
	Proof      string   `help:"Preuve téléchargée (.tlog-proof), vérifiée seule, sans lire le registre." placeholder:"FICHIER"`
	Save       string   `help:"Garde le point de contrôle vérifié, pour la prochaine fois." placeholder:"FICHIER"`
}

// Help tells what the flags do not: --key is the whole program's flag.
func (c *verifyCommand) Help() string {
	return "--key prend ici la clé publique du registre (passerelle/…) ; sans elle, la clé est celle du point de contrôle gardé, sinon celle que le registre annonce."
}

// Run verifies the sealed log from outside: it exits 0 when everything holds, 1
// when something does not, 2 when the question makes no sense.
func (c *verifyCommand) Run(env *environment) error {
	origin, err := publicKey(env)
	if err != nil {
		return err
	}
	if c.Proof != "" {
		return c.proof(env, origin)
	}
	question := audit.Question{Origin: origin}
	for _, text := range c.Receipt {
		leaf, err := hex.DecodeString(strings.TrimSpace(text))
		if err != nil || len(leaf) != 32 {
			return fmt.Errorf("%w : une empreinte fait 64 chiffres hexadécimaux, %q non", errUsage, text)
		}
		question.Leaves = append(question.Leaves, leaf)
	}
	if c.Checkpoint != "" {
		text, err := os.ReadFile(c.Checkpoint)
		if err != nil {
			return err
		}
		earlier, err := audit.Open(text, origin)
		if err != nil {
			return fmt.Errorf("%s : %w", c.Checkpoint, err)
		}
		question.Earlier, question.Origin = &earlier, earlier.Origin
	}
	if c.Address != "" {
		source, err := remoteLog(c.Address)
		if err != nil {
			return err
		}
		return c.verify(env, source, question)
	}
	return env.with(func(d *db.DB) error {
		return d.View(env, console, func(q db.Q) error { return c.verify(env, audit.Stored{Q: q}, question) })
	})
}

// publicKey reads the log's key from --key, which elsewhere is the instance's
// own: that one is left in the environment, or beside the database.
func publicKey(env *environment) (origin string, err error) {
	if _, err := db.ParseKey(env.key); env.key == "" || err == nil {
		return "", nil
	}
	origin, err = audit.OriginOfKey(env.key)
	if err != nil {
		return "", fmt.Errorf("%w : %w", errUsage, err)
	}
	env.key = os.Getenv("PASSERELLE_KEY")
	return origin, nil
}

func (c *verifyCommand) verify(env *environment, source audit.Source, question audit.Question) error {
	verdict, err := audit.Verify(env, source, question)
	if err != nil {
		return err
	}
	key, err := audit.KeyText(verdict.Latest.Origin)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "vérifié  %d actes, dont l’empreinte %s est signée\n", verdict.Latest.Size, verdict.Latest.Root)
	if question.Earlier != nil {
		fmt.Fprintf(env.stdout, "vérifié  il continue le point de contrôle gardé, de %d actes\n", question.Earlier.Size)
	}
	for i, leaf := range question.Leaves {
		fmt.Fprintf(env.stdout, "vérifié  l’acte %x est le n° %d\n", leaf, verdict.Numbers[i]+1)
	}
	if question.Origin == "" {
		fmt.Fprintf(env.stderr, "passerelle: la clé est celle que le registre annonce. Comparez-la à celle que vous tenez d’ailleurs, ou donnez-la avec --key :\n")
	}
	fmt.Fprintf(env.stdout, "clé      %s\n", key)
	if c.Save == "" {
		return nil
	}
	return os.WriteFile(c.Save, []byte(verdict.Latest.Note), 0o600)
}

// proof verifies a file that holds all it needs.
func (c *verifyCommand) proof(env *environment, origin string) error {
	if c.Address != "" || c.Checkpoint != "" || len(c.Receipt) > 0 {
		return fmt.Errorf("%w : --proof se vérifie seule", errUsage)
	}
	text, err := os.ReadFile(c.Proof)
	if err != nil {
		return err
	}
	proof, err := audit.OpenInclusion(text, origin)
	if err != nil {
		return fmt.Errorf("%s : %w", c.Proof, err)
	}
	if !proof.Holds() {
		return fmt.Errorf("%s : la preuve ne tient pas. L’acte %x n’est pas le n° %d de ce registre", c.Proof, proof.Entry, proof.Number+1)
	}
	key, err := audit.KeyText(proof.Checkpoint.Origin)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "vérifié  l’acte %x est le n° %d sur %d\nclé      %s\n", proof.Entry, proof.Number+1, proof.Checkpoint.Size, key)
	if origin == "" {
		fmt.Fprintf(env.stderr, "passerelle: la clé est celle que la preuve annonce. Comparez-la à celle que vous tenez d’ailleurs, ou donnez-la avec --key.\n")
	}
	return nil
}

// remote is the log of an instance, read at its public addresses.
type remote struct {
	base   string
	client *http.Client
}

// mostOfTile is more than any tile or bundle of this log holds, in bytes.
const mostOfTile = 64 << 10

// remoteLog takes the instance's address, or the one of its checkpoint.
func remoteLog(address string) (remote, error) {
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return remote{}, fmt.Errorf("%w : l’adresse de l’instance commence par https:// ou http://", errUsage)
	}
	base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(address, "/"), "/log/checkpoint"), "/log")
	return remote{base + "/log/", &http.Client{Timeout: 30 * time.Second}}, nil
}

// Checkpoint reads the latest signed note.
func (r remote) Checkpoint(ctx context.Context) ([]byte, error) { return r.get(ctx, "checkpoint") }

// Tile reads a tile or a bundle of entries.
func (r remote) Tile(ctx context.Context, path string) ([]byte, error) { return r.get(ctx, path) }

func (r remote) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := r.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("l’instance ne répond pas : %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostOfTile))
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("le registre n’est pas entier : %s répond %d", request.URL.Redacted(), answer.StatusCode)
	}
	return text, nil
}
