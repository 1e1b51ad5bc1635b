package place

import (
	"slices"

	"passerelle/internal/geography"
)

// Word is one term of a vocabulary of the national schema.
type Word struct {
	Code  string // stable, English: what the database, the addresses and the API hold
	Label string // the schema's own term
	Plain string // what is said to people
}

// Vocabulary is a closed list of words.
type Vocabulary []Word

// The nine service families of the national schema.
const (
	ServiceProcedures    = "procedures"
	ServiceEverydayTools = "everyday_tools"
	ServiceEmployment    = "employment"
	ServiceSafety        = "safety"
	ServiceParenting     = "parenting"
	ServiceLeisure       = "leisure"
	ServiceUnderstanding = "understanding"
	ServiceAccess        = "access"
	ServiceEquipment     = "equipment"
)

// Programmes that Passerelle's rules look at.
const (
	ProgrammeAidantsConnect = "aidants_connect"
	ProgrammeFranceServices = "france_services"
)

// SupportRemote is help from afar, by telephone or by video.
const SupportRemote = "remote"

// SpecialNeedMotor is the welcome of people with a motor handicap.
const SpecialNeedMotor = "motor"

// The vocabularies of the national schema v1.0.2, in its order.
var (
	Services = Vocabulary{
		{ServiceProcedures, "Aide aux démarches administratives", "faire une démarche en ligne"},
		{ServiceEverydayTools, "Maîtrise des outils numériques du quotidien", "se servir d’un ordinateur, d’un téléphone, d’une adresse pour écrire"},
		{ServiceEmployment, "Insertion professionnelle via le numérique", "chercher un emploi, préparer ses papiers"},
		{ServiceSafety, "Utilisation sécurisée du numérique", "protéger vos comptes et vos mots de passe"},
		{ServiceParenting, "Parentalité et éducation avec le numérique", "suivre l’école et les écrans de vos enfants"},
		{ServiceLeisure, "Loisirs et créations numériques", "créer et vous distraire\u00a0: photos, musique, jeux"},
		{ServiceUnderstanding, "Compréhension du monde numérique", "comprendre comment marche Internet"},
		{ServiceAccess, "Accès internet et matériel informatique", "utiliser un ordinateur et Internet sur place"},
		{ServiceEquipment, "Acquisition de matériel informatique à prix solidaire", "acheter un ordinateur à petit prix"},
	}
	Publics = Vocabulary{
		{"youth", "Jeunes", "les jeunes"},
		{"students", "Étudiants", "les étudiants"},
		{"families", "Familles et/ou enfants", "les familles et les enfants"},
		{"seniors", "Seniors", "les seniors"},
		{"women", "Femmes", "les femmes"},
	}
	SpecialNeeds = Vocabulary{
		{"deafness", "Surdité", "les personnes sourdes ou malentendantes"},
		{SpecialNeedMotor, "Handicaps moteurs", "les personnes qui se déplacent difficilement"},
		{"mental", "Handicaps mentaux", "les personnes en situation de handicap mental"},
		{"illiteracy", "Illettrisme", "les personnes qui lisent difficilement"},
		{"english", "Langues étrangères (anglais)", "les personnes qui parlent anglais"},
		{"other_languages", "Langues étrangères (autres)", "les personnes qui parlent une autre langue"},
		{"blindness", "Déficience visuelle", "les personnes aveugles ou malvoyantes"},
	}
	Fees = Vocabulary{
		{"free", "Gratuit", "C’est gratuit."},
		{"free_if", "Gratuit sous condition", "C’est gratuit sous condition\u00a0: demandez au lieu."},
		{"paid", "Payant", "C’est payant."},
	}
	Programmes = Vocabulary{
		{ProgrammeAidantsConnect, "Aidants Connect", "Aidants Connect"},
		{"reference_library", "Bibliothèques numérique de référence", "Bibliothèque numérique de référence"},
		{"pix", "Certification PIX", "Certification Pix"},
		{"digital_advisers", "Conseillers numériques", "Conseillers numériques"},
		{"emmaus_connect", "Emmaüs Connect", "Emmaüs Connect"},
		{ProgrammeFranceServices, "France Services", "France services"},
		{"digital_school", "Grande école du numérique", "Grande école du numérique"},
		{"red_cross", "La Croix Rouge", "La Croix-Rouge"},
		{"caf_point", "Point d'accès numérique CAF", "Point d’accès numérique de la CAF"},
		{"net_walkers", "Promeneurs du net", "Promeneurs du Net"},
		{"relay", "Relais numérique (Emmaüs Connect)", "Relais numérique (Emmaüs Connect)"},
	}
	Trainings = Vocabulary{
		{"health_space", "Formé à « Mon Espace Santé »", "Formé à Mon espace santé"},
		{"duplex", "Formé à « DUPLEX » (illettrisme)", "Formé à DUPLEX (illettrisme)"},
		{"arnia", "Arnia/MedNum BFC (Bourgogne-Franche-Comté)", "Arnia / MedNum BFC (Bourgogne-Franche-Comté)"},
		{"reuse", "Collectif ressources et acteurs réemploi (Normandie)", "Collectif ressources et acteurs réemploi (Normandie)"},
		{"digital_steps", "Étapes numériques(La Poste)", "Étapes numériques (La Poste)"},
		{"territory_factories", "Fabriques de Territoire", "Fabriques de territoire"},
		{"digital_scouts", "Les Éclaireurs du numérique (Drôme)", "Les Éclaireurs du numérique (Drôme)"},
		{"my_papers", "Mes Papiers (Métropole de Lyon)", "Mes papiers (métropole de Lyon)"},
		{"ordi", "ORDI 3.0", "ORDI 3.0"},
		{"sud_labs", "SUD LABS (PACA)", "Sud Labs (Provence-Alpes-Côte d’Azur)"},
	}
	AccessWays = Vocabulary{
		{"come", "Se présenter", "Venez sans rendez-vous."},
		{"telephone", "Téléphoner", "Appelez avant de venir."},
		{"email", "Contacter par mail", "Écrivez avant de venir."},
		{"online", "Prendre un RDV en ligne", "Prenez rendez-vous en ligne."},
		{"no_public", "Ce lieu n'accueille pas de public", "Ce lieu n’accueille pas de public."},
		{"prescription", "Envoyer un mail avec une fiche de prescription", "Venez envoyé par un guichet, avec sa fiche."},
	}
	Supports = Vocabulary{
		{"alone", "En autonomie", "seul, avec un poste prêté"},
		{"individual", "Accompagnement individuel", "avec quelqu’un à côté de vous"},
		{"workshop", "Dans un atelier collectif", "en atelier, à plusieurs"},
		{SupportRemote, "À distance", "à distance, par téléphone ou en visio"},
	}
	Itinerances = Vocabulary{
		{"itinerant", "Itinérant", "Ce lieu se déplace\u00a0: demandez où il sera."},
		{"fixed", "Fixe", "Ce lieu est fixe."},
	}
)

// Equipments is what can be used in a place: of Passerelle, the national
// schema has no word for it.
var Equipments = Vocabulary{
	{"computers", "Ordinateurs en libre accès", "des ordinateurs à utiliser sur place"},
	{"internet", "Connexion à Internet", "une connexion à Internet"},
	{"tablets", "Tablettes", "des tablettes"},
	{"printer", "Imprimante", "une imprimante"},
	{"scanner", "Scanner", "un appareil pour numériser vos papiers"},
	{"headsets", "Casques et micros", "des casques pour parler ou écouter"},
	{"magnifier", "Loupe d’écran ou clavier adapté", "un écran ou un clavier adaptés"},
	{"private_room", "Bureau fermé", "un bureau fermé, pour parler au calme"},
}

// Signs are what shows that a place is alive, and what is said of it.
var Signs = Vocabulary{
	{"confirmed", "Horaires confirmés", "les horaires ont été confirmés"},
	{"session", "Séance tenue", "une séance a eu lieu"},
	{"coupon", "Chèque pris", "une personne y a été aidée"},
	{"source", "Fiche mise à jour", "la fiche a été mise à jour"},
}

// Has tells whether a code is of the vocabulary.
func (v Vocabulary) Has(code string) bool {
	return slices.ContainsFunc(v, func(word Word) bool { return word.Code == code })
}

// Label is the schema's term of a code, the code itself when it is not known.
func (v Vocabulary) Label(code string) string {
	for _, word := range v {
		if word.Code == code {
			return word.Label
		}
	}
	return code
}

// Plain is what is said to people of a code, the code itself when it is not known.
func (v Vocabulary) Plain(code string) string {
	for _, word := range v {
		if word.Code == code {
			return word.Plain
		}
	}
	return code
}

// Labels are the schema's terms of codes, in their order.
func (v Vocabulary) Labels(codes []string) []string {
	var labels []string
	for _, code := range codes {
		labels = append(labels, v.Label(code))
	}
	return labels
}

// Find reads a code, or the schema's term whatever its accents and capitals.
func (v Vocabulary) Find(text string) (Word, bool) {
	folded := geography.Fold(text)
	for _, word := range v {
		if word.Code == text || geography.Fold(word.Label) == folded {
			return word, true
		}
	}
	return Word{}, false
}
