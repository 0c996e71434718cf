package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// longestQuery is how many characters may be searched for.
const longestQuery = 200

// A nounListView is a page of the nouns of a kind.
type nounListView struct {
	layout
	Form  nounForm
	Query string
	List  store.DeskList
	First bool // the first page
	Forms []nounForm

	Proposes bool // whoever looks at it proposes and does not save

	Removed []store.Removed // on the first page, where nothing is searched for
}

// more is the address of the next page.
func (v nounListView) more() string {
	return listPath(v.Form.kind) + "?" + url.Values{"q": {v.Query}, "after": {v.List.More}}.Encode()
}

// listNouns shows the nouns of a kind.
func (s *Server) listNouns(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		query, err := queryOf(r)
		if err != nil {
			return err
		}
		cursor := r.URL.Query().Get("after")
		list, err := s.store.Nouns(r.Context(), n.kind, query, cursor)
		if err != nil {
			return err
		}
		v := nounListView{
			layout: s.layout(r, n.many), Form: n, Query: query, List: list, First: cursor == "",
			Forms: nounForms, Proposes: mustPropose(r),
		}
		if v.First && query == "" {
			if v.Removed, err = s.store.RemovedNouns(r.Context(), n.kind); err != nil {
				return err
			}
		}
		return s.render(w, r, http.StatusOK, nounListPage(v))
	}
}

// queryOf returns what is searched for, "" for nothing.
func queryOf(r *http.Request) (string, error) {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if !isStorable(query) || utf8.RuneCountInString(query) > longestQuery {
		return "", &statusError{status: http.StatusBadRequest, message: "The search cannot be read. Try fewer and other characters."}
	}
	return query, nil
}

// showLists shows which kinds of noun there are.
func (s *Server) showLists(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, http.StatusOK, listsPage(nounListView{layout: s.layout(r, "Lists"), Forms: nounForms}))
}

// searchNouns answers what may be meant by what is being typed: the nouns of a kind, as JSON.
func (s *Server) searchNouns(w http.ResponseWriter, r *http.Request) error {
	query, err := queryOf(r)
	if err != nil {
		return err
	}
	kind := narrative.Kind(r.URL.Query().Get("kind"))
	if kind == narrative.KindClaim {
		return s.searchClaims(w, r, query)
	}
	found, err := s.store.Find(r.Context(), kind, query)
	if err != nil {
		return err
	}
	type option struct {
		Slug string `json:"slug"`
		Name string `json:"name"`
		Note string `json:"note,omitempty"`
	}
	options := make([]option, len(found))
	for i, f := range found {
		options[i] = option{f.Slug, practiceTitle(f.Name, f.Invented), f.Note}
	}
	return renderJSON(w, map[string]any{"found": options})
}

// checkWords answers which words of a text deserve another look, as JSON: those of the dispute that is named by slug or
// name, and those of the house.
func (s *Server) checkWords(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("text")
	dispute := narrative.Slug(strings.TrimSpace(r.URL.Query().Get("dispute")))
	if !isStorable(text) || utf8.RuneCountInString(text) > narrative.MaxProse || dispute != "" && !dispute.Valid() {
		return &statusError{status: http.StatusBadRequest, message: "The text cannot be read."}
	}
	warnings, err := s.wordWarnings(r.Context(), dispute, narrative.Markup(text))
	if err != nil {
		return err
	}
	return renderJSON(w, map[string]any{"words": warnings})
}

// renderJSON writes the whole of a document, or nothing.
func renderJSON(w http.ResponseWriter, doc any) error {
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(doc); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(buf.Bytes()) // fails only if the editor has gone
	return nil
}

// A touchedView lists the published facts that a change to a noun touches.
type touchedView struct {
	layout
	Form  nounForm
	Slug  string
	Facts []store.TouchedFact
}

// publishPath is where the facts can be published together.
func (v touchedView) publishPath() string {
	slugs := make([]string, len(v.Facts))
	for i, f := range v.Facts {
		slugs[i] = string(f.Slug)
	}
	return "/desk/publish?facts=" + strings.Join(slugs, ",")
}

// showTouched shows the published facts that a change to a noun touches.
func (s *Server) showTouched(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		noun, err := s.nounIn(r, n.kind, func(to narrative.Slug) string { return nounPath(n.kind, string(to)) + "/touched" })
		if err != nil {
			return err
		}
		facts, err := s.store.TouchedFacts(r.Context(), noun.NounKey)
		if err != nil {
			return err
		}
		return s.render(w, r, http.StatusOK, touchedPage(touchedView{s.layout(r, "Published facts that show "+noun.Key), n, noun.Key, facts}))
	}
}

// fatingOf reads what the forms that retire and remove send.
func fatingOf(n nounForm, r *http.Request) (store.Fating, error) {
	slug, err := slugOf(r)
	if err != nil {
		return store.Fating{}, err
	}
	return store.Fating{
		NounKey: store.NounKey{Kind: n.kind, Key: string(slug)}, Version: seenVersion(r, versionField), Actor: accountOf(r).Name, Why: r.PostForm.Get(whyField),
	}, nil
}

// retireNoun retires a noun or brings it back.
func (s *Server) retireNoun(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := fatingOf(n, r)
		if err != nil {
			return err
		}
		back := r.PostForm.Get(doField) == "back"
		if err := s.store.Retire(r.Context(), f, !back); err != nil {
			return s.nounRefused(n, f, err)
		}
		return leadOn(nounPath(n.kind, f.Key), map[bool]string{true: "back", false: "retired"}[back])
	}
}

// removeNoun takes a noun away that nothing names.
func (s *Server) removeNoun(n nounForm) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := fatingOf(n, r)
		if err != nil {
			return err
		}
		if err := s.store.Remove(r.Context(), f); err != nil {
			return s.nounRefused(n, f, err)
		}
		return leadOn(listPath(n.kind), "deleted")
	}
}

// nounRefused says why a noun was neither retired nor removed.
func (s *Server) nounRefused(n nounForm, f store.Fating, err error) error {
	if _, ok := errors.AsType[*store.Stale](err); ok {
		return &statusError{status: http.StatusConflict, message: "Somebody else has changed this since you looked at it. Nothing was done. Look at it again."}
	}
	if e, ok := errors.AsType[*store.Unsound](err); ok {
		return &statusError{status: http.StatusUnprocessableEntity, message: "This " + n.one + " " + e.Problems[0].Message + ". Nothing was done."}
	}
	return moved(err, func(to string) string { return nounPath(n.kind, to) })
}

// used says by how much a noun is named.
func used(n int) string {
	if n == 0 {
		return "unused"
	}
	return fmt.Sprintf("used %d×", n)
}

// countOf counts the nouns of a kind that name another.
func countOf(u store.Use) string {
	one := string(u.Kind)
	if f, ok := formOf(u.Kind); ok {
		one = f.one
	}
	if u.Count == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d × %s", u.Count, one)
}
