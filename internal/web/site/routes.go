package site

import (
	"embed"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed all:templates
var templates embed.FS

// Seat is what a mediator and the owner of a site see.
func Seat() web.Seat {
	only := []string{account.RoleSite}
	return web.Seat{
		Name: "site", Templates: templates,
		Menu: []web.MenuItem{
			{Label: "Séances", Path: "/seances", Roles: only},
			{Label: "Relevés", Path: "/releves", Roles: only},
			{Label: "Mon lieu", Path: "/mon-lieu", Roles: only},
		},
		Routes: []web.Route{
			{Method: "GET", Path: "/seances", Act: account.ActCouponRedeem, Handle: listSessions},
			{Method: "GET", Path: "/seances/nouvelle", Act: account.ActSessionPlan, Handle: newSession},
			{Method: "POST", Path: "/seances/nouvelle", Act: account.ActSessionPlan, Handle: planSession},
			{Method: "GET", Path: "/seances/{id}", Act: account.ActCouponRedeem, Handle: showSession},
			{Method: "GET", Path: "/seances/{id}/feuille", Act: account.ActAttendanceRead, Handle: showSheet},
			{Method: "GET", Path: "/seances/{id}/feuille/pdf", Act: account.ActAttendanceRead, Handle: printSheet},
			{Method: "POST", Path: "/seances/{id}/presences", Act: account.ActAttendanceTick, Handle: savePresences},
			{Method: "POST", Path: "/seances/{id}/places", Act: account.ActBookingMake, Handle: offerSeat},
			{Method: "GET", Path: "/seances/{id}/porte", Act: account.ActAttendanceTick, Handle: askAtDoor},
			{Method: "POST", Path: "/seances/{id}/porte", Act: account.ActAttendanceTick, Handle: addAtDoor},
			{Method: "GET", Path: "/seances/{id}/annulation", Act: account.ActSessionCancel, Handle: askCancel},
			{Method: "POST", Path: "/seances/{id}/annulation", Act: account.ActSessionCancel, Handle: cancelSession},
			{Method: "GET", Path: "/seances/{id}/appels", Act: account.ActAttendanceRead, Handle: showCalls},

			{Method: "GET", Path: "/inscriptions/{id}/renvoi", Act: account.ActMisdirectionTell, Handle: askSendBack},
			{Method: "POST", Path: "/inscriptions/{id}/renvoi", Act: account.ActMisdirectionTell, Handle: sendBack},
			{Method: "GET", Path: "/calendriers", Act: account.ActCalendarKeep, Handle: listCalendars},
			{Method: "POST", Path: "/calendriers", Act: account.ActCalendarKeep, Handle: makeCalendar},
			{Method: "POST", Path: "/calendriers/{id}/fin", Act: account.ActCalendarKeep, Handle: endCalendar},
			{Method: "GET", Path: "/calendriers/{secret}", Act: account.ActPublic, Handle: readCalendar},

			{Method: "POST", Path: "/seances/{id}/cheques", Act: account.ActCouponRedeem, Handle: readForSession},
			{Method: "GET", Path: "/seances/{id}/cheques", Act: account.ActCouponRedeem, Handle: backToSession},
			{Method: "GET", Path: "/cheques", Act: account.ActCouponRedeem, Handle: showReader},
			{Method: "POST", Path: "/cheques/lecture", Act: account.ActCouponRedeem, Handle: readAlone},
			{Method: "GET", Path: "/cheques/lecture", Act: account.ActCouponRedeem, Handle: backToReader},
			{Method: "GET", Path: "/passages/{id}/annulation", Act: account.ActCouponReverse, Handle: askReversal},
			{Method: "POST", Path: "/passages/{id}/annulation", Act: account.ActCouponReverse, Handle: reverse},

			{Method: "GET", Path: "/releves", Act: account.ActStatementRead, Handle: listStatements},
			{Method: "GET", Path: "/releves-du-mois/{mois}", Act: account.ActStatementRead, Handle: showTogether},
			{Method: "GET", Path: "/releves-du-mois/{mois}/pdf", Act: account.ActStatementRead, Handle: printTogether},
			{Method: "GET", Path: "/releves/{id}", Act: account.ActStatementRead, Handle: showStatement},
			{Method: "GET", Path: "/releves/{id}/pdf", Act: account.ActStatementRead, Handle: printStatement},

			{Method: "GET", Path: "/mon-lieu", Act: account.ActLabelRead, Handle: showPlace},
			{Method: "GET", Path: "/mon-lieu/ateliers", Act: account.ActLabelRead, Handle: showAgenda},
			{Method: "GET", Path: "/mon-lieu/ateliers/pdf", Act: account.ActLabelRead, Handle: printAgenda},
			{Method: "GET", Path: "/mon-lieu/fiche/{sujet}", Act: account.ActPlaceKeep, Handle: askProfile},
			{Method: "POST", Path: "/mon-lieu/fiche/{sujet}", Act: account.ActPlaceKeep, Handle: saveProfile},
			{Method: "POST", Path: "/mon-lieu/confirmation", Act: account.ActPlaceConfirm, Handle: confirmFacts},
			{Method: "POST", Path: "/mon-lieu/differences", Act: account.ActPlaceKeep, Handle: answerDifference},
			{Method: "GET", Path: "/nos-ateliers", Act: account.ActWorkshopRead, Handle: listWorkshops},
			{Method: "POST", Path: "/nos-ateliers", Act: account.ActWorkshopKeep, Handle: adoptWorkshop},
			{Method: "GET", Path: "/nos-ateliers/{id}", Act: account.ActWorkshopKeep, Handle: askWorkshop},
			{Method: "POST", Path: "/nos-ateliers/{id}", Act: account.ActWorkshopKeep, Handle: keepWorkshop},
			{Method: "GET", Path: "/mon-lieu/equipe", Act: account.ActMemberRead, Handle: showTeam},
			{Method: "GET", Path: "/mon-lieu/equipe/invitation", Act: account.ActMemberInvite, Handle: askInvite},
			{Method: "POST", Path: "/mon-lieu/equipe/invitation", Act: account.ActMemberInvite, Handle: invite},
			{Method: "GET", Path: "/mon-lieu/equipe/{id}", Act: account.ActMemberChange, Handle: askMember},
			{Method: "POST", Path: "/mon-lieu/equipe/{id}", Act: account.ActMemberChange, Handle: changeMember},
			{Method: "GET", Path: "/mon-lieu/equipe/{id}/retrait", Act: account.ActMemberEnd, Handle: askRemoval},
			{Method: "POST", Path: "/mon-lieu/equipe/{id}/retrait", Act: account.ActMemberEnd, Handle: removeMember},
			{Method: "GET", Path: "/mon-lieu/compte", Act: account.ActBankDetailsEnter, Handle: askAccount},
			{Method: "POST", Path: "/mon-lieu/compte", Act: account.ActBankDetailsEnter, Handle: enterAccount},
		},
	}
}
