package api

import (
	"context"
	"encoding/base64"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
)

// largestAttachment is a file's bytes in base64, with what stands around it.
const largestAttachment = label.LargestAttachment/3*4 + 4096

// ApplicationView is an application by its title, for whoever may see that it
// exists. Exported, like OneApplication, because huma only sees exported embedded types.
type ApplicationView struct {
	ID             id            `json:"id"`
	OrganisationID id            `json:"organisation_id"`
	Organisation   string        `json:"organisation"`
	Criteria       string        `json:"criteria"`
	Renewal        bool          `json:"renewal"`
	State          string        `json:"state" enum:"draft,sent,in_review,more_asked,granted,refused,appealed,suspended,withdrawn,expired"`
	Assigned       bool          `json:"assigned" doc:"Un certificateur l’a prise."`
	Places         []coveredView `json:"places"`
	SentAt         *time.Time    `json:"sent_at"`
	DecidedAt      *time.Time    `json:"decided_at"`
	SuspendedUntil *civil.Date   `json:"suspended_until" format:"date"`
	AppealUntil    *civil.Date   `json:"appeal_until" format:"date" doc:"Le dernier jour pour faire appel."`
	Clock          *clockView    `json:"clock,omitempty" doc:"Absente tant que la demande n’est pas envoyée."`
}

type coveredView struct {
	PlaceID id     `json:"place_id"`
	Name    string `json:"name"`
	Outcome string `json:"outcome" enum:",granted,refused"`
	Score   *int   `json:"score"`
}

type clockView struct {
	Started civil.Date  `json:"started" format:"date"`
	Paused  *civil.Date `json:"paused" format:"date" doc:"Depuis quand un complément est attendu."`
	Stopped *civil.Date `json:"stopped" format:"date"`
	Due     civil.Date  `json:"due" format:"date"`
	Days    int         `json:"days" doc:"Jours écoulés, pauses déduites."`
	Late    bool        `json:"late"`
}

func viewApplication(q db.Q) func(label.Application) ApplicationView {
	return func(a label.Application) ApplicationView {
		view := ApplicationView{
			ID: id{a.ID}, OrganisationID: id{a.Organisation}, Organisation: a.OrganisationName, Criteria: a.Criteria, Renewal: a.Renewal,
			State: string(a.State), Assigned: !a.Certifier.IsZero(), SentAt: instant(a.SentAt), DecidedAt: instant(a.DecidedAt),
			SuspendedUntil: day(a.SuspendedUntil), AppealUntil: day(a.Appealable()),
			Places: each(a.Places, func(c label.Covered) coveredView {
				view := coveredView{PlaceID: id{c.ID}, Name: c.Name, Outcome: string(c.Outcome)}
				if c.Outcome != "" {
					view.Score = &c.Score
				}
				return view
			}),
		}
		if clock := a.ClockNow(q); !clock.Started.IsZero() {
			view.Clock = &clockView{Started: clock.Started, Paused: day(clock.Paused), Stopped: day(clock.Stopped), Due: clock.Due, Days: clock.Days, Late: clock.Late}
		}
		return view
	}
}

type listApplicationsInput struct {
	Paging
	State   string `query:"state" enum:"sent,in_review,more_asked,granted,refused,appealed,suspended,withdrawn,expired"`
	Waiting bool   `query:"waiting" doc:"Que personne n’a prises."`
	Mine    bool   `query:"mine" doc:"Que vous avez prises."`
	Late    bool   `query:"late" doc:"Dont le délai promis est passé."`
}

// listApplications answers the caller's own organisation with all of its
// applications, drafts included, and the others with the queue.
func listApplications(ctx context.Context, q db.Q, in *listApplicationsInput) (page[ApplicationView], error) {
	var found []label.Application
	var next string
	if !account.Everywhere(q.Actor(), account.ActApplicationRead) {
		own, err := label.ApplicationsOf(ctx, q, q.Actor().Organisation)
		if err != nil {
			return page[ApplicationView]{}, err
		}
		found = own
	} else {
		after, err := in.afterID()
		if err != nil {
			return page[ApplicationView]{}, err
		}
		filter := label.QueueFilter{Waiting: in.Waiting, Late: in.Late, After: after, Limit: in.limit()}
		if in.State != "" {
			filter.States = []label.State{label.State(in.State)}
		}
		if in.Mine {
			if filter.Assigned, err = label.Reviewer(ctx, q); err != nil {
				return page[ApplicationView]{}, err
			}
		}
		queue, more, err := label.Queue(ctx, q, filter)
		if err != nil {
			return page[ApplicationView]{}, err
		}
		found, next = queue, more.String()
	}
	return page[ApplicationView]{Items: each(found, viewApplication(q)), Next: next}, nil
}

// fileView is an application whole.
type fileView struct {
	ApplicationView
	SIRET          string           `json:"siret"`
	Representative personView       `json:"representative"`
	Answers        []answerView     `json:"answers"`
	Attachments    []attachmentView `json:"attachments"`
	Messages       []messageView    `json:"messages"`
	Visits         []visitView      `json:"visits"`
	History        []stepView       `json:"history"`
	Scores         []scoreView      `json:"scores" doc:"Par lieu ; pour le demandeur, une fois la décision prise."`
}

type personView struct {
	Name     string `json:"name"`
	Function string `json:"function"`
}

type answerView struct {
	Place     id     `json:"place"`
	Criterion string `json:"criterion"`
	Value     string `json:"value,omitempty" doc:"yes ou no, un nombre, le code d’un choix ; vide pour une réponse en toutes lettres."`
	Detail    string `json:"detail,omitempty"`
}

type messageView struct {
	ID   id        `json:"id"`
	From string    `json:"from" enum:"applicant,certifier"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

type stepView struct {
	Act    string      `json:"act"`
	From   string      `json:"from"`
	To     string      `json:"to"`
	Reason string      `json:"reason"`
	Until  *civil.Date `json:"until" format:"date"`
	At     time.Time   `json:"at"`
}

type scoreView struct {
	PlaceID   id              `json:"place_id"`
	Percent   int             `json:"score"`
	Threshold int             `json:"threshold"`
	Grantable bool            `json:"grantable"`
	Reasons   []string        `json:"reasons"`
	Lines     []judgementView `json:"judgements"`
}

type judgementView struct {
	Place     id     `json:"place"`
	Criterion string `json:"criterion"`
	Verdict   string `json:"verdict" enum:"met,partly,not_met,not_applicable"`
	Word      string `json:"word"`
}

func viewMessage(m label.Message) messageView {
	return messageView{ID: id{m.ID}, From: m.Side, Text: m.Text, At: m.At.UTC()}
}

func viewJudgement(j label.Judgement) judgementView {
	return judgementView{Place: id{j.Place}, Criterion: j.Criterion, Verdict: string(j.Verdict), Word: j.Word}
}

// OneApplication is the address of an application.
type OneApplication struct {
	ID string `path:"id"`
}

func (in OneApplication) application() (db.ID, error) { return db.ParseID(in.ID) }

// applicationInput is any request about one application, by its address.
type applicationInput interface {
	OneApplication | reasonInput | textInput | suspensionInput
	application() (db.ID, error)
}

func readApplication(ctx context.Context, q db.Q, in *OneApplication) (fileView, error) {
	wanted, err := in.application()
	if err != nil {
		return fileView{}, err
	}
	file, err := label.FileByID(ctx, q, wanted)
	if err != nil {
		return fileView{}, err
	}
	view := fileView{
		ApplicationView: viewApplication(q)(file.Application), SIRET: file.SIRET, Representative: personView(file.Representative),
		Answers: each(file.Answers, func(a label.Answer) answerView {
			return answerView{Place: id{a.Place}, Criterion: a.Criterion, Value: a.Value, Detail: a.Detail}
		}),
		Attachments: each(file.Attachments, viewAttachment), Messages: each(file.Messages, viewMessage), Visits: each(file.Visits, viewVisit),
		History: each(file.History, func(s label.Step) stepView {
			return stepView{Act: string(s.Act), From: string(s.From), To: string(s.To), Reason: s.Reason, Until: day(s.Until), At: s.At.UTC()}
		}),
		Scores: []scoreView{},
	}
	for _, covered := range file.Places {
		score := file.Score(covered.ID)
		one := scoreView{PlaceID: id{covered.ID}, Percent: score.Percent, Threshold: score.Threshold, Grantable: score.Grantable, Reasons: list(score.Reasons), Lines: []judgementView{}}
		for _, judged := range file.Judgements {
			if judged.Place == covered.ID {
				one.Lines = append(one.Lines, viewJudgement(judged))
			}
		}
		if len(one.Lines) > 0 {
			view.Scores = append(view.Scores, one)
		}
	}
	return view, nil
}

type beginInput struct {
	Body struct {
		Places []id `json:"places" minItems:"1" maxItems:"50"`
	}
}

func beginApplication(ctx context.Context, tx *db.Tx, row db.ID, in *beginInput) (ApplicationView, error) {
	made, err := label.Begin(ctx, tx, row, each(in.Body.Places, func(i id) db.ID { return i.ID }))
	if err != nil {
		return ApplicationView{}, err
	}
	return viewApplication(tx)(made), nil
}

func beginApplicationAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *beginInput) (ApplicationView, error) {
	made, err := label.ApplicationByID(ctx, tx, row)
	return viewApplication(tx)(made), err
}

type fillInput struct {
	OneApplication
	Body struct {
		SIRET          *string      `json:"siret,omitempty"`
		Representative *personView  `json:"representative,omitempty"`
		Answers        []answerView `json:"answers,omitempty" maxItems:"1000"`
	}
}

// fillApplication changes what the body holds, and leaves the rest.
func fillApplication(ctx context.Context, tx *db.Tx, _ db.ID, in *fillInput) (ApplicationView, error) {
	wanted, err := in.application()
	if err != nil {
		return ApplicationView{}, err
	}
	if in.Body.SIRET != nil || in.Body.Representative != nil {
		file, err := label.FileByID(ctx, tx, wanted)
		if err != nil {
			return ApplicationView{}, err
		}
		identity := label.Identity{SIRET: file.SIRET, Representative: file.Representative}
		if in.Body.SIRET != nil {
			identity.SIRET = *in.Body.SIRET
		}
		if in.Body.Representative != nil {
			identity.Representative = label.Representative(*in.Body.Representative)
		}
		if err := label.Identify(ctx, tx, wanted, identity); err != nil {
			return ApplicationView{}, err
		}
	}
	if err := label.Say(ctx, tx, wanted, each(in.Body.Answers, func(a answerView) label.Answer {
		return label.Answer{Place: a.Place.ID, Criterion: a.Criterion, Value: a.Value, Detail: a.Detail}
	})); err != nil {
		return ApplicationView{}, err
	}
	filled, err := label.ApplicationByID(ctx, tx, wanted)
	return viewApplication(tx)(filled), err
}

type attachmentView struct {
	ID        id        `json:"id"`
	PlaceID   *id       `json:"place_id" nullable:"true"`
	Criterion string    `json:"criterion"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind" enum:"application/pdf,image/jpeg,image/png"`
	Size      int       `json:"size" doc:"En octets."`
	At        time.Time `json:"at"`
	Content   string    `json:"content_base64,omitempty" doc:"Quand la pièce est lue seule."`
}

func viewAttachment(a label.Attachment) attachmentView {
	return attachmentView{ID: id{a.ID}, PlaceID: reference(a.Place), Criterion: a.Criterion, Name: a.Name, Kind: a.Kind, Size: a.Size, At: a.At.UTC()}
}

type attachInput struct {
	OneApplication
	Body struct {
		Name      string `json:"name" maxLength:"1000"`
		Criterion string `json:"criterion,omitempty" doc:"Le critère qu’elle prouve."`
		Place     *id    `json:"place,omitempty" doc:"Le lieu dont elle parle."`
		Content   []byte `json:"content_base64" doc:"Un PDF, un JPEG ou un PNG de 5 Mo au plus, en base64."`
	}
}

func attach(ctx context.Context, tx *db.Tx, row db.ID, in *attachInput) (attachmentView, error) {
	wanted, err := in.application()
	if err != nil {
		return attachmentView{}, err
	}
	attached, err := label.Attach(ctx, tx, label.Attachment{
		ID: row, Application: wanted, Name: in.Body.Name, Criterion: in.Body.Criterion, Place: in.Body.Place.optional(),
	}, in.Body.Content)
	return viewAttachment(attached), err
}

func attachAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *attachInput) (attachmentView, error) {
	attached, _, err := label.AttachmentContent(ctx, tx, row)
	return viewAttachment(attached), err
}

type attachmentInput struct {
	OneApplication
	Attachment string `path:"attachment"`
}

// papers finds an attachment of the application that the address names.
func (in attachmentInput) papers(ctx context.Context, q db.Q) (label.Attachment, []byte, error) {
	wanted, err := in.application()
	if err != nil {
		return label.Attachment{}, nil, err
	}
	attachment, err := db.ParseID(in.Attachment)
	if err != nil {
		return label.Attachment{}, nil, err
	}
	found, content, err := label.AttachmentContent(ctx, q, attachment)
	if err == nil && found.Application != wanted {
		err = label.ErrUnknownAttachment
	}
	return found, content, err
}

func readAttachment(ctx context.Context, q db.Q, in *attachmentInput) (attachmentView, error) {
	found, content, err := in.papers(ctx, q)
	if err != nil {
		return attachmentView{}, err
	}
	view := viewAttachment(found)
	view.Content = base64.StdEncoding.EncodeToString(content)
	return view, nil
}

func detach(ctx context.Context, tx *db.Tx, _ db.ID, in *attachmentInput) (ApplicationView, error) {
	found, _, err := in.papers(ctx, tx)
	if err != nil {
		return ApplicationView{}, err
	}
	if err := label.Detach(ctx, tx, found.ID); err != nil {
		return ApplicationView{}, err
	}
	application, err := label.ApplicationByID(ctx, tx, found.Application)
	return viewApplication(tx)(application), err
}
