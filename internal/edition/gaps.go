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
	add("Expected, not held", p.notHeld(), true)
	figures := p.figuresOfOneOrigin(v)
	missing = append(missing, figures...)
	add("One origin only", append(figures, p.positionsOfOneOrigin()...), false)
	add("Heard only through another", p.heardThrough(), true)
	add("Undated figures", p.undatedFigures(v), false)
	add("No primary document", p.noPrimary(), false)
	add("No record", p.noRecord(), false)
	add("Inferred days", p.inferredDays(), false)
	return gaps, missing
}

// notHeld names the accounts that were to be expected of the occasions of the page and are not held.
func (p *page) notHeld() []Text {
	var texts []Text
	seen := map[narrative.Slug]bool{}
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
			t := append(Text{words("The account of ")}, p.sourceRun(x.Of)...)
			t = append(append(t, words(" of ")), p.eventInSentence(slug)...)
			texts = append(texts, append(t, words(": "+accountState(x)+".")))
		}
	}
	return texts
}

// eventInSentence names an event in the middle of a sentence, with its day: "the call of … (1 September 2023)".
func (p *page) eventInSentence(slug narrative.Slug) Text {
	e := p.event(slug)
	run := p.eventRun(slug)
	var t Text
	first, _, _ := strings.Cut(strings.ToLower(run.Text), " ")
	if slices.Contains([]string{"call", "phone", "telephone", "meeting", "talks", "hearing", "statement", "briefing", "speech", "visit", "reply"}, first) {
		run.Text = lowerFirst(run.Text)
		t = Text{words("the ")}
	}
	t = append(t, run)
	if date := dateText(e.Date); e.Date.Known() && !strings.Contains(run.Text, date) {
		t = append(t, words(" ("+date+")"))
	}
	return t
}

// figuresOfOneOrigin names the counts that rest on one issuer on one occasion.
func (p *page) figuresOfOneOrigin(v figureVerdicts) []Text {
	var texts []Text
	for _, g := range v.groups {
		first := g.rows[0]
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
		t = append(append(t, words(": only through ")), p.sourceRun(it.claim.Source)...)
		texts = append(texts, append(t, words(".")))
	}
	return texts
}

// undatedFigures names the figures that nothing dates.
func (p *page) undatedFigures(v figureVerdicts) []Text {
	var quoted []string
	for _, g := range v.groups {
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

// inferredDays says how many claims have a day that is inferred, or none.
func (p *page) inferredDays() []Text {
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
