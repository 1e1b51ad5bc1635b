package settlement_test

import (
	"context"
	"fmt"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
)

const (
	ourAccount = "FR7630006000011234567890189"
	firstDay   = "2026-12-03"
)

// statusReport is what the bank answers to a file: the statuses and reasons of
// the payments named, "REL RJCT AC04".
func statusReport(file string, told ...string) []byte {
	var lines strings.Builder
	for _, one := range told {
		words := append(strings.Fields(one), "", "")
		fmt.Fprintf(&lines, `<TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>%s</TxSts><StsRsnInf><Rsn><Cd>%s</Cd></Rsn></StsRsnInf></TxInfAndSts>`, words[0], words[1], words[2])
	}
	return fmt.Appendf(nil, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
		<GrpHdr><MsgId>R-%s-%d</MsgId><CreDtTm>%sT07:00:00</CreDtTm></GrpHdr>
		<OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId></OrgnlGrpInfAndSts>
		<OrgnlPmtInfAndSts><OrgnlPmtInfId>%s</OrgnlPmtInfId>%s</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`,
		file, len(told), firstDay, file, file, lines.String())
}

// movement is one entry of the bank's statement.
type movement struct {
	amount  money.Cents
	credit  bool
	details string // <NtryDtls>
	status  string // BOOK unless said
}

func debitOf(file settlement.PaymentFile, amount money.Cents) movement {
	return movement{amount: amount, details: "<Btch><MsgId>" + file.MessageID + "</MsgId></Btch>"}
}

func returnOf(reference string, amount money.Cents, code string) movement {
	return movement{amount: amount, credit: true, details: "<TxDtls><Refs><EndToEndId>" + reference + "</EndToEndId></Refs><RtrInf><Rsn><Cd>" + code + "</Cd></Rsn></RtrInf></TxDtls>"}
}

// bankStatement is a camt.053 of one day of the issuer's account.
func bankStatement(day string, movements ...movement) []byte {
	return statementOf(ourAccount, day, movements...)
}

func statementOf(iban, day string, movements ...movement) []byte {
	var entries strings.Builder
	for _, m := range movements {
		direction, status := "DBIT", "BOOK"
		if m.credit {
			direction = "CRDT"
		}
		if m.status != "" {
			status = m.status
		}
		fmt.Fprintf(&entries, `<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>%s</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><NtryDtls>%s</NtryDtls></Ntry>`,
			m.amount.Decimal(), direction, status, day, m.details)
	}
	return fmt.Appendf(nil, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
		<GrpHdr><MsgId>S-%s</MsgId><CreDtTm>%sT20:00:00</CreDtTm></GrpHdr>
		<Stmt><Id>1</Id><Acct><Id><IBAN>%s</IBAN></Id></Acct>%s</Stmt></BkToCstmrStmt></Document>`, day, day, iban, entries.String())
}

// answered takes what the bank sent, and tells the outcomes of its lines.
func (w *world) answered(text []byte) string {
	w.Helper()
	var outcomes []string
	w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
		message, err := settlement.TakeAnswer(ctx, tx, settlement.Answer{Text: text})
		for _, line := range message.Lines {
			outcomes = append(outcomes, string(line.Outcome))
		}
		return err
	})
	return strings.Join(outcomes, " ")
}

// states tells where statements stand, in the order they are given.
func (w *world) states(statements ...settlement.Statement) string {
	w.Helper()
	var states []string
	if err := w.View(w.Context(), w.accountant, func(q db.Q) error {
		for _, one := range statements {
			found, err := settlement.StatementByID(w.Context(), q, one.ID)
			if err != nil {
				return err
			}
			states = append(states, string(found.State))
		}
		return nil
	}); err != nil {
		w.Fatal(err)
	}
	return strings.Join(states, " ")
}
