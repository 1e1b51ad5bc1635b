package public

import (
	"testing"

	"passerelle/internal/place"
)

func TestWordsOfThePlaceOneLooksFrom(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Le Grand-Bourg": "au Grand-Bourg", "Les Abymes": "aux Abymes", "La Souterraine": "à La Souterraine", "Aubusson": "à Aubusson",
	} {
		if got := at(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
	for street, want := range map[string]string{
		"rue de la Paix": "de la rue de la Paix", "avenue Foch": "de l’avenue Foch", "boulevard Carnot": "du boulevard Carnot",
		"allées de Tourny": "des allées de Tourny", "Champ de foire": "de Champ de foire",
	} {
		if got := ofStreet(place.Spot{Street: street}); got != want {
			t.Errorf("%s: %q", street, got)
		}
	}
}
