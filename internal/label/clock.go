package label

import "passerelle/internal/civil"

// Promised is how many months a decision may take, from the day an application
// is sent: the delay after which the administration's silence decides
// (code des relations entre le public et l'administration, art. L231-1 and
// L231-4), counted from date to date.
const Promised = 2

// Clock says on one day how long an application has waited, in civil days of
// Paris. It runs from the day it is sent; asking for more stops it, the answer
// starts it again (same code, art. L114-5: the delay is suspended while papers
// are missing). An appeal begins a new one.
type Clock struct {
	Started civil.Date // zero until it is sent
	Paused  civil.Date // since when more is asked; zero while it runs
	Stopped civil.Date // decided or given up; zero until then
	Due     civil.Date // the last day of the promise; one that is not worked moves to the next that is
	Days    int        // days run, pauses left out
	Late    bool
}

// counter is what is kept of a clock.
type counter struct {
	started, paused, stopped civil.Date
	pausedDays               int // of the pauses that are over
}

// on reads the clock on a day.
func (c counter) on(today civil.Date) Clock {
	clock := Clock{Started: c.started, Paused: c.paused, Stopped: c.stopped}
	if c.started.IsZero() {
		return clock
	}
	end := today
	if !c.stopped.IsZero() {
		end = c.stopped
	}
	paused := c.pausedDays
	if !c.paused.IsZero() {
		paused += max(0, c.paused.DaysUntil(end))
	}
	clock.Days = max(0, c.started.DaysUntil(end)-paused)
	clock.Due = c.started.AddMonths(Promised).AddDays(paused)
	if !civil.IsWorkingDay(clock.Due, "75") {
		clock.Due = civil.NextWorkingDay(clock.Due, "75")
	}
	clock.Late = end.After(clock.Due)
	return clock
}

func (c *counter) start(day civil.Date) { *c = counter{started: day} }

func (c *counter) pause(day civil.Date) { c.paused = day }

func (c *counter) resume(day civil.Date) {
	if !c.paused.IsZero() {
		c.pausedDays += max(0, c.paused.DaysUntil(day))
		c.paused = civil.Date{}
	}
}

func (c *counter) stop(day civil.Date) {
	c.resume(day)
	c.stopped = day
}

// follow is what a step of the history does to a clock.
func (c *counter) follow(step Step) {
	day := civil.DateOf(step.At, civil.Paris)
	switch step.Act {
	case ActSend, ActAppeal:
		c.start(day)
	case ActAsk:
		c.pause(day)
	case ActComplete:
		c.resume(day)
	case ActGiveUp, ActLapse, ActGrant, ActRefuse:
		if !c.started.IsZero() {
			c.stop(day)
		}
	}
}
