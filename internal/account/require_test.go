package account_test

import (
	"errors"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

var (
	ours   = db.ID{1}
	theirs = db.ID{2}
)

func TestRightsFollowRoleLevelAndOrganisation(t *testing.T) {
	for _, c := range []struct {
		rule        string
		role, level string
		sample      bool
		act         account.Act
		on          db.ID
		want        error
	}{
		{"a site redeems at its own site", "site", "member", false, account.ActCouponRedeem, ours, nil},
		{"a site never redeems for another", "site", "member", false, account.ActCouponRedeem, theirs, account.ErrOtherOrganisation},
		{"scan only redeems", "site", "scan_only", false, account.ActCouponRedeem, ours, nil},
		{"scan only reads sessions", "site", "scan_only", false, account.ActSessionRead, ours, nil},
		{"scan only takes a redemption back", "site", "scan_only", false, account.ActCouponReverse, ours, nil},
		{"scan only reads no statement", "site", "scan_only", false, account.ActStatementRead, ours, account.ErrScanOnly},
		{"read only does not redeem", "site", "read_only", false, account.ActCouponRedeem, ours, account.ErrReadOnly},
		{"read only reads statements", "site", "read_only", false, account.ActStatementRead, ours, nil},
		{"a desk does not redeem", "desk", "owner", false, account.ActCouponRedeem, ours, fault.ErrForbidden},
		{"only a site's owner enters bank details", "site", "member", false, account.ActBankDetailsEnter, ours, account.ErrOwnerOnly},
		{"the owner does", "site", "owner", false, account.ActBankDetailsEnter, ours, nil},
		{"the accountant reads them, at any level", "accountant", "read_only", false, account.ActBankDetailsRead, theirs, nil},
		{"the accountant does not enter them", "accountant", "owner", false, account.ActBankDetailsEnter, ours, fault.ErrForbidden},
		{"the accountant reads every statement", "accountant", "member", false, account.ActStatementRead, theirs, nil},
		{"the auditor reads every statement", "auditor", "member", false, account.ActStatementRead, theirs, nil},
		{"the auditor reads no holder", "auditor", "owner", false, account.ActHolderRead, ours, fault.ErrForbidden},
		{"the auditor closes nothing", "auditor", "owner", false, account.ActStatementClose, ours, fault.ErrForbidden},
		{"a territory orders for itself", "territory", "member", false, account.ActOrderPlace, ours, nil},
		{"a territory does not order for another", "territory", "member", false, account.ActOrderPlace, theirs, account.ErrOtherOrganisation},
		{"the national team signs agreements", "national", "member", false, account.ActAgreementSign, theirs, nil},
		{"admin records no receipt", "admin", "owner", false, account.ActReceiptRecord, theirs, fault.ErrForbidden},
		{"admin records a receipt in a sample", "admin", "owner", true, account.ActReceiptRecord, theirs, nil},
		{"admin orders in a sample", "admin", "member", true, account.ActOrderPlace, theirs, nil},
		{"admin does not sign agreements, even in a sample", "admin", "owner", true, account.ActAgreementSign, theirs, fault.ErrForbidden},
		{"admin does not redeem, even in a sample", "admin", "owner", true, account.ActCouponRedeem, theirs, fault.ErrForbidden},
		{"a sample gives no other role more", "desk", "owner", true, account.ActReceiptRecord, ours, fault.ErrForbidden},
		{"an owner invites at home", "desk", "owner", false, account.ActMemberInvite, ours, nil},
		{"an owner invites nowhere else", "accountant", "owner", false, account.ActMemberInvite, theirs, account.ErrOtherOrganisation},
		{"a member invites nobody", "desk", "member", false, account.ActMemberInvite, ours, account.ErrOwnerOnly},
		{"admin invites anywhere", "admin", "member", false, account.ActMemberInvite, theirs, nil},
		{"an unknown level may nothing", "site", "", false, account.ActCouponRedeem, ours, fault.ErrForbidden},
		{"an unknown act is nobody's", "admin", "owner", true, account.Act("unknown"), ours, fault.ErrForbidden},
	} {
		actor := db.Actor{Kind: db.Person, Organisation: ours, Role: c.role, Level: c.level, Sample: c.sample}
		if got := account.Require(actor, c.act, c.on); !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", c.rule, got, c.want)
		}
		actor.Kind = db.Token
		if got := account.Require(actor, c.act, c.on); !errors.Is(got, c.want) {
			t.Errorf("%s (by token): %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestSomeoneAttachedActsOnTheirPlaceAlone(t *testing.T) {
	here, there := db.ID{3}, db.ID{4}
	for _, c := range []struct {
		rule            string
		role            string
		act             account.Act
		attached, place db.ID
		on              db.ID
		want            error
	}{
		{"at their place", account.RoleSite, account.ActCouponRedeem, here, here, ours, nil},
		{"not at the organisation's other one", account.RoleSite, account.ActCouponRedeem, here, there, ours, account.ErrOtherPlace},
		{"nor plans a session there", account.RoleSite, account.ActSessionPlan, here, there, ours, account.ErrOtherPlace},
		{"nor makes a new place", account.RoleSite, account.ActPlaceKeep, here, db.ID{}, ours, account.ErrOtherPlace},
		{"another organisation's is not found first", account.RoleSite, account.ActCouponRedeem, here, there, theirs, account.ErrOtherOrganisation},
		{"attached to none is everywhere at home", account.RoleSite, account.ActCouponRedeem, db.ID{}, there, ours, nil},
		{"who reads all is not narrowed", account.RoleAuditor, account.ActStatementRead, here, there, theirs, nil},
	} {
		actor := db.Actor{Kind: db.Person, Organisation: ours, Role: c.role, Level: account.LevelMember, Place: c.attached}
		if got := account.RequireAt(actor, c.act, c.on, c.place); !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", c.rule, got, c.want)
		}
	}
}

func TestVisitorsDoOnlyWhatIsPublic(t *testing.T) {
	for _, visitor := range []db.Actor{{}, {Kind: db.Bearer, Role: "admin", Level: "owner"}} {
		for _, act := range account.Acts() {
			public := act == account.ActPublic || act == account.ActPlaceRead || act == account.ActSolvencyRead ||
				act == account.ActPlaceReportMake || act == account.ActOwnerLinkUse || act == account.ActMessageReceive || act == account.ActLogRead
			if may := account.May(visitor, act); may != public {
				t.Errorf("a visitor (%q) may %s: %v", visitor.Kind, act, may)
			}
		}
	}
}

func TestTheProgramItselfMayEverythingKnown(t *testing.T) {
	for _, kind := range []db.ActorKind{db.Job, db.Console} {
		for _, act := range account.Acts() {
			if err := account.Require(db.Actor{Kind: kind}, act, theirs); err != nil {
				t.Errorf("%s: %s: %v", kind, act, err)
			}
		}
	}
}

func TestOnlyReadersAreFreeOfWriting(t *testing.T) {
	for _, act := range account.Acts() {
		for _, role := range account.Roles {
			reader := db.Actor{Kind: db.Person, Organisation: ours, Role: role, Level: account.LevelReadOnly}
			auditor := db.Actor{Kind: db.Person, Organisation: ours, Role: account.RoleAuditor, Level: account.LevelMember}
			if account.IsWrite(act) && (account.May(reader, act) || account.May(auditor, act)) {
				t.Errorf("%s lets a reader write", act)
			}
		}
	}
}

func TestEveryRoleAndLevelHasAFrenchName(t *testing.T) {
	for _, role := range account.Roles {
		if account.RoleName(role) == "" {
			t.Errorf("role %s has no name", role)
		}
	}
	for _, level := range account.Levels {
		if account.LevelName(level) == "" {
			t.Errorf("level %s has no name", level)
		}
	}
}
