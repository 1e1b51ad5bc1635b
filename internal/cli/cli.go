package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"passerelle/internal/fault"
)

const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
)

// grammar is the whole command line.
type grammar struct {
	Database string `help:"Base de données : sqlite:CHEMIN ou postgres://… (par défaut sqlite:data/passerelle.db ; pour demo, sqlite:data/demo.db)." env:"PASSERELLE_DATABASE" placeholder:"ADRESSE"`
	Key      string `help:"Clé de l’instance, 64 chiffres hexadécimaux. Avec SQLite, elle est sinon gardée à côté du fichier." env:"PASSERELLE_KEY" placeholder:"CLÉ"`

	Demo    demoCommand    `cmd:"" help:"Prépare le programme d’exemple, puis le sert."`
	Serve   serveCommand   `cmd:"" help:"Met la base à jour, sert les pages et l’API, fait les travaux."`
	Migrate migrateCommand `cmd:"" help:"Met le schéma de la base à jour."`
	Check   checkCommand   `cmd:"" help:"Vérifie tous les invariants ; une ligne pour chacun."`
	Verify  verifyCommand  `cmd:"" help:"Vérifie le registre scellé de l’extérieur, avec la seule clé publique."`
	Import  importCommand  `cmd:"" help:"Importe un fichier."`
	Export  exportCommand  `cmd:"" help:"Écrit des données de la base sur la sortie standard."`
	Print   printCommand   `cmd:"" help:"Imprime un document en PDF."`
	Settle  settleCommand  `cmd:"" help:"Clôt les relevés d’un mois."`
	Pay     payCommand     `cmd:"" help:"Écrit le fichier de virements des relevés."`
	Invite  inviteCommand  `cmd:"" help:"Invite une personne et affiche l’adresse à ouvrir : le premier administrateur."`
	Attach  attachCommand  `cmd:"" help:"Confie un lieu de l’annuaire à l’organisation qui le tient."`
	Token   tokenCommand   `cmd:"" help:"Gère les jetons de l’API."`
	Bench   benchCommand   `cmd:"" help:"Mesure, à côté du plancher de la même exécution."`
}

// environment is what every command receives.
type environment struct {
	context.Context
	stdout, stderr io.Writer
	database       string // empty: the command's own default
	key            string
}

// exit stops kong where it would end the program itself (help, usage).
type exit int

// Main runs one command and returns the exit status.
func Main(arguments []string, stdout, stderr io.Writer) (status int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	var commands grammar
	parser, err := kong.New(&commands,
		kong.Name("passerelle"),
		kong.Description("Passerelle conduit un programme d’inclusion numérique de bout en bout : repérer, orienter, remettre un carnet, réserver une place, payer le lieu."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintf(stderr, "passerelle: %v\n", err)
		return exitRefused
	}
	defer func() {
		if code, asked := recover().(exit); asked {
			status = int(code)
		}
	}()
	parsed, err := parser.Parse(arguments)
	if err != nil {
		fmt.Fprintf(stderr, "passerelle: commande mal écrite : %v\nVoir « passerelle --help ».\n", err)
		return exitUsage
	}
	env := &environment{Context: ctx, stdout: stdout, stderr: stderr, database: commands.Database, key: commands.Key}
	if err := parsed.Run(env); err != nil {
		var told silent
		if !errors.As(err, &told) {
			fmt.Fprintf(stderr, "passerelle: %s\n", message(err))
		}
		if errors.Is(err, errUsage) {
			return exitUsage
		}
		return exitRefused
	}
	return exitDone
}

// errUsage marks what is wrong with the command itself.
var errUsage = errors.New("commande mal écrite")

// silent is a failure that the command has already told on its own lines.
type silent struct{ error }

// message is what a person at a terminal reads: a fault's sentence with its
// fields, or the plain error.
func message(err error) string {
	var refused *fault.Error
	if !errors.As(err, &refused) {
		return err.Error()
	}
	text := refused.Message
	for _, field := range refused.Fields {
		text += fmt.Sprintf("\n  %s : %s", field.Name, field.Message)
	}
	return text
}
