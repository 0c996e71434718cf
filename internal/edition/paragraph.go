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

// Quotation tells one claim as its card does, for somebody to copy: who and through whom, the words, when they were said,
// what must be known beside, and the address.
func (c Claim) Quotation(address string) []Sentence {
	who := append(slices.Clone(c.Who), words(" "))
	told := []Sentence{{Claim: c.Code, Text: tidy(append(who, c.words()...))}, {Text: c.When}}
	if len(c.Changed.Text) > 0 {
		told = append(told, Sentence{Text: ended(slices.Clone(c.Changed.Text))})
	}
	for _, n := range c.Notes {
		told = append(told, Sentence{Text: n})
	}
	return append(told, Sentence{Address: address})
}

// words are the words of a claim as the end of a sentence: in quotation marks only if they are quoted directly and have
// none of their own.
func (c Claim) words() Text {
	said := strings.Join(strings.Fields(strings.Join(c.Segments, " … ")), " ")
	run := Run{Text: said, Lang: c.Lang}
	if c.Quoted {
		run.Kind = RunSaid
	}
	if strings.ContainsAny(said[max(0, len(said)-1):], ".!?") || strings.HasSuffix(said, "…") {
		return Text{run}
	}
	return Text{run, words(".")}
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

// told tells one claim, and what the outlet has done to its words since.
func (t teller) told(c Claim, aspect string) []Sentence {
	sentences := []Sentence{t.claim(c, aspect)}
	if len(c.Changed.Text) > 0 {
		sentences = append(sentences, Sentence{Text: ended(slices.Clone(c.Changed.Text))})
	}
	return sentences
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

// claim tells one claim.
func (t teller) claim(c Claim, aspect string) Sentence {
	name := t.name(c.Source)
	text := Text{words(upperFirst(name))}
	if c.Named != "" && c.Voice != string(narrative.OutletVoice) && isOtherName(c.Named, narrative.Source{Name: name}) {
		text = append(text, words(" (“", c.Named, "” in the article)"))
	}
	if c.Office != "" {
		text = append(text, words(", ", c.Office, ","))
	}
	if c.Joint {
		text = append(text, words(" jointly with ", t.jointly(c)))
	}
	verb := " said "
	if c.Voice == string(narrative.OutletVoice) {
		verb = " wrote "
	}
	text = append(text, words(verb, t.when(c)))
	stance, _ := c.stanceOn(aspect)
	text = append(text, words(modeSays[narrative.Mode(stance.Mode)], t.through(c)))
	if c.AttributedTo != "" && c.AttributedTo != c.Source {
		text = append(text, words(", of what ", t.name(c.AttributedTo), " said, according to the account of ", name))
	}
	return Sentence{Claim: c.Code, Text: append(append(text, words(": ")), c.words()...)}
}

// modeSays says how a claim takes its position; asserting and denying need no words.
var modeSays = map[narrative.Mode]string{
	narrative.Presupposed: ", as something presupposed",
	narrative.Demanded:    ", as a demand",
	narrative.Conditional: ", as an offer or condition",
	narrative.Concern:     ", as a concern, taking no position",
	narrative.Withheld:    ", giving no verdict and taking no position",
}

// name names a source or an outlet in the middle of a sentence.
func (t teller) name(slug string) string {
	if o, ok := t.outlets[slug]; ok {
		if o.Unknown {
			return "the " + lowerFirst(o.Name)
		}
		return o.Name
	}
	s := t.sources[slug]
	name := inMiddle(s.Name)
	if (s.Kind == string(narrative.Body) || s.Kind == string(narrative.Side)) && isDescription(name) {
		return "the " + name
	}
	return name
}

// jointly names those who said the same words together.
func (t teller) jointly(c Claim) string {
	var others []string
	for _, other := range t.content.Claims {
		if other.Joint && other.Source != c.Source && other.Article == c.Article && slices.Equal(other.Segments, c.Segments) {
			others = append(others, t.name(other.Source))
		}
	}
	if len(others) == 0 {
		return "others"
	}
	slices.Sort(others)
	var names []Text
	for _, other := range slices.Compact(others) {
		names = append(names, plain(other))
	}
	return listed(names).String()
}

// when says the day of a claim, and that it is inferred or not known.
func (t teller) when(c Claim) string {
	if c.Said.Earliest == "" {
		if published := t.articles[c.Article].Published; published.Earliest != "" {
			return "on a day that is not known (the article was published " + onDate(published) + inferredDate(published) + ")"
		}
		return "on a day that is not known"
	}
	var beside []string
	if c.Said.Basis != string(narrative.Given) {
		beside = append(beside, "an inferred date")
	}
	if c.Uttered.Earliest != "" && c.Issued.Earliest != "" && c.Issued.Text != c.Uttered.Text {
		beside = append(beside, "issued "+onDate(c.Issued)+inferredDate(c.Issued))
	}
	if len(beside) == 0 {
		return onDate(c.Said)
	}
	return onDate(c.Said) + " (" + strings.Join(beside, "; ") + ")"
}

// onDate says a known date after a verb: "on 14 September 2023", "in January 2023", "between 1 and 14 September 2023".
func onDate(d Date) string {
	text := strings.TrimSuffix(d.Text, ", inferred")
	switch {
	case d.Precision == string(narrative.PrecisionMonth) || d.Precision == string(narrative.PrecisionYear):
		return "in " + text
	case strings.HasPrefix(text, "between "):
		return text
	}
	return "on " + text
}

func inferredDate(d Date) string {
	if d.Basis == string(narrative.Given) {
		return ""
	}
	return ", an inferred date"
}

// through says how the words came, from the speaker's spokesman to the outlet, each step after a comma. The outlets' own
// verbs are left out: they are theirs.
func (t teller) through(c Claim) string {
	var b strings.Builder
	step := func(parts ...string) { b.WriteString(", " + strings.Join(parts, "")) }
	switch narrative.Attribution(c.Attribution) {
	case narrative.AttributionInferred:
		step("the speaker being inferred")
	case narrative.AttributionOrOutlet:
		step("in words that may be the outlet’s own")
	}
	if t.sources[c.Source].Kind == string(narrative.UnnamedGroup) {
		step("nobody being named")
	}
	before, translated := c.Chain, false
	if n := len(before); n > 0 && before[n-1].By == c.Outlet {
		before = before[:n-1]
	}
	for _, h := range before {
		translated = translated || h.Role == string(narrative.RoleTranslator)
		how := strings.Replace(h.Text, " (“"+h.Verb+"”)", "", 1)
		if bare, inferred := strings.CutSuffix(how, ", inferred"); inferred {
			how = bare + " (inferred)"
		}
		step(how)
	}
	switch {
	case c.Voice == string(narrative.OutletVoice):
		step("in its own voice")
	case c.Source == c.Outlet:
		step("in its own words")
	case c.Voice == string(narrative.DirectQuote):
		step("quoted by ", t.name(c.Outlet))
	default:
		step("paraphrased by ", t.name(c.Outlet))
	}
	switch narrative.Translation(t.articles[c.Article].Translated) {
	case narrative.TranslationStated:
		if !translated {
			step("in translation")
		}
	case narrative.TranslationLikely:
		if !translated {
			step("most likely in translation")
		}
	}
	if primary, _, _ := strings.Cut(c.Lang, "-"); primary != "" && primary != "en" {
		step("in its own language (", c.Lang, ")")
	}
	return b.String()
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
