// Package desk is what a prescriber sits in front of: welcoming a person, from
// the first question to the printed page, the free seats around, the stock of
// booklets, the people known here.
//
// # The counter's flow
//
// Twelve page loads at most without script, the first and the printed page
// included: the start, six questions, the result, the seats, who the person is
// with the booklet, the answers to check, the page. Each step is a POST that
// keeps the visit and answers 303 to the next page, so that the visit can be
// left and taken up again anywhere. Nothing moves before the last button, but
// the chosen seat, kept ten minutes.
//
// A POST sent twice does its act once: visits are kept under their own
// identifier, and every act that makes something goes through db.Once.
package desk
