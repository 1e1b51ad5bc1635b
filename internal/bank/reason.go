package bank

// Reason is why a bank refuses or sends back a transfer.
type Reason struct {
	Code string // of ISO 20022's external sets of reasons, "AC04"; or the bank's own
	Text string // the bank's own words; may be empty
}

// Cause is who can mend what a reason says.
type Cause int

// The causes.
const (
	Unexplained  Cause = iota // nobody knows without asking the bank
	PayeeAccount              // the payee's account details are to be entered again
	PayerAccount              // the payer's account or its cash
	File                      // the file itself
)

// reasons are those of ISO 20022's external code sets (status reason, return
// reason) that credit transfers meet (EPC173-14 tells when each is used).
var reasons = map[string]struct {
	cause Cause
	means string
}{
	"AC01": {PayeeAccount, "le numéro de compte n’existe pas"},
	"AC02": {PayerAccount, "le numéro du compte qui paie est faux"},
	"AC03": {PayeeAccount, "le numéro de compte du bénéficiaire est faux"},
	"AC04": {PayeeAccount, "le compte est fermé"},
	"AC06": {PayeeAccount, "le compte est bloqué"},
	"AC14": {PayeeAccount, "ce type de compte ne reçoit pas de virement"},
	"AG01": {PayeeAccount, "ce compte ne peut pas recevoir de virement"},
	"AG02": {File, "le code de l’opération n’est pas celui d’un virement"},
	"AM01": {File, "le montant est nul"},
	"AM02": {PayerAccount, "le montant dépasse le plafond convenu avec la banque"},
	"AM03": {File, "la monnaie n’est pas acceptée"},
	"AM04": {PayerAccount, "le compte qui paie n’est pas assez approvisionné"},
	"AM05": {File, "la banque y voit un doublon"},
	"AM10": {File, "le total ne correspond pas aux virements"},
	"BE01": {PayeeAccount, "le nom du titulaire ne correspond pas au compte"},
	"BE04": {PayeeAccount, "l’adresse du bénéficiaire manque ou n’est pas complète"},
	"BE05": {PayerAccount, "l’émetteur du fichier n’est pas reconnu"},
	"CNOR": {PayeeAccount, "la banque du bénéficiaire ne participe pas à ces virements"},
	"CUST": {Unexplained, "le bénéficiaire a demandé le renvoi"},
	"DNOR": {PayerAccount, "la banque qui paie ne participe pas à ces virements"},
	"DT01": {File, "le jour d’exécution n’est pas accepté"},
	"DUPL": {File, "la banque y voit un doublon"},
	"ED05": {Unexplained, "le règlement entre banques a échoué"},
	"ERIN": {File, "le mode d’avis n’est pas accepté"},
	"FF01": {File, "le fichier n’a pas la forme attendue"},
	"FOCR": {Unexplained, "le virement est renvoyé à la demande de la banque qui paie"},
	"FR01": {Unexplained, "une fraude est soupçonnée"},
	"MD07": {Unexplained, "le titulaire du compte est décédé"},
	"MS02": {Unexplained, "le bénéficiaire refuse, sans autre motif"},
	"MS03": {Unexplained, "la banque ne donne pas de motif"},
	"NARR": {Unexplained, "le motif est écrit par la banque"},
	"RC01": {PayeeAccount, "le code de la banque (BIC) est faux"},
	"RR01": {PayerAccount, "le compte ou l’identifiant de celui qui paie manque"},
	"RR02": {PayerAccount, "le nom ou l’adresse de celui qui paie manque"},
	"RR03": {PayeeAccount, "le nom ou l’adresse du bénéficiaire manque"},
	"RR04": {Unexplained, "une règle du pays s’y oppose"},
	"TM01": {File, "le fichier est arrivé trop tard dans la journée"},
}

// Cause is who can mend it; Unexplained for a code that is not known.
func (r Reason) Cause() Cause { return reasons[r.Code].cause }

// French is the reason in plain words, the bank's own after them; "motif non
// précisé" when it gave none.
func (r Reason) French() string {
	means := reasons[r.Code].means
	switch {
	case means == "" && r.Text == "" && r.Code == "":
		return "motif non précisé"
	case means == "" && r.Text == "":
		return "motif de la banque\u00a0: " + r.Code
	case means == "":
		return "motif de la banque\u00a0: " + r.Text
	case r.Text == "":
		return means
	}
	return means + " (" + r.Text + ")"
}
