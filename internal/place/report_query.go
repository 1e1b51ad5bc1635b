package place

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

const selectReport = `SELECT r.id, r.place, place.name, place.commune_name, r.kind, r.text, r.agent, r.contact IS NOT NULL, r.state, r.reason, r.made_at, r.answered_at
	FROM place_report r JOIN place ON place.id = r.place`

type sealedReport struct {
	ErrorReport
	text []byte
}

func scanReport(row db.Scanner) (sealedReport, error) {
	var r sealedReport
	err := row.Scan(&r.ID, &r.Place, &r.PlaceName, &r.Commune, &r.Kind, &r.text, &r.Agent, &r.WantsReply, (*string)(&r.State), &r.Reason, &r.MadeAt, &r.AnsweredAt)
	return r, err
}

func (s sealedReport) open(ctx context.Context, q db.Q) (ErrorReport, error) {
	var err error
	s.Text, err = db.Unseal(ctx, q, s.ID, s.text)
	return s.ErrorReport, err
}

func reportByID(ctx context.Context, q db.Q, id db.ID) (ErrorReport, error) {
	sealed, err := scanReport(q.QueryRow(ctx, selectReport+` WHERE r.id = $1`, id))
	if err != nil {
		return ErrorReport{}, reportFault(err)
	}
	return sealed.open(ctx, q)
}

// reportFault tells of a report what was not found of it or of its place.
func reportFault(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return ErrUnknownReport
	}
	return err
}

// ReportByID reads a report about a place that the actor answers for. Faults:
// those of account.Require, unknown_report.
func ReportByID(ctx context.Context, q db.Q, id db.ID) (ErrorReport, error) {
	if err := account.Require(q.Actor(), account.ActPlaceReportRead, db.ID{}); err != nil {
		return ErrorReport{}, err
	}
	report, err := reportByID(ctx, q, id)
	if err != nil {
		return ErrorReport{}, err
	}
	if _, err := answerable(ctx, q, account.ActPlaceReportRead, report.Place); err != nil {
		return ErrorReport{}, reportFault(err)
	}
	return report, nil
}

// Reported reads a report as the one who makes it gets it back, whoever asks.
// Fault: unknown_report.
func Reported(ctx context.Context, q db.Q, id db.ID) (ErrorReport, error) {
	return reportByID(ctx, q, id)
}

// ReportFilter narrows the list of reports.
type ReportFilter struct {
	State  ReportState // any when empty
	Kind   string      // a code of ReportKinds, any when empty
	Place  db.ID
	Before db.ID // the last one of the page before
	Limit  int
}

// Reports lists the reports about the places that the actor answers for, the
// newest first. Faults: those of account.Require.
func Reports(ctx context.Context, q db.Q, filter ReportFilter) ([]ErrorReport, error) {
	held, err := scopeOf(ctx, q, account.ActPlaceReportRead)
	if err != nil {
		return nil, err
	}
	where := &conditions{}
	held.where(where)
	if filter.State != "" {
		where.add("r.state = ?", string(filter.State))
	}
	if filter.Kind != "" {
		where.add("r.kind = ?", filter.Kind)
	}
	if !filter.Place.IsZero() {
		where.add("r.place = ?", filter.Place)
	}
	if !filter.Before.IsZero() {
		where.add("r.id < ?", filter.Before)
	}
	query := selectReport + where.text() + ` ORDER BY r.id DESC LIMIT ` + where.arg(filter.Limit)
	rows, err := db.All(ctx, q, scanReport, query, where.args...)
	if err != nil {
		return nil, err
	}
	reports := make([]ErrorReport, 0, len(rows))
	for _, row := range rows {
		report, err := row.open(ctx, q)
		if err != nil {
			return nil, err
		}
		reports = append(reports, report)
	}
	return reports, nil
}

// reportRow is what the sealed record stands for.
type reportRow struct {
	ID, Place          db.ID
	Kind               string
	MadeAt, AnsweredAt time.Time
	State              ReportState
}

func (r ErrorReport) row() audit.Row {
	return reportRow{ID: r.ID, Place: r.Place, Kind: r.Kind, MadeAt: r.MadeAt, AnsweredAt: r.AnsweredAt, State: r.State}
}
