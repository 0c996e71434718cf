package desk

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// A readingView is the button by which somebody enters that the whole of an article was read for a fact.
type readingView struct {
	Article  narrative.Slug
	Fact     narrative.Slug
	Question string // in plain words
	Next     string // address of the page on which it stands
}

// readingsPath is where readings of an article are entered.
func readingsPath(article narrative.Slug) string {
	return nounPath(narrative.KindArticle, string(article)) + "/readings"
}

// readAs is the role by which the corpus says who has read an article: never a person's name.
func readAs(role store.Role) string {
	if role == store.RoleAdmin {
		role = store.RoleEditor
	}
	return string(role)
}

// mostReadTries is how often a reading is tried to be entered while others save the article.
const mostReadTries = 5

// enterReading enters that the account has read the whole of an article for a fact today. One that is there already stays.
func (s *Server) enterReading(_ http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	fact := narrative.Slug(r.PostForm.Get("fact"))
	if !fact.Valid() {
		return badField("fact")
	}
	to := safeNext(r.PostForm.Get("next"))
	for try := 1; ; try++ {
		n, err := s.store.Noun(r.Context(), store.NounKey{Kind: narrative.KindArticle, Key: string(slug)})
		if err != nil {
			return err
		}
		a := n.Doc.(narrative.Article)
		if slices.ContainsFunc(a.ReadFor, func(x narrative.Reading) bool { return x.Fact == fact }) {
			return leadOn(to, "read")
		}
		a.ReadFor = append(slices.Clone(a.ReadFor), narrative.Reading{Fact: fact, By: readAs(accountOf(r).Role), On: narrative.Day(s.now().UTC().Format(time.DateOnly))})
		_, err = s.store.Save(r.Context(), store.Edit{Doc: a, Was: string(slug), Version: n.Version, Actor: accountOf(r).Name})
		unsound, isUnsound := errors.AsType[*store.Unsound](err)
		_, isStale := errors.AsType[*store.Stale](err)
		switch {
		case isStale && try < mostReadTries:
		case isUnsound:
			p := unsound.Problems[0]
			return &statusError{status: http.StatusUnprocessableEntity, message: "The reading was not entered. " + labelOf(narrative.KindArticle, p.Path) + ": " + p.Message + "."}
		case err != nil:
			return err
		default:
			return leadOn(to, "read")
		}
	}
}
