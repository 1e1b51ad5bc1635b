package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
)

// The real program, built once, serves; it is killed while it redeems, and
// started again on the same database.
func TestNothingAcknowledgedIsLostWhenTheProgramIsKilled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		const clients, rounds, beforeKill = 32, 3, 150
		p := liveProgramme(t, d, 1500)
		shop := &till{token: p.token, coupons: p.coupons, receipts: map[int]string{}}
		for range rounds {
			program := start(t, d)
			shop.address = program.address
			shop.redeemUntilKilled(t, clients, beforeKill, program)
		}
		program := start(t, d)
		shop.address = program.address
		shop.everyReceiptStands(t)
		program.stop(t)
		program.check(t, d)
		shop.onceEach(t, d)
	})
}

func TestOneCouponPaysOnceWhenTwoHundredPresentIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		const presented = 200
		p := liveProgramme(t, d, 1)
		program := start(t, d)
		shop := &till{token: p.token, address: program.address, coupons: p.coupons}
		answers := make(chan answered, presented)
		begin := make(chan struct{})
		var clients sync.WaitGroup
		for i := range presented {
			clients.Go(func() {
				<-begin
				got, err := shop.redeem(0, fmt.Sprintf("key-%d", i))
				if err != nil {
					t.Error(err)
				}
				answers <- got
			})
		}
		close(begin)
		clients.Wait()
		close(answers)
		counts := map[string]int{}
		for one := range answers {
			counts[fmt.Sprintf("%d %s", one.status, one.Code)]++
		}
		if counts["201 "] != 1 || counts["409 already_redeemed"] != presented-1 {
			t.Errorf("the answers were %v; want one 201 and %d already_redeemed", counts, presented-1)
		}
		program.stop(t)
		program.check(t, d)
	})
}

// liveProgramme makes coupons that can be redeemed today, by the machine's clock.
func liveProgramme(t *testing.T, d *dbtest.DB, coupons int) *programme {
	t.Helper()
	key, err := db.ParseKey(dbtest.Key)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := db.Open(t.Context(), db.Options{Address: d.Address, Clock: civil.System{}, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	p, err := prepare(&environment{Context: t.Context(), stdout: io.Discard, stderr: io.Discard}, opened, coupons, true)
	if err := errors.Join(err, opened.Close()); err != nil {
		t.Fatal(err)
	}
	return p
}

// till redeems coupon i under the key i, from many clients.
type till struct {
	address, token string
	coupons        []liveCoupon
	next           atomic.Int64

	mutex    sync.Mutex
	receipts map[int]string // acknowledged: the receipt's id
	unsure   []int          // asked for, and the answer never came
}

type answered struct {
	status int
	ID     string
	Code   string
}

func (s *till) redeem(i int, key string) (answered, error) {
	body, err := json.Marshal(map[string]any{"site": s.coupons[i].site, "session": s.coupons[i].session})
	if err != nil {
		return answered{}, err
	}
	request, err := http.NewRequest(http.MethodPost, s.address+"/api/v1/coupons/"+s.coupons[i].number+"/redemption", bytes.NewReader(body))
	if err != nil {
		return answered{}, err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Idempotency-Key", key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answered{}, err
	}
	defer response.Body.Close()
	got := answered{status: response.StatusCode}
	return got, json.NewDecoder(response.Body).Decode(&got)
}

func keyFor(i int) string { return fmt.Sprintf("coupon-%d", i) }

// redeemUntilKilled kills the program once so many more were acknowledged, while
// every client has a request under way.
func (s *till) redeemUntilKilled(t *testing.T, clients, acknowledged int, program *program) {
	t.Helper()
	var done atomic.Int64
	var killed atomic.Bool
	enough := make(chan struct{})
	var working sync.WaitGroup
	for range clients {
		working.Go(func() {
			for {
				i := int(s.next.Add(1)) - 1
				if i >= len(s.coupons) {
					t.Error("the coupons ran out before the kill")
					return
				}
				first, err := s.redeem(i, keyFor(i))
				if err == nil && i%8 == 0 {
					s.note(i, first.ID)
					var again answered
					if again, err = s.redeem(i, keyFor(i)); err == nil && again != first {
						t.Errorf("the same key again answers %v, first %v", again, first)
					}
				}
				if err != nil {
					if !killed.Load() {
						t.Errorf("before the kill: %v", err)
					}
					s.doubt(i)
					return
				}
				if first.status != http.StatusCreated {
					t.Errorf("coupon %d answers %v", i, first)
					return
				}
				s.note(i, first.ID)
				if done.Add(1) == int64(acknowledged) {
					close(enough)
				}
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(time.Minute):
		t.Error("too few redemptions in a minute")
	}
	killed.Store(true)
	program.kill(t)
	working.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

func (s *till) note(i int, receipt string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.receipts[i] = receipt
}

func (s *till) doubt(i int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.unsure = append(s.unsure, i)
}

// everyReceiptStands asks again, under the same keys and under others.
func (s *till) everyReceiptStands(t *testing.T) {
	t.Helper()
	if len(s.unsure) == 0 {
		t.Error("no request was under way when the program was killed")
	}
	for i, receipt := range s.receipts {
		if again, err := s.redeem(i, keyFor(i)); err != nil || again.status != http.StatusCreated || again.ID != receipt {
			t.Errorf("coupon %d was acknowledged as %s, now %v, %v", i, receipt, again, err)
		}
		if i%16 == 0 {
			if other, err := s.redeem(i, "other-"+keyFor(i)); err != nil || other.Code != "already_redeemed" {
				t.Errorf("coupon %d under another key answers %v, %v", i, other, err)
			}
		}
	}
	for _, i := range s.unsure {
		again, err := s.redeem(i, keyFor(i))
		if err != nil || again.status != http.StatusCreated {
			t.Errorf("coupon %d, asked again after the kill, answers %v, %v", i, again, err)
		}
		s.note(i, again.ID)
	}
}

// onceEach counts what the database holds.
func (s *till) onceEach(t *testing.T, d *dbtest.DB) {
	t.Helper()
	var rows, coupons int
	if err := d.View(t.Context(), console, func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT COUNT(*), COUNT(DISTINCT coupon_id) FROM redemption`).Scan(&rows, &coupons)
	}); err != nil {
		t.Fatal(err)
	}
	if rows != len(s.receipts) || coupons != rows {
		t.Errorf("%d redemptions of %d coupons in the database; %d were acknowledged", rows, coupons, len(s.receipts))
	}
}

// program is the real binary, serving.
type program struct {
	process *exec.Cmd
	address string
	log     *bytes.Buffer
}

var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildFolder, "passerelle")
	if output, err := exec.Command("go", "build", "-o", path, "passerelle/cmd/passerelle").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	return path, nil
})

func command(t *testing.T, d *dbtest.DB, arguments ...string) *exec.Cmd {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	made := exec.Command(binary, append([]string{"--database", d.Address}, arguments...)...)
	made.Dir = t.TempDir()
	made.Env = append(os.Environ(), "PASSERELLE_KEY="+dbtest.Key)
	return made
}

func start(t *testing.T, d *dbtest.DB) *program {
	t.Helper()
	p := &program{process: command(t, d, "serve", "--addr", "127.0.0.1:0"), log: &bytes.Buffer{}}
	p.process.Stderr = p.log
	out, err := p.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.process.Process.Kill()
		_ = p.process.Wait()
		http.DefaultClient.CloseIdleConnections()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	at := strings.Index(line, "http://")
	if err != nil || at < 0 {
		_ = p.process.Process.Kill()
		_ = p.process.Wait()
		t.Fatalf("the program says %q, %v\n%s", line, err, p.log)
	}
	p.address = strings.TrimSpace(line[at:])
	return p
}

// kill leaves the program no time for a last word.
func (p *program) kill(t *testing.T) {
	t.Helper()
	if err := p.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := p.process.Wait(); !errors.As(err, &ended) {
		t.Fatalf("the program ended by itself: %v\n%s", err, p.log)
	}
	http.DefaultClient.CloseIdleConnections()
}

// stop asks it to end; it finishes what is under way and exits 0.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.process.Wait(); err != nil {
		t.Errorf("told to stop, the program ends with %v\n%s", err, p.log)
	}
}

// check runs `passerelle check`.
func (p *program) check(t *testing.T, d *dbtest.DB) {
	t.Helper()
	if output, err := command(t, d, "check").CombinedOutput(); err != nil {
		t.Errorf("check: %v\n%s", err, output)
	}
}
