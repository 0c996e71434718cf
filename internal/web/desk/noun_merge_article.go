package desk

import (
	"net/http"
	"net/url"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// The fields of the form in which an article becomes part of another, besides those of every merger.
const (
	seenField   = ".seen"
	twinPrefix  = "twin:"
	claimPrefix = "claim:" // no field: where a claim stands in the list
)

// An articleMergeView shows what becomes of an article that becomes part of another.
type articleMergeView struct {
	fieldSet
	store.ArticleMerge
	Fields []form.Difference // in which the two differ, without the readings: what goes, and what stays
	InWay  []store.CarriedClaim
	Asked  map[narrative.Code]narrative.Code // twins that were chosen to become one
}

// articleMerge says what would become of an article.
func (s *Server) articleMerge(r *http.Request, v mergeView) (a articleMergeView, err error) {
	a.fieldSet = v.fieldSet
	a.ArticleMerge, err = s.store.PreviewArticleMerge(r.Context(), narrative.Slug(v.From), narrative.Slug(v.Into))
	if err != nil {
		return a, moved(err, func(to string) string { return nounPath(narrative.KindArticle, to) + "/merge" })
	}
	a.InWay = a.InTheWay()
	a.Asked = articleMergingOf(v.Values).Twins
	for _, d := range form.Differences(form.Write(a.From.Doc), form.Write(a.Into.Doc)) {
		if d.Path != "slug" && !strings.HasPrefix(d.Path, "read_for") && !strings.HasPrefix(d.Path, "reprint_of") {
			a.Fields = append(a.Fields, d)
		}
	}
	return a, nil
}

// articleMergingOf reads what an editor has seen and chosen.
func articleMergingOf(values url.Values) store.ArticleMerging {
	m := store.ArticleMerging{Seen: values.Get(seenField), Twins: map[narrative.Code]narrative.Code{}}
	for name := range values {
		if code, ok := strings.CutPrefix(name, twinPrefix); ok && values.Get(name) != "" {
			m.Twins[narrative.Code(code)] = narrative.Code(values.Get(name))
		}
	}
	return m
}

// articleProblem puts what keeps an article from becoming part of another where the page tells of it.
func (v mergeView) articleProblem(p narrative.Problem) narrative.Problem {
	switch {
	case p.Kind == narrative.KindClaim:
		p.Path = claimPrefix + p.Key
	case p.Path == intoField:
		p.Path, p.Message = "", v.Values.Get(intoField)+" "+p.Message
	}
	return p
}

// mayMerge reports whether nothing stands in the way of the merger that the page shows.
func (v mergeView) mayMerge() bool {
	return v.Form.kind != narrative.KindArticle || len(v.Article.Refused)+len(v.Article.InWay) == 0
}

// readings are the readings of the article that goes.
func (a articleMergeView) readings() []narrative.Reading {
	return a.From.Doc.(narrative.Article).ReadFor
}

// language is that of the passages.
func (a articleMergeView) language() string { return a.From.Doc.(narrative.Article).Language }

// stays is the slug of the article that stays.
func (a articleMergeView) stays() narrative.Slug { return narrative.Slug(a.Into.Key) }

// becomes says what becomes of a claim.
func (a articleMergeView) becomes(c store.CarriedClaim) string {
	switch {
	case c.Anchor.Outcome == passage.Anchored && len(c.Problems) > 0:
		return "its words stand there, but it would break a rule"
	case c.Anchor.Outcome == passage.Anchored && placeValue(c.Match) == placeValue(c.Anchor.Match):
		return "found, at the same place"
	case c.Anchor.Outcome == passage.Anchored:
		return "found, at another place"
	case a.Capture == 0:
		return "there is no text to look in"
	case c.Anchor.Outcome == passage.Orphaned:
		return "not found"
	}
	return driftWords[c.Anchor.Outcome]
}
