// Package admin is what whoever runs the instance sits in front of
// (organisations, their people, background work), and what an owner does for
// their own organisation: inviting, ending a role, making API tokens. The same
// pages serve both: an owner's stand under /mon-organisation, admin's under
// /administration/organisations/{organisation}.
package admin
