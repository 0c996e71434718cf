package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// twins returns the bridge with a second noun of each kind that says the same under another slug and that everything names.
func twins() narrative.Collection {
	c := marked()
	c.Disputes = append(c.Disputes, narrative.Dispute{Slug: "bridge-quarrel", Title: "The quarrel"})
	c.Parties = append(c.Parties, narrative.Party{Slug: "hill-town", Name: "Hill Town"})
	c.Outlets = append(c.Outlets, narrative.Outlet{Slug: "the-courier", Name: "Courier"})
	c.Sources = append(c.Sources, narrative.Source{Slug: "mayoress", Name: "Mayor of Upper Town", Printed: []string{"the mayor of the upper town"}, Kind: narrative.Person, Party: "upper-town"})
	c.Places = append(c.Places, narrative.Place{Slug: "old-bridge", Shown: "the old bridge", Names: []narrative.PlaceName{
		{Form: "Mill Bridge", Language: "en"}, {Form: "Old Bridge", Language: "en", UsedBy: []narrative.Slug{"lower-town"}},
	}})
	c.Terms = append(c.Terms, narrative.Term{Slug: "besieged", Dispute: "mill-bridge", Word: "besieged", Forms: []string{"siege", "besieging"}, UsedBy: []narrative.Slug{"lower-town", "upper-town"}})
	c.Events = append(c.Events, narrative.Event{
		Slug: "meeting", Title: "The meeting", Kind: narrative.Meeting, Date: c.Events[0].Date, Participants: []narrative.Slug{"envoy", "mayor"},
		Expected: []narrative.Expected{{Of: "envoy", State: narrative.NotLookedFor}},
	})
	book := c.Records[0]
	book.Slug, book.BearsOn = "tolls", []narrative.Bearing{{Fact: "bridge-open"}, {Fact: "bridge-open", Aspect: "by-whom"}}
	c.Records = append(c.Records, book)
	return c
}

// merge merges two nouns as they are.
func merge(t *testing.T, s *store.Store, m store.Merger) error {
	t.Helper()
	m.FromVersion, m.IntoVersion = noun(t, s, m.Kind, m.From).Version, noun(t, s, m.Kind, m.Into).Version
	m.Actor, m.Why = "an editor", "the same"
	return s.Merge(t.Context(), m)
}

// TestMergeMovesEverything merges for each kind what everything names into its twin, and checks that nothing names it any
// more, that its address leads on, and that the rules hold.
func TestMergeMovesEverything(t *testing.T) {
	t.Parallel()
	s := stored(t, twins())
	ctx := t.Context()
	for _, test := range []struct {
		kind       narrative.Kind
		from, into string
	}{
		{narrative.KindDispute, "mill-bridge", "bridge-quarrel"}, {narrative.KindParty, "upper-town", "hill-town"},
		{narrative.KindOutlet, "courier", "the-courier"}, {narrative.KindSource, "mayor", "mayoress"}, {narrative.KindPlace, "bridge", "old-bridge"},
		{narrative.KindTerm, "siege", "besieged"}, {narrative.KindEvent, "talks", "meeting"}, {narrative.KindRecord, "toll-book", "tolls"},
	} {
		from, into := store.NounKey{Kind: test.kind, Key: test.from}, store.NounKey{Kind: test.kind, Key: test.into}
		m := store.Merger{Kind: test.kind, From: test.from, Into: test.into, FromVersion: 99, IntoVersion: 99, Actor: "a"}
		if err := s.Merge(ctx, m); !isStale(err) {
			t.Errorf("%v with other versions: %v", from, err)
		}
		before := must(s.Uses(ctx, from))(t)
		if err := merge(t, s, m); err != nil {
			t.Errorf("%v: %v", from, err)
			continue
		}
		if moved, ok := errors.AsType[*store.Moved](second(s.Noun(ctx, from))); !ok || moved.To != test.into {
			t.Errorf("%v leads to %v", from, moved)
		}
		after := must(s.Uses(ctx, into))(t)
		for _, was := range before {
			i := slices.IndexFunc(after, func(u store.Use) bool { return u.Kind == was.Kind })
			if was.Kind != test.kind && (i < 0 || after[i].Count < was.Count) {
				t.Errorf("%v was named by %+v, %v is by %+v", from, was, into, after)
			}
		}
		if left := must(s.Uses(ctx, from))(t); len(left) > 0 {
			t.Errorf("%v is still named by %+v", from, left)
		}
		if problems := must(s.Collection(ctx))(t).Validate(); len(problems) > 0 {
			t.Fatalf("after %v: %v", from, problems)
		}
	}
	source := noun(t, s, narrative.KindSource, "mayoress").Doc.(narrative.Source)
	if want := []string{"the mayor of the upper town", "the mayor"}; !slices.Equal(source.Printed, want) {
		t.Errorf("printed names %q, want %q", source.Printed, want)
	}
	place := noun(t, s, narrative.KindPlace, "old-bridge").Doc.(narrative.Place)
	if len(place.Names) != 2 {
		t.Errorf("names %+v", place.Names)
	}
	term := noun(t, s, narrative.KindTerm, "besieged").Doc.(narrative.Term)
	if !slices.Equal(term.Forms, []string{"siege", "besieging"}) || !slices.Equal(term.UsedBy, []narrative.Slug{"lower-town", "hill-town"}) {
		t.Errorf("term %+v", term)
	}
	event := noun(t, s, narrative.KindEvent, "meeting").Doc.(narrative.Event)
	if !slices.Equal(event.Participants, []narrative.Slug{"envoy", "mayoress", "council"}) || len(event.Expected) != 3 {
		t.Errorf("event %+v", event)
	}
	if text := texts(t, s); strings.Contains(text, `"courier"`) || strings.Contains(text, `[[bridge]]`) || strings.Contains(text, "[@toll-book]") {
		t.Error("an old name is left somewhere")
	}
}

func TestMergeIsInTheLog(t *testing.T) {
	t.Parallel()
	s := stored(t, twins())
	if err := merge(t, s, store.Merger{Kind: narrative.KindSource, From: "mayor", Into: "mayoress"}); err != nil {
		t.Fatal(err)
	}
	desk, _ := store.Pools(s)
	got := list(t, desk, `SELECT concat_ws('|', key, action, why, left(before, 23), after LIKE '%`+narrativetest.Closed+`%') FROM audit_log WHERE kind = 'source' AND actor = 'an editor' ORDER BY id`)
	want := []string{`mayor|merge|the same|{"Slug":"mayor","Name":|t`, `mayoress|change|the same|{"Slug":"mayoress","Nam|f`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestMergeRefuses checks what cannot be merged, and that nothing has changed then.
func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	s := stored(t, twins())
	before := texts(t, s)
	for _, m := range []store.Merger{
		{Kind: narrative.KindSource, From: "mayor", Into: "mayor"},
		{Kind: narrative.KindSource, From: "mayor", Into: "council"},        // an account is expected of both
		{Kind: narrative.KindParty, From: "lower-town", Into: "upper-town"}, // both say it, and would be one
	} {
		err := merge(t, s, m)
		if e, ok := errors.AsType[*store.Unsound](err); !ok || len(e.Problems) == 0 {
			t.Errorf("%s %s into %s: %v", m.Kind, m.From, m.Into, err)
		}
	}
	if diff := cmp.Diff(before, texts(t, s)); diff != "" {
		t.Errorf("something has changed\n%s", diff)
	}
}

// TestMergeFacts merges a fact with an aspect into another, with places for some of its positions.
func TestMergeFacts(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	c.Facts = append(c.Facts, narrative.Fact{
		Slug: "bridge-passable", Dispute: "mill-bridge", Question: "Was [[bridge]] passable?", Kind: narrative.YesNo,
		Background: "The book counts carts [@toll-book].", Status: narrative.FactStatus{State: narrative.Dormant},
		Positions: []narrative.Position{{Slug: "no", Label: "It was not."}, {Slug: "yes", Label: "It was."}},
		Aspects:   []narrative.Aspect{{Slug: "carts", Question: "For carts?", Positions: []narrative.Position{{Slug: "no", Label: "Not for carts."}}}},
		Points:    []narrative.Point{{Kind: narrative.SaidByOne, Text: "Nobody crossed.", Claims: []narrative.Code{narrativetest.Closed}}},
		Gaps:      []narrative.Gap{{Title: "No eyes", Text: "Nobody looked."}},
	})
	a := &c.Articles[0]
	a.ReadFor = append(a.ReadFor, narrative.Reading{Fact: "bridge-passable", By: "the desk", On: "2024-03-10"})
	for code, stance := range map[narrative.Code]narrative.Stance{
		narrativetest.Closed:  {Fact: "bridge-passable", Position: "no", Mode: narrative.Asserted},
		narrativetest.Open:    {Fact: "bridge-passable", Aspect: "carts", Position: "no", Mode: narrative.Denied},
		narrativetest.Worried: {Fact: "bridge-passable", Position: "yes", Mode: narrative.Asserted},
	} {
		for b := range a.Blocks {
			for i := range a.Blocks[b].Claims {
				if a.Blocks[b].Claims[i].Code == code {
					a.Blocks[b].Claims[i].Stances = append(a.Blocks[b].Claims[i].Stances, stance)
				}
			}
		}
	}
	c.Records[0].BearsOn = append(c.Records[0].BearsOn, narrative.Bearing{Fact: "bridge-passable", Aspect: "carts"})
	s := stored(t, c)
	m := store.Merger{Kind: narrative.KindFact, From: "bridge-passable", Into: "bridge-open", Places: store.FactPlaces{
		Positions: map[store.PositionPlace]narrative.Slug{{Position: "no"}: "nowhere"},
	}}
	if err := merge(t, s, m); err == nil {
		t.Error("a position goes to one that is not there")
	}
	m.Places.Positions = map[store.PositionPlace]narrative.Slug{{Position: "no"}: "closed"}
	if err := merge(t, s, m); err != nil {
		t.Fatal(err)
	}
	got := must(s.Collection(t.Context()))(t)
	if problems := got.Validate(); len(problems) > 0 {
		t.Errorf("what is left breaks the rules: %v", problems)
	}
	fact := got.Facts[0]
	if len(got.Facts) != 1 || len(fact.Positions) != 3 || len(fact.Aspects) != 2 || len(fact.Points) != 3 || len(fact.Gaps) != 2 {
		t.Errorf("facts %+v", got.Facts)
	}
	index := got.Index()
	stances := func(code narrative.Code) []narrative.Stance { r, _ := index.Claim(code); return r.Claim().Stances }
	want := []narrative.Stance{
		{Fact: "bridge-open", Position: "open", Mode: narrative.Asserted}, {Fact: "bridge-open", Aspect: "carts", Position: "no", Mode: narrative.Denied},
	}
	if diff := cmp.Diff(want, stances(narrativetest.Open)); diff != "" {
		t.Errorf("stances (-want +got)\n%s", diff)
	}
	if list := stances(narrativetest.Closed); len(list) != 2 || list[0].Period != "before" {
		t.Errorf("the stance on the fact that stays is not kept: %+v", list)
	}
	if moved, ok := errors.AsType[*store.Moved](second(s.Noun(t.Context(), store.NounKey{Kind: narrative.KindFact, Key: "bridge-passable"}))); !ok || moved.To != "bridge-open" {
		t.Errorf("the old slug leads to %v", moved)
	}
	publish(t, s, "first words")
	verified(t, s)
}

// TestMergePublishedFacts checks that readers of a published fact are led to the one that stays.
func TestMergePublishedFacts(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	second := narrativetest.Bridge().Facts[0]
	second.Slug, second.Points, second.Aspects, second.Periods = "bridge-shut", nil, nil, nil
	c.Facts = append(c.Facts, second)
	claims := c.Articles[0].Blocks[0].Claims
	claims[0].Stances = append(claims[0].Stances, narrative.Stance{Fact: "bridge-shut", Position: "closed", Mode: narrative.Asserted})
	claims[1].Stances = append(claims[1].Stances, narrative.Stance{Fact: "bridge-shut", Position: "open", Mode: narrative.Asserted})
	s := stored(t, c)
	ctx := t.Context()
	m := store.Merger{Kind: narrative.KindFact, From: "bridge-shut", Into: "bridge-open", Places: store.FactPlaces{
		Positions: map[store.PositionPlace]narrative.Slug{{Position: "closed"}: "closed", {Position: "open"}: "open"},
	}}
	if _, err := s.Publish(ctx, store.Publication{Facts: []narrative.Slug{"bridge-shut"}, Reason: "first", Kind: edition.Update, Actor: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := merge(t, s, m); err == nil {
		t.Error("readers would be led to a fact that is not published")
	}
	publish(t, s, "both")
	m.FromVersion, m.IntoVersion, m.Actor = noun(t, s, m.Kind, m.From).Version, noun(t, s, m.Kind, m.Into).Version, "a"
	if err := s.Merge(ctx, m); !errors.Is(err, store.ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	if err := merge(t, s, m); err != nil {
		t.Fatal(err)
	}
	_, err := s.Edition(ctx, "bridge-shut", 0)
	if moved, ok := errors.AsType[*store.Moved](err); !ok || moved.To != "bridge-open" {
		t.Errorf("readers are led to %v", err)
	}
	if e, err := s.Edition(ctx, "bridge-shut", 1); err != nil || e.Fate.Into != "bridge-open" {
		t.Errorf("edition 1: %+v (%v)", e.Fate, err)
	}
	if n := noun(t, s, narrative.KindFact, "bridge-shut"); !n.Retired {
		t.Error("the fact that went is not retired")
	}
	publish(t, s, "after the merger")
	verified(t, s)
}

// TestMergeClaims merges a passage that was tagged twice.
func TestMergeClaims(t *testing.T) {
	t.Parallel()
	c := marked()
	f := &c.Facts[0]
	f.Requests[0].State, f.Requests[0].Claim = narrative.RequestAnswered, narrativetest.Own
	c.Articles[0].Blocks[1].Claims[0].Figures = nil
	claims := c.Articles[0].Blocks[0].Claims
	claims[2].Stances = append(claims[2].Stances, narrative.Stance{Fact: "bridge-open", Aspect: "by-whom", Position: "by-nobody", Mode: narrative.Asserted})
	c.Facts[0].Points = append(c.Facts[0].Points[:1], narrative.Point{Kind: narrative.SaidByBoth, Text: "x", Claims: []narrative.Code{narrativetest.Own, narrativetest.Open, narrativetest.Closed}})
	claims[1].Counters = append(claims[1].Counters, narrative.Counter{To: narrativetest.Own, Relation: narrative.Answers, Fact: "bridge-open", Difference: narrative.DiffersScope, Why: "another count"})
	s := stored(t, c)
	ctx := t.Context()
	m := store.Merger{From: narrativetest.Own, Into: narrativetest.Worried, Actor: "a", Why: "twice"}
	m.FromVersion, m.IntoVersion = must(s.DeskClaim(ctx, narrativetest.Own))(t).Version, must(s.DeskClaim(ctx, narrativetest.Worried))(t).Version+1
	if _, ok := errors.AsType[*store.StaleClaim](s.MergeClaims(ctx, m)); !ok {
		t.Error("merged with another version")
	}
	m.IntoVersion--
	if err := s.MergeClaims(ctx, m); err != nil {
		t.Fatal(err)
	}
	got := must(s.Collection(ctx))(t)
	if problems := got.Validate(); len(problems) > 0 {
		t.Errorf("what is left breaks the rules: %v", problems)
	}
	if moved, ok := errors.AsType[*store.Moved](second(s.DeskClaim(ctx, narrativetest.Own))); !ok || moved.To != narrativetest.Worried {
		t.Errorf("the code leads to %v", moved)
	}
	r, _ := got.Index().Claim(narrativetest.Worried)
	if len(r.Claim().Stances) != 2 || len(r.Claim().Counters) != 1 || r.Claim().Counters[0].To != narrativetest.Closed {
		t.Errorf("the claim that stays: %+v", r.Claim())
	}
	if text := texts(t, s); strings.Contains(text, narrativetest.Own) {
		t.Error("the code is still named")
	}
	if got.Facts[0].Requests[0].Claim != narrativetest.Worried || !slices.Contains(got.Facts[0].Points[1].Claims, narrativetest.Worried) {
		t.Errorf("request %+v, point %+v", got.Facts[0].Requests[0], got.Facts[0].Points[1])
	}
	publish(t, s, "first words")
	verified(t, s)
}
