package printing_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/place"
	"passerelle/internal/printing"
)

// ownerLetter is one to a place that says a lot, whose opening takes a line a day.
func ownerLetter() printing.OwnerLetter {
	return printing.OwnerLetterTo(place.Linked{
		Place: place.Place{
			Name: "Médiathèque intercommunale de l’Abbaye et de ses Prieurés", Address: "3 rue du Cloître", PostalCode: "23210", CommuneName: "Bénévent-l’Abbaye", Commune: "23021",
			Telephone: "+33536491265", Emails: []string{"mediatheque@exemple.invalid", "accueil@exemple.invalid"},
			Hours:    "Mo 09:00-12:00,14:00-17:00; Tu 09:30-12:00; We 09:00-12:30,13:30-18:00; Th 14:00-19:00; Fr 10:00-12:00,14:00-16:00; Sa 09:00-12:00; Su 10:00-11:00",
			Services: []string{place.ServiceProcedures, place.ServiceEverydayTools, place.ServiceEmployment, place.ServiceSafety, place.ServiceParenting, place.ServiceLeisure, place.ServiceUnderstanding},
		},
		Secret: "PWVENFXG7LECSNYL", EndsAt: time.Date(2026, time.December, 20, 10, 0, 0, 0, civil.Paris),
	}, "https://passerelle.exemple.fr", civil.On(2026, 11, 20), "Département de la Creuse", printing.Issuer{Name: "Passerelle", Telephone: "05 36 49 12 00"})
}

func TestALetterToAPlaceIsOneSheetWithItsCode(t *testing.T) {
	var pdf bytes.Buffer
	if err := printing.WriteOwnerLetter(&pdf, made, ownerLetter()); err != nil {
		t.Fatal(err)
	}
	if folder := os.Getenv("PASSERELLE_SCREENSHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "owner-letter.pdf"), pdf.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := words(t, pdf.Bytes(), "-layout")
	for _, told := range []string{
		"Votre fiche dans l’annuaire est-elle juste", "Médiathèque intercommunale", "23210 Bénévent-l’Abbaye", "05 36 49 12 65", "PWVE NFXG 7LEC SNYL",
		"passerelle.exemple.fr/corriger", "20 décembre 2026", "Une question", "Dimanche",
	} {
		if !strings.Contains(text, told) {
			t.Errorf("%q is not told in:\n%s", told, text)
		}
	}
	sheets := pages(t, pdf.Bytes())
	if len(sheets) != 1 {
		t.Fatalf("%d sheets", len(sheets))
	}
	if read := scanned(t, sheets[0]); len(read) != 1 || !strings.HasSuffix(read[0], "https://passerelle.exemple.fr/corriger/PWVENFXG7LECSNYL") {
		t.Errorf("the code is read as %q", read)
	}
}
