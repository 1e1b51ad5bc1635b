package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/printing"
	"passerelle/internal/settlement"
)

type printCommand struct {
	Booklets  printBookletsCommand  `cmd:"" help:"Des carnets, par leur numéro de 12 chiffres."`
	Order     printOrderCommand     `cmd:"" help:"Les carnets d’une commande, par lots, en fichiers ; reprend une impression arrêtée."`
	Letter    printLetterCommand    `cmd:"" help:"La page d’un rendez-vous, par l’identifiant de l’inscription."`
	Sheet     printSheetCommand     `cmd:"" help:"La feuille de présence d’une séance, par son identifiant."`
	Month     printMonthCommand     `cmd:"" help:"L’affiche des ateliers d’un mois dans un lieu, par l’identifiant du lieu."`
	Statement printStatementCommand `cmd:"" help:"Un relevé, par son identifiant ou sa référence."`
}

// issued is what every paper says of the instance, and where it is written.
type issued struct {
	Output    string `short:"o" required:"" help:"Fichier PDF à écrire." placeholder:"FICHIER.pdf"`
	Name      string `default:"Passerelle" help:"Nom de l’émetteur." env:"PASSERELLE_NAME"`
	Telephone string `help:"Numéro à appeler." env:"PASSERELLE_TELEPHONE"`
}

// write makes a paper from one view of the database. Nothing is left behind
// when it cannot be whole.
func (i *issued) write(env *environment, paper func(q db.Q, issuer printing.Issuer, to io.Writer) error) error {
	return env.with(func(d *db.DB) error {
		sample, err := isSample(env, d)
		if err != nil {
			return err
		}
		file, err := os.Create(i.Output)
		if err != nil {
			return fmt.Errorf("fichier PDF : %w", err)
		}
		err = d.View(env, console, func(q db.Q) error {
			return paper(q, printing.Issuer{Name: i.Name, Telephone: i.Telephone, Sample: sample}, file)
		})
		if err = errors.Join(err, file.Close()); err != nil {
			return errors.Join(err, os.Remove(i.Output))
		}
		return nil
	})
}

type printBookletsCommand struct {
	issued
	OneSide bool     `name:"recto" help:"Pour une imprimante sans recto verso."`
	Numbers []string `arg:"" help:"Numéros des carnets."`
}

func (c *printBookletsCommand) sides() printing.Sides {
	if c.OneSide {
		return printing.OneSide
	}
	return printing.BothSides
}

// Run prints booklets; one that is live can be printed again.
func (c *printBookletsCommand) Run(env *environment) error {
	return c.write(env, func(q db.Q, issuer printing.Issuer, to io.Writer) error {
		var booklets []printing.Booklet
		for _, number := range c.Numbers {
			booklet, err := printing.BookletOf(env, q, number, issuer)
			if err != nil {
				return fmt.Errorf("carnet %s : %s", number, message(err))
			}
			booklets = append(booklets, booklet)
		}
		return printing.WriteBooklets(to, q.Now().In(civil.Paris), c.sides(), booklets...)
	})
}

type printStatementCommand struct {
	issued
	Statement string `arg:"" help:"Identifiant ou référence du relevé."`
}

// Run prints a statement, the running month's too.
func (c *printStatementCommand) Run(env *environment) error {
	return c.write(env, func(q db.Q, issuer printing.Issuer, to io.Writer) error {
		found, err := settlement.StatementNamed(env, q, c.Statement)
		if err != nil {
			return err
		}
		paper, err := printing.StatementOf(env, q, found.ID, issuer)
		if err != nil {
			return err
		}
		return printing.WriteStatement(to, q.Now().In(civil.Paris), paper)
	})
}

type printLetterCommand struct {
	issued
	Booking string `arg:"" help:"Identifiant de l’inscription à une séance."`
}

// Run prints the appointment page of a booking.
func (c *printLetterCommand) Run(env *environment) error {
	booking, err := db.ParseID(c.Booking)
	if err != nil {
		return err
	}
	return c.write(env, func(q db.Q, issuer printing.Issuer, to io.Writer) error {
		letter, err := printing.LetterOf(env, q, booking, issuer)
		if err != nil {
			return err
		}
		return printing.WriteLetter(to, q.Now().In(civil.Paris), letter)
	})
}
