package bank

import (
	"bytes"
	"encoding/csv"
	"strings"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// The names that banks give to the columns of an account's movements, folded: in
// small letters, without accents nor punctuation.
var (
	csvDays       = []string{"date", "date operation", "date doperation", "date de comptabilisation", "date comptable", "booked on", "booking date"}
	csvTexts      = []string{"libelle", "libelle operation", "libelle simplifie", "motif", "description", "communication", "text", "informations complementaires"}
	csvParties    = []string{"contrepartie", "nom", "emetteur", "donneur dordre", "tiers", "payer", "counterparty"}
	csvAmounts    = []string{"montant", "montant eur", "montant en euros", "amount"}
	csvCredits    = []string{"credit", "credit eur", "montant credit"}
	csvDebits     = []string{"debit", "debit eur", "montant debit"}
	csvReferences = []string{"reference", "reference operation", "numero doperation", "numero operation", "ref", "id"}
	csvIBANs      = []string{"iban", "iban contrepartie", "iban emetteur", "compte contrepartie"}
)

// mostCSVRows bounds what is read of one file.
const mostCSVRows = 20_000

// ReadCSV reads the movements of an account as a bank's site exports them: a
// header, a column for the day, one for the amount (or one for credits and one
// for debits), and where there are some for the text, the payer, its IBAN and
// the bank's reference. UTF-8 or Windows-1252; separated by semicolons, commas or
// tabs. Fault: bad_bank_message.
func ReadCSV(content []byte) ([]Entry, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		content = fromWindows1252(content)
	}
	reader := csv.NewReader(bytes.NewReader(content))
	reader.FieldsPerRecord, reader.LazyQuotes, reader.TrimLeadingSpace = -1, true, true
	first, _, _ := bytes.Cut(content, []byte("\n"))
	reader.Comma = ','
	for _, comma := range []rune{';', '\t'} {
		if bytes.ContainsRune(first, comma) {
			reader.Comma = comma
			break
		}
	}
	rows, err := reader.ReadAll()
	if err != nil || len(rows) == 0 || len(rows) > mostCSVRows {
		return nil, badCSV("Ce fichier ne se lit pas comme une liste de mouvements. Exportez de nouveau les mouvements du compte, en CSV.")
	}
	column := func(names []string) int {
		for at, head := range rows[0] {
			for _, name := range names {
				if foldedHead(head) == name {
					return at
				}
			}
		}
		return -1
	}
	day, text, party, reference, iban := column(csvDays), column(csvTexts), column(csvParties), column(csvReferences), column(csvIBANs)
	amount, credit, debit := column(csvAmounts), column(csvCredits), column(csvDebits)
	if day < 0 || amount < 0 && credit < 0 {
		return nil, badCSV("Ce fichier n’a pas de colonne «\u00a0Date\u00a0», ou pas de colonne «\u00a0Montant\u00a0» ou «\u00a0Crédit\u00a0». Gardez la ligne de titres que donne la banque.")
	}
	cell := func(row []string, at int) string {
		if at < 0 || at >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[at])
	}
	entries := []Entry{}
	for number, row := range rows[1:] {
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		entry := Entry{Booked: true, Text: cell(row, text), Reference: cell(row, reference)}
		if entry.On, err = csvDay(cell(row, day)); err != nil {
			return nil, badCSV("Ligne %d\u00a0: la date «\u00a0%s\u00a0» ne se lit pas. Écrivez le jour, le mois et l’année\u00a0: 25/11/2026.", number+2, SEPAText(cell(row, day), 20))
		}
		said := cell(row, amount)
		for _, other := range []struct {
			at   int
			sign string
		}{{credit, ""}, {debit, "-"}} {
			if value := strings.TrimLeft(cell(row, other.at), "+-"); said == "" && strings.Trim(value, "0,. ") != "" {
				said = other.sign + value
			}
		}
		sum, err := money.Parse(strings.TrimPrefix(strings.TrimSuffix(said, "€"), "+"))
		if err != nil || sum == 0 {
			return nil, badCSV("Ligne %d\u00a0: le montant «\u00a0%s\u00a0» ne se lit pas. Écrivez des euros et des centimes\u00a0: 1 250,00.", number+2, SEPAText(said, 20))
		}
		entry.Credit, entry.Amount = sum > 0, max(sum, -sum)
		transfer := EntryTransfer{Amount: entry.Amount, Party: cell(row, party), Remittance: entry.Text}
		if found, err := ParseIBAN(cell(row, iban)); err == nil {
			transfer.PartyIBAN = found
		}
		entry.Transfers = []EntryTransfer{transfer}
		entries = append(entries, entry)
	}
	return entries, nil
}

func badCSV(format string, args ...any) error {
	return ErrBadMessage.With("cause", "csv").Sayf(format, args...)
}

// foldedHead is a column's title in small letters, without accents nor
// punctuation.
func foldedHead(head string) string {
	var kept strings.Builder
	for _, letter := range strings.ToLower(SEPAText(head, 60)) {
		if letter >= 'a' && letter <= 'z' || letter == ' ' {
			kept.WriteRune(letter)
		}
	}
	return strings.Join(strings.Fields(kept.String()), " ")
}

// csvDay reads 25/11/2026, 25-11-2026, 25.11.2026 and 2026-11-25.
func csvDay(text string) (civil.Date, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '-' || r == '.' || r == ' ' })
	if len(parts) >= 3 && len(parts[2]) == 4 {
		text = parts[2] + "-" + pad(parts[1]) + "-" + pad(parts[0])
	}
	day, err := civil.ParseDate(text)
	if err == nil && day.IsZero() {
		err = fault.ErrMalformed
	}
	return day, err
}

func pad(number string) string {
	if len(number) == 1 {
		return "0" + number
	}
	return number
}

// fromWindows1252 reads the encoding that French desks' programs still write:
// Latin-1, whose few other signs no movement needs, and the euro.
func fromWindows1252(content []byte) []byte {
	var text strings.Builder
	for _, b := range content {
		switch b {
		case 0x80:
			text.WriteRune('€')
		case 0x92:
			text.WriteRune('’')
		default:
			text.WriteRune(rune(b))
		}
	}
	return []byte(text.String())
}
