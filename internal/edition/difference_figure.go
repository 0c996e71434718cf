package edition

import (
	"cmp"
	"slices"
	"strings"
)

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
