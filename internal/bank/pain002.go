package bank

import (
	"io"
	"strings"
	"time"

	"passerelle/internal/money"
)

// Status is where an order stands with the bank: a code of ISO 20022's external
// sets of payment and transaction statuses, "ACCP", "ACSC", "PDNG", "RJCT".
type Status string

const (
	rejected  Status = "RJCT"
	cancelled Status = "CANC"
)

// Refused tells whether the bank will not pay; every other status is a step on
// the way, and nothing is paid before the account's statement shows it.
func (s Status) Refused() bool { return s == rejected || s == cancelled }

// StatusReport is the bank's answer to a file of credit transfers: ISO 20022
// pain.002, versions .001.03 and later.
type StatusReport struct {
	MessageID string // the bank's own
	Created   time.Time
	Original  string // the MessageID of the order it answers
	Status    Status // of the whole order; may be empty
	Reason    Reason
	Transfers []TransferStatus // those told of one by one
}

// TransferStatus is the answer to one transfer, or to a whole block of them
// where EndToEndID is empty.
type TransferStatus struct {
	Block      string // the payment information's identifier, PmtInfId
	EndToEndID string
	Status     Status
	Reason     Reason
	Amount     money.Cents // as the order said it; zero when the bank does not repeat it
}

// Refusals lists what the bank will not pay: one that names neither block nor
// transfer is the whole order.
func (r StatusReport) Refusals() []TransferStatus {
	if r.Status.Refused() {
		return []TransferStatus{{Status: r.Status, Reason: r.Reason}}
	}
	var refused []TransferStatus
	for _, transfer := range r.Transfers {
		if transfer.Status.Refused() {
			refused = append(refused, transfer)
		}
	}
	return refused
}

// Elements of pain.002. Those of the transaction that the order also has
// (OrgnlTxRef) are read for the amount alone.
type (
	statusReport struct {
		ID      string        `xml:"GrpHdr>MsgId"`
		Created string        `xml:"GrpHdr>CreDtTm"`
		Order   statusOfOrder `xml:"OrgnlGrpInfAndSts"`
		Blocks  []struct {
			ID        string              `xml:"OrgnlPmtInfId"`
			Status    Status              `xml:"PmtInfSts"`
			Reasons   []statusReason      `xml:"StsRsnInf"`
			Transfers []transactionStatus `xml:"TxInfAndSts"`
		} `xml:"OrgnlPmtInfAndSts"`
	}
	statusOfOrder struct {
		ID      string         `xml:"OrgnlMsgId"`
		Status  Status         `xml:"GrpSts"`
		Reasons []statusReason `xml:"StsRsnInf"`
	}
	transactionStatus struct {
		EndToEndID string          `xml:"OrgnlEndToEndId"`
		Status     Status          `xml:"TxSts"`
		Reasons    []statusReason  `xml:"StsRsnInf"`
		Amount     *currencyAmount `xml:"OrgnlTxRef>Amt>InstdAmt"`
	}
	statusReason struct {
		Code        string   `xml:"Rsn>Cd"`
		Proprietary string   `xml:"Rsn>Prtry"`
		Texts       []string `xml:"AddtlInf"`
	}
)

// ReadStatusReport reads a pain.002. Fault: bad_bank_message.
func ReadStatusReport(source io.Reader) (StatusReport, error) {
	decoder, kind, err := open(source)
	if err != nil {
		return StatusReport{}, err
	}
	if kind != "pain.002" {
		return StatusReport{}, wrongKind(kind)
	}
	var body struct {
		Report *statusReport `xml:"CstmrPmtStsRpt"`
	}
	if err := decodeBody(decoder, &body); err != nil {
		return StatusReport{}, err
	}
	if body.Report == nil || body.Report.ID == "" || body.Report.Order.ID == "" {
		return StatusReport{}, ErrBadMessage.With("cause", "missing").Sayf("Cette réponse ne dit pas à quel fichier de paiement elle répond. Demandez à la banque le fichier complet.")
	}
	return body.Report.read()
}

func (s *statusReport) read() (StatusReport, error) {
	report := StatusReport{
		MessageID: strings.TrimSpace(s.ID), Original: strings.TrimSpace(s.Order.ID), Status: s.Order.Status, Reason: firstReason(s.Order.Reasons),
	}
	var err error
	if report.Created, err = instant(s.Created); err != nil {
		return StatusReport{}, err
	}
	for _, block := range s.Blocks {
		if block.Status.Refused() || len(block.Transfers) == 0 && block.Status != "" {
			report.Transfers = append(report.Transfers, TransferStatus{Block: block.ID, Status: block.Status, Reason: firstReason(block.Reasons)})
			if block.Status.Refused() {
				continue // its transfers go with it
			}
		}
		for _, transfer := range block.Transfers {
			read := TransferStatus{
				Block: block.ID, EndToEndID: strings.TrimSpace(transfer.EndToEndID), Status: transfer.Status, Reason: firstReason(transfer.Reasons),
			}
			if read.Status.Refused() && read.EndToEndID == "" {
				return StatusReport{}, ErrBadMessage.With("cause", "missing").Sayf("Un virement refusé n’a pas de référence. Demandez à la banque le fichier complet.")
			}
			if transfer.Amount != nil {
				if read.Amount, err = transfer.Amount.cents(); err != nil {
					return StatusReport{}, err
				}
			}
			report.Transfers = append(report.Transfers, read)
		}
	}
	return report, nil
}

func firstReason(reasons []statusReason) Reason {
	for _, reason := range reasons {
		code := strings.TrimSpace(reason.Code)
		if code == "" {
			code = strings.TrimSpace(reason.Proprietary)
		}
		if text := strings.TrimSpace(strings.Join(reason.Texts, " ")); code != "" || text != "" {
			return Reason{Code: SEPAText(code, 35), Text: SEPAText(text, 210)}
		}
	}
	return Reason{}
}
