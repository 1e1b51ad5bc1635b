package account

import "slices"

// The roles (rôles): what an organisation does in the programme.
const (
	RoleNational   = "national"   // the programme's team
	RoleTerritory  = "territory"  // a collectivité's team: orders and co-pays
	RoleFunder     = "funder"     // reads what its money did
	RoleDesk       = "desk"       // prescribers at a counter
	RoleSite       = "site"       // mediators of a labelled site
	RoleHelper     = "helper"     // aidants
	RoleCertifier  = "certifier"  // grants and withdraws labels
	RoleAccountant = "accountant" // records receipts, pays sites
	RoleAuditor    = "auditor"    // reads everything but names and contacts, changes nothing
	RoleAdmin      = "admin"      // runs the instance
)

// Roles lists every role, in the order in which pages show them.
var Roles = []string{
	RoleNational, RoleTerritory, RoleFunder, RoleDesk, RoleSite,
	RoleHelper, RoleCertifier, RoleAccountant, RoleAuditor, RoleAdmin,
}

// The levels (niveaux): what a person may do within an organisation.
const (
	LevelOwner    = "owner"     // invites, makes tokens, signs
	LevelMember   = "member"    // does the daily work
	LevelScanOnly = "scan_only" // redeems coupons and takes a redemption back
	LevelReadOnly = "read_only" // looks
)

// Levels lists every level, from the widest.
var Levels = []string{LevelOwner, LevelMember, LevelScanOnly, LevelReadOnly}

var roleNames = map[string]string{
	RoleNational:   "Équipe nationale",
	RoleTerritory:  "Collectivité",
	RoleFunder:     "Financeur",
	RoleDesk:       "Guichet",
	RoleSite:       "Lieu de médiation",
	RoleHelper:     "Aidant",
	RoleCertifier:  "Labellisation",
	RoleAccountant: "Comptabilité",
	RoleAuditor:    "Contrôle",
	RoleAdmin:      "Administration",
}

var levelNames = map[string]string{
	LevelOwner:    "Responsable",
	LevelMember:   "Membre",
	LevelScanOnly: "Lecture des chèques seulement",
	LevelReadOnly: "Consultation seulement",
}

// RoleName is the role's French name; empty for a word that is no role.
func RoleName(role string) string { return roleNames[role] }

// LevelName is the level's French name; empty for a word that is no level.
func LevelName(level string) string { return levelNames[level] }

// secondFactorRoles move money or rights of others: a password is not enough.
var secondFactorRoles = []string{RoleAccountant, RoleCertifier, RoleHelper, RoleAdmin}

// NeedsSecondFactor tells whether a role asks for a code besides the password,
// everywhere but in the sample programme.
func NeedsSecondFactor(role string) bool { return slices.Contains(secondFactorRoles, role) }
