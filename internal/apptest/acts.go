package apptest

import (
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// call sends one command of the DevTools protocol to the tab.
func call[P, R any](tab *Tab, command cdp.Command[P, R], params P) R {
	tab.t.Helper()
	limited, stop := tab.limited()
	defer stop()
	answer, err := chromedp.Call(limited, command, params)
	tab.must(err)
	return answer
}

// labelled finds the control of a label, by what a person reads; the exact text
// wins over one that contains it. Hidden ones do not count.
const labelled = `
const plain = s => (s || '').replace(/\s+/g, ' ').trim();
const seen = e => e.getClientRects().length > 0;
const best = (all, text) => { const fit = all.filter(e => plain(e.innerText || e.textContent).includes(text)); return fit.find(e => plain(e.innerText || e.textContent) === text) || fit[0]; };
const control = text => { const label = best([...document.querySelectorAll('label')], plain(text)); return label && label.control; };
`

// Fill types into the field that has this label. A choice of a list is given by
// what a person reads; a date as "2026-12-08".
func (tab *Tab) Fill(label, value string) {
	tab.t.Helper()
	if wrong := evaluate[string](tab, `(label, value) => {`+labelled+`
		const field = control(label);
		if (!field) return 'no field labelled "' + label + '"';
		field.focus();
		if (field.tagName === 'SELECT') {
			const option = [...field.options].find(o => plain(o.text) === plain(value));
			if (!option) return '"' + label + '" does not offer "' + value + '"';
			field.value = option.value;
		} else field.value = value;
		field.dispatchEvent(new Event('input', {bubbles: true}));
		field.dispatchEvent(new Event('change', {bubbles: true}));
		return '';
	}`, label, value); wrong != "" {
		tab.t.Fatalf("%s: %s", tab.where(), wrong)
	}
}

// Choose ticks the radio tile or the box that has this label, if it is not yet.
func (tab *Tab) Choose(label string) {
	tab.t.Helper()
	if wrong := evaluate[string](tab, `label => {`+labelled+`
		const box = control(label);
		if (!box || !['radio', 'checkbox'].includes(box.type)) return 'nothing to tick labelled "' + label + '"';
		if (!box.checked) box.click();
		return '';
	}`, label); wrong != "" {
		tab.t.Fatalf("%s: %s", tab.where(), wrong)
	}
}

// ChooseIn ticks a label within the group of this legend, for pages that ask
// the same of several people.
func (tab *Tab) ChooseIn(legend, label string) {
	tab.t.Helper()
	if wrong := evaluate[string](tab, `(legend, label) => {`+labelled+`
		const group = best([...document.querySelectorAll('legend')], plain(legend))?.parentElement;
		if (!group) return 'no group "' + legend + '"';
		const found = best([...group.querySelectorAll('label')], plain(label));
		if (!found) return '"' + legend + '" does not offer "' + label + '"';
		if (!found.control.checked) found.control.click();
		return '';
	}`, legend, label); wrong != "" {
		tab.t.Fatalf("%s: %s", tab.where(), wrong)
	}
}

// Press presses the button or follows the link of this text, and waits for the
// page it leads to. What is read aloud after the text may be given too:
// "Choisir Mes démarches, Guéret".
func (tab *Tab) Press(text string) {
	tab.t.Helper()
	if wrong := evaluate[string](tab, `text => {`+labelled+`
		document.querySelectorAll('[data-pressed]').forEach(e => e.removeAttribute('data-pressed'));
		const all = [...document.querySelectorAll('button, a[href], summary')].filter(seen);
		const found = all.find(e => plain(e.textContent) === plain(text)) || best(all, plain(text));
		if (!found) return 'no button or link "' + text + '"; there are: ' + all.map(e => plain(e.textContent)).join(' | ');
		found.setAttribute('data-pressed', '');
		return '';
	}`, text); wrong != "" {
		tab.t.Fatalf("%s: %s", tab.where(), wrong)
	}
	limited, stop := tab.limited()
	defer stop()
	_, err := chromedp.RunResponse(limited, chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-pressed]').click()`))
	tab.must(err)
}

// Submit sends the form of the field that has the focus, as the Enter key or a
// hand scanner does.
func (tab *Tab) Submit() {
	tab.t.Helper()
	tab.SubmitBy("\r")
}

// SubmitBy sends the form of the field that has the focus by another key.
func (tab *Tab) SubmitBy(key string) {
	tab.t.Helper()
	limited, stop := tab.limited()
	defer stop()
	_, err := chromedp.RunResponse(limited, chromedp.KeyEvent(key))
	tab.must(err)
}

// Type presses keys where the focus is.
func (tab *Tab) Type(keys string) {
	tab.t.Helper()
	limited, stop := tab.limited()
	defer stop()
	tab.must(chromedp.Do(limited, chromedp.KeyEvent(keys)))
}

// Focus puts the focus in the field that has this label.
func (tab *Tab) Focus(label string) {
	tab.t.Helper()
	if !evaluate[bool](tab, `label => {`+labelled+`const field = control(label); field?.focus(); return !!field; }`, label) {
		tab.t.Fatalf("%s: no field labelled %q", tab.where(), label)
	}
}

// Value is what the field with this label holds.
func (tab *Tab) Value(label string) string {
	tab.t.Helper()
	return evaluate[string](tab, `label => {`+labelled+`const field = control(label); return field ? field.value : ''; }`, label)
}

// Until waits for a condition on the page, a JavaScript expression.
func (tab *Tab) Until(condition string) {
	tab.t.Helper()
	limited, stop := tab.limited()
	defer stop()
	_, err := chromedp.Run(limited, chromedp.Poll[bool](condition))
	tab.must(err)
}

// Focused is the id of what has the focus.
func (tab *Tab) Focused() string {
	tab.t.Helper()
	return evaluate[string](tab, `() => document.activeElement ? document.activeElement.id : ''`)
}

// SignIn signs in at /connexion with the page's only fields of address and
// password.
func (tab *Tab) SignIn(email, password string) {
	tab.t.Helper()
	tab.Visit("/connexion")
	if wrong := evaluate[string](tab, `(email, password) => {
		const address = document.querySelector('main input[type=email]'), secret = document.querySelector('main input[type=password]');
		if (!address || !secret) return 'no field for an address and a password';
		address.value = email;
		secret.value = password;
		secret.form.querySelector('button').setAttribute('data-pressed', '');
		return '';
	}`, email, password); wrong != "" {
		tab.t.Fatalf("%s: %s", tab.where(), wrong)
	}
	limited, stop := tab.limited()
	defer stop()
	_, err := chromedp.RunResponse(limited, chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-pressed]').click()`))
	tab.must(err)
	if tab.Count("main input[type=password]") > 0 {
		tab.t.Fatalf("%s could not sign in: %s", email, tab.Text("main"))
	}
}

// Attach chooses a file, with this name and content, in the field of this label.
func (tab *Tab) Attach(label, name, content string) {
	tab.t.Helper()
	if wrong := evaluate[string](tab, `(label, name, content) => {`+labelled+`
		const field = control(label);
		if (!field || field.type !== 'file') return 'no file to choose labelled "' + label + '"';
		const chosen = new DataTransfer();
		chosen.items.add(new File([content], name));
		field.files = chosen.files;
		field.dispatchEvent(new Event('change', {bubbles: true}));
		return '';
	}`, label, name, content); wrong != "" {
		tab.t.Fatalf("%s: %s", tab.where(), wrong)
	}
}
