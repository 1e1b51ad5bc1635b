package site

import (
	"net/http"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/notify"
	"passerelle/internal/web"
)

// levelWords say what each level may do at a site, in plain words.
var levelWords = map[string]string{
	account.LevelOwner:    "Signe pour tous les lieux\u00a0: compte bancaire, équipe, label.",
	account.LevelMember:   "Séances, présences, chèques, fiche du lieu, relevés.",
	account.LevelScanOnly: "Lit les chèques, et rien d’autre.",
	account.LevelReadOnly: "Regarde, ne change rien.",
}

// allPlaces is the answer that a person works in every place.
const allPlaces = "tous"

type teamPage struct {
	web.Page
	Members, Invitations web.Table
	Said                 bool
}

// showTeam answers GET /mon-lieu/equipe: who works here, and what each may do.
func showTeam(w http.ResponseWriter, r *web.Request) error {
	page := &teamPage{
		Page: web.Page{Title: "L’équipe", Menu: "/mon-lieu", Back: web.Link{Label: "Mon lieu", Path: "/mon-lieu"}}, Said: r.URL.Query().Has("fait"),
		Members:     web.Table{Caption: "Qui travaille ici", Columns: []web.Column{{Label: "Personne"}, {Label: "Accès"}, {Label: "Lieu"}, {Label: "Depuis"}, {Label: "Changer", Quiet: true}}},
		Invitations: web.Table{Caption: "Invitations en attente", Columns: []web.Column{{Label: "Adresse e-mail"}, {Label: "Accès"}, {Label: "Lieu"}, {Label: "Jusqu’au"}}},
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		sites, err := sitesOf(r, q)
		if err != nil {
			return err
		}
		members, err := account.Members(r.Context(), q, q.Actor().Organisation)
		if err != nil {
			return err
		}
		for _, member := range members {
			if member.Role != account.RoleSite {
				continue
			}
			path := "/mon-lieu/equipe/" + member.ID.String()
			page.Members.Rows = append(page.Members.Rows, []web.Cell{
				web.Head(member.Name).Noted(member.Email), web.Text(account.LevelName(member.Level)).Noted(levelWords[member.Level]), web.Text(placeName(sites, member.Place)),
				web.Day(civil.DateOf(member.MadeAt, civil.Paris)), web.Text("Changer").To(path, "l’accès de "+member.Name),
			})
		}
		waiting, err := account.Invitations(r.Context(), q, q.Actor().Organisation)
		for _, invitation := range waiting {
			if invitation.Role == account.RoleSite {
				page.Invitations.Rows = append(page.Invitations.Rows, []web.Cell{
					web.Head(invitation.Email).Noted(invitation.Name), web.Text(account.LevelName(invitation.Level)), web.Text(placeName(sites, invitation.Place)),
					web.Day(civil.DateOf(invitation.EndsAt, civil.Paris)),
				})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "team", page)
}

func placeName(sites []label.Site, place db.ID) string {
	for _, site := range sites {
		if site.ID == place {
			return site.Name
		}
	}
	return "Tous les lieux"
}

type accessPage struct {
	web.Page
	Name, Action, Remove string
	Levels, Places       []web.Option
	Invite               bool
}

func (p *accessPage) fill(sites []label.Site) {
	for _, level := range account.Levels {
		p.Levels = append(p.Levels, web.Option{Value: level, Label: account.LevelName(level), Hint: levelWords[level]})
	}
	p.Places = append([]web.Option{{Value: allPlaces, Label: "Tous les lieux"}}, siteOptions(sites)...)
	p.Menu, p.Layout, p.Back = "/mon-lieu", web.Ask, web.Link{Label: "L’équipe", Path: "/mon-lieu/equipe"}
}

// readLevel reads a level, and the place of one's own that it is for.
func readLevel(form *web.Form, sites []label.Site) (level string, place db.ID) {
	level = form.Choice("level", "Choisissez un accès", account.Levels...)
	if answer := form.Value("place"); answer != "" && answer != allPlaces {
		at := slices.IndexFunc(sites, func(site label.Site) bool { return site.ID.String() == answer })
		if at < 0 {
			form.Wrong("place", "unknown_choice", "Choisissez un de vos lieux")
			return level, db.ID{}
		}
		place = sites[at].ID
	}
	return level, place
}

// askInvite answers GET /mon-lieu/equipe/invitation.
func askInvite(w http.ResponseWriter, r *web.Request) error { return showInvite(w, r, web.NewForm()) }

func showInvite(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &accessPage{Page: web.Page{Title: "Inviter quelqu’un dans l’équipe", Form: form}, Action: "/mon-lieu/equipe/invitation", Invite: true}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		sites, err := sitesOf(r, q)
		page.fill(sites)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "access", page)
}

// invite answers POST /mon-lieu/equipe/invitation: the invitation and its e-mail
// in one transaction.
func invite(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	offered := account.Invitation{
		Organisation: r.Actor().Organisation, Role: account.RoleSite, Name: form.Text("name"), Email: form.Required("email", "Écrivez l’adresse e-mail de la personne"),
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		sites, err := sitesOf(r, tx)
		if err != nil {
			return err
		}
		if offered.Level, offered.Place = readLevel(form, sites); !form.Valid() {
			return nil
		}
		_, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil }, func(id db.ID) (db.ID, error) {
			offered.ID = id
			made, secret, err := account.Invite(r.Context(), tx, offered)
			if err != nil {
				return id, err
			}
			_, err = notify.Enqueue(r.Context(), tx, made.Email, notify.Invitation{
				OrganisationName: made.OrganisationName, RoleName: account.RoleName(made.Role), Known: made.KnownPerson,
				Link: r.App.Settings.BaseURL + "/invitation/" + secret, EndsAt: made.EndsAt.In(civil.Paris),
			})
			return id, err
		})
		return err
	})
	if !form.Valid() || form.Refused(err) {
		return showInvite(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/mon-lieu/equipe?fait")
}

// memberOf is one of the organisation's people at its sites. Fault: not_found.
func memberOf(r *web.Request, q db.Q) (account.Member, error) {
	id, err := r.PathID("id")
	if err != nil {
		return account.Member{}, err
	}
	members, err := account.Members(r.Context(), q, q.Actor().Organisation)
	if err != nil {
		return account.Member{}, err
	}
	at := slices.IndexFunc(members, func(m account.Member) bool { return m.ID == id && m.Role == account.RoleSite })
	if at < 0 {
		return account.Member{}, fault.ErrNotFound
	}
	return members[at], nil
}

// askMember answers GET /mon-lieu/equipe/{id}.
func askMember(w http.ResponseWriter, r *web.Request) error { return showMember(w, r, nil) }

func showMember(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &accessPage{}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		sites, err := sitesOf(r, q)
		if err != nil {
			return err
		}
		member, err := memberOf(r, q)
		if err != nil {
			return err
		}
		if form == nil {
			form = web.NewForm()
			form.Set("level", member.Level)
			form.Set("place", allPlaces)
			if !member.Place.IsZero() {
				form.Set("place", member.Place.String())
			}
		}
		page.fill(sites)
		page.Title, page.Name, page.Form = "Que peut faire "+member.Name+"\u202f?", member.Name, form
		page.Action = "/mon-lieu/equipe/" + member.ID.String()
		page.Remove = page.Action + "/retrait"
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "access", page)
}

// changeMember answers POST /mon-lieu/equipe/{id}: it holds from the person's
// next page on.
func changeMember(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		sites, err := sitesOf(r, tx)
		if err != nil {
			return err
		}
		member, err := memberOf(r, tx)
		if err != nil {
			return err
		}
		level, place := readLevel(form, sites)
		if !form.Valid() {
			return nil
		}
		_, err = account.ChangeMember(r.Context(), tx, member.ID, level, place)
		return err
	})
	if !form.Valid() || form.Refused(err) {
		return showMember(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/mon-lieu/equipe?fait")
}

type removalPage struct {
	web.Page
	Name, Keep string
}

// askRemoval answers GET /mon-lieu/equipe/{id}/retrait.
func askRemoval(w http.ResponseWriter, r *web.Request) error {
	return showRemoval(w, r, web.NewForm())
}

func showRemoval(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &removalPage{Page: web.Page{Form: form, Menu: "/mon-lieu", Layout: web.Ask}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		member, err := memberOf(r, q)
		page.Title, page.Name = "Retirer "+member.Name+" de l’équipe\u202f?", member.Name
		page.Keep = "/mon-lieu/equipe/" + member.ID.String()
		return err
	})
	if err != nil {
		return err
	}
	page.Back = web.Link{Label: "L’équipe", Path: "/mon-lieu/equipe"}
	return web.Render(w, r, form.Status(), "removal", page)
}

// removeMember answers POST /mon-lieu/equipe/{id}/retrait.
func removeMember(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		member, err := memberOf(r, tx)
		if err != nil {
			return err
		}
		return account.EndMember(r.Context(), tx, member.ID)
	})
	if form.Refused(err) {
		return showRemoval(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/mon-lieu/equipe?fait")
}
