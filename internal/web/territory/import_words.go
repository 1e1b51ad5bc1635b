package territory

import (
	"net/http"
	"slices"
	"strconv"

	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// mostWords is how many different words of a file one page asks about.
const mostWords = 80

type wordLine struct {
	Field, Word string
	Options     []web.Option
}

type wordsPage struct {
	web.Page
	Upload place.Upload
	Column string
	Label  string
	Lines  []wordLine
}

// askWords answers GET /imports/{id}/mots/{colonne}: what each word of the file
// means in the national vocabulary.
func askWords(w http.ResponseWriter, r *web.Request) error {
	upload, column, match, words, _, err := wordsOf(r)
	if err != nil {
		return err
	}
	path := "/imports/" + upload.ID.String()
	page := &wordsPage{
		Page:   web.Page{Title: "Que veulent dire ces mots\u202f?", Menu: "/imports", Back: web.Link{Label: "Les colonnes", Path: path + "/colonnes"}},
		Upload: upload, Column: column.Name, Label: columnLabel(column.Name),
	}
	for n, word := range words {
		chosen, known := match.Words[word]
		if !known && len(match.Words) == 0 {
			chosen = exchange.TermFor(column.Name, word)
		}
		line := wordLine{Field: "mot-" + strconv.Itoa(n), Word: word, Options: []web.Option{{Value: "", Label: "Rien"}}}
		for _, term := range column.Vocabulary {
			line.Options = append(line.Options, web.Option{Value: term.Label, Label: term.Label, Chosen: term.Label == chosen})
		}
		page.Lines = append(page.Lines, line)
	}
	return web.Render(w, r, http.StatusOK, "import-words", page)
}

// wordsOf are the words of the file in the column of the address.
func wordsOf(r *web.Request) (upload place.Upload, column exchange.Column, match exchange.Match, words []string, matching exchange.Matching, err error) {
	upload, sheet, _, err := sheetOf(r)
	if err != nil {
		return upload, column, match, nil, matching, err
	}
	columns := exchange.Columns()
	at := slices.IndexFunc(columns, func(column exchange.Column) bool {
		return column.Name == r.PathValue("colonne") && len(column.Vocabulary) > 0
	})
	if at < 0 {
		return upload, column, match, nil, matching, fault.ErrNotFound
	}
	if matching, err = matchingOf(upload, sheet); err != nil {
		return upload, column, match, nil, matching, err
	}
	match = matching.Columns[columns[at].Name]
	return upload, columns[at], match, sheet.Values(match.From, mostWords), matching, nil
}

// matchWords answers POST /imports/{id}/mots/{colonne}.
func matchWords(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	upload, column, match, words, matching, err := wordsOf(r)
	if err != nil {
		return err
	}
	match.Words = map[string]string{}
	for n, word := range words {
		chosen := form.Value("mot-" + strconv.Itoa(n))
		if slices.ContainsFunc(column.Vocabulary, func(term place.Word) bool { return term.Label == chosen }) {
			match.Words[word] = chosen
		}
	}
	matching.Columns[column.Name] = match
	if err := keepMatching(r, upload.ID, matching); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/imports/"+upload.ID.String()+"/colonnes")
}
