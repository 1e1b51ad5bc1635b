package exchange

import (
	"io"
	"strconv"
	"time"

	ics "github.com/arran4/golang-ical"

	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// WriteCalendar writes sessions as an iCalendar file (RFC 5545): instants in
// UTC, which every program shows in its reader's zone and which no change of
// clocks moves; the zone of the first session's site as the calendar's own. A
// session that is called off stays, cancelled, so that it leaves the calendars
// that had it. Nobody booked is named.
func WriteCalendar(out io.Writer, name string, sessions []workshop.Session, places map[db.ID]place.Place, at time.Time) error {
	made := ics.NewCalendarFor("Passerelle")
	made.SetMethod(ics.MethodPublish)
	made.SetXWRCalName(name)
	made.SetRefreshInterval("PT1H", ics.WithValue("DURATION"))
	made.SetXPublishedTTL("PT1H")
	if len(sessions) > 0 {
		made.SetXWRTimezone(sessions[0].Zone().String())
	}
	for _, session := range sessions {
		event := made.AddEvent(session.ID.String() + "@passerelle")
		event.SetDtStampTime(at)
		event.SetStartAt(session.StartsAt)
		event.SetEndAt(session.EndsAt)
		event.SetSummary(session.Title)
		if site, known := places[session.Site]; known {
			where := site.Name + ", " + site.AddressLine()
			if session.Room != "" {
				where = session.Room + ", " + where
			}
			event.SetLocation(where)
		}
		told := strconv.Itoa(session.Taken) + " places prises sur " + strconv.Itoa(session.Seats)
		if session.Mediator != "" {
			told += ". Avec " + session.Mediator
		}
		event.SetDescription(told)
		event.SetStatus(ics.ObjectStatusConfirmed)
		if session.State == workshop.SessionCalledOff {
			event.SetStatus(ics.ObjectStatusCancelled)
			event.SetSequence(1)
		}
	}
	return made.SerializeTo(out, ics.WithNewLineWindows)
}
