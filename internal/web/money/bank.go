package money

import (
	"cmp"
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type bankPage struct {
	web.Page
	MayAct bool
	List   web.Table
	Pager  web.Pager
	Empty  web.None
}

// listBank answers GET /comptable/banque: what the bank sent, and the way to
// bring what it sends next.
func listBank(w http.ResponseWriter, r *web.Request) error {
	return showBank(w, r, web.NewForm())
}

func showBank(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &bankPage{
		Page:   web.Page{Title: "Ce que répond la banque", Form: form, Menu: "/comptable/paiements", Back: web.Link{Label: "Tous les paiements", Path: "/comptable/paiements"}},
		MayAct: account.May(r.Actor(), account.ActPaymentConfirm),
		Empty:  web.None{Title: "Aucune réponse pour l’instant", Text: "Un fichier de la banque reste ici, avec ce qui a été fait de chacune de ses lignes."},
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	var messages []settlement.BankMessage
	if err := view(r, func(q db.Q) (err error) {
		messages, err = settlement.BankMessages(r.Context(), q, after, web.PageSize+1)
		return err
	}); err != nil {
		return err
	}
	messages, more := web.Cut(messages)
	var last db.ID
	if more {
		last = messages[len(messages)-1].ID
	}
	var err error
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.List = web.Table{
		Caption: "Les réponses, la dernière d’abord", Quiet: true,
		Columns: []web.Column{{Label: "Réponse"}, {Label: "Ce que c’est"}, {Label: "Déposée le"}},
	}
	for _, message := range messages {
		page.List.Rows = append(page.List.Rows, []web.Cell{
			web.Head(message.Reference).To("/comptable/banque/" + message.ID.String()),
			web.Text(messageKind(message.Kind)).Noted(message.Kind), web.Day(civil.DateOf(message.At, civil.Paris)),
		})
	}
	return web.Render(w, r, form.Status(), "bank", page)
}

// messageKind is what a message is called by those who bank.
func messageKind(kind string) string {
	return map[string]string{"pain.002": "Réponse à un fichier de paiement", "camt.053": "Relevé du compte", "camt.054": "Avis d’opérations", "csv": "Mouvements du compte"}[kind]
}

// takeAnswer answers POST /comptable/banque. The bank decided: there is nothing
// to confirm, and the same file again changes nothing.
func takeAnswer(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	content := form.File("fichier", "Choisissez le fichier de la banque")
	if !form.Valid() {
		return showBank(w, r, form)
	}
	var message settlement.BankMessage
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		message, err = settlement.TakeAnswer(r.Context(), tx, settlement.Answer{Text: content})
		return err
	})
	if refusal := fault.Of(err); err != nil && refusal.Kind == fault.Invalid {
		form.Wrong("fichier", refusal.Code, refusal.Message)
		return showBank(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/comptable/banque/"+message.ID.String())
}

type bankMessagePage struct {
	web.Page
	Message settlement.BankMessage
	Figures []web.Figure
	List    web.Table
	Receipt bool // some cash is to be placed, and the actor may
}

// showBankMessage answers GET /comptable/banque/{id}.
func showBankMessage(w http.ResponseWriter, r *web.Request) error {
	page := &bankMessagePage{Page: web.Page{Back: web.Link{Label: "Toutes les réponses", Path: "/comptable/banque"}, Menu: "/comptable/paiements"}}
	id, err := r.PathID("id")
	if err != nil {
		return settlement.ErrUnknownMessage
	}
	if err := view(r, func(q db.Q) (err error) {
		page.Message, err = settlement.BankMessageByID(r.Context(), q, id)
		return err
	}); err != nil {
		return err
	}
	page.Title = messageKind(page.Message.Kind) + " " + page.Message.Reference
	page.List = lineTable(page.Message.Lines)
	if r.WantsCSV() {
		return web.CSV(w, r, "banque-"+page.Message.Reference, page.List)
	}
	counted := map[settlement.Outcome]int{}
	for _, line := range page.Message.Lines {
		counted[line.Outcome]++
	}
	for _, outcome := range settlement.Outcomes {
		if counted[outcome] > 0 {
			page.Figures = append(page.Figures, web.Figure{Number: strconv.Itoa(counted[outcome]), Label: outcome.French()})
		}
	}
	page.Receipt = counted[settlement.Waiting] > 0 && account.May(r.Actor(), account.ActReceiptRecord)
	return web.Render(w, r, http.StatusOK, "bank-message", page)
}

// outcomeKinds are how the outcomes look.
var outcomeKinds = map[settlement.Outcome]string{
	settlement.Accepted: "wait", settlement.Refused: "no", settlement.Debited: "ok", settlement.SentBack: "no", settlement.Announced: "wait",
	settlement.Received: "ok", settlement.Waiting: "wait", settlement.Refunded: "ok", settlement.Differs: "no",
}

func lineTable(lines []settlement.BankLine) web.Table {
	table := web.Table{
		Caption: "Chaque ligne, et ce qui en a été fait", Quiet: true,
		Columns: []web.Column{{Label: "Ligne", Number: true}, {Label: "De ou vers"}, {Label: "Jour"}, {Label: "Montant", Number: true}, {Label: "Ce qui en a été fait"}},
	}
	for _, line := range lines {
		from := web.Head(cmp.Or(line.Party, "sans nom"))
		if line.Text != "" {
			from = from.Noted(line.Text)
		}
		if !line.File.IsZero() {
			from = from.To("/comptable/paiements/" + line.File.String())
		}
		amount := line.Amount
		if !line.Credit && (line.Outcome == settlement.Debited || line.Outcome == settlement.Unknown || line.Outcome == settlement.Refunded) {
			amount = -amount
		}
		outcome := web.InState(outcomeKinds[line.Outcome], line.Outcome.French())
		if told := why(line); told != "" {
			outcome = outcome.Noted(told)
		}
		table.Rows = append(table.Rows, []web.Cell{web.Whole(line.Position), from, web.Day(line.On), web.Amount(amount), outcome})
	}
	return table
}

// why is the bank's reason, or what to do with a line that nothing was made of.
func why(line settlement.BankLine) string {
	switch line.Outcome {
	case settlement.Refused, settlement.SentBack:
		return line.Reason.French()
	case settlement.Waiting:
		return "rien ne dit assez de qui et pour quelle commande\u00a0: affectez la somme"
	case settlement.Differs:
		return "rien n’a bougé\u00a0: comparez avec le fichier de paiement"
	}
	return ""
}
