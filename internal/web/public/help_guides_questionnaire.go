package public

import "passerelle/internal/account"

var questionnaireGuide = guide{
	Word: "questionnaires", Title: "Changer un questionnaire", Roles: []string{account.RoleNational},
	Lead: "Préparer une version, l’essayer sur les réponses passées, la publier. Les versions d’avant ne changent pas.",
	Tasks: []task{
		{"Préparer une version", "/questionnaires", []string{
			"« Préparer une version » ouvre un brouillon, copié de la version qui sert. Personne d’autre ne le voit.",
			"Changez les questions, les réponses, leurs notes et les règles. La colonne de droite dit ce qui change, et ce qui manque.",
			"Une question qui change de sens prend un autre nom court : les progrès ne comparent que ce qui se demande de la même façon.",
		}},
		{"L’essayer avant de la publier", "/questionnaires", []string{
			"« Aperçu » pose les questions et montre la proposition. Rien n’est gardé.",
			"« Essai sur les réponses passées » dit combien de personnes changeraient de voie, et lesquelles, sans nom ni commune.",
		}},
		{"La publier", "/questionnaires", []string{
			"Écrivez ce qui change et pourquoi, cochez que l’essai est lu, puis publiez. Les guichets posent la nouvelle version aussitôt.",
			"Les feuilles déjà imprimées restent bonnes : la saisie demande leur version.",
		}},
	},
	Refusals: []refusal{
		{"draft_moved", "Deux personnes changent le même brouillon. Votre page est restée : relisez le brouillon, puis refaites votre changement."},
		{"draft_same", "Une version identique n’apprend rien. Changez le brouillon, ou abandonnez-le."},
		{"draft_file", "Le fichier doit être celui du même questionnaire, sans champ ajouté."},
	},
}
