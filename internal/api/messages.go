package api

import "github.com/danielgtaylor/huma/v2/validation"

// unreadable is said of a value whose shape huma refuses without a sentence of
// ours: a number or a boolean in the address that is not one.
const unreadable = "Cette valeur ne peut pas être lue. Vérifiez son format."

// The sentences of huma's validation, each behind its stable code. %.0v swallows
// a detail that helps nobody.
func init() {
	validation.MsgUnexpectedProperty = "unexpected|Ce champ n’est pas attendu ici. Enlevez-le, ou vérifiez son nom."
	validation.MsgExpectedRequiredProperty = "required:%s|Ce champ est obligatoire."
	validation.MsgExpectedDependentRequiredProperty = "required:%s|Ce champ est obligatoire avec %s."
	validation.MsgExpectedPropertyNameInObject = "required|Ce champ est obligatoire."

	validation.MsgExpectedBoolean = "not_boolean|Donnez true ou false."
	validation.MsgExpectedNumber = "not_number|Donnez un nombre."
	validation.MsgExpectedInteger = "not_integer|Donnez un nombre entier."
	validation.MsgExpectedString = "not_text|Donnez un texte."
	validation.MsgExpectedArray = "not_list|Donnez une liste."
	validation.MsgExpectedObject = "not_object|Donnez un objet JSON."
	validation.MsgExpectedArrayItemsUnique = "repeated|Ne répétez pas une valeur."
	validation.MsgExpectedOneOf = "unknown_choice|Choisissez parmi : %s."

	validation.MsgExpectedMinimumNumber = "too_small|Donnez %v au moins."
	validation.MsgExpectedMaximumNumber = "too_big|Donnez %v au plus."
	validation.MsgExpectedExclusiveMinimumNumber = "too_small|Donnez plus de %v."
	validation.MsgExpectedExclusiveMaximumNumber = "too_big|Donnez moins de %v."
	validation.MsgExpectedNumberBeMultipleOf = "not_multiple|Donnez un multiple de %v."
	validation.MsgExpectedMinLength = "too_short|Écrivez %d caractères au moins."
	validation.MsgExpectedMaxLength = "too_long|Écrivez %d caractères au plus."
	validation.MsgExpectedMinItems = "too_few|Donnez %d éléments au moins."
	validation.MsgExpectedMaxItems = "too_many_items|Donnez %d éléments au plus."
	validation.MsgExpectedMinProperties = "too_few|Donnez %d champs au moins."
	validation.MsgExpectedMaxProperties = "too_many_items|Donnez %d champs au plus."
	validation.MsgExpectedBePattern = "pattern|Écrivez ceci : %s."
	validation.MsgExpectedMatchPattern = "pattern|Cette valeur n’a pas la forme attendue.%.0v"

	validation.MsgExpectedRFC3339DateTime = "not_instant|Donnez un instant avec son fuseau, par exemple 2026-10-13T08:00:00Z."
	validation.MsgExpectedRFC3339Date = "not_day|Donnez un jour qui existe, sous la forme année-mois-jour, par exemple 2026-10-13."
	validation.MsgExpectedRFC4122UUID = "not_id|Donnez un identifiant, comme les listes de l’API les donnent.%.0v"
	validation.MsgExpectedRFC5322Email = "not_email|Donnez une adresse e-mail complète.%.0v"
	validation.MsgExpectedRFC3986URI = "not_address|Donnez une adresse web complète.%.0v"

	validation.MsgExpectedMatchAtLeastOneSchema = "shape|Cette valeur n’a pas la forme attendue."
	validation.MsgExpectedMatchExactlyOneSchema = "shape|Cette valeur n’a pas la forme attendue."
	validation.MsgExpectedNotMatchSchema = "shape|Cette valeur n’a pas la forme attendue."
}
