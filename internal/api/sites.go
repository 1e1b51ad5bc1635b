package api

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
)

type decisionView struct {
	ID        id          `json:"id"`
	SiteID    id          `json:"site_id"`
	Decision  string      `json:"decision" enum:"grant,withdraw"`
	Date      civil.Date  `json:"date" format:"date"`
	Reason    string      `json:"reason"`
	Until     *civil.Date `json:"until" format:"date" doc:"Le dernier jour du label après cette décision."`
	DecidedAt time.Time   `json:"decided_at"`
}

func viewDecision(d label.Decision) decisionView {
	return decisionView{
		ID: id{d.ID}, SiteID: id{d.Site}, Decision: d.Verb, Date: d.On, Reason: d.Reason, Until: day(d.Until), DecidedAt: d.At.UTC(),
	}
}

type decideInput struct {
	ID   string `path:"id"`
	Body struct {
		Decision string     `json:"decision" enum:"grant,withdraw"`
		Date     civil.Date `json:"date" format:"date"`
		Reason   string     `json:"reason"`
	}
}

func decideLabel(ctx context.Context, tx *db.Tx, row db.ID, in *decideInput) (decisionView, error) {
	site, err := db.ParseID(in.ID)
	if err != nil {
		return decisionView{}, err
	}
	decide := label.Grant
	if in.Body.Decision == "withdraw" {
		decide = label.Withdraw
	}
	if _, err := decide(ctx, tx, label.Decision{ID: row, Site: site, On: in.Body.Date, Reason: in.Body.Reason}); err != nil {
		return decisionView{}, renamed(err, map[string]string{"on": "date"})
	}
	return decideLabelAgain(ctx, tx, row, in)
}

func decideLabelAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *decideInput) (decisionView, error) {
	made, err := label.DecisionByID(ctx, tx, row)
	return viewDecision(made), err
}

// siteView is a place with its label, for those who run, certify or oversee it.
type siteView struct {
	ID             id             `json:"id"`
	OrganisationID *id            `json:"organisation_id" nullable:"true"`
	Name           string         `json:"name"`
	CodeINSEE      string         `json:"code_insee"`
	State          string         `json:"state" enum:"none,granted,withdrawn"`
	Labelled       bool           `json:"labelled" doc:"Le label est valable aujourd’hui."`
	From           *civil.Date    `json:"from" format:"date"`
	Until          *civil.Date    `json:"until" format:"date"`
	HasBankDetails bool           `json:"has_bank_details"`
	Decisions      []decisionView `json:"decisions"`
}

func viewSite(ctx context.Context, q db.Q, site label.Site) (siteView, error) {
	paid, err := label.HasBankDetails(ctx, q, site.ID)
	if err != nil {
		return siteView{}, err
	}
	decisions, err := label.Decisions(ctx, q, site.ID)
	if err != nil {
		return siteView{}, err
	}
	return siteView{
		ID: id{site.ID}, OrganisationID: reference(site.Organisation), Name: site.Name, CodeINSEE: site.Commune,
		State: string(site.Label.State), Labelled: site.LabelledOn(civil.DateOf(q.Now(), site.Zone())),
		From: day(site.Label.From), Until: day(site.Label.Until), HasBankDetails: paid, Decisions: each(decisions, viewDecision),
	}, nil
}

// listSites lists the places of the caller's own organisation.
func listSites(ctx context.Context, q db.Q, _ *struct{}) (page[siteView], error) {
	sites, err := label.SitesOf(ctx, q, q.Actor().Organisation)
	if err != nil {
		return page[siteView]{}, err
	}
	views := make([]siteView, len(sites))
	for i, site := range sites {
		if views[i], err = viewSite(ctx, q, site); err != nil {
			return page[siteView]{}, err
		}
	}
	return page[siteView]{Items: views}, nil
}

func readSite(ctx context.Context, q db.Q, in *placeInput) (siteView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return siteView{}, err
	}
	site, err := label.SiteByID(ctx, q, wanted)
	if err != nil {
		return siteView{}, err
	}
	if !account.Everywhere(q.Actor(), account.ActLabelRead) && site.Organisation != q.Actor().Organisation {
		return siteView{}, account.ErrOtherOrganisation
	}
	return viewSite(ctx, q, site)
}

type bankDetailsView struct {
	SiteID         *id       `json:"site_id" nullable:"true" doc:"Le lieu, quand il a été demandé par lui."`
	OrganisationID *id       `json:"organisation_id" nullable:"true" doc:"L’organisation, quand le compte est celui de tous ses lieux qui n’ont pas le leur."`
	Holder         string    `json:"holder"`
	IBAN           string    `json:"iban"`
	BIC            string    `json:"bic"`
	At             time.Time `json:"entered_at"`
	Common         bool      `json:"common" doc:"Le compte est celui de l’organisation, pas du lieu seul."`
}

type bankDetailsInput struct {
	ID   string `path:"id"`
	Body struct {
		Holder string `json:"holder" doc:"Le titulaire du compte."`
		IBAN   string `json:"iban"`
		BIC    string `json:"bic,omitempty"`
	}
}

func setBankDetails(ctx context.Context, tx *db.Tx, row db.ID, in *bankDetailsInput) (bankDetailsView, error) {
	site, err := db.ParseID(in.ID)
	if err != nil {
		return bankDetailsView{}, err
	}
	details, err := label.SetBankDetails(ctx, tx, site, label.Details{
		ID: row, Holder: in.Body.Holder, IBAN: bank.IBAN(in.Body.IBAN), BIC: bank.BIC(in.Body.BIC),
	})
	return viewBankDetails(site, details), err
}

func readBankDetails(ctx context.Context, q db.Q, in *placeInput) (bankDetailsView, error) {
	site, err := db.ParseID(in.ID)
	if err != nil {
		return bankDetailsView{}, err
	}
	details, err := label.BankDetailsOf(ctx, q, site)
	return viewBankDetails(site, details), err
}

func viewBankDetails(site db.ID, details label.Details) bankDetailsView {
	return bankDetailsView{
		SiteID: reference(site), Holder: details.Holder, IBAN: string(details.IBAN), BIC: string(details.BIC), At: details.At.UTC(), Common: details.Common,
	}
}

// setCommonDetails gives one account for all of an organisation's places.
func setCommonDetails(ctx context.Context, tx *db.Tx, row db.ID, in *bankDetailsInput) (bankDetailsView, error) {
	organisation, err := db.ParseID(in.ID)
	if err != nil {
		return bankDetailsView{}, err
	}
	details, err := label.SetCommonDetails(ctx, tx, organisation, label.Details{
		ID: row, Holder: in.Body.Holder, IBAN: bank.IBAN(in.Body.IBAN), BIC: bank.BIC(in.Body.BIC),
	})
	return viewCommonDetails(organisation, details), err
}

func readCommonDetails(ctx context.Context, q db.Q, in *organisationInput) (bankDetailsView, error) {
	organisation, err := db.ParseID(in.ID)
	if err != nil {
		return bankDetailsView{}, err
	}
	details, err := label.CommonDetailsOf(ctx, q, organisation)
	return viewCommonDetails(organisation, details), err
}

func viewCommonDetails(organisation db.ID, details label.Details) bankDetailsView {
	view := viewBankDetails(db.ID{}, details)
	view.OrganisationID = reference(organisation)
	return view
}
