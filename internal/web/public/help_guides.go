package public

import "passerelle/internal/account"

var deskGuide = guide{
	Word: "guichet", Title: "Accueillir au guichet", Roles: []string{account.RoleDesk},
	Lead: "De « bonjour » à la page imprimée, en environ trois minutes. Rien n’est définitif avant la dernière page.",
	Tasks: []task{
		{"Accueillir une personne", "/guichet", []string{
			"Appuyez sur « Accueillir », puis lisez les six questions à voix haute. « Je ne sais pas » est une réponse.",
			"Lisez la proposition et ses raisons. Vous pouvez choisir une autre voie : dites pourquoi en quelques mots.",
			"Dites d’où la personne part et quand elle peut venir, puis choisissez une place. Elle est gardée dix minutes.",
			"Notez un prénom ou un surnom. Le téléphone ne sert qu’aux rappels, si la personne est d’accord à voix haute.",
			"Vérifiez, terminez, imprimez la page et le carnet. La personne part avec sa date.",
		}},
		{"S’exercer", "/exercice", []string{
			"Le carnet modèle donne chaque réponse d’une remise, sur les vrais écrans. Rien n’est enregistré.",
		}},
		{"Reprendre un accueil interrompu", "/guichet", []string{
			"Choisissez la personne sous « À reprendre » : tout ce qui était écrit est là.",
			"Un collègue du même guichet peut reprendre à votre place.",
		}},
		{"Faire un diagnostic complet", "/guichet", []string{
			"« Commencer le diagnostic complet » pose les cinq domaines de la mesure nationale, puis ce qui freine.",
			"Douze minutes environ. Il se quitte et se reprend sous « À reprendre ».",
			"Pour refaire le point, ouvrez la page de la personne, puis « Refaire le point » : ses progrès s’affichent, domaine par domaine.",
		}},
		{"Faire répondre sur papier ou sur un téléphone", "/guichet/questionnaires", []string{
			"Imprimez la feuille. Au retour, « Saisir une feuille remplie » demande le jour où elle a été remplie.",
			"« Donner une adresse » montre un code à lire avec le téléphone de la personne. Elle répond seule, sans donner son nom.",
			"Ses réponses vous attendent à l’accueil : « Voir la proposition » les reprend.",
		}},
		{"Garder un résultat Pix", "/guichet/personnes", []string{
			"Sur la page de la personne, « Ajouter un résultat Pix » : recopiez les niveaux, ou joignez l’attestation.",
			"Pour plusieurs personnes, un fichier exporté de Pix Orga suffit : donnez à Pix le numéro de leur page comme identifiant.",
		}},
		{"Aider quelqu’un sans ordinateur ni connexion", "/guichet", []string{
			"Dites-le dans le repérage : la proposition ajoute les lieux où en trouver, et une page à imprimer.",
			"Ce qui ne peut pas attendre se fait ici, ensemble ou sur papier : notez-le d’un bouton.",
		}},
		{"Imprimer des carnets d’avance", "/guichet/carnets/impression", []string{
			"Choisissez la commande et le nombre de carnets, puis imprimez le fichier.",
			"Un carnet du stock ne vaut rien tant qu’il n’est pas remis.",
		}},
		{"Remettre un carnet pris dans le stock", "/guichet/personnes", []string{
			"Cherchez la personne, puis « Remettre un carnet ».",
			"Tapez les 12 chiffres de la couverture : ses chèques servent tout de suite.",
		}},
		{"Noter une aide sans carnet", "/aides/nouvelle", []string{
			"Cochez le thème, vérifiez la durée, validez : le reste est proposé. Pour un groupe, « Un groupe » demande combien de personnes.",
			"Pour quelqu’un déjà connu ici, partez de sa page : « Noter une aide donnée ici ».",
			"« Aides » montre le mois, avec et sans chèque, et le donne dans les colonnes de La Coop. Une erreur se corrige avec une raison.",
		}},
		{"Savoir ce qu’une personne a reçu", "/guichet/personnes", []string{
			"Sur la page de la personne, « Ce qui lui a été envoyé » montre chaque message, quand il est parti, et pourquoi il n’est pas arrivé.",
			"« Renvoyer » le fait repartir. « Ne plus rien envoyer » arrête tout, à sa demande.",
		}},
		{"Appeler ceux qui n’ont pas commencé", "/guichet/appels", []string{
			"La liste donne les carnets remis depuis plus de 30 jours et jamais utilisés, avec quoi dire.",
			"Après l’appel, notez d’un bouton ce qu’il a donné.",
		}},
		{"Imprimer les courriers", "/guichet/courriers", []string{
			"Un courrier part pour qui n’a ni mobile ni e-mail. Imprimez ceux qui attendent en un seul fichier.",
		}},
		{"Bloquer un carnet perdu ou volé", "/guichet/carnets", []string{
			"Cherchez le carnet, puis « Carnet perdu ou volé » : plus aucun de ses chèques ne peut servir.",
			"Remettez-en un autre à la personne. Ce qui a déjà servi reste payé au lieu.",
		}},
		{"Changer ou rendre une place", "/guichet/personnes", []string{
			"Sur la page de la personne, choisissez « Changer de séance » ou « Rendre la place ».",
			"La place rendue est aussitôt libre pour une autre personne.",
		}},
	},
	Refusals: []refusal{
		{"not_covered", "Un carnet n’est remis que si chaque financeur a versé sa part. Gardez la place réservée : la personne peut venir sans carnet, et le recevoir plus tard."},
		{"session_full", "Deux guichets ont choisi la même place. La page propose aussitôt les suivantes."},
		{"already_handed_over", "Chaque carnet ne se remet qu’une fois. Le numéro est peut-être celui du carnet précédent."},
		{"bad_number", "Les chiffres contiennent une clé : une faute de frappe se voit tout de suite."},
		{"unknown_booklet", "Le carnet est dans le stock d’un autre guichet, ou son numéro est mal lu."},
		{"order_exhausted", "La commande est entièrement imprimée. La collectivité peut en passer une autre."},
		{"phone_ended", "L’adresse donnée à la personne a servi, ou trois jours sont passés. Donnez-en une autre."},
		{"already_booked", "Une personne ne prend qu’une place par séance."},
	},
}

var siteGuide = guide{
	Word: "lieu", Title: "Tenir un lieu", Roles: []string{account.RoleSite},
	Lead: "Demander le label, prévoir des séances, noter qui vient, lire les chèques, être payé.",
	Tasks: []task{
		{"Noter une aide sans chèque", "/aides/nouvelle", []string{
			"Cochez le thème, vérifiez la durée, validez. Les séances tenues comptent déjà : ne les notez pas.",
			"Après un chèque lu sans séance, « Noter de quoi il s’agissait » le raconte sans le compter deux fois.",
			"« Aides » donne le mois entier dans les colonnes de La Coop : rien n’est à saisir deux fois.",
		}},
		{"Demander le label", "/demande-label", []string{
			"Lisez d’abord les critères : ils sont publics, chacun dit ce qui le prouve.",
			"« Commencer une demande » : une seule suffit pour plusieurs lieux. Répondez critère par critère, tout est gardé.",
			"Joignez les pièces demandées : PDF, JPEG ou PNG, 5 Mo au plus.",
			"Un responsable relit, coche et envoie. La réponse vient en deux mois au plus ; le délai se voit sur la page.",
		}},
		{"Répondre à un certificateur", "/demande-label", []string{
			"Ses messages sont dans la demande. S’il demande un complément, le délai s’arrête jusqu’à votre envoi.",
			"Corrigez les parties, joignez ce qui manque, puis « Vérifier et envoyer le complément ».",
		}},
		{"Faire appel d’un refus", "/demande-label", []string{
			"Lisez l’avis et le mot sur chaque critère, puis « Faire appel », dans les deux mois, une seule fois.",
			"Un autre certificateur que le premier juge, avec un nouveau délai.",
		}},
		{"Renouveler le label", "/demande-label", []string{
			"Le programme vous écrit six mois et trois mois avant la fin. La nouvelle demande est préremplie ; joignez de nouveau les pièces.",
			"Envoyée avant le dernier jour, elle fait durer le label jusqu’à la décision.",
		}},
		{"Prévoir une séance", "/seances/nouvelle", []string{
			"Donnez l’atelier, le jour, l’heure et le nombre de places. Les guichets la voient aussitôt.",
			"« Refaire cette séance la semaine suivante » recopie tout.",
		}},
		{"Lire un chèque pendant une séance", "/seances", []string{
			"Ouvrez la séance du jour, puis passez le chèque devant le lecteur, ou tapez ses 16 chiffres.",
			"L’écran dit « Accepté » ou pourquoi non. La personne est notée présente en même temps.",
			"Une erreur se reprend d’un geste pendant deux minutes. Après, dites pourquoi.",
		}},
		{"Noter qui vient, sans lire de chèque", "/seances", []string{
			"La feuille dit pour qui un chèque est gardé. Cochez « Venu » et enregistrez : le chèque est pris en même temps.",
			"Coché par erreur ? Notez une autre présence : le chèque est rendu, tant que le relevé n’est pas clos.",
		}},
		{"S’exercer", "/exercice", []string{
			"Imprimez le carnet modèle, et lisez ses chèques sur les vrais écrans : chacun donne une réponse. Rien n’est compté.",
		}},
		{"Lire un chèque sans séance", "/cheques", []string{
			"Pour une aide hors d’un atelier : lisez le chèque sur cette page.",
		}},
		{"Noter les présences", "/seances", []string{
			"Dans la séance, choisissez un état pour chaque personne, puis enregistrez.",
			"Quelqu’un vient sans inscription ? « Ajouter quelqu’un à la porte » : un surnom suffit.",
		}},
		{"Annuler une séance", "/seances", []string{
			"Ouvrez la séance, « Annuler la séance », dites pourquoi.",
			"La liste dit, pour chaque personne inscrite, quel guichet appeler : lui seul a son téléphone.",
		}},
		{"Suivre ce qui vous est dû", "/releves", []string{
			"Le relevé du mois se remplit à chaque chèque. Il est clos par la comptabilité après la fin du mois.",
			"Chaque relevé dit où il en est et quand il sera payé. Il se télécharge en PDF.",
		}},
		{"Garder la fiche juste", "/mon-lieu", []string{
			"« Tout est juste aujourd’hui » dit à tout le monde que vos horaires sont bons. Refaites-le quand on vous le demande.",
			"Quelqu’un a signalé une erreur ? Corrigez la fiche, puis répondez. S’il a laissé une adresse, il reçoit votre réponse.",
		}},
		{"Donner le compte bancaire", "/mon-lieu", []string{
			"Un responsable du lieu recopie le relevé d’identité bancaire. Seule la comptabilité le lit.",
			"Un nouveau compte ne sert qu’aux paiements suivants.",
		}},
		{"Dire qui travaille ici", "/mon-lieu/equipe", []string{
			"Invitez quelqu’un pour tous vos lieux, ou pour un seul. Il ne voit alors que celui-là.",
			"Un accès peut se limiter à la lecture des chèques, ou à la consultation.",
		}},
		{"Quitter le programme", "/departs/annonce", []string{
			"Dites le dernier jour, et si le lieu ferme. L’annuaire le dit aussitôt, et plus personne n’est inscrit après.",
			"Chaque personne déjà inscrite est listée : appelez, puis replacez-la ailleurs, ou notez qu’elle est prévenue.",
			"Le dernier relevé se clôt seul. Ce qui vous est dû est payé.",
		}},
	},
	Refusals: []refusal{
		{"site_leaves", "Un lieu qui part ne reçoit plus après son dernier jour : les places libres d’après ne se prennent pas."},
		{"incomplete", "La page de vérification liste ce qui manque, avec un lien vers chaque réponse."},
		{"attachment_kind", "Une photo nette de la pièce suffit. Le nom du fichier ne compte pas : le programme regarde ce qu’il contient."},
		{"attachment_size", "Une photo prise en qualité moyenne pèse moins de 5 Mo."},
		{"already_applied", "Un lieu est dans une seule demande à la fois."},
		{"renewal_too_early", "Le renouvellement s’ouvre six mois avant la fin du label."},
		{"appeal_over", "Passé deux mois, ou après un premier appel, une nouvelle demande est la voie."},
		{"held_elsewhere", "Une place dans un autre lieu garde ce chèque. Un autre chèque du carnet sert chez vous ; le guichet peut rendre la place."},
		{"already_redeemed", "Un chèque paie une seule aide. Le suivant du carnet est sans doute encore valable."},
		{"not_live", "Le carnet a été imprimé, mais personne ne l’a remis. Il a pu tomber d’un stock : ne le gardez pas."},
		{"expired", "Les chèques vivent le temps écrit sur la couverture. Pendant un mois encore, ils paient les séances d’avant la fin."},
		{"blocked", "Le carnet a été déclaré perdu, volé ou abîmé par le guichet qui l’a remis."},
		{"replaced", "La personne a reçu un nouveau carnet : c’est lui qu’il faut demander."},
		{"other_territory", "La commande qui a payé ce chèque ne vaut que dans un territoire, écrit sur la couverture."},
		{"other_service", "La commande qui a payé ce chèque ne vaut que pour certaines aides."},
		{"too_early", "Un chèque ne se lit pas la veille : il paie une aide donnée."},
		{"bad_number", "Les 16 chiffres contiennent une clé : une faute de frappe se voit tout de suite."},
		{"too_many", "Beaucoup de numéros faux en peu de temps : la lecture attend un peu, pour que personne ne devine un chèque."},
		{"statement_closed", "Une fois le mois clos, la correction vient en moins sur le relevé suivant."},
	},
}

var territoryGuide = guide{
	Word: "collectivite", Title: "Commander et suivre des carnets", Roles: []string{account.RoleTerritory, account.RoleFunder, account.RoleNational},
	Lead: "Une commande tient sur une page. Chaque euro s’y suit jusqu’au chèque.",
	Tasks: []task{
		{"Signer une convention", "", []string{
			"L’équipe nationale choisit les financeurs et le poids de chacun.",
			"Chaque chèque est ensuite partagé ainsi, au centime près, du premier au dernier.",
		}},
		{"Passer une commande", "/commandes", []string{
			"Choisissez la convention, le guichet qui recevra les carnets, leur nombre et leur durée.",
			"La page de vérification montre ce que chaque financeur devra.",
			"La commande est ouverte aussitôt. Un carnet ne se remet que lorsque l’argent est reçu.",
		}},
		{"Imprimer des carnets pour un guichet", "/commandes", []string{
			"Dans la commande, « Imprimer des carnets » : ils entrent dans le stock du guichet.",
		}},
		{"Suivre une commande", "/commandes", []string{
			"Sa page dit ce qui est reçu, disponible, en main, utilisé, payé, et par quel financeur.",
			"« Voir les carnets » dit où est chacun : au guichet, en main, utilisé.",
		}},
		{"Réunir les lieux en double", "/doublons", []string{
			"Après chaque import et chaque nuit, le programme compare les lieux proches : nom, SIRET, adresse, distance, téléphone. Il propose des paires, il ne décide de rien.",
			"Ouvrez une paire : les deux fiches côte à côte, avec la source et la date de chaque champ.",
			"C’est le même lieu : choisissez la fiche qui reste, vérifiez la fiche réunie, confirmez. L’adresse de l’autre y mène, et sa source continue de la mettre à jour.",
			"Ce sont deux lieux : dites pourquoi. La paire ne revient pas, sauf si les fiches changent.",
			"Une réunion s’annule à tout moment : chaque fiche reprend ce que ses sources disent.",
		}},
		{"Tenir l’annuaire à jour", "/fraicheur", []string{
			"La liste commence par les lieux sans nouvelle depuis le plus longtemps. Ouvrez-en un : la page dit quoi demander au téléphone.",
			"« Envoyer le lien » ou « Imprimer une lettre » : le lieu confirme ou corrige sa fiche, sans compte.",
			"« Voir les erreurs signalées » : répondez à chacune. Qui a laissé une adresse reçoit la réponse.",
		}},
		{"Lire les comptes du programme", "/comptes", []string{
			"Cette page dit ce que l’argent reçu couvre, si tout s’arrêtait maintenant.",
		}},
	},
	Refusals: []refusal{
		{"order_closed", "Une commande close ne s’imprime plus et ne reçoit plus d’argent."},
		{"order_exhausted", "Le nombre de carnets d’une commande ne change pas : il fixe la part de chacun."},
		{"unknown_territory", "Un territoire se nomme par son code : département, région, intercommunalité ou commune."},
		{"both_kept", "Une organisation compte sur sa fiche : elle ne disparaît pas sans elle."},
		{"twin_decided", "Une paire se décide une fois. La décision se change sur sa page."},
		{"twin_gone", "Un lieu réuni à un autre ne se compare plus seul."},
		{"other_organisation", "Vous voyez les commandes de votre organisation, et celles que votre argent paie."},
	},
}
