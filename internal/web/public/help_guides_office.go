package public

import "passerelle/internal/account"

var moneyGuide = guide{
	Word: "comptabilite", Title: "Recevoir l’argent et payer les lieux", Roles: []string{account.RoleAccountant, account.RoleAuditor},
	Lead: "L’argent des financeurs est à part. Il ne sort que pour payer des chèques utilisés, ou pour revenir aux financeurs.",
	Tasks: []task{
		{"Enregistrer le compte qui paie", "/comptable/compte", []string{
			"Une seule fois, et à chaque changement de banque. Sans lui, aucun fichier ne se fait.",
		}},
		{"Enregistrer un versement reçu", "/comptable", []string{
			"« Versements attendus des financeurs » : choisissez la commande et le financeur.",
			"Recopiez le montant et le jour du relevé de la banque. Les carnets couverts peuvent être remis aussitôt.",
		}},
		{"Affecter une somme arrivée sans nom", "/comptable/sommes", []string{
			"Ce que la banque annonce va seul sur sa commande quand deux choses le disent : la référence, le payeur, le montant.",
			"Le reste attend ici. Affectez-le, en une ou plusieurs parts, ou notez le virement qui l’a renvoyé.",
		}},
		{"Rendre ou reporter l’argent non utilisé", "/comptable/remboursements", []string{
			"« Rembourser un financeur » fait un fichier de virement, ou note un virement déjà fait.",
			"« Reporter » passe l’argent d’un financeur sur une autre de ses commandes.",
		}},
		{"Clore le journal", "/journal/clotures", []string{
			"Choisissez le dernier jour de la période, vérifiez la balance, puis fermez. Une erreur se corrige ensuite à sa propre date.",
		}},
		{"Clore un mois", "/comptable/cloture", []string{
			"Après la fin du mois, vérifiez ce qui entre dans chaque relevé, puis fermez.",
			"Le délai légal de paiement commence. Les chèques de ce mois ne s’annulent plus au lieu.",
		}},
		{"Payer les relevés", "/comptable/paiements/nouveau", []string{
			"Choisissez les relevés et le jour d’exécution, vérifiez, puis téléchargez le fichier de virements.",
			"Déposez-le sur le site de votre banque. Le même choix redonne le même fichier, jamais un second paiement.",
		}},
		{"Déposer ce que répond la banque", "/comptable/banque", []string{
			"Téléchargez sur le site de votre banque la réponse à un fichier (pain.002) le relevé du compte (camt.053) ou la liste des mouvements (CSV), et déposez-les tels quels.",
			"Un virement rejeté ou revenu redevient à payer, et le lieu reçoit un message qui dit pourquoi. Un fichier débité est payé.",
			"Chaque ligne dit ce qui en a été fait. Le même fichier deux fois ne change rien.",
		}},
		{"Confirmer un débit à la main", "/comptable/paiements", []string{
			"Si votre banque ne donne pas ces fichiers : quand elle montre le débit, notez son jour. Alors seulement les relevés sont payés.",
		}},
		{"Lire le journal", "/journal", []string{
			"Chaque ligne déplace une somme d’un compte à un autre. Rien n’y est modifié ni effacé.",
			"Le contrôle lit tout, sauf les noms, les téléphones et les comptes bancaires.",
		}},
	},
	Refusals: []refusal{
		{"duty_taken", "La personne qui a labellisé un lieu ne le paie jamais, et l’inverse. C’est voulu."},
		{"bank_details_missing", "Seul un responsable du lieu peut donner son compte."},
		{"already_sent", "Un relevé n’est que dans un fichier à la fois : il ne peut pas être payé deux fois."},
		{"month_running", "Le mois se compte à l’heure du lieu : outre-mer, il finit plus tôt ou plus tard."},
		{"nothing_owed", "Aucun chèque n’attend pour ce lieu et ce mois, ou le mois est déjà clos."},
		{"receipt_over_share", "Un financeur ne verse pas plus que sa part d’une commande. Le surplus est peut-être pour une autre."},
		{"no_issuer_account", "Le compte qui paie est écrit dans le fichier de virements."},
		{"debit_already_seen", "Un fichier n’est débité qu’une fois."},
		{"bad_bank_message", "Un relevé dont les mouvements ne mènent pas au solde, ou coupé en route, est refusé en entier."},
		{"not_our_payment_file", "La banque répond à un fichier fait ailleurs, ou sur une autre instance."},
		{"not_our_account", "Seul le relevé du compte qui paie est lu : les autres comptes ne regardent pas ce programme."},
	},
}

var labelGuide = guide{
	Word: "labellisation", Title: "Labelliser des lieux", Roles: []string{account.RoleCertifier},
	Lead: "Vous jugez chaque critère, avec un mot. Le score décide, et le lieu lit tout.",
	Tasks: []task{
		{"Prendre une demande", "/labels", []string{
			"La file montre d’abord les délais qui finissent. « À prendre » liste les demandes sans certificateur.",
			"« Prendre ce dossier » ouvre les réponses et les pièces. Vous ne pourrez jamais payer ses lieux.",
			"« Rendre à la file » la laisse à un collègue.",
		}},
		{"Examiner un lieu", "/labels", []string{
			"Chaque critère montre ce qui le prouve, la réponse et les pièces. Choisissez un avis, et dites pourquoi quand il n’est pas rempli.",
			"« Enregistrer les avis » garde ce qui est fait : le reste peut attendre.",
		}},
		{"Demander un complément", "/labels", []string{
			"Dites quoi joindre ou préciser. Le délai s’arrête jusqu’à la réponse ; sans réponse, la demande se clôt après 90 jours.",
		}},
		{"Prévoir et noter une visite", "/labels", []string{
			"« Prévoir une visite » prévient les responsables du lieu. Convenez de l’heure dans un message.",
			"Le jour venu, « Noter ou annuler » : ce que vous avez vu s’affiche ensuite à côté des critères.",
		}},
		{"Décider", "/labels", []string{
			"La décision suit du score : accordé quand chaque critère obligatoire est rempli et le score atteint.",
			"Corrigez la raison proposée, vérifiez, confirmez. Le label vaut trois ans. Un refus ouvre deux mois d’appel.",
		}},
		{"Juger un appel", "/labels", []string{
			"Seul un autre certificateur que le premier peut le prendre. Il juge de nouveau les lieux refusés.",
		}},
		{"Suspendre, lever, retirer", "/labels", []string{
			"Ouvrez une demande accordée. La page dit les séances prévues et les places réservées avant que vous décidiez.",
			"Une suspension finit seule après son dernier jour, six mois au plus tard. Ce que le lieu a reçu avant lui reste dû.",
		}},
		{"Décider sans demande", "/labels/lieux", []string{
			"Pour un lieu reconnu avant les demandes, ou pour retirer le label d’un seul lieu : cherchez-le, donnez le jour et la raison.",
		}},
	},
	Refusals: []refusal{
		{"own_organisation", "Un membre d’une organisation, dans tous les rôles, ne touche pas à ses demandes."},
		{"same_certifier", "Un appel donne un second regard."},
		{"duty_taken", "La personne qui a payé un lieu ne le labellise jamais, et l’inverse. C’est voulu."},
		{"not_assigned", "Une demande a un seul certificateur. La file dit si elle attend."},
		{"unjudged", "Le score se calcule quand chaque critère a un avis et un mot."},
		{"already_labelled", "Le label en cours va déjà jusque-là."},
		{"decided_later", "Les décisions se suivent : on n’en glisse pas une entre deux autres."},
		{"not_labelled", "On ne retire que ce qui a été accordé."},
	},
}

var adminGuide = guide{
	Word: "administration", Title: "Administrer l’instance", Roles: []string{account.RoleAdmin},
	Lead: "Faire entrer les organisations et leurs responsables, puis surveiller ce que le programme fait seul.",
	Tasks: []task{
		{"Ajouter une organisation", "/administration/organisations/nouvelle", []string{
			"Donnez son nom et ce qu’elle fait dans le programme. Le SIRET évite les doublons.",
		}},
		{"Inviter quelqu’un", "/administration/organisations", []string{
			"Ouvrez l’organisation, « Inviter une personne », choisissez le rôle et le niveau.",
			"La personne reçoit un e-mail et choisit son mot de passe. L’invitation dure 7 jours.",
			"Un responsable invite ensuite ses collègues lui-même.",
		}},
		{"Retirer un accès", "/administration/organisations", []string{
			"Ouvrez l’organisation, puis retirez la personne : ses sessions de ce rôle s’arrêtent aussitôt.",
		}},
		{"Aider quelqu’un qui a perdu son téléphone", "/administration/organisations", []string{
			"Assurez-vous que c’est bien elle, de vive voix, puis enlevez son code de connexion.",
			"Elle en installe un autre à sa prochaine connexion.",
		}},
		{"Ouvrir un jeton", "/administration/organisations", []string{
			"Un jeton laisse un logiciel agir pour une organisation, dans un rôle. Il ne s’affiche qu’une fois.",
		}},
		{"Relancer un travail arrêté", "/administration/travaux", []string{
			"Un travail qui échoue est réessayé pendant environ un jour, puis s’arrête et attend ici.",
			"Réparez la cause, par exemple le serveur de courriel, puis relancez-le.",
		}},
		{"Voir les messages partis", "/administration/messages", []string{
			"Les états sont montrés, jamais les destinataires ni les textes.",
		}},
	},
	Refusals: []refusal{
		{"last_owner", "Une organisation garde toujours un responsable."},
		{"already_member", "La personne a déjà ce rôle : il n’y a pas d’invitation à faire."},
		{"invitation_gone", "Un lien sert une fois, pendant 7 jours. Une nouvelle invitation remplace l’ancienne."},
		{"job_not_dead", "Le travail a repris entre-temps."},
	},
}
