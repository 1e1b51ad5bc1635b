package cli

import (
	"net"
	"net/http"
	"strings"
)

// behindProxy takes the visitor's address from the last one that the reverse
// proxy in front wrote in X-Forwarded-For: what is throttled by address would
// otherwise be throttled for everyone at once. Only for an instance that cannot
// be reached without its proxy: the header can be written by anyone.
func behindProxy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded := r.Header.Values("X-Forwarded-For")
		if len(forwarded) > 0 {
			addresses := strings.Split(forwarded[len(forwarded)-1], ",")
			if address := net.ParseIP(strings.TrimSpace(addresses[len(addresses)-1])); address != nil {
				r = r.Clone(r.Context())
				r.RemoteAddr = net.JoinHostPort(address.String(), "0")
			}
		}
		next.ServeHTTP(w, r)
	})
}
