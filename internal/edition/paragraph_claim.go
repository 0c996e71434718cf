package edition

import (
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

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

// told tells one claim, and what the outlet has done to its words since.
func (t teller) told(c Claim, aspect string) []Sentence {
	sentences := []Sentence{t.claim(c, aspect)}
	if len(c.Changed.Text) > 0 {
		sentences = append(sentences, Sentence{Text: ended(slices.Clone(c.Changed.Text))})
	}
	return sentences
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
