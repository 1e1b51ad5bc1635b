package cli

import (
	"bufio"
	"fmt"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/geography"
)

type exportCommand struct {
	Journal  exportJournalCommand  `cmd:"" help:"Le journal en partie double, en CSV, sur la sortie standard."`
	FEC      exportFECCommand      `cmd:"" name:"fec" help:"Le fichier des écritures comptables d’un exercice (article A47 A-1 du livre des procédures fiscales)."`
	Chart    exportChartCommand    `cmd:"" help:"Le plan de comptes que suit le fichier des écritures, à adapter."`
	Activity exportActivityCommand `cmd:"" help:"Les aides d’un mois, séances comprises, dans les colonnes de La Coop de la médiation numérique, sur la sortie standard."`
	Sites    exportSitesCommand    `cmd:"" help:"Les lieux qui ont le label, sur la sortie standard."`
	Places   exportPlacesCommand   `cmd:"" help:"Les lieux de l’annuaire, sur la sortie standard."`
}

type exportPlacesCommand struct {
	Schema    string `enum:",lieux,data-inclusion" default:"" help:"lieux : le schéma national v1.0.2, et les lieux qui le respectent ; data-inclusion : structures et services. Par défaut, tous les lieux." placeholder:"SCHÉMA"`
	Format    string `enum:",csv,json,geojson,xlsx" default:"" help:"csv (par défaut), json, geojson ou xlsx ; data-inclusion s’écrit en json." placeholder:"FORMAT"`
	Territory string `help:"Seulement les lieux d’un territoire : département (23), région (R75), intercommunalité (SIREN), commune (code INSEE)." placeholder:"CODE"`
}

// exportSitesCommand is the same for the places that hold the label.
type exportSitesCommand struct{ exportPlacesCommand }

// Run writes the places that hold the label today.
func (c *exportSitesCommand) Run(env *environment) error { return c.write(env, true) }

// Run writes places.
func (c *exportPlacesCommand) Run(env *environment) error { return c.write(env, false) }

// write writes places from one view of the database; what the schema leaves out
// is told on standard error.
func (c *exportPlacesCommand) write(env *environment, labelled bool) error {
	asked := exchange.Export{Schema: c.Schema, Format: c.Format, Labelled: labelled}
	if c.Territory != "" {
		territory, err := geography.ParseTerritory(c.Territory)
		if err != nil {
			return err
		}
		asked.Territory = territory
	}
	return env.with(func(d *db.DB) error {
		return d.View(env, console, func(q db.Q) error {
			out := bufio.NewWriter(env.stdout)
			told, err := exchange.ExportPlaces(env, q, out, asked)
			if err != nil {
				return err
			}
			if err := out.Flush(); err != nil {
				return fmt.Errorf("sortie standard : %w", err)
			}
			fmt.Fprintln(env.stderr, told)
			return nil
		})
	})
}
