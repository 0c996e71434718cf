package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// saveNoun does what a button of a noun's form asks for: saves it, checks it, moves a row, or takes what somebody else has
// saved. All but a save draw the form again.
func (s *Server) saveNoun(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := nounView{Form: n, fieldSet: fieldSet{Values: r.PostForm}, Why: r.PostForm.Get(whyField), Actor: accountOf(r).Name, Proposes: mustPropose(r)}
		if r.PathValue("slug") != "" {
			slug, err := slugOf(r)
			if err != nil {
				return err
			}
			v.Was = string(slug)
		}
		v.Version, _ = strconv.Atoi(v.Values.Get(versionField)) // a form without one is older than anything
		status := http.StatusOK
		do := v.Values.Get(doField)
		path, takes := strings.CutPrefix(do, "take:")
		if v.Values.Get(theirsField) == "on" || takes {
			if err := s.showTheirs(r.Context(), &v); err != nil {
				return err
			}
		}
		switch {
		case takes:
			take(v.fieldSet, path)
		case do == "check":
			v.Checked = true
			problems, err := s.read(r.Context(), &v, reflect.New(reflect.TypeOf(n.blank)))
			if err != nil {
				return err
			}
			if v.Problems = problems; len(problems) > 0 {
				status = http.StatusUnprocessableEntity
			}
		case do == "" || do == "save":
			return s.trySave(w, r, v)
		case v.move(do):
		default:
			v.Problems = []narrative.Problem{{Message: "The button " + strconv.Quote(do) + " is none of this form."}}
			status = http.StatusUnprocessableEntity
		}
		return s.drawNoun(w, r, status, v)
	}
}

// move does what a button of a list asks for.
func (v *nounView) move(button string) bool {
	adds := strings.HasSuffix(button, ".add")
	if adds {
		form.Tidy(v.Values, v.Form.blank)
	}
	if !form.Move(v.Values, button) {
		return false
	}
	if !adds {
		form.Tidy(v.Values, v.Form.blank)
	}
	v.Focus = movedTo(v.Values, button)
	return true
}

var rowButton = regexp.MustCompile(`^(.+?)(?:\[(\d+)\])?\.(add|up|down|remove)$`)

// movedTo is the row that a button has moved or added, or its list.
func movedTo(values url.Values, button string) string {
	m := rowButton.FindStringSubmatch(button)
	if m == nil {
		return ""
	}
	at, _ := strconv.Atoi(m[2]) // "" for a new row
	rows := form.Rows(values, m[1])
	switch m[3] {
	case "add":
		at = len(rows) - 1
	case "up":
		at--
	case "down":
		at++
	case "remove":
		return m[1]
	}
	return fmt.Sprintf("%s[%d]", m[1], max(0, min(at, len(rows)-1)))
}

// showTheirs puts beside a form what is saved now.
func (s *Server) showTheirs(ctx context.Context, v *nounView) error {
	now, err := s.store.Noun(ctx, store.NounKey{Kind: v.Form.kind, Key: v.Was})
	if moved, ok := errors.AsType[*store.Moved](err); ok {
		now, err = s.store.Noun(ctx, store.NounKey{Kind: v.Form.kind, Key: moved.To})
	}
	if err != nil {
		return err
	}
	v.besides(now)
	return nil
}

// besides shows what is saved now beside what the form holds, which from now on replaces it when it is saved.
func (v *nounView) besides(now store.Noun) {
	v.Theirs, v.Was, v.Version, v.Retired = form.Write(now.Doc), now.Key, now.Version, now.Retired
	v.Values.Set(theirsField, "on")
}

// take puts what somebody else has saved in a field, row or list in the place of what the form holds.
func take(f fieldSet, path string) {
	isPart := func(name string) bool {
		return name == path || strings.HasPrefix(name, path+".") || strings.HasPrefix(name, path+"[")
	}
	for name := range f.Values {
		if isPart(name) {
			delete(f.Values, name)
		}
	}
	for name, values := range f.Theirs {
		if isPart(name) {
			f.Values[name] = values
		}
	}
	// A new row's hidden slug comes along with whatever field of it is taken first.
	if i := strings.LastIndexByte(path, '.'); i >= 0 && f.Values.Get(path[:i]+".slug") == "" && f.Theirs.Has(path[:i]+".slug") {
		f.Values.Set(path[:i]+".slug", f.Theirs.Get(path[:i]+".slug"))
	}
}

// read reads the fields of a form into a noun and returns what is wrong with them. Names become slugs, and slugs that are
// left empty are proposed.
func (s *Server) read(ctx context.Context, v *nounView, noun reflect.Value) ([]narrative.Problem, error) {
	var problems []narrative.Problem
	for path, list := range v.Values {
		for _, text := range list {
			problems = append(problems, badText(path, text)...)
		}
	}
	problems = append(problems, overlong(whyField, v.Why, longestWhy)...)
	slices.SortFunc(problems, func(a, b narrative.Problem) int { return cmp.Compare(a.Path, b.Path) })
	if len(problems) > 0 {
		return problems, nil
	}
	form.Tidy(v.Values, v.Form.blank)
	fillSlugs(v.Form.fields, v.Values)
	v.keepSlug()
	problems, err := s.resolve(ctx, v.Form.fields, v.Values)
	if err != nil {
		return nil, err
	}
	return append(form.Read(v.Values, noun.Interface()), problems...), nil
}

// keepSlug gives a noun whose slug was left empty the one that it has or, for a new one, one that is made of its title. A
// fact keeps its key in the log when it is renamed.
func (v *nounView) keepSlug() {
	slug := strings.TrimSpace(v.Values.Get("slug"))
	if slug == "" && len(v.Values["slug"]) == 1 {
		slug = cmp.Or(v.Was, string(form.Slug(v.Values.Get(v.Form.title))))
		v.Values.Set("slug", slug)
	}
	if v.Form.kind == narrative.KindFact && v.Was != "" && slug != v.Was && v.Values.Get("key") == "" && v.Values.Has("key") {
		v.Values.Set("key", v.Was)
	}
}

// trySave saves a noun, or draws its form again with what keeps it from being saved.
func (s *Server) trySave(w http.ResponseWriter, r *http.Request, v nounView) error {
	proposed := v.Was == "" && strings.TrimSpace(v.Values.Get("slug")) == ""
	noun := reflect.New(reflect.TypeOf(v.Form.blank))
	problems, err := s.read(r.Context(), &v, noun)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		v.Problems = problems
		return s.drawNoun(w, r, http.StatusUnprocessableEntity, v)
	}
	saved, err := s.save(r.Context(), v, noun, proposed)
	if err != nil {
		return s.notSaved(w, r, v, err)
	}
	done := "saved"
	switch {
	case v.Proposes:
		return leadOn(proposalsPath, "proposed")
	case v.Was == "":
		done = "created"
	case saved.Version == v.Version:
		return leadOn(nounPath(v.Form.kind, saved.Key), "unchanged")
	}
	touched, err := s.store.TouchedFacts(r.Context(), saved.NounKey)
	if err != nil {
		return err
	}
	if len(touched) > 0 {
		return leadOn(nounPath(v.Form.kind, saved.Key)+"/touched", done)
	}
	return leadOn(nounPath(v.Form.kind, saved.Key), done)
}

// mostTries is how many slugs are tried for a noun whose slug was left empty.
const mostTries = 20

// save saves a noun, or proposes it. A slug that was made of its title gets a number if another noun has it.
func (s *Server) save(ctx context.Context, v nounView, noun reflect.Value, proposed bool) (store.Noun, error) {
	save := s.store.Save
	taken, err := takenBy(v.Values)
	if err != nil {
		return store.Noun{}, err
	}
	if v.Proposes {
		save, taken = s.proposing(v, !proposed), 0
	}
	slug := noun.Elem().FieldByName("Slug")
	wanted := slug.String()
	for n := 2; ; n++ {
		saved, err := save(ctx, store.Edit{
			Doc: noun.Elem().Interface(), Was: v.Was, Version: v.Version, Actor: v.Actor, Why: v.Why, Proposal: taken,
		})
		e, unsound := errors.AsType[*store.Unsound](err)
		if !unsound || !proposed || n > mostTries || len(e.Problems) != 1 || e.Problems[0].Path != "slug" || wanted == "" {
			return saved, err
		}
		slug.SetString(fmt.Sprintf("%s-%d", wanted, n))
	}
}

// notSaved draws a form again that was not saved: with what is wrong, or with what somebody else has saved meanwhile.
func (s *Server) notSaved(w http.ResponseWriter, r *http.Request, v nounView, err error) error {
	if stale, ok := errors.AsType[*store.Stale](err); ok {
		v.besides(stale.Now)
		return s.drawNoun(w, r, http.StatusConflict, v)
	}
	if _, ok := errors.AsType[*store.Moved](err); ok {
		if err := s.showTheirs(r.Context(), &v); err != nil {
			return err
		}
		return s.drawNoun(w, r, http.StatusConflict, v)
	}
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		v.Problems = unsound.Problems
		return s.drawNoun(w, r, http.StatusUnprocessableEntity, v)
	}
	if refused := refusedProposal(err); refused != "" {
		v.Problems = []narrative.Problem{{Message: refused}}
		return s.drawNoun(w, r, http.StatusConflict, v)
	}
	if errors.Is(err, store.ErrNotFound) && v.Was != "" {
		v.Was, v.Version = "", 0
		v.Values.Set("slug", "")
		v.Problems = []narrative.Problem{{Message: "Somebody has removed this since you began. What you wrote is here; saved again, it is a new one under another short name."}}
		return s.drawNoun(w, r, http.StatusConflict, v)
	}
	return err
}
