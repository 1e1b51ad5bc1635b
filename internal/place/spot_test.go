package place_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// streets are the places that a directory knows in a few communes: enough for a
// street, a number, a neighbour and a homonym.
func streets(t *testing.T, d *dbtest.DB) {
	t.Helper()
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		for _, known := range []struct {
			id, commune, address string
			latitude, longitude  float64
		}{
			{"1", "23096", "12 rue de la Paix", 46.1701, 1.8701},
			{"2", "23096", "20, Rue de la Paix - BP 30", 46.1709, 1.8709},
			{"3", "23096", "Mairie, 1 Place Bonnyaud", 46.1695, 1.8690},
			{"4", "23096", "3 bis Av. Gal de Gaulle", 46.1650, 1.8600},
			{"5", "23096", "Avenue Pasteur", 46.1600, 1.8500},
			{"6", "23096", "Rue Pasteur", 46.1610, 1.8510},
			{"7", "23096", "8 Grande Rue", 46.1722, 1.8722},
			{"8", "23096", "5 rue Jean Jaurès", 46.1733, 1.8733},
			{"9", "87085", "5 rue Jean Jaurès", 45.8300, 1.2600},
			{"10", "87085", "10 boulevard Louis-Blanc", 45.8310, 1.2620},
			{"11", "75056", "10 rue de Rivoli", 48.8550, 2.3600},
			{"12", "75056", "200 rue de Rivoli", 48.8640, 2.3310},
			{"13", "69123", "1 place Bellecour", 45.7578, 4.8320},
			{"14", "13055", "1 La Canebière", 43.2965, 5.3750},
			{"15", "2A004", "3 cours Napoléon", 41.9200, 8.7370},
			{"16", "97411", "2 rue de Paris", -20.8800, 55.4500},
			{"17", "93066", "2 rue de Paris", 48.9300, 2.3500},
			{"18", "23008", "Le Bourg", 45.9570, 2.1690},
			{"19", "97209", "Rue Victor Schœlcher", 14.6050, -61.0700},
			{"20", "23176", "rue de la Gare", 46.2370, 1.4870},
			{"21", "23208", "rue de la Gare", 46.2000, 1.8200},
			{"22", "23096", "rue du 11 Novembre 1918", 46.1680, 1.8640},
			{"23", "23096", "Rue du Dr. Brésard", 46.1666, 1.8666},
		} {
			if _, _, err := place.Save(ctx, tx, place.Place{
				Source: "a", SourceID: known.id, Name: "Lieu " + known.id, Commune: known.commune, Address: known.address, Latitude: known.latitude, Longitude: known.longitude,
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

func locate(t *testing.T, d *dbtest.DB, text string) (spot place.Spot, choices []place.Spot, err error) {
	t.Helper()
	err = d.View(t.Context(), db.Actor{}, func(q db.Q) (err error) {
		spot, choices, err = place.Locate(t.Context(), q, text)
		return err
	})
	return spot, choices, err
}

// shown is what was understood: "number 23096 12 rue de la Paix".
func shown(spot place.Spot) string {
	return strings.TrimSpace(string(spot.Precision) + " " + spot.Commune.Code + " " + spot.AddressLine())
}

func TestATypedTextIsASpot(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		streets(t, d)
		for text, want := range map[string]string{
			// A commune.
			"Guéret":                   "commune 23096",
			"GUERET CEDEX":             "commune 23096",
			"23096":                    "commune 23096",
			"23000 Guéret":             "commune 23096",
			"Guéret (23)":              "commune 23096",
			"Guéret, Creuse":           "commune 23096",
			"Mairie de Guéret":         "commune 23096",
			"Paris":                    "commune 75056",
			"Paris 12e":                "commune 75056",
			"75012":                    "commune 75056",
			"75112":                    "commune 75056",
			"Lyon 3ème arrondissement": "commune 69123",
			"69003 Lyon":               "commune 69123",
			"13008 Marseille":          "commune 13055",
			"Ajaccio":                  "commune 2A004",
			"20000 Ajaccio":            "commune 2A004",
			"2A004":                    "commune 2A004",
			"Bastia (2B)":              "commune 2B033",
			"97400 Saint-Denis":        "commune 97411",
			"Saint-Denis, La Réunion":  "commune 97411",
			"Saint-Denis (93)":         "commune 93066",
			"Fort de France":           "commune 97209",
			"97200":                    "commune 97209",
			"Cayenne 97300":            "commune 97302",
			"Mamoudzou":                "commune 97611",
			// A street, with and without a number.
			"12 rue de la Paix, Guéret":                  "number 23096 12 rue de la Paix",
			"12, rue de la Paix 23000 Guéret":            "number 23096 12 rue de la Paix",
			"12 RUE DE LA PAIX 23000 GUERET CEDEX":       "number 23096 12 rue de la Paix",
			"12 r de la paix gueret":                     "number 23096 12 rue de la Paix",
			"12 rue de la Paix - 23000 GUÉRET, France":   "number 23096 12 rue de la Paix",
			"23000 Guéret, 12 rue de la Paix":            "number 23096 12 rue de la Paix",
			"Guéret rue de la Paix":                      "street 23096 rue de la Paix",
			"rue de la Paix, Guéret (23)":                "street 23096 rue de la Paix",
			"19 rue de la Paix Guéret":                   "street 23096 19 rue de la Paix",
			"rue paix gueret":                            "street 23096 rue de la Paix",
			"pl. Bonnyaud, Guéret":                       "street 23096 Place Bonnyaud",
			"1 place bonnyaud 23000":                     "number 23096 1 Place Bonnyaud",
			"3 bis avenue du Général de Gaulle Guéret":   "number 23096 3 bis Av. Gal de Gaulle",
			"3bis av gal de gaulle, gueret":              "number 23096 3 bis Av. Gal de Gaulle",
			"avenue Pasteur Guéret":                      "street 23096 Avenue Pasteur",
			"rue Pasteur Guéret":                         "street 23096 Rue Pasteur",
			"8 grande rue, Guéret":                       "number 23096 8 Grande Rue",
			"Grande Rue 23000 Guéret":                    "street 23096 Grande Rue",
			"rue Jean Jaurès 23000":                      "street 23096 rue Jean Jaurès",
			"rue jaures 23000":                           "street 23096 rue Jean Jaurès",
			"rue Jean Jaurès Limoges":                    "street 87085 rue Jean Jaurès",
			"5 rue J. Jaurès, 87000 Limoges":             "number 87085 5 rue Jean Jaurès",
			"10 bd Louis Blanc Limoges":                  "number 87085 10 boulevard Louis-Blanc",
			"10 bld louis blanc 87000":                   "number 87085 10 boulevard Louis-Blanc",
			"10 rue de Rivoli, 75004 Paris":              "number 75056 10 rue de Rivoli",
			"190 rue de Rivoli Paris 1er":                "street 75056 190 rue de Rivoli",
			"Paris 4e, rue de Rivoli":                    "street 75056 rue de Rivoli",
			"1 place Bellecour 69002 Lyon 2e":            "number 69123 1 place Bellecour",
			"1 la Canebière, 13001 Marseille":            "number 13055 1 La Canebière",
			"3 crs Napoléon 20000 Ajaccio":               "number 2A004 3 cours Napoléon",
			"2 rue de Paris, 97400 Saint-Denis":          "number 97411 2 rue de Paris",
			"2 rue de Paris 93200 St-Denis":              "number 93066 2 rue de Paris",
			"2 rue de Paris, St Denis, Réunion":          "number 97411 2 rue de Paris",
			"Le Bourg 23200 Aubusson":                    "street 23008 Le Bourg",
			"rue Victor Schoelcher 97200 Fort-de-France": "street 97209 Rue Victor Schœlcher",
			"rue du 11 novembre 1918 Guéret":             "street 23096 rue du 11 Novembre 1918",
			"rue du docteur bresard 23000 gueret":        "street 23096 Rue du Dr. Brésard",
			"rue de la gare La Souterraine":              "street 23176 rue de la Gare",
			"rue de la gare 23300":                       "street 23176 rue de la Gare",
			// A street that the directory does not know is its commune.
			"99 rue Inconnue, 23000 Guéret": "commune 23096",
			"quartier du Lac, Limoges":      "commune 87085",
			"12 rue de Limoges, Guéret":     "commune 23096",
			"Guéret, 12 rue de Limoges":     "commune 23096",
			// Coordinates.
			"46.17,1.87":        "coordinates 23096",
			"46,17 ; 1,87":      "coordinates 23096",
			"46.1703 1.8717":    "coordinates 23096",
			"46.17° N, 1.87° E": "coordinates 23096",
			"geo:-20.88,55.45":  "coordinates 97411",
			"14,605 N 61,07 O":  "coordinates 97209",
			"0.0,0.0":           "coordinates",
		} {
			spot, choices, err := locate(t, d, text)
			if err != nil || len(choices) > 0 || shown(spot) != want {
				var several []string
				for _, one := range choices {
					several = append(several, shown(one))
				}
				t.Errorf("%q: %q %q %v, want %q", text, shown(spot), several, err, want)
				continue
			}
			again, _, err := locate(t, d, spot.Text())
			if err != nil || shown(again) != shown(spot) {
				t.Errorf("%q names itself %q, which is %q (%v)", text, spot.Text(), shown(again), err)
			}
		}
	})
}

func TestATextWithSeveralMeaningsHasChoices(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	streets(t, d)
	for text, want := range map[string]string{
		"Saint-Denis":              "commune 97411, commune 93066",
		"rue de Paris Saint-Denis": "street 97411 rue de Paris, street 93066 rue de Paris",
		"Pasteur, Guéret":          "street 23096 Avenue Pasteur, street 23096 Rue Pasteur",
		"place Pasteur, Guéret":    "street 23096 Avenue Pasteur, street 23096 Rue Pasteur",
		"23000":                    "commune 23096",
	} {
		spot, choices, err := locate(t, d, text)
		var several []string
		for _, one := range choices {
			several = append(several, shown(one))
		}
		if err != nil || spot.Precision != "" || !strings.HasPrefix(strings.Join(several, ", "), want) || len(several) < 2 {
			t.Errorf("%q: %q %q %v, want %q", text, shown(spot), several, err, want)
		}
		for _, one := range choices {
			again, _, err := locate(t, d, one.Text())
			if err != nil || shown(again) != shown(one) {
				t.Errorf("the choice %q is %q (%v)", one.Text(), shown(again), err)
			}
		}
	}
	for _, text := range []string{"", "rue de la Paix", "12 rue de Paris", "99999", "Zzyzx", "91,0", strings.Repeat("rue ", 200)} {
		spot, choices, err := locate(t, d, text)
		if !fault.HasCode(err, "unknown_commune") || len(choices) > 0 {
			t.Errorf("%q: %v %v %v", text, shown(spot), choices, err)
		}
	}
}
