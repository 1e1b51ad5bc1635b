package sample

import (
	"fmt"
	"slices"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/settlement"
)

// bankRejects takes the bank's answer to a file: the account of the last site
// is closed, the rest is on its way.
func (s *stage) bankRejects(tx *db.Tx, file settlement.PaymentFile) error {
	payments, err := settlement.PaymentsOf(s.ctx, tx, file.ID)
	if err != nil || len(payments) < 2 { // a whole file is not refused
		return err
	}
	// References follow identifiers, which are drawn anew each time; sites do not.
	refused := payments[0]
	for _, site := range s.sites {
		if at := slices.IndexFunc(payments, func(p settlement.Payment) bool { return p.Site == site.id }); at >= 0 {
			refused = payments[at]
		}
	}
	at := civil.DateOf(tx.Now(), civil.Paris)
	_, err = settlement.TakeAnswer(s.ctx, tx, settlement.Answer{ID: tx.NewID(), Text: fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>EXEMPLE-R-%[1]s</MsgId><CreDtTm>%[1]sT07:30:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>%[2]s</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>%[2]s</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>%[3]s</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>
`, at, file.MessageID, refused.Reference)})
	return err
}

// bankDebits takes the statement of the account that pays: the file's debit, and
// the fees that the bank takes elsewhere.
func (s *stage) bankDebits(tx *db.Tx, file settlement.PaymentFile) error {
	paying, err := settlement.IssuerAccountNow(s.ctx, tx)
	if err != nil {
		return err
	}
	// What the bank rejected since the file was made is not debited.
	if file, err = settlement.PaymentFileByID(s.ctx, tx, file.ID); err != nil {
		return err
	}
	on := civil.DateOf(tx.Now(), civil.Paris)
	_, err = settlement.TakeAnswer(s.ctx, tx, settlement.Answer{ID: tx.NewID(), Text: fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>EXEMPLE-C-%[1]s</MsgId><CreDtTm>%[1]sT20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>EXEMPLE-%[1]s</Id><Acct><Id><IBAN>%[2]s</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">%[3]s</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%[1]s</Dt></BookgDt>
<NtryDtls><Btch><MsgId>%[4]s</MsgId><PmtInfId>%[4]s</PmtInfId></Btch></NtryDtls><AddtlNtryInf>VIREMENTS EMIS</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="EUR">4.20</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><ValDt><Dt>%[1]s</Dt></ValDt><AddtlNtryInf>FRAIS DE TENUE DE COMPTE</AddtlNtryInf></Ntry>
</Stmt></BkToCstmrStmt></Document>
`, on, paying.IBAN, file.Due().Decimal(), file.MessageID)})
	return err
}
