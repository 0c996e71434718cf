package desk

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// The fields of a noun's form that are not the noun's: no key of the corpus format begins with a point.
const (
	versionField = ".version"
	whyField     = ".why"
	theirsField  = ".theirs" // on while what somebody else has saved is shown beside one's own
	doField      = "do"      // which button was pressed
)

// longestWhy is how many characters the reason of an edit may have.
const longestWhy = 300

// nounRoutes are the routes of all kinds of noun that have a slug.
func (s *Server) nounRoutes(r chi.Router) {
	r.Get("/desk/lists", s.page(store.RoleContributor, s.showLists))
	r.Get("/desk/search.json", s.page(store.RoleContributor, s.searchNouns))
	r.Get("/desk/words.json", s.page(store.RoleContributor, s.checkWords))
	r.Get("/desk/claims/{code}/merge", s.page(store.RoleEditor, s.showMergeClaims))
	r.Post("/desk/claims/{code}/merge", s.page(store.RoleEditor, s.mergeClaims))
	for _, n := range nounForms {
		list, one := listPath(n.kind), listPath(n.kind)+"/{slug}"
		r.Get(list, s.page(store.RoleContributor, s.listNouns(n)))
		if n.kind != narrative.KindArticle { // which come by intake
			r.Get(list+"/new", s.page(store.RoleContributor, s.newNoun(n)))
			r.Post(list+"/new", s.form(store.RoleContributor, s.saveNoun(n)))
		}
		r.Get(one, s.page(store.RoleContributor, s.editNoun(n)))
		r.Post(one, s.form(store.RoleContributor, s.saveNoun(n)))
		r.Get(one+"/touched", s.page(store.RoleEditor, s.showTouched(n)))
		r.Get(one+"/merge", s.page(store.RoleEditor, s.showMerge(n)))
		r.Post(one+"/merge", s.page(store.RoleEditor, s.merge(n)))
		r.Post(one+"/retire", s.page(store.RoleEditor, s.retireNoun(n)))
		r.Post(one+"/remove", s.page(store.RoleEditor, s.removeNoun(n)))
	}
}

// A nounView is the form of a noun.
type nounView struct {
	layout
	fieldSet
	Form     nounForm
	Was      string // the slug that it is known under, "" for a new one
	Version  int
	Retired  bool
	Why      string
	Actor    string // who saves it, or proposes it
	Proposes bool   // it is proposed and not saved
	Action   string // where the form is sent
	Around   store.Surroundings
	Warnings []narrative.Warning // words that deserve another look
	Later    []narrative.Problem // what has to be there before it can be published
	Checked  bool                // somebody asked for them
	Draft    draftNote           // what was being written in it
	Places   placeNames          // of a fact's words
	Embargo  []embargoView       // of an article
	Proposal proposalNote        // with which the form was filled in
}

// nounTitle is the title of a noun's form.
func (v nounView) nounTitle() string {
	if v.Was == "" {
		return "New " + v.Form.one
	}
	title := v.value(v.Form.title)
	if v.Form.kind == narrative.KindFact {
		title = v.Places.plain(narrative.Markup(title))
	}
	return cmp.Or(title, v.Was)
}

// newNoun shows the form of a new noun. What the address names of its fields is filled in.
func (s *Server) newNoun(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		values := form.Write(n.blank)
		for key, given := range r.URL.Query() {
			if _, ok := values[key]; ok && len(given) == 1 && isStorable(given[0]) {
				values[key] = given
			}
		}
		return s.openNoun(w, r, nounView{Form: n, fieldSet: fieldSet{Values: values}}, newPath(n.kind))
	}
}

// editNoun shows the form of a noun.
func (s *Server) editNoun(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		noun, err := s.nounIn(r, n.kind, func(to narrative.Slug) string { return nounPath(n.kind, string(to)) })
		if err != nil {
			return err
		}
		return s.openNoun(w, r, nounView{
			Form: n, fieldSet: newFieldSet(noun.Doc), Was: noun.Key, Version: noun.Version, Retired: noun.Retired,
		}, nounPath(n.kind, noun.Key))
	}
}

// nounIn returns the noun of a kind whose slug the address has. The error for one that was renamed or merged leads on to path of
// what it is called now.
func (s *Server) nounIn(r *http.Request, kind narrative.Kind, path func(narrative.Slug) string) (store.Noun, error) {
	slug, err := slugOf(r)
	if err != nil {
		return store.Noun{}, err
	}
	n, err := s.store.Noun(r.Context(), store.NounKey{Kind: kind, Key: string(slug)})
	return n, moved(err, func(to string) string { return path(narrative.Slug(to)) })
}

// openNoun opens a noun's form, with what was being written in it if that is taken up again.
func (s *Server) openNoun(w http.ResponseWriter, r *http.Request, v nounView, key string) (err error) {
	if v.Draft, err = s.draftOf(r, key); err != nil {
		return err
	}
	v.fieldSet, v.Why = v.Draft.fill(v.fieldSet, v.Version), v.Draft.fields.Get(whyField)
	return s.drawNoun(w, r, http.StatusOK, v)
}

// drawNoun draws a noun's form with all that stands around it.
func (s *Server) drawNoun(w http.ResponseWriter, r *http.Request, status int, v nounView) error {
	doc := v.doc()
	var err error
	v.Proposes = mustPropose(r)
	if v.Proposal, err = s.noteOf(r, v.Values, v.Was, v.Version); err != nil {
		return err
	}
	v.Stands = v.Proposal.ID != 0
	if v.Around, err = s.store.Around(r.Context(), doc, v.Was, append(v.Form.named(), narrative.KindParty)); err != nil {
		return err
	}
	if fact, ok := doc.(narrative.Fact); ok {
		if v.Places, err = s.store.PlaceNames(r.Context(), fact.Wording()); err != nil {
			return err
		}
	}
	v.Warnings = narrative.Lint(doc, v.Around.Terms)
	if v.Was != "" || v.Checked {
		v.Later = settledProblems(v.Form.fields, v.Values, laterProblems(doc, v.Around.Stances))
	}
	v.Problems = settledProblems(v.Form.fields, v.Values, v.Problems)
	v.Label = func(path string) string { return fieldLabel(v.Form.fields, path) }
	v.Takes = true
	v.Action = newPath(v.Form.kind)
	if v.Was != "" {
		v.Action = nounPath(v.Form.kind, v.Was)
	}
	if v.Draft.Key == "" {
		if v.Draft, err = s.draftOf(r, v.Action); err != nil {
			return err
		}
	}
	if v.Form.kind == narrative.KindArticle && v.Was != "" {
		if v.Embargo, err = s.embargoesOf(r, narrative.Slug(v.Was)); err != nil {
			return err
		}
	}
	title := v.nounTitle()
	if v.Proposal.ID != 0 {
		title = "Proposed: " + title
	}
	v.layout = s.layout(r, title)
	return s.render(w, r, status, nounPage(v))
}

// doc is the noun as its fields have it, as far as they can be read.
func (v nounView) doc() any {
	noun := reflect.New(reflect.TypeOf(v.Form.blank))
	values := url.Values{}
	for path, list := range v.Values {
		if !slices.ContainsFunc(list, func(s string) bool { return !isStorable(s) }) {
			values[path] = list
		}
	}
	form.Read(values, noun.Interface()) // what is wrong is told when it is saved
	return noun.Elem().Interface()
}

// laterProblems returns what has to be there before a fact can be published. stances are those that claims have on it.
func laterProblems(doc any, stances []narrative.Stance) []narrative.Problem {
	fact, ok := doc.(narrative.Fact)
	if !ok {
		return nil
	}
	for i := range stances { // under the slug that it is saved with
		stances[i].Fact = fact.Slug
	}
	c := narrative.Collection{
		Facts:    []narrative.Fact{fact},
		Articles: []narrative.Article{{Blocks: []narrative.Block{{Claims: []narrative.Claim{{Stances: stances}}}}}},
	}
	var later []narrative.Problem
	for _, p := range c.Validate() {
		if p.Later && p.Kind == narrative.KindFact {
			later = append(later, p)
		}
	}
	return append(later, c.Unclaimed()...)
}

// offered are the nouns of a kind that a field offers; of claims those on the fact.
func (v nounView) offered(kind narrative.Kind) []store.Found {
	var list []store.Found
	if kind == narrative.KindClaim {
		for _, c := range v.Around.Claims {
			list = append(list, store.Found{Kind: kind, Slug: string(c.Code), Name: c.Source + ": " + c.Words})
		}
		return list
	}
	for _, f := range v.Around.Offered {
		if f.Kind == kind {
			list = append(list, f)
		}
	}
	return list
}

// nameOf is the name of the noun that a field holds, "" if it is not known or nothing but its slug.
func (v nounView) nameOf(kind narrative.Kind, slug string) string {
	for _, f := range v.offered(kind) {
		if f.Slug == slug {
			return f.Name
		}
	}
	return ""
}

// many are the values of a field for several nouns, with room for two more.
func (v nounView) many(path string) []string { return append(typedLines(v.Values, path), "", "") }

// differs reports whether somebody else has saved anything in a row or list that differs.
func (v nounView) differs(path string) bool {
	if v.Theirs == nil {
		return false
	}
	part := func(values url.Values) url.Values {
		only := url.Values{}
		for name, list := range values {
			if strings.HasPrefix(name, path+"[") || strings.HasPrefix(name, path+".") {
				only[name] = list
			}
		}
		return only
	}
	return len(form.Differences(part(v.Theirs), part(v.Values))) > 0
}

// moveOf is where the claims on the position in a row of a list are moved, "" for no row of positions that is saved.
func (v nounView) moveOf(list, row string) string {
	slug := v.value(row + ".slug")
	if v.Was == "" || v.Form.kind != narrative.KindFact || lastKey(list) != "positions" || slug == "" {
		return ""
	}
	aspect := ""
	if of, inAspect := strings.CutSuffix(list, ".positions"); inAspect {
		aspect = v.value(of + ".slug")
	}
	return movePath(narrative.Slug(v.Was)) + "?" + url.Values{"position": {aspect + "/" + slug}}.Encode()
}

// ownPeriods are the periods of a fact as its form has them.
func (v nounView) ownPeriods() []choice {
	var list []choice
	for _, i := range form.Rows(v.Values, "periods") {
		if slug := v.value(row("periods", i, "slug")); slug != "" {
			list = append(list, choice{slug, cmp.Or(v.Places.plain(narrative.Markup(v.value(row("periods", i, "label")))), slug)})
		}
	}
	return list
}

// warningsOf are the words of a field that deserve another look.
func (v nounView) warningsOf(path string) []narrative.Warning {
	return slices.DeleteFunc(slices.Clone(v.Warnings), func(w narrative.Warning) bool { return w.Path != path })
}

// saidOf says of a word why it deserves another look.
func (v nounView) saidOf(w narrative.Warning) string {
	return wordsOf(w, func(slug narrative.Slug) string { return v.nameOf(narrative.KindParty, string(slug)) })
}

// wordsOf says of a word why it deserves another look. party names a party.
func wordsOf(w narrative.Warning, party func(narrative.Slug) string) string {
	said := w.Why
	if w.Term != "" {
		said = "a loaded word"
		users := make([]string, len(w.UsedBy))
		for i, slug := range w.UsedBy {
			users[i] = cmp.Or(party(slug), string(slug))
		}
		if len(users) > 0 {
			said = "used by " + strings.Join(users, ", ")
		}
	}
	if w.Plain != "" {
		said += "; plain: " + w.Plain
	}
	return said
}

// isStorable reports whether the database can hold a text.
func isStorable(text string) bool { return len(badText("", text)) == 0 }

// badText says what keeps a text from being stored.
func badText(path, text string) []narrative.Problem {
	switch {
	case strings.ToValidUTF8(text, "") != text:
		return []narrative.Problem{{Path: path, Message: "not valid UTF-8"}}
	case strings.Contains(text, "\x00"):
		return []narrative.Problem{{Path: path, Message: "holds the character U+0000, which cannot be seen; remove it"}}
	}
	return nil
}

// resolve puts in the place of what was typed for other nouns their slugs, and returns what names none or several.
func (s *Server) resolve(ctx context.Context, list []formField, values url.Values) ([]narrative.Problem, error) {
	type place struct {
		path string
		n    int
	}
	places := map[place]store.Named{}
	var asked []store.Named
	eachField(list, "", values, func(path string, f formField) {
		if f.as != asOne && f.as != asMany || f.kind == narrative.KindClaim {
			return
		}
		for n, text := range typedLines(values, path) {
			named := store.Named{Kind: f.kind, Text: text}
			places[place{path, n}] = named
			if !slices.Contains(asked, named) {
				asked = append(asked, named)
			}
		}
	})
	meanings, err := s.store.Resolve(ctx, asked)
	if err != nil {
		return nil, err
	}
	var problems []narrative.Problem
	eachField(list, "", values, func(path string, f formField) {
		if f.as != asOne && f.as != asMany {
			return
		}
		lines := typedLines(values, path)
		if f.kind == narrative.KindClaim {
			problems = append(problems, typedCodes(path, lines)...)
		} else {
			for n := range lines {
				named := places[place{path, n}]
				meant := meanings[named]
				if len(meant.Slugs) == 1 {
					lines[n] = string(meant.Slugs[0])
					continue
				}
				problems = append(problems, narrative.Problem{Path: path, Message: notNamed(named, meant)})
			}
		}
		if len(values[path]) <= 1 || f.as == asMany {
			values.Set(path, strings.Join(lines, "\n"))
		}
	})
	return problems, nil
}

// notNamed says that a text names no noun, or several.
func notNamed(n store.Named, m store.Meaning) string {
	kind, _ := formOf(n.Kind)
	if len(m.Slugs) > 1 {
		list := make([]string, len(m.Slugs))
		for i, slug := range m.Slugs {
			list[i] = string(slug)
		}
		return strconv.Quote(n.Text) + " is the name of several: " + strings.Join(list, ", ") + "; expected one of these short names"
	}
	said := "no " + kind.one + " is called " + strconv.Quote(n.Text)
	if m.Nearest != "" {
		said += "; the nearest is " + m.Nearest
	}
	return said
}
