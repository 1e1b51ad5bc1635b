package exchange

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
)

// ErrNotPix refuses a table that has no Pix level, or nothing that says whose.
var ErrNotPix = fault.Define(fault.Invalid, "not_pix", "Ce tableau n’a pas les colonnes de Pix. Exportez «\u00a0Collecte de profils\u00a0» depuis Pix Orga, avec le numéro de la page comme identifiant.")

// mostPixLines is how many people one file may bring.
const mostPixLines = 2000

// pixColumns are the columns of Pix Orga's export of a collection of profiles,
// by their place; -1 where the file has none. Whose line it is stands under the
// heading that the desk chose in Pix for its own number: any heading does, by
// what the column holds.
type pixColumns struct {
	levels           map[int]string // column → competence's code
	sent, day, total int
	others           []int // every other column, where the person's number may be
}

const pixLevelHeading = "niveau pour la competence "

func readPixHeader(fields []string) pixColumns {
	columns := pixColumns{levels: map[int]string{}, sent: -1, day: -1, total: -1}
	for at, field := range fields {
		folded := geography.Fold(field)
		name, isLevel := strings.CutPrefix(folded, pixLevelHeading)
		switch {
		case isLevel:
			if known, found := diagnosis.PixFrame().Named(name); found {
				columns.levels[at] = known.Code
			}
		case strings.HasPrefix(folded, "nombre de pix pour la competence"):
		case folded == "nombre de pix total":
			columns.total = at
		case folded == "envoi o n":
			columns.sent = at
		case strings.HasPrefix(folded, "date") && strings.Contains(folded, "envoi"):
			columns.day = at
		default:
			columns.others = append(columns.others, at)
		}
	}
	return columns
}

// BringPix records the Pix results of a file exported by Pix Orga, for people
// of the actor's organisation, known by the number of their page ("Lomi
// 4728"); nothing else that names a person is read. A dry run is rolled back.
// Faults: not_csv, not_pix, and those of account.Require for diagnosis.record.
func BringPix(ctx context.Context, d *db.DB, actor db.Actor, file io.Reader, dryRun bool) (counts Counts, remarks []Remark, err error) {
	lines, columns, err := openPix(file)
	if err != nil {
		return Counts{}, nil, err
	}
	errDry := errors.New("exchange: a dry run is rolled back")
	err = d.Update(ctx, actor, func(tx *db.Tx) error {
		counts, remarks = Counts{}, nil // the closure may run again
		for _, line := range lines {
			counts.Read++
			remark, err := bringPixLine(ctx, tx, line, columns, &counts)
			if err != nil {
				return err
			}
			if remark.Message != "" {
				remark.Line = line.line
				remarks = append(remarks, remark)
			}
		}
		if dryRun {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return counts, remarks, err
}

// openPix reads the whole file before anything is written.
func openPix(file io.Reader) ([]record, pixColumns, error) {
	source, err := openSource(file, nil)
	if err != nil {
		return nil, pixColumns{}, err
	}
	header, err := source.next()
	if err != nil {
		return nil, pixColumns{}, ErrNotPix
	}
	columns := readPixHeader(header.fields)
	if len(columns.levels) == 0 || len(columns.others) == 0 {
		return nil, pixColumns{}, ErrNotPix
	}
	var lines []record
	for {
		line, err := source.next()
		if errors.Is(err, io.EOF) {
			return lines, columns, nil
		}
		if err != nil {
			return nil, pixColumns{}, err
		}
		if len(lines) == mostPixLines {
			return nil, pixColumns{}, ErrNotPix.Sayf("Ce fichier a plus de %d\u00a0lignes. Coupez-le en plusieurs.", mostPixLines)
		}
		lines = append(lines, line)
	}
}

func (r record) at(column int) string {
	if column < 0 || column >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[column])
}

func bringPixLine(ctx context.Context, tx *db.Tx, line record, columns pixColumns, counts *Counts) (Remark, error) {
	refuse := func(field, rule, value, message string) (Remark, error) {
		counts.Refused++
		return Remark{Field: field, Rule: rule, Value: value, Message: message, Severity: Refused}, nil
	}
	if line.wrong != "" {
		return refuse("", line.wrong, "", wrongRecords[line.wrong])
	}
	if sent := geography.Fold(line.at(columns.sent)); columns.sent >= 0 && sent != "oui" && sent != "o" {
		counts.Ignored++
		return Remark{Field: "Envoi (O/N)", Rule: "not_sent", Value: line.at(columns.sent), Message: "La personne n’a pas envoyé son profil. Demandez-lui de l’envoyer dans Pix.", Severity: Ignored}, nil
	}
	who, err := pixHolder(ctx, tx, line, columns)
	if err != nil {
		return Remark{}, err
	}
	if who.IsZero() {
		return refuse("identifiant", "unknown_person", "", "Aucune colonne n’a le numéro de la page d’une personne suivie ici. Ajoutez-le, comme «\u00a0Lomi 4728\u00a0».")
	}
	in := diagnosis.PixResult{Holder: who, Levels: map[string]int{}, Origin: diagnosis.PixImported}
	for column, code := range columns.levels {
		value := line.at(column)
		if value == "" || strings.EqualFold(value, "NA") {
			continue
		}
		level, err := strconv.Atoi(value)
		if err != nil {
			return refuse(code, "bad_number", value, "Écrivez un niveau de 0 à 8.")
		}
		in.Levels[code] = level
	}
	if total, err := strconv.Atoi(line.at(columns.total)); err == nil {
		in.Pix = total
	}
	in.TakenOn = civil.DateOf(tx.Now(), civil.Paris)
	if text := line.at(columns.day); text != "" {
		if in.TakenOn, err = readDay(text); err != nil {
			return refuse("Date de l’envoi", "bad_date", line.at(columns.day), "Écrivez le jour de l’envoi, comme 2026-11-03 ou 03/11/2026.")
		}
	}
	_, recorded, err := diagnosis.RecordPix(ctx, tx, in, nil)
	if fault.KindOf(err) == fault.Invalid {
		first := fault.Of(err).Fields[0]
		return refuse(first.Name, first.Code, "", first.Message)
	}
	if err != nil {
		return Remark{}, err
	}
	if recorded {
		counts.Created++
	} else {
		counts.Unchanged++
	}
	return Remark{}, nil
}

// pixHolder finds whose line it is, or nobody.
func pixHolder(ctx context.Context, q db.Q, line record, columns pixColumns) (db.ID, error) {
	for _, column := range columns.others {
		number, is := holder.ParsePseudonym(line.at(column))
		if !is {
			continue
		}
		found, _, err := holder.List(ctx, q, holder.Filter{Text: number, Limit: 1})
		if err != nil || len(found) == 1 {
			return firstID(found), err
		}
	}
	return db.ID{}, nil
}

func firstID(found []holder.Holder) db.ID {
	if len(found) == 0 {
		return db.ID{}
	}
	return found[0].ID
}
