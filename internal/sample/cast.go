package sample

import (
	"passerelle/internal/account"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Everything here is invented, save the communes. Names of organisations end
// in "(exemple)" wherever they are shown.
const invented = " (exemple)"

// organisation is one invented body with the people who sign in for it.
type organisation struct {
	key     string // how the script speaks of it
	name    string
	role    string
	commune string // INSEE code
	people  []person
}

type person struct {
	first, last string
	email       string
	level       string
}

// Emails end in a domain that can never exist (RFC 2606).
const emailDomain = "@exemple.invalid"

var organisations = []organisation{
	{"national", "Programme national", account.RoleNational, "23096", []person{{"Nadia", "Ferrand", "national", account.LevelOwner}}},
	{"departement", "Département de la Creuse", account.RoleTerritory, "23096", []person{{"Paul", "Chabrier", "territoire", account.LevelOwner}}},
	{"etat", "État", account.RoleFunder, "23096", []person{{"Mireille", "Lacour", "financeur", account.LevelOwner}}},
	{"fonds", "Département de la Creuse, fonds d’inclusion", account.RoleFunder, "23096", []person{{"Yves", "Rouchon", "fonds", account.LevelOwner}}},
	{"mutuelle", "Mutuelle des Combrailles", account.RoleFunder, "23013", []person{{"Sylvie", "Dutheil", "mutuelle", account.LevelOwner}}},
	{"labels", "Comité des labels", account.RoleCertifier, "23096", []person{
		{"Hélène", "Bonnefoy", "labels", account.LevelOwner},
		{"Karim", "Saïdi", "labels2", account.LevelMember},
	}},
	{"emetteur", "Émetteur du pass", account.RoleAccountant, "23096", []person{
		{"Odile", "Marsac", "comptable", account.LevelOwner},
		{"Bruno", "Lefaure", "comptable2", account.LevelMember},
	}},
	{"controle", "Contrôle des comptes", account.RoleAuditor, "23096", []person{{"Agnès", "Tournier", "controle", account.LevelOwner}}},
	{"aidants", "Maison de l’entraide", account.RoleHelper, "23096", []person{{"Samira", "Benali", "aidant", account.LevelOwner}}},
	{"technique", "Équipe technique", account.RoleAdmin, "23096", []person{{"Théo", "Granger", "admin", account.LevelOwner}}},

	{"ccas-gueret", "CCAS de Guéret", account.RoleDesk, "23096", []person{
		{"Inès", "Maury", "guichet", account.LevelOwner},
		{"Gérard", "Pinton", "guichet2", account.LevelMember},
	}},
	{"fs-ahun", "France services, Ahun", account.RoleDesk, "23001", []person{{"Lucie", "Vergne", "ahun", account.LevelOwner}}},
	{"ml-aubusson", "Mission locale d’Aubusson", account.RoleDesk, "23008", []person{{"Malik", "Haddad", "aubusson", account.LevelOwner}}},
	{"mairie-souterraine", "Mairie de La Souterraine", account.RoleDesk, "23176", []person{{"Claudine", "Petit", "souterraine", account.LevelOwner}}},
	{"caf-bourganeuf", "Caisse d’allocations, Bourganeuf", account.RoleDesk, "23030", []person{{"Rémi", "Villard", "bourganeuf", account.LevelOwner}}},
	{"mairie-boussac", "Mairie de Boussac", account.RoleDesk, "23031", []person{{"Josette", "Aubert", "boussac", account.LevelOwner}}},
}

// site is an invented place that gives workshops, in a real commune.
type site struct {
	key      string
	name     string
	street   string
	commune  string
	mediator person
	days     []int // weekdays of its sessions: 1 is Monday
	hour     int   // of the first session of a day, local time
	seats    int
	access   bool // step-free
}

var sites = []site{
	{"fil", "Le Fil numérique", "12 rue de l’Exemple", "23096", person{"Claire", "Vallade", "lieu", account.LevelOwner}, []int{1, 2, 4}, 14, 8, true},
	{"atelier-gueret", "L’Atelier des Trois Collines", "3 place de l’Exemple", "23096", person{"Denis", "Courty", "lieu2", account.LevelOwner}, []int{2, 3, 5}, 10, 10, true},
	{"remparts", "Relais des Remparts", "8 rue de l’Exemple", "23176", person{"Fatou", "Ndiaye", "lieu3", account.LevelOwner}, []int{2, 4}, 9, 8, true},
	{"lisse", "La Lisse, tiers-lieu", "21 rue de l’Exemple", "23008", person{"Marc", "Jouhaud", "lieu4", account.LevelOwner}, []int{1, 3, 5}, 14, 8, false},
	{"tour", "Atelier de la Tour", "5 rue de l’Exemple", "23030", person{"Élodie", "Lacroix", "lieu5", account.LevelOwner}, []int{2, 4}, 14, 8, true},
	{"laine", "La Filature", "2 quai de l’Exemple", "23079", person{"Pierre", "Nouhaud", "lieu6", account.LevelOwner}, []int{3}, 10, 6, false},
	{"croisee", "La Croisée", "17 avenue de l’Exemple", "23093", person{"Aline", "Bussière", "lieu7", account.LevelOwner}, []int{1, 4}, 9, 8, true},
	{"chateau", "Maison du Château", "1 place de l’Exemple", "23031", person{"Hugo", "Parrot", "lieu8", account.LevelOwner}, []int{2, 5}, 14, 8, true},
	{"mediatheque", "Médiathèque de Bonnat", "4 rue de l’Exemple", "23025", person{"Nicole", "Aumaître", "lieu9", account.LevelOwner}, []int{4}, 10, 10, true},
	{"bourg", "Le Comptoir du Grand-Bourg", "9 place de l’Exemple", "23095", person{"Julien", "Mazet", "lieu10", account.LevelOwner}, []int{4}, 14, 8, true},
	{"thermes", "L’Escale", "6 rue de l’Exemple", "23076", person{"Rosa", "Fernandes", "lieu11", account.LevelOwner}, []int{3, 5}, 14, 6, true},
	{"combrailles", "Le Pigeonnier", "11 rue de l’Exemple", "23013", person{"Étienne", "Rousset", "lieu12", account.LevelOwner}, []int{2}, 10, 6, false},
}

// subjects are what the sites give, in turn.
var subjects = []workshop.New{
	{Title: "Mes démarches en ligne", Level: workshop.Discover, Service: place.ServiceProcedures},
	{Title: "Une adresse pour écrire", Level: workshop.Discover, Service: place.ServiceEverydayTools},
	{Title: "Mon téléphone, tous les jours", Level: workshop.Discover, Service: place.ServiceEverydayTools},
	{Title: "Chercher un emploi", Level: workshop.Master, Service: place.ServiceEmployment},
	{Title: "Mes démarches, pas à pas", Level: workshop.Discover, Service: place.ServiceProcedures},
	{Title: "Protéger mes comptes", Level: workshop.Master, Service: place.ServiceSafety},
	{Title: "Suivre l’école des enfants", Level: workshop.Master, Service: place.ServiceParenting},
	{Title: "Ranger mes photos", Level: workshop.Master, Service: place.ServiceLeisure},
}

// firstNames are nicknames or first names that people give at a counter.
var firstNames = []string{
	"Monique", "Abdel", "Odile", "Jean-Luc", "Josiane", "Marcel", "Fatima", "René", "Ginette", "Paulo", "Yvette", "André",
	"Huguette", "Mohamed", "Colette", "Roger", "Denise", "Georges", "Simone", "Ali", "Bernadette", "Lucien", "Thérèse", "Raymond",
	"Aïcha", "Christian", "Jacqueline", "Serge", "Nicole", "Alain", "Maria", "Gilbert", "Raymonde", "Daniel", "Mireille", "Robert",
	"Kadia", "Maurice", "Liliane", "Henri", "Andrée", "Michel", "Solange", "Claude", "Paulette", "Jacques", "Samia", "Pierrot",
	"Mme Peyrot", "M. Lafont", "Mme Duval", "M. Courtaud", "Mme Benoît", "M. Roussel", "Mme Tixier", "M. Chatelain",
}
