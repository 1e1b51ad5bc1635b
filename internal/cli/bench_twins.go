package cli

import (
	"fmt"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/place"
)

type benchTwinsCommand struct {
	Places int `default:"100000" help:"Lieux inventés, répartis comme la population."`
}

// Run measures on a database of its own, which it throws away: every place is
// new, as after the first import of a whole country.
func (c *benchTwinsCommand) Run(env *environment) error {
	if c.Places < 1 {
		return fmt.Errorf("%w : donnez au moins un lieu", errUsage)
	}
	return onThrowaway(env, func(d *db.DB) error {
		fmt.Fprintf(env.stdout, "moteur %s, %d lieux\n", d.Engine(), c.Places)
		if err := inventDirectory(env, d, c.Places); err != nil {
			return err
		}
		begin, used, slowest, all := time.Now(), processorTime(), time.Duration(0), 0
		for compared := place.MostCompared; compared == place.MostCompared; {
			at := time.Now()
			if err := d.Update(env, console, func(tx *db.Tx) (err error) {
				compared, err = place.FindTwins(env, tx)
				return err
			}); err != nil {
				return err
			}
			slowest, all = max(slowest, time.Since(at)), all+compared
		}
		spent, used := time.Since(begin), processorTime()-used
		pairs := 0
		if err := d.View(env, console, func(q db.Q) (err error) {
			pairs, err = place.CountTwins(env, q, place.TwinFilter{})
			return err
		}); err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "%d lieux comparés en %.1f s (%.0f µs de processeur par lieu), %d paires proposées ; au plus %.2f s pour %d lieux\n",
			all, spent.Seconds(), float64(used.Microseconds())/float64(max(all, 1)), pairs, slowest.Seconds(), place.MostCompared)
		return nil
	})
}
