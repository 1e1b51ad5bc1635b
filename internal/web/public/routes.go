package public

import (
	"embed"
	"slices"

	"passerelle/internal/web"
)

//go:embed all:templates
var templates embed.FS

// Seat is what anyone sees.
func Seat() web.Seat {
	return web.Seat{
		Name: "public", Templates: templates,
		Menu: []web.MenuItem{
			{Label: "Trouver de l’aide", Path: "/"},
			{Label: "Le programme", Path: "/programme"},
			{Label: "Se connecter", Path: "/connexion"},
		},
		Routes: slices.Concat(directoryRoutes(), openDataRoutes(), logRoutes(), labelRoutes(), accountRoutes(), helpRoutes(), diagnosticRoutes(), orientationRoutes(), phoneRoutes()),
	}
}
