package printing_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"passerelle/internal/diagnosis"
	"passerelle/internal/printing"
)

// A form has every question and every box, in each language, says its version
// on each page, and takes few sheets.
func TestAFormHoldsEveryQuestionAndItsVersion(t *testing.T) {
	for _, c := range []struct {
		code, language string
		most           int // pages
	}{{diagnosis.QuickCode, "", 2}, {diagnosis.QuickCode, "en", 2}, {diagnosis.FullCode, "", 4}} {
		asked, err := diagnosis.Shipped(c.code)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		form := printing.FormOf(asked, c.language, printing.Issuer{Sample: true})
		if err := printing.WriteForm(&file, time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), form); err != nil {
			t.Fatal(err)
		}
		text := words(t, file.Bytes())
		for _, question := range asked.In(c.language).Questions {
			for _, line := range append([]string{question.Text}, choices(question)...) {
				if !strings.Contains(plainSpaces(text), plainSpaces(line)) {
					t.Errorf("%s %s: %q is missing", c.code, c.language, line)
				}
			}
		}
		if found := len(pages(t, file.Bytes())); found > c.most || strings.Count(text, "version 1") != found {
			t.Errorf("%s %s: %d pages, version said %d times", c.code, c.language, found, strings.Count(text, "version 1"))
		}
	}
}

func choices(question diagnosis.Question) (texts []string) {
	for _, choice := range question.Choices {
		texts = append(texts, choice.Text)
	}
	return texts
}

func plainSpaces(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)), " ")
}
