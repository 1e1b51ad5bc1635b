package voucher

// The names of this package's acts in the sealed record.
const (
	actPrint = "voucher.print" // a run
	// actPrintBooklet is one booklet of a run, with its coupons.
	actPrintBooklet = "voucher.print_booklet"

	actHandOver = "voucher.hand_over"
	actRedeem   = "voucher.redeem"
	actReverse  = "voucher.reverse"
	actBlock    = "voucher.block"
	actExpire   = "voucher.expire"
	actVoid     = "voucher.void"
	actState    = "voucher.state"
)
