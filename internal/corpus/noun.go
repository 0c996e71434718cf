package corpus

import (
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

// A NounKey names a noun of a corpus.
type NounKey struct {
	Kind narrative.Kind
	Key  string // slug, or code of a claim
}

// A Noun is a noun of a corpus as text, so that two states of it can be compared and shown.
type Noun struct {
	NounKey
	Doc string // YAML in the canonical form of Write
}

// Nouns returns the nouns of a collection, in the order of its fields and lists; claims come last. An article is
// without the details of its claims: its passages have the claims' codes only, and each claim is a noun of its own.
func Nouns(c narrative.Collection) []Noun {
	var nouns []Noun
	nouns = appendNouns(nouns, narrative.KindDispute, c.Disputes, func(d narrative.Dispute) narrative.Slug { return d.Slug })
	nouns = appendNouns(nouns, narrative.KindParty, c.Parties, func(p narrative.Party) narrative.Slug { return p.Slug })
	nouns = appendNouns(nouns, narrative.KindOutlet, c.Outlets, func(o narrative.Outlet) narrative.Slug { return o.Slug })
	nouns = appendNouns(nouns, narrative.KindSource, c.Sources, func(s narrative.Source) narrative.Slug { return s.Slug })
	nouns = appendNouns(nouns, narrative.KindPlace, c.Places, func(p narrative.Place) narrative.Slug { return p.Slug })
	nouns = appendNouns(nouns, narrative.KindTerm, c.Terms, func(t narrative.Term) narrative.Slug { return t.Slug })
	nouns = appendNouns(nouns, narrative.KindEvent, c.Events, func(e narrative.Event) narrative.Slug { return e.Slug })
	nouns = appendNouns(nouns, narrative.KindRecord, c.Records, func(r narrative.Record) narrative.Slug { return r.Slug })
	nouns = appendNouns(nouns, narrative.KindFact, c.Facts, func(f narrative.Fact) narrative.Slug { return f.Slug })
	nouns = appendNouns(nouns, narrative.KindArticle, c.Articles, func(a narrative.Article) narrative.Slug { return a.Slug })
	return appendNouns(nouns, narrative.KindClaim, claims(c), func(c narrative.Claim) narrative.Code { return c.Code })
}

func appendNouns[T any, K ~string](nouns []Noun, kind narrative.Kind, list []T, key func(T) K) []Noun {
	for _, noun := range list {
		nouns = append(nouns, Noun{NounKey{kind, string(key(noun))}, document(noun, true)})
	}
	return nouns
}

// claims returns the claims of all articles, in order.
func claims(c narrative.Collection) []narrative.Claim {
	var list []narrative.Claim
	for _, a := range c.Articles {
		for _, b := range a.Blocks {
			list = append(list, b.Claims...)
		}
	}
	return list
}

// sorted returns the collection with lists of its own, in order.
func sorted(c narrative.Collection) narrative.Collection {
	c.Disputes, c.Parties, c.Outlets = slices.Clone(c.Disputes), slices.Clone(c.Parties), slices.Clone(c.Outlets)
	c.Sources, c.Places, c.Terms = slices.Clone(c.Sources), slices.Clone(c.Places), slices.Clone(c.Terms)
	c.Events, c.Records, c.Facts = slices.Clone(c.Events), slices.Clone(c.Records), slices.Clone(c.Facts)
	c.Articles = slices.Clone(c.Articles)
	c.Sort()
	return c
}

// fieldTexts cuts a noun's text at its keys: what follows a key up to the next one.
func fieldTexts(doc string) map[string]string {
	fields := map[string]string{}
	name := ""
	for line := range strings.Lines(doc) {
		if first := line[0]; first != ' ' && first != '\n' {
			name, _, _ = strings.Cut(line, ":")
		}
		fields[name] += line
	}
	return fields
}
