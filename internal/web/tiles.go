package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Tiles is an outside service of map tiles: a detailed map is then proposed
// beside our own drawing, and its host alone may be asked, once a visitor wants
// that map.
type Tiles struct {
	Address     string // "https://tiles.example/{z}/{x}/{y}.png"
	Attribution string // who made the map, as its licence asks

	origin string // "https://tiles.example"
}

// NewTiles is the service at an address with {z}, {x} and {y} in its path.
func NewTiles(address, attribution string) (*Tiles, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Host == "" || strings.ContainsAny(parsed.Host, "{};, '\"") ||
		!strings.Contains(address, "{z}") || !strings.Contains(address, "{x}") || !strings.Contains(address, "{y}") {
		return nil, fmt.Errorf("adresse de tuiles inconnue : %q ; écrivez https://…/{z}/{x}/{y}.png", address)
	}
	if strings.TrimSpace(attribution) == "" {
		return nil, fmt.Errorf("les tuiles de %s n’ont pas d’auteur : dites-le par --tiles-attribution, leur licence le demande", parsed.Host)
	}
	return &Tiles{Address: address, Attribution: strings.TrimSpace(attribution), origin: parsed.Scheme + "://" + parsed.Host}, nil
}

// AllowTiles lets one page show pictures of the tiles' host, and of no other;
// nil allows nothing.
func AllowTiles(w http.ResponseWriter, tiles *Tiles) {
	if tiles != nil {
		allow(w, "img-src", tiles.origin)
	}
}

// AllowFrames lets any other site show one page within its own: for pages that
// do nothing but show what is public.
func AllowFrames(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Security-Policy", strings.Replace(header.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors *", 1))
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	header.Del("Cross-Origin-Opener-Policy")
}

// AllowFrameOf lets one page show another of this host in a frame.
func AllowFrameOf(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Security-Policy", header.Get("Content-Security-Policy")+"; frame-src 'self'")
}

// allow widens one rule of the page's content policy.
func allow(w http.ResponseWriter, rule, source string) {
	header := w.Header()
	header.Set("Content-Security-Policy", strings.Replace(header.Get("Content-Security-Policy"), rule+" ", rule+" "+source+" ", 1))
}
