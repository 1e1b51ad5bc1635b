package admin

import (
	"embed"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed templates
var templates embed.FS

// Seat is what admin and owners see.
func Seat() web.Seat {
	admin := []string{account.RoleAdmin}
	return web.Seat{
		Name: "admin", Templates: templates,
		Menu: []web.MenuItem{
			{Label: "Organisations", Path: "/administration/organisations", Roles: admin},
			{Label: "Travaux", Path: "/administration/travaux", Roles: admin},
			{Label: "Messages", Path: "/administration/messages", Roles: admin},
		},
		Routes: slices.Concat(instanceRoutes(), organisationRoutes(ownPath), organisationRoutes(anyPath)),
	}
}

func instanceRoutes() []web.Route {
	showRetry, retry := asked(retryQuestion)
	showReset, reset := asked(factorQuestion)
	return []web.Route{
		{Method: "GET", Path: "/administration/organisations", Act: account.ActOrganisationRead, Handle: listOrganisations},
		{Method: "GET", Path: "/administration/organisations/nouvelle", Act: account.ActOrganisationCreate, Handle: newOrganisation},
		{Method: "POST", Path: "/administration/organisations/nouvelle", Act: account.ActOrganisationCreate, Handle: createOrganisation},
		{Method: "GET", Path: anyPath + "/membres/{id}/code", Act: account.ActSecondFactorReset, Handle: showReset},
		{Method: "POST", Path: anyPath + "/membres/{id}/code", Act: account.ActSecondFactorReset, Handle: reset},
		{Method: "GET", Path: "/administration/travaux", Act: account.ActJobRead, Handle: listJobs},
		{Method: "GET", Path: "/administration/travaux/{id}/reprise", Act: account.ActJobRetry, Handle: showRetry},
		{Method: "POST", Path: "/administration/travaux/{id}/reprise", Act: account.ActJobRetry, Handle: retry},
		{Method: "GET", Path: "/administration/messages", Act: account.ActJobRead, Handle: listMessages},
	}
}

func organisationRoutes(path string) []web.Route {
	showWithdrawal, withdraw := asked(withdrawalQuestion)
	showEnd, end := asked(memberQuestion)
	showTokenEnd, tokenEnd := asked(tokenQuestion)
	return []web.Route{
		{Method: "GET", Path: path, Act: account.ActOrganisationRead, Handle: showOrganisation},
		{Method: "GET", Path: path + "/invitations/nouvelle", Act: account.ActMemberInvite, Handle: newInvitation},
		{Method: "POST", Path: path + "/invitations/nouvelle", Act: account.ActMemberInvite, Handle: invite},
		{Method: "GET", Path: path + "/invitations/{id}/retrait", Act: account.ActMemberInvite, Handle: showWithdrawal},
		{Method: "POST", Path: path + "/invitations/{id}/retrait", Act: account.ActMemberInvite, Handle: withdraw},
		{Method: "GET", Path: path + "/membres/{id}/retrait", Act: account.ActMemberEnd, Handle: showEnd},
		{Method: "POST", Path: path + "/membres/{id}/retrait", Act: account.ActMemberEnd, Handle: end},
		{Method: "GET", Path: path + "/jetons/nouveau", Act: account.ActTokenCreate, Handle: newToken},
		{Method: "POST", Path: path + "/jetons/nouveau", Act: account.ActTokenCreate, Handle: createToken},
		{Method: "GET", Path: path + "/jetons/{id}/fin", Act: account.ActTokenEnd, Handle: showTokenEnd},
		{Method: "POST", Path: path + "/jetons/{id}/fin", Act: account.ActTokenEnd, Handle: tokenEnd},
	}
}
