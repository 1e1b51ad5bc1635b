package exchange

import (
	"net/url"
	"regexp"
	"strings"
)

// pivot is a SIRET, a RNA or a RIDET, without spaces.
func (r *row) pivot() string {
	value := r.value(colPivot)
	plain := strings.Map(func(letter rune) rune {
		if letter == ' ' || letter == '.' || letter == '-' || letter == '\u202f' {
			return -1
		}
		return letter
	}, value)
	switch {
	case plain == "":
		return ""
	case strings.Trim(plain, "0") == "":
		r.repair(colPivot, "pattern", value, "Ce numéro n’a que des zéros : il n’est pas repris.")
		return ""
	case strings.HasSuffix(plain, "00000") && len(plain) == 14:
		r.repair(colPivot, "pattern", value, "Ce SIRET a été arrondi par un tableur : il n’est pas repris.")
		return ""
	case len(plain) == 13 && onlyDigits(plain):
		r.repair(colPivot, "leading_zero", value, "Le zéro du début est rétabli.")
		return "0" + plain
	case !pivotForm.MatchString(plain):
		r.repair(colPivot, "pattern", value, "Ce numéro n’est ni un SIRET, ni un RNA, ni un RIDET : il n’est pas repris.")
		return ""
	case plain != value:
		r.repair(colPivot, "spaces", value, "Les espaces du numéro sont enlevés.")
	}
	return plain
}

var pivotForm = regexp.MustCompile(`^[a-zA-Z0-9]{9,14}$`)

// overseas are the beginnings of French numbers that have a country code of
// their own (national numbering plan, ARCEP).
var overseas = map[string]string{
	"0590": "+590", "0690": "+590", "0691": "+590",
	"0594": "+594", "0694": "+594",
	"0596": "+596", "0696": "+596", "0697": "+596",
	"0262": "+262", "0263": "+262", "0692": "+262", "0693": "+262", "0269": "+262", "0639": "+262",
}

var telephoneForm = regexp.MustCompile(`^(\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)\d{6,9}$`)

// telephone is the number as the schema writes it: "+33544000000".
func (r *row) telephone() string {
	value := r.value(colTelephone)
	if value == "" {
		return ""
	}
	numbers := numberBreak.Split(value, -1)
	number, others := "", 0
	for _, text := range numbers {
		read := international(text)
		switch {
		case read == "" || read == number:
		case number == "":
			number = read
		default:
			others++
		}
	}
	switch {
	case number == "":
		r.repair(colTelephone, "pattern", value, "Ce numéro de téléphone ne peut pas être lu\u00a0: il n’est pas repris.")
	case others > 0:
		r.repair(colTelephone, "several", value, "Il y a plusieurs numéros\u00a0: le premier est repris, avec son indicatif.")
	case number != value:
		r.repair(colTelephone, "pattern", value, "Le numéro est réécrit avec son indicatif, sans espace.")
	}
	return number
}

// numberBreak parts the numbers that one value may hold.
var numberBreak = regexp.MustCompile(`[|;/,\n]|\s+(?:ou|et|-)\s+`)

// international reads "05 44 00 00 00", "544000000", "0033 5 44…", "+33 (0)5 44…".
func international(text string) string {
	text = strings.ReplaceAll(text, "(0)", "")
	var digits strings.Builder
	for _, letter := range text {
		switch {
		case letter >= '0' && letter <= '9':
			digits.WriteRune(letter)
		case letter == '+' && digits.Len() == 0:
			digits.WriteString("00")
		case letter == ' ' || letter == '.' || letter == '-' || letter == '(' || letter == ')' || letter == '\u202f' || letter == '\t':
		default:
			return ""
		}
	}
	number := digits.String()
	if rest, abroad := strings.CutPrefix(number, "00"); abroad {
		number = "+" + rest
		if rest, france := strings.CutPrefix(number, "+330"); france {
			number = "+33" + rest
		}
	} else {
		if len(number) == 9 && number[0] != '0' {
			number = "0" + number
		}
		if len(number) != 10 || number[0] != '0' {
			return ""
		}
		if code, there := overseas[number[:4]]; there {
			number = code + number[1:]
		} else {
			number = "+33" + number[1:]
		}
	}
	if !telephoneForm.MatchString(number) || strings.HasPrefix(number, "+33") && len(number) != len("+33544000000") {
		return ""
	}
	return number
}

var emailForm = regexp.MustCompile(`^[^\s@<>"]+@[^\s@<>"]+\.[a-zA-Z]{2,}$`)

// emails are the addresses that can be written to. Those whose name is hidden
// behind x lead nowhere.
func (r *row) emails() []string {
	value := r.value(colEmails)
	var kept []string
	for word := range strings.FieldsFuncSeq(value, func(letter rune) bool {
		return isListSeparator(letter) || letter == ',' || letter == ' ' || letter == '\n'
	}) {
		address := strings.TrimPrefix(word, "mailto:")
		name, _, _ := strings.Cut(address, "@")
		switch {
		case !emailForm.MatchString(address):
			r.repair(colEmails, "pattern", word, "Cette adresse ne peut pas être lue : elle n’est pas reprise.")
		case strings.Trim(strings.ToLower(name), "x.-_") == "":
			r.repair(colEmails, "masked", word, "Cette adresse est masquée : elle n’est pas reprise.")
		default:
			kept = append(kept, address)
		}
	}
	if len(kept) > 1 && !strings.Contains(value, "|") {
		r.repair(colEmails, "list_separator", value, "Ces adresses sont séparées par une barre verticale.")
	}
	return kept
}

// addresses are web addresses, with their scheme.
func (r *row) addresses(column string) []string {
	value := r.value(column)
	var kept []string
	for word := range strings.FieldsFuncSeq(value, func(letter rune) bool {
		return isListSeparator(letter) || letter == ' ' || letter == '\n'
	}) {
		address := strings.TrimSuffix(word, ",")
		if !strings.Contains(address, "://") {
			address = "https://" + strings.TrimPrefix(address, "//")
		}
		parsed, err := url.Parse(address)
		if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || !strings.Contains(parsed.Host, ".") || parsed.User != nil {
			r.repair(column, "format", word, "Cette adresse web ne peut pas être lue : elle n’est pas reprise.")
			continue
		}
		if address != word {
			r.repair(column, "format", word, "Cette adresse web est complétée.")
		}
		kept = append(kept, address)
	}
	return kept
}

func onlyDigits(text string) bool {
	for _, letter := range text {
		if letter < '0' || letter > '9' {
			return false
		}
	}
	return text != ""
}
