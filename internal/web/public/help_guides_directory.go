package public

// directoryGuide is for everyone: no role is needed to look for a place.
var directoryGuide = guide{
	Word: "annuaire", Title: "Trouver un lieu, imprimer la liste, la mettre sur un site",
	Lead: "Où l’on vous aide avec le numérique, près de chez vous. Sans compte.",
	Tasks: []task{
		{"Trouver un lieu", "/lieux", []string{
			"Écrivez une commune (« Guéret »), un code postal, une adresse (« 12 rue de la Paix, Guéret »), ou des coordonnées (« 46.17, 1.87 »).",
			"Choisissez l’aide voulue et le jour. « Plus de choix » en propose d’autres : l’heure, la langue, le matériel, le fauteuil, le pass, le label.",
			"La liste va du plus proche au plus loin. Les distances et les durées sont des ordres de grandeur : la ligne droite, et un tiers de plus, à 4 km/h à pied, 15 à vélo, 50 en voiture.",
			"Un lieu dont on est sans nouvelles descend dans la liste : appelez avant d’y aller.",
		}},
		{"Lire la carte", "", []string{
			"Les numéros sont ceux de la liste. Un point entouré en cache d’autres : « Plus près » les sépare.",
			"Avec un clavier, les flèches déplacent la carte quand elle est agrandie. Tout ce qu’elle montre est dans la liste.",
		}},
		{"Imprimer ou donner la liste", "", []string{
			"Imprimez la page avec votre navigateur : vingt lieux, leurs téléphones et leurs horaires tiennent sur une ou deux feuilles.",
			"L’adresse sous « Donner cette page » mène toujours à la même recherche, à jour. Sur le papier, un code à scanner y mène aussi.",
		}},
		{"Mettre la liste sur le site de votre commune", "/lieux/integrer", []string{
			"Choisissez les lieux, regardez la liste, copiez l’un des trois codes : un lien, un cadre, ou un élément.",
			"Le lien marche partout. Le cadre montre la liste et sa recherche, sans script. L’élément prend les lettres et les couleurs de votre site, et montre le lien quand le script manque.",
			"Il n’y a rien à tenir à jour, et rien ne suit vos visiteurs.",
		}},
	},
	Refusals: []refusal{
		{"unknown_commune", "Le nom est mal écrit, ou c’est celui d’un hameau. Le code postal suffit."},
		{"unknown_place", "Le lieu a fermé, ou deux fiches n’en font plus qu’une. Cherchez-le par son nom."},
	},
}
