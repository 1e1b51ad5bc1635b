package label

import (
	"strconv"

	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// leftLine tells how many people are expected where a label stops: they are
// listed for the site and the counters, who find each one another seat.
func leftLine(r *web.Request, q db.Q, id db.ID) (web.Line, error) {
	left, err := departure.SessionsLeft(r.Context(), q, id)
	if err != nil && !fault.HasCode(err, departure.ErrUnknownStop.Code) {
		return web.Line{}, err
	}
	people := 0
	for _, one := range left {
		people += one.Seated + one.Waiting
	}
	line := web.Line{Label: "À replacer", Value: "Personne", Note: "Les personnes inscrites sont appelées par le lieu et les guichets\u00a0: la liste est dans «\u00a0Départs\u00a0»."}
	switch {
	case people == 1:
		line.Value = "1 personne inscrite"
	case people > 1:
		line.Value = strconv.Itoa(people) + " personnes inscrites"
	default:
		line.Note = ""
	}
	return line, nil
}
