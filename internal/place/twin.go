package place

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// TwinState is what became of a pair of places that may be one.
type TwinState string

// The states of a pair.
const (
	TwinProposed TwinState = "proposed" // nobody has looked yet
	TwinMerged   TwinState = "merged"   // the same place: one stands for the other
	TwinApart    TwinState = "apart"    // two places
)

// TwinStates are the states, as lists are filtered by them.
var TwinStates = []TwinState{TwinProposed, TwinMerged, TwinApart}

// Twin is a pair of places that may be one (doublon).
type Twin struct {
	ID         db.ID
	One, Other TwinPlace // in the order of their ids
	Likeness
	State      TwinState
	Absorbed   db.ID // while merged: the place that the other stands for
	ProposedAt time.Time
	Decision   TwinDecision
}

// TwinDecision is the last thing that somebody decided of a pair; it is zero when
// nobody did.
type TwinDecision struct {
	ID           db.ID
	At           time.Time
	By           db.ID  // the person, or zero
	Organisation db.ID  // on whose behalf, zero for the console
	Reason       string // a code of ApartReasons, of a pair that was kept apart
}

// TwinPlace is the little that a list of pairs shows of a place.
type TwinPlace struct {
	ID, Organisation             db.ID
	Name, CommuneName, Commune   string
	PostalCode, Address, Source  string
	UpdatedOn                    civil.Date // of its newest source, zero when none gives a date
	Latitude, Longitude          float64
	Approximate, Labelled, Alone bool // Alone: it stands, no other stands for it
}

// Survivor is the place that stands once the pair is merged.
func (t Twin) Survivor() TwinPlace {
	if t.Absorbed == t.One.ID {
		return t.Other
	}
	return t.One
}

// Metres is the straight line between the two, -1 when one is not exactly known.
func (t Twin) Metres() int {
	if t.One.Approximate || t.Other.Approximate {
		return -1
	}
	return geography.Distance(t.One.Latitude, t.One.Longitude, t.Other.Latitude, t.Other.Longitude)
}

// The refusals of merging.
var (
	ErrUnknownTwin = fault.Define(fault.NotFound, "unknown_twin", "Cette paire de lieux n’existe pas. Repartez de la liste des doublons.")
	ErrTwinDecided = fault.Define(fault.Conflict, "twin_decided", "Quelqu’un vient de décider pour ces deux lieux. Rechargez la page pour voir sa décision.")
	ErrTwinGone    = fault.Define(fault.Conflict, "twin_gone", "L’un de ces deux lieux est déjà réuni à un autre. Repartez de la liste des doublons.")
	ErrBothKept    = fault.Define(fault.Conflict, "both_kept", "Ces deux lieux sont chacun tenus par une organisation ou labellisés : un seul peut l’être. Demandez à l’une des deux de laisser sa fiche, puis recommencez.")
)

const (
	twinColumns = `t.id, t.score, t.reasons, t.state, t.absorbed, t.proposed_at, d.id, d.at, d.actor, d.organisation, COALESCE(d.reason, ''),
	a.id, a.organisation, a.name, a.commune_name, a.commune, a.postal_code, a.address, a.source, a.updated_on, a.latitude, a.longitude, a.approximate, a.labelled_until IS NOT NULL, a.merged_into IS NULL,
	b.id, b.organisation, b.name, b.commune_name, b.commune, b.postal_code, b.address, b.source, b.updated_on, b.latitude, b.longitude, b.approximate, b.labelled_until IS NOT NULL, b.merged_into IS NULL`
	twinTables = ` FROM place_twin t JOIN place a ON a.id = t.one JOIN place b ON b.id = t.other LEFT JOIN place_twin_decision d ON d.id = t.decision`
)

func scanTwin(row db.Scanner) (Twin, error) {
	var t Twin
	a, b := &t.One, &t.Other
	var reasons string
	err := row.Scan(&t.ID, &t.Score, &reasons, (*string)(&t.State), &t.Absorbed, &t.ProposedAt,
		&t.Decision.ID, &t.Decision.At, &t.Decision.By, &t.Decision.Organisation, &t.Decision.Reason,
		&a.ID, &a.Organisation, &a.Name, &a.CommuneName, &a.Commune, &a.PostalCode, &a.Address, &a.Source, &a.UpdatedOn, &a.Latitude, &a.Longitude, &a.Approximate, &a.Labelled, &a.Alone,
		&b.ID, &b.Organisation, &b.Name, &b.CommuneName, &b.Commune, &b.PostalCode, &b.Address, &b.Source, &b.UpdatedOn, &b.Latitude, &b.Longitude, &b.Approximate, &b.Labelled, &b.Alone)
	t.Reasons = readReasons(reasons)
	return t, err
}

// writeReasons keeps reasons as "same_name:45|near:8".
func writeReasons(reasons []Reason) string {
	var kept []string
	for _, reason := range reasons {
		kept = append(kept, reason.Code+":"+strconv.Itoa(reason.Points))
	}
	return strings.Join(kept, "|")
}

func readReasons(text string) []Reason {
	var reasons []Reason
	for one := range strings.SplitSeq(text, "|") {
		code, points, _ := strings.Cut(one, ":")
		number, err := strconv.Atoi(points)
		if _, known := signs[code]; known && err == nil {
			reasons = append(reasons, Reason{code, number})
		}
	}
	return reasons
}

// TwinFilter says which pairs are wanted.
type TwinFilter struct {
	State     TwinState           // empty: proposed
	Territory geography.Territory // both places are in it; the zero Territory: anywhere
	Place     db.ID               // one of both; zero: any
	From      int                 // the lowest score
	Below     int                 // above the highest; 0: no bound
	After     TwinCursor
	Limit     int // 0: DefaultFound
}

// TwinCursor is where a page of pairs ended; its zero value is before the first.
// Score is not read of pairs that were decided, and ID is their decision's.
type TwinCursor struct {
	Score int
	ID    db.ID
}

// Cursor is where a page ends whose last pair this is.
func (t Twin) Cursor() TwinCursor {
	if t.State != TwinProposed {
		return TwinCursor{ID: t.Decision.ID}
	}
	return TwinCursor{Score: t.Score, ID: t.ID}
}

// where is the filter, narrowed to what the actor may decide on: for a
// collectivité's team, its own territory. Faults: forbidden, no_territory.
func (f TwinFilter) where(ctx context.Context, q db.Q) (*conditions, error) {
	if err := account.Require(q.Actor(), account.ActPlaceMerge, db.ID{}); err != nil {
		return nil, err
	}
	where := &conditions{}
	state := cmp.Or(f.State, TwinProposed)
	where.add("t.state = ?", string(state))
	if state == TwinProposed {
		where.add("t.score >= ? AND a.merged_into IS NULL AND b.merged_into IS NULL", Alike)
	}
	if f.From > 0 {
		where.add("t.score >= ?", f.From)
	}
	if f.Below > 0 {
		where.add("t.score < ?", f.Below)
	}
	if !f.Place.IsZero() {
		where.add("(t.one = ? OR t.other = ?)", f.Place, f.Place)
	}
	territories := []geography.Territory{f.Territory}
	if q.Actor().Role == account.RoleTerritory {
		own, err := account.TerritoryOf(ctx, q)
		if err != nil {
			return nil, err
		}
		territories = append(territories, own)
	}
	for _, territory := range territories {
		where.inTerritory(territory, "a.")
		where.inTerritory(territory, "b.")
	}
	return where, nil
}

// Twins lists a page of pairs, the surest first, or those that were decided with
// the last decision first. Faults: forbidden, no_territory.
func Twins(ctx context.Context, q db.Q, filter TwinFilter) ([]Twin, error) {
	where, err := filter.where(ctx, q)
	if err != nil {
		return nil, err
	}
	order, after := "t.score DESC, t.id", "(t.score < ? OR t.score = ? AND t.id > ?)"
	key := []any{filter.After.Score, filter.After.Score, filter.After.ID}
	if filter.State == TwinMerged || filter.State == TwinApart {
		order, after, key = "t.decision DESC", "t.decision < ?", key[2:] // ids are made in the order of time
	}
	if !filter.After.ID.IsZero() {
		where.add(after, key...)
	}
	if filter.Limit <= 0 {
		filter.Limit = DefaultFound
	}
	return db.All(ctx, q, scanTwin, `SELECT `+twinColumns+twinTables+where.text()+
		` ORDER BY `+order+` LIMIT `+where.arg(filter.Limit), where.args...)
}

// CountTwins is how many pairs a filter lists. Faults: forbidden, no_territory.
func CountTwins(ctx context.Context, q db.Q, filter TwinFilter) (int, error) {
	where, err := filter.where(ctx, q)
	if err != nil {
		return 0, err
	}
	return db.Value[int](q.QueryRow(ctx, `SELECT COUNT(*)`+twinTables+where.text(), where.args...))
}

// TwinByID reads a pair. A collectivité's team finds only those of its territory.
// Faults: forbidden, unknown_twin.
func TwinByID(ctx context.Context, q db.Q, id db.ID) (Twin, error) {
	if err := account.Require(q.Actor(), account.ActPlaceMerge, db.ID{}); err != nil {
		return Twin{}, err
	}
	twin, err := scanTwin(q.QueryRow(ctx, `SELECT `+twinColumns+twinTables+` WHERE t.id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Twin{}, ErrUnknownTwin
	}
	if err != nil {
		return Twin{}, err
	}
	for _, commune := range []string{twin.One.Commune, twin.Other.Commune} {
		err := account.RequireWithin(ctx, q, commune)
		if fault.HasCode(err, account.ErrOutsideTerritory.Code) || fault.HasCode(err, account.ErrNoTerritory.Code) {
			return Twin{}, ErrUnknownTwin
		}
		if err != nil {
			return Twin{}, err
		}
	}
	return twin, nil
}

// Side is one place of a pair as its own records make it, with the record that
// says each field, by Field.Code.
type Side struct {
	Place   Place
	Origins map[string]Record
}

// Sides are both places of a pair, each without the other, even while one stands
// for both.
func (t Twin) Sides(ctx context.Context, q db.Q) (one, other Side, err error) {
	absorbed := []db.ID{}
	if t.State == TwinMerged {
		if absorbed, err = membersOf(ctx, q, t.Absorbed); err != nil {
			return one, other, err
		}
	}
	for _, side := range []struct {
		id   db.ID
		made *Side
	}{{t.One.ID, &one}, {t.Other.ID, &other}} {
		known, err := rowByID(ctx, q, side.id)
		if err != nil {
			return one, other, err
		}
		records, err := Records(ctx, q, cmp.Or(known.MergedInto, side.id))
		if err != nil {
			return one, other, err
		}
		own, err := membersOf(ctx, q, side.id)
		if err != nil {
			return one, other, err
		}
		records = slices.DeleteFunc(records, func(r Record) bool {
			return !slices.Contains(own, r.Home) || side.id != t.Absorbed && slices.Contains(absorbed, r.Home)
		})
		if side.made.Place, side.made.Origins, err = fold(known, records); err != nil {
			return one, other, err
		}
	}
	return one, other, nil
}
