package place

import (
	"cmp"
	"slices"

	"passerelle/internal/db"
	"passerelle/internal/geography"
)

// sortRecords puts first what is believed first: what was said by hand, then the
// newest date of its source; a source without dates comes last. The same day,
// the place's own record speaks before those that were merged into it, then
// sources by name. Nothing depends on the order in which files came in.
func sortRecords(place db.ID, records []Record) {
	slices.SortFunc(records, func(a, b Record) int {
		return cmp.Or(
			first(a.ByHand(), b.ByHand()), b.DatedOn.Compare(a.DatedOn), first(a.Home == place, b.Home == place),
			cmp.Compare(a.Source, b.Source), cmp.Compare(a.SourceID, b.SourceID),
		)
	})
}

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// fold makes of its records what the directory shows of a place: for each field,
// what the first of them that says something says. What no source may say (who
// keeps it, its label, its freshness) is taken from known.
func fold(known Place, records []Record) (Place, map[string]Record, error) {
	sorted := slices.Clone(records)
	sortRecords(known.ID, sorted)
	told := make([]heard, len(sorted))
	made := Place{Invented: len(sorted) > 0}
	for i, record := range sorted {
		opened, err := record.hear()
		if err != nil {
			return Place{}, nil, err
		}
		told[i] = opened
		made.Invented = made.Invented && opened.place.Invented
		if record.DatedOn.After(made.UpdatedOn) {
			made.UpdatedOn = record.DatedOn
		}
	}
	origins := map[string]Record{}
	for _, field := range Fields {
		if field.Code == fieldInvented {
			continue
		}
		at := slices.IndexFunc(told, func(one heard) bool { return one.fields[field.Code] })
		if field.Code == fieldPosition { // Fields has the address first
			at = pointAmong(told, made.Commune)
		}
		if at >= 0 {
			field.take(&made, &told[at].place)
			origins[field.Code] = told[at].Record
		}
	}
	made.Source, made.SourceID = known.Source, known.SourceID
	made.keep(known)
	made.Organisation = known.Organisation
	made.follow()
	return made, origins, nil
}

// pointAmong is the record whose point a place takes, -1 for none: what was said
// by hand; else an exact one, then one that is not, of a file that has it in the
// same commune.
func pointAmong(told []heard, commune string) int {
	if at := slices.IndexFunc(told, func(one heard) bool { return one.ByHand() && one.fields[fieldPosition] }); at >= 0 {
		return at
	}
	for _, approximate := range []bool{false, true} {
		if at := slices.IndexFunc(told, func(one heard) bool {
			return one.fields[fieldPosition] && one.place.Approximate == approximate && one.place.Commune == commune
		}); at >= 0 {
			return at
		}
	}
	return -1
}

// follow fills in what follows from the rest of a place.
func (p *Place) follow() {
	if commune, err := geography.CommuneByCode(p.Commune); err == nil {
		p.Departement = commune.Departement
		if p.CommuneName == "" {
			p.CommuneName = commune.Name
		}
		if p.PostalCode == "" && len(commune.PostalCodes) > 0 {
			p.PostalCode = commune.PostalCodes[0]
		}
		if p.Latitude == 0 && p.Longitude == 0 {
			p.Latitude, p.Longitude, p.Approximate = commune.Latitude, commune.Longitude, true
		}
	}
	p.normalise()
}
