package apptest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"passerelle/internal/apptest"
)

const onePage = `<!doctype html><title>Essai</title><main><h1>Qui est là ?</h1>
<form method="post" action="/envoi?a=b">
<input type="hidden" name="cle" value="K"><input name="nom" value="Monique"><textarea name="mot">
Bonjour</textarea>
<select name="niveau"><option value="1">Un</option><option value="2" selected>Deux</option></select>
<input type="radio" name="p" value="0"><input type="radio" name="p" value="1" checked>
<input type="checkbox" name="accord" value="oui"><input type="file" name="fichier">
<button name="acte" value="garder">Garder</button><button>Envoyer</button></form>
<form action="/liste"><input name="q"><button>Chercher</button></form>
<a href="suite?x=1">La <b>suite</b></a></main>`

func TestAClientSendsWhatABrowserWould(t *testing.T) {
	var asked string
	var sent url.Values
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.SetCookie(w, &http.Cookie{Name: "c", Value: "v"})
			_, _ = io.WriteString(w, onePage)
			return
		}
		if _, err := r.Cookie("c"); err != nil {
			t.Error("the cookie is lost")
		}
		_ = r.ParseForm()
		asked, sent = r.Method+" "+r.URL.RequestURI(), r.PostForm
	}))
	t.Cleanup(server.Close)
	page := apptest.NewClient(t, server.URL).Get("/").Must(http.StatusOK).Shows("Qui est là ?")

	page.Submit("Envoyer", url.Values{"nom": {"Abdel"}, "accord": {"oui"}, "mot": nil})
	if want := "accord=oui&cle=K&niveau=2&nom=Abdel&p=1"; asked != "POST /envoi?a=b" || sent.Encode() != want {
		t.Errorf("%s %s, not %s", asked, sent.Encode(), want)
	}
	page.Submit("Garder", nil)
	if want := "acte=garder&cle=K&mot=Bonjour&niveau=2&nom=Monique&p=1"; sent.Encode() != want {
		t.Errorf("%s, not %s", sent.Encode(), want)
	}
	page.Submit("Chercher", url.Values{"q": {"Guéret"}})
	if asked != "GET /liste?q=Gu%C3%A9ret" {
		t.Error(asked)
	}
	page.Follow("La suite")
	if asked != "GET /suite?x=1" {
		t.Error(asked)
	}
}
