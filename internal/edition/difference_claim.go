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
