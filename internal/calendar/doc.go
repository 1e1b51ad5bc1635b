// Package calendar gives the sessions of an organisation to its people's own
// calendars, at a secret address (Feed) that can be ended at any moment: all of
// its sessions, one place's, or those that one mediator gives.
//
// Nobody who is booked is named at such an address, and nobody signs in to read
// it: whoever has it reads where and when the sessions are, and how full.
//
// Words: calendrier, adresse secrète (Feed), couper (End).
package calendar
