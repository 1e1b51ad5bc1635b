package journey_test

import (
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/dbtest"
	"passerelle/internal/sample"
)

// The programme's team writes the next version, tries it on past answers, and
// lets it serve.
func TestAQuestionnaireIsWrittenTriedAndPublished(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	tab := apptest.NewTab(t, w.address, apptest.WithoutScript)
	tab.SignIn(w.account(t, "national").Email, sample.Password)
	tab.Visit("/questionnaires")
	tab.Check()
	tab.Press("Préparer une version de Diagnostic complet")
	tab.Shows("Rien encore")
	tab.Check()
	tab.Press("Ajouter une question")
	tab.Check()
	tab.Press("Enregistrer la question")
	tab.Shows("Donnez un nom court à la question")
	tab.Fill("Nom court", "printer")
	tab.Fill("Rang", "3")
	tab.Fill("La question, lue à voix haute", "Avez-vous une imprimante chez vous ?")
	tab.Fill("Pourquoi la poser, pour le guichet", "Sans imprimante, la page du rendez-vous s’imprime ici.")
	tab.Fill("Nom court, réponse 2", "yes")
	tab.Fill("Texte, réponse 2", "Oui")
	tab.Press("Enregistrer la question")
	tab.Shows("Question « printer » : nouvelle")

	tab.Press("Modifier la règle 6")
	tab.Check()
	tab.Fill("Réponses demandées", "printer = peut-être")
	tab.Press("Enregistrer la règle")
	tab.Shows("n’a pas la réponse « peut-être »")
	tab.Fill("Réponses demandées", "")
	tab.Choose("Un rendez-vous, une fois")
	tab.Press("Enregistrer la règle")
	tab.Shows("Les règles qui choisissent la voie")

	tab.Press("Aperçu")
	tab.Choose("Chercher une aide ou un droit")
	tab.Press("Voir la proposition")
	tab.Shows("S’informer")
	tab.Check()

	tab.Visit("/questionnaires/full/brouillon/essai")
	tab.Check()
	tab.Press("Publier")
	tab.Check()
	tab.Press("Publier la version")
	tab.Shows("Lisez l’essai, puis cochez la case")
	tab.Fill("Ce qui change, et pourquoi", "Une question sur l’imprimante.")
	tab.Choose("J’ai lu l’essai : je sais qui changerait de voie")
	tab.Press("Publier la version")
	tab.Shows("La nouvelle version sert")
	tab.Check()
	tab.Visit("/questionnaires/full/versions/2")
	tab.Shows("printer")
	tab.Check()

	a := w.agent(t, "guichet")
	a.Visit("/guichet")
	a.Press("Commencer le diagnostic complet")
	a.Shows("Question 1 sur 14")
}
