package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
)

type importCommand struct {
	Places importPlacesCommand `cmd:"" help:"Les lieux de l’annuaire, en CSV, JSON ou XLSX."`
}

type importPlacesCommand struct {
	File    string `arg:"" help:"Le fichier, ou - pour l’entrée standard."`
	DryRun  bool   `help:"Dit ce qui serait fait, sans rien écrire."`
	Mapping string `help:"Correspondance entre les colonnes du fichier et celles du schéma, au format de la cartographie nationale." placeholder:"FICHIER"`
	Report  string `help:"Écrit ici le compte rendu : une ligne JSON par réparation ou refus." placeholder:"FICHIER"`
	Source  string `help:"Nom de la source ; par défaut, la colonne source du fichier, ou le nom de la correspondance." placeholder:"NOM"`
	Schema  string `enum:",lieux" default:"" help:"lieux : lit strictement le schéma national, sans rien réparer." placeholder:"lieux"`
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
	var in io.ReadCloser = os.Stdin
	if c.File != "-" {
		if in, err = os.Open(c.File); err != nil {
			return fmt.Errorf("fichier illisible : %w", err)
		}
		defer in.Close()
	}
	options := exchange.Options{Source: c.Source, DryRun: c.DryRun, Strict: c.Schema == "lieux"}
	if c.Mapping != "" {
		if options.Mapping, err = readMapping(c.Mapping); err != nil {
			return err
		}
		options.Source = cmp.Or(c.Source, sourceOf(c.Mapping))
	}
	if c.Report != "" {
		report, err := os.Create(c.Report)
		if err != nil {
			return fmt.Errorf("compte rendu : %w", err)
		}
		defer func() { err = errors.Join(err, report.Close()) }()
		options.Report = report
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

func readMapping(path string) (*exchange.Mapping, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("correspondance illisible : %w", err)
	}
	defer file.Close()
	return exchange.ReadMapping(file)
}

// sourceOf names the source after its mapping, so that the ids of two
// territories are not taken for each other: "la-creuse" for
// "la-creuse.config.json".
func sourceOf(mapping string) string {
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Base(mapping), ".json"), ".config")
}
