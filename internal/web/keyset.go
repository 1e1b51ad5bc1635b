package web

import (
	"encoding/base64"
	"encoding/json"
	"net/url"

	"passerelle/internal/fault"
)

// PageSize is how many lines a list shows at once.
const PageSize = 50

// Pager leads through a list that is paged by key: a page begins after the last
// line of the one before, so that nothing is shown twice or skipped while the
// list grows. The data of {{template "pager"}}; its links keep the filters.
type Pager struct {
	Next, First, Export string
	Workbook            string // the same list as XLSX
}

// After reads the key where this page begins into the same variables, in the
// same order, that Pager was given; they stay as they are on the first page. It
// answers malformed for a key that was altered.
func (r *Request) After(key ...any) error {
	text := r.URL.Query().Get("apres")
	if text == "" {
		return nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return fault.ErrMalformed
	}
	if err := json.Unmarshal(plain, &key); err != nil {
		return fault.ErrMalformed
	}
	return nil
}

// Cut keeps one page of rows read with a limit of PageSize + 1, and tells
// whether more follow.
func Cut[T any](rows []T) (page []T, more bool) {
	if len(rows) <= PageSize {
		return rows, false
	}
	return rows[:PageSize], true
}

// Pager makes the links of this page; last is the key of its last line, told
// only when more follow.
func (r *Request) Pager(more bool, last ...any) (Pager, error) {
	var made Pager
	if more {
		plain, err := json.Marshal(last)
		if err != nil {
			return Pager{}, err
		}
		made.Next = r.with("apres", base64.RawURLEncoding.EncodeToString(plain))
	}
	if r.URL.Query().Has("apres") {
		made.First = r.with("apres", "")
	}
	return made, nil
}

// Exported adds the link to the same list, with the same filters, as a file.
func (p Pager) Exported(r *Request) Pager {
	query := r.URL.Query()
	query.Del("apres")
	query.Set("format", "csv")
	p.Export = r.URL.Path + "?" + query.Encode()
	return p
}

// InWorkbook adds the link to the same list as XLSX, for a page that answers
// with File.
func (p Pager) InWorkbook(r *Request) Pager {
	query := r.URL.Query()
	query.Del("apres")
	query.Set("format", "xlsx")
	p.Workbook = r.URL.Path + "?" + query.Encode()
	return p
}

// with is this address with one value of its query changed or taken out.
func (r *Request) with(name, value string) string {
	query := r.URL.Query()
	query.Del("format")
	if value == "" {
		query.Del(name)
	} else {
		query.Set(name, value)
	}
	changed := url.URL{Path: r.URL.Path, RawQuery: query.Encode()}
	return changed.String()
}
