package desk

import (
	"context"
	"net/http"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// practiceMark stands beside what was invented for practice, on the desk as on readers' pages.
const practiceMark = web.PracticeMark

// practiceTitle is what a noun is called where it is chosen, with a word on one that was invented.
func practiceTitle(name string, invented bool) string {
	if invented {
		return name + " (" + practiceMark + ")"
	}
	return name
}

// practiceKey is under which a request knows whether all of its page is invented.
type practiceKey struct{}

// isPractice reports whether the noun that the address names was invented for practice.
func isPractice(r *http.Request) bool {
	is, _ := r.Context().Value(practiceKey{}).(bool)
	return is
}

// kindsOf are the kinds of noun by the words for them in addresses.
var kindsOf = func() map[string]narrative.Kind {
	kinds := map[string]narrative.Kind{}
	for kind, plural := range plurals {
		kinds[plural] = kind
	}
	return kinds
}()

// nounIn is the noun that an address of the desk names, itself or its watch, with whatever follows it; without a kind where it
// names none.
func nounIn(path string) store.NounKey {
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(path, watchesPath), web.DeskPath), "/")[1:]
	if len(parts) < 2 {
		return store.NounKey{}
	}
	kind, ok := kindsOf[parts[0]]
	if !ok {
		return store.NounKey{}
	}
	if kind == narrative.KindClaim {
		code, err := narrative.ParseCode(parts[1])
		if err != nil {
			return store.NounKey{}
		}
		return store.NounKey{Kind: kind, Key: string(code)}
	}
	if !narrative.Slug(parts[1]).Valid() {
		return store.NounKey{}
	}
	return store.NounKey{Kind: kind, Key: parts[1]}
}

// isOnPractice notes that a page is about an invented noun, so that the page says so.
func isOnPractice(r *http.Request) {
	// In place, so that a page that says what is wrong with a form knows it too, and what was sent with it.
	*r = *r.WithContext(context.WithValue(r.Context(), practiceKey{}, true))
}

// onPractice notes of a request whether the noun that its address names was invented for practice, so that its page says so.
func (s *Server) onPractice(h handlerFunc) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		key := nounIn(r.URL.Path)
		if key.Kind == "" {
			return h(w, r)
		}
		invented, err := s.store.Invented(r.Context(), []store.NounKey{key})
		if err != nil {
			return err
		}
		if invented[key] {
			isOnPractice(r)
		}
		return h(w, r)
	}
}

// inventedArticles are those of some articles that were invented for practice.
func (s *Server) inventedArticles(ctx context.Context, slugs ...narrative.Slug) (map[narrative.Slug]bool, error) {
	var keys []store.NounKey
	for _, slug := range slugs {
		if slug != "" {
			keys = append(keys, store.NounKey{Kind: narrative.KindArticle, Key: string(slug)})
		}
	}
	invented, err := s.store.Invented(ctx, keys)
	articles := map[narrative.Slug]bool{}
	for key := range invented {
		articles[narrative.Slug(key.Key)] = true
	}
	return articles, err
}

// plain is an editors' text as readers see it, see [placeNames.plain].
func (s *Server) plain(ctx context.Context, m narrative.Markup) (string, error) {
	places, err := s.store.PlaceNames(ctx, []narrative.Markup{m})
	return placeNames(places).plain(m), err
}
