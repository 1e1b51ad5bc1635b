package public

import (
	"net/http"

	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

type exercisePage struct {
	web.Page
	Coupons, Booklets []voucher.Specimen
}

// exercise answers GET /exercice: the specimen booklet, to print and to practise
// with on the pages of every day.
func exercise(w http.ResponseWriter, r *web.Request) error {
	return web.Render(w, r, http.StatusOK, "exercise", &exercisePage{
		Page:    web.Page{Title: "S’exercer avec un carnet modèle", Layout: web.Paper, Back: web.Link{Label: "Aide", Path: "/aide"}},
		Coupons: voucher.SpecimenCoupons, Booklets: voucher.SpecimenBooklets,
	})
}
