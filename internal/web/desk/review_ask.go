package desk

import (
	"errors"
	"net/http"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// askField is the note with which somebody asks for a second pair of eyes, apart from the other notes on the page of a review.
const askField = "ask_note"

// askPath is where a second pair of eyes is asked for.
func askPath(fact narrative.Slug) string { return reviewPath(fact) + "/ask" }

// askForReview asks everybody who may sign off to look at a fact, or takes that back.
func (s *Server) askForReview(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	if r.PostForm.Get("do") == "stop" {
		if err := s.store.StopAsking(r.Context(), slug); err != nil {
			return err
		}
		return leadOn(reviewPath(slug)+"#second", "unasked")
	}
	f := fieldSet{Values: r.PostForm}
	request := store.ReviewRequest{Fact: slug, By: accountOf(r).Name}
	if request.Note, f.Problems = lineOf(r.PostForm, askField, false); len(f.Problems) > 0 {
		return s.drawReview(w, r, http.StatusUnprocessableEntity, reviewDraft{fields: f})
	}
	err = s.store.AskForReview(r.Context(), request)
	if errors.Is(err, store.ErrNothingDue) {
		f.Problems = []narrative.Problem{{Message: "Nothing of it waits for a second pair of eyes any more, so that nobody was asked."}}
		return s.drawReview(w, r, http.StatusUnprocessableEntity, reviewDraft{fields: f})
	}
	if err != nil {
		return err
	}
	return leadOn(reviewPath(slug)+"#asked", "asked")
}
