package printing

import (
	"io"
	"strings"
	"time"

	"passerelle/internal/civil"
)

// Notice is a letter that tells a person helped one thing, in simple words: one
// sheet, for a window envelope.
type Notice struct {
	To     []string // name, street, postal code and town
	From   string   // who writes
	On     civil.Date
	Title  string
	Text   string // lines; an empty one parts two subjects
	Large  bool   // in large print
	Sample bool
}

// WriteNotices writes the PDF of several letters, a sheet each; at is the instant
// it is made.
func WriteNotices(to io.Writer, at time.Time, notices []Notice) error {
	s := newSheet("Courriers", at)
	for _, notice := range notices {
		s.notice(notice)
	}
	return s.write(to)
}

func (s *sheet) notice(n Notice) {
	// The address stands where the window of a French envelope is.
	const window = 105.0
	size, head := 16.0, 20.0
	if n.Large {
		size, head = 20, 24
	}
	s.AddPage()
	s.paragraph(letterLeft, 24, 75, 14, bold, n.From)
	y := 50.0
	for _, line := range n.To {
		y = s.paragraph(window, y, pageWidth-window-15, 14, plain, line)
	}
	s.text(window, 86, 14, plain, "Le "+unbroken(n.On.FrenchLong()))
	y = s.paragraph(letterLeft, 104, letterWidth, head, bold, n.Title) + 4
	for line := range strings.SplitSeq(strings.TrimSpace(n.Text), "\n") {
		if line == "" {
			y += leading(size) / 2
			continue
		}
		y = s.paragraph(letterLeft, y, letterWidth, size, plain, line)
	}
	if n.Sample {
		s.right(letterLeft+letterWidth, 288, 14, plain, "Programme d’exemple\u00a0: tout est inventé.")
	}
}
