package diagnosis_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

func TestPixHasSixteenCompetencesInFiveAreasEachWithItsReason(t *testing.T) {
	frame := diagnosis.PixFrame()
	all := frame.Competences()
	if len(frame.Areas) != 5 || len(all) != 16 {
		t.Fatalf("%d areas, %d competences", len(frame.Areas), len(all))
	}
	mapped := map[string]bool{}
	for _, one := range all {
		if one.Reason == "" || one.Name == "" {
			t.Errorf("%s: no reason or no name", one.Code)
		}
		if one.Domain != "" && !slices.ContainsFunc(diagnosis.Domains, func(d diagnosis.Domain) bool { return d.Code == one.Domain }) {
			t.Errorf("%s: unknown domain %s", one.Code, one.Domain)
		}
		mapped[one.Domain] = true
	}
	for _, domain := range diagnosis.Domains {
		if !mapped[domain.Code] {
			t.Errorf("no competence tells %s", domain.Code)
		}
	}
	for _, name := range []string{"Construire un environnement numérique", "Mener une recherche et une veille d'information", "ÉVOLUER DANS UN ENVIRONNEMENT NUMÉRIQUE"} {
		if _, known := frame.Named(name); !known {
			t.Errorf("%q is not known", name)
		}
	}
}

func TestPixLevelsInOurScores(t *testing.T) {
	for _, c := range []struct {
		name   string
		levels map[string]int
		domain string
		want   int // -1: not measured
	}{
		{"level 0", map[string]int{"1.1": 0}, "information", 0},
		{"a novice", map[string]int{"1.1": 1}, "information", 1},
		{"still a novice", map[string]int{"1.1": 2}, "information", 1},
		{"independent", map[string]int{"1.1": 3}, "information", 2},
		{"an expert", map[string]int{"1.1": 8}, "information", 2},
		{"not measured", map[string]int{"1.1": 8}, "communication", -1},
		{"the middle of three", map[string]int{"2.1": 5, "2.2": 1, "2.3": 0}, "communication", 1},
		{"the lower middle of two", map[string]int{"5.1": 4, "5.2": 1}, "problem_solving", 1},
		{"what does not count", map[string]int{"3.4": 7, "4.3": 7}, "software", -1},
		{"privacy, with the digital world", map[string]int{"2.4": 3, "4.1": 3, "4.2": 0}, "privacy", 2},
	} {
		score := diagnosis.PixFrame().Read(c.levels)[c.domain]
		if c.want < 0 && score != nil || c.want >= 0 && (score == nil || *score != c.want) {
			t.Errorf("%s: %v", c.name, score)
		}
	}
}

func TestAPixResultIsKeptOnceAndItsCertificateSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		var who holder.Holder
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) (err error) {
			who, err = holder.Register(ctx, tx, holder.New{})
			return err
		})
		today := civil.DateOf(dbtest.Start, civil.Paris)
		record := func(actor db.Actor, in diagnosis.PixResult, paper []byte) (made diagnosis.PixResult, recorded bool, err error) {
			in.Holder = who.ID
			err = d.Update(t.Context(), actor, func(tx *db.Tx) (err error) {
				made, recorded, err = diagnosis.RecordPix(t.Context(), tx, in, paper)
				return err
			})
			return made, recorded, err
		}
		plain := diagnosis.PixResult{Levels: map[string]int{"1.1": 2}, Pix: 40, TakenOn: today, Origin: diagnosis.PixTyped}
		for i, want := range []bool{true, false} {
			if _, recorded, err := record(desk, plain, nil); err != nil || recorded != want {
				t.Errorf("time %d: recorded %v, %v", i+1, recorded, err)
			}
		}
		certificate := []byte("%PDF-1.7\nAttestation de Monique\n%%EOF\n")
		d.Clock.Advance(time.Minute)
		made, _, err := record(desk, diagnosis.PixResult{TakenOn: today, Origin: diagnosis.PixAttached}, certificate)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := record(desk, diagnosis.PixResult{TakenOn: today, Origin: diagnosis.PixAttached}, []byte("MZ")); !fault.HasCode(err, "pix_paper") {
			t.Errorf("a program as a certificate: %v", err)
		}
		_, _, err = record(desk, diagnosis.PixResult{Levels: map[string]int{"6.1": 1, "1.2": 9}, Pix: 2000, TakenOn: today.AddDays(1), Origin: diagnosis.PixTyped}, nil)
		var fields []string
		for _, field := range fault.Of(err).Fields {
			fields = append(fields, field.Name)
		}
		if !slices.Equal(fields, []string{"levels.1.2", "levels.6.1", "pix", "taken_on"}) {
			t.Errorf("fields: %v", fields)
		}
		if _, _, err := record(agent(), plain, nil); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another desk: %v", err)
		}
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			found, err := diagnosis.PixOf(t.Context(), q, who.ID)
			if err != nil {
				return err
			}
			if len(found) != 2 || !found[0].Paper || found[1].Paper || found[1].Pix != 40 {
				t.Errorf("found: %+v", found)
			}
			paper, err := diagnosis.PixPaper(t.Context(), q, made.ID)
			if err != nil || !bytes.Equal(paper, certificate) {
				t.Errorf("certificate: %q %v", paper, err)
			}
			var stored []byte
			err = q.QueryRow(t.Context(), `SELECT paper FROM pix_result WHERE id = $1`, made.ID).Scan(&stored)
			if strings.Contains(string(stored), "Monique") {
				t.Error("the certificate rests in clear")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
