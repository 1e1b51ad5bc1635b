package admin

import (
	"context"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/notify"
	"passerelle/internal/web"
)

func memberOf(r *web.Request, q db.Q) (scope, account.Member, error) {
	place, id, err := about(r)
	if err != nil {
		return scope{}, account.Member{}, err
	}
	members, err := account.Members(r.Context(), q, place.ID)
	if err != nil {
		return scope{}, account.Member{}, err
	}
	at := slices.IndexFunc(members, func(m account.Member) bool { return m.ID == id })
	if at < 0 {
		return scope{}, account.Member{}, fault.ErrNotFound
	}
	return place, members[at], nil
}

func memberLines(member account.Member) []web.Line {
	return []web.Line{
		{Label: "Personne", Value: member.Name, Note: member.Email},
		{Label: "Accès", Value: access(member.Role, member.Level), Note: "depuis le " + civil.DateOf(member.MadeAt, civil.Paris).FrenchLong()},
	}
}

// memberQuestion asks before a role is taken away.
func memberQuestion(r *web.Request, q db.Q) (question, error) {
	place, member, err := memberOf(r, q)
	if err != nil {
		return question{}, err
	}
	return question{
		Title: "Retirer cet accès\u202f?", Text: "La personne est déconnectée tout de suite. Ce qu’elle a fait reste.",
		Button: "Retirer l’accès", Keep: "Le garder", Lines: memberLines(member), Back: place.back(member.OrganisationName),
		Do: func(ctx context.Context, tx *db.Tx) error { return account.EndMember(ctx, tx, member.ID) },
	}, nil
}

// factorQuestion asks before somebody's second factor is taken away; they are
// told by e-mail.
func factorQuestion(r *web.Request, q db.Q) (question, error) {
	place, member, err := memberOf(r, q)
	if err != nil {
		return question{}, err
	}
	return question{
		Title:  "Enlever le code de connexion\u202f?",
		Text:   "Assurez-vous d’abord que c’est bien cette personne qui le demande. Elle est déconnectée partout, prévenue par e-mail, et installera un nouveau code si son rôle le demande.",
		Button: "Enlever le code", Keep: "Le garder", Lines: memberLines(member), Back: place.back(member.OrganisationName),
		Do: func(ctx context.Context, tx *db.Tx) error {
			if err := account.ResetSecondFactor(ctx, tx, member.Person); err != nil {
				return err
			}
			_, err := notify.Enqueue(ctx, tx, member.Email, notify.SecondFactorReset{Name: member.Name})
			return err
		},
	}, nil
}
