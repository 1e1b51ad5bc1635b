package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/report"
)

type benchCommand struct {
	Import benchImportCommand `cmd:"" help:"Cent mille lignes d’un fichier de lieux, et la mémoire qu’elles demandent."`
	Print  benchPrintCommand  `cmd:"" help:"Un fichier de carnets, à côté de la bibliothèque PDF seule."`
	Redeem benchRedeemCommand `cmd:"" help:"Des chèques utilisés par des lieux, tous à la fois."`
	Search benchSearchCommand `cmd:"" help:"Des lieux cherchés près d’une commune, parmi cent mille."`
	Year   benchYearCommand   `cmd:"" help:"Une année d’un département : relevés, paiements, clôtures."`
	Twins  benchTwinsCommand  `cmd:"" help:"Les doublons cherchés dans un annuaire de cent mille lieux."`
}

type benchRedeemCommand struct {
	measuring
	HTTP    bool `name:"http" default:"true" negatable:"" help:"Mesure aussi par l’API."`
	Coupons int  `help:"Chèques préparés pour chaque mesure ; par défaut, assez pour sa durée." placeholder:"N"`
}

// Rates are how many coupons a second a measure may ask for, when nobody says
// how many to prepare. A measure that runs out of coupons ends earlier.
const (
	rateAlone  = 6000
	rateFloor  = 15000
	rateRedeem = 5000
	rateServed = 4000
)

// Run measures on databases of its own, which it throws away.
func (c *benchRedeemCommand) Run(env *environment) error {
	if c.Coupons < 0 {
		return fmt.Errorf("%w : donnez un nombre de chèques", errUsage)
	}
	if err := c.ready(); err != nil {
		return err
	}
	floor, err := c.floor(env)
	if err != nil {
		return err
	}
	return c.redemptions(env, floor)
}

// floor measures the least that a redemption can be: a guarded UPDATE and an
// INSERT on its tables. It writes them itself, around every rule, so it has a
// database of its own.
func (c *benchRedeemCommand) floor(env *environment) (best float64, err error) {
	err = onThrowaway(env, func(d *db.DB) error {
		alone, together := 0, c.coupons(rateFloor)
		if d.Engine() == db.SQLite {
			alone = c.coupons(rateAlone)
		}
		fmt.Fprintf(env.stdout, "moteur %s, %d clients, %g s au plus par mesure\n", d.Engine(), c.Clients, c.Seconds)
		p, err := prepare(env, d, alone+together, false)
		if err != nil {
			return err
		}
		if alone > 0 {
			one := p.floorAlone()
			if _, err := measure(env, c.measuring, "plancher, un par transaction", 0, p.coupons[:alone], one); err != nil {
				return err
			}
		}
		name := "plancher, en groupes"
		if d.Engine() == db.PostgreSQL {
			name = "plancher, un par transaction"
		}
		found, err := measure(env, c.measuring, name, 0, p.coupons[alone:], p.floor)
		best = found.rate()
		return err
	})
	return best, err
}

// redemptions measures the operation itself, then the same through the API, and
// verifies that everything acknowledged is there and every invariant holds.
func (c *benchRedeemCommand) redemptions(env *environment, floor float64) error {
	return onThrowaway(env, func(d *db.DB) error {
		inside, served := c.coupons(rateRedeem), 0
		if c.HTTP {
			served = c.coupons(rateServed)
		}
		p, err := prepare(env, d, inside+served, true)
		if err != nil {
			return err
		}
		measured, err := measure(env, c.measuring, "utilisation, dans le programme", floor, p.coupons[:inside], p.redeem)
		if err != nil {
			return err
		}
		acknowledged := len(measured.took)
		if c.HTTP {
			client, err := p.serve(env, c.Clients)
			if err != nil {
				return err
			}
			measured, err := measure(env, c.measuring, "utilisation, par l’API en HTTP", floor, p.coupons[inside:], client.redeem)
			if err := errors.Join(err, client.stop()); err != nil {
				return err
			}
			acknowledged += len(measured.took)
		}
		return verify(env, d, acknowledged)
	})
}

func (c *benchRedeemCommand) coupons(rate float64) int {
	if c.Coupons > 0 {
		return c.Coupons
	}
	return int(rate * c.Seconds)
}

// verify counts what stands against what was acknowledged, and checks every
// invariant.
func verify(env *environment, d *db.DB, acknowledged int) error {
	return d.View(env, console, func(q db.Q) error {
		var kept int
		if err := q.QueryRow(env, `SELECT COUNT(*) FROM redemption`).Scan(&kept); err != nil {
			return err
		}
		if kept != acknowledged {
			return fmt.Errorf("%d utilisations confirmées, %d dans la base", acknowledged, kept)
		}
		results, err := report.Check(env, q)
		if err != nil {
			return err
		}
		for _, result := range results {
			if len(result.Faulty) > 0 {
				return fmt.Errorf("invariant rompu : %s : %s", result.Invariant, result.Faulty[0])
			}
		}
		fmt.Fprintf(env.stdout, "%d utilisations confirmées, toutes dans la base ; %d invariants tenus\n", acknowledged, len(results))
		return nil
	})
}

// onThrowaway runs on an empty database that is removed afterwards: a file
// beside the one that was named, or a database on the same server. The one that
// was named is not touched.
func onThrowaway(env *environment, run func(d *db.DB) error) (err error) {
	return onThrowawayAt(env, civil.System{}, run)
}

// onThrowawayAt is the same, on a clock of the measure's own.
func onThrowawayAt(env *environment, clock civil.Clock, run func(d *db.DB) error) (err error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	address, remove, err := throwaway(env)
	if err != nil {
		return err
	}
	defer func() {
		// An interrupted measure leaves nothing behind either.
		grace, cancel := context.WithTimeout(context.WithoutCancel(env), 30*time.Second)
		defer cancel()
		err = errors.Join(err, remove(grace))
	}()
	apart := *env
	apart.key = hex.EncodeToString(key)
	apart.database = address
	opened, err := apart.openMigrated(env, address, clock)
	if err != nil {
		return err
	}
	return errors.Join(run(opened), opened.Close())
}

func throwaway(env *environment) (address string, remove func(ctx context.Context) error, err error) {
	path, isFile := strings.CutPrefix(env.database, "sqlite:")
	if env.database != "" && !isFile {
		return db.Throwaway(env, env.database, "passerelle_bench_")
	}
	beside := ""
	if isFile {
		beside = filepath.Dir(path)
	}
	folder, err := os.MkdirTemp(beside, "passerelle-bench-")
	if err != nil {
		return "", nil, fmt.Errorf("le dossier de la base de mesure ne s’ouvre pas (%w) ; créez-le, ou donnez-en un autre", err)
	}
	return "sqlite:" + filepath.Join(folder, "bench.db"), func(context.Context) error { return os.RemoveAll(folder) }, nil
}
