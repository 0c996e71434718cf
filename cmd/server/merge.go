package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// actor is who the audit log names for what the command line does.
const actor = "command line"

// errDryRun ends an import before anything is saved.
var errDryRun = errors.New("dry run")

// A merge brings a corpus into what the database holds, and keeps what came of it.
type merge struct {
	files   narrative.Collection
	theirs  bool // the files' text wins over the desk's
	dryRun  bool
	about   func(corpus.NounKey) bool // which nouns, where the files lack them, are worth a report; nil for all
	outcome corpus.Outcome
}

// plan is the plan of [store.Store.Import].
func (m *merge) plan(bases map[store.NounKey]string, now narrative.Collection) (store.Plan, error) {
	base := make(map[corpus.NounKey]string, len(bases))
	for key, doc := range bases {
		base[corpus.NounKey(key)] = doc
	}
	m.outcome = corpus.Merge(base, now, m.files, m.theirs)
	m.outcome.Kept = slices.DeleteFunc(m.outcome.Kept, func(d corpus.Difference) bool {
		lacking := d.Field == "" && d.File == ""
		return lacking && m.about != nil && !m.about(d.NounKey)
	})
	// What is only missing until it is published, the desk may have so already.
	problems := slices.DeleteFunc(m.outcome.Merged.Validate(), func(p narrative.Problem) bool { return p.Later })
	if len(problems) > 0 {
		return store.Plan{}, unfit(problems)
	}
	if m.dryRun {
		return store.Plan{}, errDryRun
	}
	plan := store.Plan{
		Write: touched(m.outcome.Merged, m.outcome.Changed),
		Bases: make(map[store.NounKey]string, len(m.outcome.Base)),
	}
	for key, doc := range m.outcome.Base {
		if bases[store.NounKey(key)] != doc {
			plan.Bases[store.NounKey(key)] = doc
		}
	}
	changed := make([]store.NounKey, len(m.outcome.Changed))
	for i, c := range m.outcome.Changed {
		changed[i] = store.NounKey(c.NounKey)
	}
	var err error
	plan.Changes, err = store.ChangesOf(now, m.outcome.Merged, changed)
	return plan, err
}

// unfit says that sound files and a sound database do not make a sound whole.
func unfit(problems []narrative.Problem) error {
	lines := make([]string, len(problems))
	for i, problem := range problems {
		lines[i] = problem.String()
	}
	return fmt.Errorf("the files do not fit what the desk has changed; nothing was changed: %s", strings.Join(lines, "; "))
}

// touched returns the nouns of a collection that changes name; an article for its claims.
func touched(c narrative.Collection, changes []corpus.Change) narrative.Collection {
	names := map[corpus.NounKey]bool{}
	for _, change := range changes {
		names[change.NounKey] = true
	}
	return narrative.Collection{
		Disputes: keep(c.Disputes, func(d narrative.Dispute) bool {
			return names[corpus.NounKey{Kind: narrative.KindDispute, Key: string(d.Slug)}]
		}),
		Parties: keep(c.Parties, func(p narrative.Party) bool {
			return names[corpus.NounKey{Kind: narrative.KindParty, Key: string(p.Slug)}]
		}),
		Outlets: keep(c.Outlets, func(o narrative.Outlet) bool {
			return names[corpus.NounKey{Kind: narrative.KindOutlet, Key: string(o.Slug)}]
		}),
		Sources: keep(c.Sources, func(s narrative.Source) bool {
			return names[corpus.NounKey{Kind: narrative.KindSource, Key: string(s.Slug)}]
		}),
		Places: keep(c.Places, func(p narrative.Place) bool {
			return names[corpus.NounKey{Kind: narrative.KindPlace, Key: string(p.Slug)}]
		}),
		Terms: keep(c.Terms, func(t narrative.Term) bool {
			return names[corpus.NounKey{Kind: narrative.KindTerm, Key: string(t.Slug)}]
		}),
		Events: keep(c.Events, func(e narrative.Event) bool {
			return names[corpus.NounKey{Kind: narrative.KindEvent, Key: string(e.Slug)}]
		}),
		Records: keep(c.Records, func(r narrative.Record) bool {
			return names[corpus.NounKey{Kind: narrative.KindRecord, Key: string(r.Slug)}]
		}),
		Facts: keep(c.Facts, func(f narrative.Fact) bool {
			return names[corpus.NounKey{Kind: narrative.KindFact, Key: string(f.Slug)}]
		}),
		Articles: keep(c.Articles, func(a narrative.Article) bool {
			if names[corpus.NounKey{Kind: narrative.KindArticle, Key: string(a.Slug)}] {
				return true
			}
			for _, b := range a.Blocks {
				for _, claim := range b.Claims {
					if names[corpus.NounKey{Kind: narrative.KindClaim, Key: string(claim.Code)}] {
						return true
					}
				}
			}
			return false
		}),
	}
}

func keep[T any](list []T, wanted func(T) bool) []T {
	var kept []T
	for _, noun := range list {
		if wanted(noun) {
			kept = append(kept, noun)
		}
	}
	return kept
}
