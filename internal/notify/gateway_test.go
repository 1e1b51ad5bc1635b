package notify_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/notify"
)

const secret = "tres-secret-0123"

func gatewayTo(t *testing.T, address string) *notify.Gateway {
	t.Helper()
	description := `{"url": "` + address + `/send?ref={{query .ID}}", "headers": {"Authorization": "Bearer ${SMS_TOKEN}"},
		"body": "{\"to\": {{json .To}}, \"digits\": {{json .National}}, \"text\": {{json .Text}}}", "timeout_seconds": 1,
		"success": {"status": [200, 202], "field": "status", "values": ["queued"]},
		"refusal": {"status": [422], "field": "error.code", "values": ["bad_number"]}, "reference": "messages.id"}`
	made, err := notify.NewGateway([]byte(description), func(name string) (string, bool) { return secret, name == "SMS_TOKEN" })
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestTheGatewayIsAskedAsItsFileSaysAndItsAnswerRead(t *testing.T) {
	texting := notify.Texting{ID: db.NewID(dbtest.Start), To: "+33639984122", Text: "Bonjour \"vous\"\nà demain"}
	for name, c := range map[string]struct {
		status    int
		answer    string
		reference string
		refused   bool
		fails     bool
	}{
		"taken":                      {status: 202, answer: `{"status": "queued", "messages": [{"id": "abc"}]}`, reference: "abc"},
		"taken with a number":        {status: 200, answer: `{"status": "queued", "messages": [{"id": 12}]}`, reference: "12"},
		"answered, not taken":        {status: 200, answer: `{"status": "quota"}`, fails: true},
		"refused with a good status": {status: 200, answer: `{"status": "no", "error": {"code": "bad_number"}}`, refused: true, fails: true},
		"refused number":             {status: 422, answer: `{"error": {"code": "bad_number"}}`, refused: true, fails: true},
		"another refusal":            {status: 422, answer: `{"error": {"code": "no_credit"}}`, fails: true},
		"broken":                     {status: 500, answer: `oops ` + secret, fails: true},
		"elsewhere":                  {status: 302, answer: ``, fails: true},
		"not JSON":                   {status: 200, answer: `<html>`, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			stand := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				var asked struct{ To, Digits, Text string }
				if err := json.Unmarshal(body, &asked); err != nil || asked.To != texting.To || asked.Digits != "33639984122" || asked.Text != texting.Text {
					t.Errorf("asked %s: %v", body, err)
				}
				if r.Header.Get("Authorization") != "Bearer "+secret || r.URL.Query().Get("ref") != texting.ID.String() {
					t.Errorf("headers %v, address %s", r.Header, r.URL)
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			}))
			defer stand.Close()
			reference, err := gatewayTo(t, stand.URL).SendText(t.Context(), texting)
			if (err != nil) != c.fails || errors.Is(err, notify.ErrRefused) != c.refused || reference != c.reference {
				t.Errorf("reference %q, error %v", reference, err)
			}
			if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "3998") || strings.Contains(err.Error(), "127.0.0.1")) {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

func TestAGatewayThatDoesNotAnswerIsTriedAgain(t *testing.T) {
	release := make(chan struct{})
	stand := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer stand.Close()
	defer close(release)
	_, err := gatewayTo(t, stand.URL).SendText(t.Context(), notify.Texting{To: "+33639984122"})
	if err == nil || errors.Is(err, notify.ErrRefused) || !strings.Contains(err.Error(), "à temps") {
		t.Errorf("a late gateway: %v", err)
	}
	stand.CloseClientConnections()
	gone := httptest.NewServer(http.NotFoundHandler())
	address := gone.URL
	gone.Close()
	_, err = gatewayTo(t, address).SendText(t.Context(), notify.Texting{To: "+33639984122"})
	if err == nil || errors.Is(err, notify.ErrRefused) || strings.Contains(err.Error(), address) {
		t.Errorf("a gateway that is gone: %v", err)
	}
}

func TestAGatewaysFileIsReadWholeOrRefused(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	for name, description := range map[string]string{
		"not JSON":        `{`,
		"a word unknown":  `{"url": "https://sms.exemple.fr", "bodies": ""}`,
		"no address":      `{"body": ""}`,
		"a secret absent": `{"url": "https://sms.exemple.fr", "headers": {"Authorization": "${SMS_TOKEN}"}}`,
		"a bad template":  `{"url": "https://sms.exemple.fr", "body": "{{.To"}`,
		"no status":       `{"url": "https://sms.exemple.fr", "success": {"status": []}}`,
	} {
		if _, err := notify.NewGateway([]byte(description), none); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
