package web

import "slices"

// FirstPage is where people of a role begin: the first entry of their menu, or
// home.
func (a *App) FirstPage(role string) string {
	for _, item := range a.menu {
		if slices.Contains(item.Roles, role) {
			return item.Path
		}
	}
	return "/"
}
