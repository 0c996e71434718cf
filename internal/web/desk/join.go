package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// joinPath is where a claim is joined with the one that it answers, or that answers it.
func joinPath(code narrative.Code) string {
	return nounPath(narrative.KindClaim, string(code)) + "/join"
}

// partPath is where a link between two claims is taken away.
func partPath(code narrative.Code) string {
	return nounPath(narrative.KindClaim, string(code)) + "/part"
}

// A joinView is the page on which a claim is joined with another.
type joinView struct {
	layout
	Claim   store.Claim
	Action  string
	Fields  fieldSet
	Draft   draftNote
	Tag     string // where the article is tagged
	Links   []jointView
	Groups  []candidateGroup
	Chosen  string           // code of the claim that is chosen
	Further bool             // there are more claims than are offered
	Facts   []choice         // on which the claim has a stance
	Own     store.FoundClaim // the claim itself, as it is told of others
	Places  placeNames
}

// A jointView is a link between claims that there is already.
type jointView struct {
	narrative.Counter
	Other  store.Candidate // only its code is known of a claim that is not offered
	Action string          // of the form that takes it away
}

// A candidateGroup is the claims on one position, or on none, of one fact or aspect.
type candidateGroup struct {
	Question, Label string
	Same            bool // the position that the claim takes itself
	Candidates      []store.Candidate
}

// The directions of a link.
const (
	forwards  = "forwards"  // this claim answers the other
	backwards = "backwards" // the other answers this one
)

var relationChoices = []choice{
	{string(narrative.Answers), "answers"},
	{string(narrative.Contradicts), "contradicts"},
	{string(narrative.InTension), "is in tension with"},
	{string(narrative.Corroborates), "corroborates"},
	{string(narrative.Restates), "restates"},
	{string(narrative.PartOf), "is part of"},
}

var differenceChoices = []choice{
	{string(narrative.DiffersDirect), "directly"},
	{string(narrative.DiffersDate), "in the date"},
	{string(narrative.DiffersScope), "in scope"},
	{string(narrative.DiffersDefinition), "in what a word means"},
	{string(narrative.DiffersWording), "in wording"},
	{string(narrative.DiffersSilence), "one says nothing"},
}

// showJoin shows the claims that one may be joined with.
func (s *Server) showJoin(w http.ResponseWriter, r *http.Request) error {
	code, err := codeOf(r)
	if err != nil {
		return err
	}
	return s.drawJoin(w, r, http.StatusOK, code, fieldSet{Values: url.Values{}}) // nothing is chosen for the editor
}

func (s *Server) drawJoin(w http.ResponseWriter, r *http.Request, status int, code narrative.Code, f fieldSet) error {
	c, err := s.store.DeskClaim(r.Context(), code)
	if err != nil {
		return moved(err, func(to string) string { return joinPath(narrative.Code(to)) })
	}
	list, err := s.store.Candidates(r.Context(), code)
	if err != nil {
		return err
	}
	own, err := s.store.FindClaims(r.Context(), store.ClaimQuery{Text: string(c.Code)})
	if err != nil {
		return err
	}
	var words []narrative.Markup
	for _, other := range list {
		words = append(words, other.Question, other.Label)
	}
	for _, link := range c.Counters {
		words = append(words, link.Why)
	}
	places, err := s.store.PlaceNames(r.Context(), words)
	if err != nil {
		return err
	}
	draft, err := s.draftOf(r, joinPath(code))
	if err != nil {
		return err
	}
	draft.into(f.Values, "direction", "other", byCodeField, onFactField, "relation", "difference", "why")
	if f.Values.Get("version") == "" || f.Theirs != nil {
		f.Values.Set("version", strconv.Itoa(c.Version))
	}
	v := joinView{
		layout: s.layout(r, "Join claim "+string(code)), Claim: c, Action: joinPath(code), Fields: f, Draft: draft, Tag: tagPath(c.Article),
		Groups: grouped(list, places), Chosen: f.value("other"), Further: len(list) == store.MostCandidates, Places: places,
	}
	for _, found := range own {
		if found.Code == c.Code {
			v.Own = found
		}
	}
	for _, stance := range c.Stances {
		if !slices.ContainsFunc(v.Facts, func(f choice) bool { return f.Value == string(stance.Fact) }) {
			v.Facts = append(v.Facts, choice{string(stance.Fact), v.questionOf(list, stance.Fact)})
		}
	}
	for _, link := range c.Counters {
		other := store.Candidate{Code: link.To}
		for _, o := range list {
			if o.Code == link.To {
				other = o
			}
		}
		v.Links = append(v.Links, jointView{link, other, partPath(code)})
	}
	return s.render(w, r, status, joinPage(v))
}

// grouped puts candidates, which come in order, under the positions that they take.
func grouped(list []store.Candidate, places placeNames) []candidateGroup {
	var groups []candidateGroup
	for i, c := range list {
		if before := i - 1; before < 0 || list[before].Fact != c.Fact || list[before].Aspect != c.Aspect || list[before].Label != c.Label {
			groups = append(groups, candidateGroup{Question: places.plain(c.Question), Label: places.plain(c.Label), Same: c.Same})
		}
		g := &groups[len(groups)-1]
		g.Candidates = append(g.Candidates, c)
	}
	return groups
}

// choiceOf is the value by which a candidate is chosen: what it is, as which version it was seen, and the fact.
func choiceOf(c store.Candidate) string {
	return string(c.Code) + " " + strconv.Itoa(c.Version) + " " + string(c.Fact)
}

// join joins two claims.
func (s *Server) join(w http.ResponseWriter, r *http.Request) error {
	code, err := codeOf(r)
	if err != nil {
		return err
	}
	f := fieldSet{Values: r.PostForm}
	j := store.Joint{Actor: accountOf(r).Name}
	j.Counter = narrative.Counter{
		Relation: narrative.Relation(f.value("relation")), Difference: narrative.Difference(f.value("difference")), Why: narrative.Markup(strings.TrimSpace(r.PostForm.Get("why"))),
	}
	if !j.Counter.Relation.Opposes() {
		j.Counter.Difference = ""
	}
	other, version, fact, ok := chosen(f.value("other"))
	mine, err := strconv.Atoi(f.value("version"))
	if typed := strings.TrimSpace(f.value(byCodeField)); typed != "" && err == nil {
		var problem narrative.Problem
		if other, version, fact, problem, err = s.joinedByCode(r.Context(), code, typed, narrative.Slug(f.value(onFactField))); err != nil {
			return err
		}
		if problem.Message != "" {
			f.Problems = append(f.Problems, problem)
			return s.drawJoin(w, r, http.StatusUnprocessableEntity, code, f)
		}
		ok = true
	}
	if !ok || err != nil {
		f.Problems = append(f.Problems, narrative.Problem{Path: "other", Message: "nothing is chosen; choose the claim to join this one with"})
		return s.drawJoin(w, r, http.StatusUnprocessableEntity, code, f)
	}
	j.Counter.Fact = fact
	if j.Counter.Relation == "" {
		f.Problems = append(f.Problems, narrative.Problem{Path: "relation", Message: "missing; what does the replying claim do?"})
	}
	switch f.value("direction") {
	case forwards:
		j.From, j.Version, j.Counter.To = code, mine, other
	case backwards:
		j.From, j.Version, j.Counter.To = other, version, code
	default:
		f.Problems = append(f.Problems, narrative.Problem{Path: "direction", Message: "missing; which of the two answers the other?"})
	}
	if len(f.Problems) > 0 {
		return s.drawJoin(w, r, http.StatusUnprocessableEntity, code, f)
	}
	_, err = s.store.Join(r.Context(), j)
	return s.joined(w, r, code, f, err)
}

// The fields by which the other claim is named, where it is not chosen from the list.
const (
	byCodeField = "by_code"
	onFactField = "on_fact" // "" for the first that both are on
)

// joinedByCode finds the claim that was named by its code, and the fact that both claims are on. A problem with a message
// says that there is none.
func (s *Server) joinedByCode(ctx context.Context, mine narrative.Code, typed string, asked narrative.Slug) (other narrative.Code, version int, fact narrative.Slug, p narrative.Problem, err error) {
	wrong := func(message string) (narrative.Code, int, narrative.Slug, narrative.Problem, error) {
		return "", 0, "", narrative.Problem{Path: byCodeField, Message: message}, nil
	}
	if other, err = typedCode(typed); err != nil {
		return wrong(strconv.Quote(typed) + noCode)
	}
	if other == mine {
		return wrong("is this claim itself; expected another one")
	}
	from, err := s.store.DeskClaim(ctx, mine)
	if err != nil {
		return "", 0, "", p, moved(err, func(to string) string { return joinPath(narrative.Code(to)) })
	}
	to, err := s.store.DeskClaim(ctx, other)
	if m, ok := errors.AsType[*store.Moved](err); ok {
		return wrong("has become part of " + m.To + "; expected that code")
	}
	if errors.Is(err, store.ErrNotFound) {
		return wrong("is the code of no claim that is at the desk")
	}
	if err != nil {
		return "", 0, "", p, err
	}
	for _, stance := range from.Stances {
		shared := slices.ContainsFunc(to.Stances, func(x narrative.Stance) bool { return x.Fact == stance.Fact })
		if shared && (asked == "" || asked == stance.Fact) {
			return other, to.Version, stance.Fact, p, nil
		}
	}
	return wrong("has no stance on the fact; both claims need one before they can be joined on it")
}

// firstFact is the first fact that the claim is on, "" for none.
func (v joinView) firstFact() narrative.Slug {
	if len(v.Facts) == 0 {
		return ""
	}
	return narrative.Slug(v.Facts[0].Value)
}

// questionOf is the question of a fact, as far as a candidate tells it.
func (v joinView) questionOf(list []store.Candidate, fact narrative.Slug) string {
	for _, c := range list {
		if c.Fact == fact {
			return v.Places.plain(c.Question)
		}
	}
	return string(fact)
}

// joined answers after a link was saved, or was not.
func (s *Server) joined(w http.ResponseWriter, r *http.Request, code narrative.Code, f fieldSet, err error) error {
	unsound, isUnsound := errors.AsType[*store.Unsound](err)
	_, isStale := errors.AsType[*store.StaleClaim](err)
	switch {
	case isUnsound:
		for _, p := range unsound.Problems {
			p.Path = linkField(p.Path)
			f.Problems = append(f.Problems, p)
		}
		return s.drawJoin(w, r, http.StatusUnprocessableEntity, code, f)
	case isStale:
		f.Problems = append(f.Problems, narrative.Problem{Message: "the claim that holds the link has been changed by somebody else since; look at it, and join again"})
		f.Values.Del("version")
		f.Values.Del("other")
		return s.drawJoin(w, r, http.StatusConflict, code, f)
	case errors.Is(err, store.ErrNoCounter):
		f.Problems = append(f.Problems, narrative.Problem{Message: "this link is not there any more"})
		return s.drawJoin(w, r, http.StatusConflict, code, f)
	case err != nil:
		return err
	}
	return leadOn(joinPath(code), "saved")
}

// part takes a link away.
func (s *Server) part(w http.ResponseWriter, r *http.Request) error {
	code, err := codeOf(r)
	if err != nil {
		return err
	}
	f := fieldSet{Values: r.PostForm}
	version, err := strconv.Atoi(f.value("version"))
	to, badCode := narrative.ParseCode(f.value("to"))
	if err != nil || badCode != nil {
		return badField("version, or to,")
	}
	_, err = s.store.Part(r.Context(), store.Joint{
		From: code, Version: version, Actor: accountOf(r).Name,
		Counter: narrative.Counter{To: to, Fact: narrative.Slug(f.value("fact")), Relation: narrative.Relation(f.value("relation"))},
	})
	return s.joined(w, r, code, f, err)
}

// linkField is the field of the form that a problem of a counter-claim is about.
func linkField(path string) string {
	_, key, _ := strings.Cut(path, "].")
	switch key {
	case "relation", "difference", "why":
		return key
	case "to", "fact":
		return "other"
	}
	return ""
}

// chosen reads the value of a choice, see [choiceOf].
func chosen(value string) (code narrative.Code, version int, fact narrative.Slug, ok bool) {
	parts := strings.Fields(value)
	if len(parts) != 3 {
		return "", 0, "", false
	}
	code, err := narrative.ParseCode(parts[0])
	version, bad := strconv.Atoi(parts[1])
	fact = narrative.Slug(parts[2])
	return code, version, fact, cmp.Or(err, bad) == nil && fact.Valid()
}
