package civil

import (
	"sync"
	"time"
)

// Clock tells the present instant, in UTC, to the microsecond: what both
// database engines keep.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock.
type System struct{}

// Now is the present instant.
func (System) Now() time.Time { return instant(time.Now()) }

// Shifted is another clock moved by a fixed duration; it runs on. The sample
// programme uses it to start at a chosen day.
type Shifted struct {
	Base Clock
	By   time.Duration
}

// StartingAt is a running clock that shows this instant now.
func StartingAt(base Clock, start time.Time) Shifted {
	return Shifted{Base: base, By: start.Sub(base.Now())}
}

// Now is the base clock's instant, moved.
func (s Shifted) Now() time.Time { return instant(s.Base.Now().Add(s.By)) }

// Manual is a clock that stands still until it is moved. It may be used from
// several goroutines.
type Manual struct {
	mutex sync.Mutex
	now   time.Time
}

// NewManual is a clock that shows this instant.
func NewManual(now time.Time) *Manual { return &Manual{now: instant(now)} }

// Now is the instant last set.
func (m *Manual) Now() time.Time {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.now
}

// Set moves the clock to this instant, forward or back.
func (m *Manual) Set(now time.Time) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.now = instant(now)
}

// Advance moves the clock by this duration.
func (m *Manual) Advance(by time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.now = instant(m.now.Add(by))
}

func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
