package apptest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"passerelle/internal/dbtest"
)

// browser is the one Chromium of a test program.
var browser struct {
	sync.Mutex
	context context.Context
	close   func()
	err     error
}

// Main runs the tests of a package and then ends its browser.
func Main(m *testing.M) {
	code := m.Run()
	Close()
	os.Exit(code)
}

// Close ends the browser, for packages with a TestMain of their own.
func Close() {
	browser.Lock()
	defer browser.Unlock()
	if browser.close != nil {
		browser.close()
		browser.close, browser.context = nil, nil
	}
}

// started is the browser's context; it starts Chromium the first time.
func started() (context.Context, error) {
	browser.Lock()
	defer browser.Unlock()
	if browser.context == nil && browser.err == nil {
		browser.context, browser.close, browser.err = start()
	}
	return browser.context, browser.err
}

func start() (context.Context, func(), error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, nil, errors.New("no browser: install Debian's package chromium")
	}
	profile, err := os.MkdirTemp("", "passerelle-chromium-")
	if err != nil {
		return nil, nil, err
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-extensions", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("lang", "fr"), chromedp.Env("LANGUAGE=fr"),
	)
	opened, cancelBrowser := chromedp.NewContext(allocator)
	stop := func() {
		_ = chromedp.Cancel(opened) // it is ending anyway
		cancelBrowser()
		cancelAllocator()
		// Its children write for a moment after it has stopped.
		for range 20 {
			if os.RemoveAll(profile) == nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	if err := chromedp.Do(opened); err != nil {
		stop()
		return nil, nil, fmt.Errorf("starting Chromium: %w", err)
	}
	return opened, stop, nil
}

// without ends a test that lacks something: skipped with the reason, or failed
// where everything is required.
func without(t testing.TB, err error) {
	t.Helper()
	if dbtest.Required() {
		t.Fatal(err)
	}
	t.Skip(err)
}

// root is the repository's: the folder of go.mod above the test's.
func root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", errors.New("no go.mod above the test's folder")
		}
		folder = above
	}
}
