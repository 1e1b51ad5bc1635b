package activity

import (
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// lasting is "45 min", "1 h", "1 h 30".
func lasting(minutes int) string {
	hours, rest := minutes/60, minutes%60
	switch {
	case hours == 0:
		return strconv.Itoa(rest) + "\u00a0min"
	case rest == 0:
		return strconv.Itoa(hours) + "\u00a0h"
	}
	return strconv.Itoa(hours) + "\u00a0h\u00a0" + strconv.Itoa(rest)
}

// summary is an activity in one line.
func summary(told activity.Content) string {
	who := "une personne"
	if told.People > 1 {
		who = strconv.Itoa(told.People) + "\u00a0personnes"
	}
	return who + ", " + lasting(told.Minutes) + ", " + strings.ToLower(strings.Join(activity.Themes.Labels(told.Themes), ", ")) + ", le " + told.Day.FrenchLong()
}

// zoneOf is the zone of the actor's organisation.
func zoneOf(r *web.Request, q db.Q) (*time.Location, error) {
	own, err := account.OrganisationByID(r.Context(), q, q.Actor().Organisation)
	if fault.KindOf(err) == fault.NotFound {
		return civil.Paris, nil
	}
	return civil.ZoneOf(own.Commune), err
}
