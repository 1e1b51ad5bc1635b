// Package dbtest gives tests a database of their own on both engines: a copy of
// a migrated SQLite file, and a copy of a migrated template in a throw-away
// PostgreSQL that is started once per test program.
//
//	func TestRedeem(t *testing.T) {
//		dbtest.Each(t, func(t *testing.T, d *dbtest.DB) { … })
//	}
//
// PostgreSQL is started from the installed binaries (Debian keeps them outside
// PATH). Where there are none the PostgreSQL half is skipped with its reason,
// unless CI or PASSERELLE_REQUIRE asks for everything.
package dbtest
