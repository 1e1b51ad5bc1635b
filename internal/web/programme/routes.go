package programme

import (
	"embed"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

//go:embed all:templates
var templates embed.FS

// Seat is what the programme's team sees.
func Seat() web.Seat {
	const edits = account.ActQuestionnaireEdit
	const draft = "/questionnaires/{code}/brouillon"
	return web.Seat{
		Name: "programme", Templates: templates,
		Menu: []web.MenuItem{
			{Label: "Questionnaires", Path: "/questionnaires", Roles: []string{account.RoleNational}},
			{Label: "Messages", Path: "/messages", Roles: []string{account.RoleNational, account.RoleTerritory, account.RoleAuditor}},
		},
		Routes: []web.Route{
			{Method: "GET", Path: "/messages", Act: account.ActMessageCostRead, Handle: messages},
			{Method: "GET", Path: "/messages/modeles", Act: account.ActMessageTemplateRead, Handle: templatesList},
			{Method: "GET", Path: "/messages/modeles/{modele}", Act: account.ActMessageTemplateRead, Handle: showTemplate},
			{Method: "POST", Path: "/messages/modeles/{modele}", Act: account.ActMessageTemplateEdit, Handle: saveTemplate},
			{Method: "GET", Path: "/messages/reglages", Act: account.ActMessageTemplateEdit, Handle: askRules},
			{Method: "POST", Path: "/messages/reglages", Act: account.ActMessageTemplateEdit, Handle: saveRules},
			{Method: "GET", Path: "/orientation/reglage", Act: account.ActOrientationTune, Handle: askTuning},
			{Method: "POST", Path: "/orientation/reglage", Act: account.ActOrientationTune, Handle: tune},
			{Method: "GET", Path: "/questionnaires", Act: edits, Handle: list},
			{Method: "GET", Path: "/questionnaires/{code}/versions/{version}", Act: edits, Handle: version},
			{Method: "GET", Path: draft, Act: edits, Handle: showDraft},
			{Method: "POST", Path: draft, Act: edits, Handle: beginDraft},
			{Method: "GET", Path: draft + "/questions/{question}", Act: edits, Handle: askQuestion},
			{Method: "POST", Path: draft + "/questions/{question}", Act: edits, Handle: saveQuestion},
			{Method: "GET", Path: draft + "/regles/{rang}", Act: edits, Handle: askRule},
			{Method: "POST", Path: draft + "/regles/{rang}", Act: edits, Handle: saveRule},
			{Method: "GET", Path: draft + "/fichier", Act: edits, Handle: downloadDraft},
			{Method: "POST", Path: draft + "/fichier", Act: edits, Handle: uploadDraft},
			{Method: "GET", Path: draft + "/apercu", Act: edits, Handle: preview},
			{Method: "GET", Path: draft + "/essai", Act: edits, Handle: trial},
			{Method: "GET", Path: draft + "/publication", Act: edits, Handle: askPublish},
			{Method: "POST", Path: draft + "/publication", Act: edits, Handle: publish},
			{Method: "POST", Path: draft + "/abandon", Act: edits, Handle: discard},
		},
	}
}
