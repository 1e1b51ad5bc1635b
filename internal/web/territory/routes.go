package territory

import (
	"embed"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/printing"
	"passerelle/internal/web"
)

//go:embed templates
var templates embed.FS

// Seat is what a territory's team, the programme's team and funders see of
// orders and agreements.
func Seat() web.Seat {
	return web.Seat{
		Name: "territory", Templates: templates,
		Menu: []web.MenuItem{
			{Label: "Commandes", Path: "/commandes", Roles: []string{
				account.RoleTerritory, account.RoleNational, account.RoleFunder, account.RoleAccountant, account.RoleAuditor,
			}},
			{Label: "Conventions", Path: "/conventions", Roles: []string{
				account.RoleTerritory, account.RoleNational, account.RoleFunder, account.RoleAccountant, account.RoleAuditor,
			}},
			{Label: "Financeurs", Path: "/financeurs", Roles: []string{account.RoleNational}},
			{Label: "Doublons", Path: "/doublons", Roles: []string{account.RoleTerritory, account.RoleNational, account.RoleAdmin}},
			{Label: "Fraîcheur", Path: "/fraicheur", Roles: []string{account.RoleTerritory, account.RoleNational, account.RoleAuditor, account.RoleAdmin}},
			{Label: "Importer", Path: "/imports", Roles: []string{account.RoleTerritory, account.RoleNational, account.RoleAdmin}},
		},
		Routes: []web.Route{
			{Method: "GET", Path: "/commandes", Act: account.ActOrderRead, Handle: listOrders},
			{Method: "GET", Path: "/commandes/nouvelle", Act: account.ActOrderPlace, Handle: askOrder},
			{Method: "POST", Path: "/commandes/nouvelle", Act: account.ActOrderPlace, Handle: placeOrder},
			{Method: "GET", Path: "/commandes/{id}", Act: account.ActOrderRead, Handle: showOrder},
			{Method: "GET", Path: "/commandes/{id}/carnets", Act: account.ActBookletRead, Handle: listBooklets},
			{Method: "GET", Path: "/commandes/{id}/impression", Act: account.ActBookletPrint, Handle: askPrint},
			{Method: "POST", Path: "/commandes/{id}/impression", Act: account.ActBookletPrint, Handle: printBooklets},
			{Method: "GET", Path: "/commandes/{id}/impression/{run}", Act: account.ActBookletPrint, Handle: showPrinted},
			{Method: "GET", Path: "/commandes/{id}/impression/{run}/pdf", Act: account.ActBookletPrint, Handle: downloadPrinted},
			{Method: "GET", Path: "/commandes/{id}/lots", Act: account.ActBookletPrint, Handle: listBatches},
			{Method: "POST", Path: "/commandes/{id}/lots", Act: account.ActBookletPrint, Handle: beginBatch},
			{Method: "GET", Path: "/impressions/{id}", Act: account.ActBookletPrint, Handle: showBatch},
			{Method: "GET", Path: "/impressions/{id}/{rang}/pdf", Act: account.ActBookletPrint, Handle: downloadFile},
			{Method: "POST", Path: "/impressions/{id}/suppression", Act: account.ActBookletPrint, Handle: deleteFiles},

			{Method: "GET", Path: "/commandes/{id}/rappel", Act: account.ActBookletVoid, Handle: askVoiding},
			{Method: "POST", Path: "/commandes/{id}/rappel", Act: account.ActBookletVoid, Handle: voidBooklets},

			{Method: "GET", Path: "/conventions", Act: account.ActAgreementRead, Handle: listAgreements},
			{Method: "GET", Path: "/conventions/nouvelle", Act: account.ActAgreementSign, Handle: askAgreement},
			{Method: "POST", Path: "/conventions/nouvelle", Act: account.ActAgreementSign, Handle: signAgreement},
			{Method: "GET", Path: "/conventions/{id}", Act: account.ActAgreementRead, Handle: showAgreement},
			{Method: "GET", Path: "/conventions/{id}/avenant", Act: account.ActAgreementSign, Handle: askAmendment},
			{Method: "POST", Path: "/conventions/{id}/avenant", Act: account.ActAgreementSign, Handle: signAmendment},

			{Method: "GET", Path: "/financeurs", Act: account.ActFunderAdd, Handle: listFunders},
			{Method: "POST", Path: "/financeurs", Act: account.ActFunderAdd, Handle: addFunder},

			{Method: "GET", Path: "/doublons", Act: account.ActPlaceMerge, Handle: listTwins},
			{Method: "GET", Path: "/doublons/{id}", Act: account.ActPlaceMerge, Handle: showTwin},
			{Method: "POST", Path: "/doublons/{id}", Act: account.ActPlaceMerge, Handle: decideTwin},
			{Method: "GET", Path: "/fraicheur", Act: account.ActFreshnessRead, Handle: showFreshness},
			{Method: "GET", Path: "/fraicheur/{id}", Act: account.ActFreshnessRead, Handle: showPlaceFreshness},
			{Method: "POST", Path: "/fraicheur/{id}/lien", Act: account.ActOwnerLinkMake, Handle: doAbout("lien", sendLink)},
			{Method: "POST", Path: "/fraicheur/{id}/lettre", Act: account.ActOwnerLinkMake, Handle: printLetter},
			{Method: "POST", Path: "/fraicheur/{id}/lettre/pdf", Act: account.ActOwnerLinkMake, Handle: downloadLetter},
			{Method: "POST", Path: "/fraicheur/{id}/confirmation", Act: account.ActPlaceConfirm, Handle: doAbout("confirme", confirmPlace)},
			{Method: "POST", Path: "/fraicheur/{id}/fermeture", Act: account.ActPlaceReportAnswer, Handle: doAbout("ferme", closePlace)},
			{Method: "POST", Path: "/fraicheur/{id}/reouverture", Act: account.ActPlaceReportAnswer, Handle: doAbout("rouvert", reopenPlace)},
			{Method: "POST", Path: "/fraicheur/{id}/annulation", Act: account.ActCorrectionUndo, Handle: doAbout("annulee", undoCorrection)},
			{Method: "GET", Path: "/signalements", Act: account.ActPlaceReportRead, Handle: listReports},
			{Method: "GET", Path: "/signalements/{id}", Act: account.ActPlaceReportRead, Handle: showReported},
			{Method: "POST", Path: "/signalements/{id}", Act: account.ActPlaceReportAnswer, Handle: answerReport},

			{Method: "GET", Path: "/imports", Act: account.ActPlaceImport, Handle: listImports},
			{Method: "POST", Path: "/imports", Act: account.ActPlaceImport, Handle: bringFile},
			{Method: "GET", Path: "/imports/{id}", Act: account.ActPlaceImport, Handle: showFile},
			{Method: "POST", Path: "/imports/{id}", Act: account.ActPlaceImport, Handle: followFile},
			{Method: "GET", Path: "/imports/{id}/colonnes", Act: account.ActPlaceImport, Handle: askColumns},
			{Method: "POST", Path: "/imports/{id}/colonnes", Act: account.ActPlaceImport, Handle: matchColumns},
			{Method: "GET", Path: "/imports/{id}/mots/{colonne}", Act: account.ActPlaceImport, Handle: askWords},
			{Method: "POST", Path: "/imports/{id}/mots/{colonne}", Act: account.ActPlaceImport, Handle: matchWords},
			{Method: "GET", Path: "/imports/{id}/correspondance", Act: account.ActPlaceImport, Handle: downloadMapping},
			{Method: "GET", Path: "/imports/{id}/rapport", Act: account.ActPlaceImport, Handle: showReport},
		},
	}
}

// view reads in one consistent look.
func view(r *web.Request, read func(q db.Q) error) error {
	return r.App.DB.View(r.Context(), r.Actor(), read)
}

// issuer is what papers say of this instance.
func issuer(r *web.Request) printing.Issuer {
	settings := r.App.Settings
	return printing.Issuer{Name: settings.Name, Telephone: settings.Telephone, Sample: settings.Sample}
}

const nbsp = "\u00a0"
