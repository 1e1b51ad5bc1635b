package desk

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/holder"
	"passerelle/internal/web"
)

// progress is what changed between two diagnoses of one person.
type progress struct {
	Title string
	Lead  string
	Table web.Table
}

func (p *personPage) progress(ctx context.Context, q db.Q, known holder.Holder) error {
	found, err := diagnosis.ProgressOf(ctx, q, known.ID)
	if err != nil {
		return err
	}
	for _, one := range found {
		asked, err := diagnosis.ByVersion(ctx, q, one.After.Questionnaire, one.After.Version)
		if err != nil {
			return err
		}
		p.Progress = append(p.Progress, newProgress(one, asked.Title))
	}
	return nil
}

func newProgress(found diagnosis.Progress, title string) progress {
	made := progress{
		Title: title + "\u00a0: du " + found.Before.Day().FrenchLong() + " au " + found.After.Day().FrenchLong(),
		Table: web.Table{Caption: "Avant et maintenant, par domaine", Quiet: true, Columns: []web.Column{{Label: "Domaine"}, {Label: "Avant"}, {Label: "Maintenant"}, {Label: "Ce qui change"}}},
	}
	compared := found.Compared()
	made.Lead = "Seuls sont comparés les domaines demandés de la même façon les deux fois\u00a0: " + count(compared, "domaine", "domaines") + " sur " + count(len(found.Domains), "demandé", "demandés") + "."
	if compared == 0 {
		made.Lead = "Rien ne se compare\u00a0: aucun domaine n’a été demandé de la même façon les deux fois."
	}
	for _, one := range found.Domains {
		change := one.Why
		if one.Compared() {
			change = changes[max(-1, min(1, one.Change()))]
		}
		made.Table.Rows = append(made.Table.Rows, []web.Cell{
			web.Head(one.Domain.Name), web.Text(diagnosis.ScoreText(one.Before)), web.Text(diagnosis.ScoreText(one.After)), web.Text(change),
		})
	}
	return made
}

var changes = map[int]string{-1: "Moins à l’aise", 0: "Pareil", 1: "Progrès"}
