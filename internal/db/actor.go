package db

// ActorKind says what sort of thing acts.
type ActorKind string

// The kinds of actors.
const (
	Anonymous ActorKind = ""        // no one signed in
	Person    ActorKind = "person"  // a signed-in person, in one role of one organisation
	Token     ActorKind = "token"   // an organisation's program, through the API
	Bearer    ActorKind = "booklet" // the holder of one booklet, by its number and inner code
	Job       ActorKind = "job"     // the program itself, at night or from the queue
	Console   ActorKind = "console" // whoever runs the command line on the server
)

// Actor is who acts: a plain value that the edge fills in and that the
// transaction carries. Role and Level are words of package account.
type Actor struct {
	Kind         ActorKind
	ID           ID     // the person, the token or the booklet
	Holder       ID     // the person whose booklet it is, for a Bearer
	Organisation ID     // on whose behalf
	Role         string // "desk", "site", …
	Level        string // "owner", "member", "scan_only", "read_only"
	Place        ID     // the one place of the organisation that they are attached to; zero for all
	Credential   ID     // the session or the token: what idempotency keys are scoped to
	Sample       bool   // the instance holds the invented programme, where admin may do more
}
