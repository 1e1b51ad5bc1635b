package api

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/holder"
)

type holderView struct {
	ID             id        `json:"id"`
	Pseudonym      string    `json:"pseudonym"`
	OrganisationID id        `json:"organisation_id"`
	Name           string    `json:"name"`
	Telephone      string    `json:"telephone" doc:"Au format international, ou vide."`
	Email          string    `json:"email" doc:"Adresse e-mail, ou vide."`
	Address        string    `json:"address" doc:"Adresse où envoyer un courrier, une ligne après l’autre, ou vide."`
	Commune        string    `json:"commune" doc:"Code INSEE, ou vide."`
	Consent        bool      `json:"consent" doc:"La personne accepte les rappels."`
	RegisteredAt   time.Time `json:"registered_at"`
}

func viewHolder(h holder.Holder) holderView {
	return holderView{
		ID: id{h.ID}, Pseudonym: h.Pseudonym, OrganisationID: id{h.Organisation}, Name: h.Name, Telephone: h.Telephone, Email: h.Email, Address: h.Address,
		Commune: h.Commune, Consent: h.Consent, RegisteredAt: h.RegisteredAt.UTC(),
	}
}

type listHoldersInput struct {
	Paging
	Text string `query:"q" maxLength:"200" doc:"Un prénom, un téléphone ou un pseudonyme, entier."`
}

func listHolders(ctx context.Context, q db.Q, in *listHoldersInput) (page[holderView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[holderView]{}, err
	}
	people, more, err := holder.List(ctx, q, holder.Filter{Text: in.Text, After: after, Limit: in.limit()})
	if err != nil {
		return page[holderView]{}, err
	}
	listed := page[holderView]{Items: each(people, viewHolder)}
	if more {
		listed.Next = people[len(people)-1].ID.String()
	}
	return listed, nil
}

type holderInput struct {
	ID string `path:"id"`
}

func readHolder(ctx context.Context, q db.Q, in *holderInput) (holderView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return holderView{}, err
	}
	known, err := holder.ByID(ctx, q, wanted)
	return viewHolder(known), err
}

type registerInput struct {
	Body *struct {
		Name      string `json:"name,omitempty" doc:"Un prénom ou un surnom suffit."`
		Commune   string `json:"commune,omitempty" doc:"Code INSEE."`
		Diagnosis *id    `json:"diagnosis,omitempty" doc:"Le repérage à rattacher à la personne."`
		Telephone string `json:"telephone,omitempty"`
		Email     string `json:"email,omitempty" doc:"Pour les rappels, sans téléphone mobile."`
		Address   string `json:"address,omitempty" doc:"Où envoyer un courrier : rue, puis code postal et ville, une ligne chacun."`
		Consent   bool   `json:"consent,omitempty" doc:"La personne accepte de recevoir des rappels."`
	}
}

func registerHolder(ctx context.Context, tx *db.Tx, row db.ID, in *registerInput) (holderView, error) {
	wanted := holder.New{ID: row}
	if in.Body != nil {
		wanted.Name, wanted.Commune = in.Body.Name, in.Body.Commune
		wanted.Telephone, wanted.Consent = in.Body.Telephone, in.Body.Consent
		wanted.Email, wanted.Address = in.Body.Email, in.Body.Address
	}
	registered, err := holder.Register(ctx, tx, wanted)
	if err != nil {
		return holderView{}, err
	}
	if in.Body != nil && in.Body.Diagnosis != nil {
		if err := diagnosis.Attach(ctx, tx, in.Body.Diagnosis.ID, registered.ID); err != nil {
			return holderView{}, err
		}
	}
	return viewHolder(registered), nil
}

func registerHolderAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *registerInput) (holderView, error) {
	known, err := holder.ByID(ctx, tx, row)
	return viewHolder(known), err
}
