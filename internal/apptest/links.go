package apptest

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Links lists the addresses on the page's own host that it leads to, each once,
// without fragments. A page that is not HTML leads nowhere.
func (p *Page) Links() []string {
	p.client.t.Helper()
	var links []string
	if !p.IsHTML() {
		return nil
	}
	here, err := url.Parse(p.client.base + p.Path)
	if err != nil {
		p.client.t.Fatal(err)
	}
	for _, node := range p.find("a[href]") {
		there, err := here.Parse(attribute(node, "href"))
		if err != nil {
			p.client.t.Errorf("%s links to %q: %v", p.Path, attribute(node, "href"), err)
			continue
		}
		if there.Host != here.Host || there.Scheme != here.Scheme {
			continue
		}
		if path := there.RequestURI(); !slices.Contains(links, path) {
			links = append(links, path)
		}
	}
	return links
}

// LostAnchors lists the links to a place in the page that the page does not
// have.
func (p *Page) LostAnchors() (lost []string) {
	p.client.t.Helper()
	for _, node := range p.find("a[href^='#']") {
		name := strings.TrimPrefix(attribute(node, "href"), "#")
		if !slices.ContainsFunc(p.find("[id]"), func(n *html.Node) bool { return attribute(n, "id") == name }) {
			lost = append(lost, "#"+name)
		}
	}
	return lost
}

// IsHTML tells a page from a file to keep.
func (p *Page) IsHTML() bool { return strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") }

// Form is a form that a page shows and what it would send.
type Form struct {
	Button string // the text of its first button
	Action string // the address it is sent to
	Values url.Values
}

// Posts lists the page's forms that change something, filled in: each field
// keeps what it holds, an empty choice takes its first answer.
func (p *Page) Posts() (forms []Form) {
	p.client.t.Helper()
	for _, node := range p.find("form") {
		if !strings.EqualFold(attribute(node, "method"), "post") {
			continue
		}
		sent, _ := held(node)
		for _, field := range query(node, "input[type=radio], input[type=checkbox], select") {
			name := attribute(field, "name")
			if name == "" || sent.Get(name) != "" {
				continue
			}
			first := field
			if field.Data == "select" {
				options := query(field, "option:not([value=''])")
				if len(options) == 0 {
					continue
				}
				first = options[0]
			}
			sent.Set(name, attribute(first, "value"))
		}
		form := Form{Action: p.resolve(attribute(node, "action")), Values: sent}
		if attribute(node, "action") == "" {
			form.Action = p.Path
		}
		for i, button := range query(node, "button") {
			if i > 0 {
				break
			}
			form.Button = textOf(button)
			if name := attribute(button, "name"); name != "" {
				sent.Set(name, attribute(button, "value"))
			}
		}
		forms = append(forms, form)
	}
	return forms
}
