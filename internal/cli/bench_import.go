package cli

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/place"
)

type benchImportCommand struct {
	Rows    int    `default:"100000" help:"Lignes du fichier inventé ; un fichier dix fois plus court est mesuré avant."`
	Profile string `help:"Garde ici le profil de chaque mesure, pour « go tool pprof »." placeholder:"DOSSIER"`
}

// bareSlice is how many rows one transaction of the floor takes in, as one of
// an import does.
const bareSlice = 500

// Run imports invented files into databases of its own, which it throws away.
func (c *benchImportCommand) Run(env *environment) (err error) {
	const times = 10
	if c.Rows < times {
		return fmt.Errorf("%w : donnez au moins dix lignes", errUsage)
	}
	folder, err := os.MkdirTemp("", "passerelle-bench-import-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	m := measuring{Clients: 1, Seconds: (24 * time.Hour).Seconds(), Profile: c.Profile}
	if err := m.ready(); err != nil {
		return err
	}
	var peaks []uint64
	for _, rows := range []int{c.Rows / times, c.Rows} {
		path := filepath.Join(folder, "lieux.csv")
		if err := inventFile(path, rows); err != nil {
			return err
		}
		if err := onThrowaway(env, func(d *db.DB) error {
			fmt.Fprintf(env.stdout, "moteur %s, un fichier de %d lignes\n", d.Engine(), rows)
			peak, err := c.rows(env, d, m, path, rows)
			peaks = append(peaks, peak)
			return err
		}); err != nil {
			return err
		}
	}
	fmt.Fprintf(env.stdout, "mémoire au plus haut : %.1f Mo pour %d lignes, %.1f Mo pour %d\n",
		megabytes(peaks[0]), c.Rows/times, megabytes(peaks[1]), c.Rows)
	return nil
}

func megabytes(bytes uint64) float64 { return float64(bytes) / 1e6 }

// rows measures the import of one file, the same file again, and the bare
// INSERTs of the rows that it made.
func (c *benchImportCommand) rows(env *environment, d *db.DB, m measuring, path string, rows int) (peak uint64, err error) {
	bring := func(want exchange.Counts) func(step func()) error {
		return func(step func()) error { return importFile(env, d, path, want, step) }
	}
	brought, err := timed(env, m, fmt.Sprintf("import de %d lignes", rows), rows, bring(exchange.Counts{Read: rows, Created: rows}))
	if err != nil {
		return 0, err
	}
	if _, err := timed(env, m, fmt.Sprintf("le même fichier de %d lignes encore", rows), rows, bring(exchange.Counts{Read: rows, Unchanged: rows})); err != nil {
		return 0, err
	}
	return brought.peak, onThrowaway(env, func(bare *db.DB) error {
		floor, err := timed(env, m, fmt.Sprintf("plancher : %d lieux, INSERT seuls", rows), rows, func(step func()) error { return copyRows(env, d, bare, rows, step) })
		if err == nil {
			fmt.Fprintf(env.stdout, "    ratio de l’import au plancher : %.2f\n", floor.elapsed.Seconds()/brought.elapsed.Seconds())
		}
		return err
	})
}

// timing is what one measure found.
type timing struct {
	elapsed time.Duration
	peak    uint64 // bytes of live and dead objects on the heap, at most
}

// timed runs a work that calls step after each slice, and prints its line.
func timed(env *environment, m measuring, name string, rows int, work func(step func()) error) (timing, error) {
	runtime.GC()
	var found timing
	var took []time.Duration
	stop, peak := watchHeap()
	used, begin := processorTime(), time.Now()
	last := begin
	measure, err := profiled(m, name, func() error {
		return work(func() {
			now := time.Now()
			took, last = append(took, now.Sub(last)), now
		})
	})
	found.elapsed, used = time.Since(begin), processorTime()-used
	close(stop)
	found.peak = <-peak
	if err != nil {
		return timing{}, fmt.Errorf("%s : %w", name, err)
	}
	slices.Sort(took)
	each := func(share float64) float64 {
		return milliseconds(took[min(int(share*float64(len(took))), len(took)-1)])
	}
	fmt.Fprintf(env.stdout, "%-44s %8.0f ops/s   p50 %7.1f ms   p99 %7.1f ms par tranche   (%.1f s, %.0f µs de processeur par ligne, %.1f Mo au plus haut)\n", name,
		float64(rows)/found.elapsed.Seconds(), each(0.50), each(0.99), found.elapsed.Seconds(), 1e6*used.Seconds()/float64(rows), megabytes(found.peak))
	for _, cost := range measure {
		fmt.Fprintf(env.stdout, "    %3.0f %% %s\n", 100*cost.share, cost.name)
	}
	return found, nil
}

// watchHeap follows the heap until it is told to stop, then answers the most it held.
func watchHeap() (stop chan<- struct{}, peak <-chan uint64) {
	const often = 20 * time.Millisecond
	stopped, found := make(chan struct{}), make(chan uint64, 1)
	go func() {
		most := uint64(0)
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(often)
		defer tick.Stop()
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-stopped:
				found <- most
				return
			case <-tick.C:
			}
		}
	}()
	return stopped, found
}

func importFile(env *environment, d *db.DB, path string, want exchange.Counts, step func()) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	counts, err := exchange.ImportPlaces(env, d, console, file, exchange.Options{
		Report: io.Discard, Progress: func(exchange.Counts) error { step(); return nil },
	})
	if err == nil && counts != want {
		err = fmt.Errorf("compte attendu : %s ; trouvé : %s", want, counts)
	}
	return err
}

// copyRows is the least that an import can be: the rows that it made, inserted
// as they are, in slices of the same size. It writes them itself, around every
// rule, so it has a database of its own.
func copyRows(env *environment, from, to *db.DB, rows int, step func()) error {
	var after db.ID
	for done := 0; done < rows; done += bareSlice {
		var read []tableRow
		if err := from.View(env, console, func(q db.Q) (err error) {
			read, err = rowsAfter(env, q, &after)
			return err
		}); err != nil {
			return err
		}
		if err := to.Update(env, console, func(tx *db.Tx) error {
			for _, row := range read {
				if _, err := tx.Exec(env, row.statement, row.values...); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		step()
	}
	return nil
}

// tableRow is a row, and the statement that inserts it.
type tableRow struct {
	statement string
	values    []any
}

// rowsAfter are the rows of a slice of places, and of what their sources say;
// it moves after to the last of them.
func rowsAfter(env *environment, q db.Q, after *db.ID) ([]tableRow, error) {
	from := *after
	ids, err := db.All(env, q, db.Value[db.ID], fmt.Sprintf(`SELECT id FROM place WHERE id > $1 ORDER BY id LIMIT %d`, bareSlice), from[:])
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	*after = ids[len(ids)-1]
	var read []tableRow
	for _, statement := range []struct{ table, key string }{{"place", "id"}, {"place_record", "place"}} {
		rows, err := q.Query(env, fmt.Sprintf(`SELECT * FROM %s WHERE %s > $1 AND %[2]s <= $2`, statement.table, statement.key), from[:], after[:])
		if err != nil {
			return nil, err
		}
		found, err := insertions(rows, statement.table)
		if err := errors.Join(err, rows.Close()); err != nil {
			return nil, err
		}
		read = append(read, found...)
	}
	return read, nil
}

func insertions(rows *db.Rows, table string) ([]tableRow, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	marks := make([]string, len(names))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	statement := fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, table, strings.Join(names, ", "), strings.Join(marks, ", "))
	var read []tableRow
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range into {
			into[i] = &values[i]
		}
		if err := rows.Rows.Scan(into...); err != nil {
			return nil, err
		}
		read = append(read, tableRow{statement, values})
	}
	return read, rows.Err()
}

// inventFile writes a file in the columns of the national schema: the places of
// the other measures, as a territory publishes them.
func inventFile(path string, rows int) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	defer func() { err = errors.Join(err, out.Flush(), file.Close()) }()
	lines := csv.NewWriter(out)
	if err := lines.Write([]string{"id", "nom", "commune", "code_postal", "code_insee", "adresse", "latitude", "longitude", "telephone", "courriels",
		"site_web", "horaires", "presentation_resume", "source", "date_maj", "services", "publics_specifiquement_adresses", "frais_a_charge", "modalites_accompagnement"}); err != nil {
		return err
	}
	draw := rand.New(rand.NewPCG(1, 0))
	drawCommune := communesByPeople(draw)
	for rank := range rows {
		commune := drawCommune()
		p := inventPlace(draw, commune, rank)
		words := func(list place.Vocabulary, codes []string) string { return strings.Join(list.Labels(codes), "|") }
		if err := lines.Write([]string{
			p.SourceID, p.Name, commune.Name, commune.PostalCodes[0], commune.Code, p.Address, fmt.Sprintf("%.6f", p.Latitude), fmt.Sprintf("%.6f", p.Longitude),
			"05 44 00 00 00", p.Emails[0], p.Websites[0], p.Hours, strings.TrimSpace(p.Summary), p.Source, "2026-01-05",
			words(place.Services, p.Services), words(place.Publics, p.Publics), words(place.Fees, p.Fees), words(place.Supports, p.Supports),
		}); err != nil {
			return err
		}
	}
	lines.Flush()
	return lines.Error()
}
