package funding

// The names of this package's acts in the sealed record.
const (
	actAddFunder  = "funding.add_funder"
	actSign       = "funding.sign"
	actPlaceOrder = "funding.place_order"
	actReceive    = "funding.receive"
)
