package cli

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
)

type importCommand struct {
	Agencies importPlacesCommand `cmd:"" help:"Les agences des services publics, comme les lieux : elles en sont."`
	Places   importPlacesCommand `cmd:"" help:"Les lieux de l’annuaire, en CSV, JSON ou XLSX."`
	Bank     importBankCommand   `cmd:"" help:"Ce que répond la banque : rejets, débits et retours de virements."`
	Pix      importPixCommand    `cmd:"" help:"Les résultats Pix des personnes d’un guichet, exportés de Pix Orga."`
}

type importPlacesCommand struct {
	File     string `arg:"" help:"Le fichier, ou - pour l’entrée standard."`
	DryRun   bool   `help:"Dit ce qui serait fait, sans rien écrire."`
	FreshRun bool   `help:"Recommence au début un import qui a été interrompu."`
	Mapping  string `help:"Correspondance entre les colonnes du fichier et celles du schéma : un fichier au format de la cartographie nationale, ou le nom d’une de celles du programme. Par défaut, trouvée seule." placeholder:"FICHIER-OU-NOM"`
	Report   string `help:"Écrit ici le compte rendu : une ligne JSON par réparation ou refus." placeholder:"FICHIER"`
	Source   string `help:"Nom de la source ; par défaut, la colonne source du fichier, ou le nom de la correspondance." placeholder:"NOM"`
	Schema   string `enum:",lieux" default:"" help:"lieux : lit strictement le schéma national, sans rien réparer." placeholder:"lieux"`
}

// Validate refuses two ways of reading at once.
func (c *importPlacesCommand) Validate() error {
	if c.Mapping != "" && c.Schema != "" {
		return errors.New("--mapping et --schema ne vont pas ensemble : une correspondance répare, le schéma refuse")
	}
	return nil
}

// Run imports places; its last line tells what became of every row.
func (c *importPlacesCommand) Run(env *environment) (err error) {
	in, digest, err := c.open()
	if fault.HasCode(err, exchange.ErrFileTooLarge.Code) {
		return err
	}
	if err != nil {
		return fmt.Errorf("fichier illisible : %w", err)
	}
	defer in.Close()
	options := exchange.Options{
		Source: c.Source, DryRun: c.DryRun, Strict: c.Schema == "lieux", Digest: digest, Fresh: c.FreshRun,
		Found:    func(mapping string) { c.tellMapping(env, mapping) },
		Progress: progressOn(env.stderr),
	}
	if c.Mapping != "" {
		if options.Mapping, err = readMapping(c.Mapping); err != nil {
			return err
		}
		options.Source = cmp.Or(c.Source, options.Mapping.Name)
	}
	if c.Report != "" {
		report, err := os.Create(c.Report)
		if err != nil {
			return fmt.Errorf("compte rendu : %w", err)
		}
		buffered := bufio.NewWriter(report)
		defer func() { err = errors.Join(err, buffered.Flush(), report.Close()) }()
		options.Report = buffered
	}
	return env.with(func(d *db.DB) error {
		counts, err := exchange.ImportPlaces(env, d, console, in, options)
		if err != nil {
			return err
		}
		fmt.Fprintln(env.stdout, counts)
		return nil
	})
}

// open opens the file, and tells it from any other; the standard input cannot
// be read twice.
func (c *importPlacesCommand) open() (in io.ReadCloser, digest string, err error) {
	if c.File == "-" {
		return os.Stdin, "", nil
	}
	file, err := os.Open(c.File)
	if err != nil {
		return nil, "", err
	}
	info, err := file.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		return file, "", err
	case info.Size() > exchange.LongestFile:
		return nil, "", errors.Join(exchange.ErrFileTooLarge, file.Close())
	}
	whole := sha256.New()
	if _, err := io.Copy(whole, file); err != nil {
		return nil, "", errors.Join(err, file.Close())
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, hex.EncodeToString(whole.Sum(nil)), err
}

func (c *importPlacesCommand) tellMapping(env *environment, mapping string) {
	switch {
	case c.Schema != "":
	case c.Mapping != "":
		fmt.Fprintf(env.stderr, "correspondance : %s\n", mapping)
	case mapping == exchange.SchemaMapping:
		fmt.Fprintf(env.stderr, "colonnes du %s\n", mapping)
	default:
		fmt.Fprintf(env.stderr, "correspondance trouvée : %s\n", mapping)
	}
}

// progressOn tells on a terminal how far an import is.
func progressOn(out io.Writer) func(exchange.Counts) error {
	if file, is := out.(*os.File); !is || !isTerminal(file) {
		return nil
	}
	return func(counts exchange.Counts) error {
		_, err := fmt.Fprintf(out, "\r%s  ", counts)
		return err
	}
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// readMapping reads a file, or takes the mapping of the program that has this name.
func readMapping(path string) (*exchange.Mapping, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(path, `/\.`) {
		return exchange.ShippedMapping(path)
	}
	if err != nil {
		return nil, fmt.Errorf("correspondance illisible : %w", err)
	}
	defer file.Close()
	mapping, err := exchange.ReadMapping(file)
	if err != nil {
		return nil, err
	}
	mapping.Name = sourceOf(path)
	return mapping, nil
}

// sourceOf names the source after its mapping, so that the ids of two
// territories are not taken for each other: "la-creuse" for
// "la-creuse.config.json".
func sourceOf(mapping string) string {
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Base(mapping), ".json"), ".config")
}
