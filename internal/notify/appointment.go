package notify

import (
	"context"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
)

// TellAppointment tells the person of their appointment without a session: that
// it is noted, has another day, or is called off. It tells how the appointment
// stands when it is told; what no longer stands, or has no hour yet, is not told.
// Telephone is the instance's number. Faults: not_found, and those of Tell.
func TellAppointment(ctx context.Context, tx *db.Tx, happened orientation.AppointmentNotice, telephone string) error {
	known, starts, err := orientation.AppointmentToTell(ctx, tx, happened.Appointment)
	if err != nil || starts.IsZero() {
		return err
	}
	if (known.State == orientation.Cancelled) != (happened.What == orientation.WasCancelled) {
		return nil
	}
	where, err := place.ByID(ctx, tx, known.Place)
	if err != nil {
		return err
	}
	kinds := map[string]Kind{
		orientation.WasNoted: AppointmentNoted, orientation.WasMoved: AppointmentMoved, orientation.WasCancelled: AppointmentCancelled,
	}
	kind := kinds[happened.What]
	word := Word{
		Kind: kind, About: known.ID, Once: string(kind) + " " + known.ID.String() + " " + known.Day.String() + " " + known.At.String(), TooLate: starts.Add(-shortBefore),
		Facts: Facts{
			Place: where.Name, Address: strings.TrimPrefix(where.Address+", "+where.PostalCode+" "+where.CommuneName, ", "), Starts: starts, Telephone: where.Telephone,
		},
	}
	if known.Remote {
		word.Facts.Address = "par téléphone, chez vous"
	}
	// What changes is asked at the counter that changed it.
	if word.Facts.Telephone == "" || kind == AppointmentCancelled {
		if word.Facts.Telephone, err = deskTelephone(ctx, tx, known.Organisation, telephone); err != nil {
			return err
		}
	}
	_, err = Tell(ctx, tx, known.Holder, word)
	return err
}
