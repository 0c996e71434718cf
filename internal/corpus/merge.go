package corpus

import (
	"maps"
	"reflect"

	"counterclaim/internal/narrative"
)

// An Outcome is what a merge made of three states of a corpus.
type Outcome struct {
	Merged     narrative.Collection // what the database is to hold now, sorted; to be validated, since sound parts may not fit
	Changed    []Change             // what that changes in the database
	Kept       []Difference         // where the desk's text stays although the files say otherwise
	Overridden []Difference         // where the desk's text gives way because the files' were asked for
	Base       map[NounKey]string   // what the next merge is to start from
}

// A Change is a noun that a merge changes in the database.
type Change struct {
	NounKey
	Before string // as in Noun.Doc; "" for a noun that is new
	After  string
}

// A Difference is a place where the desk and the files do not say the same.
type Difference struct {
	NounKey
	Field    string // key of the field; "" for the whole noun
	Desk     string // what the desk says, in the form of Noun.Doc; "" for nothing
	File     string // what the files say, likewise
	Conflict bool   // both changed it since the last import; otherwise the desk alone did
}

// Merge brings what the files say into what the database holds, three ways: base is what the files said at the last
// import (Outcome.Base, nil at the first), ours is what the database holds, theirs what the files say now.
//
// Field by field, what only the files have changed is taken; what only the desk has changed stays and is reported; what
// both have changed to different texts stays as the desk has it and is reported as a conflict. With takeTheirs the
// files' text is taken in these two cases, and that is reported. A noun that only the files have is added, unless the
// desk has removed it, or the article that it stands in, since; one that the files no longer have stays and is reported, also with takeTheirs. Where the
// passages of an article are kept although the files have new claims, the claims are added to them.
//
// The same input gives the same outcome, and a merge of the outcome with the same files changes nothing.
func Merge(base map[NounKey]string, ours, theirs narrative.Collection, takeTheirs bool) Outcome {
	ours, theirs = sorted(ours), sorted(theirs)
	m := merger{base: base, takeTheirs: takeTheirs}
	var c narrative.Collection
	c.Disputes = merged(&m, narrative.KindDispute, ours.Disputes, theirs.Disputes, func(d narrative.Dispute) narrative.Slug { return d.Slug })
	c.Parties = merged(&m, narrative.KindParty, ours.Parties, theirs.Parties, func(p narrative.Party) narrative.Slug { return p.Slug })
	c.Outlets = merged(&m, narrative.KindOutlet, ours.Outlets, theirs.Outlets, func(o narrative.Outlet) narrative.Slug { return o.Slug })
	c.Sources = merged(&m, narrative.KindSource, ours.Sources, theirs.Sources, func(s narrative.Source) narrative.Slug { return s.Slug })
	c.Places = merged(&m, narrative.KindPlace, ours.Places, theirs.Places, func(p narrative.Place) narrative.Slug { return p.Slug })
	c.Terms = merged(&m, narrative.KindTerm, ours.Terms, theirs.Terms, func(t narrative.Term) narrative.Slug { return t.Slug })
	c.Events = merged(&m, narrative.KindEvent, ours.Events, theirs.Events, func(e narrative.Event) narrative.Slug { return e.Slug })
	c.Records = merged(&m, narrative.KindRecord, ours.Records, theirs.Records, func(r narrative.Record) narrative.Slug { return r.Slug })
	c.Facts = merged(&m, narrative.KindFact, ours.Facts, theirs.Facts, func(f narrative.Fact) narrative.Slug { return f.Slug })
	c.Articles = merged(&m, narrative.KindArticle, ours.Articles, theirs.Articles, func(a narrative.Article) narrative.Slug { return a.Slug })
	all := merged(&m, narrative.KindClaim, claims(ours), claims(theirs), func(c narrative.Claim) narrative.Code { return c.Code })
	c.Sort()
	for _, homeless := range placeClaims(c.Articles, all, ours.Articles, theirs.Articles) {
		m.kept = append(m.kept, Difference{
			NounKey: NounKey{narrative.KindClaim, string(homeless.Code)}, File: document(homeless, true), Conflict: true,
		})
	}

	next := maps.Clone(base)
	if next == nil {
		next = map[NounKey]string{}
	}
	for _, n := range Nouns(theirs) {
		next[n.NounKey] = n.Doc
	}
	return Outcome{Merged: c, Changed: changes(ours, c), Kept: m.kept, Overridden: m.overridden, Base: next}
}

// changes returns the nouns that differ between two collections of which the second has all that the first has.
func changes(before, after narrative.Collection) []Change {
	docs := map[NounKey]string{}
	for _, n := range Nouns(before) {
		docs[n.NounKey] = n.Doc
	}
	var list []Change
	for _, n := range Nouns(after) {
		if old := docs[n.NounKey]; old != n.Doc {
			list = append(list, Change{n.NounKey, old, n.Doc})
		}
	}
	return list
}

type merger struct {
	base       map[NounKey]string
	takeTheirs bool
	kept       []Difference
	overridden []Difference
}

// settle reports a difference that the desk has made, and says whether the files' text is taken all the same.
func (m *merger) settle(d Difference) bool {
	if m.takeTheirs {
		m.overridden = append(m.overridden, d)
	} else {
		m.kept = append(m.kept, d)
	}
	return m.takeTheirs
}

// merged merges the nouns of one kind: those of the desk in their order, then those that are new.
func merged[T any, K ~string](m *merger, kind narrative.Kind, ours, theirs []T, key func(T) K) []T {
	inFiles := map[K]T{}
	for _, noun := range theirs {
		inFiles[key(noun)] = noun
	}
	var list []T
	atDesk := map[K]bool{}
	for _, our := range ours {
		k := key(our)
		atDesk[k] = true
		at := NounKey{kind, string(k)}
		their, ok := inFiles[k]
		if ok {
			list = append(list, mergeFields(m, at, our, their))
			continue
		}
		list = append(list, our)
		if base, ok := m.base[at]; ok {
			doc := document(our, true)
			m.kept = append(m.kept, Difference{NounKey: at, Desk: doc, Conflict: doc != base})
		}
	}
	for _, their := range theirs {
		k := key(their)
		if atDesk[k] {
			continue
		}
		at := NounKey{kind, string(k)}
		base, removed := m.base[at]
		doc := document(their, true)
		if !removed || m.settle(Difference{NounKey: at, File: doc, Conflict: doc != base}) {
			list = append(list, their)
		}
	}
	return list
}

// mergeFields merges one noun that both have.
func mergeFields[T any](m *merger, at NounKey, our, their T) T {
	base, imported := m.base[at]
	before, desk, file := fieldTexts(base), fieldTexts(document(our, true)), fieldTexts(document(their, true))
	result := our
	for _, k := range keysOf(reflect.TypeFor[T]()) {
		b, d, f := before[k.name], desk[k.name], file[k.name]
		if d == f {
			continue
		}
		take := imported && d == b
		if !take {
			conflict := !imported || f != b
			take = m.settle(Difference{at, k.name, d, f, conflict})
		}
		if take {
			reflect.ValueOf(&result).Elem().Field(k.index).Set(reflect.ValueOf(their).Field(k.index))
		}
	}
	return result
}
