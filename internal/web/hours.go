package web

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
)

// HoursEditor is the opening hours of a place as people think of them: a table
// of the week, public holidays, closing days. It is the data of {{template
// "hours"}}, within a form that FillHours filled in and that Form.Hours reads.
// Hours that do not fit the table are kept in words, in one plain field.
type HoursEditor struct {
	Days     []HoursRow
	Closings []ClosingRow
	Holidays Field
	Text     Field
	AsText   bool
	Other    Link // the same hours in the table, or in words
}

// HoursRow is one day of the table.
type HoursRow struct {
	Day   string      // "Lundi"
	Times []HoursTime // the two of the morning, the two of the afternoon
	Like  *HoursTime  // the box "comme lundi"; nil on Monday
}

// HoursTime is one control of the table.
type HoursTime struct {
	Field
	Heard string // "Lundi, matin, de"
}

// ClosingRow is one time when the place is closed.
type ClosingRow struct{ From, To HoursTime }

// The names of the editor's fields.
const (
	hoursShape    = "horaires"
	hoursText     = "horaires-texte"
	hoursHolidays = "horaires-feries"
	shapeText     = "texte"
	shapeTable    = "tableau"
	holidayClosed = "ferme"
	holidayOpen   = "ouvert"

	// emptyClosings are the lines ready for one more closing; mostClosingRows
	// how many are read.
	emptyClosings   = 3
	mostClosingRows = 43

	noon      civil.TimeOfDay = 12 * 60
	wholeDay  civil.TimeOfDay = 24 * 60
	lateNight civil.TimeOfDay = 6 * 60 // what closes later than this after midnight is taken for a slip
)

// halves are the two parts of a day: what a field's name says, and the words.
var halves = []struct{ name, words string }{{"matin", "matin"}, {"soir", "après-midi"}}

// editedDays is the week from Monday.
var editedDays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

func hoursName(day time.Weekday, half, end string) string {
	return "h-" + civil.FrenchWeekday(day) + "-" + half + "-" + end
}

func closingName(n int, end string) string { return "fermeture-" + strconv.Itoa(n) + "-" + end }

// FillHours fills the editor in with hours as the directory keeps them. Shape
// is what the address asks for ("texte", "tableau"), else the table where the
// hours fit it.
func (f *Form) FillHours(text, shape string) {
	f.Set(hoursText, text)
	hours, err := civil.ParseHours(text)
	fits := text == "" || err == nil && fitsTable(hours)
	if shape != shapeText && shape != shapeTable {
		shape = shapeTable
		if !fits {
			shape = shapeText
		}
	}
	f.Set(hoursShape, shape)
	f.Set(hoursHolidays, holidayOpen)
	if _, own := hours.OnHolidays(); own || text == "" {
		f.Set(hoursHolidays, holidayClosed)
	}
	if !fits {
		return
	}
	for _, day := range editedDays {
		for i, span := range hours.On(day) {
			half := halves[i].name
			if len(hours.On(day)) == 1 && span.From >= noon {
				half = halves[1].name
			}
			f.Set(hoursName(day, half, "de"), timeText(span.From))
			f.Set(hoursName(day, half, "a"), timeText(span.To))
		}
	}
	for n, closing := range hours.Closings() {
		f.Set(closingName(n, "du"), closing.From.String())
		f.Set(closingName(n, "au"), closing.To.String())
	}
}

// fitsTable tells whether hours have at most a morning and an afternoon a day.
func fitsTable(hours civil.Hours) bool {
	onHolidays, _ := hours.OnHolidays()
	return len(onHolidays) == 0 && !slices.ContainsFunc(editedDays, func(day time.Weekday) bool {
		spans := hours.On(day)
		return len(spans) > len(halves) || slices.ContainsFunc(spans, func(span civil.Span) bool { return span.To > wholeDay+lateNight })
	})
}

// timeText is a time as people type it: "9 h 30", "24 h".
func timeText(at civil.TimeOfDay) string {
	if at == wholeDay {
		return "24 h"
	}
	return strings.ReplaceAll(at.French(), noBreak, " ")
}

// Hours reads the editor: hours in OpenStreetMap's form, or the words typed;
// empty when nothing is told. Closings that are over on this day are dropped.
func (f *Form) Hours(today civil.Date) string {
	if f.Value(hoursShape) == shapeText {
		return f.Text(hoursText)
	}
	hours, told := civil.Hours{}, false
	for _, day := range editedDays {
		from := day
		if f.Checked(likeName(day)) {
			from = time.Monday
		}
		spans := f.daySpans(from, from == day)
		kept, err := hours.With(day, spans)
		if err != nil {
			f.complain(hoursName(from, halves[0].name, "de"), err)
			continue
		}
		hours, told = kept, told || len(spans) > 0
	}
	closings := f.closings(today)
	if !told && len(closings) == 0 || !f.Valid() {
		return ""
	}
	hours, err := hours.ClosedOnHolidays(f.Value(hoursHolidays) != holidayOpen).WithClosings(closings...)
	if err != nil {
		f.complain(closingName(0, "du"), err)
		return ""
	}
	return hours.String()
}

// sentence begins a text without accent at its first letter with a capital.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func likeName(day time.Weekday) string { return "h-" + civil.FrenchWeekday(day) + "-comme-lundi" }

// daySpans reads one line of the table. A line read for another day complains
// once, on its own day.
func (f *Form) daySpans(day time.Weekday, complains bool) []civil.Span {
	reader := f
	if !complains {
		reader = &Form{values: f.values}
	}
	var spans []civil.Span
	for _, half := range halves {
		span, told := reader.span(day, half.name, half.words)
		if !told {
			continue
		}
		if len(spans) > 0 && span.From < spans[0].To {
			reader.Wrong(hoursName(day, half.name, "de"), "bad_hours", sentence(civil.FrenchWeekday(day))+", l’après-midi commence avant la fin du matin. Changez l’une des deux heures")
			continue
		}
		spans = append(spans, span)
	}
	return spans
}

func (f *Form) span(day time.Weekday, half, words string) (span civil.Span, told bool) {
	from, to := hoursName(day, half, "de"), hoursName(day, half, "a")
	about := sentence(civil.FrenchWeekday(day)) + " " + words
	if strings.TrimSpace(f.Value(from)) == "" && strings.TrimSpace(f.Value(to)) == "" {
		return civil.Span{}, false
	}
	var read bool
	if span.From, read = readTime(f.Value(from)); !read || span.From == wholeDay {
		f.Wrong(from, "bad_time", about+noBreak+": écrivez l’heure d’ouverture, par exemple 9 h 30")
		return span, false
	}
	if span.To, read = readTime(f.Value(to)); !read {
		f.Wrong(to, "bad_time", about+noBreak+": écrivez l’heure de fermeture, par exemple 12 h")
		return span, false
	}
	if span.To <= span.From {
		if span.To > lateNight {
			f.Wrong(to, "bad_hours", about+" finit avant de commencer. Changez l’une des deux heures")
			return span, false
		}
		span.To += wholeDay
	}
	return span, true
}

// typedTime is a time as people type it in a table of hours: "9", "9h30",
// "09:30", "24 h".
var typedTime = regexp.MustCompile(`^([01]?\d|2[0-4])\s*(?:[:hH.]\s*([0-5]\d)?)?$`)

func readTime(text string) (civil.TimeOfDay, bool) {
	parts := typedTime.FindStringSubmatch(strings.TrimSpace(strings.NewReplacer(noBreak, " ", thin, " ").Replace(text)))
	if parts == nil {
		return 0, false
	}
	hours, _ := strconv.Atoi(parts[1]) // digits, as the pattern says; no minutes are none
	past, _ := strconv.Atoi(parts[2])
	at := civil.TimeOfDay(hours*60 + past)
	return at, at <= wholeDay
}

// closings reads the lines of closing days; the last day left empty is the first.
func (f *Form) closings(today civil.Date) []civil.Closing {
	var read []civil.Closing
	for n := range mostClosingRows {
		du, au := closingName(n, "du"), closingName(n, "au")
		if strings.TrimSpace(f.Value(du)) == "" {
			if strings.TrimSpace(f.Value(au)) != "" {
				f.Wrong(du, "required", "Donnez le premier jour de cette fermeture")
			}
			continue
		}
		before := len(f.wrong)
		closing := civil.Closing{From: f.Date(du)}
		closing.To = closing.From
		if strings.TrimSpace(f.Value(au)) != "" {
			closing.To = f.Date(au)
		}
		switch {
		case len(f.wrong) > before:
		case closing.To.Before(closing.From):
			f.Wrong(au, "bad_hours", "Cette fermeture finit avant de commencer. Changez l’un des deux jours")
		case !closing.To.Before(today):
			read = append(read, closing)
		}
	}
	return read
}

// NewHoursEditor is the editor of a form that FillHours filled in, or that came
// back. Path is the page's own address: the link to the other shape adds to it.
func NewHoursEditor(form *Form, path string) (HoursEditor, error) {
	editor := HoursEditor{AsText: form.Value(hoursShape) == shapeText}
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	editor.Other = Link{Label: "Écrire les horaires autrement que dans le tableau", Path: path + joint + hoursShape + "=" + shapeText}
	if editor.AsText {
		editor.Other = Link{Label: "Remplir le tableau de la semaine", Path: path + joint + hoursShape + "=" + shapeTable}
	}
	var failed error
	control := func(kind, name, label, heard string) HoursTime {
		made, err := newField(kind, form, name, label)
		if err != nil {
			failed = err
		}
		if kind == "date" {
			made.Width = 10
		}
		return HoursTime{Field: made, Heard: heard}
	}
	editor.Text = control("area", hoursText, "Les horaires, en mots ou dans la forme d’OpenStreetMap", "").Field
	for _, day := range editedDays {
		row := HoursRow{Day: sentence(civil.FrenchWeekday(day))}
		for _, half := range halves {
			for _, end := range []struct{ name, word string }{{"de", "de"}, {"a", "à"}} {
				row.Times = append(row.Times, control("text", hoursName(day, half.name, end.name), end.word, fmt.Sprintf("%s, %s, %s", row.Day, half.words, end.word)))
			}
		}
		if day != time.Monday {
			like := control("tick", likeName(day), "Comme lundi", row.Day+", comme lundi")
			row.Like = &like
		}
		editor.Days = append(editor.Days, row)
	}
	used := 0
	for n := range mostClosingRows {
		if form.Value(closingName(n, "du")) != "" || form.Value(closingName(n, "au")) != "" {
			used = n + 1
		}
	}
	for n := range min(used+emptyClosings, mostClosingRows) {
		about := fmt.Sprintf("Fermeture %d, ", n+1)
		editor.Closings = append(editor.Closings, ClosingRow{
			From: control("date", closingName(n, "du"), "du", about+"premier jour"),
			To:   control("date", closingName(n, "au"), "au", about+"dernier jour"),
		})
	}
	holidays, err := newField("select", form, hoursHolidays, "Les jours fériés", []Option{
		{Value: holidayClosed, Label: "Fermé"}, {Value: holidayOpen, Label: "Comme les autres jours"},
	})
	if err != nil {
		failed = err
	}
	editor.Holidays = holidays
	return editor, failed
}
