package desk

import (
	"fmt"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// A placeMatch is where a quotation stands, to be chosen.
type placeMatch = passage.Match

// A surrounded is words with a little of what stands around them.
type surrounded struct{ Before, Words, After string }

// around returns the words of a place with what stands around them.
func (f *tagForm) around(m passage.Match) surrounded {
	words, err := f.tagging.Text.Words(m)
	if err != nil {
		return surrounded{}
	}
	before, after := passage.Context(f.tagging.Text, m)
	return surrounded{before, strings.Join(words, " … "), after}
}

// action is where the form is sent to, and where it is opened.
func (f *tagForm) action() string {
	if f.isNew() {
		return f.tagPath()
	}
	return nounPath(narrative.KindClaim, string(f.claim.Code))
}

// tagPath is where the article is tagged.
func (f *tagForm) tagPath() string { return tagPath(f.tagging.Article.Slug) }

// provenance is where the article is from, and whether its whole text is there.
func (f *tagForm) provenance() string {
	text := f.tagging.Outlet
	if f.tagging.Article.Published.Known() {
		text += ", " + f.tagging.Article.Published.On.String()
	}
	if !f.tagging.Full {
		text += ". The desk has passages of this article, not its whole text"
	}
	return text
}

// claimCount says how many claims the article has.
func (f *tagForm) claimCount() string {
	if n := len(f.tagging.Claims); n != 1 {
		return fmt.Sprintf("%d claims", n)
	}
	return "1 claim"
}

// restIsOpen reports whether the fields that a quick tag does not need are unfolded: for a claim that is there, and where
// something in them is wrong.
func (f *tagForm) restIsOpen() bool {
	quick := []string{"", fieldQuotation, "source", "stances[0]", "new_"}
	wrong := slices.ContainsFunc(f.Problems, func(p narrative.Problem) bool {
		return !slices.ContainsFunc(quick, func(prefix string) bool { return p.Path == prefix || prefix != "" && strings.HasPrefix(p.Path, prefix) })
	})
	return wrong || f.Theirs != nil || f.claim.Code != "" || f.moved
}

// hasIn reports whether one of the fields, or of those under them, holds something.
func (f *tagForm) hasIn(paths ...string) bool {
	for name, values := range f.Values {
		if slices.ContainsFunc(paths, func(p string) bool { return name == p || strings.HasPrefix(name, p+".") }) && strings.Join(values, "") != "" {
			return true
		}
	}
	return false
}

// otherStances are the rows of stances after the first, with one more for a new one.
func (f *tagForm) otherStances() []int {
	rows := form.Rows(f.Values, "stances")
	if len(rows) == 0 {
		return []int{1}
	}
	next := rows[len(rows)-1] + 1
	rows = rows[1:]
	if next < form.MaxRows {
		rows = append(rows, next)
	}
	return rows
}

// periods are those of the fact of a row of stances.
func (f *tagForm) periods(i int) []choice {
	fact, _ := f.factOf(i)
	list := make([]choice, len(fact.Periods))
	for n, p := range fact.Periods {
		list[n] = choice{string(p.Slug), plainText(p.Label)}
	}
	return list
}

// aspectChoices are the aspects of the first fact.
func (f *tagForm) aspectChoices() []choice {
	fact, _ := f.factOf(0)
	list := make([]choice, len(fact.Aspects))
	for n, a := range fact.Aspects {
		list[n] = choice{string(a.Slug), plainText(a.Question)}
	}
	return list
}

// disputeChoices are the disputes, that of the first fact offered before the others.
func (f *tagForm) disputeChoices() []choice {
	list := offerChoices(f.tagging.Disputes)
	if len(f.tagging.Facts) > 0 {
		mine := string(f.tagging.Facts[0].Dispute)
		slices.SortStableFunc(list, func(a, b choice) int { return boolOrder(a.Value != mine, b.Value != mine) })
	}
	return list
}

// offerChoices makes choices of nouns.
func offerChoices(offers []store.Offer) []choice {
	list := make([]choice, len(offers))
	for i, o := range offers {
		list[i] = choice{string(o.Slug), o.Name}
	}
	return list
}

// sourceHint stands beside a source's name among those that are offered.
func sourceHint(o store.Offer) string {
	if o.Kind == string(narrative.OutletSource) {
		return "outlet"
	}
	return string(o.Slug)
}

// blankFirst puts an empty value before the choices of a row that is new, so that a row that nobody has touched says nothing.
func blankFirst(f fieldSet, path string, choices []choice) []choice {
	if f.Values.Get(path) != "" {
		return choices
	}
	return append([]choice{{"", "–"}}, choices...)
}

// modeNone is what the empty mode is called: there is none for the first stance.
func modeNone(i int) string {
	if i == 0 {
		return ""
	}
	return "–"
}

// stanceRow is the path of a stance as a whole.
func stanceRow(i int) string { return fmt.Sprintf("stances[%d]", i) }

// positionID makes a part of an id of the value by which a position is chosen.
func positionID(value string) string { return strings.ReplaceAll(value, "/", "--") }
