package desk

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// movePath is where claims of a fact are moved to another position, or a position is split.
func movePath(fact narrative.Slug) string {
	return nounPath(narrative.KindFact, string(fact)) + "/move"
}

// A moveView is the page on which claims are moved: first they are chosen, then the difference is shown, then it is done.
type moveView struct {
	layout
	fieldSet
	Fact    narrative.Fact
	Action  string
	Shown   string // which position is shown, as aspect/position; "*" for all
	Stances []movable
	Next    string   // the address of the page after this one, "" if there is none
	Preview bool     // the difference is shown
	To      string   // the position that the claims will take, in words
	Moves   []change // what is going to change
	Places  placeNames
	Guard   guard
	Draft   draftNote
}

// A movable is a claim's stance on the fact.
type movable struct {
	Value   string // code, version and aspect, as the form sends them
	Code    narrative.Code
	Article narrative.Slug
	Words   string
	Stance  narrative.Stance
	Says    string // aspect and position in words
}

// A change is what a claim's stance is and will be.
type change struct {
	movable
	After string
}

// showMove shows the claims of a fact to choose from.
func (s *Server) showMove(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	return s.drawMove(w, r, http.StatusOK, slug, moveView{})
}

// drawMove shows the page, with what v already holds.
func (s *Server) drawMove(w http.ResponseWriter, r *http.Request, status int, slug narrative.Slug, v moveView) error {
	v.Shown = cmp.Or(r.URL.Query().Get("position"), "*")
	aspect, position, one := strings.Cut(v.Shown, "/")
	if !one {
		aspect, position = "*", "*"
	}
	after := r.URL.Query().Get("after")
	n, claims, next, err := s.store.FactClaims(r.Context(), slug, aspect, position, after)
	if err != nil {
		return moved(err, func(to string) string { return movePath(narrative.Slug(to)) })
	}
	v.Fact = n.Doc.(narrative.Fact)
	if v.Places, err = s.store.PlaceNames(r.Context(), v.Fact.Wording()); err != nil {
		return err
	}
	v.Label = func(path string) string { return fieldLabel(moveLabels, path) }
	v.layout = s.layout(r, "Move claims: "+v.Places.plain(v.Fact.Question))
	v.Action = movePath(slug)
	if shown := shownClaims(r.URL.Query()); len(shown) > 0 {
		v.Action += "?" + shown.Encode()
	}
	for _, c := range claims {
		for _, stance := range c.Stances {
			if stance.Fact != slug || aspect != "*" && stance.Aspect != narrative.Slug(aspect) || position != "*" && stance.Position != narrative.Slug(position) {
				continue
			}
			v.Stances = append(v.Stances, v.movableOf(c, stance))
		}
	}
	if next != "" {
		v.Next = movePath(slug) + "?" + url.Values{"position": {v.Shown}, "after": {next}}.Encode()
	}
	if v.Values == nil {
		v.Values = url.Values{}
	}
	if v.Draft, err = s.draftOf(r, v.Action); err != nil {
		return err
	}
	v.Draft.into(v.Values, moveFields...)
	if v.Preview {
		v.preview()
	}
	if v.Guard, err = s.guardOf(r.Context(), v.Values, v.disputes()); err != nil {
		return err
	}
	return s.render(w, r, status, movePage(v))
}

// moveFields are the fields of the form.
var moveFields = []string{"claim", "to", "new_position.label", "new_position.aspect", "new_aspect.question", "why"}

// shownClaims is what of an address says which claims are shown.
func shownClaims(q url.Values) url.Values {
	shown := url.Values{}
	for _, name := range []string{"position", "after"} {
		if text := q.Get(name); text != "" {
			shown.Set(name, text)
		}
	}
	return shown
}

func (v *moveView) movableOf(c store.Claim, stance narrative.Stance) movable {
	return movable{
		Value: fmt.Sprintf("%s %d %s", c.Code, c.Version, stance.Aspect), Code: c.Code, Article: c.Article,
		Words: strings.Join(c.Words, " … "), Stance: stance, Says: v.sayStance(stance.Aspect, stance.Position, stance.Mode),
	}
}

// sayStance words a stance.
func (v *moveView) sayStance(aspect, position narrative.Slug, mode narrative.Mode) string {
	label := "no position"
	for _, p := range v.Fact.PositionsOf(aspect) {
		if p.Slug == position {
			label = v.Places.plain(p.Label)
		}
	}
	if a, ok := v.Fact.AspectOf(aspect); ok {
		label = v.Places.plain(a.Question) + " – " + label
	}
	return label + " (" + wordOf(modeChoices, string(mode)) + ")"
}

// preview works out what would change.
func (v *moveView) preview() {
	aspect, position, label := v.target()
	v.To = label
	for _, m := range v.Stances {
		if !slices.Contains(v.Values["claim"], m.Value) {
			continue
		}
		after := v.sayStance(aspect, position, m.Stance.Mode)
		if label != "" {
			after = label + " (" + wordOf(modeChoices, string(m.Stance.Mode)) + ")"
		}
		if !m.Stance.Mode.TakesPosition() {
			after = v.sayStance(aspect, "", m.Stance.Mode)
		}
		v.Moves = append(v.Moves, change{m, after})
	}
	if v.To == "" {
		v.To = v.sayStance(aspect, position, narrative.Asserted)
	}
}

// target returns where the claims are to go: to a position that is there, or to a new one with the words given.
func (v *moveView) target() (aspect, position narrative.Slug, label string) {
	to := v.Values.Get("to")
	if to != "new" {
		a, p, _ := strings.Cut(to, "/")
		return narrative.Slug(a), narrative.Slug(p), ""
	}
	label = strings.TrimSpace(v.value("new_position.label"))
	if q := strings.TrimSpace(v.value("new_aspect.question")); q != "" {
		label = q + " – " + label
	}
	return narrative.Slug(v.Values.Get("new_position.aspect")), "", label
}

// moveClaims shows the difference, or moves the claims.
func (s *Server) moveClaims(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	v := moveView{fieldSet: fieldSet{Values: r.PostForm}}
	m, problems := v.read(slug, accountOf(r).Name)
	v.Problems = problems
	if len(problems) > 0 {
		return s.drawMove(w, r, http.StatusUnprocessableEntity, slug, v)
	}
	if r.PostForm.Get(fieldDo) != "move" {
		v.Preview = true
		return s.drawMove(w, r, http.StatusOK, slug, v)
	}
	_, err = s.store.MoveClaims(r.Context(), m)
	if err == nil {
		return leadOn(movePath(slug), "moved")
	}
	status := http.StatusUnprocessableEntity
	if stale, ok := errors.AsType[*store.StaleClaim](err); ok {
		status = http.StatusConflict
		v.Problems = []narrative.Problem{{Path: "claim", Message: "the claim " + string(stale.Now.Code) + " has changed since you saw it; nothing was moved. Look at the difference again"}}
	} else if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		for _, p := range unsound.Problems {
			path := "claim"
			if p.Kind == narrative.KindFact {
				path = pathOnForm(p)
			}
			v.Problems = append(v.Problems, narrative.Problem{Path: path, Message: p.Key + ": " + p.Message})
		}
	} else if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrBadText) {
		v.Problems = []narrative.Problem{{Path: "claim", Message: "one of the claims is not there any more, or not on this fact; nothing was moved"}}
	} else {
		return err
	}
	return s.drawMove(w, r, status, slug, v)
}

// read reads what is to be moved where.
func (v *moveView) read(fact narrative.Slug, actor string) (store.Move, []narrative.Problem) {
	m := store.Move{Fact: fact, Actor: actor, Why: strings.TrimSpace(v.value(fieldWhy))}
	var problems []narrative.Problem
	add := func(path, message string) {
		problems = append(problems, narrative.Problem{Path: path, Message: message})
	}
	for _, value := range v.Values["claim"] {
		parts := strings.SplitN(value, " ", 3)
		if len(parts) != 3 {
			add("claim", "a claim was not sent whole; choose again")
			break
		}
		code, err1 := narrative.ParseCode(parts[0])
		version, err2 := strconv.Atoi(parts[1])
		aspect := narrative.Slug(parts[2])
		if err1 != nil || err2 != nil || aspect != "" && !aspect.Valid() {
			add("claim", "a claim was not sent whole; choose again")
			break
		}
		m.Claims = append(m.Claims, store.MovedStance{Code: code, Version: version, Aspect: aspect})
	}
	switch n := len(m.Claims); {
	case n == 0 && len(problems) == 0:
		add("claim", "missing; choose at least one claim")
	case n > store.MaxMoved:
		add("claim", fmt.Sprintf("%d claims; expected at most %d at once", n, store.MaxMoved))
	}
	if to := v.Values.Get("to"); to != "new" {
		aspect, position, ok := strings.Cut(to, "/")
		m.To = store.Answer{Aspect: narrative.Aspect{Slug: narrative.Slug(aspect)}, Position: narrative.Position{Slug: narrative.Slug(position)}}
		if !ok || !m.To.Position.Slug.Valid() || aspect != "" && !m.To.Aspect.Slug.Valid() {
			add("to", "missing; choose the position that the claims are to take")
		}
		return m, problems
	}
	var made struct {
		Position struct {
			Label  narrative.Markup `yaml:"label"`
			Aspect narrative.Slug   `yaml:"aspect"`
		} `yaml:"new_position"`
		Aspect struct {
			Question narrative.Markup `yaml:"question"`
		} `yaml:"new_aspect"`
	}
	problems = append(problems, form.Read(v.Values, &made)...)
	if made.Position.Label == "" {
		add("new_position.label", "missing; a new position needs a label")
	}
	m.To.Aspect.Slug = made.Position.Aspect
	if made.Aspect.Question != "" {
		m.To.Aspect = narrative.Aspect{Slug: slugFrom(plainText(made.Aspect.Question), "aspect"), Question: made.Aspect.Question}
	}
	m.To.Position = narrative.Position{Slug: slugFrom(plainText(made.Position.Label), "position"), Label: made.Position.Label}
	return m, problems
}

// again is where the claims are chosen again, as they were.
func (v moveView) again() string {
	if v.Draft.Key == "" {
		return v.Action
	}
	return takeHref(v.Draft.Key)
}

// isTicked reports whether a claim is chosen.
func (v moveView) isTicked(value string) bool { return slices.Contains(v.Values["claim"], value) }

// positions are all positions of the fact, in words.
func (v moveView) positions() []choice {
	var list []choice
	for _, p := range v.Fact.Positions {
		list = append(list, choice{"/" + string(p.Slug), v.Places.plain(p.Label)})
	}
	for _, a := range v.Fact.Aspects {
		for _, p := range a.Positions {
			list = append(list, choice{string(a.Slug) + "/" + string(p.Slug), v.Places.plain(a.Question) + " – " + v.Places.plain(p.Label)})
		}
	}
	return list
}

// aspects are the aspects of the fact, in words.
func (v moveView) aspects() []choice {
	list := make([]choice, len(v.Fact.Aspects))
	for i, a := range v.Fact.Aspects {
		list[i] = choice{string(a.Slug), v.Places.plain(a.Question)}
	}
	return list
}
