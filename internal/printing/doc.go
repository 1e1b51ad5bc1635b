// Package printing makes what is handed over on paper: a booklet (carnet), the
// appointment page (page de rendez-vous), a site's statement (relevé), a labelled
// place's poster (affiche), a questionnaire to fill in by hand (formulaire). Each
// is a plain struct that an edge fills in; the PDF and its accessible HTML twin
// are drawn from the same struct and say the same words.
//
// Papers are A4, black and white, legible from a 203-dpi printer. Their type is
// Andika New Basic, drawn by SIL International for people who are learning to
// read, under the SIL Open Font License 1.1 (font/LICENSE.txt); a PDF embeds
// only the letters that it uses.
//
// What the person helped reads keeps the rules of easy-to-read French: short
// sentences, one idea a line, digits, no negative. A test reads every line.
package printing
