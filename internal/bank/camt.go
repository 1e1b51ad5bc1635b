package bank

import (
	"io"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/money"
)

// AccountReport is what a bank tells of an account: its statement (ISO 20022
// camt.053) or a notification of debits and credits (camt.054), versions
// .001.02 and later.
type AccountReport struct {
	MessageID string // the bank's own
	Created   time.Time
	Statement bool // a statement, that has balances, rather than a notification
	Accounts  []AccountEntries
}

// AccountEntries are the movements of one account.
type AccountEntries struct {
	ID      string // the statement's or the notification's own
	IBAN    IBAN
	Opening Balance // zero where the message has none
	Closing Balance
	Entries []Entry
}

// Balance is what an account holds, booked, on a day.
type Balance struct {
	On     civil.Date
	Amount money.Cents // below zero: overdrawn
}

// Entry is one movement of an account, which a bank may make of several
// transfers.
type Entry struct {
	Reference string      // the bank's, unique in the account; may be empty
	Amount    money.Cents // above zero
	Credit    bool        // into the account
	Reversal  bool        // takes back an earlier entry
	Booked    bool        // false while the bank only announces it
	On        civil.Date  // the day it was booked, else of value
	Text      string      // the bank's own words
	Transfers []EntryTransfer
}

// EntryTransfer is one transfer of an entry. Texts are empty where the bank
// says nothing.
type EntryTransfer struct {
	MessageID, Block, EndToEndID string // those of the order, PmtInfId for Block
	Amount                       money.Cents
	Returned                     *Reason // set when a transfer comes back
	Party                        string  // the other side's name
	PartyIBAN                    IBAN    // empty where it is none of the SEPA area
	Remittance                   string
}

// Elements of camt.053 and camt.054. Where versions differ, both are read.
type (
	accountReport struct {
		ID            string           `xml:"GrpHdr>MsgId"`
		Created       string           `xml:"GrpHdr>CreDtTm"`
		Statements    []accountEntries `xml:"Stmt"`
		Notifications []accountEntries `xml:"Ntfctn"`
	}
	accountEntries struct {
		ID       string           `xml:"Id"`
		IBAN     string           `xml:"Acct>Id>IBAN"`
		Other    string           `xml:"Acct>Id>Othr>Id"`
		Balances []accountBalance `xml:"Bal"`
		Entries  []accountEntry   `xml:"Ntry"`
	}
	accountBalance struct {
		Kind      string         `xml:"Tp>CdOrPrtry>Cd"`
		Amount    currencyAmount `xml:"Amt"`
		Direction string         `xml:"CdtDbtInd"`
		Day       dayOrInstant   `xml:"Dt"`
	}
	accountEntry struct {
		Reference string         `xml:"NtryRef"`
		BanksOwn  string         `xml:"AcctSvcrRef"`
		Amount    currencyAmount `xml:"Amt"`
		Direction string         `xml:"CdtDbtInd"`
		Reversal  string         `xml:"RvslInd"`
		Status    struct {
			Text string `xml:",chardata"` // up to version 5
			Code string `xml:"Cd"`        // from version 6
		} `xml:"Sts"`
		Booked  dayOrInstant `xml:"BookgDt"`
		Value   dayOrInstant `xml:"ValDt"`
		Text    string       `xml:"AddtlNtryInf"`
		Details []struct {
			Batch struct {
				MessageID string `xml:"MsgId"`
				Block     string `xml:"PmtInfId"`
			} `xml:"Btch"`
			Transfers []entryTransfer `xml:"TxDtls"`
		} `xml:"NtryDtls"`
	}
	entryTransfer struct {
		MessageID  string          `xml:"Refs>MsgId"`
		Block      string          `xml:"Refs>PmtInfId"`
		EndToEndID string          `xml:"Refs>EndToEndId"`
		Amount     *currencyAmount `xml:"Amt"`
		Detailed   *currencyAmount `xml:"AmtDtls>TxAmt>Amt"`
		Debtor     entryParty      `xml:"RltdPties>Dbtr"`
		DebtorIBAN string          `xml:"RltdPties>DbtrAcct>Id>IBAN"`
		Creditor   entryParty      `xml:"RltdPties>Cdtr"`
		CredIBAN   string          `xml:"RltdPties>CdtrAcct>Id>IBAN"`
		Free       []string        `xml:"RmtInf>Ustrd"`
		Structured []string        `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
		Returned   *statusReason   `xml:"RtrInf"`
	}
	entryParty struct {
		Name   string `xml:"Nm"`
		Nested string `xml:"Pty>Nm"` // from version 8
	}
)

// ReadAccountReport reads a camt.053 or a camt.054. A statement whose booked
// entries do not lead from its opening balance to its closing one is refused.
// Fault: bad_bank_message.
func ReadAccountReport(source io.Reader) (AccountReport, error) {
	decoder, kind, err := open(source)
	if err != nil {
		return AccountReport{}, err
	}
	var body struct {
		Statement    *accountReport `xml:"BkToCstmrStmt"`
		Notification *accountReport `xml:"BkToCstmrDbtCdtNtfctn"`
	}
	if kind != "camt.053" && kind != "camt.054" {
		return AccountReport{}, wrongKind(kind)
	}
	if err := decodeBody(decoder, &body); err != nil {
		return AccountReport{}, err
	}
	read := body.Statement
	if kind == "camt.054" {
		read = body.Notification
	}
	if read == nil || strings.TrimSpace(read.ID) == "" || len(read.Statements)+len(read.Notifications) == 0 {
		return AccountReport{}, ErrBadMessage.With("cause", "missing").Sayf("Ce fichier ne parle d’aucun compte. Demandez à la banque le fichier complet.")
	}
	report := AccountReport{MessageID: strings.TrimSpace(read.ID), Statement: kind == "camt.053"}
	if report.Created, err = instant(read.Created); err != nil {
		return AccountReport{}, err
	}
	for _, account := range append(read.Statements, read.Notifications...) {
		entries, err := account.read(report.Statement)
		if err != nil {
			return AccountReport{}, err
		}
		report.Accounts = append(report.Accounts, entries)
	}
	return report, nil
}

func (a *accountEntries) read(statement bool) (AccountEntries, error) {
	entries := AccountEntries{ID: strings.TrimSpace(a.ID)}
	number := a.IBAN
	if number == "" {
		number = a.Other
	}
	var err error
	if entries.IBAN, err = ParseIBAN(number); err != nil {
		return AccountEntries{}, ErrBadMessage.With("cause", "account").Sayf("Ce fichier ne dit pas de quel compte il parle par un IBAN. Demandez à la banque le fichier complet.")
	}
	var opened, closed bool
	for _, balance := range a.Balances {
		switch balance.Kind {
		case "OPBD", "PRCD": // the closing of the statement before is the opening of this one
			if entries.Opening, err = balance.read(); err != nil {
				return AccountEntries{}, err
			}
			opened = true
		case "CLBD":
			if entries.Closing, err = balance.read(); err != nil {
				return AccountEntries{}, err
			}
			closed = true
		}
	}
	moved := entries.Opening.Amount
	for i := range a.Entries {
		entry, err := a.Entries[i].read()
		if err != nil {
			return AccountEntries{}, err
		}
		entries.Entries = append(entries.Entries, entry)
		if entry.Booked {
			moved += entry.signed()
		}
	}
	if statement && opened && closed && moved != entries.Closing.Amount {
		return AccountEntries{}, ErrBadMessage.With("cause", "sum").Sayf("Les mouvements de ce relevé mènent à %s, son solde final dit %s. Demandez à la banque le fichier complet.", moved, entries.Closing.Amount)
	}
	return entries, nil
}

func (b accountBalance) read() (Balance, error) {
	amount, err := b.Amount.cents()
	if err != nil {
		return Balance{}, err
	}
	credit, err := direction(b.Direction)
	if err != nil {
		return Balance{}, err
	}
	if !credit {
		amount = -amount
	}
	day, err := b.Day.date()
	return Balance{On: day, Amount: amount}, err
}

func direction(text string) (credit bool, err error) {
	switch strings.TrimSpace(text) {
	case "CRDT":
		return true, nil
	case "DBIT":
		return false, nil
	}
	return false, ErrBadMessage.With("cause", "missing").Sayf("Un mouvement ne dit pas s’il entre ou s’il sort du compte. Demandez à la banque le fichier complet.")
}

// signed is what the entry adds to the account.
func (e Entry) signed() money.Cents {
	if e.Credit {
		return e.Amount
	}
	return -e.Amount
}

func (e *accountEntry) read() (Entry, error) {
	entry := Entry{
		Reference: strings.TrimSpace(e.BanksOwn), Text: strings.TrimSpace(e.Text), Reversal: strings.TrimSpace(e.Reversal) == "true",
		Booked: strings.TrimSpace(e.Status.Code+e.Status.Text) == "BOOK",
	}
	if entry.Reference == "" {
		entry.Reference = strings.TrimSpace(e.Reference)
	}
	var err error
	if entry.Amount, err = e.Amount.cents(); err != nil {
		return Entry{}, err
	}
	if entry.Credit, err = direction(e.Direction); err != nil {
		return Entry{}, err
	}
	if entry.On, err = e.Booked.date(); err != nil {
		return Entry{}, err
	}
	if entry.On.IsZero() {
		if entry.On, err = e.Value.date(); err != nil {
			return Entry{}, err
		}
	}
	for _, details := range e.Details {
		if len(details.Transfers) == 0 && details.Batch.MessageID+details.Batch.Block != "" {
			details.Transfers = []entryTransfer{{}} // a batch told as one
		}
		for _, told := range details.Transfers {
			transfer, err := told.read(entry.Credit)
			if err != nil {
				return Entry{}, err
			}
			if transfer.MessageID == "" {
				transfer.MessageID = strings.TrimSpace(details.Batch.MessageID)
			}
			if transfer.Block == "" {
				transfer.Block = strings.TrimSpace(details.Batch.Block)
			}
			entry.Transfers = append(entry.Transfers, transfer)
		}
	}
	if len(entry.Transfers) == 1 && entry.Transfers[0].Amount == 0 {
		entry.Transfers[0].Amount = entry.Amount
	}
	return entry, nil
}

// notProvided is what banks write where the payer gave no reference (EPC130-08).
const notProvided = "NOTPROVIDED"

func (t entryTransfer) read(credit bool) (EntryTransfer, error) {
	transfer := EntryTransfer{
		MessageID: strings.TrimSpace(t.MessageID), Block: strings.TrimSpace(t.Block), EndToEndID: strings.TrimSpace(t.EndToEndID),
		Remittance: strings.TrimSpace(strings.Join(append(t.Free, t.Structured...), " ")),
	}
	if transfer.EndToEndID == notProvided {
		transfer.EndToEndID = ""
	}
	party, number := t.Creditor, t.CredIBAN
	// A returned transfer keeps the parties of the order: its creditor is still
	// the one that was to be paid.
	if credit && t.Returned == nil {
		party, number = t.Debtor, t.DebtorIBAN
	}
	transfer.Party = strings.TrimSpace(party.Name + party.Nested)
	if iban, err := ParseIBAN(number); err == nil {
		transfer.PartyIBAN = iban
	}
	if t.Returned != nil {
		reason := firstReason([]statusReason{*t.Returned})
		transfer.Returned = &reason
	}
	for _, amount := range []*currencyAmount{t.Amount, t.Detailed} {
		if amount == nil || amount.Currency != "EUR" || transfer.Amount != 0 {
			continue // told in the currency of the other side
		}
		var err error
		if transfer.Amount, err = amount.cents(); err != nil {
			return EntryTransfer{}, err
		}
	}
	return transfer, nil
}
