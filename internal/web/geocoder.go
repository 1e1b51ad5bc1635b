package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// Geocoder is an outside service that knows every address, in the form of the
// national address API (addok): GET {address}/search/?q=…&limit=…, answered with
// GeoJSON features whose properties have label, score, citycode and type.
type Geocoder struct {
	address string
	client  http.Client
}

// What is asked of a geocoder, and what is taken from it.
const (
	geocoderPatience = 2 * time.Second // a page does not wait longer
	geocoderLargest  = 1 << 20         // bytes of its answer
	geocoderSure     = 0.5             // its score, from 0 to 1, below which it guesses
)

// NewGeocoder is the client of the geocoder at an http or https address.
func NewGeocoder(address string) (*Geocoder, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return nil, fmt.Errorf("adresse de géocodage inconnue : %q ; écrivez https://…, sans /search", address)
	}
	return &Geocoder{address: strings.TrimSuffix(address, "/"), client: http.Client{Timeout: geocoderPatience}}, nil
}

// errUnsure tells that the geocoder found nothing it is sure of.
var errUnsure = errors.New("web: the geocoder is not sure")

// locate asks where an address is; in one commune alone unless its code is empty.
func (g *Geocoder) locate(ctx context.Context, text, commune string) (place.Spot, error) {
	query := url.Values{"q": {text}, "limit": {"5"}}
	asked, err := http.NewRequestWithContext(ctx, http.MethodGet, g.address+"/search/?"+query.Encode(), nil)
	if err != nil {
		return place.Spot{}, err
	}
	answered, err := g.client.Do(asked)
	if err != nil {
		// The error of the client holds the address asked, and so what was typed.
		return place.Spot{}, errors.New("web: the geocoder does not answer")
	}
	defer answered.Body.Close()
	if answered.StatusCode != http.StatusOK {
		return place.Spot{}, fmt.Errorf("web: the geocoder answers %d", answered.StatusCode)
	}
	var found features
	if err := json.NewDecoder(io.LimitReader(answered.Body, geocoderLargest)).Decode(&found); err != nil {
		return place.Spot{}, errors.New("web: the geocoder's answer is not GeoJSON")
	}
	return found.spot(commune)
}

// features is what is read of the geocoder's answer (RFC 7946).
type features struct {
	Features []struct {
		Geometry struct {
			Coordinates []float64 `json:"coordinates"` // longitude, latitude
		} `json:"geometry"`
		Properties struct {
			Label       string  `json:"label"`
			Score       float64 `json:"score"`
			Type        string  `json:"type"` // housenumber, street, locality, municipality
			CityCode    string  `json:"citycode"`
			Name        string  `json:"name"`
			Street      string  `json:"street"`
			HouseNumber string  `json:"housenumber"`
		} `json:"properties"`
	} `json:"features"`
}

// spot is the first feature that is sure, a street or a house, and in the commune.
func (f features) spot(commune string) (place.Spot, error) {
	for _, feature := range f.Features {
		at, told := feature.Geometry.Coordinates, feature.Properties
		city, err := geography.CommuneByCode(told.CityCode)
		if err != nil || told.Score < geocoderSure || commune != "" && city.Code != commune || !onEarth(at) {
			continue
		}
		found := place.Spot{Point: geography.Point{Latitude: at[1], Longitude: at[0]}, Commune: city}
		switch told.Type {
		case "housenumber":
			found.Precision, found.Street, found.Number = place.ByNumber, told.Street, told.HouseNumber
		case "street", "locality":
			found.Precision, found.Street = place.ByStreet, told.Name
		default:
			continue // communes are known here
		}
		return found, nil
	}
	return place.Spot{}, errUnsure
}

func onEarth(at []float64) bool {
	return len(at) >= 2 && at[0] >= -180 && at[0] <= 180 && at[1] >= -90 && at[1] <= 90
}
