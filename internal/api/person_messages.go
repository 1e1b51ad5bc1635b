package api

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/notify"
)

type personMessageView struct {
	ID        id        `json:"id"`
	HolderID  id        `json:"holder_id"`
	Kind      string    `json:"kind" doc:"Ce qui est dit : reminder_one, session_cancelled…"`
	Channel   string    `json:"channel" enum:"sms,email,letter,none"`
	State     string    `json:"state" enum:"waiting,sent,delivered,failed,dropped,unreachable"`
	Reason    string    `json:"reason" doc:"Pourquoi il n’est pas arrivé, ou vide."`
	Recipient string    `json:"recipient"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text" doc:"Tel qu’il a été envoyé."`
	Segments  int       `json:"segments" doc:"SMS payés."`
	SendAt    time.Time `json:"send_at"`
	MadeAt    time.Time `json:"made_at"`
}

type personMessagesInput struct {
	Holder string `query:"holder" required:"true" doc:"L’identifiant d’une personne."`
}

func listPersonMessages(ctx context.Context, q db.Q, in *personMessagesInput) (page[personMessageView], error) {
	who, err := db.ParseID(in.Holder)
	if err != nil {
		return page[personMessageView]{}, err
	}
	sent, err := notify.SentTo(ctx, q, who)
	return page[personMessageView]{Items: each(sent, func(m notify.Record) personMessageView {
		return personMessageView{
			ID: id{m.ID}, HolderID: id{m.Holder}, Kind: string(m.Kind), Channel: string(m.Channel), State: string(m.State), Reason: string(m.Reason),
			Recipient: m.Recipient, Subject: m.Subject, Text: m.Text, Segments: m.Segments, SendAt: m.SendAt.UTC(), MadeAt: m.MadeAt.UTC(),
		}
	})}, err
}

type messageTemplateView struct {
	Kind     string `json:"kind"`
	Version  int    `json:"version" doc:"0 : les mots d’origine."`
	Original bool   `json:"original"`
	Short    string `json:"short" doc:"Du SMS ; entre crochets, ce qui est laissé de côté s’il est trop long."`
	Subject  string `json:"subject"`
	Long     string `json:"long" doc:"De l’e-mail et du courrier."`
}

type messageTemplatesInput struct{}

func listMessageTemplates(ctx context.Context, q db.Q, _ *messageTemplatesInput) (page[messageTemplateView], error) {
	var listed page[messageTemplateView]
	for _, info := range notify.Kinds {
		t, err := notify.TemplateOf(ctx, q, info.Kind)
		if err != nil {
			return page[messageTemplateView]{}, err
		}
		listed.Items = append(listed.Items, messageTemplateView{
			Kind: string(t.Kind), Version: t.Version, Original: t.Original, Short: t.Short, Subject: t.Subject, Long: t.Long,
		})
	}
	return listed, nil
}

type inboundInput struct {
	Secret string `header:"Passerelle-Secret" doc:"Le secret de la passerelle de SMS."`
	Query  string `query:"secret" doc:"Le même, pour une passerelle qui ne sait pas envoyer d’en-tête."`
	Body   struct {
		From      string `json:"from,omitempty" maxLength:"40" doc:"Le téléphone qui a écrit."`
		Text      string `json:"text,omitempty" maxLength:"2000" doc:"Ce qu’il a écrit : STOP arrête les messages."`
		Reference string `json:"reference,omitempty" maxLength:"200" doc:"D’un message envoyé : la référence de la passerelle, ou notre identifiant."`
		Status    string `json:"status,omitempty" enum:"delivered,failed" doc:"Ce qu’il est devenu."`
	}
}

type inboundView struct {
	Received bool `json:"received"`
}

// receiveMessage notes what a gateway tells. It answers the same whether or not
// the telephone is known.
func receiveMessage(ctx context.Context, s *server, _ *call, _ operation, in *inboundInput) (inboundView, error) {
	secret := in.Secret
	if secret == "" {
		secret = in.Query
	}
	err := s.db.Update(ctx, job.Actor, func(tx *db.Tx) error {
		return notify.ReceiveFrom(ctx, tx, secret, notify.Inbound{
			From: in.Body.From, Text: in.Body.Text, Reference: in.Body.Reference, Delivered: in.Body.Status == "delivered",
		})
	})
	return inboundView{Received: err == nil}, err
}
