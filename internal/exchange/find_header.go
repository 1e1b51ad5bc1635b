package exchange

import (
	"errors"
	"io"
	"slices"
)

// seenAhead is how many objects of a list are read before its columns are judged.
const seenAhead = 50

// findHeader finds the columns of a file, and gives back what it read of the
// records. Faults: not_csv, not_places.
func (i *importing) findHeader(lines source) ([]record, error) {
	if objects, listed := lines.(*list); listed {
		return i.findListHeader(objects)
	}
	return nil, i.findTableHeader(lines)
}

// findTableHeader reads up to the header; notices may stand above it.
func (i *importing) findTableHeader(lines source) error {
	within, from := headerWithin, 1
	if i.options.Strict {
		within = 1
	}
	if i.options.Mapping != nil && i.options.Mapping.written.Header > 0 {
		from = i.options.Mapping.written.Header
		within = from
	}
	wide := false
	for range within {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		wide = wide || len(line.fields) > 1
		if line.line < from {
			continue
		}
		made, remarks, ok, err := i.layouts.find(line.line, line.fields)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if line.line > 1 && !i.options.Strict {
			remarks = append(remarks, Remark{line.line, "", "header", "", "L’en-tête n’est pas à la première ligne : ce qui est au-dessus n’est pas repris.", Repaired})
		}
		i.layouts.first = made
		return writeRemarks(i.options.Report, remarks)
	}
	switch {
	case !wide:
		return ErrNotCSV
	case i.options.Mapping != nil:
		return errNoMappedPlaces
	}
	return ErrNoPlaces
}

// findListHeader reads the first objects of a list, each of which may have
// fields that others have not.
func (i *importing) findListHeader(lines *list) (ahead []record, err error) {
	var names []string
	known := map[string]bool{}
	for range seenAhead {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		ahead = append(ahead, line)
		for _, name := range line.names {
			if !known[name] {
				known[name] = true
				names = append(names, name)
			}
		}
	}
	i.layouts.key = lines.key
	_, remarks, ok, err := i.layouts.find(1, names)
	switch {
	case err != nil:
		return nil, err
	case ok:
		if mapping := i.layouts.mapping; mapping != nil && mapping.written.Services != nil {
			lines.also = mapping.written.Services.List
		}
		return ahead, writeRemarks(i.options.Report, i.layouts.untold(remarks))
	case !slices.ContainsFunc(ahead, func(line record) bool { return line.names != nil }):
		return nil, errNoList
	case i.options.Mapping != nil:
		return nil, errNoMappedPlaces
	}
	return nil, errNoListedPlaces
}
