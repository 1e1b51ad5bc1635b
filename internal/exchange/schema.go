package exchange

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"passerelle/internal/civil"
)

//go:embed data/schema_lieux_v1.0.2.json
var schemaFile []byte

// schemaField is one field of a table schema (Frictionless Table Schema), with
// the constraints that the national schema of places uses.
type schemaField struct {
	Name        string
	Type        string
	Constraints struct {
		Required  bool
		Unique    bool
		Pattern   string
		MaxLength int
	}
	pattern *regexp.Regexp
}

var schemaFields = sync.OnceValue(func() []schemaField {
	var schema struct{ Fields []schemaField }
	if err := json.Unmarshal(schemaFile, &schema); err != nil {
		panic("exchange: embedded schema: " + err.Error())
	}
	for i := range schema.Fields {
		field := &schema.Fields[i]
		if field.Constraints.Pattern != "" {
			// A pattern holds for the whole value (Table Schema, "pattern").
			field.pattern = regexp.MustCompile(`^(?:` + field.Constraints.Pattern + `)$`)
		}
	}
	return schema.Fields
})

func schemaColumns() []string {
	var columns []string
	for _, field := range schemaFields() {
		columns = append(columns, field.Name)
	}
	return columns
}

// numberForm is a number of a table schema: a point, no spaces.
var numberForm = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)

// breaches lists what a line breaks of the schema; an empty value is a missing
// one, which only "required" looks at.
func breaches(line record, head header) []Remark {
	var remarks []Remark
	refuse := func(field schemaField, rule, value, message string) {
		remarks = append(remarks, Remark{line.line, field.Name, rule, value, message, Refused})
	}
	for _, field := range schemaFields() {
		value := head.value(line, field.Name)
		switch {
		case value == "":
			if field.Constraints.Required {
				refuse(field, "required", value, "Cette valeur manque. Le schéma des lieux la demande.")
			}
			continue
		case field.Type == "number" && !numberForm.MatchString(value):
			refuse(field, "type", value, "Écrivez un nombre avec un point, sans espace, par exemple 46.17.")
		case field.Type == "date" && !isDate(value):
			refuse(field, "type", value, "Écrivez une date qui existe, sous la forme année-mois-jour, par exemple 2026-10-13.")
		case field.pattern != nil && !field.pattern.MatchString(value):
			refuse(field, "pattern", value, patternMessage(field))
		case field.Constraints.MaxLength > 0 && utf8.RuneCountInString(value) > field.Constraints.MaxLength:
			refuse(field, "maxLength", value, "Ce texte est trop long pour le schéma. Raccourcissez-le.")
		}
	}
	return remarks
}

func isDate(value string) bool {
	_, err := civil.ParseDate(value)
	return err == nil
}

// patternMessage says what the field's pattern asks for.
func patternMessage(field schemaField) string {
	switch field.Name {
	case colPivot:
		return "Écrivez le SIRET, le RNA ou le RIDET : 9 à 14 lettres ou chiffres, sans espace."
	case colPostalCode:
		return "Écrivez les 5 chiffres du code postal."
	case colINSEE:
		return "Écrivez les 5 caractères du code INSEE de la commune."
	case colTelephone:
		return "Écrivez le numéro sans espace, avec l’indicatif à la place du premier zéro, par exemple +33544000000."
	}
	if strings.Contains(field.Constraints.Pattern, "|") {
		return "Écrivez seulement des mots de la liste du schéma, séparés par une barre verticale."
	}
	return "Cette valeur n’a pas la forme que le schéma demande."
}
