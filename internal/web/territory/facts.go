package territory

import (
	"fmt"
	"strings"

	"passerelle/internal/funding"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// count is "1 carnet", "20 carnets".
func count(number int, one, many string) string {
	if number < 2 {
		return fmt.Sprintf("%d"+nbsp+"%s", number, one)
	}
	text := fmt.Sprint(number)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return text + nbsp + many
}

// coupons is what an order holds: "20 carnets de 10 chèques".
func coupons(order funding.Order) string {
	if order.CouponsPerBooklet == 1 {
		return count(order.Booklets, "chèque à l’unité", "chèques à l’unité")
	}
	return count(order.Booklets, "carnet", "carnets") + " de " + count(order.CouponsPerBooklet, "chèque", "chèques")
}

// factsOf tells an order's terms, which never change.
func factsOf(order funding.Order, organisation, desk string) []web.Line {
	return []web.Line{
		{Label: "Collectivité", Value: organisation},
		{Label: "Guichet", Value: desk},
		{Label: "Carnets", Value: coupons(order)},
		{Label: "Durée", Value: count(order.ValidityMonths, "mois", "mois") + " à partir de la remise"},
		{Label: "Pour", Value: servedBy(order.Services)},
		{Label: "Où", Value: territoryName(order.Territory)},
	}
}

func servedBy(services []string) string {
	if len(services) == 0 {
		return "tous les services"
	}
	return strings.Join(place.Services.Labels(services), ", ")
}

func territoryName(code string) string {
	if code == "" {
		return "tous les lieux labellisés"
	}
	territory, err := geography.ParseTerritory(code)
	if err != nil {
		return code
	}
	return territory.Name
}
