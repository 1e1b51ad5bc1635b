package fault

import (
	"maps"
	"slices"
	"sync"
)

// Catalogue entries: every code that Passerelle can answer, registered by the
// package that raises it, so that a test can read each sentence and find each
// code in the OpenAPI document.
var catalogue = struct {
	sync.RWMutex
	known map[string]Error
}{known: map[string]Error{}}

// Define registers a refusal and returns it; capabilities keep theirs in
// package variables. It panics when a code is defined twice.
func Define(kind Kind, code, message string) *Error {
	catalogue.Lock()
	defer catalogue.Unlock()
	if _, known := catalogue.known[code]; known {
		panic("fault: code defined twice: " + code)
	}
	catalogue.known[code] = Error{Kind: kind, Code: code, Message: message}
	return New(kind, code, message)
}

// Sentence is the message registered for a code, or an empty string.
func Sentence(code string) string {
	catalogue.RLock()
	defer catalogue.RUnlock()
	return catalogue.known[code].Message
}

// All lists every registered refusal, by code.
func All() []Error {
	catalogue.RLock()
	defer catalogue.RUnlock()
	var all []Error
	for _, code := range slices.Sorted(maps.Keys(catalogue.known)) {
		all = append(all, catalogue.known[code])
	}
	return all
}

// The refusals that any edge or capability may raise.
var (
	ErrInternal        = Define(Internal, "internal", "Une erreur est survenue de notre côté. Rien n’a été enregistré. Réessayez ; si cela continue, donnez la référence affichée à l’assistance.")
	ErrMalformed       = Define(Malformed, "malformed", "La demande ne peut pas être lue. Vérifiez son format, puis envoyez-la de nouveau.")
	ErrUnauthenticated = Define(Unauthenticated, "unauthenticated", "Connectez-vous pour continuer.")
	ErrForbidden       = Define(Forbidden, "forbidden", "Votre rôle ne permet pas cette action. Demandez-la à un responsable de votre organisation.")
	ErrNotFound        = Define(NotFound, "not_found", "Cet élément n’existe pas, ou n’est pas à vous. Vérifiez l’adresse ou le numéro.")
	ErrConflict        = Define(Conflict, "conflict", "Quelqu’un a modifié cet élément entre-temps. Rechargez la page et recommencez.")
	ErrTooLarge        = Define(TooLarge, "too_large", "Ce fichier ou ce texte est trop gros. Envoyez-le en plusieurs parties.")
	ErrUnsupported     = Define(Unsupported, "unsupported", "Ce format n’est pas accepté. Envoyez du JSON pour l’API, un formulaire pour les pages.")
	ErrInvalid         = Define(Invalid, "invalid", "Des réponses sont à revoir : corrigez les champs indiqués, puis envoyez de nouveau.")
	ErrTooMany         = Define(TooMany, "too_many", "Trop d’essais en peu de temps. Attendez quelques minutes, puis réessayez.")
	ErrUnavailable     = Define(Unavailable, "unavailable", "Le service n’est pas disponible pour l’instant. Réessayez dans une minute.")
)
