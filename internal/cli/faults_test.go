package cli

import (
	"regexp"
	"strings"
	"testing"

	"passerelle/internal/fault"
)

var (
	codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	// Words that tell what to do next, in the imperative, or that nothing is left
	// to do. A refusal that has none leaves its reader standing.
	nextStep = regexp.MustCompile(`(?i)\b[a-zéèêà]+ez\b|\bpeut\b|\bpeuvent\b|\bfaut\b|\brien\b|\bfaites\b|\bdites\b|\bil reste\b`)
)

// This package links the whole program, so the catalogue is whole here.
func TestEveryRefusalTellsAnAgentWhatToDo(t *testing.T) {
	all := fault.All()
	if len(all) < 100 {
		t.Fatalf("only %d refusals are registered", len(all))
	}
	for _, refusal := range all {
		switch {
		case !codeForm.MatchString(refusal.Code):
			t.Errorf("%q is not a stable code", refusal.Code)
		case !strings.HasSuffix(refusal.Message, "."):
			t.Errorf("%s: not a sentence: %q", refusal.Code, refusal.Message)
		case !nextStep.MatchString(refusal.Message):
			t.Errorf("%s does not say what to do: %q", refusal.Code, refusal.Message)
		case strings.Contains(refusal.Message, "'"):
			t.Errorf("%s: write ’ for the apostrophe: %q", refusal.Code, refusal.Message)
		case refusal.Kind.Status() == 0:
			t.Errorf("%s has no status", refusal.Code)
		}
	}
}
