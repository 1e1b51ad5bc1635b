package notify

// original are the program's own words, by kind. What stands in square brackets
// is left out of a text message that would not fit in one.
var original = map[Kind]Template{
	Confirmation: {
		Short:   "[Votre place est gardée.\n]{atelier}\n{jour} à {heure}\n{lieu}\n{adresse}\nAppelez le {telephone}",
		Subject: "Votre place est gardée",
		Long:    "Votre place est gardée.\n\nL’atelier :\n{atelier}\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n{adresse}\n\nUne question ?\nAppelez ce numéro :\n{telephone}",
	},
	ReminderTwo: {
		Short:   "[Rappel de votre atelier\n]{atelier}\n{jour} à {heure}\n{lieu}\n{adresse}\nAppelez le {telephone}",
		Subject: "Rappel de votre atelier",
		Long:    "Votre place est gardée.\nL’atelier est dans 2 jours.\n\nL’atelier :\n{atelier}\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n{adresse}\n\nUne question ?\nAppelez ce numéro :\n{telephone}",
	},
	ReminderOne: {
		Short:   "[Nous vous attendons.\n]{atelier}\n{jour} à {heure}\n{lieu}\n{adresse}\nAppelez le {telephone}",
		Subject: "Nous vous attendons à votre atelier",
		Long:    "Votre place est gardée.\nNous vous attendons.\n\nL’atelier :\n{atelier}\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n{adresse}\n\nUne question ?\nAppelez ce numéro :\n{telephone}",
	},
	Moved: {
		Short:   "[Votre place change de date.\n]{atelier}\n{jour} à {heure}\n{lieu}\n{adresse}\nAppelez le {telephone}",
		Subject: "Votre place change de date",
		Long:    "Votre place change de date.\nVoici la nouvelle date.\n\nL’atelier :\n{atelier}\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n{adresse}\n\nUne question ?\nAppelez ce numéro :\n{telephone}",
	},
	SeatCancelled: {
		Short:   "Votre place est rendue.\n{atelier}\n{jour} à {heure}[\nL’atelier continue.]\nUne autre date : {telephone}",
		Subject: "Votre place est rendue",
		Long:    "Votre place est rendue.\nL’atelier a lieu avec d’autres personnes.\n\nL’atelier :\n{atelier}\n\nLe jour :\n{jour} à {heure}\n\nVous voulez une autre date ?\nAppelez ce numéro :\n{telephone}",
	},
	SessionCancelled: {
		Short:   "Atelier annulé\n{atelier}\n{jour} à {heure}\n{lieu}[\nRestez chez vous ce jour-là.]\nUne autre date : {telephone}",
		Subject: "Votre atelier est annulé",
		Long:    "Votre atelier est annulé.\nRestez chez vous ce jour-là.\n\nL’atelier :\n{atelier}\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n\nVous voulez une autre date ?\nAppelez ce numéro :\n{telephone}",
	},
	Queued: {
		Short:   "Vous êtes sur la liste d’attente.\n{atelier}\n{jour} à {heure}\n{lieu}[\nAttendez notre appel.]\nUne question : {telephone}",
		Subject: "Vous êtes sur la liste d’attente",
		Long:    "Vous êtes sur la liste d’attente.\nAttendez notre appel avant de venir.\n\nL’atelier :\n{atelier}\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n\nUne question ?\nAppelez ce numéro :\n{telephone}",
	},
	SeatOffered: {
		Short:   "Une place est libre.\n{atelier}\n{jour} à {heure}\n{lieu}\n{adresse}[\nVous la voulez ?]\nAppelez le {telephone}",
		Subject: "Une place est libre pour vous",
		Long:    "Une place est libre pour vous.\n\nL’atelier :\n{atelier}\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n{adresse}\n\nVous voulez cette place ?\nAppelez ce numéro :\n{telephone}",
	},
	Missed: {
		Short:   "D’autres dates pour vous\n{atelier}\n{dates}\nPour choisir, appelez le {telephone}",
		Subject: "D’autres dates pour votre atelier",
		Long:    "Nous vous proposons d’autres dates.\n\nL’atelier :\n{atelier}\n\nLes dates :\n{dates}\n\nVous choisissez une date ?\nAppelez ce numéro :\n{telephone}",
	},
	MissedOpen: {
		Short:   "Une autre date est possible.\n{atelier}\nAppelez le {telephone}",
		Subject: "Une autre date pour votre atelier",
		Long:    "Une autre date est possible.\n\nL’atelier :\n{atelier}\n\nNous cherchons une date avec vous.\nAppelez ce numéro :\n{telephone}",
	},
	AppointmentNoted: {
		Short:   "[Votre rendez-vous\n]{jour} à {heure}\n{lieu}\n{adresse}\nAppelez le {telephone}",
		Subject: "Votre rendez-vous",
		Long:    "Vous avez un rendez-vous.\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n{adresse}\n\nUne question ?\nAppelez ce numéro :\n{telephone}",
	},
	AppointmentMoved: {
		Short:   "[Votre rendez-vous change de date.\n]{jour} à {heure}\n{lieu}\n{adresse}\nAppelez le {telephone}",
		Subject: "Votre rendez-vous change de date",
		Long:    "Votre rendez-vous change de date.\nVoici la nouvelle date.\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n{adresse}\n\nUne question ?\nAppelez ce numéro :\n{telephone}",
	},
	AppointmentCancelled: {
		Short:   "Rendez-vous annulé\n{jour} à {heure}\n{lieu}[\nRestez chez vous ce jour-là.]\nUne autre date : {telephone}",
		Subject: "Votre rendez-vous est annulé",
		Long:    "Votre rendez-vous est annulé.\nRestez chez vous ce jour-là.\n\nLe jour :\n{jour} à {heure}\n\nLe lieu :\n{lieu}\n\nVous voulez une autre date ?\nAppelez ce numéro :\n{telephone}",
	},
	BookletEnding: {
		Short:   "Votre carnet sert jusqu’au {fin}.\nIl vous reste {cheques}.\nPour un atelier, appelez le {telephone}",
		Subject: "Votre carnet sert jusqu’au {fin}",
		Long:    "Votre carnet sert jusqu’au {fin}.\nIl vous reste {cheques}.\nNous gardons une place pour vous.\n\nVous choisissez un atelier ?\nAppelez ce numéro :\n{telephone}",
	},
}
