package printing_test

import (
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/geography"
	"passerelle/internal/money"
	"passerelle/internal/printing"
)

var made = time.Date(2026, time.November, 24, 8, 30, 0, 0, time.UTC)

func booklet(coupons int) printing.Booklet {
	b := printing.Booklet{
		Number: "482107369185", InnerCode: "20483917", ValidUntil: civil.On(2027, time.November, 22), ValidityMonths: 12,
		Desk: "CCAS de Guéret", Telephone: "05 36 49 12 00", Payers: []string{"État", "Département de la Creuse", "Mutuelle des Combrailles"},
		Sample: true,
	}
	for rank := 1; rank <= coupons; rank++ {
		b.Coupons = append(b.Coupons, printing.Coupon{Number: fmt.Sprintf("%016d", 2914177763170674+int64(rank)*611903771234561), Rank: rank, Amount: 10 * 100})
	}
	return b
}

func cents(amount int64) money.Cents { return money.Cents(amount) }

// inStock is a booklet before its handover.
func inStock(b printing.Booklet) printing.Booklet {
	b.ValidUntil = civil.Date{}
	return b
}

func letter() printing.Letter {
	starts := time.Date(2026, time.December, 8, 14, 0, 0, 0, civil.Paris)
	return printing.Letter{
		Name: "Monique", Starts: starts, Ends: starts.Add(2 * time.Hour), Workshop: "Mes démarches en ligne",
		Site: "Le Fil numérique", Address: []string{"12 rue de l’Exemple", "23000 Guéret"}, Host: "Claire Vallade",
		Coupon: "2914177763170674", Bring: []string{"votre téléphone", "vos lunettes"},
		Ways:      []string{"Vous habitez à Bonnat.", "Le lieu est à environ 20 kilomètres.", "En voiture : environ 25 minutes."},
		Telephone: "05 36 49 12 08", Contact: "Claire", Reference: "G 4728", Sample: true,
		Map: printing.MapBetween(commune("23025"), commune("23096")),
	}
}

func commune(code string) geography.Commune {
	found, err := geography.CommuneByCode(code)
	if err != nil {
		panic(err)
	}
	return found
}

func statement() printing.Statement {
	day := civil.On(2026, time.October, 6)
	s := printing.Statement{
		Reference: "2026-10-0147", Month: day.Month(), Site: "Le Fil numérique", Address: []string{"12 rue de l’Exemple", "23000 Guéret"},
		Payer: "Passerelle Creuse", State: "En paiement", Account: "FR76 ···· ···· ···· ···· ···· 417", Label: "RELEVE 2026-10-0147 FIL NUMERIQUE",
		Payers: []printing.Share{{Funder: "État", Amount: 20000}, {Funder: "Département de la Creuse", Amount: 14000}, {Funder: "Mutuelle des Combrailles", Amount: 6000}},
		Clock: []printing.Moment{
			{On: civil.On(2026, time.November, 2), What: "relevé clos, le délai légal de 30 jours part"},
			{On: civil.On(2026, time.November, 20), What: "fichier remis à la banque", Next: true},
			{On: civil.On(2026, time.December, 2), What: "fin du délai"},
		},
		Sample: true,
	}
	for i, title := range []string{"Mes démarches en ligne", "Une adresse pour écrire", "Chercher un emploi, écrire et envoyer une lettre, suivre les réponses", "Mes démarches en ligne", "Une adresse pour écrire"} {
		s.Days = append(s.Days, printing.Service{Day: day.AddDays(3 * i), Title: title, Count: 8, Amount: 8000})
		s.Count, s.Amount = s.Count+8, s.Amount+8000
	}
	return s
}

func meeting() printing.Meeting {
	return printing.Meeting{
		Name: "Monique", Day: civil.On(2026, time.December, 8), At: 14 * 60, Site: "Le Fil numérique", Address: letter().Address,
		Telephone: "05 36 49 12 08", Ways: letter().Ways, Reference: "G 4728",
	}
}

// agenda is a month of so many workshops.
func agenda(workshops int) printing.Agenda {
	a := printing.Agenda{
		Name: "Le Fil numérique", Address: letter().Address, Month: civil.On(2026, time.December, 1).Month(), Page: placePage, Telephone: "05 36 49 12 08", Sample: true,
	}
	for i := range workshops {
		day := civil.On(2026, time.December, 1+2*i)
		a.Workshops = append(a.Workshops, printing.AgendaLine{Day: day.French(), Hour: "à 14 heures 30", Title: "Mes démarches en ligne"})
	}
	return a
}

// attendance is a session where so many people are expected.
func attendance(people int) printing.Attendance {
	a := printing.Attendance{Session: "Mes démarches en ligne", When: "Mardi 8 décembre 2026, 14 h à 16 h", Where: "Salle bleue. Le Fil numérique, 12 rue de l’Exemple, 23000 Guéret", Mediator: "Claire Vallade", Sample: true}
	for i := range people {
		a.People = append(a.People, printing.Expected{Name: fmt.Sprintf("Monique %d", i+1), From: "CCAS de Guéret"})
	}
	return a
}
