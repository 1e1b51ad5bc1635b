package label

import (
	"passerelle/internal/fault"
)

// Party is who may do an act on an application.
type Party string

// The parties.
const (
	Applicant      Party = "applicant"       // anyone who may write for the organisation
	Owner          Party = "owner"           // who signs for it
	AnyCertifier   Party = "any_certifier"   // with no interest in it
	Certifier      Party = "certifier"       // the one who took it
	OtherCertifier Party = "other_certifier" // not the one who decided first
	Program        Party = "program"         // at night
)

var partyNames = map[Party]string{
	Applicant: "Le lieu", Owner: "Un responsable du lieu", AnyCertifier: "Un certificateur", Certifier: "Le certificateur qui a pris le dossier",
	OtherCertifier: "Un autre certificateur que celui qui a décidé", Program: "Passerelle, la nuit",
}

// French names a party.
func (p Party) French() string { return partyNames[p] }

// Act is something done to an application that may move it.
type Act string

// The acts.
const (
	ActBegin    Act = "begin"
	ActSend     Act = "send"
	ActGiveUp   Act = "give_up"
	ActTake     Act = "take"
	ActRelease  Act = "release"
	ActAsk      Act = "ask"
	ActComplete Act = "complete"
	ActLapse    Act = "lapse"
	ActGrant    Act = "grant"
	ActRefuse   Act = "refuse"
	ActAppeal   Act = "appeal"
	ActSuspend  Act = "suspend"
	ActResume   Act = "resume"
	ActWithdraw Act = "withdraw"
	ActExpire   Act = "expire"
)

var actNames = map[Act]string{
	ActBegin: "commencer", ActSend: "envoyer", ActGiveUp: "renoncer", ActTake: "prendre en charge", ActRelease: "rendre à la file",
	ActAsk: "demander un complément", ActComplete: "envoyer le complément", ActLapse: "clore sans réponse", ActGrant: "accorder", ActRefuse: "refuser",
	ActAppeal: "faire appel", ActSuspend: "suspendre", ActResume: "lever la suspension", ActWithdraw: "retirer", ActExpire: "constater la fin",
}

// French names an act, in the infinitive.
func (a Act) French() string { return actNames[a] }

// Transition is one line of an application's life.
type Transition struct {
	From State // empty for a new one
	Act  Act
	Who  Party
	To   State
}

// transitions is the whole life of an application; what is not here is refused.
var transitions = []Transition{
	{"", ActBegin, Applicant, Draft},
	{Draft, ActSend, Owner, Sent},
	{Draft, ActGiveUp, Owner, Withdrawn},
	{Sent, ActGiveUp, Owner, Withdrawn},
	{Sent, ActTake, AnyCertifier, InReview},
	{InReview, ActRelease, Certifier, Sent},
	{InReview, ActAsk, Certifier, MoreAsked},
	{InReview, ActGiveUp, Owner, Withdrawn},
	{InReview, ActGrant, Certifier, Granted},
	{InReview, ActRefuse, Certifier, Refused},
	{MoreAsked, ActComplete, Owner, InReview},
	{MoreAsked, ActGiveUp, Owner, Withdrawn},
	{MoreAsked, ActLapse, Program, Withdrawn},
	{Refused, ActAppeal, Owner, Appealed},
	{Granted, ActAppeal, Owner, Appealed}, // for the places that were refused
	{Appealed, ActTake, OtherCertifier, Appealed},
	{Appealed, ActRelease, Certifier, Appealed},
	{Appealed, ActGrant, Certifier, Granted},
	{Appealed, ActRefuse, Certifier, Refused},
	{Granted, ActSuspend, AnyCertifier, Suspended},
	{Suspended, ActResume, AnyCertifier, Granted},
	{Suspended, ActResume, Program, Granted},
	{Granted, ActWithdraw, AnyCertifier, Withdrawn},
	{Suspended, ActWithdraw, AnyCertifier, Withdrawn},
	{Granted, ActExpire, Program, Expired},
	{Suspended, ActExpire, Program, Expired},
}

// Transitions lists the whole life of an application, for whoever wants to read it.
func Transitions() []Transition { return append([]Transition{}, transitions...) }

// next is the state to which an act leads. Fault: wrong_state.
func (s State) next(act Act) (State, error) {
	for _, line := range transitions {
		if line.From == s && line.Act == act {
			return line.To, nil
		}
	}
	return "", ErrWrongState.Sayf("Cette demande est «\u00a0%s\u00a0»\u00a0: on ne peut pas %s. Rechargez la page pour voir ce qui est possible.", s.French(), act.French()).
		With("state", string(s))
}

// Undecided tells whether an application still waits for its first decision, or
// for its appeal's.
func (s State) Undecided() bool {
	return s == Draft || s == Sent || s == InReview || s == MoreAsked || s == Appealed
}

// Editable tells whether the applicant may still change answers and attachments.
func (s State) Editable() bool { return s == Draft || s == MoreAsked }

// The refusals of applications.
var (
	ErrUnknownApplication = fault.Define(fault.NotFound, "unknown_application", "Cette demande de label n’existe pas. Repartez de la liste des demandes.")
	ErrWrongState         = fault.Define(fault.Conflict, "wrong_state", "L’état de la demande ne permet pas cela. Rechargez la page pour voir ce qui est possible.")
	ErrAlreadyApplied     = fault.Define(fault.Conflict, "already_applied", "Une demande est déjà ouverte pour ce lieu. Reprenez-la, ou attendez sa décision.")
	ErrRenewalTooEarly    = fault.Define(fault.Conflict, "renewal_too_early", "Ce lieu a le label pour plus de six mois encore. Vous pourrez le renouveler dans les six derniers mois.")
	ErrIncomplete         = fault.Define(fault.Conflict, "incomplete", "La demande n’est pas complète. Répondez à ce qui manque, puis envoyez-la.")
	ErrOwnOrganisation    = fault.Define(fault.Forbidden, "own_organisation", "Vous êtes membre de l’organisation qui demande ce label. Laissez un autre certificateur examiner son dossier.")
	ErrSameCertifier      = fault.Define(fault.Forbidden, "same_certifier", "Vous avez pris la première décision. Laissez un autre certificateur juger l’appel.")
	ErrNotAssigned        = fault.Define(fault.Conflict, "not_assigned", "Ce dossier n’est pas à vous. Prenez-le dans la file s’il attend, ou laissez le certificateur qui l’a pris.")
	ErrUnjudged           = fault.Define(fault.Conflict, "unjudged", "Des critères n’ont pas encore été examinés. Donnez un avis et un mot sur chacun, puis décidez.")
	ErrAppealOver         = fault.Define(fault.Conflict, "appeal_over", "L’appel se fait une seule fois, dans les deux mois. Déposez plutôt une nouvelle demande.")
	ErrNothingToAppeal    = fault.Define(fault.Conflict, "nothing_to_appeal", "Tous les lieux de cette demande ont obtenu le label\u00a0: il n’y a rien à contester.")
)
