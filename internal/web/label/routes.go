package label

import (
	"embed"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed all:templates
var templates embed.FS

// Seat is what a certifier sees, and what a site sees of its own label; the
// programme's team and the auditor read it.
func Seat() web.Seat {
	return web.Seat{
		Name: "label", Templates: templates,
		Menu: []web.MenuItem{
			{Label: "Labels", Path: "/labels", Roles: []string{account.RoleCertifier, account.RoleAuditor}},
			{Label: "Labels", Path: "/labels/lieux", Roles: []string{account.RoleNational}},
			{Label: "Label", Path: "/demande-label", Roles: []string{account.RoleSite}},
		},
		Routes: slices.Concat(reviewRoutes(), placeRoutes(), applyRoutes()),
	}
}

// reviewRoutes are the certifier's queue, and one application in it.
func reviewRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/labels", Act: account.ActApplicationRead, Handle: listQueue},
		{Method: "GET", Path: "/labels/demandes/{id}", Act: account.ActApplicationRead, Handle: showReview},
		{Method: "POST", Path: "/labels/demandes/{id}/prise", Act: account.ActLabelReview, Handle: take},
		{Method: "POST", Path: "/labels/demandes/{id}/remise", Act: account.ActLabelReview, Handle: release},
		{Method: "POST", Path: "/labels/demandes/{id}/messages", Act: account.ActLabelReview, Handle: writeReview},
		{Method: "GET", Path: "/labels/demandes/{id}/lieux/{lieu}", Act: account.ActApplicationRead, Handle: showJudge},
		{Method: "POST", Path: "/labels/demandes/{id}/lieux/{lieu}", Act: account.ActLabelReview, Handle: judge},
		{Method: "GET", Path: "/labels/demandes/{id}/complement", Act: account.ActLabelReview, Handle: askMore},
		{Method: "POST", Path: "/labels/demandes/{id}/complement", Act: account.ActLabelReview, Handle: sendAskMore},
		{Method: "GET", Path: "/labels/demandes/{id}/visites/nouvelle", Act: account.ActLabelReview, Handle: askVisit},
		{Method: "POST", Path: "/labels/demandes/{id}/visites/nouvelle", Act: account.ActLabelReview, Handle: planVisit},
		{Method: "GET", Path: "/labels/demandes/{id}/visites/{visite}", Act: account.ActLabelReview, Handle: askRecord},
		{Method: "POST", Path: "/labels/demandes/{id}/visites/{visite}", Act: account.ActLabelReview, Handle: recordVisit},
		{Method: "GET", Path: "/labels/demandes/{id}/decision", Act: account.ActLabelReview, Handle: askConclude},
		{Method: "POST", Path: "/labels/demandes/{id}/decision", Act: account.ActLabelReview, Handle: conclude},
		{Method: "GET", Path: "/labels/demandes/{id}/fait", Act: account.ActLabelReview, Handle: showDone},
		{Method: "GET", Path: "/labels/demandes/{id}/suspension", Act: account.ActLabelReview, Handle: askHold},
		{Method: "POST", Path: "/labels/demandes/{id}/suspension", Act: account.ActLabelReview, Handle: hold},
		{Method: "GET", Path: "/labels/demandes/{id}/reprise", Act: account.ActLabelReview, Handle: askHold},
		{Method: "POST", Path: "/labels/demandes/{id}/reprise", Act: account.ActLabelReview, Handle: hold},
		{Method: "GET", Path: "/labels/demandes/{id}/retrait", Act: account.ActLabelReview, Handle: askHold},
		{Method: "POST", Path: "/labels/demandes/{id}/retrait", Act: account.ActLabelReview, Handle: hold},
		{Method: "GET", Path: "/labels/pieces/{id}", Act: account.ActApplicationRead, Handle: download},
	}
}

// placeRoutes are the places with their label, their decisions and their poster.
func placeRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/labels/lieux", Act: account.ActLabelRead, Handle: listSites},
		{Method: "GET", Path: "/labels/lieux/{id}", Act: account.ActLabelRead, Handle: showSite},
		{Method: "POST", Path: "/labels/lieux/{id}", Act: account.ActLabelDecide, Handle: decide},
		{Method: "GET", Path: "/labels/lieux/{id}/decisions/{decision}", Act: account.ActLabelRead, Handle: showDecision},
		{Method: "GET", Path: "/labels/lieux/{id}/affiche", Act: account.ActLabelRead, Handle: showPoster},
		{Method: "GET", Path: "/labels/lieux/{id}/affiche/pdf", Act: account.ActLabelRead, Handle: printPoster},
	}
}

// applyRoutes are a site's own applications.
func applyRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/demande-label", Act: account.ActApplicationRead, Handle: listApplications},
		{Method: "GET", Path: "/demande-label/nouvelle", Act: account.ActLabelApply, Handle: askBegin},
		{Method: "POST", Path: "/demande-label/nouvelle", Act: account.ActLabelApply, Handle: begin},
		{Method: "GET", Path: "/demande-label/{id}", Act: account.ActApplicationRead, Handle: showFile},
		{Method: "GET", Path: "/demande-label/{id}/organisation", Act: account.ActLabelApply, Handle: askOrganisation},
		{Method: "POST", Path: "/demande-label/{id}/organisation", Act: account.ActLabelApply, Handle: saveOrganisation},
		{Method: "GET", Path: "/demande-label/{id}/criteres/{critere}", Act: account.ActLabelApply, Handle: askCriterion},
		{Method: "POST", Path: "/demande-label/{id}/criteres/{critere}", Act: account.ActLabelApply, Handle: saveCriterion},
		{Method: "GET", Path: "/demande-label/{id}/verification", Act: account.ActLabelApply, Handle: askSend},
		{Method: "POST", Path: "/demande-label/{id}/verification", Act: account.ActLabelSend, Handle: send},
		{Method: "GET", Path: "/demande-label/{id}/envoyee", Act: account.ActLabelApply, Handle: showSent},
		{Method: "POST", Path: "/demande-label/{id}/messages", Act: account.ActLabelApply, Handle: writeFile},
		{Method: "GET", Path: "/demande-label/{id}/appel", Act: account.ActLabelSend, Handle: askAppeal},
		{Method: "POST", Path: "/demande-label/{id}/appel", Act: account.ActLabelSend, Handle: appeal},
		{Method: "GET", Path: "/demande-label/{id}/abandon", Act: account.ActLabelSend, Handle: askGiveUp},
		{Method: "POST", Path: "/demande-label/{id}/abandon", Act: account.ActLabelSend, Handle: giveUp},
	}
}
