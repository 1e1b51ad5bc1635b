package cli

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTheProxysLastAddressIsTheVisitors(t *testing.T) {
	for name, row := range map[string]struct {
		headers []string
		want    string
	}{
		"no proxy":                 {nil, "192.0.2.1:1234"},
		"one address":              {[]string{"203.0.113.7"}, "203.0.113.7:0"},
		"a visitor who invents":    {[]string{"10.0.0.1, 203.0.113.7"}, "203.0.113.7:0"},
		"a header of their own":    {[]string{"10.0.0.1", "203.0.113.7"}, "203.0.113.7:0"},
		"IPv6":                     {[]string{"2001:db8::7"}, "[2001:db8::7]:0"},
		"what is no address":       {[]string{"unknown"}, "192.0.2.1:1234"},
		"an empty end of a header": {[]string{"203.0.113.7, "}, "192.0.2.1:1234"},
	} {
		t.Run(name, func(t *testing.T) {
			var seen string
			handler := behindProxy(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r.RemoteAddr }))
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			for _, header := range row.headers {
				request.Header.Add("X-Forwarded-For", header)
			}
			handler.ServeHTTP(httptest.NewRecorder(), request)
			if seen != row.want {
				t.Errorf("%s, want %s", seen, row.want)
			}
		})
	}
}
