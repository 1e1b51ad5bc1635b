package admin

import (
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/web"
)

// The two places where an organisation's pages stand.
const (
	ownPath = "/mon-organisation"
	anyPath = "/administration/organisations/{organisation}"
)

// scope is the organisation that a page is about.
type scope struct {
	ID   db.ID
	Base string // address of its page
	Own  bool   // the one on whose behalf the reader acts
}

// scopeOf reads the organisation of the address; one about which the reader may
// not do what the page is for is not found.
func scopeOf(r *web.Request) (scope, error) {
	if r.PathValue("organisation") == "" {
		return scope{ID: r.Actor().Organisation, Base: ownPath, Own: true}, nil
	}
	id, err := r.PathID("organisation")
	if err == nil {
		err = r.Require(id)
	}
	return scope{ID: id, Base: strings.Replace(anyPath, "{organisation}", id.String(), 1)}, err
}

// may tells whether the reader may do an act on this organisation's.
func (s scope) may(r *web.Request, act account.Act) bool {
	return account.Require(r.Actor(), act, s.ID) == nil
}

// back leads to the organisation's page.
func (s scope) back(name string) web.Link { return web.Link{Label: name, Path: s.Base} }
