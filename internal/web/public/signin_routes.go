package public

import (
	"passerelle/internal/account"
	"passerelle/internal/web"
)

// accountRoutes are the pages of signing in and of one's own account.
func accountRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/connexion", Act: account.ActPublic, Handle: showSignIn},
		{Method: "POST", Path: "/connexion", Act: account.ActPublic, Handle: signIn},
		{Method: "GET", Path: "/connexion/code", Act: account.ActPublic, Handle: showCode},
		{Method: "POST", Path: "/connexion/code", Act: account.ActPublic, Handle: passCode},
		{Method: "GET", Path: "/connexion/installer", Act: account.ActPublic, Handle: showEnrolment},
		{Method: "POST", Path: "/connexion/installer", Act: account.ActPublic, Handle: passEnrolment},
		{Method: "POST", Path: "/deconnexion", Act: account.ActPublic, Handle: signOut},

		{Method: "GET", Path: "/mot-de-passe/oublie", Act: account.ActPublic, Handle: showForgotten},
		{Method: "POST", Path: "/mot-de-passe/oublie", Act: account.ActPublic, Handle: askReset},
		{Method: "GET", Path: "/mot-de-passe/envoye", Act: account.ActPublic, Handle: showResetSent},
		{Method: "GET", Path: "/mot-de-passe/nouveau", Act: account.ActPublic, Handle: showReplace},
		{Method: "POST", Path: "/mot-de-passe/nouveau", Act: account.ActPublic, Handle: replacePassword},

		{Method: "GET", Path: "/invitation/{jeton}", Act: account.ActPublic, Handle: showInvitation},
		{Method: "POST", Path: "/invitation/{jeton}", Act: account.ActPublic, Handle: acceptInvitation},

		{Method: "GET", Path: "/compte", Act: account.ActSignedIn, Handle: showAccount},
		{Method: "POST", Path: "/compte/role", Act: account.ActSignedIn, Handle: switchMembership},
		{Method: "POST", Path: "/compte/code", Act: account.ActSignedIn, Handle: proposeFactor},
		{Method: "GET", Path: "/compte/code", Act: account.ActSignedIn, Handle: showFactor},
		{Method: "POST", Path: "/compte/code/premier", Act: account.ActSignedIn, Handle: confirmFactor},
		{Method: "GET", Path: "/mes-sessions", Act: account.ActSignedIn, Handle: showSessions},
		{Method: "POST", Path: "/mes-sessions/fin", Act: account.ActSignedIn, Handle: endSession},
	}
}
