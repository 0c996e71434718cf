package edition

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

// claims compares the claims by their codes.
func (p *comparison) claims() {
	both, gone, added := matched(p.before.Claims, p.after.Claims, func(c Claim) string { return c.Code })
	for _, c := range added {
		p.add(Change{Kind: ClaimAdded, Subject: c.Code, Claim: changedClaim(c, false, true),
			Text: ended(append(Text{words("Claim added, ")}, standsOf(p.after, c)...))})
	}
	for _, c := range gone {
		p.add(Change{Kind: ClaimRemoved, Subject: c.Code, Claim: changedClaim(c, true, false),
			Text: ended(append(Text{words("Claim removed; it stood ")}, standsOf(p.before, c)...))})
	}
	for _, pair := range both {
		p.claim(pair[0], pair[1])
	}
}

func changedClaim(c Claim, before, after bool) ChangedClaim {
	return ChangedClaim{
		Code: c.Code, Who: c.Who, Segments: c.Segments, Lang: c.Lang, Dir: c.Dir, Quoted: c.Quoted, Before: before, After: after,
	}
}

// claim compares two states of a claim.
func (p *comparison) claim(before, after Claim) {
	add := func(c Change) {
		c.Subject, c.Claim = after.Code, changedClaim(after, true, true)
		p.add(c)
	}
	if !slices.Equal(before.Segments, after.Segments) {
		c := reworded(Change{Kind: ClaimReworded, Text: plain("The passage reads otherwise.")}, passageText(before), passageText(after))
		c.Before, c.After = said(before), said(after)
		add(c)
	}
	p.stances(before, after)
	p.speaker(before, after, add)
	for _, d := range []struct {
		what          string
		before, after Date
	}{
		{"the day on which it was said", before.Uttered, after.Uttered},
		{"the day on which it was issued", before.Issued, after.Issued},
		{"when what it tells of happened", before.About, after.About},
	} {
		if c, ok := dateChange(d.what, d.before, d.after); ok {
			add(c)
		}
	}
	p.claimFigures(before, after, add)
	if old, now := editorsNotes(before.Notes), editorsNotes(after.Notes); !sameAll(old, now) {
		add(reworded(Change{Kind: ClaimNote, Text: plain("Our note on it changed.")}, paragraphs(old), paragraphs(now)))
	}
	if old, now := before.Changed, after.Changed; old.Kind != now.Kind || old.Seen != now.Seen || old.Now != now.Now {
		c := Change{Kind: ClaimText, Text: plain("What the outlet has changed since is told otherwise."), Before: old.Text, After: now.Text}
		switch {
		case old.Kind == "":
			c.Text = plain("The outlet has changed the words.")
		case now.Kind == "":
			c.Text = plain("That the outlet has changed the words is no longer said.")
		}
		add(c)
	}
}

// passageText is the words of a claim as a page shows them.
func passageText(c Claim) string { return strings.Join(c.Segments, " … ") }

// said is the words of a claim as words of others.
func said(c Claim) Text { return Text{{Text: passageText(c), Kind: RunSaid, Lang: c.Lang}} }

// speaker compares who says it, for whom, in what office, through whom and how.
func (p *comparison) speaker(before, after Claim, add func(Change)) {
	simple := func(kind ChangeKind, what, old, now string, differs bool) {
		if differs {
			add(Change{Kind: kind, Text: plain(what), Before: plain(cmp.Or(old, "none")), After: plain(cmp.Or(now, "none"))})
		}
	}
	if before.Source != after.Source || before.AttributedTo != after.AttributedTo || before.Attribution != after.Attribution ||
		before.Joint != after.Joint {
		add(reworded(Change{Kind: ClaimSource, Text: plain("Whose words or view it is set down as changed.")},
			readable(before.Who), readable(after.Who)))
	}
	simple(ClaimOffice, "The office or the name as printed changed.", printedAs(before), printedAs(after),
		before.Office != after.Office || before.Named != after.Named)
	if !slices.Equal(hopsCompared(before), hopsCompared(after)) {
		add(reworded(Change{Kind: ClaimChain, Text: plain("How the words came changed.")}, chainText(before), chainText(after)))
	}
	simple(ClaimVoice, "How it is quoted changed.", cmp.Or(voiceNames[before.Voice], before.Voice), cmp.Or(voiceNames[after.Voice], after.Voice),
		before.Voice != after.Voice)
	simple(ClaimBasis, "What the source claims to know it from changed.", basisName(before.Basis), basisName(after.Basis),
		before.Basis != after.Basis)
	simple(ClaimOccasion, "The occasion on which it was said changed.", eventTitle(p.before, before.Event), eventTitle(p.after, after.Event),
		before.Event != after.Event)
	simple(ClaimArticle, "The article in which it stands changed.", articleTitle(p.before, before.Article), articleTitle(p.after, after.Article),
		before.Article != after.Article)
}

func printedAs(c Claim) string {
	return strings.Join(slices.DeleteFunc([]string{c.Office, quotedIf(c.Named)}, func(s string) bool { return s == "" }), ", as ")
}

func quotedIf(name string) string {
	if name == "" {
		return ""
	}
	return "“" + name + "”"
}

// hopsCompared are the steps of a claim's chain without the names in them.
func hopsCompared(c Claim) []Hop {
	hops := slices.Clone(c.Chain)
	for i := range hops {
		hops[i].Name, hops[i].Text = "", ""
	}
	return hops
}

func chainText(c Claim) string {
	steps := make([]string, 0, len(c.Chain))
	for _, h := range c.Chain {
		step := h.Text
		if h.Verb != "" && !strings.Contains(step, h.Verb) {
			step += " (“" + h.Verb + "”)"
		}
		if h.Class != "" {
			step += ", " + h.Class
		}
		steps = append(steps, step)
	}
	return cmp.Or(strings.Join(steps, "; "), "no step set down")
}

var voiceNames = map[string]string{
	string(narrative.DirectQuote): "direct quotation", string(narrative.Paraphrase): "paraphrase", string(narrative.OutletVoice): "the outlet’s own voice",
}

func basisName(basis string) string {
	i := slices.IndexFunc(basisWords, func(b struct {
		basis narrative.ClaimBasis
		words string
	}) bool {
		return string(b.basis) == basis
	})
	if i < 0 {
		return basis
	}
	return basisWords[i].words
}

// eventTitle names an event of a page, by its slug where two have one title.
func eventTitle(c Content, slug string) string {
	if i := slices.IndexFunc(c.Events, func(e Event) bool { return e.Slug == slug }); i >= 0 {
		return c.Events[i].Title + " (" + slug + ")"
	}
	return slug
}

func articleTitle(c Content, slug string) string {
	if i := slices.IndexFunc(c.Articles, func(a Article) bool { return a.Slug == slug }); i >= 0 {
		return c.Articles[i].Citation.String() + " (" + slug + ")"
	}
	return slug
}

// dateChange compares two states of a date by all that is known of it. A day is certain where the article gives it.
func dateChange(what string, before, after Date) (Change, bool) {
	if sameDate(before, after) {
		return Change{}, false
	}
	c := Change{Kind: DateChanged, Text: plain(upperFirst(what), " changed."), Before: plain(dateInFull(before)), After: plain(dateInFull(after))}
	switch rank := dateCertainty(after) - dateCertainty(before); {
	case rank > 0 && dateCertainty(after) > 1:
		c.Kind, c.Text = DateCertain, plain(upperFirst(what), " is certain now.")
	case rank < 0 && dateCertainty(before) > 1:
		c.Kind, c.Text = DateUncertain, plain(upperFirst(what), " is not certain any more.")
	}
	return c, true
}

// sameDate reports whether the same is known of two dates, in whatever words.
func sameDate(a, b Date) bool {
	a.Text, b.Text = "", ""
	return a == b
}

// dateCertainty orders dates by how much is known: 0 nothing, 1 inferred, 2 given within bounds, 3 a day that is given.
func dateCertainty(d Date) int {
	switch {
	case d.Earliest == "":
		return 0
	case d.Basis != string(narrative.Given):
		return 1
	case d.Earliest != d.Latest:
		return 2
	}
	return 3
}

// dateInFull says a date with its reason.
func dateInFull(d Date) string {
	text := cmp.Or(d.Text, notKnown)
	if d.Reason != "" {
		text += " (" + d.Reason + ")"
	}
	return text
}

// stances compares where a claim stands: for each question of the fact the position, the mode and the period.
func (p *comparison) stances(before, after Claim) {
	both, gone, added := matched(before.Stances, after.Stances, func(s Stance) string { return s.Aspect })
	claim := changedClaim(after, true, true)
	add := func(c Change, old, now Text) {
		c.Subject, c.Claim, c.Before, c.After = after.Code, claim, old, now
		p.add(c)
	}
	for _, s := range both {
		switch {
		case s[0].Position != s[1].Position:
			moved := fromTo(place(p.before, s[0]), place(p.after, s[1]))
			if question := questionOf(p.after, s[1].Aspect); len(question) > 0 {
				moved[0].Text = lowerFirst(moved[0].Text)
				moved = slices.Concat(Text{words("On ")}, question, Text{words(", ")}, moved)
			}
			add(Change{Kind: ClaimMoved, Aspect: s[1].Aspect, Text: moved}, stands(p.before, s[0]), stands(p.after, s[1]))
			continue
		case s[0].Mode != s[1].Mode:
			add(Change{Kind: ClaimMode, Aspect: s[1].Aspect, Text: plain("How it takes the position changed: ", modeName(s[1].Mode), "; before, ",
				modeName(s[0].Mode), ".")}, plain(modeName(s[0].Mode)), plain(modeName(s[1].Mode)))
		}
		if s[0].Period != s[1].Period {
			c := Change{
				Kind: ClaimPeriod, Aspect: s[1].Aspect, Text: fromTo(periodName(p.before, s[0].Period), periodName(p.after, s[1].Period)),
				Follows: p.periodsDiffer(),
			}
			add(c, periodName(p.before, s[0].Period), periodName(p.after, s[1].Period))
		}
	}
	for i := range max(len(gone), len(added)) {
		switch {
		case i >= len(gone):
			now := stands(p.after, added[i])
			add(Change{Kind: ClaimMoved, Aspect: added[i].Aspect, Text: ended(append(Text{words("Stands in another place too now: ")}, now...))}, nil, now)
		case i >= len(added):
			old := stands(p.before, gone[i])
			add(Change{Kind: ClaimMoved, Aspect: gone[i].Aspect, Text: ended(append(Text{words("Does not stand here any more: ")}, old...))}, old, nil)
		default:
			old, now := stands(p.before, gone[i]), stands(p.after, added[i])
			add(Change{Kind: ClaimMoved, Aspect: added[i].Aspect, Text: fromTo(old, now)}, old, now)
		}
	}
}

// fromTo says that a claim was moved.
func fromTo(before, after Text) Text {
	return ended(append(append(append(Text{words("Moved from ")}, before...), words(" to ")), after...))
}

// standsOf says all places in which a claim stands.
func standsOf(c Content, claim Claim) Text {
	var places []Text
	for _, s := range claim.Stances {
		places = append(places, stands(c, s))
	}
	return append(Text{words("under ")}, joined(places, "; ")...)
}

// stands names a place of the comparison with its question, where that is not the fact's own: "“What stopped it?”: A, “It was
// stopped”, presupposed".
func stands(c Content, s Stance) Text {
	question := questionOf(c, s.Aspect)
	if len(question) > 0 {
		question = append(question, words(": "))
	}
	return append(question, place(c, s)...)
}

// questionOf names the question of an aspect in quotation marks; nothing for the fact's own.
func questionOf(c Content, aspect string) Text {
	if i := bandOf(c, aspect); i >= 0 && aspect != "" {
		return slices.Concat(Text{words("“")}, c.Bands[i].Question, Text{words("”")})
	}
	return nil
}

func bandOf(c Content, aspect string) int {
	return slices.IndexFunc(c.Bands, func(b Band) bool { return b.Aspect == aspect })
}

// place names a position with how it is taken: "A, “It was stopped” (presupposed)", "no position (concern only)".
func place(c Content, s Stance) Text {
	if s.Position == "" {
		return plain("no position (", modeName(s.Mode), ")")
	}
	t := plain(s.Position)
	if i := bandOf(c, s.Aspect); i >= 0 {
		heads := c.Bands[i].Heads
		if k := slices.IndexFunc(heads, func(h Head) bool { return h.Position == s.Position }); k >= 0 {
			t = position(heads[k])
		}
	}
	if name := modeMarks[narrative.Mode(s.Mode)]; name != "" {
		t = append(t, words(" (", name, ")"))
	}
	return t
}

// modeName is a word for how a claim takes a position.
func modeName(mode string) string {
	names := map[narrative.Mode]string{
		narrative.Asserted: "asserted", narrative.Denied: "by denying the opposite", narrative.Concern: "concern only", narrative.Withheld: "verdict withheld",
	}
	return cmp.Or(names[narrative.Mode(mode)], modeMarks[narrative.Mode(mode)], mode)
}

// claimFigures compares the figures of a claim: by their words, and what is left in their order.
func (p *comparison) claimFigures(before, after Claim, add func(Change)) {
	both, gone, added := matched(before.Figures, after.Figures, func(f Figure) string { return f.Verbatim })
	changed := func(old, now Figure) {
		if figureCompared(old) != figureCompared(now) {
			add(reworded(Change{Kind: FigureChanged, Object: now.Verbatim, Text: plain("A figure, or how it is read, changed.")},
				p.figureText(old), p.figureText(now)))
		}
	}
	for _, f := range both {
		changed(f[0], f[1])
	}
	for i := range max(len(gone), len(added)) {
		switch {
		case i >= len(gone):
			add(Change{Kind: FigureAdded, Object: added[i].Verbatim, Text: plain("A figure was added."), After: plain(p.figureText(added[i]))})
		case i >= len(added):
			add(Change{Kind: FigureRemoved, Object: gone[i].Verbatim, Text: plain("A figure was removed."), Before: plain(p.figureText(gone[i]))})
		default:
			changed(gone[i], added[i])
		}
	}
}

// figureCompared is a figure without what follows from its claim's stances and from how wide a band the program draws.
func figureCompared(f Figure) Figure {
	f.Claim, f.Aspect, f.Position, f.BandLow, f.BandHigh = "", "", "", "", ""
	return f
}

// figureText says all that a figure is read as.
func (p *comparison) figureText(f Figure) string {
	parts := []string{"“" + f.Verbatim + "”", "read as " + cmp.Or(f.Printed, "no number")}
	add := func(what, value string) {
		if value != "" {
			parts = append(parts, what+" "+value)
		}
	}
	add("counting", f.Counted)
	add("by the rule", f.Rule)
	add("from", f.From)
	add("until", f.Until)
	add("as of", f.AsOf)
	add("counted by", p.sourceName(f.CountedBy))
	add("part of the figure of", f.PartOf)
	add("note:", f.Note)
	return strings.Join(parts, "; ")
}

// sourceName is the name of a source or outlet of either page.
func (p *comparison) sourceName(slug string) string {
	for _, c := range []Content{p.after, p.before} {
		if i := slices.IndexFunc(c.Sources, func(s Source) bool { return s.Slug == slug }); i >= 0 {
			return c.Sources[i].Name
		}
		if i := slices.IndexFunc(c.Outlets, func(o Outlet) bool { return o.Slug == slug }); i >= 0 {
			return c.Outlets[i].Name
		}
	}
	return slug
}

// editorsNotes are the notes on a claim that the program did not write.
func editorsNotes(notes []Text) []Text {
	return slices.DeleteFunc(slices.Clone(notes), func(t Text) bool {
		note := t.String()
		for _, own := range []map[string]bool{ownNotes(modeNotes), ownNotes(basisNotes), ownNotes(attributionNotes)} {
			if own[note] {
				return true
			}
		}
		return slices.ContainsFunc(ownBeginnings, func(s string) bool { return strings.HasPrefix(note, s) })
	})
}

func ownNotes[K comparable](notes map[K]string) map[string]bool {
	own := map[string]bool{}
	for note := range maps.Values(notes) {
		own[note] = true
	}
	return own
}

// ownBeginnings are how notes begin that the program writes on a claim.
var ownBeginnings = []string{
	"An outlet, not counted as a holder.", "Nobody is named; not counted as a holder.", "Another party’s account; not counted as held by ",
	"Speaks of another time than its own: ", "On “", "In translation", "Most likely in translation; ", "The day it was said is ",
	"The day it was issued is ", "The day of publication is inferred. ",
}

// counters compares the links between claims. One whose other end is new or gone comes or goes with it.
func (p *comparison) counters() {
	key := func(c Counter) string { return c.From + " " + c.To + " " + c.Relation }
	both, gone, added := matched(p.before.Counters, p.after.Counters, key)
	for _, c := range both {
		p.counter(c[0], c[1])
	}
	ends := func(c Counter) string { return c.From + " " + c.To }
	related, gone, added := matched(gone, added, ends)
	for _, c := range related {
		p.counter(c[0], c[1])
	}
	for _, c := range added {
		change := p.link(CounterJoined, c, Text{words("Joined: ")})
		change.Follows = !p.has(p.before, c.From) || !p.has(p.before, c.To)
		change.After = counterDetail(c)
		p.add(change)
	}
	for _, c := range gone {
		change := p.link(CounterParted, c, Text{words("Parted; until then: ")})
		change.Follows = !p.has(p.after, c.From) || !p.has(p.after, c.To)
		change.Before = counterDetail(c)
		p.add(change)
	}
}

// counter compares two states of a link.
func (p *comparison) counter(before, after Counter) {
	if before.Relation == after.Relation && before.Difference == after.Difference && same(before.Why, after.Why) {
		return
	}
	change := p.link(CounterChanged, after, Text{words("How it is joined changed: ")})
	p.add(reworded(change, readable(counterText(before)), readable(counterText(after))))
}

// link is a change of a link, told from the claim that it goes out from.
func (p *comparison) link(kind ChangeKind, c Counter, begin Text) Change {
	from, _ := p.claimOf(c.From)
	to, _ := p.claimOf(c.To)
	name := claimName(to.Who, c.To)
	name.Text = inMiddle(name.Text)
	return Change{
		Kind: kind, Subject: c.From, Object: c.To, Claim: changedClaim(from, p.has(p.before, c.From), p.has(p.after, c.From)),
		Text: append(begin, words(relationWords(narrative.Relation(c.Relation), true)), name, words(".")),
	}
}

// counterText says how two claims are joined.
func counterText(c Counter) Text {
	return append(Text{words(strings.TrimSpace(relationWords(narrative.Relation(c.Relation), true)), "; ")}, counterDetail(c)...)
}

// counterDetail says in what two claims differ, and the line of reason.
func counterDetail(c Counter) Text {
	var t Text
	if c.Difference != "" {
		t = Text{words("differing in: ", c.Difference, "; ")}
	}
	return append(t, c.Why...)
}

// claimOf finds a claim in the later edition, else in the earlier.
func (p *comparison) claimOf(code string) (Claim, bool) {
	for _, c := range []Content{p.after, p.before} {
		if i := slices.IndexFunc(c.Claims, func(claim Claim) bool { return claim.Code == code }); i >= 0 {
			return c.Claims[i], true
		}
	}
	return Claim{Code: code}, false
}

func (p *comparison) has(c Content, code string) bool {
	return slices.ContainsFunc(c.Claims, func(claim Claim) bool { return claim.Code == code })
}
