// Package notify sends messages: e-mails to those who work with the programme,
// and text messages, e-mails and letters to the people helped.
//
// An edge calls Enqueue (an e-mail to an agent) or Tell (a person helped) in the
// transaction of the act that the message tells of, so a message exists exactly
// when its act does. A job then hands it to the sender: SMTP, an HTTP gateway of
// text messages, or a folder of files where there is none. Letters wait until a
// counter prints them together. The tables say what was sent, when, and why not;
// never to whom in the open.
//
// Invariants of what the people helped are told:
//   - nothing leaves without their consent, nor while it is quiet where they
//     live, nor once it is too late or no longer true;
//   - who cannot be told is kept as such, so that someone calls them;
//   - what is told once (a reminder) is told once, however often its job runs;
//   - the text messages of a month cost no more than the month's ceiling;
//   - words are in simple French, checked with sample facts before they serve.
//
// The texts are French, plain, without pictures, links other than the one
// needed, or HTML: they are read on small telephones and by screen readers.
//
// Words: message (Word), modèle (Template), courrier (Letter), envoi (batch),
// plafond (Ceiling), injoignable (unreachable).
package notify
