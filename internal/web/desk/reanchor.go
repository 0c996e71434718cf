package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// reanchorPath is the queue of all claims whose words are not where they were.
const reanchorPath = "/desk/reanchor"

// reanchorArticlePath is where the claims of one article are looked for.
func reanchorArticlePath(article narrative.Slug) string {
	return nounPath(narrative.KindArticle, string(article)) + "/reanchor"
}

// reanchorClaimPath is where it is said what becomes of one claim.
func reanchorClaimPath(code narrative.Code) string {
	return nounPath(narrative.KindClaim, string(code)) + "/reanchor"
}

// A reanchorView is the queue of all articles.
type reanchorView struct {
	layout
	List []store.Adrift
	Next string

	Invented map[narrative.Slug]bool // articles that were invented for practice
}

// listAdrift shows the claims of all articles that wait to be looked for.
func (s *Server) listAdrift(w http.ResponseWriter, r *http.Request) error {
	after := r.URL.Query().Get("after")
	if !utf8.ValidString(after) || strings.ContainsRune(after, 0) {
		after = ""
	}
	list, next, err := s.store.Adrift(r.Context(), after)
	if err != nil {
		return err
	}
	v := reanchorView{layout: s.layout(r, "Changed texts"), List: list}
	var articles []narrative.Slug
	for _, a := range list {
		articles = append(articles, a.Article)
	}
	if v.Invented, err = s.inventedArticles(r.Context(), articles...); err != nil {
		return err
	}
	if next != "" {
		v.Next = reanchorPath + "?after=" + url.QueryEscape(next)
	}
	return s.render(w, r, http.StatusOK, reanchorPage(v))
}

// A driftsView is the queue of one article.
type driftsView struct {
	layout
	Article narrative.Article
	List    []driftView
	Counts  store.Carried
	Typed   []store.TypedLocator
	Fields  fieldSet
	Wrong   narrative.Code // the claim in whose form something is wrong; "" for none
	Form    string         // the address of that claim's own form with the new place chosen, where only that form can take it; else ""
}

// A driftView is a claim whose words are not where they were.
type driftView struct {
	store.Drift
	Words   []edition.Stretch // in what the words differ; nil where nothing like them stands
	Outcome string            // in words
	Changes []string          // what has changed that nothing accepts in one step
}

// driftWords say what has become of a passage.
var driftWords = map[passage.Outcome]string{
	passage.Ambiguous: "the same words stand there, but not certainly at the same place",
	passage.Drifted:   "re-worded",
	passage.Orphaned:  "gone",
}

// showDrifts shows the claims of an article that wait to be looked for.
func (s *Server) showDrifts(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	return s.drawDrifts(w, r, http.StatusOK, slug, driftsView{})
}

func (s *Server) drawDrifts(w http.ResponseWriter, r *http.Request, status int, slug narrative.Slug, v driftsView) error {
	a, list, counts, err := s.store.Drifts(r.Context(), slug)
	if err != nil {
		return moved(err, func(to string) string { return reanchorArticlePath(narrative.Slug(to)) })
	}
	v.layout, v.Article, v.Counts = s.layout(r, "Changed text: "+a.Headline), a, counts
	for _, d := range list {
		v.List = append(v.List, viewOf(d))
	}
	if v.Typed, err = s.store.TypedLocators(r.Context(), a.Slug); err != nil {
		return err
	}
	return s.render(w, r, status, driftsPage(v))
}

func viewOf(d store.Drift) driftView {
	v := driftView{Drift: d, Outcome: driftWords[d.Anchor.Outcome]}
	if d.Now != nil {
		v.Words = edition.WordDifference(quoted(d.Claim.Words), quoted(d.Now))
	}
	for _, c := range []struct {
		is   bool
		text string
	}{{d.Anchor.Figures, "a figure"}, {d.Anchor.Negation, "a negation"}, {d.Anchor.Hedge, "a hedge or a quantifier"}} {
		if c.is {
			v.Changes = append(v.Changes, c.text)
		}
	}
	return v
}

// quoted is a passage of several segments in one line.
func quoted(words []string) string { return strings.Join(words, " … ") }

// changedWords names what has changed, for the box that an editor ticks.
func (v driftView) changedWords() string { return strings.Join(v.Changes, " and ") }

// reanchorClaim does what an editor has said of a claim: takes the new words, chooses the place, or leaves it where it was.
func (s *Server) reanchorClaim(w http.ResponseWriter, r *http.Request) error {
	code, err := codeOf(r)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(r.PostForm.Get("version"))
	capture, err2 := strconv.ParseInt(r.PostForm.Get("capture"), 10, 64)
	if err != nil || err2 != nil {
		return badField("version, or capture,")
	}
	c, err := s.store.DeskClaim(r.Context(), code)
	if err != nil {
		return moved(err, func(to string) string { return nounPath(narrative.KindClaim, to) })
	}
	_, list, _, err := s.store.Drifts(r.Context(), c.Article)
	if err != nil {
		return err
	}
	f := fieldSet{Values: r.PostForm}
	fail := func(status int, field, message string) error {
		f.Problems = append(f.Problems, narrative.Problem{Path: field, Message: message})
		return s.drawDrifts(w, r, status, c.Article, driftsView{Fields: f, Wrong: code})
	}
	i := slices.IndexFunc(list, func(d store.Drift) bool { return d.Code == code })
	if i < 0 || list[i].Latest != capture || list[i].Version != version {
		return fail(http.StatusConflict, "", "Claim "+string(code)+" or its text has changed since. Look at what is here now.")
	}
	v := viewOf(list[i])
	var ownForm string
	switch r.PostForm.Get("do") {
	case "keep":
		err = s.keep(r, v)
	case "accept":
		place := r.PostForm.Get("place")
		at := slices.IndexFunc(v.Places, func(p store.Spot) bool { return placeValue(p.Match) == place })
		match := v.Anchor.Match
		switch {
		case at >= 0:
			match = v.Places[at].Match
		case match == nil || placeValue(match) != place:
			return fail(http.StatusUnprocessableEntity, "place", "choose one of the places")
		}
		if len(v.Changes) > 0 && r.PostForm.Get("agree") != strings.Join(v.Changes, ", ") {
			return fail(http.StatusUnprocessableEntity, "agree", "tick the box that says what has changed: "+v.changedWords())
		}
		ownForm = nounPath(narrative.KindClaim, string(code)) + "?" + url.Values{fieldPlace: {placeValue(match)}, fieldCapture: {strconv.FormatInt(capture, 10)}}.Encode() + "#form"
		err = s.accept(r, v, match)
	default:
		return badField("do")
	}
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		f.Problems = append(f.Problems, unsound.Problems...)
		f.Problems = append(f.Problems, narrative.Problem{Message: "Nothing was accepted. The claim’s own form takes the new words together with what hangs on them."})
		return s.drawDrifts(w, r, http.StatusUnprocessableEntity, c.Article, driftsView{Fields: f, Wrong: code, Form: ownForm})
	}
	if _, stale := errors.AsType[*store.StaleClaim](err); stale || errors.Is(err, store.ErrNotLatest) {
		return fail(http.StatusConflict, "", "Claim "+string(code)+" or its text has changed since. Look at what is here now.")
	}
	if err != nil {
		return err
	}
	return leadOn(reanchorArticlePath(c.Article), "saved")
}

// choosePlace takes the place of the text that an address names for the passage of a claim's form, if the text is still the one
// in which it was found.
func (f *tagForm) choosePlace(query url.Values) {
	m, ok := parsePlace(query.Get(fieldPlace))
	if !ok || query.Get(fieldCapture) != strconv.FormatInt(f.tagging.Capture, 10) {
		return
	}
	if words, err := f.tagging.Text.Words(m); err != nil || words == nil {
		return
	}
	f.Problems, f.places, f.nearest = nil, nil, false
	f.take(m)
}

// accept gives a claim the words of a place in the latest text.
func (s *Server) accept(r *http.Request, v driftView, m passage.Match) error {
	c := v.Claim.Claim
	c.Words, c.Changed = nil, narrative.TextChange{}
	_, err := s.store.SaveClaim(r.Context(), store.ClaimEdit{
		Claim: c, Article: v.Article, Capture: v.Latest, Match: m, Version: v.Version, Preset: v.Preset, Actor: accountOf(r).Name,
		Why: reason(r, "the words of the text of "+dayAndTime(v.Seen)),
	})
	return err
}

// keep leaves a claim where it was. What the outlet has changed is noted, for readers.
func (s *Server) keep(r *http.Request, v driftView) error {
	k := store.Keeping{Claim: v.Code, Version: v.Version, Capture: v.Latest, Actor: accountOf(r).Name, Changed: v.Claim.Changed, Why: reason(r, "left where it was")}
	now := quoted(v.Now)
	switch {
	case v.Anchor.Outcome == passage.Drifted && now != "" && utf8.RuneCountInString(now) <= passage.MaxLength && now != quoted(v.Claim.Words):
		k.Changed = narrative.TextChange{Kind: narrative.TextReworded, Seen: dayIn(v.Seen), Now: now}
	case v.Anchor.Outcome != passage.Ambiguous && now != quoted(v.Claim.Words):
		k.Changed = narrative.TextChange{Kind: narrative.TextRemoved, Seen: dayIn(v.Seen)}
	}
	_, err := s.store.Keep(r.Context(), k)
	return err
}

func dayIn(t time.Time) narrative.Day { return narrative.Day(t.UTC().Format(time.DateOnly)) }

// reason is why an editor did something, in his words or, if he gave none, in the program's.
func reason(r *http.Request, otherwise string) string {
	if why := line(r.PostForm.Get("why")); why != "" {
		return why
	}
	return otherwise
}
