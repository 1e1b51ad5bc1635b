// Package web holds the pages' machinery: the routes and their guard, the base
// layout, the pieces of which every page is made, the forms, the static files.
//
// The seats (web/desk, web/site, …) stand below it, one package each, with
// their routes, one file per action and their templates; they import web and
// nothing of each other. docs/design.md tells which piece to use when, and the
// page /design of the running program shows them all.
//
// # How a seat is written
//
//	package desk
//
//	//go:embed templates
//	var templates embed.FS
//
//	// Seat is what a counter sees.
//	var Seat = web.Seat{
//		Name: "desk", Templates: templates,
//		Menu: []web.MenuItem{{Label: "Personnes", Path: "/personnes", Roles: []string{"desk"}}},
//		Routes: []web.Route{
//			{Method: "GET", Path: "/personnes/nouvelle", Act: account.ActWelcome, Handle: newHolder},
//			{Method: "POST", Path: "/personnes/nouvelle", Act: account.ActWelcome, Handle: createHolder},
//		},
//	}
//
//	type newHolderPage struct {
//		web.Page
//	}
//
//	func newHolder(w http.ResponseWriter, r *web.Request) error {
//		return showNewHolder(w, r, web.NewForm())
//	}
//
//	func showNewHolder(w http.ResponseWriter, r *web.Request, form *web.Form) error {
//		return web.Render(w, r, form.Status(), "new-holder", &newHolderPage{Page: web.Page{
//			Title: "Qui est la personne ?", Layout: web.Ask, Form: form,
//			Back: web.Link{Label: "Résultat du repérage", Path: "/accueil/resultat"},
//		}})
//	}
//
//	func createHolder(w http.ResponseWriter, r *web.Request) error {
//		form, err := r.ReadForm()
//		if err != nil {
//			return err
//		}
//		name := form.Required("nom", "Écrivez un prénom ou un surnom")
//		if !form.Valid() {
//			return showNewHolder(w, r, form)
//		}
//		var made holder.Holder
//		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
//			made, err = db.Once(r.Context(), tx, form.Key(r), again(r, tx), create(r, tx, name))
//			return err
//		})
//		if form.Refused(err) { // wrong fields, or a refusal to show on the same page
//			return showNewHolder(w, r, form)
//		}
//		if err != nil {
//			return err // the adapter makes the page of any other fault
//		}
//		return web.SeeOther(w, r, "/personnes/"+made.ID.String())
//	}
//
// and templates/new-holder.html, the content of <main> and nothing else (the
// layout writes the title, the link back and the summary of errors):
//
//	<h1>Qui est la personne ?</h1>
//	<form method="post">{{template "key"}}
//	{{template "field" (field "text" .Form "nom" "Prénom ou surnom" | hint "Un surnom suffit." | wide 20)}}
//	{{template "field" (field "commune" .Form "commune" "Commune")}}
//	<div class="actions"><button>Continuer</button><a href="/accueil">Arrêter, et reprendre plus tard</a></div>
//	</form>
package web
