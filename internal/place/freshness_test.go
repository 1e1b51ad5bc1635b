package place_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
)

// day is the day on which tests begin.
var day = civil.DateOf(dbtest.Start, civil.Paris)

func TestWhatMakesAPlaceStale(t *testing.T) {
	t.Parallel()
	ago := func(months, days int) civil.Date { return day.AddMonths(-months).AddDays(-days) }
	seen := func(on civil.Date) place.Sign { return place.Sign{On: on, Code: place.SignConfirmed} }
	for name, c := range map[string]struct {
		life place.Life
		want place.Why
	}{
		"seen today":                           {place.Life{Last: seen(day)}, ""},
		"seen twelve months ago":               {place.Life{Last: seen(ago(12, 0))}, ""},
		"a day longer ago":                     {place.Life{Last: seen(ago(12, 1))}, place.WhySilent},
		"no sign, in the directory since June": {place.Life{ArrivedOn: ago(5, 0)}, ""},
		"no sign, and long in the directory":   {place.Life{ArrivedOn: ago(13, 0)}, place.WhySilent},
		"an old sign, newly imported":          {place.Life{Last: seen(ago(20, 0)), ArrivedOn: day}, place.WhySilent},
		"mail refused since":                   {place.Life{Last: seen(ago(1, 0)), BouncedOn: day}, place.WhyBounced},
		"mail refused, then a sign":            {place.Life{Last: seen(day), BouncedOn: ago(1, 0)}, ""},
		"mail refused on the day of the sign":  {place.Life{Last: seen(day), BouncedOn: day}, ""},
		"mail refused, no sign ever":           {place.Life{ArrivedOn: ago(1, 0), BouncedOn: day}, place.WhyBounced},
		"said to have closed":                  {place.Life{Last: seen(day), Doubtful: true}, place.WhyDoubtful},
		"everything at once":                   {place.Life{Last: seen(ago(30, 0)), BouncedOn: day, Doubtful: true}, place.WhyDoubtful},
	} {
		if got := c.life.Judge(day); got != c.want {
			t.Errorf("%s: %q, wanted %q", name, got, c.want)
		}
	}
}

func TestTheLastSignIsTheOneThatCounts(t *testing.T) {
	t.Parallel()
	sign := func(days int, code string) place.Sign { return place.Sign{On: day.AddDays(days), Code: code} }
	for name, c := range map[string]struct {
		signs []place.Sign
		want  place.Sign
	}{
		"none":                  {nil, place.Sign{}},
		"the later":             {[]place.Sign{sign(-9, place.SignConfirmed), sign(-2, place.SignCoupon), sign(-5, place.SignSource)}, sign(-2, place.SignCoupon)},
		"on one day, the surer": {[]place.Sign{sign(-2, place.SignSource), sign(-2, place.SignSession), sign(-2, place.SignConfirmed)}, sign(-2, place.SignConfirmed)},
		"not the future":        {[]place.Sign{sign(1, place.SignSource), sign(-40, place.SignSession)}, sign(-40, place.SignSession)},
		"today":                 {[]place.Sign{sign(0, place.SignSource)}, sign(0, place.SignSource)},
	} {
		if got := place.Latest(day, c.signs...); got != c.want {
			t.Errorf("%s: %v, wanted %v", name, got, c.want)
		}
	}
}

func TestFreshnessIsToldInWords(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]place.Place{
		"":                                      {},
		"Horaires confirmés le 3 octobre 2026.": {FreshOn: civil.On(2026, 10, 3), FreshSign: place.SignConfirmed},
		"En activité en novembre 2026.":         {FreshOn: civil.On(2026, 11, 3), FreshSign: place.SignCoupon},
		"En activité en octobre 2026.":          {FreshOn: civil.On(2026, 10, 3), FreshSign: place.SignSession},
		"Fiche mise à jour le 1er août 2026.":   {FreshOn: civil.On(2026, 8, 1), FreshSign: place.SignSource},
		"À vérifier\u00a0: pas de nouvelle depuis 14\u00a0mois. Appelez avant de venir.": {FreshOn: civil.On(2025, 9, 3), FreshSign: place.SignSource, Stale: true},
		"À vérifier\u00a0: pas de nouvelle depuis 12\u00a0mois. Appelez avant de venir.": {FreshOn: civil.On(2025, 10, 30), FreshSign: place.SignSource, Stale: true},
		"À vérifier\u00a0: pas de nouvelle de ce lieu. Appelez avant de venir.":          {Stale: true},
		"À vérifier\u00a0: quelque chose a changé. Appelez avant de venir.":              {FreshOn: civil.On(2026, 10, 3), FreshSign: place.SignConfirmed, Stale: true},
		"Ce lieu a fermé.": {FreshOn: civil.On(2026, 10, 3), ClosedOn: civil.On(2026, 10, 4)},
	} {
		if got := p.FreshnessText(day); got != want {
			t.Errorf("%q, wanted %q", got, want)
		}
	}
}

// aged makes a place of its own source, last updated so many months ago.
func aged(t *testing.T, d *dbtest.DB, name string, months int, change func(p *place.Place)) place.Place {
	t.Helper()
	p := place.Place{Source: "fichier", SourceID: name, Name: name, Commune: "23096", UpdatedOn: day.AddMonths(-months), Services: []string{place.ServiceProcedures}}
	if change != nil {
		change(&p)
	}
	return save(t, d, p)
}

func do(t *testing.T, d *dbtest.DB, actor db.Actor, act func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	return d.Update(t.Context(), actor, func(tx *db.Tx) error { return act(t.Context(), tx) })
}

func TestABounceMakesAPlaceStaleUntilItGivesASign(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := aged(t, d, "Maison", 8, func(p *place.Place) { p.Emails = []string{"accueil@maison.example"} })
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			if _, err := place.AskLink(ctx, tx, p.ID); err != nil {
				return err
			}
			return place.Bounced(ctx, tx, p.ID, "accueil@maison.example")
		})
		if !byID(t, d, p.ID).Stale {
			t.Error("not stale")
		}
		if err := do(t, d, db.Actor{}, func(ctx context.Context, tx *db.Tx) error { _, err := place.AskLink(ctx, tx, p.ID); return err }); code(err) != "no_published_email" {
			t.Errorf("the address that refused is written to again: %v", err)
		}
		var letter place.Linked
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			letter, err = place.PrintLink(ctx, tx, p.ID)
			return err
		})
		mended := p.Correctable()
		mended.Emails = []string{"bonjour@maison.example"}
		d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			_, err := place.CorrectByLink(ctx, tx, letter.Secret, mended)
			return err
		})
		again := byID(t, d, p.ID)
		if again.Stale || again.FreshSign != place.SignConfirmed || again.FreshOn != day {
			t.Errorf("still stale: %+v", again.Freshness())
		}
		d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error { _, err := place.AskLink(ctx, tx, p.ID); return err })
	})
}

func TestAPlaceIsAskedOncePerRhythmThenOnceMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		email := func(p *place.Place) { p.Emails = []string{p.Name + "@lieu.example"} }
		silent, answers := aged(t, d, "silent", 7, email), aged(t, d, "answers", 7, email)
		aged(t, d, "recent", 2, email)
		aged(t, d, "unreachable", 7, nil)
		ask := func() (names []string, secrets map[string]string) {
			secrets = map[string]string{}
			d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				asked, err := place.AskHours(ctx, tx)
				for _, one := range asked {
					name := one.Place.Name
					if one.Again {
						name += " again"
					}
					names = append(names, name)
					secrets[one.Place.Name] = one.Secret
				}
				return err
			})
			return names, secrets
		}
		wait := func(days int) { d.Clock.Advance(time.Duration(days) * 24 * time.Hour) }
		first, secrets := ask()
		same(t, "first", first, "silent", "answers")
		second, _ := ask()
		same(t, "the same night", second)
		wait(1)
		d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			_, err := place.ConfirmByLink(ctx, tx, secrets["answers"])
			return err
		})
		wait(28)
		early, _ := ask()
		same(t, "before a month", early)
		wait(2)
		reminded, _ := ask()
		same(t, "after a month", reminded, "silent again")
		wait(30)
		quiet, _ := ask()
		same(t, "after the reminder", quiet)
		wait(125)
		next, _ := ask()
		same(t, "the next rhythm", next, "recent", "silent", "answers")
		_ = silent
		if got := byID(t, d, answers.ID); got.ConfirmedOn != day.AddDays(1) {
			t.Errorf("confirmed on %s", got.ConfirmedOn)
		}
	})
}

func TestPeopleOfAStalePlaceAreToldOnceAndTheTerritoryOnceAWeek(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := aged(t, d, "Maison", 14, func(p *place.Place) { p.Emails = []string{"accueil@maison.example"} })
		team(t, d, "Creuse", "23")
		team(t, d, "Corrèze", "19")
		told := func() (stale []string, digests []place.Digest) {
			d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				asked, err := place.TellStale(ctx, tx)
				if err != nil {
					return err
				}
				for _, one := range asked {
					stale = append(stale, one.Place.Name)
				}
				hours, err := place.AskHours(ctx, tx)
				if err != nil {
					return err
				}
				for _, one := range hours {
					stale = append(stale, "hours of "+one.Place.Name)
				}
				digests, err = place.Digests(ctx, tx)
				return err
			})
			return stale, digests
		}
		set := func(stale bool) {
			d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				_, err := place.SetFreshness(ctx, tx, p.ID, place.Freshness{Last: place.Sign{On: p.UpdatedOn, Code: place.SignSource}, Stale: stale})
				return err
			})
		}
		set(true)
		stale, digests := told()
		same(t, "first night", stale, "Maison")
		if len(digests) != 1 || digests[0].Territory != "Creuse" || digests[0].Stale != 1 || digests[0].New != 1 {
			t.Errorf("digests %+v", digests)
		}
		stale, digests = told()
		same(t, "again", stale)
		if len(digests) != 0 {
			t.Errorf("told twice in a week: %+v", digests)
		}
		set(false)
		set(true)
		stale, _ = told()
		same(t, "stale a second time", stale, "Maison")
		d.Clock.Advance(8 * 24 * time.Hour)
		if _, digests = told(); len(digests) != 1 || digests[0].New != 0 {
			t.Errorf("the week after: %+v", digests)
		}
	})
}
