package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/printing"
)

type printOrderCommand struct {
	Output    string `short:"o" required:"" help:"Dossier où écrire les fichiers." placeholder:"DOSSIER"`
	Name      string `default:"Passerelle" help:"Nom de l’émetteur." env:"PASSERELLE_NAME"`
	Telephone string `help:"Numéro à appeler." env:"PASSERELLE_TELEPHONE"`
	Order     string `arg:"" optional:"" help:"Référence ou identifiant de la commande."`
	Resume    string `help:"Identifiant d’une impression à reprendre." placeholder:"IMPRESSION"`
	Count     int    `help:"Nombre de carnets ; tous ceux qui restent par défaut." placeholder:"CARNETS"`
	PerFile   int    `default:"200" help:"Carnets par fichier, de 10 à 500." placeholder:"CARNETS"`
	OneSide   bool   `name:"recto" help:"Pour une imprimante sans recto verso."`
}

// Run prints an order's booklets into its desk's stock, file by file, and writes
// the files. What stopped is taken up again where it was.
func (c *printOrderCommand) Run(env *environment) error {
	return env.with(func(d *db.DB) error {
		sample, err := isSample(env, d)
		if err != nil {
			return err
		}
		id, err := c.begin(env, d)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "impression %s\n", id)
		press := printing.Press{Database: d, Issuer: printing.Issuer{Name: c.Name, Telephone: c.Telephone, Sample: sample}}
		for ended := false; !ended; {
			if ended, err = press.MakeNext(env, id); err != nil {
				return err
			}
			if err := c.tell(env, d, id); err != nil {
				return err
			}
		}
		return c.write(env, d, id)
	})
}

// begin asks for a batch, or finds the one to take up.
func (c *printOrderCommand) begin(env *environment, d *db.DB) (db.ID, error) {
	if c.Resume != "" {
		return db.ParseID(c.Resume)
	}
	batch := printing.Batch{Count: c.Count, PerFile: c.PerFile}
	if c.OneSide {
		batch.Sides = printing.OneSide
	}
	err := d.Update(env, console, func(tx *db.Tx) error {
		order, err := funding.OrderNamed(env, tx, c.Order)
		if err != nil {
			return err
		}
		batch.Order = order.ID
		batch, err = printing.BeginBatch(env, tx, batch)
		return err
	})
	return batch.ID, err
}

// tell shows how far a batch is.
func (c *printOrderCommand) tell(env *environment, d *db.DB, id db.ID) error {
	return d.View(env, console, func(q db.Q) error {
		batch, err := printing.BatchByID(env, q, id)
		booklets, files := batch.Made()
		fmt.Fprintf(env.stderr, "%d carnets sur %d, %d fichiers sur %d\n", booklets, batch.Count, files, len(batch.Files))
		return err
	})
}

// write writes the files that are ready, and tells why the others are not.
func (c *printOrderCommand) write(env *environment, d *db.DB, id db.ID) error {
	if err := os.MkdirAll(c.Output, 0o700); err != nil {
		return fmt.Errorf("dossier des fichiers : %w", err)
	}
	return d.View(env, console, func(q db.Q) error {
		batch, err := printing.BatchByID(env, q, id)
		if err != nil {
			return err
		}
		for _, file := range batch.Files {
			if file.MadeAt.IsZero() {
				continue
			}
			content, err := printing.FileContent(env, q, id, file.Rank)
			if err != nil {
				return err
			}
			path := filepath.Join(c.Output, fmt.Sprintf("carnets-%03d.pdf", file.Rank))
			if err := os.WriteFile(path, content, 0o600); err != nil {
				return fmt.Errorf("fichier PDF : %w", err)
			}
			fmt.Fprintf(env.stdout, "%s\t%d carnets\t%s\t%s\n", path, file.Count, file.First, file.Last)
		}
		if batch.Failure != "" {
			return fmt.Errorf("l’impression s’est arrêtée : %s", batch.Failure)
		}
		return nil
	})
}
