package edition

import (
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
)

// gaps gives what is missing, each kind with a title, and the short list of it for the first screen.
func (p *page) gaps(v figureVerdicts) (gaps []Titled, missing []Text) {
	for _, g := range p.fact.Gaps {
		gaps = append(gaps, Titled{g.Title, p.line(g.Text)})
		missing = append(missing, plain(sentence(g.Title)))
	}
	add := func(title string, texts []Text, short bool) {
		if len(texts) == 0 {
			return
		}
		gaps = append(gaps, Titled{title, joined(texts, " ")})
		if short {
			missing = append(missing, texts...)
		}
	}
	requests, unanswered := p.requests()
	add("Asked for comment", requests, false)
	missing = append(missing, unanswered...)
	accounts, short := p.notHeld()
	add("Expected, not held", accounts, false)
	missing = append(missing, short...)
	figures := p.figuresOfOneOrigin(v)
	missing = append(missing, figures...)
	add("One origin only", append(figures, p.positionsOfOneOrigin()...), false)
	add("Heard only through another", p.heardThrough(), true)
	add("Undated figures", p.undatedFigures(v), false)
	add("No primary document", p.noPrimary(), false)
	add("No record", p.noRecord(), false)
	add("Days not given", p.daysNotGiven(), false)
	return gaps, missing
}

// notHeld names the accounts that were to be expected of the occasions of the page and are not held; in short, once for
// each source.
func (p *page) notHeld() (texts, short []Text) {
	seen := map[narrative.Slug]bool{}
	var sources []narrative.Slug
	events := map[narrative.Slug][]narrative.Slug{}
	for _, it := range p.items {
		slug := it.claim.Event
		if slug == "" || seen[slug] {
			continue
		}
		seen[slug] = true
		for _, x := range p.event(slug).Expected {
			if x.State == narrative.Held {
				continue
			}
			t := p.sourceRun(x.Of)
			t[0].Text = upperFirst(t[0].Text)
			t = append(append(t, words(" on ")), p.eventInSentence(slug)...)
			texts = append(texts, append(t, words(": "+accountState(x)+".")))
			if events[x.Of] == nil {
				sources = append(sources, x.Of)
			}
			events[x.Of] = append(events[x.Of], slug)
		}
	}
	for _, source := range sources {
		t := append(append(Text{words("No account by ")}, p.sourceRun(source)...), words(" of "))
		if n := len(events[source]); n > 1 {
			t = append(t, words(counted(n, "occasion", "occasions")))
		} else {
			t = append(t, p.eventInSentence(events[source][0])...)
		}
		short = append(short, append(t, words(".")))
	}
	return texts, short
}

// eventInSentence names an event in the middle of a sentence, with its day: "the call of … (1 September 2023)".
func (p *page) eventInSentence(slug narrative.Slug) Text {
	run := p.eventRun(slug)
	var t Text
	if first, _, _ := strings.Cut(run.Text, " "); occasionWords[first] {
		run.Text = lowerFirst(run.Text)
		t = Text{words("the ")}
	}
	t = append(t, run)
	if date := p.eventDate(slug); date != "" {
		t = append(t, words(" ("+date+")"))
	}
	return t
}

// occasionWords begin titles of events that stand with "the" in a sentence.
var occasionWords = map[string]bool{
	"Call": true, "Phone": true, "Telephone": true, "Meeting": true, "Talks": true, "Hearing": true, "Statement": true, "Briefing": true,
	"Speech": true, "Visit": true, "Reply": true, "Interview": true,
}

// eventDate is the day of an event in words, as far as its title does not have it; "" if it is not known.
func (p *page) eventDate(slug narrative.Slug) string {
	e := p.event(slug)
	switch {
	case !e.Date.Known():
		return ""
	case !strings.Contains(e.Title, intervalText(e.Date.On)):
		return DateText(e.Date)
	case e.Date.Basis != narrative.Given:
		return "inferred"
	}
	return ""
}

// figuresOfOneOrigin names the counts that rest on one issuer on one occasion.
func (p *page) figuresOfOneOrigin(v figureVerdicts) []Text {
	var texts []Text
	for _, g := range v.groups {
		first := g.rows[0]
		if g.isPlain() {
			continue
		}
		if slices.ContainsFunc(g.rows, func(f *placed) bool { return f.it.origin() != first.it.origin() }) {
			continue
		}
		t := append(Text{words(upperFirst(first.count.Counted), ": one origin, ")}, p.sourceRun(first.it.issuer())...)
		texts = append(texts, append(t, words(".")))
	}
	return texts
}

// positionsOfOneOrigin names the positions that rest on one issuer on one occasion, in however many passages. One with a
// single passage is plain to see and not named.
func (p *page) positionsOfOneOrigin() []Text {
	var texts []Text
	for _, b := range p.bands {
		for _, position := range b.positions {
			taking := b.taking(position.Slug)
			if len(taking) < 2 || slices.ContainsFunc(taking, func(it *item) bool { return it.origin() != taking[0].origin() }) {
				continue
			}
			t := append(Text{words("“")}, p.line(position.Label)...)
			t = append(append(t, words("”: "+counted(len(taking), "passage", "passages")+", one origin, ")), p.sourceRun(taking[0].issuer())...)
			texts = append(texts, append(t, words(".")))
		}
	}
	return texts
}

// heardThrough names the parties that have no claim of their own here, only accounts by another party.
func (p *page) heardThrough() []Text {
	own := map[narrative.Slug]bool{}
	for _, it := range p.items {
		own[it.source.Party] = true
	}
	var texts []Text
	seen := map[[2]narrative.Slug]bool{}
	for _, it := range p.items {
		if !it.relay {
			continue
		}
		to := p.source(it.claim.AttributedTo)
		pair := [2]narrative.Slug{to.Slug, it.claim.Source}
		if own[to.Party] && to.Party != "" || seen[pair] {
			continue
		}
		seen[pair] = true
		t := p.sourceStart(to.Slug)
		t = append(append(t, words(" is heard only through ")), p.sourceRun(it.claim.Source)...)
		texts = append(texts, append(t, words(".")))
	}
	return texts
}

// undatedFigures names the figures that nothing dates.
func (p *page) undatedFigures(v figureVerdicts) []Text {
	var quoted []string
	for _, g := range v.groups {
		if g.isPlain() {
			continue
		}
		for _, f := range g.rows {
			if name := "“" + f.count.figure.Verbatim + "” (" + f.it.source.Name + ")"; f.undated() && !slices.Contains(quoted, name) {
				quoted = append(quoted, name)
			}
		}
	}
	if len(quoted) == 0 {
		return nil
	}
	return []Text{plain("Nothing says on or between which days these hold: ", strings.Join(quoted, "; "), ".")}
}

// noPrimary says that no article of the page is itself a statement, readout or document.
func (p *page) noPrimary() []Text {
	reported := func(a narrative.Article) bool { return a.Kind == narrative.Report || a.Kind == "" }
	if slices.ContainsFunc(p.items, func(it *item) bool { return !reported(it.article) }) ||
		slices.ContainsFunc(p.read, func(a narrative.Article) bool { return !reported(a) }) {
		return nil
	}
	return []Text{plain("No statement, readout or transcript is held in the original; all words here come through news reports.")}
}

func (p *page) noRecord() []Text {
	for _, r := range p.collected.Records {
		if slices.ContainsFunc(r.BearsOn, func(b narrative.Bearing) bool { return b.Fact == p.fact.Slug }) {
			return nil
		}
	}
	return []Text{plain("No document, order, count, image or recording is entered for this.")}
}

// daysNotGiven says how many claims have a day that is inferred, or none.
func (p *page) daysNotGiven() []Text {
	inferred, unknown := 0, 0
	for _, it := range p.items {
		switch {
		case !it.said.Known():
			unknown++
		case !it.said.Dated():
			inferred++
		}
	}
	var texts []Text
	of := " of " + counted(len(p.items), "claim", "claims")
	if inferred > 0 {
		texts = append(texts, plain("The day of ", strconv.Itoa(inferred), of, " is inferred, not given by the article."))
	}
	if unknown > 0 {
		texts = append(texts, plain("The day of ", strconv.Itoa(unknown), of, " is not known."))
	}
	return texts
}
