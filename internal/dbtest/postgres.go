package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// server is a throw-away PostgreSQL: data in a temporary folder, reached by a
// unix socket only, and ended with the test program by the kernel.
type server struct {
	folder  string
	process *exec.Cmd
	admin   *sql.DB
	copying sync.Mutex
	copies  atomic.Int64
}

const template = "passerelle_template"

var sharedServer = sync.OnceValues(func() (*server, error) {
	binaries, err := postgresBinaries()
	if err != nil {
		return nil, err
	}
	// A test program has no last word of its own, so folders whose program has
	// ended are swept by the next one.
	sweep()
	folder, err := os.MkdirTemp("", fmt.Sprintf("passerelle-pg-%d-", os.Getpid()))
	if err != nil {
		return nil, err
	}
	s := &server{folder: folder}
	if err := s.start(binaries); err != nil {
		return nil, err
	}
	return s, nil
})

func postgresBinaries() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Sort(folders)
	for _, folder := range slices.Backward(folders) {
		if _, err := os.Stat(filepath.Join(folder, "initdb")); err == nil {
			return folder, nil
		}
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errors.New("no PostgreSQL server binaries; on Debian: apt-get install postgresql")
}

func (s *server) start(binaries string) error {
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 {
		// PostgreSQL refuses to run as root.
		account, err := user.Lookup("postgres")
		if err != nil {
			return err
		}
		uid, _ := strconv.Atoi(account.Uid)
		gid, _ := strconv.Atoi(account.Gid)
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(s.folder, uid, gid); err != nil {
			return err
		}
	}
	data := filepath.Join(s.folder, "data")
	prepare := exec.Command(filepath.Join(binaries, "initdb"), "-D", data, "-U", "passerelle", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	prepare.SysProcAttr, prepare.Dir = attributes, s.folder
	if output, err := prepare.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, output)
	}
	s.process = exec.Command(filepath.Join(binaries, "postgres"), "-D", data, "-k", s.folder,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "autovacuum=off")
	s.process.SysProcAttr, s.process.Dir = attributes, s.folder
	if err := startWatched(s.process); err != nil {
		return err
	}
	var err error
	if s.admin, err = sql.Open("pgx", s.address("postgres")); err != nil {
		return err
	}
	for range 300 {
		if err = s.admin.Ping(); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("PostgreSQL did not start: %w", err)
	}
	if _, err := s.admin.Exec("CREATE DATABASE " + template); err != nil {
		return err
	}
	return migrated(s.address(template))
}

// startWatched starts a process from a thread that lives as long as this
// program: the death signal is sent when the starting thread ends.
func startWatched(process *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- process.Start()
		select {}
	}()
	return <-started
}

func (s *server) address(database string) string {
	return fmt.Sprintf("postgres://passerelle@/%s?host=%s", database, s.folder)
}

func (s *server) copyTemplate() (string, error) {
	// The template must have no other user while it is copied.
	s.copying.Lock()
	defer s.copying.Unlock()
	name := fmt.Sprintf("test_%d", s.copies.Add(1))
	_, err := s.admin.ExecContext(context.Background(), "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY FILE_COPY")
	return s.address(name), err
}

func sweep() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), "passerelle-pg-*"))
	for _, folder := range folders {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(folder), "passerelle-pg-%d-", &pid); err != nil {
			continue
		}
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
			_ = os.RemoveAll(folder)
		}
	}
}
