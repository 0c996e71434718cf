package edition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

// A Sentence is one sentence of the attributed paragraph.
type Sentence struct {
	Claim   string // code of the claim that it tells, "" for none
	Record  string // slug of the record, likewise
	Text    Text   // words in quotation marks are runs of the kind said
	Address string // absolute; ends the sentence, "" for none
}

// ErrChoice says that a chosen claim or record is not in the edition, or not where it was chosen.
var ErrChoice = errors.New("not in this edition")

// A Missing is the error of a choice that leaves out positions.
type Missing struct{ Positions []MissingPosition } // in the order of the page

// A MissingPosition is a position with its words.
type MissingPosition struct {
	Aspect   string // "" for the fact itself
	Position string
	Label    Text
}

// Error names the positions.
func (m *Missing) Error() string {
	var labels []string
	for _, p := range m.Positions {
		labels = append(labels, p.Label.String())
	}
	return "positions without a claim: " + strings.Join(labels, "; ")
}

// Choice names a claim as chosen from the answers to an aspect, "" for the fact itself, in the form that [Paragraph]
// takes.
func Choice(aspect, code string) string {
	if aspect == "" {
		return code
	}
	return aspect + "." + code
}

// Paragraph tells a fact by chosen claims and records, for somebody to copy. A claim is chosen as [Choice] names it, a
// record by its slug; without any choice [DefaultChoice] is taken. What stands twice is told once.
//
// Each sentence has the same form: who said it, in what office, on what day, through whom and in which outlet, and then
// the words, in quotation marks only where they are quoted directly. They stand in the order of the positions, and under
// one in the edition's. Each question from whose answers a claim is chosen is told with all its positions; one for which
// the edition has no claim is said to have none. The errors are [*Missing] where a position has claims and none is
// chosen, or only another party's account or words that were taken down where there are others, and [ErrChoice].
func Paragraph(c Content, chosen []string) ([]Sentence, error) {
	t := newTeller(c)
	if len(chosen) == 0 {
		chosen = DefaultChoice(c)
	}
	picked, records, err := t.picked(chosen)
	if err != nil {
		return nil, err
	}
	told := []Sentence{{Text: append(Text{words("Sources answer this question differently: ")}, ended(slices.Clone(c.Question))...)}}
	var missing Missing
	for _, b := range c.Bands {
		if claims := picked[b.Aspect]; len(claims) > 0 {
			if b.Aspect != "" {
				told = append(told, Sentence{Text: append(Text{words("Part of it: ")}, ended(slices.Clone(b.Question))...)})
			}
			told = append(told, t.band(b, claims, &missing)...)
			for _, slug := range b.Records {
				told = append(told, t.recordOnce(slug, records)...)
			}
		}
	}
	if len(missing.Positions) > 0 {
		return nil, fmt.Errorf("edition: paragraph on %s: %w", c.Slug, &missing)
	}
	for _, r := range c.Records {
		told = append(told, t.recordOnce(r.Slug, records)...)
	}
	if c.Dispute.Fiction {
		told = append(told, Sentence{Text: plain("All of this is invented for practice.")})
	}
	for i := range told {
		told[i].Text = tidy(told[i].Text)
	}
	return told, nil
}

// DefaultChoice gives, for each position of the fact itself, or of its first aspect where the fact has none of its own,
// the first claim of a given day by somebody who holds it; where there is none, what comes nearest to that.
func DefaultChoice(c Content) []string {
	i := max(0, slices.IndexFunc(c.Bands, func(b Band) bool { return b.Aspect == "" }))
	if i >= len(c.Bands) {
		return nil
	}
	t, b := newTeller(c), c.Bands[i]
	var chosen []string
	for _, h := range b.Heads {
		claims := t.taking(b.Aspect, h.Position)
		if len(claims) == 0 {
			continue
		}
		best := slices.MinFunc(claims, func(a, b Claim) int { return t.farness(a, h) - t.farness(b, h) }) // the first of equals
		chosen = append(chosen, Choice(b.Aspect, best.Code))
	}
	return chosen
}

// Whence is the sentence with which a paragraph ends: which edition it is from, and its address.
func (b Body) Whence(address string) Sentence {
	return Sentence{Text: plain("From Counterclaim, edition ", fmt.Sprint(b.Number), " of ", publishedDay(b.PublishedAt), ":"), Address: address}
}

// publishedDay writes the day of a time as editions have it.
func publishedDay(at string) string {
	day, _, _ := strings.Cut(at, "T")
	return dayText(narrative.Day(day))
}

// A teller finds what a paragraph needs of a content.
type teller struct {
	content  Content
	claims   map[string]Claim
	sources  map[string]Source
	outlets  map[string]Outlet
	articles map[string]Article
}

func newTeller(c Content) teller {
	t := teller{c, map[string]Claim{}, map[string]Source{}, map[string]Outlet{}, map[string]Article{}}
	for _, claim := range c.Claims {
		t.claims[claim.Code] = claim
	}
	for _, s := range c.Sources {
		t.sources[s.Slug] = s
	}
	for _, o := range c.Outlets {
		t.outlets[o.Slug] = o
	}
	for _, a := range c.Articles {
		t.articles[a.Slug] = a
	}
	return t
}

// picked parts a choice into the codes of claims by aspect and the slugs of records.
func (t teller) picked(chosen []string) (claims map[string]map[string]bool, records map[string]bool, err error) {
	claims, records = map[string]map[string]bool{}, map[string]bool{}
	for _, choice := range chosen {
		aspect, code, dotted := strings.Cut(choice, ".")
		if !dotted {
			aspect, code = "", choice
		}
		if claim, ok := t.claims[code]; ok {
			if _, ok := claim.stanceOn(aspect); !ok && !dotted && len(claim.Stances) > 0 {
				aspect = claim.Stances[0].Aspect
			}
			if _, ok := claim.stanceOn(aspect); ok {
				if claims[aspect] == nil {
					claims[aspect] = map[string]bool{}
				}
				claims[aspect][code] = true
				continue
			}
		}
		if !slices.ContainsFunc(t.content.Records, func(r Record) bool { return r.Slug == choice }) {
			return nil, nil, fmt.Errorf("edition: paragraph on %s: %q %w", t.content.Slug, choice, ErrChoice)
		}
		records[choice] = true
	}
	return claims, records, nil
}

// stanceOn is what a claim does on an aspect, "" for the fact itself.
func (c Claim) stanceOn(aspect string) (Stance, bool) {
	i := slices.IndexFunc(c.Stances, func(s Stance) bool { return s.Aspect == aspect })
	if i < 0 {
		return Stance{}, false
	}
	return c.Stances[i], true
}

// taking are the claims that take a position, in the edition's order; the position "" is none.
func (t teller) taking(aspect, position string) []Claim {
	var taking []Claim
	for _, claim := range t.content.Claims {
		if s, ok := claim.stanceOn(aspect); ok && s.Position == position {
			taking = append(taking, claim)
		}
	}
	return taking
}

// band tells the chosen claims on one question, position by position, then those that take none. It adds the positions
// left out to missing.
func (t teller) band(b Band, picked map[string]bool, missing *Missing) []Sentence {
	var told []Sentence
	for _, h := range b.Heads {
		all := t.taking(b.Aspect, h.Position)
		if len(all) == 0 {
			told = append(told, Sentence{Text: append(Text{words("No claim in this edition gives the answer: ")}, ended(slices.Clone(h.Label))...)})
			continue
		}
		nobodySpeaks := !slices.ContainsFunc(all, t.speaks)
		covered := false
		for _, claim := range all {
			if picked[claim.Code] {
				covered = covered || nobodySpeaks || t.speaks(claim)
				told = append(told, t.told(claim, b.Aspect)...)
			}
		}
		if !covered {
			missing.Positions = append(missing.Positions, MissingPosition{b.Aspect, h.Position, h.Label})
		}
	}
	for _, claim := range t.taking(b.Aspect, "") {
		if picked[claim.Code] {
			told = append(told, t.told(claim, b.Aspect)...)
		}
	}
	return told
}

// farness is how far a claim is from what a position is best told by.
func (t teller) farness(c Claim, h Head) int {
	far := 0
	if c.Said.Basis != string(narrative.Given) {
		far++
	}
	if !slices.ContainsFunc(h.Holders, func(holder Holder) bool { return holder.Source == c.Source }) {
		far += 2
	}
	if !t.speaks(c) {
		far += 4
	}
	return far
}

// speaks reports whether a claim lets somebody speak for a position: its words are there, and they are no other party's
// account.
func (t teller) speaks(c Claim) bool { return !t.isRelay(c) && c.Withheld == (Redaction{}) }

// isRelay reports whether a claim is one party's account of what another said. An outlet's is its report.
func (t teller) isRelay(c Claim) bool {
	from, ok := t.sources[c.Source]
	return ok && c.AttributedTo != "" && c.AttributedTo != c.Source &&
		(from.Party == "" || from.Party != t.sources[c.AttributedTo].Party)
}

// recordOnce tells a record if it is chosen, and takes it from the choice.
func (t teller) recordOnce(slug string, chosen map[string]bool) []Sentence {
	i := slices.IndexFunc(t.content.Records, func(r Record) bool { return r.Slug == slug })
	if i < 0 || !chosen[slug] {
		return nil
	}
	delete(chosen, slug)
	r := t.content.Records[i]
	text := Text{words("On record, as a ", strings.ReplaceAll(r.Kind, "-", " "), ": ", r.Title)}
	if r.Maker != "" {
		text = append(text, words(", by ", r.Maker))
	}
	text = append(text, words(", dated ", r.Date.Text))
	if r.Where != "" {
		text = append(text, words(", kept at ", r.Where))
	}
	told := []Sentence{{Record: slug, Text: ended(text)}}
	for _, part := range []struct {
		title string
		texts []Text
	}{{"What it shows: ", r.Shows}, {"What it does not show: ", r.ShowsNot}} {
		if len(part.texts) > 0 {
			told = append(told, Sentence{Record: slug, Text: ended(append(Text{words(part.title)}, joined(part.texts, " ")...))})
		}
	}
	if r.Checked != "" {
		told = append(told, Sentence{Record: slug, Text: plain("How it was checked: ", sentence(r.Checked))})
	}
	return told
}
