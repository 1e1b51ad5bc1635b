// Package job holds work to do later: enqueued in the caller's transaction, so
// that it exists exactly when the act that wants it does; claimed without
// doubles by any number of runners; tried again with a growing pause; and laid
// aside as a dead letter, with its error, when it never succeeds.
//
// A job may run twice when a runner dies between its effect and its end, so
// handlers do what they do at most once themselves (a message has its own row).
package job
