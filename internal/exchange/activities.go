package exchange

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/report"
)

// activityColumns are those of the activity export of La Coop de la médiation
// numérique, in the order in which its public code writes them.
var activityColumns = []string{
	"Date", "Enregistré le", "Dernière modification le", "Prénom du médiateur", "Nom du médiateur", "Rôle", "ID - Conum", "Type", "Participants",
	"Bénéficiaire", "Canaux d’accompagnement", "Nom du lieu", "Adresse", "Commune", "Code postal", "Code Insee", "Durée (min)", "Nom de l’atelier",
	"Matériel numérique utilisé", "Thématique(s) d’accompagnement", "Tags", "Nom de la démarche administrative",
	"Niveau d’autonomie (ou de l’atelier)", "Bénéficiaire réorienté", "Structure de redirection", "Commune du bénéficiaire",
	"Code postal du bénéficiaire", "Code Insee du bénéficiaire", "Genre du bénéficiaire", "Tranche d’âge du bénéficiaire",
	"Statut du bénéficiaire", "Notes supplémentaires", "Source de la donnée", "ID CRA",
}

// ActivityColumns are the heads of the file that ExportActivities writes.
func ActivityColumns() []string { return append([]string{}, activityColumns...) }

// ExportActivities writes help, a line for each person helped, as CSV or XLSX
// (FormatCSV when empty). Fault: unknown_export.
func ExportActivities(out io.Writer, format string, lines []report.HelpLine) error {
	switch format {
	case "", FormatCSV:
		// A spreadsheet in French opens it as it is: semicolons, UTF-8 with its mark.
		if _, err := io.WriteString(out, "\ufeff"); err != nil {
			return err
		}
		file := csv.NewWriter(out)
		file.Comma, file.UseCRLF = ';', true
		if err := file.Write(activityColumns); err != nil {
			return err
		}
		for _, line := range lines {
			texts := ActivityTexts(line)
			for i, text := range texts {
				texts[i] = harmless(text)
			}
			if err := file.Write(texts); err != nil {
				return err
			}
		}
		file.Flush()
		return file.Error()
	case FormatXLSX:
		rows := make([][]any, len(lines))
		for i, line := range lines {
			rows[i] = activityCells(line)
		}
		return WriteWorkbook(out, "Activités", activityColumns, rows)
	}
	return ErrUnknownExport
}

// ActivityTexts are a line's cells as texts, in the order of ActivityColumns.
func ActivityTexts(line report.HelpLine) []string {
	cells := activityCells(line)
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = fmt.Sprint(cell)
	}
	return texts
}

// activityCells are a line's, in the order of activityColumns.
func activityCells(l report.HelpLine) []any {
	participants := any(1)
	if l.Of > 1 {
		participants = strconv.Itoa(l.Rank) + "/" + strconv.Itoa(l.Of)
	}
	beneficiary := l.Beneficiary
	if beneficiary == "" {
		beneficiary = "Bénéficiaire anonyme"
	}
	level, sent, sentTo, postal, address := "", "Non", "", "", ""
	if l.Level > 0 {
		level = strconv.Itoa(l.Level) + "/" + strconv.Itoa(len(activity.Levels))
	}
	if l.Redirected != "" {
		sent, sentTo = "Oui", activity.Redirections.Label(l.Redirected)
	}
	if len(l.Home.PostalCodes) > 0 {
		postal = l.Home.PostalCodes[0]
	}
	if l.At.Name != "" {
		address = l.At.Address
	}
	zone := civil.ZoneOf(l.Commune)
	return []any{
		l.Day.FrenchShort(), instantOf(l.RecordedAt, zone), instantOf(l.ChangedAt, zone), l.FirstName, l.LastName, "Médiateur", "",
		activity.Kinds.Label(l.Kind), participants, beneficiary, activity.Channels.Label(l.Channel), l.At.Name, address, l.At.CommuneName,
		l.At.PostalCode, l.At.Commune, l.Minutes, l.Title, strings.Join(activity.Equipments.Labels(l.Equipment), "\n"),
		strings.Join(activity.Themes.Labels(l.Themes), "\n"), "", l.Formality, level, sent, sentTo, l.Home.Name, postal, l.Home.Code,
		activity.Told(activity.Genders, l.Gender), activity.Told(activity.Ages, l.Age), activity.Told(activity.Statuses, l.Status),
		l.Note, "Passerelle", l.ID.String(),
	}
}

// instantOf is "25/11/2026 à 14:05"; empty for no instant.
func instantOf(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format("02/01/2006 à 15:04")
}
