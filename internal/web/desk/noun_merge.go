package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// The fields of the form of a merger, besides .version of the noun that goes.
const (
	intoField        = "into"
	intoVersionField = ".into_version"
	aspectPrefix     = "aspect:"
	positionPrefix   = "position:"
	periodPrefix     = "period:"
)

// A mergeView is the page on which one noun becomes part of another.
type mergeView struct {
	layout
	fieldSet
	Form    nounForm
	From    string // slug or code
	Name    string // of the noun that goes
	Version int
	Into    string // "" until one is chosen
	Stays   string // its name
	IntoAt  int    // its version
	Uses    []store.Use
	Names   map[store.NounKey]string // of what names it
	Offered []store.Found
	Gone    narrative.Fact // of a fact that goes, and of the one that stays
	Kept    narrative.Fact
	Places  placeNames       // of both facts
	Article articleMergeView // of an article that goes, once the one that stays is chosen
}

// path is where the form is sent.
func (v mergeView) path() string { return nounPath(v.Form.kind, v.From) + "/merge" }

// showMerge shows what a merger would change, once the noun that stays is chosen.
func (s *Server) showMerge(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		slug, err := slugOf(r)
		if err != nil {
			return err
		}
		v := mergeView{Form: n, From: string(slug), fieldSet: fieldSet{Values: url.Values{}}}
		v.Values.Set(intoField, r.URL.Query().Get(intoField))
		v.Values.Set(whyField, askedWhy(r))
		return s.drawMerge(w, r, http.StatusOK, v)
	}
}

// askedWhy is the reason that the address of a page brings along, "" for one that cannot be kept.
func askedWhy(r *http.Request) string {
	why := r.URL.Query().Get(whyField)
	if !isStorable(why) || utf8.RuneCountInString(why) > longestWhy {
		return ""
	}
	return why
}

// usesOf returns what names a noun, and what that is called.
func (s *Server) usesOf(r *http.Request, key store.NounKey) ([]store.Use, map[store.NounKey]string, error) {
	uses, err := s.store.Uses(r.Context(), key)
	if err != nil {
		return nil, nil, err
	}
	var keys []store.NounKey
	for _, u := range uses {
		for _, k := range u.Keys {
			keys = append(keys, store.NounKey{Kind: u.Kind, Key: k})
		}
	}
	names, err := s.store.NounNames(r.Context(), keys)
	return uses, names, err
}

// drawMerge draws the form of a merger.
func (s *Server) drawMerge(w http.ResponseWriter, r *http.Request, status int, v mergeView) error {
	from, err := s.store.Noun(r.Context(), store.NounKey{Kind: v.Form.kind, Key: v.From})
	if err != nil {
		return moved(err, func(to string) string { return nounPath(v.Form.kind, to) })
	}
	v.Version, v.Name = from.Version, fieldSet{Values: newFieldSet(from.Doc).Values}.value(v.Form.title)
	var words []narrative.Markup
	if v.Uses, v.Names, err = s.usesOf(r, from.NounKey); err != nil {
		return err
	}
	if status, err = s.chooseInto(r, &v, status); err != nil {
		return err
	}
	if gone, ok := from.Doc.(narrative.Fact); ok {
		v.Gone = gone
		words = append(gone.Wording(), v.Kept.Wording()...)
	}
	if v.Places, err = s.store.PlaceNames(r.Context(), words); err != nil {
		return err
	}
	if v.Form.kind == narrative.KindFact {
		v.Name, v.Stays = v.Places.plain(v.Gone.Question), v.Places.plain(v.Kept.Question)
	}
	if v.Form.kind == narrative.KindArticle && v.Into != "" {
		if v.Article, err = s.articleMerge(r, v); err != nil {
			return err
		}
	}
	if v.Into == "" {
		around, err := s.store.Around(r.Context(), v.Form.blank, "", []narrative.Kind{v.Form.kind})
		if err != nil {
			return err
		}
		v.Offered = slices.DeleteFunc(around.Offered, func(f store.Found) bool { return f.Slug == v.From })
		if err := s.store.KinFirst(r.Context(), from.NounKey, v.Offered); err != nil {
			return err
		}
	}
	v.Label = v.mergeLabel
	v.layout = s.layout(r, "Merge "+v.Name)
	return s.render(w, r, status, mergePage(v))
}

// mergeLabel is how a person calls a field of the form of a merger.
func (v mergeView) mergeLabel(path string) string {
	switch {
	case path == intoField:
		return "The one that stays"
	case path == whyField:
		return "Why"
	case strings.HasPrefix(path, aspectPrefix):
		return "Aspect"
	case strings.HasPrefix(path, positionPrefix):
		return "Position"
	case strings.HasPrefix(path, periodPrefix):
		return "Period"
	case strings.HasPrefix(path, claimPrefix):
		return "Claim " + strings.TrimPrefix(path, claimPrefix)
	}
	return path
}

// chooseInto finds the noun that stays by what was typed for it.
func (s *Server) chooseInto(r *http.Request, v *mergeView, status int) (int, error) {
	text := strings.TrimSpace(v.Values.Get(intoField))
	if text == "" {
		return status, nil
	}
	refuse := func(message string) (int, error) {
		v.Problems = append(v.Problems, narrative.Problem{Path: intoField, Message: message})
		return max(status, http.StatusUnprocessableEntity), nil
	}
	if problems := badText(intoField, text); len(problems) > 0 || utf8.RuneCountInString(text) > narrative.MaxLine {
		return refuse("cannot be read; expected a short name or a name")
	}
	named := store.Named{Kind: v.Form.kind, Text: text}
	meant, err := s.store.Resolve(r.Context(), []store.Named{named})
	if err != nil {
		return status, err
	}
	m := meant[named]
	if len(m.Slugs) != 1 {
		return refuse(notNamed(named, m))
	}
	if string(m.Slugs[0]) == v.From {
		return refuse("is the one that goes; expected another one that stays")
	}
	into, err := s.store.Noun(r.Context(), store.NounKey{Kind: v.Form.kind, Key: string(m.Slugs[0])})
	if errors.Is(err, store.ErrNotFound) { // an outlet among the sources
		return refuse("is no " + v.Form.one)
	}
	if err != nil {
		return status, err
	}
	v.Into, v.IntoAt, v.Stays = into.Key, into.Version, fieldSet{Values: newFieldSet(into.Doc).Values}.value(v.Form.title)
	v.Values.Set(intoField, into.Key)
	if kept, ok := into.Doc.(narrative.Fact); ok {
		v.Kept = kept
	}
	return status, nil
}

// seenVersion reads from a field the version that an editor saw. A form without one is older than anything.
func seenVersion(r *http.Request, name string) int {
	version, _ := strconv.Atoi(r.PostForm.Get(name))
	return version
}

// merge makes one noun of two.
func (s *Server) merge(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		slug, err := slugOf(r)
		if err != nil {
			return err
		}
		v := mergeView{Form: n, From: string(slug), fieldSet: fieldSet{Values: r.PostForm}}
		into := narrative.Slug(strings.TrimSpace(v.Values.Get(intoField)))
		if !into.Valid() {
			v.Problems = []narrative.Problem{{Path: intoField, Message: "missing; expected the short name of the one that stays"}}
			v.Values.Set(intoField, "")
			return s.drawMerge(w, r, http.StatusUnprocessableEntity, v)
		}
		err = s.store.Merge(r.Context(), store.Merger{
			Kind: n.kind, From: string(slug), Into: string(into), FromVersion: seenVersion(r, versionField), IntoVersion: seenVersion(r, intoVersionField),
			Places: placesOf(v.Values), Article: articleMergingOf(v.Values), Actor: accountOf(r).Name, Why: r.PostForm.Get(whyField),
		})
		if err != nil {
			return s.notMerged(w, r, v, err)
		}
		return leadOn(nounPath(n.kind, string(into))+"/touched", "merged")
	}
}

// notMerged draws the form of a merger again that was refused.
func (s *Server) notMerged(w http.ResponseWriter, r *http.Request, v mergeView, err error) error {
	if e, ok := errors.AsType[*store.Unsound](err); ok {
		v.Problems = slices.Clone(e.Problems)
		for i, p := range v.Problems {
			if v.Form.kind == narrative.KindArticle {
				v.Problems[i] = v.articleProblem(p)
			} else if p.Path != intoField && !v.Values.Has(p.Path) {
				v.Problems[i].Path, v.Problems[i].Message = "", cmp.Or(p.Path, "The merger")+" "+p.Message
			}
		}
		return s.drawMerge(w, r, http.StatusUnprocessableEntity, v)
	}
	if errors.Is(err, store.ErrReason) {
		v.Problems = []narrative.Problem{{Path: whyField, Message: "missing; readers of the published fact are told why it goes on elsewhere"}}
		return s.drawMerge(w, r, http.StatusUnprocessableEntity, v)
	}
	if _, ok := errors.AsType[*store.Stale](err); ok {
		v.Problems = []narrative.Problem{{Message: "Somebody else has changed one of the two since you looked at them. Look again at what would change, and then merge."}}
		return s.drawMerge(w, r, http.StatusConflict, v)
	}
	return moved(err, func(to string) string { return nounPath(v.Form.kind, to) })
}

// placesOf reads where the aspects, positions and periods of a fact go. What goes nowhere is added to the fact that stays.
func placesOf(values url.Values) store.FactPlaces {
	p := store.FactPlaces{
		Aspects: map[narrative.Slug]narrative.Slug{}, Positions: map[store.PositionPlace]narrative.Slug{}, Periods: map[narrative.Slug]narrative.Slug{},
	}
	for name := range values {
		to := values.Get(name)
		if aspect, ok := strings.CutPrefix(name, aspectPrefix); ok && to != "" {
			p.Aspects[narrative.Slug(aspect)] = narrative.Slug(strings.TrimPrefix(to, "/"))
		} else if period, ok := strings.CutPrefix(name, periodPrefix); ok && to != "" {
			p.Periods[narrative.Slug(period)] = narrative.Slug(to)
		}
	}
	for name := range values {
		place, ok := strings.CutPrefix(name, positionPrefix)
		aspect, position, _ := strings.Cut(place, "/")
		goes, mapped := p.Aspects[narrative.Slug(aspect)]
		to := values.Get(name)
		if !ok || to == "" || !mapped && aspect != "" {
			continue // a new position, or one of an aspect that is added with its positions
		}
		if of, chosen, _ := strings.Cut(to, "/"); of == string(goes) {
			to = chosen
		} // else it stays what no position is called, and is refused
		p.Positions[store.PositionPlace{Aspect: narrative.Slug(aspect), Position: narrative.Slug(position)}] = narrative.Slug(to)
	}
	return p
}

// aspectChoices are the aspects of the fact that stays: "/" and the slug, "/" alone for the fact itself.
func (v mergeView) aspectChoices() []choice {
	list := []choice{{"/", "the fact as a whole"}}
	for _, a := range v.Kept.Aspects {
		list = append(list, choice{"/" + string(a.Slug), v.Places.plain(a.Question)})
	}
	return list
}

// positionChoices are the positions of the fact that stays, each after its aspect's slug.
func (v mergeView) positionChoices() []choice {
	var list []choice
	for _, a := range append([]narrative.Aspect{{Positions: v.Kept.Positions}}, v.Kept.Aspects...) {
		for _, p := range a.Positions {
			text := v.Places.plain(p.Label)
			if a.Slug != "" {
				text = v.Places.plain(a.Question) + " " + text
			}
			list = append(list, choice{string(a.Slug) + "/" + string(p.Slug), text})
		}
	}
	return list
}

// periodChoices are the periods of the fact that stays.
func (v mergeView) periodChoices() []choice {
	var list []choice
	for _, p := range v.Kept.Periods {
		list = append(list, choice{string(p.Slug), v.Places.plain(p.Label)})
	}
	return list
}

// goneAspects are the fact that goes itself, if it has positions, and its aspects.
func (v mergeView) goneAspects() []narrative.Aspect {
	list := []narrative.Aspect{{Question: v.Gone.Question, Positions: v.Gone.Positions}}
	return append(list, v.Gone.Aspects...)
}

// preset is what a select of the form holds: what was sent or, at first, what has the same slug in the fact that stays.
func (v mergeView) preset(name, same string, choices []choice) fieldSet {
	if v.Values.Has(name) || !slices.ContainsFunc(choices, func(c choice) bool { return c.Value == same }) {
		return v.fieldSet
	}
	return v.with(name, same)
}

// showMergeClaims asks which claim another one becomes part of.
func (s *Server) showMergeClaims(w http.ResponseWriter, r *http.Request) error {
	return s.drawMergeClaims(w, r, http.StatusOK, r.URL.Query().Get(intoField), nil)
}

// A mergeClaimsView is the page on which one claim becomes part of another.
type mergeClaimsView struct {
	layout
	fieldSet
	From store.Claim
	Into store.Claim // without a code until one is chosen
	Uses []store.Use

	Names map[store.NounKey]string // of what names it
}

func (s *Server) drawMergeClaims(w http.ResponseWriter, r *http.Request, status int, into string, problems []narrative.Problem) error {
	code, err := codeOf(r)
	if err != nil {
		return err
	}
	v := mergeClaimsView{fieldSet: fieldSet{Values: url.Values{intoField: {into}, whyField: {cmp.Or(r.PostForm.Get(whyField), askedWhy(r))}}, Problems: problems}}
	if v.From, err = s.store.DeskClaim(r.Context(), code); err != nil {
		return moved(err, func(to string) string { return nounPath(narrative.KindClaim, to) })
	}
	if v.Uses, v.Names, err = s.usesOf(r, store.NounKey{Kind: narrative.KindClaim, Key: string(code)}); err != nil {
		return err
	}
	if into != "" {
		stays, err := typedCode(into)
		if err == nil {
			v.Into, err = s.store.DeskClaim(r.Context(), stays)
		}
		if err == nil && (v.Into.Article != v.From.Article || v.Into.Code == v.From.Code) {
			err = store.ErrNotFound
		}
		if err != nil {
			if _, isMoved := errors.AsType[*store.Moved](err); err != nil && !isMoved && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, narrative.ErrCode) {
				return err
			}
			v.Into = store.Claim{}
			v.Problems = append(v.Problems, narrative.Problem{Path: intoField, Message: "is the code of no other claim of this article"})
			status = max(status, http.StatusUnprocessableEntity)
		}
	}
	v.Label = mergeView{}.mergeLabel
	v.layout = s.layout(r, "Merge "+string(code))
	return s.render(w, r, status, mergeClaimsPage(v))
}

// mergeClaims makes one claim of two.
func (s *Server) mergeClaims(w http.ResponseWriter, r *http.Request) error {
	code, err := codeOf(r)
	if err != nil {
		return err
	}
	into, err := narrative.ParseCode(r.PostForm.Get(intoField))
	if err != nil {
		return s.drawMergeClaims(w, r, http.StatusUnprocessableEntity, r.PostForm.Get(intoField), nil)
	}
	err = s.store.MergeClaims(r.Context(), store.Merger{
		From: string(code), Into: string(into), FromVersion: seenVersion(r, versionField), IntoVersion: seenVersion(r, intoVersionField), Actor: accountOf(r).Name, Why: r.PostForm.Get(whyField),
	})
	if e, ok := errors.AsType[*store.Unsound](err); ok {
		problems := slices.Clone(e.Problems)
		for i, p := range problems {
			if p.Path != intoField {
				problems[i].Path, problems[i].Message = "", cmp.Or(p.Path, "The merger")+" "+p.Message
			}
		}
		return s.drawMergeClaims(w, r, http.StatusUnprocessableEntity, string(into), problems)
	}
	if _, ok := errors.AsType[*store.StaleClaim](err); ok {
		return s.drawMergeClaims(w, r, http.StatusConflict, string(into), []narrative.Problem{{
			Message: "Somebody else has changed one of the two since you looked at them. Look again, and then merge."}})
	}
	if err != nil {
		return moved(err, func(to string) string { return nounPath(narrative.KindClaim, to) })
	}
	return leadOn(nounPath(narrative.KindClaim, string(into)), "merged")
}
