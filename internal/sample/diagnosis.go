package sample

import (
	"maps"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
)

// The full diagnosis of people who come back, before and after their workshops.
var (
	before = map[string]string{
		"use": "sometimes", "device": "shared", "connection": "weak", "inform": "schedule", "communicate": "message", "solve": "nothing",
		"create": "nothing", "protect": "nothing", "reading": "words", "speaking": "french", "comfort": "near", "feeling": "afraid", "wish": "learn",
	}
	after = map[string]string{
		"use": "often", "device": "phone", "connection": "good", "inform": "schedule,rights", "communicate": "message,email", "solve": "formality,appointment",
		"create": "letter", "protect": "password", "reading": "words", "speaking": "french", "comfort": "near", "feeling": "unsure", "wish": "learn",
	}
)

// diagnose shows what a diagnosis becomes: progress, Pix, answers on paper and on
// a phone, something that could not wait, and the draft of a next version.
func (s *stage) diagnose() error {
	for _, act := range []func() error{s.progress, s.wait, s.answerAlone, s.rewrite} {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

// days is an instant so many days before the visitor's.
func (s *stage) days(ago int) time.Time { return s.options.At.AddDate(0, 0, -ago) }

// firstKnown are the people whom a desk has known the longest.
func (s *stage) firstKnown(actor db.Actor, most int) (known []holder.Holder, err error) {
	err = s.d.View(s.ctx, actor, func(q db.Q) error {
		var last db.ID
		for more := true; more; {
			var page []holder.Holder
			if page, more, err = holder.List(s.ctx, q, holder.Filter{After: last}); err != nil {
				return err
			}
			if len(page) == 0 {
				return nil
			}
			last, known = page[len(page)-1].ID, page[max(0, len(page)-most):]
		}
		return nil
	})
	return known, err
}

// progress has three people answer the full questionnaire twice: on paper
// before their workshops, at the counter after.
func (s *stage) progress() error {
	desk := s.actors["guichet"]
	people, err := s.firstKnown(desk, 3)
	if err != nil {
		return err
	}
	const paper, again = 30, 4 // days ago
	for i, who := range people {
		later := maps.Clone(after)
		if i == 1 {
			later["create"] = "nothing" // not everything moves
		}
		for _, one := range []struct {
			ago int
			in  diagnosis.Input
		}{
			{paper - 2, diagnosis.Input{Answers: before, Manner: diagnosis.OnForm, TakenOn: civil.DateOf(s.days(paper), civil.Paris)}},
			{again, diagnosis.Input{Answers: later}},
		} {
			one.in.Questionnaire, one.in.Commune = diagnosis.FullCode, who.Commune
			if err := s.at(s.days(one.ago), desk, func(tx *db.Tx) error {
				made, err := diagnosis.Record(s.ctx, tx, one.in)
				if err != nil {
					return err
				}
				return diagnosis.Attach(s.ctx, tx, made.ID, who.ID)
			}); err != nil {
				return err
			}
		}
	}
	if len(people) == 0 {
		return nil
	}
	return s.at(s.days(again-1), desk, func(tx *db.Tx) error {
		_, _, err := diagnosis.RecordPix(s.ctx, tx, diagnosis.PixResult{
			Holder: people[0].ID, Levels: map[string]int{"1.1": 3, "1.2": 1, "2.1": 2, "2.2": 1, "4.1": 1, "4.2": 2, "5.1": 1}, Pix: 88,
			TakenOn: civil.DateOf(tx.Now(), civil.Paris), Origin: diagnosis.PixTyped,
		}, nil)
		return err
	})
}

// wait has a person whose paper cannot wait: it is done at the counter, and the
// agent chooses the counter over the proposal, with a reason.
func (s *stage) wait() error {
	return s.at(s.days(2), s.actors["guichet"], func(tx *db.Tx) error {
		visit, err := orientation.Begin(s.ctx, tx, orientation.Beginning{Answers: map[string]string{
			"use": "never", "search": "none", "write": "none", "formality": "helped", "needs": "reader", "wish": "urgent",
		}})
		if err != nil {
			return err
		}
		if _, err := orientation.NoteUrgentDone(s.ctx, tx, visit.ID, orientation.UrgentOnPaper); err != nil {
			return err
		}
		if _, err := diagnosis.Choose(s.ctx, tx, diagnosis.Override{Diagnosis: visit.Diagnosis, Route: diagnosis.OnPaper, Reason: "Son fils fait le reste avec lui."}); err != nil {
			return err
		}
		if _, err := orientation.Identify(s.ctx, tx, visit.ID, orientation.Draft{Name: "Achille", Paper: orientation.NoBooklet}); err != nil {
			return err
		}
		_, err = orientation.Confirm(s.ctx, tx, visit.ID)
		return err
	})
}

// answerAlone has two people answer on their own phone: one has sent.
func (s *stage) answerAlone() error {
	for i, answers := range []map[string]string{
		{"use": "often", "search": "hard", "write": "hard", "formality": "helped", "needs": "words,reassurance", "wish": "learn"},
		{"use": "sometimes"},
	} {
		var given diagnosis.Phone
		if err := s.at(s.options.At.Add(time.Duration(i-3)*time.Hour), s.actors["guichet"], func(tx *db.Tx) (err error) {
			given, err = diagnosis.AskByPhone(s.ctx, tx, db.ID{}, diagnosis.QuickCode, "")
			return err
		}); err != nil {
			return err
		}
		if err := s.at(s.options.At.Add(time.Duration(i-2)*time.Hour), db.Actor{}, func(tx *db.Tx) error {
			for _, question := range diagnosis.Quick().Questions {
				if answers[question.ID] == "" {
					continue
				}
				if _, err := diagnosis.AnswerByPhone(s.ctx, tx, given.Code, question.ID, answers[question.ID]); err != nil {
					return err
				}
			}
			if len(answers) == 1 {
				return nil
			}
			_, err := diagnosis.SendByPhone(s.ctx, tx, given.Code)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// rewrite begins the next version of the quick detection: who does no formality
// alone would begin with workshops.
func (s *stage) rewrite() error {
	return s.at(s.days(1), s.actors["national"], func(tx *db.Tx) error {
		draft, err := diagnosis.BeginDraft(s.ctx, tx, diagnosis.QuickCode)
		if err != nil {
			return err
		}
		rules := draft.Rules
		draft.Rules = append(append(append([]diagnosis.Rule(nil), rules[:3]...), diagnosis.Rule{
			Route: diagnosis.Pathway, Reason: "Les démarches en ligne sont à apprendre d’abord.",
			When: diagnosis.Condition{Answers: map[string][]string{"formality": {"none", "hard"}}},
		}), rules[3:]...)
		_, err = diagnosis.SaveDraft(s.ctx, tx, draft)
		return err
	})
}
