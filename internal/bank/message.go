package bank

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// ErrBadMessage refuses a file that is not one of the bank's messages, or one
// that contradicts itself. Its detail "cause" is "form", "kind", "version",
// "size", "currency", "amount", "day", "account", "sum" or "missing".
var ErrBadMessage = fault.Define(fault.Invalid, "bad_bank_message", "Ce fichier n’est pas une réponse de la banque que l’on sait lire. Demandez à la banque un fichier camt.053, camt.054 ou pain.002 en XML.")

// largestMessage is far above a month of a national programme's account, and
// what one machine reads at once without harm.
const largestMessage = 64 << 20

// earliest and latest versions of each message that are read: their elements
// have kept their names and their places, but for those the readers know of.
const earliestVersion, latestVersion = 2, 14

// open reads the head of a message up to its body's first element, and tells
// which kind it is ("camt.053") from the name space of the document. Entities
// and document types are refused: no bank sends any.
func open(source io.Reader) (decoder *xml.Decoder, kind string, err error) {
	decoder = xml.NewDecoder(&bounded{source: source, left: largestMessage})
	decoder.CharsetReader = charset.NewReaderLabel
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil, "", unreadable(decoder, err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil, "", ErrBadMessage.With("cause", "form").Sayf("Ce fichier contient une déclaration de type de document, que les banques n’envoient pas. Téléchargez-le de nouveau depuis le site de la banque.")
		case xml.StartElement:
			kind, err := kindNamed(token.Name)
			return decoder, kind, err
		}
	}
}

// kindNamed reads "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"; some banks add
// a practice of their own after it ("pain.002.001.03.ch.02").
func kindNamed(root xml.Name) (string, error) {
	_, name, _ := strings.Cut(root.Space, "xsd:")
	if at := strings.LastIndex(root.Space, "/"); name == "" && at >= 0 {
		name = root.Space[at+1:]
	}
	parts := strings.Split(name, ".")
	if root.Local != "Document" || len(parts) < 4 {
		return "", ErrBadMessage.With("cause", "kind")
	}
	version, err := strconv.Atoi(parts[3])
	if err != nil || parts[2] != "001" || version < earliestVersion || version > latestVersion {
		return "", ErrBadMessage.With("cause", "version").Sayf("La version « %s » de ce message n’est pas connue. Demandez à la banque la version %s.%s.001.08.", name, parts[0], parts[1])
	}
	return parts[0] + "." + parts[1], nil
}

// wrongKind refuses a message of another kind than those a reader takes.
func wrongKind(kind string) error {
	return ErrBadMessage.With("cause", "kind").Sayf("Ce fichier est un message %s. Choisissez un fichier camt.053, camt.054 ou pain.002.", kind)
}

// unreadable tells where an XML text stops being one.
func unreadable(decoder *xml.Decoder, err error) error {
	if known := (*fault.Error)(nil); errors.As(err, &known) {
		return err
	}
	line, _ := decoder.InputPos()
	return ErrBadMessage.With("cause", "form").With("line", line).
		Sayf("Ce fichier s’arrête ou se brouille à la ligne %d. Téléchargez-le de nouveau depuis le site de la banque.", line)
}

// bounded reads at most left bytes, and refuses more rather than cut.
type bounded struct {
	source io.Reader
	left   int
}

func (b *bounded) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrBadMessage.With("cause", "size").Sayf("Ce fichier dépasse 64\u00a0Mo. Demandez à la banque un fichier par jour.")
	}
	read, err := b.source.Read(into[:min(len(into), b.left)])
	b.left -= read
	return read, err
}

// finish refuses what follows the end of the document, and a document that is
// cut before it.
func finish(decoder *xml.Decoder) error {
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(decoder, err)
		}
		if _, more := token.(xml.StartElement); more {
			return unreadable(decoder, fmt.Errorf("bank: a second document"))
		}
	}
}

// currencyAmount is an element <Amt Ccy="EUR">12.30</Amt>.
type currencyAmount struct {
	Currency string `xml:"Ccy,attr"`
	Value    string `xml:",chardata"`
}

// cents reads an amount in euros: digits, and after the point nothing but two
// digits and noughts.
func (a currencyAmount) cents() (money.Cents, error) {
	if a.Currency != "EUR" {
		return 0, ErrBadMessage.With("cause", "currency").Sayf("Ce fichier compte en %s. Choisissez celui du compte en euros.", SEPAText(a.Currency, 10))
	}
	euros, decimals, _ := strings.Cut(strings.TrimSpace(a.Value), ".")
	decimals = strings.TrimRight(decimals, "0")
	if !inside(euros, digits) || euros == "" || !inside(decimals, digits) || len(decimals) > 2 || len(euros) > 15 {
		return 0, badAmount(a.Value)
	}
	cents, err := strconv.ParseInt(euros+(decimals + "00")[:2], 10, 64)
	if err != nil {
		return 0, badAmount(a.Value)
	}
	return money.Cents(cents), nil
}

func badAmount(text string) error {
	return ErrBadMessage.With("cause", "amount").Sayf("Le montant «\u00a0%s\u00a0» ne se lit pas en euros et centimes. Demandez à la banque un fichier corrigé.", SEPAText(text, 30))
}

// dayOrInstant is a choice of <Dt> and <DtTm>; before the bank's own zone is
// known, an instant's day is the one written.
type dayOrInstant struct {
	Day     string `xml:"Dt"`
	Instant string `xml:"DtTm"`
}

// date is the day, the zero date for none.
func (d dayOrInstant) date() (civil.Date, error) {
	text := strings.TrimSpace(d.Day)
	if text == "" {
		text = strings.TrimSpace(d.Instant)
	}
	if text == "" {
		return civil.Date{}, nil
	}
	day, err := civil.ParseDate(text[:min(len(text), len("2006-01-02"))])
	if err != nil {
		return civil.Date{}, ErrBadMessage.With("cause", "day").Sayf("Le jour «\u00a0%s\u00a0» n’existe pas. Demandez à la banque un fichier corrigé.", SEPAText(text, 30))
	}
	return day, nil
}

// instant reads an ISO date-time; without a zone it is that of Paris.
func instant(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05", text, civil.Paris)
	if err != nil {
		return time.Time{}, ErrBadMessage.With("cause", "day").Sayf("L’instant «\u00a0%s\u00a0» ne se lit pas. Demandez à la banque un fichier corrigé.", SEPAText(text, 40))
	}
	return at, nil
}

// decodeBody reads the document's content, whole, up to its end.
func decodeBody(decoder *xml.Decoder, into any) error {
	document := xml.StartElement{Name: xml.Name{Local: "Document"}}
	if err := decoder.DecodeElement(into, &document); err != nil {
		return unreadable(decoder, err)
	}
	return finish(decoder)
}

// KindOf tells which message a text is, "camt.053", from its head alone. Fault:
// bad_bank_message.
func KindOf(source io.Reader) (string, error) {
	_, kind, err := open(source)
	return kind, err
}
