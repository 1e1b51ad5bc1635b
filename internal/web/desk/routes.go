package desk

import (
	"embed"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed all:templates
var templates embed.FS

// Seat is what a prescriber sees.
func Seat() web.Seat {
	only := []string{account.RoleDesk}
	return web.Seat{
		Name: "desk", Templates: templates,
		Menu: []web.MenuItem{
			{Label: "Accueillir", Path: "/guichet", Roles: only},
			{Label: "Places libres", Path: "/guichet/places", Roles: only},
			{Label: "Carnets", Path: "/guichet/carnets", Roles: only},
			{Label: "Personnes", Path: "/guichet/personnes", Roles: only},
			{Label: "Rendez-vous", Path: "/rendez-vous", Roles: []string{account.RoleDesk, account.RoleSite}},
			{Label: "Voies", Path: "/voies", Roles: []string{account.RoleTerritory, account.RoleNational, account.RoleAuditor}},
		},
		Routes: []web.Route{
			{Method: "GET", Path: "/guichet", Act: account.ActHolderRead, Handle: start},
			{Method: "POST", Path: "/guichet/passages", Act: account.ActVisitKeep, Handle: welcome},
			{Method: "GET", Path: "/guichet/passages/{id}", Act: account.ActVisitKeep, Handle: resume},
			{Method: "GET", Path: "/guichet/passages/{id}/questions/{rang}", Act: account.ActVisitKeep, Handle: ask},
			{Method: "POST", Path: "/guichet/passages/{id}/questions/{rang}", Act: account.ActVisitKeep, Handle: answer},
			{Method: "GET", Path: "/guichet/passages/{id}/resultat", Act: account.ActVisitKeep, Handle: result},
			{Method: "POST", Path: "/guichet/passages/{id}/resultat", Act: account.ActVisitKeep, Handle: seek},
			{Method: "POST", Path: "/guichet/passages/{id}/voie", Act: account.ActVisitKeep, Handle: chooseRoute},
			{Method: "POST", Path: "/guichet/passages/{id}/urgence", Act: account.ActVisitKeep, Handle: urgentDone},
			{Method: "POST", Path: "/guichet/passages/{id}/conclusion", Act: account.ActVisitKeep, Handle: conclude},
			{Method: "GET", Path: "/guichet/passages/{id}/ou-trouver", Act: account.ActVisitKeep, Handle: supplyPaper},
			{Method: "GET", Path: "/guichet/passages/{id}/places", Act: account.ActVisitKeep, Handle: seats},
			{Method: "POST", Path: "/guichet/passages/{id}/places", Act: account.ActVisitKeep, Handle: chooseSeat},
			{Method: "GET", Path: "/guichet/passages/{id}/a-distance", Act: account.ActVisitKeep, Handle: farHelps},
			{Method: "POST", Path: "/guichet/passages/{id}/a-distance", Act: account.ActVisitKeep, Handle: chooseFarHelp},
			{Method: "GET", Path: "/guichet/passages/{id}/aide", Act: account.ActVisitKeep, Handle: help},
			{Method: "POST", Path: "/guichet/passages/{id}/aide", Act: account.ActVisitKeep, Handle: chooseHelp},
			{Method: "GET", Path: "/guichet/passages/{id}/personne", Act: account.ActVisitKeep, Handle: identity},
			{Method: "POST", Path: "/guichet/passages/{id}/personne", Act: account.ActVisitKeep, Handle: identify},
			{Method: "GET", Path: "/guichet/passages/{id}/verification", Act: account.ActVisitKeep, Handle: check},
			{Method: "POST", Path: "/guichet/passages/{id}/verification", Act: account.ActVisitKeep, Handle: confirm},
			{Method: "GET", Path: "/guichet/passages/{id}/page", Act: account.ActVisitKeep, Handle: paper},
			{Method: "GET", Path: "/guichet/passages/{id}/abandon", Act: account.ActVisitKeep, Handle: askLeave},
			{Method: "POST", Path: "/guichet/passages/{id}/abandon", Act: account.ActVisitKeep, Handle: leave},

			{Method: "GET", Path: "/guichet/groupes", Act: account.ActVisitKeep, Handle: askGroup},
			{Method: "POST", Path: "/guichet/groupes", Act: account.ActVisitKeep, Handle: gather},
			{Method: "GET", Path: "/guichet/groupes/{id}", Act: account.ActVisitKeep, Handle: resumeGroup},
			{Method: "GET", Path: "/guichet/groupes/{id}/places", Act: account.ActVisitKeep, Handle: groupSeats},
			{Method: "POST", Path: "/guichet/groupes/{id}/places", Act: account.ActVisitKeep, Handle: chooseGroupSeats},
			{Method: "GET", Path: "/guichet/groupes/{id}/personnes", Act: account.ActVisitKeep, Handle: askNames},
			{Method: "POST", Path: "/guichet/groupes/{id}/personnes", Act: account.ActVisitKeep, Handle: nameGroup},
			{Method: "GET", Path: "/guichet/groupes/{id}/verification", Act: account.ActVisitKeep, Handle: checkGroup},
			{Method: "POST", Path: "/guichet/groupes/{id}/verification", Act: account.ActVisitKeep, Handle: confirmGroup},
			{Method: "GET", Path: "/guichet/groupes/{id}/pages", Act: account.ActVisitKeep, Handle: groupPapers},
			{Method: "POST", Path: "/guichet/groupes/{id}/abandon", Act: account.ActVisitKeep, Handle: leaveGroup},

			{Method: "GET", Path: "/guichet/questionnaires", Act: account.ActDiagnosisRecord, Handle: sheets},
			{Method: "GET", Path: "/guichet/questionnaires/{code}/papier", Act: account.ActDiagnosisRecord, Handle: formPaper},
			{Method: "GET", Path: "/guichet/questionnaires/{code}/pdf", Act: account.ActDiagnosisRecord, Handle: formPDF},
			{Method: "GET", Path: "/guichet/questionnaires/{code}/saisie", Act: account.ActVisitKeep, Handle: askTyping},
			{Method: "POST", Path: "/guichet/questionnaires/{code}/saisie", Act: account.ActVisitKeep, Handle: typeIn},
			{Method: "POST", Path: "/guichet/questionnaires/{code}/telephone", Act: account.ActDiagnosisRecord, Handle: askPhone},
			{Method: "GET", Path: "/guichet/telephones/{id}", Act: account.ActDiagnosisRecord, Handle: showPhone},
			{Method: "POST", Path: "/guichet/telephones/{id}/reprise", Act: account.ActVisitKeep, Handle: takePhone},
			{Method: "POST", Path: "/guichet/telephones/{id}/fin", Act: account.ActDiagnosisRecord, Handle: endPhone},

			{Method: "GET", Path: "/voies", Act: account.ActRouteFigures, Handle: routeFigures},
			{Method: "GET", Path: "/guichet/places", Act: account.ActHolderRead, Handle: freeSeats},

			{Method: "GET", Path: "/guichet/carnets", Act: account.ActBookletRead, Handle: booklets},
			{Method: "GET", Path: "/guichet/carnets/impression", Act: account.ActBookletPrint, Handle: askPrint},
			{Method: "POST", Path: "/guichet/carnets/impression", Act: account.ActBookletPrint, Handle: printBooklets},
			{Method: "GET", Path: "/guichet/carnets/impression/{id}/pdf", Act: account.ActBookletPrint, Handle: printedPDF},
			{Method: "GET", Path: "/guichet/carnets/{id}", Act: account.ActBookletRead, Handle: booklet},
			{Method: "GET", Path: "/guichet/carnets/{id}/papier", Act: account.ActBookletPrint, Handle: bookletPaper},
			{Method: "GET", Path: "/guichet/carnets/{id}/pdf", Act: account.ActBookletPrint, Handle: bookletPDF},
			{Method: "GET", Path: "/guichet/carnets/{id}/blocage", Act: account.ActBookletBlock, Handle: askBlock},
			{Method: "POST", Path: "/guichet/carnets/{id}/blocage", Act: account.ActBookletBlock, Handle: block},

			{Method: "GET", Path: "/guichet/renvois", Act: account.ActMisdirectionRead, Handle: sentBack},
			{Method: "POST", Path: "/guichet/renvois/{id}", Act: account.ActMisdirectionAnswer, Handle: seenTo},
			{Method: "GET", Path: "/guichet/personnes", Act: account.ActHolderRead, Handle: people},
			{Method: "GET", Path: "/guichet/personnes/{id}", Act: account.ActHolderRead, Handle: person},
			{Method: "GET", Path: "/guichet/personnes/{id}/messages", Act: account.ActMessageRead, Handle: messages},
			{Method: "POST", Path: "/guichet/personnes/{id}/messages/{message}/renvoi", Act: account.ActMessageSend, Handle: repeat},
			{Method: "POST", Path: "/guichet/personnes/{id}/messages/arret", Act: account.ActHolderRegister, Handle: stopMessages},
			{Method: "GET", Path: "/guichet/appels", Act: account.ActMessageRead, Handle: calls},
			{Method: "POST", Path: "/guichet/appels/{id}", Act: account.ActMessageSend, Handle: recordCall},
			{Method: "GET", Path: "/guichet/courriers", Act: account.ActMessageRead, Handle: letters},
			{Method: "POST", Path: "/guichet/courriers", Act: account.ActMessageSend, Handle: printLetters},
			{Method: "GET", Path: "/guichet/courriers/{id}", Act: account.ActMessageRead, Handle: batch},
			{Method: "GET", Path: "/guichet/courriers/{id}/pdf", Act: account.ActMessageRead, Handle: batchPDF},
			{Method: "GET", Path: "/guichet/personnes/{id}/fiche", Act: account.ActHolderRegister, Handle: askCorrection},
			{Method: "POST", Path: "/guichet/personnes/{id}/fiche", Act: account.ActHolderRegister, Handle: correct},
			{Method: "GET", Path: "/guichet/personnes/{id}/pix", Act: account.ActDiagnosisRecord, Handle: askPix},
			{Method: "POST", Path: "/guichet/personnes/{id}/pix", Act: account.ActDiagnosisRecord, Handle: recordPix},
			{Method: "GET", Path: "/guichet/personnes/{id}/pix/{resultat}/attestation", Act: account.ActDiagnosisRead, Handle: pixPaper},
			{Method: "GET", Path: "/guichet/pix", Act: account.ActDiagnosisRecord, Handle: askPixFile},
			{Method: "POST", Path: "/guichet/pix", Act: account.ActDiagnosisRecord, Handle: bringPix},
			{Method: "GET", Path: "/guichet/personnes/{id}/parcours", Act: account.ActPathwayRead, Handle: askPathway},
			{Method: "POST", Path: "/guichet/personnes/{id}/parcours", Act: account.ActPathwayKeep, Handle: keepPathway},
			{Method: "GET", Path: "/guichet/personnes/{id}/places", Act: account.ActBookingMake, Handle: personSeats},
			{Method: "POST", Path: "/guichet/personnes/{id}/places", Act: account.ActBookingMake, Handle: bookSeat},
			{Method: "GET", Path: "/guichet/personnes/{id}/carnet", Act: account.ActBookletHandOver, Handle: askHandOver},
			{Method: "POST", Path: "/guichet/personnes/{id}/carnet", Act: account.ActBookletHandOver, Handle: handOver},

			{Method: "GET", Path: "/guichet/inscriptions/{id}/page", Act: account.ActHolderRead, Handle: letterPage},
			{Method: "GET", Path: "/guichet/inscriptions/{id}/pdf", Act: account.ActHolderRead, Handle: letterPDF},
			{Method: "GET", Path: "/guichet/inscriptions/{id}/attente", Act: account.ActBookingMake, Handle: askWaiting},
			{Method: "POST", Path: "/guichet/inscriptions/{id}/attente", Act: account.ActBookingMake, Handle: keepWaiting},
			{Method: "GET", Path: "/guichet/inscriptions/{id}/annulation", Act: account.ActBookingCancel, Handle: askCancel},
			{Method: "POST", Path: "/guichet/inscriptions/{id}/annulation", Act: account.ActBookingCancel, Handle: cancel},
			{Method: "GET", Path: "/guichet/inscriptions/{id}/changement", Act: account.ActBookingMake, Handle: otherSeats},
			{Method: "POST", Path: "/guichet/inscriptions/{id}/changement", Act: account.ActBookingMake, Handle: move},
			{Method: "GET", Path: "/rendez-vous", Act: account.ActAppointmentRead, Handle: appointments},
			{Method: "GET", Path: "/guichet/rendez-vous/{id}", Act: account.ActVisitKeep, Handle: askAppointment},
			{Method: "POST", Path: "/guichet/rendez-vous/{id}", Act: account.ActVisitKeep, Handle: moveAppointment},
			{Method: "POST", Path: "/guichet/rendez-vous/{id}/annulation", Act: account.ActVisitKeep, Handle: cancelAppointment},
			{Method: "GET", Path: "/guichet/rendez-vous/{id}/page", Act: account.ActHolderRead, Handle: meetingPage},
			{Method: "GET", Path: "/guichet/rendez-vous/{id}/pdf", Act: account.ActHolderRead, Handle: meetingPDF},
		},
	}
}
