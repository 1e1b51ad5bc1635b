package funding

// The names of this package's acts in the sealed record.
const (
	actAddFunder  = "funding.add_funder"
	actSign       = "funding.sign"
	actPlaceOrder = "funding.place_order"
	actReceive    = "funding.receive"

	actSetAccount = "funding.set_account"
	actCredit     = "funding.credit"
	actSendBack   = "funding.send_back"
	actRefund     = "funding.refund"
	actRefundEnd  = "funding.refund_outcome"
	actRollOver   = "funding.roll_over"
)
