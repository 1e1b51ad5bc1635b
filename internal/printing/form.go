package printing

import (
	"fmt"
	"io"
	"slices"
	"time"

	"passerelle/internal/diagnosis"
)

// Form is a questionnaire on paper: a person fills it in with a pen, a desk
// types it in later, by its name and version.
type Form struct {
	Name      string // the questionnaire's title
	Code      string
	Version   int
	Minutes   int
	Language  string // ISO 639; empty: French
	Questions []FormQuestion
	Issuer
}

// FormQuestion is one question with its boxes.
type FormQuestion struct {
	Text    string // "1. Quand avez-vous …"
	Several bool   // several boxes may be ticked
	Choices []string
}

// FormOf is the paper of a questionnaire, in a language that it speaks.
func FormOf(asked diagnosis.Questionnaire, language string, issuer Issuer) Form {
	made := Form{Name: asked.Title, Code: asked.Code, Version: asked.Version, Minutes: asked.Minutes, Issuer: issuer}
	if slices.Contains(asked.Languages(), language) {
		made.Language = language
	}
	for i, question := range asked.In(made.Language).Questions {
		line := FormQuestion{Text: fmt.Sprintf("%d. %s", i+1, question.Text), Several: question.Multiple}
		for _, choice := range question.Choices {
			line.Choices = append(line.Choices, choice.Text)
		}
		made.Questions = append(made.Questions, line)
	}
	return made
}

// Title is the form's.
func (f Form) Title() string {
	if f.Language == "en" {
		return "Your answers help us to help you"
	}
	return "Vos réponses nous aident à vous aider"
}

// How tells how to fill it in, one idea a line.
func (f Form) How() []string {
	if f.Language == "en" {
		return []string{"Tick the boxes that suit you.", "You can leave a question empty.", "Give this sheet back to your desk."}
	}
	return []string{"Cochez les cases qui vous vont.", "Vous pouvez laisser une question vide.", "Rendez cette feuille à votre guichet."}
}

// Several is what stands under a question with several answers.
func (f Form) Several() string {
	if f.Language == "en" {
		return "You can tick several boxes."
	}
	return "Vous pouvez cocher plusieurs cases."
}

// Blanks are what is written by hand.
func (f Form) Blanks() []string {
	if f.Language == "en" {
		return []string{"Date", "First name or nickname, if you wish"}
	}
	return []string{"Date du jour", "Prénom ou surnom, au choix"}
}

// Foot tells the desk which form this is.
func (f Form) Foot() string { return fmt.Sprintf("%s, version %d", f.Name, f.Version) }

const (
	formLeft   = 18.0
	formRight  = pageWidth - formLeft
	formFoot   = 276.0
	formSize   = 14.0
	boxSide    = 4.6
	choiceStep = 8.2
)

// formPage is a form under way: y is the foot of the next line.
type formPage struct {
	*sheet
	Form
	y float64
}

// WriteForm writes the PDF of a questionnaire's paper; at is the instant it is
// made. A question is never cut between two pages.
func WriteForm(to io.Writer, at time.Time, form Form) error {
	s := newSheet(form.Name, at)
	if form.Language != "" {
		s.SetLang(form.Language)
	}
	s.AliasNbPages("{pages}")
	page := &formPage{sheet: s, Form: form}
	page.begin()
	page.y = page.paragraph(formLeft, page.y, formRight-formLeft, 20, bold, form.Title()) + 2
	for _, line := range form.How() {
		page.y = page.paragraph(formLeft, page.y, formRight-formLeft, formSize, plain, line)
	}
	page.y += 4
	for _, blank := range form.Blanks() {
		page.text(formLeft, page.y, formSize, plain, blank+nbsp+":")
		page.rule(formLeft+90, formRight, page.y+1, 0.3)
		page.y += 9
	}
	for _, question := range form.Questions {
		page.question(question)
	}
	return s.write(to)
}

func (p *formPage) begin() {
	p.AddPage()
	p.y = 24
	foot := p.Foot()
	if p.Sample {
		foot += ", programme d’exemple"
	}
	p.text(formLeft, 286, formSize, plain, foot)
	p.text(formRight-36, 286, formSize, plain, fmt.Sprintf("Page %d sur {pages}", p.PageNo()))
}

func (p *formPage) question(question FormQuestion) {
	width := formRight - formLeft
	height := 5 + float64(len(p.lines(width, formSize+2, bold, question.Text)))*leading(formSize+2)
	if question.Several {
		height += leading(formSize)
	}
	for _, choice := range question.Choices {
		height += choiceStep + float64(len(p.lines(width-boxSide-4, formSize, plain, choice))-1)*leading(formSize)
	}
	if p.y+height > formFoot {
		p.begin()
	}
	p.y += 5
	p.y = p.paragraph(formLeft, p.y, width, formSize+2, bold, question.Text)
	if question.Several {
		p.y = p.paragraph(formLeft, p.y, width, formSize, plain, p.Several())
	}
	p.y++
	for _, choice := range question.Choices {
		p.SetLineWidth(0.4)
		p.Rect(formLeft+1, p.y-boxSide+0.6, boxSide, boxSide, "D")
		foot := p.paragraph(formLeft+boxSide+5, p.y, width-boxSide-5, formSize, plain, choice)
		p.y = foot - leading(formSize) + choiceStep
	}
}

// Lines is every line that the person reads, for the checks of plain words.
func (f Form) Lines() []string {
	return slices.Concat([]string{f.Title(), f.Several()}, f.How(), f.Blanks())
}
