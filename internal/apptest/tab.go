package apptest

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience bounds what hangs. It judges no speed, so it leaves room for a busy
// machine.
const patience = time.Minute

// Tab is one page of the browser, with cookies of its own. Its methods end the
// test when they cannot do what they say.
type Tab struct {
	t       testing.TB
	context context.Context
	base    string
	script  bool
	wide    int

	mutex  sync.Mutex
	weight int // bytes received for the page shown
	status int // HTTP status of the page shown
	loads  int // pages asked for so far
	away   []string
}

// Option shapes a new tab.
type Option func(*Tab)

// WithoutScript is a browser in which no script runs.
func WithoutScript(tab *Tab) { tab.script = false }

// NewTab opens a tab on a server, "http://127.0.0.1:41234". It is 1280 pixels
// wide and runs scripts unless told otherwise.
func NewTab(t testing.TB, base string, options ...Option) *Tab {
	t.Helper()
	opened, err := started()
	if err != nil {
		without(t, err)
	}
	tab := &Tab{t: t, base: strings.TrimSuffix(base, "/"), script: true, wide: 1280}
	for _, option := range options {
		option(tab)
	}
	var close context.CancelFunc
	tab.context, close = chromedp.NewContext(opened, chromedp.WithNewBrowserContext())
	t.Cleanup(close)
	tab.must(chromedp.Listen(tab.context, tab.heard))
	tab.Width(tab.wide)
	if !tab.script {
		call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	return tab
}

// heard counts what the browser receives.
func (tab *Tab) heard(event any) {
	tab.mutex.Lock()
	defer tab.mutex.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		if strings.HasPrefix(event.Request.URL, "http") && !strings.HasPrefix(event.Request.URL, tab.base+"/") {
			tab.away = append(tab.away, event.Request.URL)
		}
		if event.Type == network.ResourceTypeDocument {
			if event.RedirectResponse == nil {
				tab.loads++
			}
			tab.weight = 0
		}
	case *network.EventResponseReceived:
		if event.Type == network.ResourceTypeDocument {
			tab.status = int(event.Response.Status)
		}
	case *network.EventLoadingFinished:
		tab.weight += int(event.EncodedDataLength)
	}
}

func (tab *Tab) must(err error) {
	tab.t.Helper()
	if err != nil {
		tab.t.Fatalf("%s: %v", tab.where(), err)
	}
}

// where names the page for a failure.
func (tab *Tab) where() string {
	location, err := chromedp.Run(tab.context, chromedp.Location())
	if err != nil {
		return tab.base
	}
	return strings.TrimPrefix(location, tab.base)
}

// limited is the tab's context for one act.
func (tab *Tab) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(tab.context, patience)
}

// evaluate runs an expression in the page. It works where page scripts do not.
func evaluate[T any](tab *Tab, expression string, arguments ...any) T {
	tab.t.Helper()
	var written []string
	for _, argument := range arguments {
		text, err := json.Marshal(argument)
		tab.must(err)
		written = append(written, string(text))
	}
	limited, stop := tab.limited()
	defer stop()
	answer, err := chromedp.Run(limited, chromedp.Evaluate[T]("("+expression+")("+strings.Join(written, ",")+")", chromedp.EvalAwaitPromise))
	tab.must(err)
	return answer
}

// Visit opens an address of the server, "/design".
func (tab *Tab) Visit(path string) {
	tab.t.Helper()
	limited, stop := tab.limited()
	defer stop()
	_, err := chromedp.RunResponse(limited, chromedp.Navigate(tab.base+path))
	tab.must(err)
}

// Width sets the screen's width in pixels.
func (tab *Tab) Width(pixels int) {
	tab.t.Helper()
	tab.wide = pixels
	limited, stop := tab.limited()
	defer stop()
	tab.must(chromedp.Do(limited, chromedp.EmulateViewport(int64(pixels), 900)))
}

// media is the medium ("print", or nothing for the tab's own) and the colours
// ("light", "dark").
func (tab *Tab) media(medium, colours string) {
	tab.t.Helper()
	call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}},
	})
}

// Day shows the page as those who like it light see it.
func (tab *Tab) Day() { tab.media("", "light") }

// Night shows the page as those who like it dark see it.
func (tab *Tab) Night() { tab.media("", "dark") }

// Paper shows the page as it will be printed.
func (tab *Tab) Paper() { tab.media("print", "light") }

// Forced shows the page as those see it whose system imposes its own colours.
func (tab *Tab) Forced() {
	tab.t.Helper()
	call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}, {Name: "prefers-color-scheme", Value: "dark"}},
	})
}

// Status is the HTTP status of the page shown.
func (tab *Tab) Status() int {
	tab.mutex.Lock()
	defer tab.mutex.Unlock()
	return tab.status
}

// Loads is how many pages were asked for since the tab was opened.
func (tab *Tab) Loads() int {
	tab.mutex.Lock()
	defer tab.mutex.Unlock()
	return tab.loads
}

// Weight is how many bytes were received for the page shown and what it needs,
// as they came over the line, headers included.
func (tab *Tab) Weight() int {
	tab.mutex.Lock()
	defer tab.mutex.Unlock()
	return tab.weight
}

// Strangers lists the addresses on other hosts that were asked for.
func (tab *Tab) Strangers() []string {
	tab.mutex.Lock()
	defer tab.mutex.Unlock()
	return slices.Clone(tab.away)
}

// Path is the address shown, without the host.
func (tab *Tab) Path() string {
	tab.t.Helper()
	limited, stop := tab.limited()
	defer stop()
	location, err := chromedp.Run(limited, chromedp.Location())
	tab.must(err)
	parsed, err := url.Parse(location)
	tab.must(err)
	return parsed.RequestURI()
}

// Title is the page's title.
func (tab *Tab) Title() string {
	tab.t.Helper()
	limited, stop := tab.limited()
	defer stop()
	title, err := chromedp.Run(limited, chromedp.Title())
	tab.must(err)
	return title
}

// Text is what a person reads in the first element of a CSS selector.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	return evaluate[string](tab, `s => { const e = document.querySelector(s); return e ? e.innerText : '' }`, selector)
}

// Count is how many elements a CSS selector finds.
func (tab *Tab) Count(selector string) int {
	tab.t.Helper()
	return evaluate[int](tab, `s => document.querySelectorAll(s).length`, selector)
}

// Drawn tells whether any element of a CSS selector takes room on the page as it
// is shown now.
func (tab *Tab) Drawn(selector string) bool {
	tab.t.Helper()
	return evaluate[bool](tab, `s => [...document.querySelectorAll(s)].some(e => e.getClientRects().length > 0)`, selector)
}

// Shows ends the test unless a text stands in the page; spaces of any width are
// one space.
func (tab *Tab) Shows(text string) {
	tab.t.Helper()
	if shown := spaced(tab.Text("body")); !strings.Contains(shown, spaced(text)) {
		tab.t.Fatalf("%s does not show %q, but:\n%s", tab.where(), text, shown)
	}
}

func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// Picture writes the whole page as NAME.png in the folder that
// PASSERELLE_SCREENSHOTS names; without it, nothing.
func (tab *Tab) Picture(name string) {
	tab.t.Helper()
	folder := os.Getenv("PASSERELLE_SCREENSHOTS")
	if folder == "" {
		return
	}
	picture := tab.Screenshot()
	tab.must(os.MkdirAll(folder, 0o755))
	tab.must(os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644))
}

// Screenshot is the whole page as it is shown now, as a PNG.
func (tab *Tab) Screenshot() []byte {
	tab.t.Helper()
	limited, stop := tab.limited()
	defer stop()
	picture, err := chromedp.Run(limited, chromedp.FullScreenshot(100))
	tab.must(err)
	return picture
}

// PDF prints the page on A4, and writes it beside the pictures as NAME.pdf.
func (tab *Tab) PDF(name string) []byte {
	tab.t.Helper()
	yes := true
	printed := call(tab, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes})
	content := []byte(printed.Data)
	if folder := os.Getenv("PASSERELLE_SCREENSHOTS"); folder != "" {
		tab.must(os.MkdirAll(folder, 0o755))
		tab.must(os.WriteFile(filepath.Join(folder, name+".pdf"), content, 0o644))
	}
	return content
}

// Pages counts the sheets of a PDF that Chromium printed.
func Pages(pdf []byte) int {
	return strings.Count(string(pdf), "/Type /Page\n") + strings.Count(string(pdf), "/Type /Page/")
}
