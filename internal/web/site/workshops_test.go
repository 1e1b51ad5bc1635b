package site_test

import (
	"net/http"
	"net/url"
	"testing"
)

func TestAWorkshopIsTakenAdaptedAndPlannedSeveralTimes(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.mediator)
	page := client.Get("/nos-ateliers").Must(http.StatusOK)
	page = page.Submit("Reprendre Créer une adresse pour écrire", nil).Must(http.StatusOK).Shows("Parmi les nôtres")
	page = page.Follow("Créer une adresse pour écrire").Must(http.StatusOK)
	page = page.Submit("Garder cet atelier", url.Values{"minutes": {"60"}, "title": {"Mon adresse"}}).Must(http.StatusOK).Shows("Mon adresse")
	form := page.Follow("Prévoir une séance Mon adresse").Must(http.StatusOK)
	form = form.Submit("Prévoir la séance", url.Values{
		"day": {"18/12/2026"}, "starts_at": {"14:00"}, "seats": {"6"}, "rythme": {"weekly"}, "times": {"3"},
	}).Must(http.StatusOK)
	form.Shows("vendredi 25 décembre 2026").Shows("Noël")
	form.Submit("Prévoir ces séances", nil).Must(http.StatusOK).Shows("Mon adresse")
}
