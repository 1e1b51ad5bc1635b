package account

import (
	"maps"
	"slices"
)

// Act is something one must be allowed to do, named "capability.verb". Its Go
// name is made from it: "coupon.redeem" is ActCouponRedeem.
type Act string

// Acts that ask for no role.
const (
	ActPublic   Act = "public"    // anyone
	ActSignedIn Act = "signed_in" // any person or token, whatever the role
)

// The acts.
const (
	ActPlaceRead   Act = "place.read"
	ActPlaceImport Act = "place.import"
	ActPlaceClaim  Act = "place.claim"
	ActPlaceKeep   Act = "place.keep"
	ActPlaceMerge  Act = "place.merge"

	ActPlaceReportMake   Act = "place_report.make"
	ActPlaceReportRead   Act = "place_report.read"
	ActPlaceReportAnswer Act = "place_report.answer"
	ActPlaceConfirm      Act = "place.confirm"
	ActFreshnessRead     Act = "freshness.read"
	ActOwnerLinkMake     Act = "owner_link.make"
	ActOwnerLinkUse      Act = "owner_link.use"
	ActCorrectionUndo    Act = "correction.undo"

	ActLabelRead   Act = "label.read"
	ActLabelDecide Act = "label.decide"
	ActLabelApply  Act = "label.apply"  // write an application, add to it
	ActLabelSend   Act = "label.send"   // sign it: send, give up, appeal
	ActLabelWrite  Act = "label.write"  // a message, to the other side
	ActLabelReview Act = "label.review" // take, judge, ask, decide, visit
	// ActApplicationRead shows applications; what an applicant wrote is read by
	// itself and by the certifiers who took it.
	ActApplicationRead Act = "application.read"
	ActAttachmentRead  Act = "attachment.read"

	ActBankDetailsEnter Act = "bank_details.enter"
	ActBankDetailsRead  Act = "bank_details.read"

	ActFunderRead    Act = "funder.read"
	ActFunderAdd     Act = "funder.add"
	ActAgreementRead Act = "agreement.read"
	ActAgreementSign Act = "agreement.sign"
	ActOrderRead     Act = "order.read"
	ActOrderPlace    Act = "order.place"
	ActReceiptRecord Act = "receipt.record"
	// ActRefundMake pays back what is unused, moves it to another order, and
	// sends back what is of no order.
	ActRefundMake Act = "refund.make"
	ActRefundRead Act = "refund.read"

	ActBookletRead     Act = "booklet.read"
	ActBookletPrint    Act = "booklet.print"
	ActBookletHandOver Act = "booklet.hand_over"
	ActBookletBlock    Act = "booklet.block"
	ActBookletVoid     Act = "booklet.void" // call back what was ordered

	ActCouponRead    Act = "coupon.read"
	ActCouponRedeem  Act = "coupon.redeem"
	ActCouponReverse Act = "coupon.reverse"

	ActHolderRead        Act = "holder.read"
	ActHolderRegister    Act = "holder.register"
	ActQuestionnaireRead Act = "questionnaire.read"
	ActQuestionnaireEdit Act = "questionnaire.edit"
	ActDiagnosisRead     Act = "diagnosis.read"
	ActDiagnosisRecord   Act = "diagnosis.record"
	ActVisitKeep         Act = "visit.keep"
	ActOrientationTune   Act = "orientation.tune"
	ActRouteFigures      Act = "route.figures"
	ActAppointmentRead   Act = "appointment.read"

	ActMessageRead         Act = "message.read" // what was told to a person helped
	ActMessageSend         Act = "message.send" // again, letters, calls
	ActMessageCostRead     Act = "message_cost.read"
	ActMessageTemplateRead Act = "message_template.read"
	ActMessageTemplateEdit Act = "message_template.edit"
	ActMessageReceive      Act = "message.receive" // from the gateway, by its secret

	ActSessionRead    Act = "session.read"
	ActSessionPlan    Act = "session.plan"
	ActSessionCancel  Act = "session.cancel"
	ActWorkshopRead   Act = "workshop.read" // an organisation's own workshops, with their plan
	ActWorkshopKeep   Act = "workshop.keep"
	ActPathwayRead    Act = "pathway.read"
	ActPathwayKeep    Act = "pathway.keep"
	ActBookingRead    Act = "booking.read"
	ActBookingMake    Act = "booking.make"
	ActBookingCancel  Act = "booking.cancel"
	ActAttendanceRead Act = "attendance.read"
	ActAttendanceTick Act = "attendance.tick"

	ActMisdirectionTell   Act = "misdirection.tell" // a session does not suit someone
	ActMisdirectionRead   Act = "misdirection.read"
	ActMisdirectionAnswer Act = "misdirection.answer"

	ActCalendarKeep   Act = "calendar.keep" // secret addresses of one's sessions: make, read, end
	ActActivityRead   Act = "activity.read"
	ActActivityRecord Act = "activity.record"
	ActFigureRead     Act = "figure.read" // figures without a name: help given, the way from a need to a seat

	ActDepartureRead     Act = "departure.read"
	ActDepartureAnnounce Act = "departure.announce"
	ActBookingRehome     Act = "booking.rehome"

	ActStatementRead  Act = "statement.read"
	ActStatementClose Act = "statement.close"
	ActPaymentRead    Act = "payment.read"
	ActPaymentSend    Act = "payment.send"
	ActPaymentConfirm Act = "payment.confirm"
	ActJournalRead    Act = "journal.read"
	ActJournalClose   Act = "journal.close"

	ActIssuerAccountRead Act = "issuer_account.read"
	ActIssuerAccountSet  Act = "issuer_account.set"

	ActSolvencyRead Act = "solvency.read"
	ActSolvencyOwed Act = "solvency.owed"

	ActLogRead Act = "log.read" // the sealed log: hashes alone

	ActOrganisationRead   Act = "organisation.read"
	ActOrganisationCreate Act = "organisation.create"
	ActMemberRead         Act = "member.read"
	ActMemberInvite       Act = "member.invite"
	ActMemberAdd          Act = "member.add"
	ActMemberChange       Act = "member.change"
	ActMemberEnd          Act = "member.end"
	ActSecondFactorReset  Act = "second_factor.reset"
	ActTokenRead          Act = "token.read"
	ActTokenCreate        Act = "token.create"
	ActTokenEnd           Act = "token.end"
	ActJobRead            Act = "job.read"
	ActJobRetry           Act = "job.retry"
)

// rule says who may do an act.
type rule struct {
	own    []string // roles that may, on what is their own organisation's
	any    []string // roles that may, whichever organisation it concerns
	owner  bool     // among own, only people of level owner
	write  bool     // changes something: refused to the level read_only
	scan   bool     // open to the level scan_only
	public bool     // open to everyone, signed in or not
	signed bool     // open to every person and token
	bearer bool     // open to the holder of a booklet, on what is their own: RequireHolder
}

type roles = []string

// rules is the table of acts and roles, after domain.md's "People and roles" and
// contract.md's "Who". Everything that refuses reads it.
var rules = map[Act]rule{
	ActPublic:   {public: true},
	ActSignedIn: {signed: true, scan: true},

	ActPlaceRead:   {public: true},
	ActPlaceImport: {any: roles{RoleNational, RoleTerritory, RoleAdmin}, write: true},
	ActPlaceClaim:  {any: roles{RoleNational, RoleAdmin}, write: true},
	ActPlaceKeep:   {own: roles{RoleSite}, any: roles{RoleNational, RoleAdmin}, write: true},
	ActPlaceMerge:  {own: roles{RoleTerritory}, any: roles{RoleNational, RoleAdmin}, write: true},

	// A territory's team does these in its own territory: package place holds it to that.
	ActPlaceReportMake:   {public: true},
	ActPlaceReportRead:   {own: roles{RoleSite}, any: roles{RoleNational, RoleTerritory, RoleAuditor, RoleAdmin}},
	ActPlaceReportAnswer: {own: roles{RoleSite}, any: roles{RoleNational, RoleTerritory, RoleAdmin}, write: true},
	ActPlaceConfirm:      {own: roles{RoleSite}, any: roles{RoleNational, RoleTerritory, RoleAdmin}, write: true},
	ActFreshnessRead:     {any: roles{RoleNational, RoleTerritory, RoleAuditor, RoleAdmin}},
	ActOwnerLinkUse:      {public: true}, // ask for one, confirm or correct with it
	ActOwnerLinkMake:     {any: roles{RoleNational, RoleTerritory, RoleAdmin}, write: true},
	ActCorrectionUndo:    {any: roles{RoleNational, RoleTerritory, RoleAdmin}, write: true},

	ActLabelRead:   {own: roles{RoleSite}, any: roles{RoleCertifier, RoleNational, RoleAuditor}},
	ActLabelDecide: {any: roles{RoleCertifier}, write: true},
	ActLabelApply:  {own: roles{RoleSite}, write: true},
	ActLabelSend:   {own: roles{RoleSite}, owner: true, write: true},
	ActLabelWrite:  {own: roles{RoleSite}, any: roles{RoleCertifier}, write: true},
	ActLabelReview: {any: roles{RoleCertifier}, write: true},

	ActApplicationRead: {own: roles{RoleSite}, any: roles{RoleCertifier, RoleAuditor}},
	ActAttachmentRead:  {own: roles{RoleSite}, any: roles{RoleCertifier}},

	ActBankDetailsEnter: {own: roles{RoleSite}, owner: true, write: true},
	ActBankDetailsRead:  {own: roles{RoleSite}, any: roles{RoleAccountant}, owner: true},

	ActFunderRead:    {any: roles{RoleNational, RoleTerritory, RoleFunder, RoleAccountant, RoleAuditor, RoleAdmin}},
	ActFunderAdd:     {any: roles{RoleNational, RoleAdmin}, write: true},
	ActAgreementRead: {own: roles{RoleFunder}, any: roles{RoleNational, RoleTerritory, RoleAccountant, RoleAuditor}},
	ActAgreementSign: {any: roles{RoleNational}, write: true},
	ActOrderRead:     {own: roles{RoleTerritory, RoleFunder, RoleDesk}, any: roles{RoleNational, RoleAccountant, RoleAuditor}},
	ActOrderPlace:    {own: roles{RoleTerritory}, any: roles{RoleNational}, write: true},
	ActReceiptRecord: {any: roles{RoleAccountant}, write: true},
	ActRefundMake:    {any: roles{RoleAccountant}, write: true},
	ActRefundRead:    {any: roles{RoleAccountant, RoleAuditor}},

	ActBookletRead:     {own: roles{RoleDesk, RoleTerritory, RoleFunder}, any: roles{RoleAuditor}},
	ActBookletPrint:    {own: roles{RoleDesk, RoleTerritory}, write: true},
	ActBookletHandOver: {own: roles{RoleDesk}, write: true},
	ActBookletBlock:    {own: roles{RoleDesk}, write: true},
	ActBookletVoid:     {own: roles{RoleTerritory}, write: true},

	ActCouponRead:    {own: roles{RoleSite, RoleDesk, RoleTerritory, RoleFunder}, any: roles{RoleAuditor}, scan: true},
	ActCouponRedeem:  {own: roles{RoleSite}, write: true, scan: true},
	ActCouponReverse: {own: roles{RoleSite}, write: true, scan: true},

	ActHolderRead:        {own: roles{RoleDesk}},
	ActHolderRegister:    {own: roles{RoleDesk}, write: true},
	ActQuestionnaireRead: {signed: true},
	ActQuestionnaireEdit: {any: roles{RoleNational}, write: true},
	ActDiagnosisRead:     {own: roles{RoleDesk}},
	ActDiagnosisRecord:   {own: roles{RoleDesk}, write: true},
	ActVisitKeep:         {own: roles{RoleDesk}, write: true},
	ActAppointmentRead:   {own: roles{RoleDesk, RoleSite}},
	// A territory's team reads the desks of its own territory: package orientation holds it to that.
	ActRouteFigures:    {own: roles{RoleDesk}, any: roles{RoleTerritory, RoleNational, RoleAuditor}},
	ActOrientationTune: {any: roles{RoleNational}, write: true},

	ActMessageRead:         {own: roles{RoleDesk}},
	ActMessageSend:         {own: roles{RoleDesk}, write: true},
	ActMessageCostRead:     {any: roles{RoleNational, RoleTerritory, RoleAuditor}},
	ActMessageTemplateRead: {any: roles{RoleNational, RoleTerritory, RoleAuditor}},
	ActMessageTemplateEdit: {any: roles{RoleNational}, write: true},
	ActMessageReceive:      {public: true},

	ActSessionRead:    {signed: true, scan: true},
	ActSessionPlan:    {own: roles{RoleSite}, write: true},
	ActSessionCancel:  {own: roles{RoleSite}, write: true},
	ActWorkshopRead:   {own: roles{RoleSite}},
	ActWorkshopKeep:   {own: roles{RoleSite}, write: true},
	ActPathwayRead:    {own: roles{RoleDesk, RoleSite}}, // a site: of the people expected at its sessions
	ActPathwayKeep:    {own: roles{RoleDesk}, write: true},
	ActBookingRead:    {own: roles{RoleDesk, RoleSite}, bearer: true},
	ActBookingMake:    {own: roles{RoleDesk, RoleSite}, write: true, bearer: true},
	ActBookingCancel:  {own: roles{RoleDesk, RoleSite}, write: true, bearer: true},
	ActAttendanceRead: {own: roles{RoleSite}},
	ActAttendanceTick: {own: roles{RoleSite}, write: true},

	ActMisdirectionTell:   {own: roles{RoleSite}, write: true},
	ActMisdirectionRead:   {own: roles{RoleDesk}},
	ActMisdirectionAnswer: {own: roles{RoleDesk}, write: true},

	ActCalendarKeep:   {own: roles{RoleSite}, write: true},
	ActActivityRead:   {own: roles{RoleSite, RoleDesk}, any: roles{RoleAuditor}},
	ActActivityRecord: {own: roles{RoleSite, RoleDesk}, write: true},
	// A territory's team reads the figures of its own territory: package report holds it to that.
	ActFigureRead: {own: roles{RoleSite, RoleDesk}, any: roles{RoleTerritory, RoleNational, RoleAuditor, RoleAdmin}},

	ActDepartureRead:     {own: roles{RoleSite, RoleDesk}, any: roles{RoleCertifier, RoleNational, RoleAuditor}},
	ActDepartureAnnounce: {own: roles{RoleSite}, any: roles{RoleCertifier, RoleNational}, owner: true, write: true},
	ActBookingRehome:     {own: roles{RoleDesk, RoleSite}, write: true},

	ActStatementRead:  {own: roles{RoleSite}, any: roles{RoleAccountant, RoleAuditor}},
	ActStatementClose: {any: roles{RoleAccountant}, write: true},
	ActPaymentRead:    {any: roles{RoleAccountant, RoleAuditor}},
	ActPaymentSend:    {any: roles{RoleAccountant}, write: true},
	ActPaymentConfirm: {any: roles{RoleAccountant}, write: true},
	ActJournalRead:    {any: roles{RoleAccountant, RoleAuditor}},
	ActJournalClose:   {any: roles{RoleAccountant}, write: true},

	ActIssuerAccountRead: {any: roles{RoleAccountant, RoleAuditor, RoleAdmin}},
	ActIssuerAccountSet:  {any: roles{RoleAccountant, RoleAdmin}, write: true},

	ActSolvencyRead: {public: true},
	ActSolvencyOwed: {any: roles{RoleAccountant, RoleAuditor}},

	ActLogRead: {public: true},

	ActOrganisationRead:   {own: Roles, any: roles{RoleNational, RoleAuditor, RoleAdmin}, scan: true},
	ActOrganisationCreate: {any: roles{RoleAdmin}, write: true},
	ActMemberRead:         {own: Roles, any: roles{RoleAdmin}, owner: true},
	ActMemberInvite:       {own: Roles, any: roles{RoleAdmin}, owner: true, write: true},
	ActMemberAdd:          {any: roles{RoleAdmin}, write: true},
	ActMemberChange:       {own: Roles, any: roles{RoleAdmin}, owner: true, write: true},
	ActMemberEnd:          {own: Roles, any: roles{RoleAdmin}, owner: true, write: true},
	ActSecondFactorReset:  {any: roles{RoleAdmin}, write: true},
	ActTokenRead:          {own: Roles, any: roles{RoleAdmin}, owner: true},
	ActTokenCreate:        {own: Roles, any: roles{RoleAdmin}, owner: true, write: true},
	ActTokenEnd:           {own: Roles, any: roles{RoleAdmin}, owner: true, write: true},
	ActJobRead:            {any: roles{RoleAdmin}},
	ActJobRetry:           {any: roles{RoleAdmin}, write: true},
}

// Acts lists every act of the table, by name.
func Acts() []Act { return slices.Sorted(maps.Keys(rules)) }

// IsWrite tells whether an act changes something.
func IsWrite(act Act) bool { return rules[act].write }
