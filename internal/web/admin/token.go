package admin

import (
	"context"
	"net/http"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// errTokenShown answers a form sent twice: the token's text is kept nowhere.
var errTokenShown = fault.Define(fault.Conflict, "token_shown", "Ce jeton a déjà été créé et montré une fois. S’il est perdu, arrêtez-le et créez-en un autre.")

// newToken answers GET …/jetons/nouveau.
func newToken(w http.ResponseWriter, r *web.Request) error {
	return renderToken(w, r, web.NewForm())
}

func renderToken(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page, err := accessOf(r, form, "Créer un jeton")
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "token-new", page)
}

type tokenMadePage struct {
	web.Page
	Token account.Token
	Text  string
}

// createToken answers POST …/jetons/nouveau with the token's text, once.
func createToken(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	place, err := scopeOf(r)
	if err != nil {
		return err
	}
	wanted := account.NewToken{
		Organisation: place.ID, Role: form.Value("role"), Label: form.Required("label", "Écrivez à quoi servira ce jeton"),
		Level: form.Choice("level", "Choisissez un accès", account.Levels...),
	}
	if !form.Valid() {
		return renderToken(w, r, form)
	}
	page := &tokenMadePage{Page: web.Page{Title: "Le jeton est créé", Layout: web.Ask}}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		shown := func(id db.ID) (db.ID, error) { return id, errTokenShown }
		_, err := db.Once(r.Context(), tx, form.Key(r), shown, func(id db.ID) (db.ID, error) {
			wanted.ID = id
			page.Token, page.Text, err = account.CreateToken(r.Context(), tx, wanted)
			return id, err
		})
		if err != nil {
			return err
		}
		organisation, err := account.OrganisationByID(r.Context(), tx, place.ID)
		page.Back = place.back(organisation.Name)
		return err
	})
	if form.Refused(err) {
		return renderToken(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "token-made", page)
}

// tokenQuestion asks before a token stops working.
func tokenQuestion(r *web.Request, q db.Q) (question, error) {
	place, id, err := about(r)
	if err != nil {
		return question{}, err
	}
	organisation, err := account.OrganisationByID(r.Context(), q, place.ID)
	if err != nil {
		return question{}, err
	}
	tokens, err := account.Tokens(r.Context(), q, place.ID)
	if err != nil {
		return question{}, err
	}
	at := slices.IndexFunc(tokens, func(t account.Token) bool { return t.ID == id })
	if at < 0 {
		return question{}, fault.ErrNotFound
	}
	return question{
		Title: "Arrêter ce jeton\u202f?", Text: "Le logiciel qui s’en sert n’aura plus accès, tout de suite et pour toujours.",
		Button: "Arrêter le jeton", Keep: "Le garder", Back: place.back(organisation.Name),
		Lines: []web.Line{{Label: "Jeton", Value: tokenName(tokens[at]), Note: "finit par " + tokens[at].Ending}, {Label: "Accès", Value: access(tokens[at].Role, tokens[at].Level)}},
		Do:    func(ctx context.Context, tx *db.Tx) error { return account.EndToken(ctx, tx, id) },
	}, nil
}
