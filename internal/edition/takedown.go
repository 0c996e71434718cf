package edition

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"counterclaim/internal/narrative"
)

// A Takedown takes something out of every edition that holds it, also one for the newsroom: a passage, an article or a
// person. One is made by
// [TakeClaim], [TakeArticle] or [TakeSource]. It learns from every edition and from the desk how the thing is worded, and
// then says what is left of each. It is for one goroutine.
type Takedown struct {
	codes    map[string]bool // every code that the passage's claim ever had
	articles map[string]bool // every slug that the article ever had
	sources  map[string]bool // likewise of the person
	standIn  string          // the slug in their place

	names   map[string]bool // of the person, as they stand in texts
	maybe   map[string]bool // forms that count only if they are nobody else's
	others  map[string]bool // names of other nouns
	spoken  passages
	learned *needles // the names that count; nil until they are asked for
}

// TakeClaim takes down the passage of a claim, by every code that it ever had: its words, and those of every claim of the
// same article that shares them.
func TakeClaim(codes ...string) *Takedown {
	t := newTakedown()
	t.codes = setOf(codes)
	return t
}

// TakeArticle takes down an article, by every slug that it ever had: the words of all its claims, its headline, address and
// byline.
func TakeArticle(slugs ...string) *Takedown {
	t := newTakedown()
	t.articles = setOf(slugs)
	return t
}

// TakeSource takes down a person, by every slug that they ever had: their name in every form, their offices, their slugs,
// of which standIn takes the place, and the words of their claims, of those that tell their views, and of those in which
// they are named.
func TakeSource(standIn string, slugs ...string) *Takedown {
	t := newTakedown()
	t.sources, t.standIn = setOf(slugs), standIn
	t.sources[standIn] = true
	return t
}

func newTakedown() *Takedown {
	return &Takedown{names: map[string]bool{}, maybe: map[string]bool{}, others: map[string]bool{}}
}

func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// The marks that stand where something was taken out of a text.
const (
	NameWithheld  = "[name withheld]"
	WordsWithheld = "[withheld]"
)

// Learn takes down how an edition words the thing. Of a body that was erased whole there is nothing to be learned. The
// error is [ErrFormat].
func (t *Takedown) Learn(body []byte) error {
	b, err := read(body)
	if errors.Is(err, ErrRedacted) {
		return nil
	}
	if err != nil {
		return err
	}
	t.learned = nil
	c := b.Content
	for _, claim := range c.Claims {
		if t.isOfPerson(claim.Source) {
			t.maybeNamed(claim.Named, claim.Office)
		} else {
			t.otherNames(claim.Named, claim.Office)
		}
		for _, h := range claim.Chain {
			if t.isOfPerson(h.By) {
				t.named(h.Name)
			}
		}
		if t.isTarget(claim) && claim.Withheld == (Redaction{}) {
			t.spoken.add(append([]string{claim.Changed.Now}, claim.Segments...)...)
		}
	}
	for _, a := range c.Articles {
		if t.articles[a.Slug] && a.Withheld == (Redaction{}) {
			t.spoken.add(a.Headline, a.Byline)
		}
	}
	for _, s := range c.Sources {
		called := slices.Clone(s.Printed)
		for _, o := range s.Offices {
			called = append(called, o.Title)
		}
		t.learnSource(s.Slug, s.Name, s.Kind, called)
	}
	for _, p := range c.Parties {
		t.otherNames(p.Name)
	}
	for _, o := range c.Outlets {
		t.otherNames(o.Name)
	}
	for _, p := range c.Places {
		t.otherNames(p.Shown)
		for _, n := range p.Names {
			t.otherNames(n.Form)
		}
	}
	return nil
}

// learnSource takes down how a source is worded: its name, and what else it is called, by its offices and in print.
func (t *Takedown) learnSource(slug, name, kind string, called []string) {
	if t.isOfPerson(slug) {
		t.person(name, kind == string(narrative.Person))
		t.maybeNamed(called...)
		return
	}
	t.otherNames(append(called, name)...)
}

// LearnDesk takes down how the desk's tables word the thing.
func (t *Takedown) LearnDesk(c narrative.Collection) {
	t.learned = nil
	for _, a := range c.Articles {
		if t.articles[string(a.Slug)] {
			t.spoken.add(a.Headline, a.Byline)
		}
		for _, b := range a.Blocks {
			for _, claim := range b.Claims {
				if t.isOfPerson(string(claim.Source)) {
					t.maybeNamed(claim.Named, claim.Office)
				} else {
					t.otherNames(claim.Named, claim.Office)
				}
				if t.IsTarget(claim, a.Slug) {
					t.spoken.add(append([]string{claim.Changed.Now}, claimWords(claim, b)...)...)
				}
			}
		}
	}
	for _, s := range c.Sources {
		called := slices.Clone(s.Printed)
		for _, o := range s.Offices {
			called = append(called, o.Title)
		}
		t.learnSource(string(s.Slug), s.Name, string(s.Kind), called)
	}
	for _, p := range c.Parties {
		t.otherNames(p.Name)
	}
	for _, o := range c.Outlets {
		t.otherNames(o.Name)
	}
	for _, p := range c.Places {
		t.otherNames(p.Shown)
	}
}

// LearnPast takes down how a claim that the desk has no more worded the thing. It reports whether the claim is the thing itself, see
// [Takedown.IsTarget].
func (t *Takedown) LearnPast(c narrative.Claim, article narrative.Slug) bool {
	if !t.IsTarget(c, article) {
		return false
	}
	t.spoken.add(append([]string{c.Changed.Now}, c.Words...)...)
	return true
}

// claimWords are the segments of a claim of the desk.
func claimWords(c narrative.Claim, b narrative.Block) []string {
	if len(c.Words) == 0 {
		return []string{b.Text}
	}
	return c.Words
}

// IsTarget reports whether a claim of the desk is itself what is taken down: the passage, a claim of the article, or one
// that the person made or that tells their view.
func (t *Takedown) IsTarget(c narrative.Claim, article narrative.Slug) bool {
	return t.isTarget(Claim{
		Code: string(c.Code), Article: string(article), Source: string(c.Source), AttributedTo: string(c.AttributedTo),
	})
}

func (t *Takedown) isTarget(c Claim) bool {
	return t.codes[c.Code] || t.articles[c.Article] ||
		t.isOfPerson(c.Source) || t.isOfPerson(c.AttributedTo)
}

func (t *Takedown) isOfPerson(slug string) bool { return t.sources[slug] }

// person learns the name of the person, and the surname by which a text may call them.
func (t *Takedown) person(name string, isPerson bool) {
	t.named(name)
	if words := strings.Fields(name); isPerson && len(words) > 1 {
		t.maybeNamed(words[len(words)-1])
	}
}

func (t *Takedown) named(names ...string) {
	for _, name := range names {
		if name != "" && name != NameWithheld {
			t.names[name] = true
		}
	}
}

func (t *Takedown) maybeNamed(names ...string) {
	for _, name := range names {
		if name != "" && name != NameWithheld {
			t.maybe[name] = true
		}
	}
}

func (t *Takedown) otherNames(names ...string) {
	for _, name := range names {
		if name != "" {
			t.others[name] = true
		}
	}
}

// needles gives the names of the person that stand for nobody else, longest first.
func (t *Takedown) needles() *needles {
	if t.learned != nil {
		return t.learned
	}
	list := slices.Collect(maps.Keys(t.names))
	others := map[string]bool{}
	for name := range t.others {
		if !containsAny(name, list) { // "the mayor's office" makes nobody else of "the mayor"
			others[name] = true
			for _, word := range tokens(name) {
				others[word.fold] = true
			}
		}
	}
	for name := range t.maybe {
		if isDistinctive(name) && !others[name] && (len(tokens(name)) > 1 || !others[strings.ToLower(name)]) && !t.names[name] {
			list = append(list, name)
		}
	}
	t.learned = newNeedles(list)
	return t.learned
}

func containsAny(s string, list []string) bool {
	return slices.ContainsFunc(list, func(name string) bool { return strings.Contains(s, name) })
}

// isDistinctive reports whether a form of a name is one that a text can be searched for: it has a capital beyond an
// article at its beginning, three letters or more, and is no month or day.
func isDistinctive(name string) bool {
	rest := name
	if first, after, ok := strings.Cut(name, " "); ok && (strings.EqualFold(first, "the") || strings.EqualFold(first, "a") || strings.EqualFold(first, "an")) {
		rest = after
	}
	return strings.ToLower(rest) != rest && utf8.RuneCountInString(rest) >= 3 && !calendar[rest]
}

// calendar are words of dates that are surnames too.
var calendar = map[string]bool{
	"January": true, "February": true, "March": true, "April": true, "May": true, "June": true, "July": true, "August": true,
	"September": true, "October": true, "November": true, "December": true, "Monday": true, "Tuesday": true, "Wednesday": true,
	"Thursday": true, "Friday": true, "Saturday": true, "Sunday": true,
}

// Names gives the forms of the person's name that are searched for, longest first.
func (t *Takedown) Names() []string { return slices.Clone(t.needles().list) }

// Words gives what was said as texts, longest first.
func (t *Takedown) Words() []string { return t.spoken.texts() }

// IsNamed reports whether a text names the person.
func (t *Takedown) IsNamed(text string) bool { return len(t.needles().spans(text)) > 0 }

// Shares reports whether words of the article in which a passage was taken down are its words too: one has the other
// within it, or they have four words in a row in common.
func (t *Takedown) Shares(segments []string) bool {
	return slices.ContainsFunc(segments, t.spoken.shares)
}

// Tells reports whether a text tells any of the thing: the name, or six words of a passage in a row.
func (t *Takedown) Tells(text string) bool {
	return t.IsNamed(text) || len(t.spoken.copied(text, false)) > 0
}

// Cut gives an editors' text without the thing. Related says that the text is about a claim whose words were taken down, so
// that what it quotes of them goes too. The marks are put as the text may have them: with brackets that its markup takes.
func (t *Takedown) Cut(text string, related bool) string {
	spans := t.spans(text, related)
	for i, s := range spans { // never the inside of a mark alone
		if strings.HasSuffix(text[:s.start], "[[") {
			spans[i].start -= len("[[")
		}
		if strings.HasPrefix(text[s.end:], "]]") {
			spans[i].end += len("]]")
		}
	}
	return replaceSpans(text, spans, strings.NewReplacer("[", "(", "]", ")").Replace)
}

// spans finds what goes from a text, in order and without overlapping.
func (t *Takedown) spans(text string, related bool) []span {
	spans := t.needles().spans(text)
	spans = append(spans, t.spoken.copied(text, related)...)
	return append(spans, t.spoken.quoted(text, related)...)
}

// Apply makes of a body what is left of it without the thing. Held is false, and left nil, for an edition that does not
// hold it, or of which nothing is left. The errors are [ErrFormat] and those of [RedactedTo].
func (t *Takedown) Apply(body []byte, r Redaction) (left []byte, held bool, err error) {
	b, err := read(body)
	if errors.Is(err, ErrRedacted) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	earlier, err := ReadRedactions(body)
	if err != nil {
		earlier = nil // it is whole
	}
	b.Salt = ""
	before, err := Canonical(b)
	if err != nil {
		return nil, false, err
	}
	c := &cutting{Takedown: t, redaction: r, content: &b.Content, gone: map[string]bool{}}
	c.cut(&b)
	after, err := Canonical(b)
	if err != nil || bytes.Equal(before, after) {
		return nil, false, err
	}
	for i := range earlier {
		earlier[i].Reason = c.string(earlier[i].Reason, false)
	}
	left, err = RedactedTo(b, append(earlier, r)...)
	return left, err == nil, err
}
