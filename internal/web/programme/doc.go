// Package programme is what the programme's team sits in front of: the
// questionnaires, their versions, and the draft of the next one, with its
// preview and its trial on past answers.
package programme
