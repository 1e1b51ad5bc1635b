package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

func typed(pairs ...string) *Form {
	form := NewForm()
	for i := 0; i < len(pairs); i += 2 {
		form.values.Add(pairs[i], pairs[i+1])
	}
	return form
}

func TestAFormReadsWhatPeopleType(t *testing.T) {
	form := typed("nom", "  Monique\x00 ", "prix", "1 234,50", "jour", "8/12/2026", "places", "1 200", "voie", "mandat", "accord", "oui", "lieu", "guéret")
	if got := form.Text("nom"); got != "Monique" {
		t.Errorf("name %q", got)
	}
	if got := form.Cents("prix"); got != money.Cents(123450) {
		t.Errorf("amount %d", got)
	}
	if got := form.Date("jour").String(); got != "2026-12-08" {
		t.Errorf("day %q", got)
	}
	if got := form.Number("places", 1, 5000); got != 1200 {
		t.Errorf("number %d", got)
	}
	if got := form.Choice("voie", "Choisissez", "parcours", "mandat"); got != "mandat" {
		t.Errorf("choice %q", got)
	}
	if got := form.Commune("lieu", "Écrivez une commune").Code; got != "23096" {
		t.Errorf("commune %q", got)
	}
	if !form.Checked("accord") || form.Checked("autre") || !form.Valid() || form.Status() != http.StatusOK {
		t.Errorf("errors: %v", form.Errors())
	}
}

func TestATimeIsReadAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]string{"14:30": "14:30", "9 h": "09:00", "14 h 05": "14:05", "0:00": "00:00", "9h30": "09:30"} {
		if form := typed("a", text); form.Time("a").String() != want || !form.Valid() {
			t.Errorf("%q is read as %s", text, form.Time("a"))
		}
	}
	for _, text := range []string{"", "24:00", "14:60", "midi", "14"} {
		if form := typed("a", text); form.Time("a") != 0 || form.Valid() {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestAFormNotesWhatIsWrongAndKeepsWhatWasTyped(t *testing.T) {
	form := typed("prix", "dix euros", "jour", "31/02/2026", "places", "0", "voie", "avion", "lieu", "Nullepart-sur-Rien", "long", strings.Repeat("é", mostText+1))
	form.Required("nom", "Écrivez un prénom ou un surnom.")
	form.Cents("prix")
	form.Date("jour")
	form.Number("places", 1, 20)
	form.Choice("voie", "Choisissez une voie", "parcours")
	form.Commune("lieu", "Écrivez une commune")
	form.Text("long")
	form.ID("seance", "Choisissez une séance")
	want := map[string]string{
		"nom": "required", "prix": "bad_amount", "jour": "bad_date", "places": "bad_number", "voie": "unknown_choice",
		"lieu": "unknown_commune", "long": "too_long", "seance": "required",
	}
	for _, field := range form.Errors() {
		if want[field.Name] != field.Code {
			t.Errorf("%s is %s, not %s", field.Name, field.Code, want[field.Name])
		}
		delete(want, field.Name)
		if strings.HasSuffix(field.Message, ".") {
			t.Errorf("%q ends with a dot beside the others that do not", field.Message)
		}
	}
	if len(want) > 0 {
		t.Errorf("not noted: %v", want)
	}
	if form.Status() != http.StatusUnprocessableEntity || form.Value("prix") != "dix euros" {
		t.Errorf("%d, %q", form.Status(), form.Value("prix"))
	}
}

func TestAFormTakesTheRefusalsThatItsPageCanTell(t *testing.T) {
	for _, trial := range []struct {
		err    error
		taken  bool
		status int
	}{
		{nil, false, 200},
		{fault.ErrForbidden, false, 200},
		{fault.ErrConflict, true, 409},
		{fault.ErrTooMany, true, 429},
		{&fault.Error{Kind: fault.Invalid, Code: "invalid", Fields: []fault.Field{{Name: "nom", Code: "required", Message: "Écrivez un nom"}}}, true, 422},
	} {
		form := typed("nom", "Monique")
		if form.Refused(trial.err) != trial.taken || form.Status() != trial.status {
			t.Errorf("%v: %v, %d", trial.err, form.Errors(), form.Status())
		}
	}
}

func TestAFormOfTheWrongSortOrSizeIsRefused(t *testing.T) {
	for kind, want := range map[string]*fault.Error{
		"application/json": fault.ErrUnsupported, "": fault.ErrUnsupported, "multipart/form-data; boundary=x": fault.ErrMalformed,
	} {
		plain := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		plain.Header.Set("Content-Type", kind)
		if _, err := (&Request{Request: plain}).ReadForm(); !fault.HasCode(err, want.Code) {
			t.Errorf("%q: %v", kind, err)
		}
	}
	large := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("a="+strings.Repeat("b", mostBytes)))
	large.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := (&Request{Request: large}).ReadForm(); !fault.HasCode(err, "too_large") {
		t.Errorf("a large form: %v", err)
	}
}

func TestWhatNoBrowserSendsIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"broken UTF-8": "nom=%ff", "a NUL": "nom=a%00b", "a broken name": "n%ff=a", "a key of any length": "cle=" + strings.Repeat("k", 3000),
	} {
		plain := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		plain.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if _, err := (&Request{Request: plain}).ReadForm(); !fault.HasCode(err, "malformed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The server removes the files of the request that it made; a form is read from
// a copy of it.
func TestAFileSentLeavesNothingOnTheDisk(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	sent := func(size int) *http.Request {
		var body bytes.Buffer
		parts := multipart.NewWriter(&body)
		file, err := parts.CreateFormFile("fichier", "lieux.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if err := parts.Close(); err != nil {
			t.Fatal(err)
		}
		plain := httptest.NewRequest(http.MethodPost, "/", &body)
		plain.Header.Set("Content-Type", parts.FormDataContentType())
		return plain
	}
	known := &Request{Request: sent(12 << 20), Session: account.Session{ID: db.ID{1}}}
	form, err := known.ReadForm()
	if err != nil || len(form.files["fichier"]) != 12<<20 {
		t.Fatalf("%d bytes, %v", len(form.files["fichier"]), err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("left on the disk: %v, %v", left, err)
	}
	if _, err := (&Request{Request: sent(2 * mostBytes)}).ReadForm(); !fault.HasCode(err, "too_large") {
		t.Errorf("a visitor sends a large file: %v", err)
	}
}

func TestACellCannotRunAsAFormula(t *testing.T) {
	for given, want := range map[string]string{
		"=1+1": "'=1+1", "@SUM": "'@SUM", "+33 6": "'+33 6", "-10,00": "-10,00", "Guéret": "Guéret", "": "", "-a": "'-a",
	} {
		if got := harmless(given); got != want {
			t.Errorf("%q becomes %q, not %q", given, got, want)
		}
	}
}

func TestAPageBeginsAfterTheLastLineAndKeepsTheFilters(t *testing.T) {
	first := &Request{Request: httptest.NewRequest(http.MethodGet, "/carnets?etat=live&format=csv", nil)}
	pager, err := first.Pager(true, "Guéret", 42)
	if err != nil {
		t.Fatal(err)
	}
	next := &Request{Request: httptest.NewRequest(http.MethodGet, pager.Next, nil)}
	var name string
	var rank int
	if err := next.After(&name, &rank); err != nil || name != "Guéret" || rank != 42 || next.URL.Query().Get("etat") != "live" || next.WantsCSV() {
		t.Errorf("%q, %d, %v: %s", name, rank, err, pager.Next)
	}
	last, err := next.Pager(false)
	if err != nil || last.Next != "" || last.First != "/carnets?etat=live" {
		t.Errorf("%+v, %v", last, err)
	}
	altered := &Request{Request: httptest.NewRequest(http.MethodGet, "/carnets?apres="+url.QueryEscape("%%"), nil)}
	if err := altered.After(&name); !fault.HasCode(err, "malformed") {
		t.Errorf("an altered key: %v", err)
	}
}
