package printing_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/printing"
)

const placePage = "https://passerelle.example/lieux/01980000-0000-7000-8000-000000000001"

func labelledSite() label.Site {
	from, until := civil.On(2026, 11, 20), civil.On(2029, 11, 19)
	return label.Site{
		Place: place.Place{
			Name: "Le Fil numérique", Address: "12 rue de l’Exemple", PostalCode: "23000", CommuneName: "Guéret", Telephone: "05 36 49 12 08",
			Services:   []string{place.ServiceProcedures, place.ServiceEverydayTools, place.ServiceEmployment, place.ServiceSafety},
			AccessWays: []string{"come"}, Fees: []string{"free"},
			Hours: "Mo-Fr 09:00-12:00,14:00-17:30; Sa 09:00-12:00", LabelledFrom: from, LabelledUntil: until,
		},
		Label: label.Label{State: label.Granted, From: from, Until: until},
	}
}

func poster(t *testing.T, site label.Site) printing.Poster {
	t.Helper()
	made, err := printing.PosterOf(site, civil.On(2026, 11, 24), placePage, printing.Issuer{Telephone: "05 36 49 12 00", Sample: true})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAPosterIsOneSheetWhoseCodeIsReadAt203Dpi(t *testing.T) {
	long := labelledSite()
	long.Name = "Espace de vie sociale et médiathèque intercommunale du Haut Pays Marchois"
	long.Address = "Bâtiment C, 1er étage, 117 bis avenue du Général de Gaulle"
	long.Services = nil
	for _, word := range place.Services {
		long.Services = append(long.Services, word.Code)
	}
	long.Hours = "Mo 09:00-12:00; Tu 14:00-18:00; We 09:00-12:00,14:00-18:00; Th 10:00-12:00; Fr 09:00-16:30; Sa 09:00-12:00; Su 10:00-12:00"
	short := labelledSite()
	short.Services, short.AccessWays, short.Fees, short.Hours = nil, nil, nil, "sur rendez-vous"
	for name, site := range map[string]label.Site{"usual": labelledSite(), "long": long, "short": short} {
		t.Run(name, func(t *testing.T) {
			var pdf bytes.Buffer
			if err := printing.WritePoster(&pdf, made, poster(t, site)); err != nil {
				t.Fatal(err)
			}
			sheets := pages(t, pdf.Bytes())
			if len(sheets) != 1 {
				t.Fatalf("%d sheets; want 1", len(sheets))
			}
			if got := scanned(t, sheets[0]); !slices.Equal(got, []string{placePage}) {
				t.Errorf("read %v", got)
			}
			text := words(t, pdf.Bytes())
			for _, said := range []string{"Lieu labellisé", "Pass accepté", "20 novembre 2026", "19 novembre 2029", "05 36 49 12 08"} {
				if !strings.Contains(text, said) {
					t.Errorf("%q is not said in:\n%s", said, text)
				}
			}
		})
	}
}

func TestAPlaceWithoutTheLabelHasNoPoster(t *testing.T) {
	site := labelledSite()
	for _, day := range []civil.Date{site.Label.From.AddDays(-1), site.Label.Until.AddDays(1)} {
		if _, err := printing.PosterOf(site, day, placePage, printing.Issuer{}); fault.Of(err).Code != "poster_unlabelled" {
			t.Errorf("%s: %v", day, err)
		}
	}
}
