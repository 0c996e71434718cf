package edition

import (
	"cmp"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

// compileClaim makes a claim's card.
func (p *page) compileClaim(it *item) Claim {
	c := it.claim
	claim := Claim{
		Code:         it.code(),
		Who:          p.who(it),
		Segments:     it.segments,
		Lang:         it.article.Language,
		Dir:          direction(it.article.Language),
		Quoted:       c.Voice == narrative.DirectQuote && !hasMarks(it.segments),
		When:         plain(p.when(it)),
		Notes:        p.notes(it),
		Links:        p.links(it),
		Source:       string(c.Source),
		AttributedTo: string(c.AttributedTo),
		Named:        c.Named,
		Office:       c.Office,
		Attribution:  string(c.Attribution),
		Joint:        c.Joint,
		Party:        string(it.source.Party),
		Outlet:       string(it.article.Outlet),
		Article:      string(it.article.Slug),
		Event:        string(c.Event),
		Voice:        string(c.Voice),
		Basis:        string(c.Basis),
		Chain:        p.chain(it),
		Uttered:      dateOf(c.Uttered),
		Issued:       dateOf(c.Issued),
		Said:         dateOf(it.said),
		About:        dateOf(c.About),
		Origin:       it.origin(),
		Changed:      p.textChange(it),
	}
	if c.Event != "" {
		p.event(c.Event)
	}
	for _, s := range it.stances {
		claim.Stances = append(claim.Stances, Stance{
			Aspect: string(s.Aspect), Position: string(s.Position), Mode: string(s.Mode), Period: p.stageOf(s, it).period(),
		})
	}
	for _, n := range it.counts {
		claim.Figures = append(claim.Figures, p.figureValue(it, n))
	}
	return claim
}

// hasMarks reports whether words have double quotation marks of their own. Marks round the whole would then make the
// outlet's words between them the speaker's.
func hasMarks(segments []string) bool {
	return slices.ContainsFunc(segments, func(s string) bool { return strings.ContainsAny(s, "\"“”„«»") })
}

// direction is the writing direction of a language (BCP 47).
func direction(lang string) string {
	primary, rest, _ := strings.Cut(strings.ToLower(lang), "-")
	if strings.Contains(rest, "latn") || strings.Contains(rest, "cyrl") {
		return "ltr"
	}
	if slices.Contains([]string{"ar", "fa", "he", "ur", "ps", "ckb", "yi"}, primary) || strings.Contains(rest, "arab") {
		return "rtl"
	}
	return "ltr"
}

// when says when the words were said and issued, in sentences.
func (p *page) when(it *item) string {
	c := it.claim
	issued := "Issued " + DateText(c.Issued)
	for _, h := range c.Chain {
		if h.Role == narrative.RoleStatement {
			issued = "Statement of " + DateText(c.Issued)
			break
		}
		if h.Role == narrative.RoleReadout || h.Role == narrative.RolePressService {
			issued = "Readout of " + DateText(c.Issued)
			break
		}
	}
	switch {
	case c.Uttered.Known() && c.Issued.Known():
		occasion := "said"
		if c.Event != "" {
			switch e := p.event(c.Event); e.Kind {
			case narrative.Call, narrative.Meeting, narrative.Hearing:
				occasion = string(e.Kind)
			}
		}
		switch {
		case c.Uttered.On != c.Issued.On || c.Uttered.On.Precision != narrative.PrecisionDay:
			return issued + "; " + occasion + " " + onText(c.Uttered) + "."
		case c.Uttered.Basis != c.Issued.Basis && c.Uttered.Basis != narrative.Given:
			return issued + "; " + occasion + " on the same day, inferred."
		}
		return issued + "; " + occasion + " on the same day."
	case c.Uttered.Known():
		return "Said " + DateText(c.Uttered) + "."
	case c.Issued.Known():
		return issued + "."
	case c.Voice == narrative.OutletVoice && it.said.Known():
		return "Published " + DateText(it.said) + "."
	case it.article.Published.Known():
		return "Day not known; the article was published " + DateText(it.article.Published) + "."
	}
	return "Day not known."
}

// onText says a date after "call" or "said": "of 23 January 2023", "between 1 and 14 September 2023".
func onText(d narrative.Date) string {
	text := DateText(d)
	if strings.HasPrefix(text, "between ") {
		return text
	}
	return "of " + text
}

// notes says what a reader must know of a claim beside who and when.
func (p *page) notes(it *item) []Text {
	notes := p.modeNotes(it)
	for _, s := range it.stances {
		if period, ok := p.fact.PeriodOf(s.Period); ok {
			if during, _ := p.fact.PeriodDuring(it.said.On); during.Slug != period.Slug {
				notes = append(notes, append(Text{words("Speaks of another time than its own: ")}, append(p.line(period.Label), words("."))...))
				break
			}
		}
	}
	add := func(text string) {
		if text != "" {
			notes = append(notes, plain(text))
		}
	}
	switch it.source.Kind {
	case narrative.OutletSource:
		add("An outlet, not counted as a holder.")
	case narrative.UnnamedGroup:
		add("Nobody is named; not counted as a holder.")
	}
	if it.relay {
		notes = append(notes, append(append(Text{words("Another party’s account; not counted as held by ")},
			p.sourceRun(it.claim.AttributedTo)...), words(".")))
	}
	add(placeNote(it.claim.Locator))
	add(basisNotes[it.claim.Basis])
	if it.claim.Voice != narrative.OutletVoice {
		add(attributionNotes[it.claim.Attribution])
	}
	notes = append(notes, p.translationNote(it)...)
	for _, d := range []struct {
		what string
		date narrative.Date
	}{{"was said", it.claim.Uttered}, {"was issued", it.claim.Issued}} {
		switch {
		case d.date.Reason == "":
		case d.date.Basis == narrative.Inferred:
			add("The day it " + d.what + " is inferred. " + sentence(upperFirst(d.date.Reason)))
		case !d.date.Known():
			add("The day it " + d.what + " is not known. " + sentence(upperFirst(d.date.Reason)))
		}
	}
	if it.claim.Voice == narrative.OutletVoice && !it.claim.Uttered.Known() && !it.claim.Issued.Known() && it.said.Basis == narrative.Inferred {
		add("The day of publication is inferred. " + sentence(upperFirst(it.said.Reason)))
	}
	for _, note := range p.markup(it.claim.Note) {
		notes = append(notes, ended(note))
	}
	return notes
}

// placeNote says on which page, or at which moment of a recording, a passage begins.
func placeNote(locator string) string {
	switch {
	case locator == "":
		return ""
	case strings.HasPrefix(locator, "page "):
		return "On " + locator + "."
	}
	return "At " + locator + " of the recording."
}

// textChange says that a later text of the article does not have the words any more, and what it has in their place. Why is
// not said: nobody knows it from the text.
func (p *page) textChange(it *item) TextChange {
	c := it.claim.Changed
	if c.IsZero() {
		return TextChange{}
	}
	change := TextChange{Kind: string(c.Kind), Seen: string(c.Seen), Now: c.Now}
	text := "Changed by the outlet since: the article’s text of " + dayText(c.Seen)
	if c.Kind == narrative.TextReworded {
		change.Text = Text{words(text, " reads here: "), {Text: c.Now, Kind: RunSaid, Lang: it.article.Language}}
	} else {
		change.Text = plain(text, " no longer has these words.")
	}
	return change
}

// modeNotes says how a claim takes its positions, for which question where it does so in several ways.
func (p *page) modeNotes(it *item) []Text {
	var notes []Text
	first := it.stances[0].Mode
	same := !slices.ContainsFunc(it.stances, func(s narrative.Stance) bool { return s.Mode != first })
	if note := modeNotes[first]; same && note != "" {
		return []Text{plain(note)}
	} else if same {
		return notes
	}
	for _, s := range it.stances {
		note := modeNotes[s.Mode]
		if note == "" {
			continue
		}
		question := p.line(p.fact.Question)
		if a, ok := p.fact.AspectOf(s.Aspect); ok {
			question = p.line(a.Question)
		}
		notes = append(notes, append(append(Text{words("On “")}, question...), words("”: ", lowerFirst(note))))
	}
	return notes
}

// translationNote says that the words are a translation, and whose, where that is known.
func (p *page) translationNote(it *item) []Text {
	for _, h := range it.claim.Chain {
		if h.Role == narrative.RoleTranslator {
			return []Text{append(append(Text{words("In translation, by ")}, p.sourceRun(h.By)...), words("."))}
		}
	}
	switch it.article.Translated {
	case narrative.TranslationStated:
		return []Text{plain("In translation; translator not named.")}
	case narrative.TranslationLikely:
		return []Text{plain("Most likely in translation; translator not named.")}
	}
	return nil
}

// links are the counter-claims of a claim on the fact, seen from it: its own first, then those of others to it.
func (p *page) links(it *item) []Link {
	var links []Link
	add := func(c narrative.Counter, other *item, outgoing bool) {
		links = append(links, Link{
			Relation: string(c.Relation), Outgoing: outgoing, Claim: other.code(), Why: p.line(c.Why),
			Text: Text{words(relationWords(c.Relation, outgoing)), {Text: p.linkName(it, other, c.Relation), Kind: RunClaim, Ref: other.code()}},
		})
	}
	for _, c := range it.counters {
		add(c, p.byCode[c.To], true)
	}
	for _, other := range p.items {
		for _, c := range other.counters {
			if c.To == it.claim.Code {
				add(c, other, false)
			}
		}
	}
	slices.SortStableFunc(links, func(a, b Link) int {
		return cmp.Compare(linkOrder(a), linkOrder(b))
	})
	return links
}

func linkOrder(l Link) int {
	order := slices.Index([]narrative.Relation{
		narrative.Answers, narrative.Contradicts, narrative.InTension, narrative.Corroborates, narrative.Restates, narrative.PartOf,
	}, narrative.Relation(l.Relation))
	if !l.Outgoing {
		order += 10
	}
	return order
}

// linkName names the other claim by its source, what it does where that is a demand, an offer or a concern, and its day
// where it is of the same source.
func (p *page) linkName(it, other *item, r narrative.Relation) string {
	name := p.sourceRun(other.claim.Source).String()
	if noun := p.modeNoun(it, other); noun != "" && r == narrative.InTension {
		if strings.Contains(name, ",") {
			name = "the " + noun + " of " + name
		} else {
			name = possessive(name) + " " + noun
		}
	}
	switch {
	case other.claim.Source != it.claim.Source:
	case other.said.Known() && other.said.On != it.said.On:
		name += ", " + DateText(other.said)
	case r == narrative.Restates || r == narrative.PartOf:
		return "the same source"
	}
	return name
}

// modeNoun names what other does on a question that both claims speak to, where that is neither asserting nor denying.
func (p *page) modeNoun(it, other *item) string {
	for _, s := range other.stances {
		if _, ok := it.stanceOn(s.Aspect); ok {
			return modeNouns[s.Mode]
		}
	}
	return ""
}

// relationWords are the words before the other's name.
func relationWords(r narrative.Relation, outgoing bool) string {
	w := linkWords[r]
	if outgoing {
		return w.to
	}
	return w.from
}
