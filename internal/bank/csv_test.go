package bank_test

import (
	"testing"

	"passerelle/internal/bank"
	"passerelle/internal/fault"
)

func TestAListOfMovementsIsReadAsBanksWriteIt(t *testing.T) {
	for _, test := range []struct {
		what, text string
		amount     int64
		credit     bool
	}{
		{"semicolons, a comma for cents", "Date;Libellé;Montant\n25/11/2026;VIR ETAT;1 250,00\n", 125_000, true},
		{"a debit below zero", "Date;Libellé;Montant\n25/11/2026;FRAIS;-4,20\n", 420, false},
		{"two columns", "Date opération;Libellé opération;Débit;Crédit\n25-11-2026;VIR;;12,00\n", 1200, true},
		{"two columns, a debit", "Date opération;Libellé opération;Débit;Crédit\n25-11-2026;VIR;12,00;\n", 1200, false},
		{"two columns, zero in the other", "Date;Libellé;Débit;Crédit\n2026-11-25;VIR;0,00;12,00\n", 1200, true},
		{"commas, quotes, a point for cents", "date,description,amount\n2026-11-25,\"VIR, ETAT\",1250.00\n", 125_000, true},
		{"tabs, a mark at the head", "\ufeffDate\tMotif\tMontant (EUR)\n25.11.2026\tVIR\t3,00 €\n", 300, true},
		{"Windows-1252", "Date;Libell\xe9;Cr\xe9dit;D\xe9bit\n25/11/2026;\xc9TAT;5,00;\n", 500, true},
	} {
		entries, err := bank.ReadCSV([]byte(test.text))
		if err != nil || len(entries) != 1 {
			t.Errorf("%s: %v %v", test.what, entries, err)
			continue
		}
		if e := entries[0]; int64(e.Amount) != test.amount || e.Credit != test.credit || e.On.String() != "2026-11-25" || !e.Booked || e.Text == "" {
			t.Errorf("%s: %+v", test.what, e)
		}
	}
	for _, text := range []string{"", "a;b\n", "Date;Montant\nhier;1\n", "Date;Montant\n25/11/2026;beaucoup\n", "Date;Montant\n25/11/2026;0\n", "Date;Montant\n31/11/2026;1\n"} {
		if _, err := bank.ReadCSV([]byte(text)); !fault.HasCode(err, "bad_bank_message") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("Date;Libellé;Montant\n25/11/2026;VIR;1 250,00\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		entries, err := bank.ReadCSV(text)
		if err != nil && !fault.HasCode(err, "bad_bank_message") {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if entry.Amount <= 0 || entry.On.IsZero() || len(entry.Transfers) != 1 {
				t.Fatalf("%+v", entry)
			}
		}
	})
}
