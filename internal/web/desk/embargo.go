package desk

import (
	"net/http"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// untilField is the moment at which an embargo ends.
const untilField = "until"

// embargoPath is where it is entered until when an article is under embargo.
func embargoPath(article narrative.Slug) string {
	return nounPath(narrative.KindArticle, string(article)) + "/embargo"
}

// An embargoView warns of an article under embargo.
type embargoView struct {
	Headline, Language string
	Href               string // of the page on which it is entered
	Until              string
}

// embargoesOf warns of those of the articles that are under embargo now.
func (s *Server) embargoesOf(r *http.Request, articles ...narrative.Slug) ([]embargoView, error) {
	list, err := s.store.Embargoes(r.Context(), articles)
	return warnings(list), err
}

func warnings(list []store.Embargo) []embargoView {
	var views []embargoView
	for _, e := range list {
		views = append(views, embargoView{e.Headline, e.Language, capturesPath(e.Article) + "#embargo", dayAndTime(e.Until)})
	}
	return views
}

// embargoFields are what the form for the embargo holds: what was sent with it, else what is entered.
func (v capturesView) embargoFields() fieldSet {
	if v.sent.form == ofEmbargo {
		return v.Fields
	}
	return fieldSet{Values: map[string][]string{untilField: {v.until}}}
}

// articlesIn are the articles that an edition shows.
func articlesIn(c edition.Content) []narrative.Slug {
	var list []narrative.Slug
	for _, a := range c.Articles {
		list = append(list, narrative.Slug(a.Slug))
	}
	return list
}

// momentForms are the forms in which a moment is typed, all with the zone.
var momentForms = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00"}

// setEmbargo enters until when an article is under embargo, or that it is not.
func (s *Server) setEmbargo(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	f := fieldSet{Values: r.PostForm}
	var until time.Time
	switch typed := line(f.value(untilField)); {
	case !r.PostForm.Has(untilField):
		f.Problems = append(f.Problems, narrative.Problem{Path: untilField, Message: "was not sent; expected a field, which may be empty"})
	case typed != "":
		for _, form := range momentForms {
			if until, err = time.Parse(form, typed); err == nil {
				break
			}
		}
		if err != nil || until.Year() < 1900 {
			f.Problems = append(f.Problems, narrative.Problem{Path: untilField, Message: "is no moment with its zone; expected one such as 2023-01-24T15:04+04:00, or nothing"})
		}
	}
	if len(f.Problems) > 0 {
		return s.drawCaptures(w, r, http.StatusUnprocessableEntity, capturesDraft{fields: f, form: ofEmbargo})
	}
	if err := s.store.SetEmbargo(r.Context(), slug, until, accountOf(r).Name, line(f.value(whyField))); err != nil {
		return moved(err, func(to string) string { return capturesPath(narrative.Slug(to)) })
	}
	done := "embargoed"
	if until.IsZero() {
		done = "free"
	}
	return leadOn(capturesPath(slug), done)
}

// heldWords say what the sender of something wants.
var heldWords = map[string]string{
	"withheld": "Its sender has marked it as withheld: it is not to be published until the sender says so.",
	"canceled": "Its sender has cancelled it: it is not to be published.",
}

// embargoOf warns of what came in, as long as its embargo lasts.
func (s *Server) embargoOf(a store.Arrival) string {
	if a.Embargo.After(s.now()) {
		return "Under embargo until " + dayAndTime(a.Embargo) + ": no fact with a claim of it can be published before that. Its embargo goes along with the article."
	}
	return ""
}
