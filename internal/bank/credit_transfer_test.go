package bank

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

var update = flag.Bool("update", false, "write the expected payment file anew")

func order() CreditTransfer {
	return CreditTransfer{
		MessageID: "PASS-2026-10-0001",
		Created:   time.Date(2026, 11, 3, 9, 30, 0, 0, civil.Paris),
		Debtor: Party{
			Name: "Département d’exemple", IBAN: "FR1420041010050500013M02606", BIC: "PSSTFRPPXXX",
			Address: Address{Street: "Place Louis Lacrocq", Number: "4", Postcode: "23000", Town: "Guéret", Country: "FR"},
		},
		RequestedExecution: civil.On(2026, 11, 4),
		BatchBooking:       true,
		Transfers: []Transfer{
			{EndToEndID: "REL-2026-10-001", Amount: 123450, Creditor: Party{Name: "Médiathèque « L’Œil & la plume »", IBAN: "DE89370400440532013000", BIC: "COBADEFF"}, Remittance: "Relevé d’octobre 2026 : 123 coupons"},
			{EndToEndID: "REL-2026-10-002", Amount: 7, Creditor: Party{Name: "Centre social", IBAN: "BE68539007547034", Address: Address{Town: "Felletin", Country: "FR"}}},
		},
	}
}

func TestAPaymentFileIsTheExpectedOne(t *testing.T) {
	got, err := order().XML()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "credit_transfer.xml")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the payment file is\n%s", got)
	}
}

func TestAPaymentFileIsWellFormedForAnotherReader(t *testing.T) {
	program, err := exec.LookPath("xmllint")
	if err != nil {
		if dbtest.Required() {
			t.Fatal("xmllint is missing; on Debian: apt-get install libxml2-utils")
		}
		t.Skip("a payment file is not read by another reader here: no xmllint; on Debian: apt-get install libxml2-utils")
	}
	text, err := order().XML()
	if err != nil {
		t.Fatal(err)
	}
	lint := exec.Command(program, "--noout", "-")
	lint.Stdin = bytes.NewReader(text)
	if output, err := lint.CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v\n%s", err, output)
	}
}

func TestAPaymentFileHasNoEmptyElement(t *testing.T) {
	text, err := order().XML()
	if err != nil {
		t.Fatal(err)
	}
	if empty := regexp.MustCompile(`<[A-Za-z]+></`).FindAll(text, -1); empty != nil {
		t.Errorf("empty elements, which the schema refuses: %s", empty)
	}
}

func TestADebtorWithoutBICNamesItsBankAsNotProvided(t *testing.T) {
	without := order()
	without.Debtor.BIC = ""
	text, err := without.XML()
	if err != nil || !bytes.Contains(text, []byte("<Id>NOTPROVIDED</Id>")) || bytes.Count(text, []byte("<BICFI>")) != 1 {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestWhatABankWouldRefuseIsToldFieldByField(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*CreditTransfer)
		want   []string
	}{
		"nothing wrong":        {func(*CreditTransfer) {}, nil},
		"no identifier":        {func(c *CreditTransfer) { c.MessageID = "" }, []string{"message_id bad_identifier"}},
		"too long":             {func(c *CreditTransfer) { c.MessageID = "123456789012345678901234567890123456" }, []string{"message_id bad_identifier"}},
		"accent in identifier": {func(c *CreditTransfer) { c.MessageID = "été" }, []string{"message_id bad_identifier"}},
		"slash first":          {func(c *CreditTransfer) { c.Transfers[0].EndToEndID = "/1" }, []string{"transfers[0].end_to_end_id bad_identifier"}},
		"twice the same":       {func(c *CreditTransfer) { c.Transfers[1].EndToEndID = c.Transfers[0].EndToEndID }, []string{"transfers[1].end_to_end_id duplicate"}},
		"no date":              {func(c *CreditTransfer) { c.Created, c.RequestedExecution = time.Time{}, civil.Date{} }, []string{"created required", "requested_execution required"}},
		"nothing to pay":       {func(c *CreditTransfer) { c.Transfers = nil }, []string{"transfers required"}},
		"zero":                 {func(c *CreditTransfer) { c.Transfers[0].Amount = 0 }, []string{"transfers[0].amount bad_amount"}},
		"negative":             {func(c *CreditTransfer) { c.Transfers[0].Amount = -1 }, []string{"transfers[0].amount bad_amount"}},
		"huge":                 {func(c *CreditTransfer) { c.Transfers[0].Amount = largestAmount + 1 }, []string{"transfers[0].amount bad_amount"}},
		"nameless":             {func(c *CreditTransfer) { c.Debtor.Name = " / " }, []string{"debtor.name required"}},
		"bad codes":            {func(c *CreditTransfer) { c.Transfers[0].Creditor.IBAN, c.Debtor.BIC = "DE00", "X" }, []string{"debtor.bic bad_bic", "transfers[0].creditor.iban bad_iban"}},
		"spaced codes":         {func(c *CreditTransfer) { c.Debtor.IBAN, c.Debtor.BIC = "BE68 5390 0754 7034", "cobadeff" }, []string{"debtor.iban bad_iban", "debtor.bic bad_bic"}},
		"half an address":      {func(c *CreditTransfer) { c.Debtor.Address.Country = "" }, []string{"debtor.address bad_address"}},
		"long remittance":      {func(c *CreditTransfer) { c.Transfers[0].Remittance = string(bytes.Repeat([]byte("a"), 141)) }, []string{"transfers[0].remittance too_long"}},
	} {
		changed := order()
		test.change(&changed)
		_, err := changed.XML()
		var got []string
		var refusal *fault.Error
		if errors.As(err, &refusal) {
			for _, field := range refusal.Fields {
				got = append(got, field.Name+" "+field.Code)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v; want %v", name, got, test.want)
		}
	}
}

func TestTheSumsOfAPaymentFileAreThoseOfItsLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		changed := order()
		changed.Transfers = nil
		var total money.Cents
		for range rapid.IntRange(1, 30).Draw(t, "transfers") {
			transfer := order().Transfers[0]
			transfer.EndToEndID = "E2E-" + money.Cents(len(changed.Transfers)).Decimal()
			transfer.Amount = money.Cents(rapid.Int64Range(1, int64(largestAmount)).Draw(t, "amount"))
			transfer.Creditor.Name = "a" + rapid.String().Draw(t, "name")
			total += transfer.Amount
			changed.Transfers = append(changed.Transfers, transfer)
		}
		text, err := changed.XML()
		if err != nil {
			t.Fatal(err)
		}
		var read document
		if err := xml.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		var sum money.Cents
		for i, line := range read.Block.Transactions {
			amount, err := money.Parse(line.Amount.Value)
			if err != nil || line.Amount.Currency != "EUR" || line.EndToEndID != changed.Transfers[i].EndToEndID {
				t.Fatalf("line %d is %+v: %v", i, line, err)
			}
			sum += amount
		}
		count := len(changed.Transfers)
		if sum != total || read.Header.Sum != total.Decimal() || read.Block.Sum != total.Decimal() ||
			read.Header.Count != count || read.Block.Count != count || len(read.Block.Transactions) != count {
			t.Fatalf("%d lines of %d in all, the file says %s and %d", count, total, read.Header.Sum, read.Header.Count)
		}
	})
}
