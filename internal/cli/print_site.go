package cli

import (
	"io"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/printing"
)

type printSheetCommand struct {
	issued
	Session string `arg:"" help:"Identifiant de la séance."`
}

// Run prints the attendance sheet of a session.
func (c *printSheetCommand) Run(env *environment) error {
	session, err := db.ParseID(c.Session)
	if err != nil {
		return err
	}
	return c.write(env, func(q db.Q, issuer printing.Issuer, to io.Writer) error {
		sheet, err := printing.AttendanceOf(env, q, session, issuer)
		if err != nil {
			return err
		}
		return printing.WriteAttendance(to, q.Now().In(civil.Paris), sheet)
	})
}

type printMonthCommand struct {
	issued
	BaseURL string `required:"" help:"Adresse publique, pour le code à lire." env:"PASSERELLE_BASE_URL" placeholder:"URL"`
	Next    bool   `help:"Le mois prochain, plutôt que celui-ci."`
	Place   string `arg:"" help:"Identifiant du lieu."`
}

// Run prints the poster of a place's workshops of a month.
func (c *printMonthCommand) Run(env *environment) error {
	id, err := db.ParseID(c.Place)
	if err != nil {
		return err
	}
	return c.write(env, func(q db.Q, issuer printing.Issuer, to io.Writer) error {
		site, err := place.ByID(env, q, id)
		if err != nil {
			return err
		}
		month := civil.DateOf(q.Now(), site.Zone()).Month()
		if c.Next {
			month = month.Next()
		}
		agenda, err := printing.AgendaOf(env, q, site, month, c.BaseURL+"/lieux/"+id.String(), issuer)
		if err != nil {
			return err
		}
		return printing.WriteAgenda(to, q.Now().In(civil.Paris), agenda)
	})
}
