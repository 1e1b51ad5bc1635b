package plainwords

import "strings"

// wordRules are the words that break a rule by themselves.
var wordRules = listed(map[Rule]string{
	Negative:    "ne ni non pas jamais aucun aucune rien sans nul nulle",
	Conditional: "si",
	Familiar:    "tu toi ton ta tes te",
	Tense:       "était étaient étiez sera seront serez aura auront aurez fera feront ferez ira iront irez avait avaient",
	Number: "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante " +
		"cent cents mille million millions dizaine douzaine quinzaine vingtaine trentaine",
	Foreign: "email emails mail mails smartphone smartphones web login password online newsletter link links click app apps planning " +
		"mailing feedback ok spam flyer hotline desk chat blog wifi cookie cookies post posts news live check meeting reporting coach coaching",
	OtherWord: "coupon coupons ticket tickets voucher vouchers chéquier chéquiers livret livrets séance séances session sessions " +
		"formation formations structure structures établissement établissements rdv créneau créneaux",
	Abbreviation: "etc rdv tel svp stp cad",
})

// present are words of today that end as another tense does.
var present = set("trait extrait retrait attrait portrait distrait abstrait soustrait variez mariez appariez " +
	"gérez préférez espérez récupérez repérez opérez libérez insérez considérez adhérez entrez rentrez montrez rencontrez tirez retirez " +
	"attirez admirez inspirez expirez respirez enregistrez administrez filtrez illustrez démontrez livrez délivrez ouvrez couvrez découvrez " +
	"recouvrez offrez souffrez chiffrez célébrez nombrez assurez rassurez mesurez durez jurez figurez procurez restaurez comparez préparez " +
	"séparez réparez déclarez garez égarez pleurez demeurez effleurez explorez améliorez adorez honorez ignorez colorez élaborez " +
	"adressez tournez virez cirez désirez aspirez conspirez déchirez étirez soupirez encadrez cadrez engendrez serrez barrez bourrez fourrez " +
	"démarrez amarrez narrez courez parcourez mourez considérons entrons montrons livrons ouvrons couvrons découvrons offrons assurons " +
	"préparons déclarons environs rencontrons comparons mesurons récupérons gérons retirons opéra caméra ouvrira " +
	"étudiez confiez mendiez congédiez remédiez radiez priez triez souriez riez rez front affront citrons paient essaient balaient initiez vérifiez bénéficiez appréciez remerciez oubliez publiez pliez liez criez " +
	"copiez recopiez photocopiez expédiez modifiez justifiez identifiez niez reniez maniez conviez enviez déviez balbutiez")

func listed(rules map[Rule]string) map[string]Rule {
	found := map[string]Rule{}
	for rule, words := range rules {
		for word := range set(words) {
			found[word] = rule
		}
	}
	return found
}

func set(text string) map[string]struct{} {
	found := map[string]struct{}{}
	for word := range strings.FieldsSeq(text) {
		found[word] = struct{}{}
	}
	return found
}
