package apptest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Client is somebody who walks through the pages without a browser: cookies are
// kept, redirections followed.
type Client struct {
	t    testing.TB
	http *http.Client
	base string
}

// NewClient is a visitor of a server, "http://127.0.0.1:41234".
func NewClient(t testing.TB, base string) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{t: t, http: &http.Client{Jar: jar}, base: strings.TrimSuffix(base, "/")}
}

// Page is one page received.
type Page struct {
	Status int
	Path   string // with its query, after redirections
	Header http.Header
	Body   string

	client *Client
	root   *html.Node
}

// Get asks for an address, "/personnes".
func (c *Client) Get(path string) *Page {
	c.t.Helper()
	return c.do(http.MethodGet, path, nil)
}

// Post sends a form that is in no page, to try what a browser would not send.
func (c *Client) Post(path string, values url.Values) *Page {
	c.t.Helper()
	return c.do(http.MethodPost, path, values)
}

func (c *Client) do(method, path string, values url.Values) *Page {
	c.t.Helper()
	var body io.Reader
	if values != nil {
		body = strings.NewReader(values.Encode())
	}
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if values != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", c.base)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		c.t.Fatal(err)
	}
	return &Page{
		Status: answer.StatusCode, Path: answer.Request.URL.RequestURI(), Header: answer.Header, Body: string(text),
		client: c, root: root,
	}
}

// SignIn signs in at /connexion.
func (c *Client) SignIn(email, password string) *Page {
	c.t.Helper()
	page := c.Get("/connexion").Must(http.StatusOK)
	address, secret := page.find("main input[type=email]"), page.find("main input[type=password]")
	if len(address) == 0 || len(secret) == 0 {
		c.t.Fatalf("%s has no field for an address and a password", page.Path)
	}
	signed := page.submit(formOf(secret[0]), nil, url.Values{attribute(address[0], "name"): {email}, attribute(secret[0], "name"): {password}})
	if signed.Status != http.StatusOK || signed.Count("main input[type=password]") > 0 {
		c.t.Fatalf("%s could not sign in: %d %s", email, signed.Status, signed.Text("main"))
	}
	return signed
}

// Must ends the test unless the page has this status.
func (p *Page) Must(status int) *Page {
	p.client.t.Helper()
	if p.Status != status {
		p.client.t.Fatalf("%s answered %d, not %d: %s", p.Path, p.Status, status, p.Text("main"))
	}
	return p
}

// Shows ends the test unless a text stands in the page.
func (p *Page) Shows(text string) *Page {
	p.client.t.Helper()
	if shown := p.Text("body"); !strings.Contains(shown, spaced(text)) {
		p.client.t.Fatalf("%s does not show %q, but:\n%s", p.Path, text, shown)
	}
	return p
}

// Text is the text of the first element of a CSS selector, with single spaces.
func (p *Page) Text(selector string) string {
	found := p.find(selector)
	if len(found) == 0 {
		return ""
	}
	return textOf(found[0])
}

// Texts is the text of every element of a CSS selector.
func (p *Page) Texts(selector string) []string {
	var texts []string
	for _, node := range p.find(selector) {
		texts = append(texts, textOf(node))
	}
	return texts
}

// Attribute is an attribute of the first element of a CSS selector.
func (p *Page) Attribute(selector, name string) string {
	found := p.find(selector)
	if len(found) == 0 {
		return ""
	}
	return attribute(found[0], name)
}

// Attributes is an attribute of every element of a CSS selector.
func (p *Page) Attributes(selector, name string) []string {
	var values []string
	for _, node := range p.find(selector) {
		values = append(values, attribute(node, name))
	}
	return values
}

// Count is how many elements a CSS selector finds.
func (p *Page) Count(selector string) int { return len(p.find(selector)) }

// Follow follows the link of this text.
func (p *Page) Follow(text string) *Page {
	p.client.t.Helper()
	link := p.named("a[href]", text)
	if link == nil {
		p.client.t.Fatalf("%s has no link %q; it has %q", p.Path, text, p.Texts("a[href]"))
	}
	return p.client.Get(p.resolve(attribute(link, "href")))
}

// Submit presses the button of this text and sends its form with what it holds,
// changed by values; nil values take an answer out. A name that the form does
// not have ends the test.
func (p *Page) Submit(button string, values url.Values) *Page {
	p.client.t.Helper()
	pressed := p.named("button", button)
	if pressed == nil {
		p.client.t.Fatalf("%s has no button %q; it has %q", p.Path, button, p.Texts("button"))
	}
	form := formOf(pressed)
	if id := attribute(pressed, "form"); id != "" { // a button outside its form
		if named := p.find("form#" + id); len(named) > 0 {
			form = named[0]
		}
	}
	if form == nil {
		p.client.t.Fatalf("%s: the button %q is in no form", p.Path, button)
	}
	return p.submit(form, pressed, values)
}

func (p *Page) submit(form, pressed *html.Node, values url.Values) *Page {
	p.client.t.Helper()
	sent, known := held(form)
	if name := attribute(pressed, "name"); name != "" {
		sent.Add(name, attribute(pressed, "value"))
	}
	for name, answers := range values {
		if !known[name] {
			p.client.t.Fatalf("%s: the form has no field %q", p.Path, name)
		}
		delete(sent, name)
		if len(answers) > 0 {
			sent[name] = answers
		}
	}
	action := p.resolve(attribute(form, "action"))
	if strings.EqualFold(attribute(form, "method"), "post") {
		return p.client.Post(action, sent)
	}
	path, _, _ := strings.Cut(action, "?")
	return p.client.Get(path + "?" + sent.Encode())
}

// held is what a form would send as it stands, and the names it knows.
func held(form *html.Node) (sent url.Values, known map[string]bool) {
	sent, known = url.Values{}, map[string]bool{}
	for _, field := range query(form, "input[name], select[name], textarea[name]") {
		name := attribute(field, "name")
		known[name] = true
		switch field.Data {
		case "textarea":
			sent.Add(name, strings.TrimPrefix(rawText(field), "\n"))
		case "select":
			options := query(field, "option")
			chosen := query(field, "option[selected]")
			switch {
			case len(chosen) > 0:
				sent.Add(name, attribute(chosen[0], "value"))
			case len(options) > 0:
				sent.Add(name, attribute(options[0], "value"))
			}
		default:
			kind := attribute(field, "type")
			if kind == "file" || (kind == "radio" || kind == "checkbox") && !has(field, "checked") {
				continue
			}
			sent.Add(name, attribute(field, "value"))
		}
	}
	return sent, known
}

func (p *Page) resolve(address string) string {
	p.client.t.Helper()
	here, err := url.Parse(p.Path)
	if err != nil {
		p.client.t.Fatal(err)
	}
	there, err := here.Parse(address)
	if err != nil {
		p.client.t.Fatal(err)
	}
	return strings.TrimPrefix(there.RequestURI(), p.client.base)
}

// named finds an element by its text; the exact one wins.
func (p *Page) named(selector, text string) *html.Node {
	var holds *html.Node
	for _, node := range p.find(selector) {
		shown := textOf(node)
		if shown == spaced(text) {
			return node
		}
		if holds == nil && strings.Contains(shown, spaced(text)) {
			holds = node
		}
	}
	return holds
}

func (p *Page) find(selector string) []*html.Node {
	p.client.t.Helper()
	compiled, err := cascadia.ParseGroup(selector)
	if err != nil {
		p.client.t.Fatalf("%q: %v", selector, err)
	}
	return cascadia.QueryAll(p.root, compiled)
}

func query(node *html.Node, selector string) []*html.Node {
	return cascadia.QueryAll(node, cascadia.MustCompile(selector))
}

func formOf(node *html.Node) *html.Node {
	for ; node != nil; node = node.Parent {
		if node.Type == html.ElementNode && node.Data == "form" {
			return node
		}
	}
	return nil
}

func attribute(node *html.Node, name string) string {
	if node == nil {
		return ""
	}
	for _, found := range node.Attr {
		if found.Key == name {
			return found.Val
		}
	}
	return ""
}

func has(node *html.Node, name string) bool {
	return slices.ContainsFunc(node.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func rawText(node *html.Node) string {
	var text strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			text.WriteString(child.Data)
		}
	}
	return text.String()
}

// textOf reads an element; blocks that touch are told apart by a space.
func textOf(node *html.Node) string {
	var text strings.Builder
	for child := range node.Descendants() {
		switch {
		case child.Type == html.TextNode:
			text.WriteString(child.Data)
		case child.Type == html.ElementNode && slices.Contains([]string{"br", "p", "li", "div", "td", "th", "dt", "dd", "h1", "h2", "h3", "label", "tr", "section", "legend"}, child.Data):
			text.WriteString(" ")
		}
	}
	return spaced(text.String())
}
