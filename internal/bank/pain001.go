package bank

import "encoding/xml"

// XML is the order as a pain.001.001.09 file in UTF-8: one payment information
// block, service level SEPA, charges shared (SLEV). The same order gives the
// same bytes. Texts are written by SEPAText. Faults: those of Validate.
func (c CreditTransfer) XML() ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	count, sum := len(c.Transfers), c.Total().Decimal()
	block := paymentInformation{
		ID:            c.MessageID,
		Method:        "TRF",
		BatchBooking:  c.BatchBooking,
		Count:         count,
		Sum:           sum,
		ServiceLevel:  "SEPA",
		Execution:     c.RequestedExecution.String(),
		Debtor:        partyOf(c.Debtor),
		DebtorAccount: c.Debtor.IBAN,
		DebtorAgent:   debtorAgent(c.Debtor.BIC),
		ChargeBearer:  "SLEV",
	}
	for _, transfer := range c.Transfers {
		line := transaction{
			EndToEndID:      transfer.EndToEndID,
			Amount:          amount{Currency: "EUR", Value: transfer.Amount.Decimal()},
			Creditor:        partyOf(transfer.Creditor),
			CreditorAccount: transfer.Creditor.IBAN,
		}
		if bic := transfer.Creditor.BIC; bic != "" {
			line.CreditorAgent = &agent{BIC: &bic}
		}
		if remittance := SEPAText(transfer.Remittance, longestRemittance); remittance != "" {
			line.Remittance = &remittance
		}
		block.Transactions = append(block.Transactions, line)
	}
	body, err := xml.MarshalIndent(document{
		Header: groupHeader{
			ID:        c.MessageID,
			Created:   c.Created.UTC().Format("2006-01-02T15:04:05Z"),
			Count:     count,
			Sum:       sum,
			Initiator: SEPAText(c.Debtor.Name, longestName),
		},
		Block: block,
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(append([]byte(xml.Header), body...), '\n'), nil
}

// Elements in the order of the schema. Those that may be absent are pointers:
// with omitempty alone, encoding/xml would still write their parents, empty.
type (
	document struct {
		XMLName xml.Name           `xml:"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09 Document"`
		Header  groupHeader        `xml:"CstmrCdtTrfInitn>GrpHdr"`
		Block   paymentInformation `xml:"CstmrCdtTrfInitn>PmtInf"`
	}
	groupHeader struct {
		ID        string `xml:"MsgId"`
		Created   string `xml:"CreDtTm"`
		Count     int    `xml:"NbOfTxs"`
		Sum       string `xml:"CtrlSum"`
		Initiator string `xml:"InitgPty>Nm"`
	}
	paymentInformation struct {
		ID            string        `xml:"PmtInfId"`
		Method        string        `xml:"PmtMtd"`
		BatchBooking  bool          `xml:"BtchBookg"`
		Count         int           `xml:"NbOfTxs"`
		Sum           string        `xml:"CtrlSum"`
		ServiceLevel  string        `xml:"PmtTpInf>SvcLvl>Cd"`
		Execution     string        `xml:"ReqdExctnDt>Dt"`
		Debtor        party         `xml:"Dbtr"`
		DebtorAccount IBAN          `xml:"DbtrAcct>Id>IBAN"`
		DebtorAgent   agent         `xml:"DbtrAgt"`
		ChargeBearer  string        `xml:"ChrgBr"`
		Transactions  []transaction `xml:"CdtTrfTxInf"`
	}
	transaction struct {
		EndToEndID      string  `xml:"PmtId>EndToEndId"`
		Amount          amount  `xml:"Amt>InstdAmt"`
		CreditorAgent   *agent  `xml:"CdtrAgt"`
		Creditor        party   `xml:"Cdtr"`
		CreditorAccount IBAN    `xml:"CdtrAcct>Id>IBAN"`
		Remittance      *string `xml:"RmtInf>Ustrd"`
	}
	amount struct {
		Currency string `xml:"Ccy,attr"`
		Value    string `xml:",chardata"`
	}
	agent struct {
		BIC   *BIC    `xml:"FinInstnId>BICFI"`
		Other *string `xml:"FinInstnId>Othr>Id"`
	}
	party struct {
		Name    string   `xml:"Nm"`
		Address *address `xml:"PstlAdr"`
	}
	address struct {
		Street   string `xml:"StrtNm,omitempty"`
		Number   string `xml:"BldgNb,omitempty"`
		Postcode string `xml:"PstCd,omitempty"`
		Town     string `xml:"TwnNm"`
		Country  string `xml:"Ctry"`
	}
)

// debtorAgent is mandatory in the schema; a bank that the payer did not name is
// spelt out as such, as the EPC's guidelines (EPC132-08) have it.
func debtorAgent(bic BIC) agent {
	if bic == "" {
		return agent{Other: new("NOTPROVIDED")}
	}
	return agent{BIC: &bic}
}

func partyOf(holder Party) party {
	written := party{Name: SEPAText(holder.Name, longestName)}
	if holder.Address != (Address{}) {
		written.Address = &address{
			Street:   SEPAText(holder.Address.Street, 70),
			Number:   SEPAText(holder.Address.Number, 16),
			Postcode: SEPAText(holder.Address.Postcode, 16),
			Town:     SEPAText(holder.Address.Town, 35),
			Country:  holder.Address.Country,
		}
	}
	return written
}
