package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
	"counterclaim/internal/web/ui"
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
		text += ", " + dayWords(f.tagging.Article.Published.On.String())
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
		list[n] = choice{string(p.Slug), f.plain(p.Label)}
	}
	return list
}

// aspectChoices are the aspects of the first fact.
func (f *tagForm) aspectChoices() []choice {
	fact, _ := f.factOf(0)
	list := make([]choice, len(fact.Aspects))
	for n, a := range fact.Aspects {
		list[n] = choice{string(a.Slug), f.plain(a.Question)}
	}
	return list
}

// plain is editors' text with the names of its places.
func (f *tagForm) plain(m narrative.Markup) string { return placeNames(f.tagging.Places).plain(m) }

// A factGroup is the facts of a dispute, as a form offers them.
type factGroup struct {
	Dispute string // its title, marked if it is invented
	Facts   []choice
	other   bool // one is invented, the article or the dispute, and the other is not
}

// factGroups are the facts to choose from, under their disputes: those used last first, what is of the other kind than the
// article, invented or real, last.
func (f *tagForm) factGroups() []factGroup {
	titles, others := map[narrative.Slug]string{}, map[narrative.Slug]bool{}
	for _, d := range f.tagging.Disputes {
		titles[d.Slug], others[d.Slug] = d.Name, d.Invented != f.tagging.Disputes[0].Invented
		if d.Kind == store.FictionKind {
			titles[d.Slug] = practiceTitle(d.Name, true)
		}
	}
	var groups []factGroup
	at := map[narrative.Slug]int{}
	for _, fact := range f.tagging.Facts {
		n, ok := at[fact.Dispute]
		if !ok {
			n = len(groups)
			at[fact.Dispute] = n
			groups = append(groups, factGroup{Dispute: cmp.Or(titles[fact.Dispute], string(fact.Dispute)), other: others[fact.Dispute]})
		}
		groups[n].Facts = append(groups[n].Facts, choice{string(fact.Slug), f.plain(fact.Question)})
	}
	slices.SortStableFunc(groups, func(a, b factGroup) int { return boolOrder(a.other, b.other) })
	return groups
}

// links are the ways from the article to what else is to be done with it.
func (v tagView) links() []ui.Link {
	article := v.tagging.Article.Slug
	var list []ui.Link
	if v.Account.Role.May(store.RoleEditor) {
		list = append(list, ui.Link{Text: "Its details", Href: nounPath(narrative.KindArticle, string(article))})
	}
	return append(list,
		ui.Link{Text: "Its captures", Href: capturesPath(article)},
		ui.Link{Text: "Claims to look for again", Href: reanchorArticlePath(article)},
	)
}

// A taggedFact is a fact on which claims of the article have a stance.
type taggedFact struct {
	Slug     narrative.Slug
	Question string
	Claims   string // how many of the article's
	Read     readingView
}

// taggedFacts are those facts in the order in which their claims come.
func (v tagView) taggedFacts() []taggedFact {
	var list []taggedFact
	at, counts := map[narrative.Slug]int{}, []int{}
	for _, c := range v.tagging.Claims {
		var on []narrative.Slug
		for _, s := range c.Stances {
			if slices.Contains(on, s.Fact) {
				continue
			}
			on = append(on, s.Fact)
			n, ok := at[s.Fact]
			if !ok {
				n = len(list)
				at[s.Fact] = n
				list = append(list, taggedFact{Slug: s.Fact, Question: string(s.Fact)})
				counts = append(counts, 0)
			}
			counts[n]++
		}
	}
	for i := range list {
		list[i].Claims = plural(counts[i], "claim", "claims")
		for _, f := range v.tagging.Facts {
			if f.Slug == list[i].Slug {
				list[i].Question = v.plain(f.Question)
			}
		}
		list[i].Read = v.readingFor(list[i].Slug, list[i].Question)
	}
	return list
}

// readingFor is the button for a reading for a fact; without a fact where there is one already.
func (v tagView) readingFor(fact narrative.Slug, question string) readingView {
	if slices.ContainsFunc(v.tagging.Article.ReadFor, func(r narrative.Reading) bool { return r.Fact == fact }) {
		return readingView{}
	}
	return readingView{Article: v.tagging.Article.Slug, Fact: fact, Question: question, Next: v.tagPath()}
}

// unreadFacts are other facts for which nobody has read the article: of the disputes of those on which it has claims, or of
// all where it has none.
func (v tagView) unreadFacts() []readingView {
	tagged := v.taggedFacts()
	has := func(f narrative.Slug) bool {
		return slices.ContainsFunc(tagged, func(t taggedFact) bool { return t.Slug == f })
	}
	var disputes []narrative.Slug
	for _, f := range v.tagging.Facts {
		if has(f.Slug) {
			disputes = append(disputes, f.Dispute)
		}
	}
	var list []readingView
	for _, f := range v.tagging.Facts {
		if has(f.Slug) || len(disputes) > 0 && !slices.Contains(disputes, f.Dispute) {
			continue
		}
		if r := v.readingFor(f.Slug, v.plain(f.Question)); r.Fact != "" {
			list = append(list, r)
		}
	}
	return list
}

// disputeChoices are the disputes, that of a new fact by all that is known before the others.
func (f *tagForm) disputeChoices() []choice {
	list := offerChoices(f.tagging.Disputes)
	mine := string(f.likelyDispute())
	slices.SortStableFunc(list, func(a, b choice) int { return boolOrder(a.Value != mine, b.Value != mine) })
	return list
}

// noDispute is what stands in the place of a dispute that nothing tells, "" where one is preset.
func (f *tagForm) noDispute() string {
	if f.likelyDispute() == "" {
		return "choose one"
	}
	return ""
}

// likelyDispute is that of the fact chosen, of one on which the article has a claim, or the only one there is.
func (f *tagForm) likelyDispute() narrative.Slug {
	if fact, ok := f.factOf(0); ok {
		return fact.Dispute
	}
	for _, fact := range f.tagging.Facts {
		for _, c := range f.tagging.Claims {
			if slices.ContainsFunc(c.Stances, func(s narrative.Stance) bool { return s.Fact == fact.Slug }) {
				return fact.Dispute
			}
		}
	}
	if len(f.tagging.Disputes) == 1 {
		return f.tagging.Disputes[0].Slug
	}
	return ""
}

// offerChoices makes choices of nouns.
func offerChoices(offers []store.Offer) []choice {
	list := make([]choice, len(offers))
	for i, o := range offers {
		list[i] = choice{string(o.Slug), practiceTitle(o.Name, o.Invented)}
	}
	return list
}

// sourceHint stands beside a source's name among those that are offered.
func sourceHint(o store.Offer) string {
	if o.Kind == string(narrative.OutletSource) {
		return practiceTitle("outlet", o.Invented)
	}
	return practiceTitle(string(o.Slug), o.Invented)
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
