package web

import (
	"fmt"
	"net/url"
	"strings"
)

// What the page /design shows: everyone and every organisation is invented.

var (
	answers = []Option{
		{Value: "0", Label: "Je ne le fais pas"},
		{Value: "1", Label: "Quelqu’un le fait pour moi ou avec moi"},
		{Value: "2", Label: "Je le fais seul, et je bloque souvent"},
		{Value: "3", Label: "Je le fais seul, sans difficulté"},
		{Value: "x", Label: "Je ne sais pas"},
	}
	travel = []Option{
		{Value: "parcours", Label: "Parcours d’ateliers, avec un carnet", Hint: "Proposé : apprendre en 5 à 10 séances"},
		{Value: "ponctuel", Label: "Un rendez-vous, une fois", Hint: "La personne se débrouille presque seule"},
		{Value: "mandat", Label: "Faire à sa place, avec un mandat", Hint: "Apprendre n’est pas possible pour l’instant"},
	}
	levels = []Option{
		{Value: "decouvrir", Label: "Découvrir"}, {Value: "maitriser", Label: "Maîtriser"}, {Value: "", Label: "Tous les niveaux"},
	}
	days = []Option{
		{Value: "mardi", Label: "Mardi"}, {Value: "jeudi", Label: "Jeudi"}, {Value: "samedi", Label: "Samedi", Hint: "Un samedi sur deux"},
	}
	presence = []Option{
		{Value: "came", Label: "Venu"},
		{Value: "excused", Label: "Excusé"},
		{Value: "cancelled", Label: "Annulé par nous"},
		{Value: "absent", Label: "Pas venu"},
		{Value: "to_fill", Label: "À remplir"},
	}
)

func filled() *Form {
	form := NewForm()
	form.values = url.Values{
		"prenom": {"Monique"}, "lieu": {"Saint-Vaury (23320)"}, "jour": {"2026-12-08"}, "montant": {"400,00"}, "places": {"8"},
		"voie": {"parcours"}, "jours": {"mardi", "jeudi"}, "presence": {"came"}, "accord": {"oui"}, "niveau": {"decouvrir"},
	}
	return form
}

func refused() *Form {
	form := NewForm().Prefixed("essai")
	form.values = url.Values{"tel": {"06 39 98 41 2"}, "note": {"Préfère le mardi. N° 2 51 03 23 096 …"}}
	form.Wrong("tel", "too_short", "Il manque 1 chiffre au téléphone : écrivez 10 chiffres")
	form.Wrong("note", "social_security", "Retirez le numéro de sécurité sociale de la note")
	form.Wrong("qui", "required", "Dites à qui est ce téléphone")
	return form
}

func places() List {
	return List{Name: "Séances", Items: []Item{
		{
			Number: 1, Title: "Mes démarches, pas à pas", Path: "#liste", When: "jeudi 26 novembre, 14 h à 16 h", Where: "France services du Grand-Bourg (exemple), Le Grand-Bourg",
			Why:    []Reason{{Text: "Dans 4 jours"}, {Text: "Niveau débutant, mots expliqués"}, {Text: "Bus 7 : 25 min"}},
			Strong: plural(3, "place", "places"), Side: "environ 11 km", Act: Link{"Choisir", "#liste", "Mes démarches, pas à pas, Le Grand-Bourg"},
		},
		{
			Number: 2, Title: "Une adresse pour écrire", Path: "#liste", When: "jeudi 3 décembre, 10 h à 12 h", Where: "Médiathèque de Bonnat (exemple), Bonnat",
			Why:    []Reason{{Text: "Un jour possible : jeudi"}, {Text: "Car à 8 h 10, retour à 17 h", Less: true}},
			Strong: plural(1, "place", "places"), Side: "environ 24 km", Act: Link{"Choisir", "#liste", "Une adresse pour écrire, Bonnat"},
		},
	}}
}

func way() Table {
	table := Table{
		Caption: "Le chemin des personnes et celui des chèques", Note: "Chaque nombre ouvre la liste qu’il compte",
		Columns: []Column{{Label: "Étape"}, {Label: "Dessin : personnes", Quiet: true}, {Label: "Personnes", Number: true}, {Label: "Dessin : chèques", Quiet: true}, {Label: "Chèques", Number: true}},
	}
	for _, step := range []struct {
		name            string
		people, coupons int
	}{{"Repérées", 3412, 0}, {"Carnet remis", 2180, 21800}, {"Venues au moins une fois", 1611, 9204}, {"Parcours terminé", 702, 5310}} {
		row := []Cell{Head(step.name), Drawn(Bar{Value: int64(step.people), Most: 3412}), Whole(step.people).To("#graphique", step.name), Text(""), Text("")}
		if step.coupons > 0 {
			row[3] = Drawn(Bar{Value: int64(step.coupons), Most: 21800, Second: true})
			row[4] = Whole(step.coupons).To("#graphique", step.name)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func paid() Table {
	return Table{
		Caption: "Qui paie",
		Columns: []Column{{Label: "Financeur"}, {Label: "Où en est-on"}, {Label: "Montant", Number: true}},
		Rows: [][]Cell{
			{Head("État"), InState("ok", "Reçu"), Amount(20000)},
			{Head("Département de la Creuse (exemple)").Noted("Commande de septembre"), InState("wait", "En attente"), Amount(14000)},
			{Head("Mutuelle des Combrailles (exemple)"), InState("no", "Rejeté"), Amount(6000)},
		},
		Foot: []Cell{Head("Total"), Text(""), Amount(40000)},
	}
}

func ratioCell(ratio float64) Cell {
	text := strings.Replace(fmt.Sprintf("%.1f", ratio), ".", ",", 1)
	return Cell{Text: text, number: true}
}

// creuse is the outline of the département, drawn from the boundaries that IGN
// publishes as ADMIN EXPRESS (Licence Ouverte 2.0), simplified.
const creuse = "M320 31 331 29 338 32 352 30 364 33 365 52 380 63 372 70 380 84 392 86 398 93 406 83 417 94 418 109 426 103 441 111 439 117 445 129 454 135 459 163 471 170 473 187 467 201 468 221 476 240 488 248 484 273 491 283 475 290 468 300 459 323 445 342 437 338 420 359 410 357 405 363 420 381 423 396 431 400 445 413 423 434 413 428 391 428 386 443 379 451 373 448 361 454 360 438 330 434 333 423 326 422 317 414 307 414 299 420 287 408 269 403 256 407 251 422 238 420 233 427 223 427 216 435 209 427 207 415 214 401 209 379 196 373 189 373 174 361 161 347 145 356 136 354 130 359 102 346 102 328 115 329 116 323 107 305 93 306 92 313 80 313 74 305 75 293 88 287 92 277 87 268 77 268 76 252 81 247 75 235 79 224 64 218 59 203 64 196 50 183 45 166 30 168 14 147 21 134 30 133 25 122 34 101 41 97 30 74 37 65 48 58 71 30 79 35 80 48 89 41 106 42 118 52 133 34 144 49 150 50 163 29 158 17 177 14 186 28 210 26 220 20 226 27 247 22 252 27 284 33 289 40 305 33Z"

// creuseMap frames the département as its outline was drawn.
func creuseMap(id, title string) *Map {
	drawn := NewMap(id, title, 45.6513, 1.3427, 46.484, 2.644)
	drawn.Width, drawn.Height, drawn.scale, drawn.shrink = 505, 468, 562, 388.0/562
	return drawn
}

func nearMap() *Map {
	drawn := creuseMap("carte-1", "Carte de la Creuse : les deux lieux de la liste autour de Saint-Vaury")
	drawn.Areas = []Area{{Class: "land", Outline: creuse}}
	drawn.AddRing(46.208, 1.757, 10)
	drawn.AddRing(46.208, 1.757, 20)
	drawn.AddPoint(46.158, 1.665, 1, "Le Grand-Bourg")
	drawn.AddPoint(46.331, 1.914, 2, "Bonnat")
	drawn.AddHere(46.208, 1.757, "Saint-Vaury")
	drawn.AddTown(46.171, 1.871, "Guéret")
	drawn.AddTown(45.955, 2.166, "Aubusson")
	drawn.AddTown(46.031, 2.499, "Auzances")
	drawn.Caption = "Losange : chez Monique. Les numéros sont ceux de la liste. Cercles : 10 et 20 km à vol d’oiseau."
	return drawn
}

func servedMap() *Map {
	drawn := creuseMap("carte-2", "Places pour 100 personnes en difficulté, par intercommunalité ; les chiffres sont dans un tableau")
	drawn.Areas = []Area{{Class: "land", Outline: creuse}}
	for i, sector := range sectors {
		drawn.Areas = append(drawn.Areas, Area{Class: sector.class, Outline: sector.outline, Key: fmt.Sprint(i + 1), KeyX: sector.keyX, KeyY: sector.keyY})
	}
	drawn.Caption = "Places pour 100 personnes en difficulté. Les numéros sont ceux du tableau."
	drawn.Legend = []LegendStep{{"m4", "moins de 9"}, {"m3", "9 à 17"}, {"m2", "18 à 24"}, {"m1", "25 et plus"}}
	return drawn
}

func needs() Table {
	table := Table{
		Caption: "Le besoin et les places", Quiet: true,
		Columns: []Column{{Label: "Du moins servi au mieux servi"}, {Label: "Personnes en difficulté", Number: true}, {Label: "Places par an", Number: true}, {Label: "Dessin : places sur besoin", Quiet: true}},
	}
	needed, open := 0, 0
	for i, sector := range sectors {
		table.Rows = append(table.Rows, []Cell{
			Head(fmt.Sprintf("%d. %s", i+1, sector.name)), Whole(sector.need).To("#carte", "personnes en difficulté, "+sector.name), Whole(sector.seats),
			Drawn(Bar{Value: int64(sector.seats), Ground: int64(sector.need), Most: 5430}),
		})
		needed, open = needed+sector.need, open+sector.seats
	}
	table.Foot = []Cell{Head("Creuse"), Whole(needed), Whole(open), Text("")}
	return table
}
