package desk

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// An undoView is the button that takes back what was done last; its Code is "" where there is nothing.
type undoView struct {
	Code    narrative.Code
	Version int
	Removed bool // the claim is gone
	Undone  bool // it was changed back
	Stays   []stay
}

// A stay is what was made together with a claim that was undone and is still there.
type stay struct {
	store.Stay
	Text string // why
}

// stayWords say why something stays.
var stayWords = map[string]string{
	store.StaysNamed:     "stays, since something else names it.",
	store.StaysChanged:   "stays, since it has been changed meanwhile.",
	store.StaysPublished: "stays, since its fact has been published meanwhile.",
}

// stayValue is how an address names what stays: kind, slug, part and reason, of which the part may have a stroke in it.
func stayValue(s store.Stay) string {
	return fmt.Sprintf("%s/%s/%s/%s", s.Kind, s.Key, s.Part, s.Why)
}

// mostStays is how many things one save makes in place at most.
const mostStays = 4

// staysFrom reads what stays from an address. What is none is passed over.
func staysFrom(q url.Values) (list []stay) {
	for _, value := range q[fieldStays] {
		kind, rest, _ := strings.Cut(value, "/")
		key, rest, _ := strings.Cut(rest, "/")
		i := strings.LastIndexByte(rest, '/')
		if i < 0 || len(list) == mostStays {
			continue
		}
		x := stay{Stay: store.Stay{NounKey: store.NounKey{Kind: narrative.Kind(kind), Key: key}, Part: rest[:i], Why: rest[i+1:]}}
		x.Text = stayWords[x.Why]
		isPart := func(s string) bool { return s == "" || narrative.Slug(s).Valid() }
		aspect, position, _ := strings.Cut(x.Part, "/")
		if x.Text != "" && (x.Kind == narrative.KindSource || x.Kind == narrative.KindFact) && narrative.Slug(key).Valid() && isPart(aspect) && isPart(position) {
			list = append(list, x)
		}
	}
	return list
}

// what says what it is that stays.
func (s stay) what() string {
	if s.Part != "" {
		return "“" + s.Part + "” of the fact"
	}
	return "The new " + string(s.Kind)
}

// undoOf is the button that takes back what was done just now with the claim that the address names: one of the article's, or
// one that was removed.
func undoOf(r *http.Request, t store.Tagging, notes []claimNote) undoView {
	q := r.URL.Query()
	if !q.Has("done") {
		return undoView{}
	}
	for _, n := range notes {
		if string(n.Code) == q.Get(fieldAfter) {
			return undoView{Code: n.Code, Version: n.Version, Undone: q.Get("done") == "undone", Stays: staysFrom(q)}
		}
	}
	for _, c := range t.Removed {
		if c.Key == q.Get(fieldGone) && c.By == accountOf(r).Name {
			return undoView{Code: narrative.Code(c.Key), Version: c.Version, Removed: true, Stays: staysFrom(q)}
		}
	}
	return undoView{}
}

// undoClaim takes back what this account has done to a claim last.
func (s *Server) undoClaim(w http.ResponseWriter, r *http.Request) error {
	code, version, err := versionOf(r)
	if err != nil {
		return err
	}
	c, err := s.store.UndoClaim(r.Context(), code, version, accountOf(r).Name)
	if err != nil {
		return refusedClaim(err)
	}
	stays := url.Values{}
	for _, x := range c.Stays {
		stays.Add(fieldStays, stayValue(x))
	}
	more := ""
	if len(stays) > 0 {
		more = "&" + stays.Encode()
	}
	if c.Removed {
		on := goOn{source: c.Source}
		if len(c.Stances) > 0 {
			on.fact = c.Stances[0].Fact
		}
		return leadOn(tagPath(c.Article)+"?"+fieldGone+"="+string(code)+on.query()+more, "untagged")
	}
	return leadOn(tagPath(c.Article)+"?"+fieldAfter+"="+string(code)+more, "undone")
}

// goneFrom is the claim that an undo has just taken away, by an address; "" for none.
func goneFrom(q url.Values) narrative.Code {
	if q.Get("done") != "untagged" {
		return ""
	}
	code, _ := narrative.ParseCode(q.Get(fieldGone))
	return code
}

// undid returns what this account's undo of a claim took back. It has no code if there is nothing.
func (s *Server) undid(r *http.Request, code narrative.Code) (store.TagEdit, error) {
	if code == "" {
		return store.TagEdit{}, nil
	}
	e, err := s.store.Undid(r.Context(), code, accountOf(r).Name)
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return e, err
}

// factsOf are the facts on which a claim has a stance.
func factsOf(c narrative.Claim) []narrative.Slug {
	var list []narrative.Slug
	for _, s := range c.Stances {
		list = append(list, s.Fact)
	}
	return list
}

// retype puts what an undo took back into the form, so that a slip is mended and not typed anew: the passage, what was made in
// place, and all that was said of the claim.
func (f *tagForm) retype(e store.TagEdit) {
	version, after := f.Values.Get(fieldVersion), f.Values.Get(fieldAfter)
	c := e.Claim
	c.Stances = slices.Clone(c.Stances)
	var made newNouns
	if e.Source != nil {
		made.Source.Name, made.Source.Kind, made.Source.Party = e.Source.Name, e.Source.Kind, e.Source.Party
		c.Source = ""
	}
	if e.Fact != nil {
		made.Fact.Question, made.Fact.Kind, made.Fact.Dispute = e.Fact.Question, e.Fact.Kind, e.Fact.Dispute
		rest := slices.DeleteFunc(c.Stances, func(s narrative.Stance) bool { return s.Fact == e.Fact.Slug })
		c.Stances = append([]narrative.Stance{{Mode: e.Claim.Stances[0].Mode}}, rest...) // the first is on the new fact
	}
	if e.Answer != nil {
		made.Aspect.Question, made.Position.Label = e.Answer.Aspect.Question, e.Answer.Position.Label
		if made.Aspect.Question == "" {
			made.Position.Aspect = e.Answer.Aspect.Slug
		}
		c.Stances[0].Aspect, c.Stances[0].Position = "", ""
	}
	f.Values = form.Write(c)
	maps.Copy(f.Values, form.Write(made))
	f.Values.Set(fieldAfter, after)
	if !f.isNew() {
		f.Values.Set(fieldVersion, version)
	}
	f.preset, f.match, f.words, f.places = e.Preset, nil, nil, nil
	if words, err := f.tagging.Text.Words(e.Match); err == nil && e.Capture == f.tagging.Capture && slices.Equal(words, e.Claim.Words) {
		f.match, f.words = e.Match, words
	} else {
		f.Values.Set(fieldQuotation, strings.Join(e.Claim.Words, " … "))
		f.find()
	}
	f.showSource()
	f.setBasis(presetBasis{match: f.match, source: c.Source, after: narrative.Code(after)})
}

// deleteClaim removes a claim.
func (s *Server) deleteClaim(w http.ResponseWriter, r *http.Request) error {
	code, version, err := versionOf(r)
	if err != nil {
		return err
	}
	c, err := s.store.DeleteClaim(r.Context(), code, version, accountOf(r).Name, r.PostForm.Get(fieldWhy))
	if err != nil {
		return refusedClaim(err)
	}
	return leadOn(tagPath(c.Article)+"?"+fieldGone+"="+string(code), "deleted")
}

// versionOf returns the claim in the address and the version that the form was made from.
func versionOf(r *http.Request) (narrative.Code, int, error) {
	code, err := codeOf(r)
	if err != nil {
		return "", 0, err
	}
	version, err := strconv.Atoi(r.PostForm.Get(fieldVersion))
	if err != nil {
		return "", 0, badField(fieldVersion)
	}
	return code, version, nil
}

// refusedClaim says to an editor why a claim was left as it is.
func refusedClaim(err error) error {
	if _, ok := errors.AsType[*store.StaleClaim](err); ok {
		return &statusError{http.StatusConflict, "Somebody has changed this claim since you saw it. Nothing was done: look at it again.", err}
	}
	if used, ok := errors.AsType[*store.InUse](err); ok {
		list := make([]string, len(used.By))
		for i, k := range used.By {
			list[i] = string(k.Kind) + " " + k.Key
		}
		return &statusError{http.StatusConflict, "Other things speak of this claim, so it stays: " + strings.Join(list, ", ") + ".", err}
	}
	if errors.Is(err, store.ErrNoUndo) {
		return &statusError{http.StatusConflict, "The last change of this claim was somebody else’s or no save of it alone, or its words are not in the text any more. Nothing was done.", err}
	}
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		return &statusError{http.StatusConflict, "What the claim was does not fit any more: " + unsound.Problems[0].Message + ". Nothing was done.", err}
	}
	return err
}
