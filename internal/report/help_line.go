package report

import (
	"context"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// HelpLine is one person helped once: a line of the file that other tools of
// mediation read. Nobody is named: a person known here is told by their
// pseudonym.
type HelpLine struct {
	Help
	Rank                int // among those of the same help, from 1
	Of                  int
	RecordedAt          time.Time
	ChangedAt           time.Time // zero when it never changed
	FirstName, LastName string    // of who gave it
	Beneficiary         string    // pseudonym, empty for a person who gave no name
	At                  place.Place
	Channel             string
	Formality           string
	Equipment           []string
	Level               int
	Redirected          string
	Home                geography.Commune // of the person; zero when not told
	Gender, Age, Status string
	Note                string // of the activity, on its first line
}

// HelpLines lists a period's help, a line for each person helped, the first day
// first: what someone wrote down and the sessions held, of the actor's
// organisation. Coupons taken alone tell neither duration nor theme, and are not
// in it. Faults: those of Helps, and of account.Require for activity.read.
func HelpLines(ctx context.Context, q db.Q, filter HelpFilter) ([]HelpLine, error) {
	if err := account.Require(q.Actor(), account.ActActivityRead, filter.Organisation); err != nil {
		return nil, err
	}
	helps, err := Helps(ctx, q, filter)
	if err != nil {
		return nil, err
	}
	var places []db.ID
	for _, help := range helps {
		if !help.Place.IsZero() {
			places = append(places, help.Place)
		}
	}
	known, err := place.ByIDs(ctx, q, places)
	if err != nil {
		return nil, err
	}
	writer := lineWriter{places: map[db.ID]place.Place{}, names: map[db.ID]string{}}
	for _, one := range known {
		writer.places[one.ID] = one
	}
	var lines []HelpLine
	for rank := range helps {
		help := helps[len(helps)-1-rank]
		var some []HelpLine
		switch help.Way {
		case ByActivity:
			some, err = writer.ofActivity(ctx, q, help)
		case BySession:
			some, err = writer.ofSession(ctx, q, help)
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, some...)
	}
	return lines, nil
}

// lineWriter remembers what several lines say.
type lineWriter struct {
	places map[db.ID]place.Place
	names  map[db.ID]string
}

func (w lineWriter) ofActivity(ctx context.Context, q db.Q, help Help) ([]HelpLine, error) {
	told, err := activity.ByID(ctx, q, help.ID)
	if err != nil {
		return nil, err
	}
	name, err := w.name(ctx, q, told.Author)
	if err != nil {
		return nil, err
	}
	first, last, _ := strings.Cut(name, " ")
	line := HelpLine{
		Help: help, Of: help.People, RecordedAt: told.RecordedAt, FirstName: first, LastName: last, At: w.at(help), Channel: told.Channel,
		Formality: told.Formality, Equipment: told.Equipment, Level: told.Level, Redirected: told.Redirected, Note: told.Note,
	}
	if told.Revision > 1 {
		line.ChangedAt = told.ChangedAt
	}
	if !told.Holder.IsZero() {
		if err := line.of(ctx, q, told.Holder); err != nil {
			return nil, err
		}
	}
	genders, ages, statuses := spread(told.Publics.Genders, activity.Genders), spread(told.Publics.Ages, activity.Ages), spread(told.Publics.Statuses, activity.Statuses)
	lines := make([]HelpLine, help.People)
	for i := range lines {
		lines[i] = line
		lines[i].Rank, lines[i].Gender, lines[i].Age, lines[i].Status = i+1, at(genders, i), at(ages, i), at(statuses, i)
		line.Note = ""
	}
	return lines, nil
}

func (w lineWriter) ofSession(ctx context.Context, q db.Q, help Help) ([]HelpLine, error) {
	session, err := workshop.SessionByID(ctx, q, help.ID)
	if err != nil {
		return nil, err
	}
	came, err := db.All(ctx, q, db.Value[db.ID], `SELECT holder FROM booking WHERE session = $1 AND state = 'came' ORDER BY booked_at, id`, help.ID)
	if err != nil {
		return nil, err
	}
	first, last, _ := strings.Cut(session.Mediator, " ")
	lines := make([]HelpLine, len(came))
	for i, who := range came {
		lines[i] = HelpLine{
			Help: help, Rank: i + 1, Of: len(came), RecordedAt: session.EndsAt, FirstName: first, LastName: last, At: w.at(help),
			Channel: activity.OnSite, Level: activity.StepOf(session.Level),
		}
		if err := lines[i].of(ctx, q, who); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// of tells whom a line is of.
func (l *HelpLine) of(ctx context.Context, q db.Q, who db.ID) error {
	known, err := holder.ExpectedByID(ctx, q, who)
	if err != nil {
		return err
	}
	l.Beneficiary = known.Pseudonym
	var commune string
	if err := q.QueryRow(ctx, `SELECT commune FROM holder WHERE id = $1`, who).Scan(&commune); err != nil {
		return err
	}
	home, err := geography.CommuneByCode(commune)
	if err == nil {
		l.Home = home
	}
	return nil
}

// at is the place of a help: the directory's, or the commune alone.
func (w lineWriter) at(help Help) place.Place {
	if there, known := w.places[help.Place]; known {
		return there
	}
	there := place.Place{Commune: help.Commune}
	if commune, err := geography.CommuneByCode(help.Commune); err == nil {
		there.CommuneName = commune.Name
		if len(commune.PostalCodes) > 0 {
			there.PostalCode = commune.PostalCodes[0]
		}
	}
	return there
}

func (w lineWriter) name(ctx context.Context, q db.Q, person db.ID) (string, error) {
	if name, known := w.names[person]; known {
		return name, nil
	}
	name, err := account.NameOf(ctx, q, person)
	w.names[person] = name
	return name, err
}

// spread writes each code as often as it was counted, in the vocabulary's order.
func spread(counts map[string]int, words activity.Words) []string {
	var codes []string
	for _, word := range words {
		for range counts[word.Code] {
			codes = append(codes, word.Code)
		}
	}
	return codes
}

func at(codes []string, i int) string {
	if i < len(codes) {
		return codes[i]
	}
	return ""
}
