package site

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

// memoryCookie keeps the last two answers between pages; see the package's own words.
const memoryCookie = "passerelle_lectures"

// memoryLasts is how long an answer is still worth showing.
const memoryLasts = 15 * time.Minute

// seen is one answer as the cookie keeps it: never a number nor a name.
type seen struct {
	At      time.Time `json:"at"`
	Passage db.ID     `json:"passage,omitzero"` // the redemption; zero for a refusal
	Session db.ID     `json:"session,omitzero"`
	Site    db.ID     `json:"site"`
	Code    string    `json:"code,omitempty"` // of the refusal
	Text    string    `json:"text,omitempty"` // its sentence
}

type memory struct {
	Owner db.ID  `json:"owner"` // the signed-in session, for a counter's computer is shared
	Seen  []seen `json:"seen"`
}

// remembered reads the last answers given in this session, latest first.
func remembered(r *web.Request) []seen {
	cookie, err := r.Cookie(memoryCookie)
	if err != nil {
		return nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	var kept memory
	if json.Unmarshal(plain, &kept) != nil || kept.Owner != r.Session.ID {
		return nil
	}
	var fresh []seen
	for _, one := range kept.Seen {
		if age := r.App.Clock.Now().Sub(one.At); age >= 0 && age < memoryLasts {
			fresh = append(fresh, one)
		}
	}
	return fresh
}

// remember puts an answer before the ones already kept; two are kept.
func remember(w http.ResponseWriter, r *web.Request, latest seen) {
	if latest.Code == voucher.ErrBadNumber.Code || latest.Code == voucher.ErrUnknownNumber.Code {
		latest.Text = "" // it shows the number
	}
	kept := append([]seen{latest}, remembered(r)...)
	text, err := json.Marshal(memory{Owner: r.Session.ID, Seen: kept[:min(2, len(kept))]})
	if err != nil {
		return // the answer is in the page all the same
	}
	http.SetCookie(w, &http.Cookie{
		Name: memoryCookie, Value: base64.RawURLEncoding.EncodeToString(text), Path: "/", MaxAge: int(memoryLasts / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(r.App.Settings.BaseURL, "https://"),
	})
}
