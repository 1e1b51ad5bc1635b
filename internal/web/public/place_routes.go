package public

import (
	"passerelle/internal/account"
	"passerelle/internal/web"
)

// directoryRoutes are the pages that anyone reads: home, the programme's
// figures, the directory of places, and what corrects it.
func directoryRoutes() []web.Route {
	figures, drawn := &tally{}, &pictures{}
	return []web.Route{
		{Method: "GET", Path: "/{$}", Act: account.ActPublic, Handle: figures.showHome},
		{Method: "GET", Path: "/programme", Act: account.ActPublic, Handle: figures.showProgramme},
		{Method: "GET", Path: "/lieux", Act: account.ActPlaceRead, Handle: listPlaces},
		{Method: "GET", Path: "/lieux/cadre", Act: account.ActPlaceRead, Handle: listPlacesFramed},
		{Method: "GET", Path: "/lieux/integrer", Act: account.ActPlaceRead, Handle: embedPlaces},
		{Method: "GET", Path: "/lieux.js", Act: account.ActPlaceRead, Handle: sendPlacesElement},
		{Method: "GET", Path: "/cartes/{departement}", Act: account.ActPublic, Handle: drawn.send},
		{Method: "GET", Path: "/lieux/{id}", Act: account.ActPlaceRead, Handle: showPlace},
		{Method: "GET", Path: "/provenance/{id}", Act: account.ActPlaceRead, Handle: showOrigin},

		{Method: "GET", Path: "/signaler", Act: account.ActPlaceReportMake, Handle: askReport},
		{Method: "POST", Path: "/signaler", Act: account.ActPlaceReportMake, Handle: makeReport},
		{Method: "GET", Path: "/signaler/merci", Act: account.ActPlaceReportMake, Handle: thankReporter},

		{Method: "GET", Path: "/corriger", Act: account.ActOwnerLinkUse, Handle: askOwner},
		{Method: "POST", Path: "/corriger", Act: account.ActOwnerLinkUse, Handle: typeCode},
		{Method: "POST", Path: "/corriger/envoi", Act: account.ActOwnerLinkUse, Handle: sendOwnerLink},
		{Method: "GET", Path: "/corriger/envoye", Act: account.ActOwnerLinkUse, Handle: ownerLinkSent},
		{Method: "GET", Path: "/corriger/{jeton}", Act: account.ActOwnerLinkUse, Handle: showOwner},
		{Method: "POST", Path: "/corriger/{jeton}/confirmation", Act: account.ActOwnerLinkUse, Handle: confirmOwner},
		{Method: "GET", Path: "/corriger/{jeton}/fiche", Act: account.ActOwnerLinkUse, Handle: askCorrection},
		{Method: "POST", Path: "/corriger/{jeton}/fiche", Act: account.ActOwnerLinkUse, Handle: correctOwner},
		{Method: "GET", Path: "/corriger/{jeton}/merci", Act: account.ActOwnerLinkUse, Handle: thankOwner},
		{Method: "POST", Path: "/corriger/{jeton}/annulation", Act: account.ActOwnerLinkUse, Handle: undoOwner},
	}
}
