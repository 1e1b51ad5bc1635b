package holder_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

func TestTelephoneIsReadAsPeopleWriteItAndSaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct{ typed, kept, shown, message string }{
		{typed: "06 39 98 41 22", kept: "+33639984122", shown: "06 39 98 41 22"}, // ARCEP's range for fiction
		{typed: "06.12.34.56.78", kept: "+33612345678", shown: "06 12 34 56 78"},
		{typed: "+33 6 12 34 56 78", kept: "+33612345678", shown: "06 12 34 56 78"},
		{typed: "0033612345678", kept: "+33612345678", shown: "06 12 34 56 78"},
		{typed: "05 36 49 12 00", kept: "+33536491200", shown: "05 36 49 12 00"},
		{typed: "0692 12 34 56", kept: "+262692123456", shown: "0692 12 34 56"},
		{typed: "0690 30 12 34", kept: "+590690301234", shown: "0690 30 12 34"},
		{typed: "0696 20 12 34", kept: "+596696201234", shown: "0696 20 12 34"},
		{typed: "0694 20 12 34", kept: "+594694201234", shown: "0694 20 12 34"},
		{typed: "+34 612 34 56 78", kept: "+34612345678", shown: "+34 612 34 56 78"},
		{typed: "06 39 98 41 2", message: "Il manque 1 chiffre au téléphone : écrivez 10 chiffres"},
		{typed: "06 39 98", message: "Il manque 4 chiffres au téléphone : écrivez 10 chiffres"},
		{typed: "06 39 98 41 223", message: "Il y a 1 chiffre de trop au téléphone : écrivez 10 chiffres"},
		{typed: "00 12 34 56 78 90", message: "Vérifiez le téléphone : ce numéro n’existe pas avec cet indicatif"},
		{typed: "zéro six", message: "Écrivez le téléphone avec 10 chiffres, sans lettre"},
		{typed: "11 22 33 44 55", message: "Vérifiez le début du téléphone : aucun numéro français ne commence ainsi"},
	} {
		kept, err := holder.ParseTelephone(c.typed)
		switch {
		case c.message != "":
			said := strings.ReplaceAll(fault.Of(err).Message, "\u00a0", " ")
			if !fault.HasCode(err, "bad_telephone") || said != c.message {
				t.Errorf("%q: said %q, want %q", c.typed, said, c.message)
			}
		case err != nil:
			t.Errorf("%q refused: %v", c.typed, err)
		default:
			if kept != c.kept {
				t.Errorf("%q kept as %s, want %s", c.typed, kept, c.kept)
			}
			if again, err := holder.ParseTelephone(holder.TelephoneText(kept)); err != nil || again != kept {
				t.Errorf("%q shown as %q is not read back: %v", c.typed, holder.TelephoneText(kept), err)
			}
		}
	}
	if masked := holder.TelephoneMasked("+33612345678"); masked != "06 12 34 ·· 78" {
		t.Errorf("masked: %q", masked)
	}
}

func FuzzTelephone(f *testing.F) {
	for _, seed := range []string{"06 39 98 41 22", "+33612345678", "0033", "", "+", "٠٦", "06/39"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		kept, err := holder.ParseTelephone(typed)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", typed, err)
			}
			return
		}
		if again, err := holder.ParseTelephone(kept); err != nil || again != kept {
			t.Fatalf("%q kept as %q, which reads as %q, %v", typed, kept, again, err)
		}
	})
}

func TestNoteRefusesNumbersAndPasswordsThatCanHurt(t *testing.T) {
	for _, c := range []struct{ note, word string }{
		{"Préfère le mardi. Rappeler au 06 39 98 41 22.", ""},
		{"Préfère le mardi. N° 2 51 03 23 096 …", "sécurité sociale"},
		{"NIR 251032309600142", "sécurité sociale"},
		{"2 51 03 2A 096 001 42", "sécurité sociale"},
		{"carte 4970 1000 0000 0014", "carte"},
		{"Dossier 2026-00123, rendez-vous le 13/10/2026 à 14 h", ""},
		{"son mot de passe est lapin", "mot de passe"},
		{"MDP : lapin", "mot de passe"},
		{"Veut changer de mot : passe au guichet", ""},
		{"", ""},
	} {
		err := holder.CheckNote(c.note)
		if (err != nil) != (c.word != "") {
			t.Errorf("%q: %v", c.note, err)
			continue
		}
		if err != nil && !strings.Contains(fault.Of(err).Message, c.word) {
			t.Errorf("%q: message %q does not name %q", c.note, fault.Of(err).Message, c.word)
		}
	}
}

func TestFirstNameIsFoldedAndCivilityIsNoName(t *testing.T) {
	for typed, want := range map[string]string{
		"Mme Peyrot": "peyrot", "Monique D.": "monique", "ÉLODIE": "elodie", "  ": "", "M.": "", "Jean-Luc": "jean",
	} {
		if got := holder.FirstName(typed); got != want {
			t.Errorf("FirstName(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestMannerIsToldInWords(t *testing.T) {
	words := holder.Manner{LargePrint: true, ReadAloud: true, NoLetters: true, Language: "pt"}.Words()
	if !slices.Equal(words, []string{"Gros caractères", "Relire à voix haute", "Pas de courrier", "Langue\u00a0: portugais"}) {
		t.Errorf("words: %q", words)
	}
}
