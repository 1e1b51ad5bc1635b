package funding

import (
	_ "embed"
	"encoding/json"

	"passerelle/internal/money"
)

// Preset is what an agreement of a known kind begins with; whoever signs it
// gives the funders their weights.
type Preset struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Says   string `json:"says"`   // what it asks of the weights
	Source string `json:"source"` // where its figures come from
	Rules  struct {
		LeastOrder   money.Cents `json:"least_order"`
		MostOrders   money.Cents `json:"most_orders"`
		QuotaPublic  string      `json:"quota_public"`
		QuotaPercent int         `json:"quota_percent"`
	} `json:"rules"`
}

//go:embed presets.json
var presetsFile []byte

// Presets are those of the program.
var Presets = readPresets()

func readPresets() []Preset {
	var presets []Preset
	if err := json.Unmarshal(presetsFile, &presets); err != nil {
		panic("funding: presets.json: " + err.Error()) // embedded, and read by every test
	}
	return presets
}
