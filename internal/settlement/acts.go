package settlement

// The names of this package's acts in the sealed record.
const (
	actClose         = "statement.close"
	actPay           = "settlement.pay"
	actDebit         = "settlement.debit"
	actIssuerAccount = "issuer_account.set"
)
