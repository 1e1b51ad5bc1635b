package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"passerelle/internal/fault"
)

var errFull = fault.Define(fault.Conflict, "test_full", "La salle est pleine. Choisissez une autre date.")

func TestAFaultIsFoundThroughItsChainByCode(t *testing.T) {
	wrapped := fmt.Errorf("booking: %w", errFull.With("seats", 8).Sayf("Les %d places sont prises. Choisissez une autre date.", 8))
	found := fault.Of(wrapped)
	if found.Code != "test_full" || found.Kind.Status() != 409 || found.Detail["seats"] != 8 {
		t.Errorf("found %+v", found)
	}
	if !errors.Is(wrapped, errFull) || !fault.HasCode(wrapped, "test_full") || errors.Is(wrapped, fault.ErrConflict) {
		t.Error("two faults are the same when their codes are")
	}
	if errFull.Detail != nil || errFull.Message != "La salle est pleine. Choisissez une autre date." {
		t.Error("telling the facts of a case changed the refusal itself")
	}
}

// What is no fault is a bug: its text never leaves the program.
func TestAnyOtherErrorIsInternalAndSaysNothingOfItself(t *testing.T) {
	found := fault.Of(errors.New("password is hunter2"))
	if found.Kind != fault.Internal || found.Kind.Status() != 500 || found.Message != fault.ErrInternal.Message {
		t.Errorf("found %+v", found)
	}
}

func TestEveryWrongFieldIsToldAtOnce(t *testing.T) {
	var wrong fault.Collector
	if wrong.Err() != nil {
		t.Error("nothing was wrong")
	}
	wrong.Check(true, "name", "required", "Écrivez un nom.")
	wrong.Check(false, "weight", "out_of_range", "Écrivez un nombre de 1 à 100.")
	wrong.Add("title", "required", "Écrivez un titre.")
	found := fault.Of(wrong.Err())
	if found.Kind.Status() != 422 || len(found.Fields) != 2 || found.Fields[0].Name != "weight" || found.Fields[1].Code != "required" {
		t.Errorf("found %+v", found)
	}
}

func TestACodeIsDefinedOnce(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a second refusal took the same code")
		}
	}()
	fault.Define(fault.Gone, "test_full", "Une autre.")
}
