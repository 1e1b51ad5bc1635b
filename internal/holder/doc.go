// Package holder knows the person helped (bénéficiaire, porteur): a pseudonym
// by which papers and figures name them, and, only as far as they agree, a name
// or nickname, a telephone, whose telephone it is, and how to speak to them.
//
// Invariants:
//   - a pseudonym is unique in the instance, and is also the short reference
//     printed on the person's page (numéro de la page);
//   - name, telephone, recipient, manner and note are sealed with the holder's
//     own key; erasing the key erases the person and leaves the counts whole;
//   - the hashes that recognise a returning person are keyed by organisation,
//     so that nothing is learnt across organisations;
//   - consent to reminders is spoken; who heard it and when is recorded, and it
//     can be taken back.
//
// Words: proche (Recipient: someone else who takes the reminders), manière de
// parler (Manner), note (Note), accord (Consent).
package holder
