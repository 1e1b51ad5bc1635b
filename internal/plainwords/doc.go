// Package plainwords reads a text as the rules of easy-to-read French do
// (Inclusion Europe, "L'information pour tous", 2009): what the person helped
// reads, on paper, in a message or on a page, keeps them. It is pure; tests of
// papers and messages use it over every template, and the editor of templates
// to say what to change.
//
// What a machine cannot see stays with the reader: a metaphor, an idea too many
// inside one short sentence, a title that does not say the content. The size of
// type, the count of pictures and the number of pages belong to what draws the
// page, and are checked there.
package plainwords
