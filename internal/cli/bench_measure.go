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
type act = func(ctx context.Context, coupon liveCoupon) error

// measuring is how a measure is made.
type measuring struct {
	Clients int     `default:"64" help:"Combien agissent à la fois."`
	Seconds float64 `default:"5" help:"Durée d’une mesure, au plus."`
	Profile string  `help:"Garde ici le profil de chaque mesure, pour « go tool pprof »." placeholder:"DOSSIER"`
}

// ready checks what was asked and makes the profiles' folder.
func (m measuring) ready() error {
	if m.Clients < 1 || m.Seconds <= 0 {
		return fmt.Errorf("%w : donnez au moins un client et une durée", errUsage)
	}
	if m.Profile == "" {
		return nil
	}
	return os.MkdirAll(m.Profile, 0o750)
}

// measure lets every client do one act after the other until the time is over
// or what they act on is, and prints a line with its three largest costs. A
// floor of zero makes this measure its own.
func measure[T any](env *environment, m measuring, name string, floor float64, on []T, do func(ctx context.Context, one T) error) (measured, error) {
	runtime.GC()
	var found measured
	costs, err := profiled(m, name, func() (err error) {
		found, err = drive(env, m, on, do)
		return err
	})
	if err != nil {
		return measured{}, fmt.Errorf("%s : %w", name, err)
	}
	if floor == 0 {
		floor = found.rate()
	}
	fmt.Fprintf(env.stdout, "%-40s %8.0f ops/s   p50 %7.2f ms   p99 %7.2f ms   ratio %.2f   (%d en %.1f s, %.0f µs de processeur par acte)\n", name, found.rate(),
		milliseconds(found.quantile(0.50)), milliseconds(found.quantile(0.99)), found.rate()/floor,
		len(found.took), found.elapsed.Seconds(), 1e6*found.processor.Seconds()/float64(len(found.took)))
	for _, cost := range costs {
		fmt.Fprintf(env.stdout, "    %3.0f %% %s\n", 100*cost.share, cost.name)
	}
	return found, nil
}

// profiled runs a work under the processor's profile, and answers its three
// largest costs.
func profiled(m measuring, name string, work func() error) ([]cost, error) {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		return nil, err
	}
	err := work()
	pprof.StopCPUProfile()
	if err != nil {
		return nil, err
	}
	if m.Profile != "" {
		file := strings.ReplaceAll(geography.Fold(name), " ", "-") + ".pprof"
		if err := os.WriteFile(filepath.Join(m.Profile, file), profile.Bytes(), 0o600); err != nil {
			return nil, err
		}
	}
	return largestCosts(profile.Bytes(), 3)
}

func drive[T any](env *environment, m measuring, on []T, do func(ctx context.Context, one T) error) (measured, error) {
	ctx, cancel := context.WithCancel(env)
	defer cancel()
	took := make([][]time.Duration, m.Clients)
	failures := make([]error, m.Clients)
	var next atomic.Int64
	var clients sync.WaitGroup
	used := processorTime()
	begin := time.Now()
	end := begin.Add(time.Duration(m.Seconds * float64(time.Second)))
	for client := range m.Clients {
		clients.Go(func() {
			for ctx.Err() == nil {
				i, start := int(next.Add(1))-1, time.Now()
				if i >= len(on) || start.After(end) {
					return
				}
				if failures[client] = do(ctx, on[i]); failures[client] != nil {
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
