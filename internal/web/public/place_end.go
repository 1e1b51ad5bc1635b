package public

import (
	"passerelle/internal/civil"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// tellEnd says that a place shuts, or takes the pass no longer: before its last
// day and after.
func (page *placePage) tellEnd(closing place.Closing, today civil.Date) {
	if closing.IsZero() {
		return
	}
	last, over := closing.LastOn.FrenchLong(), today.After(closing.LastOn)
	told := web.State{Kind: "wait", Word: "Pass bientôt refusé"}
	page.End = "Les chèques du pass y servent jusqu’au " + last + "."
	switch {
	case closing.Shuts && over:
		told = web.State{Kind: "no", Word: "Fermé"}
		page.End = "Ce lieu est fermé depuis le " + closing.LastOn.AddDays(1).FrenchLong() + "."
		page.Opening = "Fermé."
		page.Week, page.Closed, page.Words = nil, nil, "Ce lieu est fermé."
	case closing.Shuts:
		told.Word = "Ferme bientôt"
		page.End = "Ce lieu ferme : dernier jour le " + last + "."
	case over:
		told = web.State{Kind: "no", Word: "Pass refusé"}
		page.End = "Ce lieu n’accepte plus les chèques du pass depuis le " + closing.LastOn.AddDays(1).FrenchLong() + "."
	}
	page.States = append([]web.State{told}, page.States...)
}

// tellEnd says it in a line of the list.
func (line *placeLine) tellEnd(closing place.Closing, today civil.Date) {
	if closing.IsZero() {
		return
	}
	last, over := closing.LastOn.FrenchLong(), today.After(closing.LastOn)
	told := "Le pass y sert jusqu’au " + last
	switch {
	case closing.Shuts && over:
		told = "Ce lieu est fermé depuis le " + closing.LastOn.AddDays(1).FrenchLong()
		line.Opening, line.Week = "Fermé.", ""
	case closing.Shuts:
		told = web.French("Ce lieu ferme : dernier jour le " + last)
	case over:
		told = "Ce lieu n’accepte plus le pass"
	}
	line.Why = append([]web.Reason{{Text: told, Less: true}}, line.Why...)
}
