package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"passerelle/internal/geography"
)

// measured is what one measure found.
type measured struct {
	took      []time.Duration // of each act that was acknowledged, shortest first
	elapsed   time.Duration
	processor time.Duration // of this program; a PostgreSQL server's own is not in it
}

func (m measured) rate() float64 { return float64(len(m.took)) / m.elapsed.Seconds() }

// quantile is how long the given share of the acts took at most.
func (m measured) quantile(share float64) time.Duration {
	return m.took[min(int(share*float64(len(m.took))), len(m.took)-1)]
}

// act is one act on one coupon; it answers once it is durable.
type act func(ctx context.Context, coupon liveCoupon) error

// measure lets every client do one act after the other until the time is over
// or the coupons are, and prints a line with its three largest costs. A floor
// of zero makes this measure its own.
func (c *benchRedeemCommand) measure(env *environment, name string, floor float64, coupons []liveCoupon, do act) (measured, error) {
	runtime.GC()
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		return measured{}, err
	}
	found, err := c.drive(env, coupons, do)
	pprof.StopCPUProfile()
	if err != nil {
		return measured{}, fmt.Errorf("%s : %w", name, err)
	}
	if floor == 0 {
		floor = found.rate()
	}
	fmt.Fprintf(env.stdout, "%-32s %8.0f ops/s   p50 %7.2f ms   p99 %7.2f ms   ratio %.2f   (%d en %.1f s, %.0f µs de processeur par acte)\n", name, found.rate(),
		milliseconds(found.quantile(0.50)), milliseconds(found.quantile(0.99)), found.rate()/floor,
		len(found.took), found.elapsed.Seconds(), 1e6*found.processor.Seconds()/float64(len(found.took)))
	costs, err := largestCosts(profile.Bytes(), 3)
	if err != nil {
		return measured{}, err
	}
	for _, cost := range costs {
		fmt.Fprintf(env.stdout, "    %3.0f %% %s\n", 100*cost.share, cost.name)
	}
	if c.Profile != "" {
		file := strings.ReplaceAll(geography.Fold(name), " ", "-") + ".pprof"
		err = os.WriteFile(filepath.Join(c.Profile, file), profile.Bytes(), 0o600)
	}
	return found, err
}

func (c *benchRedeemCommand) drive(env *environment, coupons []liveCoupon, do act) (measured, error) {
	ctx, cancel := context.WithCancel(env)
	defer cancel()
	took := make([][]time.Duration, c.Clients)
	failures := make([]error, c.Clients)
	var next atomic.Int64
	var clients sync.WaitGroup
	used := processorTime()
	begin := time.Now()
	end := begin.Add(time.Duration(c.Seconds * float64(time.Second)))
	for client := range c.Clients {
		clients.Go(func() {
			for ctx.Err() == nil {
				i, start := int(next.Add(1))-1, time.Now()
				if i >= len(coupons) || start.After(end) {
					return
				}
				if failures[client] = do(ctx, coupons[i]); failures[client] != nil {
					cancel()
					return
				}
				took[client] = append(took[client], time.Since(start))
			}
		})
	}
	clients.Wait()
	found := measured{elapsed: time.Since(begin), processor: processorTime() - used, took: slices.Concat(took...)}
	slices.Sort(found.took)
	if err := errors.Join(append(failures, env.Err())...); err != nil {
		return measured{}, err
	}
	if len(found.took) == 0 {
		return measured{}, errors.New("rien n’a été fait dans le temps donné")
	}
	return found, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
