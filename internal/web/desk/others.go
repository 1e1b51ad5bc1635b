package desk

import (
	"time"

	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

// otherWay is an alternative, for when no free session answers.
type otherWay struct {
	Kind, Title, Text string
	Seats             []seat
	Places            []farHelp
}

// farHelp is a place that helps from afar.
type farHelp struct{ ID, Name, Telephone, Where string }

// otherWords are the heading and the sentence of each kind of alternative.
var otherWords = map[string][2]string{
	orientation.Waiting:   {"Attendre une place", "Ces séances conviennent, et sont complètes. La personne est prévenue dès qu’une place se libère."},
	orientation.Itinerant: {"Une séance itinérante", "Ce lieu se déplace et passe près d’elle, un autre jour ou sur un autre sujet."},
	orientation.Beyond:    {"Un autre territoire", "Tout convient, sauf la distance. Demandez si quelqu’un peut la conduire."},
	orientation.Remote:    {"De l’aide à distance", "Par téléphone ou en visio, sans se déplacer. Notez un rendez-vous."},
}

func newOtherWay(found orientation.Alternative, now time.Time) otherWay {
	words := otherWords[found.Kind]
	made := otherWay{Kind: found.Kind, Title: words[0], Text: words[1]}
	for i, choice := range found.Choices {
		made.Seats = append(made.Seats, newSeat(choice, i+1, now))
	}
	for _, where := range found.Places {
		made.Places = append(made.Places, farHelp{
			ID: where.ID.String(), Name: where.Name, Telephone: holder.TelephoneText(where.Telephone), Where: where.CommuneName,
		})
	}
	return made
}

// readWhere reads a commune, or an address in one. Of an address the commune
// alone stays in the form's answer; the rest is the person's own.
func readWhere(r *web.Request, form *web.Form, name, sentence string, near geography.Commune) (geography.Commune, orientation.Address) {
	text := form.Text(name)
	_, err := geography.Find(text)
	if text == "" || err == nil || len(geography.Candidates(err)) > 0 {
		return readCommune(form, name, sentence, near), orientation.Address{}
	}
	spot, choices, err := r.Locate(text)
	switch {
	case err != nil:
		form.Wrong(name, fault.Of(err).Code, fault.Of(err).Message)
	case len(choices) > 0:
		form.Wrong(name, "ambiguous_address", "Plusieurs adresses répondent à ce texte. Ajoutez la commune, par exemple\u00a0: "+choices[0].Text())
	case spot.Street == "":
		return spot.Commune, orientation.Address{}
	default:
		return spot.Commune, orientation.Address{Text: spot.Text(), Point: spot.Point}
	}
	return geography.Commune{}, orientation.Address{}
}
