package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/sample"
	"passerelle/internal/voucher"
)

type demoCommand struct {
	service
	Seed  uint64 `default:"1" help:"Graine du tirage : la même donne le même programme."`
	At    string `help:"Jour où l’horloge commence ; par défaut, le dernier jour ouvré." placeholder:"AAAA-MM-JJ"`
	Fresh bool   `help:"Refait le programme d’exemple, même s’il existe."`
	JSON  bool   `name:"json" help:"Donne d’abord l’adresse et les accès en une ligne de JSON."`
}

// settingAccounts keeps, in a sample only, what a second run prints: nothing
// there is a secret.
const settingAccounts = "sample accounts"

// startOfDay is a little before two in the afternoon: the session of two
// o'clock has its people, and its coupons may be read.
const startOfDay = civil.TimeOfDay(13*60 + 50)

// Run makes the sample programme at its first run, and serves it.
func (c *demoCommand) Run(env *environment) error {
	if env.database == "" {
		env.database = sampleDatabase
	}
	if c.Telephone == "" {
		c.Telephone = "05 36 49 12 00"
	}
	start, err := c.start()
	if err != nil {
		return err
	}
	accounts, start, err := c.prepare(env, start)
	if err != nil {
		return err
	}
	opened, err := env.open(env, sampleDatabase, civil.StartingAt(civil.System{}, start))
	if err != nil {
		return err
	}
	var booklet sample.OwnBooklet
	if err := opened.View(env, console, func(q db.Q) (err error) {
		booklet, err = sample.FindOwnBooklet(env, q)
		return err
	}); err != nil {
		return errors.Join(err, opened.Close())
	}
	return errors.Join(c.serve(env, opened, func(address string) { c.tell(env, address, start, accounts, booklet) }), opened.Close())
}

func (c *demoCommand) start() (time.Time, error) {
	day := civil.DateOf(civil.System{}.Now(), civil.Paris)
	if c.At != "" {
		asked, err := civil.ParseDate(c.At)
		if err != nil {
			return time.Time{}, err
		}
		day = asked
	} else {
		for !civil.IsWorkingDay(day, "23") {
			day = day.AddDays(-1)
		}
	}
	return day.At(startOfDay, civil.Paris), nil
}

// prepare builds the sample in an empty database, or finds the one that is there.
func (c *demoCommand) prepare(env *environment, start time.Time) ([]sample.Account, time.Time, error) {
	if c.Fresh {
		if err := c.remove(env); err != nil {
			return nil, start, err
		}
	}
	clock := civil.NewManual(start)
	opened, err := env.openMigrated(env, sampleDatabase, clock)
	if err != nil {
		return nil, start, err
	}
	known, err := isSample(env, opened)
	if err != nil {
		return nil, start, errors.Join(err, opened.Close())
	}
	if known {
		accounts, start, err := recalled(env, opened, start)
		return accounts, start, errors.Join(err, opened.Close())
	}
	if err := refuseReal(env, opened); err != nil {
		return nil, start, errors.Join(err, opened.Close())
	}
	begin := time.Now()
	accounts, err := sample.Build(env, opened, clock, sample.Options{Seed: c.Seed, At: start, Progress: func(step string) {
		fmt.Fprintf(env.stderr, "Programme d’exemple : %s…\n", step)
	}})
	if err == nil {
		err = remember(env, opened, accounts)
	}
	fmt.Fprintf(env.stderr, "Prêt en %d s.\n", int(time.Since(begin).Seconds()+0.5))
	return accounts, start, errors.Join(err, opened.Close())
}

// refuseReal refuses to play the sample in a database that real people use.
func refuseReal(env *environment, d *db.DB) error {
	return d.View(env, console, func(q db.Q) error {
		organisations, err := account.Organisations(env, q, account.OrganisationFilter{})
		if err == nil && len(organisations) > 0 {
			err = errNotSample
		}
		return err
	})
}

var errNotSample = errors.New("cette base n’est pas un programme d’exemple : demo n’y touche pas. Donnez-en une autre avec --database")

// remove deletes a sample's file; anything else is refused.
func (c *demoCommand) remove(env *environment) error {
	path, isFile := strings.CutPrefix(env.database, "sqlite:")
	if isFile {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	opened, err := env.openMigrated(env, sampleDatabase, civil.System{})
	if err != nil {
		return err
	}
	known, err := isSample(env, opened)
	if err == nil && !known {
		err = errNotSample
	}
	if err == nil && !isFile {
		err = errors.New("--fresh efface un fichier SQLite ; avec PostgreSQL, donnez une base vide")
	}
	if err := errors.Join(err, opened.Close()); err != nil {
		return err
	}
	files, err := filepath.Glob(path + "*")
	for _, file := range files {
		switch strings.TrimPrefix(file, path) {
		case "", "-wal", "-shm", ".key":
			err = errors.Join(err, os.Remove(file))
		}
	}
	return err
}

func remember(env *environment, d *db.DB, accounts []sample.Account) error {
	text, err := json.Marshal(accounts)
	if err != nil {
		return err
	}
	return d.Update(env, console, func(tx *db.Tx) error { return db.Set(env, tx, settingAccounts, string(text)) })
}

// recalled reads the accounts of a sample made before. Its clock begins where
// it was asked to, and never before the last act of the run before.
func recalled(env *environment, d *db.DB, start time.Time) (accounts []sample.Account, at time.Time, err error) {
	err = d.View(env, console, func(q db.Q) error {
		text, err := db.Setting(env, q, settingAccounts)
		if err != nil {
			return err
		}
		if at, err = audit.Latest(env, q); err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), &accounts)
	})
	if start.After(at) {
		at = start
	}
	return accounts, at, err
}

func (c *demoCommand) tell(env *environment, address string, start time.Time, accounts []sample.Account, booklet sample.OwnBooklet) {
	if c.JSON {
		// One line, then the server's own messages on standard error.
		_ = json.NewEncoder(env.stdout).Encode(struct {
			Address  string            `json:"address"`
			Accounts []sample.Account  `json:"accounts"`
			Booklet  sample.OwnBooklet `json:"booklet"`
		}{address, accounts, booklet})
		return
	}
	fmt.Fprintf(env.stdout, "\nLe programme d’exemple répond à %s\n", address)
	fmt.Fprintf(env.stdout, "Nous y sommes le %s, %s. Tout y est inventé, sauf les communes et l’annuaire des lieux.\n\n",
		civil.DateOf(start, civil.Paris).French(), civil.FrenchHour(start.In(civil.Paris)))
	fmt.Fprintf(env.stdout, "Un accès par rôle, mot de passe : %s\n", sample.Password)
	seen := map[string]int{}
	for _, one := range accounts {
		seen[one.Role]++
		if most := map[string]int{account.RoleAccountant: 2, account.RoleCertifier: 2, account.RoleFunder: 3}[one.Role]; seen[one.Role] > max(most, 1) {
			continue
		}
		fmt.Fprintf(env.stdout, "  %-20s %-34s %s\n", account.RoleName(one.Role), one.Email, one.Organisation)
	}
	fmt.Fprintf(env.stdout, "  %-20s carnet %s, code %s\n", "Une personne", voucher.Group(booklet.Number), booklet.Code)
	fmt.Fprintf(env.stdout, "\nCtrl+C arrête le service.\n")
}
