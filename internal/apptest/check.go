package apptest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// MostWeight is what a page may weigh on first load, in bytes over the line.
const MostWeight = 60_000

// axe is the source of axe-core, read once.
var axe = sync.OnceValues(func() (string, error) {
	folder, err := root()
	if err != nil {
		return "", err
	}
	source, err := os.ReadFile(filepath.Join(folder, "testing", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return "", errors.New("axe-core is missing: run npm ci in testing/")
	}
	return string(source), nil
})

// violation is what axe-core found.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Axe fails the test for each violation that axe-core finds in the page as it
// is shown now: WCAG 2.2 A and AA, and axe's own best practices. when says how
// it is shown: "by night".
func (tab *Tab) Axe(when string) {
	tab.t.Helper()
	source, err := axe()
	if err != nil {
		without(tab.t, err)
	}
	call(tab, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
	if !tab.script { // axe waits for promises, which need script; the page's own has had its chance
		call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
		defer call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	limited, stop := tab.limited()
	defer stop()
	tab.must(chromedp.Do(limited, chromedp.Evaluate[chromedp.Void](source)))
	found := evaluate[[]violation](tab, `async () => {
		const result = await axe.run(document, {
			runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
			resultTypes: ['violations'],
		});
		return result.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => ({html: n.html.slice(0, 300), failureSummary: n.failureSummary}))}));
	}`)
	for _, broken := range found {
		var told strings.Builder
		fmt.Fprintf(&told, "%s %s, axe %s: %s", tab.where(), when, broken.ID, broken.Help)
		for i, node := range broken.Nodes {
			if i == 5 {
				fmt.Fprintf(&told, "\n  and %d more", len(broken.Nodes)-i)
				break
			}
			fmt.Fprintf(&told, "\n  %s\n    %s", node.HTML, strings.ReplaceAll(node.Summary, "\n", "\n    "))
		}
		tab.t.Error(told.String())
	}
}

// NoOverflow fails the test when something is wider than the screen; what lies
// in a region that scrolls does not count.
func (tab *Tab) NoOverflow() {
	tab.t.Helper()
	wide := evaluate[[]string](tab, `() => {
		const most = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= most) return [];
		return [...document.querySelectorAll('body *')]
			.filter(e => e.getBoundingClientRect().right > most + 1 && !e.closest('.scroll, .vh, svg'))
			.slice(0, 8).map(e => e.outerHTML.slice(0, 160));
	}`)
	overflowing := evaluate[int](tab, `() => document.documentElement.scrollWidth - document.documentElement.clientWidth`)
	if overflowing > 0 {
		tab.t.Errorf("%s is %d px wider than a screen of %d px:\n  %s", tab.where(), overflowing, tab.wide, strings.Join(wide, "\n  "))
	}
}

// Light fails the test when the page weighs more than MostWeight.
func (tab *Tab) Light() {
	tab.t.Helper()
	if weight := tab.Weight(); weight > MostWeight {
		tab.t.Errorf("%s weighs %d bytes, more than %d", tab.where(), weight, MostWeight)
	}
}

// French fails the test when a line could break before : ; ? ! » or after «: a
// no-break space belongs there.
func (tab *Tab) French() {
	tab.t.Helper()
	broken := evaluate[[]string](tab, `() => {
		const found = [], texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
		while (texts.nextNode()) {
			const text = texts.currentNode, around = text.parentElement;
			if (around.closest('script, style, code, pre, textarea, kbd, [lang]:not([lang=fr])')) continue;
			const hit = text.data.match(/.{0,25}(?:\S [:;?!»](?=\s|$)|« ).{0,10}/);
			if (hit) found.push(hit[0]);
		}
		return found.slice(0, 8);
	}`)
	for _, text := range broken {
		tab.t.Errorf("%s: a no-break space is missing in %q", tab.where(), text)
	}
}

// Check is what every page must stand: its weight, no other host, French
// spacing, axe by day, and no overflow at 320 pixels. With PASSERELLE_SOAK it is
// CheckEveryWay. The tab is then shown as before, by day.
func (tab *Tab) Check() {
	tab.t.Helper()
	if os.Getenv("PASSERELLE_SOAK") != "" {
		tab.CheckEveryWay()
		return
	}
	tab.checkOnce()
	tab.narrow(tab.NoOverflow)
}

// CheckEveryWay adds axe by night, in print and at 320 pixels: for the pages
// that show every piece, and for all of them in a long run.
func (tab *Tab) CheckEveryWay() {
	tab.t.Helper()
	tab.checkOnce()
	tab.Night()
	tab.Axe("by night")
	tab.Paper()
	tab.Axe("in print")
	tab.Day()
	tab.narrow(func() {
		tab.NoOverflow()
		tab.Axe("320 px wide")
	})
}

func (tab *Tab) checkOnce() {
	tab.t.Helper()
	tab.Light()
	tab.French()
	if strangers := tab.Strangers(); len(strangers) > 0 {
		tab.t.Errorf("%s asks other hosts: %s", tab.where(), strings.Join(strangers, ", "))
	}
	tab.Day()
	tab.Axe("by day")
}

func (tab *Tab) narrow(look func()) {
	tab.t.Helper()
	wide := tab.wide
	tab.Width(320)
	look()
	tab.Width(wide)
}

// Look checks the page and takes its pictures, NAME-1280.png and NAME-320.png.
func (tab *Tab) Look(name string) {
	tab.t.Helper()
	tab.Check()
	tab.t.Logf("%s: %d bytes", name, tab.Weight())
	wide := tab.wide
	tab.Width(1280)
	tab.Picture(name + "-1280")
	tab.Width(320)
	tab.Picture(name + "-320")
	tab.Width(wide)
}
