package plainwords_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/internal/plainwords"
)

// Each rule has what breaks it and what keeps it.
func TestEachRuleIsSeenWhereItIsBroken(t *testing.T) {
	for _, test := range []struct {
		text string
		want []plainwords.Rule
	}{
		{"Votre place est gardée.", nil},
		{"Venez à l’atelier avec ce carnet.", nil},
		{"L’atelier est mardi 13 octobre 2026 à 14\u00a0heures\u00a030.", nil},
		{"Appelez ce numéro\u00a0: 05 36 49 12 08.", nil},
		{"Entrez et demandez de l’aide au rez-de-chaussée.", nil},
		{"Vous vérifiez, vous oubliez, vous recopiez.", nil},
		{"Écrivez-nous\u00a0: aide@exemple.invalid ou https://exemple.fr/lieux?a=1&b=2", nil},
		{"Une question\u202f?", nil},
		{"Vous apprenez à écrire une lettre sur internet avec une personne qui vous aide toujours.", []plainwords.Rule{plainwords.LongSentence}},
		{"Ce code est à vous. Gardez ce code.", []plainwords.Rule{plainwords.SecondIdea}},
		{"Ne donnez ce code à personne.", []plainwords.Rule{plainwords.Negative}},
		{"Vous n’avez plus de chèque.", []plainwords.Rule{plainwords.Negative}},
		{"Venez sans papier.", []plainwords.Rule{plainwords.Negative}},
		{"Si vous pouvez, appelez.", []plainwords.Rule{plainwords.Conditional}},
		{"Appelez s’il faut changer.", []plainwords.Rule{plainwords.Conditional}},
		{"Vous pourriez appeler.", []plainwords.Rule{plainwords.Conditional}},
		{"Vous viendrez mardi.", []plainwords.Rule{plainwords.Tense}},
		{"L’atelier aura lieu ici.", []plainwords.Rule{plainwords.Tense}},
		{"Votre place a été gardée.", []plainwords.Rule{plainwords.Tense}},
		{"Vous aviez une place.", []plainwords.Rule{plainwords.Tense}},
		{"L’atelier est payé par un chèque.", []plainwords.Rule{plainwords.Passive}},
		{"Apporte ton carnet.", []plainwords.Rule{plainwords.Familiar}},
		{"La CAF vous aide.", []plainwords.Rule{plainwords.Initials}},
		{"Demandez J. Martin.", []plainwords.Rule{plainwords.Initials, plainwords.SecondIdea}},
		{"Carnet n° 12.", []plainwords.Rule{plainwords.Abbreviation}},
		{"Donnez votre email.", []plainwords.Rule{plainwords.Foreign}},
		{"Apportez 1 coupon.", []plainwords.Rule{plainwords.OtherWord}},
		{"L’atelier dure deux heures.", []plainwords.Rule{plainwords.Number}},
		{"Le prix baisse de 50\u00a0%.", []plainwords.Rule{plainwords.Number}},
		{"Le roi est Louis XIV.", []plainwords.Rule{plainwords.Number}},
		{"L’atelier est le 13/10/2026.", []plainwords.Rule{plainwords.Sign, plainwords.Date}},
		{"L’atelier est à 14h30.", []plainwords.Rule{plainwords.Date}},
		{"L’atelier est le 13 octobre.", []plainwords.Rule{plainwords.Date}},
		{"L’atelier est mardi 13 octobre.", []plainwords.Rule{plainwords.Date}},
		{"Valable jusqu’au 13 octobre 2026.", []plainwords.Rule{plainwords.Date}},
		{"Vos lunettes & votre carnet.", []plainwords.Rule{plainwords.Sign}},
		{"Votre carnet, vos lunettes, etc.", []plainwords.Rule{plainwords.Sign, plainwords.Abbreviation}},
		{"Venez\u00a0; apportez ce carnet.", []plainwords.Rule{plainwords.Sign}},
	} {
		var got []plainwords.Rule
		for _, breach := range plainwords.Check(test.text) {
			got = append(got, breach.Rule)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: got %v, want %v", test.text, plainwords.Check(test.text), test.want)
		}
	}
}

// A name is told as it is given, however long or capital; the rest of its line
// is read.
func TestANameIsLeftAsItIs(t *testing.T) {
	const place = "CCAS de la Vallée des Sept Rivières et du Haut Pays, 12 av. du 8 mai"
	if breaches := plainwords.Check("Venez ici\u00a0: "+place+".", place); len(breaches) > 0 {
		t.Error(breaches)
	}
	if breaches := plainwords.Check("Ne venez pas ici\u00a0: "+place+".", place); len(breaches) != 2 {
		t.Error(breaches)
	}
}

func TestABreachSaysWhatToChange(t *testing.T) {
	breaches := plainwords.Check("Bonjour\nApportez votre ticket.")
	if len(breaches) != 1 || breaches[0].Line != "Apportez votre ticket." || !strings.HasPrefix(breaches[0].French(), "«\u00a0ticket\u00a0»\u00a0: gardez") {
		t.Error(breaches)
	}
}

func FuzzAnyTextIsRead(f *testing.F) {
	f.Add("Venez à l’atelier.", "l’atelier")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, name string) {
		for _, breach := range plainwords.Check(text, name) {
			if !strings.Contains(text, breach.Line) {
				t.Errorf("%q is no line of %q", breach.Line, text)
			}
		}
	})
}
