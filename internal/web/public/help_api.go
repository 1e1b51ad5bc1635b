package public

import (
	"net/http"
	"slices"
	"strings"

	"passerelle/internal/api"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

type apiPage struct {
	web.Page
	Groups  []apiGroup
	Common  []string // codes that any operation may answer
	Codes   []fault.Error
	Address string // where the API answers
	Prefix  string
}

// apiGroup is the operations on one kind of thing.
type apiGroup struct {
	Word, Title string
	Operations  []apiOperation
}

// apiOperation is one entry of the reference, with the codes of its own.
type apiOperation struct {
	api.Entry
	Own []string
}

// Name is the operation's anchor: "post-orders-id-receipts".
func (o apiOperation) Name() string {
	words := strings.FieldsFunc(strings.TrimPrefix(o.Path, api.Prefix), func(letter rune) bool { return strings.ContainsRune("/{}", letter) })
	return strings.ToLower(o.Method) + "-" + strings.Join(words, "-")
}

// WhoMay is a sentence's end: "guichet, lieu de médiation".
func (o apiOperation) WhoMay() string { return strings.ToLower(strings.Join(o.Who, ", ")) }

var apiTitles = map[string]string{
	"places": "L’annuaire des lieux", "place-twins": "Les lieux qui sont peut-être un seul", "place-reports": "Les signalements", "imports": "Les fichiers de lieux", "sites": "Les lieux labellisés",
	"label": "Le label : critères, registre, chiffres", "applications": "Les demandes de label", "questionnaires": "Les questionnaires", "diagnoses": "Les repérages", "orientations": "L’orientation : des séances classées, avec leurs raisons",
	"workshops": "Les ateliers", "series": "Les séries de séances", "pathways": "Les parcours",
	"sessions": "Les séances", "holders": "Les personnes", "messages": "Les messages aux personnes", "bookings": "Les inscriptions", "activities": "Les aides données", "misdirections": "Les personnes à orienter autrement", "departures": "Les lieux qui partent", "funders": "Les financeurs",
	"agreements": "Les conventions", "orders": "Les commandes", "booklets": "Les carnets", "print-batches": "Les impressions par lots", "coupons": "Les chèques",
	"redemptions": "Les chèques utilisés", "statements": "Les relevés", "payments": "Les paiements", "bank-messages": "Ce que répond la banque", "journal": "Le journal", "credits": "Ce qui arrive sur le compte", "refunds": "Les remboursements",
	"log": "Le registre scellé", "solvency": "Ce que l’argent couvre", "desks": "Les guichets", "organisations": "Les organisations",
}

// showAPI answers GET /api: every operation, and every code under its own
// anchor, to which the type of each problem document leads.
func showAPI(w http.ResponseWriter, r *web.Request) error {
	return web.Render(w, r, http.StatusOK, "api", referencePage(r.App.Settings.BaseURL))
}

func referencePage(base string) *apiPage {
	entries := api.Reference()
	page := &apiPage{
		Page:    web.Page{Title: "L’API", Summary: "Relier un autre logiciel : chaque opération, qui peut la faire, ce qu’elle refuse."},
		Address: base + api.Prefix, Prefix: api.Prefix, Codes: fault.All(),
	}
	page.Common = codesOf(entries[0])
	for _, entry := range entries {
		page.Common = slices.DeleteFunc(page.Common, func(code string) bool { return !slices.Contains(codesOf(entry), code) })
	}
	for i := range page.Codes {
		page.Codes[i].Message = web.French(page.Codes[i].Message)
	}
	for _, entry := range entries {
		n := slices.IndexFunc(page.Groups, func(g apiGroup) bool { return g.Word == entry.Group })
		if n < 0 {
			n = len(page.Groups)
			page.Groups = append(page.Groups, apiGroup{Word: entry.Group, Title: apiTitles[entry.Group]})
		}
		entry.Summary = web.French(entry.Summary)
		own := slices.DeleteFunc(codesOf(entry), func(code string) bool { return slices.Contains(page.Common, code) })
		page.Groups[n].Operations = append(page.Groups[n].Operations, apiOperation{entry, own})
	}
	return page
}

func codesOf(entry api.Entry) []string {
	var codes []string
	for _, code := range entry.Codes {
		codes = append(codes, code.Code)
	}
	return codes
}
