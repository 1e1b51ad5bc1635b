package web

import (
	"html/template"
	"regexp"
	"text/template/parse"
)

// French sets a space that no line breaks at before : ; ? ! » and after «. The
// words of templates are set so when they are parsed; what comes from Go should
// be written so, and the browser tests look.
func French(text string) string {
	for range 2 { // "» :" shares the space between its two signs
		text = beforeColon.ReplaceAllString(text, noBreak+"$1$2")
	}
	text = beforeHigh.ReplaceAllString(text, thin+"$1$2")
	return afterQuote.ReplaceAllString(text, "«"+noBreak)
}

var (
	beforeHigh  = regexp.MustCompile(` ([;?!])([\s<"]|$)`)
	beforeColon = regexp.MustCompile(` ([:»])([\s<".,;]|$)`)
	afterQuote  = regexp.MustCompile(`« `)
)

// typeset sets the words of a page's templates and of the texts that they give
// to pieces.
func typeset(set *template.Template) {
	for _, part := range set.Templates() {
		if part.Tree != nil {
			typesetNode(part.Tree.Root)
		}
	}
}

func typesetNode(node parse.Node) {
	switch node := node.(type) {
	case *parse.ListNode:
		if node != nil {
			for _, inner := range node.Nodes {
				typesetNode(inner)
			}
		}
	case *parse.TextNode:
		node.Text = []byte(French(string(node.Text)))
	case *parse.StringNode:
		node.Text = French(node.Text)
	case *parse.ActionNode:
		typesetNode(node.Pipe)
	case *parse.TemplateNode:
		typesetNode(node.Pipe)
	case *parse.PipeNode:
		if node != nil {
			for _, command := range node.Cmds {
				for _, argument := range command.Args {
					typesetNode(argument)
				}
			}
		}
	case *parse.IfNode:
		typesetBranches(&node.BranchNode)
	case *parse.RangeNode:
		typesetBranches(&node.BranchNode)
	case *parse.WithNode:
		typesetBranches(&node.BranchNode)
	}
}

func typesetBranches(node *parse.BranchNode) {
	typesetNode(node.Pipe)
	typesetNode(node.List)
	typesetNode(node.ElseList)
}
