// Package notify sends messages: e-mails for now.
//
// An edge calls Enqueue in the transaction of the act that the message tells
// of, so a message exists exactly when its act does. A job then hands it to the
// sender: SMTP, or a folder of files where there is no server. The table of
// messages says what was sent, when, and why not; never to whom in the open.
//
// The texts are French, plain, without pictures, links other than the one
// needed, or HTML: they are read on small telephones and by screen readers.
package notify
