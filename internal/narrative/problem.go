package narrative

import (
	"fmt"
	"slices"
	"strings"
)

// A Problem is one breach of the rules in a [Collection].
type Problem struct {
	Kind    Kind   // of the noun; an article for what is wrong in its claims
	At      int    // place of the noun in its list of the collection
	Key     string // slug of the noun, "" if it has none
	Path    string // where in the noun, by the keys of the corpus format, as in passages[2].claims[0].stances[1].position
	Message string // what is wrong and what was expected
	Later   bool   // something is still missing: the desk may keep the noun as it is, and not publish it
}

// String returns the problem as one line.
func (p Problem) String() string {
	return fmt.Sprintf("%s %s: %s: %s", p.Kind, p.Key, p.Path, p.Message)
}

// Validate checks all rules that need no database and returns all problems, none for a sound collection. They come in
// the order of the collection's fields, and inside a noun in the order of its own. What it does not ask is that every
// position is taken by a claim, see [Collection.Unclaimed].
func (c Collection) Validate() []Problem {
	v := checker{index: c.Index(), codes: map[Code]string{}}
	v.outlets(c.Outlets)
	v.permanentKeys(c.Facts)
	each(&v, KindDispute, c.Disputes, func(d Dispute) Slug { return d.Slug }, nil)
	each(&v, KindParty, c.Parties, func(p Party) Slug { return p.Slug }, nil)
	each(&v, KindOutlet, c.Outlets, func(o Outlet) Slug { return o.Slug }, nil)
	each(&v, KindSource, c.Sources, func(s Source) Slug { return s.Slug }, v.source)
	each(&v, KindPlace, c.Places, func(p Place) Slug { return p.Slug }, v.place)
	each(&v, KindTerm, c.Terms, func(t Term) Slug { return t.Slug }, v.term)
	each(&v, KindEvent, c.Events, func(e Event) Slug { return e.Slug }, v.event)
	each(&v, KindRecord, c.Records, func(r Record) Slug { return r.Slug }, v.record)
	each(&v, KindFact, c.Facts, func(f Fact) Slug { return f.Slug }, v.fact)
	each(&v, KindArticle, c.Articles, func(a Article) Slug { return a.Slug }, v.article)
	v.cycles(c.Articles)
	v.reprints(c.Articles)
	slices.SortStableFunc(v.problems, func(a, b Problem) int {
		if a.Kind != b.Kind {
			return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind)
		}
		return a.At - b.At
	})
	return v.problems
}

// kinds is the order in which problems come: that of the fields of a Collection.
var kinds = []Kind{
	KindDispute, KindParty, KindOutlet, KindSource, KindPlace, KindTerm, KindEvent, KindRecord, KindFact, KindArticle,
}

// Unclaimed returns a problem for each position that no claim takes. A whole corpus has none; a part of one may.
func (c Collection) Unclaimed() []Problem {
	type place struct{ fact, aspect, position Slug }
	taken := map[place]bool{}
	for _, a := range c.Articles {
		for _, b := range a.Blocks {
			for _, claim := range b.Claims {
				for _, s := range claim.Stances {
					taken[place{s.Fact, s.Aspect, s.Position}] = true
				}
			}
		}
	}
	var v checker
	for at, f := range c.Facts {
		v.begin(KindFact, at, f.Slug)
		look := func(path string, aspect Slug, positions []Position) {
			for i, p := range positions {
				if !taken[place{f.Slug, aspect, p.Slug}] {
					v.add(fmt.Sprintf("%s[%d]", path, i), "no claim takes the position %s; expected at least one", p.Slug)
				}
			}
		}
		look("positions", "", f.Positions)
		for i, a := range f.Aspects {
			look(fmt.Sprintf("aspects[%d].positions", i), a.Slug, a.Positions)
		}
	}
	return v.problems
}

// A checker gathers problems, those of one noun after the other.
type checker struct {
	index    Index
	codes    map[Code]string // where each code was met first
	noun     Problem         // the noun that is being looked at; Path and Message empty
	problems []Problem
}

func (v *checker) begin(kind Kind, at int, slug Slug) {
	v.noun = Problem{Kind: kind, At: at, Key: string(slug)}
}

func (v *checker) add(path, format string, args ...any) {
	p := v.noun
	p.Path, p.Message = path, fmt.Sprintf(format, args...)
	v.problems = append(v.problems, p)
}

// later adds a problem that may be mended later.
func (v *checker) later(path, format string, args ...any) {
	v.add(path, format, args...)
	v.problems[len(v.problems)-1].Later = true
}

// each looks at the nouns of one kind: their form, that no slug comes twice, and the rules of the kind.
func each[T any](v *checker, kind Kind, list []T, slug func(T) Slug, rules func(T)) {
	seen := map[Slug]bool{}
	for at, noun := range list {
		v.begin(kind, at, slug(noun))
		v.form(noun)
		if seen[slug(noun)] {
			v.add("slug", "%q is the slug of another %s already; expected one of its own", slug(noun), kind)
		}
		seen[slug(noun)] = slug(noun) != ""
		if rules != nil {
			rules(noun)
		}
	}
}

// outlets checks that no outlet has the slug of a source, since an outlet is also a source under its own slug.
func (v *checker) outlets(list []Outlet) {
	for at, o := range list {
		if s, ok := v.index.Source(o.Slug); ok && s.Kind != OutletSource {
			v.begin(KindOutlet, at, o.Slug)
			v.add("slug", "%q is the slug of a source already; an outlet is a source under its own slug", o.Slug)
		}
	}
}

// permanentKeys checks that no two facts stand in the log of editions under the same key.
func (v *checker) permanentKeys(facts []Fact) {
	holder := map[Slug]Slug{}
	for at, f := range facts {
		if first, taken := holder[f.PermanentKey()]; taken && first != f.Slug {
			v.begin(KindFact, at, f.Slug)
			v.add("key", "%q is the key of the fact %s already; expected one of its own", f.PermanentKey(), first)
		} else {
			holder[f.PermanentKey()] = f.Slug
		}
	}
}

// unique checks that no slug in a list comes twice.
func (v *checker) unique(path string, slugs []Slug) {
	for i, s := range slugs {
		if slices.Contains(slugs[:i], s) && s != "" {
			v.add(fmt.Sprintf("%s[%d]", path, i), "%q comes twice in the list", s)
		}
	}
}

// ref checks that a slug names a noun of the index. It asks nothing of "".
func ref[T any](v *checker, path string, kind Kind, known map[Slug]T, slug Slug) bool {
	if slug == "" {
		return false
	}
	_, ok := known[slug]
	if !ok && slug.Valid() {
		v.add(path, "%q is no %s%s", slug, kind, instead(string(slug), stringKeys(known)))
	}
	return ok
}

func (v *checker) refs(path string, slugs []Slug, check func(path string, slug Slug) bool) {
	v.unique(path, slugs)
	for i, s := range slugs {
		check(fmt.Sprintf("%s[%d]", path, i), s)
	}
}

func (v *checker) isParty(path string, s Slug) bool {
	return ref(v, path, KindParty, v.index.parties, s)
}

func (v *checker) isSource(path string, s Slug) bool {
	return ref(v, path, "source or outlet", v.index.sources, s)
}

func stringKeys[T any](m map[Slug]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, string(k))
	}
	slices.Sort(keys)
	return keys
}

// few is the number of choices up to which a message names them all.
const few = 8

// instead words what was expected in place of a wrong choice: all choices where they are few, otherwise the one that is
// spelt most like it.
func instead(wrong string, choices []string) string {
	switch {
	case len(choices) == 0:
		return "; there is none"
	case len(choices) <= few:
		return "; expected one of " + strings.Join(choices, ", ")
	}
	nearest, distance := "", len(wrong)/2+1
	for _, c := range choices {
		if d := editDistance(wrong, c); d < distance {
			nearest, distance = c, d
		}
	}
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf("; the nearest is %q", nearest)
}

// editDistance counts the bytes to change, add or remove between two strings (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
