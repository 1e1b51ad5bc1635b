package bank

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAStatusReportTellsWhichTransfersAreRefused(t *testing.T) {
	got, err := ReadStatusReport(bytes.NewReader(sample(t, "status_report.xml")))
	if err != nil {
		t.Fatal(err)
	}
	refused := TransferStatus{
		Block: "PASS-2026-10-0001", EndToEndID: "REL-2026-10-002", Status: "RJCT", Amount: 7, Reason: Reason{"AC04", "Compte cloture"},
	}
	want := StatusReport{
		MessageID: "BQ-20261105-0001", Created: time.Date(2026, 11, 5, 6, 30, 0, 0, civil.Paris), Original: "PASS-2026-10-0001", Status: "PART",
		Transfers: []TransferStatus{{Block: "PASS-2026-10-0001", EndToEndID: "REL-2026-10-001", Status: "ACSP"}, refused},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]TransferStatus{refused}, got.Refusals()); diff != "" {
		t.Error(diff)
	}
	if got := refused.Reason; got.Cause() != PayeeAccount || got.French() != "le compte est fermé (Compte cloture)" {
		t.Errorf("the reason is %v, %q", got.Cause(), got.French())
	}
}

func TestARefusalIsOfTheOrderOfABlockOrOfATransfer(t *testing.T) {
	const head = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
		<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-05T06:30:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>O</OrgnlMsgId>`
	for name, one := range map[string]struct {
		body string
		want []TransferStatus
	}{
		"received": {`<GrpSts>ACTC</GrpSts></OrgnlGrpInfAndSts>`, nil},
		"the order": {`<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>`,
			[]TransferStatus{{Status: "RJCT", Reason: Reason{Code: "FF01"}}}},
		"a block, with its transfers": {`</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>
			<StsRsnInf><Rsn><Prtry>SL11</Prtry></Rsn></StsRsnInf>
			<TxInfAndSts><OrgnlEndToEndId>E</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>`,
			[]TransferStatus{{Block: "B", Status: "RJCT", Reason: Reason{Code: "SL11"}}}},
		"a transfer, without a reason": {`</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId>
			<TxInfAndSts><OrgnlEndToEndId>E</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>
			<TxInfAndSts><OrgnlEndToEndId>F</OrgnlEndToEndId><TxSts>PDNG</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>`,
			[]TransferStatus{{Block: "B", EndToEndID: "E", Status: "RJCT"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadStatusReport(strings.NewReader(head + one.body + `</CstmrPmtStsRpt></Document>`))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(one.want, got.Refusals()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAStatementIsReadMovementByMovement(t *testing.T) {
	got, err := ReadAccountReport(bytes.NewReader(sample(t, "statement.xml")))
	if err != nil {
		t.Fatal(err)
	}
	day := civil.On(2026, 11, 5)
	want := AccountReport{
		MessageID: "BQ-REL-20261106", Created: time.Date(2026, 11, 6, 5, 0, 0, 0, civil.Paris), Statement: true,
		Accounts: []AccountEntries{{
			ID: "2026-211", IBAN: "FR1420041010050500013M02606",
			Opening: Balance{civil.On(2026, 11, 4), 500000}, Closing: Balance{day, 881550},
			Entries: []Entry{
				{Reference: "D-77", Amount: 123450, Booked: true, On: day, Text: "VIREMENTS EMIS",
					Transfers: []EntryTransfer{{MessageID: "PASS-2026-10-0001", Block: "PASS-2026-10-0001", Amount: 123450}}},
				{Reference: "R-78", Amount: 5000, Credit: true, Booked: true, On: day, Transfers: []EntryTransfer{{
					EndToEndID: "REL-2026-09-004", Amount: 5000, Returned: &Reason{Code: "AC01"}, Party: "Tiers-lieu", PartyIBAN: "BE68539007547034"}}},
				{Reference: "3", Amount: 500000, Credit: true, Booked: true, On: day, Transfers: []EntryTransfer{{
					Amount: 500000, Party: "REGION EXEMPLE", PartyIBAN: "DE89370400440532013000", Remittance: "CONVENTION 2026-12 APPEL 1"}}},
				{Amount: 9900, On: civil.On(2026, 11, 7)},
			},
		}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(civil.Date{})); diff != "" {
		t.Error(diff)
	}
}

func TestMessagesMadeByOthersAreRead(t *testing.T) {
	notified, err := ReadAccountReport(bytes.NewReader(sample(t, "public/camt054.v8-ntfctn-credttm.xml")))
	if err != nil {
		t.Fatal(err)
	}
	entry := notified.Accounts[0].Entries[0]
	if notified.Statement || entry.Amount != 4740 || entry.Booked || !entry.Credit || entry.Transfers[0].Party != "Remote Party" || entry.Transfers[0].EndToEndID != "" {
		t.Errorf("the notification is read as %+v", notified)
	}
	// As published, its movements stop five cents short of its closing balance.
	published := sample(t, "public/camt053.v2.five.decimals.xml")
	_, err = ReadAccountReport(bytes.NewReader(published))
	if fault.Of(err).Detail["cause"] != "sum" {
		t.Errorf("a statement that does not add up gives %v", err)
	}
	stated, err := ReadAccountReport(bytes.NewReader(bytes.ReplaceAll(published, []byte("27.050"), []byte("27.000"))))
	if err != nil || stated.Accounts[0].Entries[0].Amount != 885 || stated.Accounts[0].Entries[0].Transfers[0].Remittance != "Transaction Description" {
		t.Errorf("the same statement, balanced, gives %+v, %v", stated, err)
	}
}

func TestWhatIsNoMessageIsRefusedWithItsCause(t *testing.T) {
	statement, report := string(sample(t, "statement.xml")), string(sample(t, "status_report.xml"))
	for name, one := range map[string]struct{ text, cause string }{
		"nothing":             {"", "form"},
		"not XML":             {"date;libelle;montant\n", "form"},
		"a page":              {"<html></html>", "kind"},
		"a payment order":     {string(sample(t, "credit_transfer.xml")), "kind"},
		"an unknown version":  {strings.Replace(statement, "camt.053.001.08", "camt.053.001.99", 1), "version"},
		"entities":            {`<!DOCTYPE a [<!ENTITY b "c">]>` + statement[strings.Index(statement, "<Document"):], "form"},
		"cut in two":          {statement[:len(statement)/2], "form"},
		"two documents":       {statement + statement[strings.Index(statement, "<Document"):], "form"},
		"an unknown encoding": {strings.Replace(statement, "UTF-8", "EBCDIC-FR", 1), "form"},
		"another currency":    {strings.Replace(statement, `Ccy="EUR">1234.50`, `Ccy="USD">1234.50`, 1), "currency"},
		"no amount":           {strings.Replace(statement, "1234.50", "beaucoup", 1), "amount"},
		"a thousandth":        {strings.Replace(statement, "1234.50", "1234.501", 1), "amount"},
		"below zero":          {strings.Replace(statement, "1234.50", "-1234.50", 1), "amount"},
		"no such day":         {strings.Replace(statement, "<BookgDt><Dt>2026-11-05", "<BookgDt><Dt>2026-11-35", 1), "day"},
		"no direction":        {strings.Replace(statement, "<CdtDbtInd>DBIT</CdtDbtInd>", "", 1), "missing"},
		"no account":          {strings.Replace(statement, "FR1420041010050500013M02606", "FR1420041010050500013M02607", 1), "account"},
		"a movement less":     {statement[:strings.Index(statement, "<Ntry>")] + statement[strings.Index(statement, "</Ntry>")+7:], "sum"},
		"a report of nothing": {strings.Replace(report, "<OrgnlMsgId>PASS-2026-10-0001</OrgnlMsgId>", "", 1), "missing"},
		"refused, but what?":  {strings.Replace(report, "<OrgnlEndToEndId>REL-2026-10-002</OrgnlEndToEndId>", "", 1), "missing"},
		"a report of when?":   {strings.Replace(report, "2026-11-05T06:30:00+01:00", "hier", 1), "day"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			if strings.Contains(one.text, "pain.002") {
				_, err = ReadStatusReport(strings.NewReader(one.text))
			} else {
				_, err = ReadAccountReport(strings.NewReader(one.text))
			}
			if known := fault.Of(err); known.Code != "bad_bank_message" || known.Detail["cause"] != one.cause {
				t.Errorf("%v (cause %v), want cause %q", err, known.Detail["cause"], one.cause)
			}
		})
	}
}

func TestAMessageWithoutEndIsRefusedWithinBounds(t *testing.T) {
	head := sample(t, "statement.xml")
	endless := io.MultiReader(bytes.NewReader(head[:bytes.Index(head, []byte("<Ntry>"))]), repeated("<!-- suite -->"))
	if _, err := ReadAccountReport(endless); fault.Of(err).Detail["cause"] != "size" {
		t.Errorf("a message that never ends gives %v", err)
	}
}

// repeated reads the same text for ever.
type repeated string

func (r repeated) Read(into []byte) (int, error) {
	n := 0
	for n+len(r) <= len(into) {
		n += copy(into[n:], r)
	}
	if n == 0 {
		n = copy(into, strings.Repeat(" ", len(into)))
	}
	return n, nil
}

func TestAnAmountReadIsTheAmountWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := money.Cents(rapid.Int64Range(0, 99_999_999_999).Draw(t, "cents"))
		noughts := strings.Repeat("0", rapid.IntRange(0, 3).Draw(t, "noughts"))
		got, err := currencyAmount{"EUR", " " + cents.Decimal() + noughts + "\n"}.cents()
		if err != nil || got != cents {
			t.Fatalf("%s%s is read as %d, %v", cents.Decimal(), noughts, got, err)
		}
	})
}

func FuzzMessages(f *testing.F) {
	for _, name := range []string{"statement.xml", "status_report.xml", "public/camt054.v8-ntfctn-credttm.xml", "public/camt053.v2.five.decimals.xml"} {
		f.Add(sample(f, name))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := ReadStatusReport(bytes.NewReader(text)); err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("as a status report: %v", err)
		}
		if report, err := ReadAccountReport(bytes.NewReader(text)); err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Errorf("as an account report: %v", err)
			}
		} else if len(report.Accounts) == 0 {
			t.Error("a report of no account")
		}
	})
}
