package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

var partyKey = store.NounKey{Kind: narrative.KindParty, Key: "upper-town"}

// renamed saves the party under a name.
func renamed(t *testing.T, s *store.Store, name, actor string) {
	t.Helper()
	n := noun(t, s, partyKey.Kind, partyKey.Key)
	p := n.Doc.(narrative.Party)
	p.Name = name
	if _, err := s.Save(t.Context(), store.Edit{Doc: p, Was: n.Key, Version: n.Version, Actor: actor, Why: "for " + name}); err != nil {
		t.Fatal(err)
	}
}

// TestNounLog follows a noun through changes and a new slug, and restores it.
func TestNounLog(t *testing.T) {
	t.Parallel()
	s := stored(t, narrativetest.Bridge())
	ctx := t.Context()
	for _, name := range []string{"One", "Two"} {
		renamed(t, s, name, "ada")
	}
	n := noun(t, s, partyKey.Kind, partyKey.Key)
	p := n.Doc.(narrative.Party)
	p.Slug = "hill-town"
	if _, err := s.Save(ctx, store.Edit{Doc: p, Was: n.Key, Version: n.Version, Actor: "bob"}); err != nil {
		t.Fatal(err)
	}
	key := store.NounKey{Kind: narrative.KindParty, Key: "hill-town"}
	log, err := s.NounLog(ctx, key, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range log.Entries {
		got = append(got, e.Actor+" "+e.Action+" "+e.Key)
	}
	if diff := cmp.Diff([]string{"bob rename hill-town", "ada change upper-town", "ada change upper-town"}, got); diff != "" {
		t.Fatalf("log (-want +got):\n%s", diff)
	}
	was, ok := store.ReadNoun(narrative.KindParty, log.Entries[2].Before)
	if !ok || was.(narrative.Party).Name != "Upper Town" || log.Entries[2].Why != "for One" {
		t.Errorf("the first entry: %+v (%v)", log.Entries[2], ok)
	}
	first := log.Entries[2].ID
	ask := store.Restoration{NounKey: key, Entry: first, Version: 1, Actor: "cleo", Why: "a mistake"}
	if _, err := s.RestoreNoun(ctx, ask); !isStale(err) {
		t.Errorf("restored from an old version: %v", err)
	}
	ask.Version = noun(t, s, key.Kind, key.Key).Version
	back, err := s.RestoreNoun(ctx, ask)
	if err != nil || back.Doc.(narrative.Party).Name != "Upper Town" || back.Key != "hill-town" {
		t.Fatalf("restored: %+v (%v)", back, err)
	}
	if log, err = s.NounLog(ctx, key, 0); err != nil || log.Entries[0].Action != "restore" || log.Entries[0].Actor != "cleo" || log.Entries[0].Why != "a mistake" {
		t.Errorf("the log of the restoration: %+v (%v)", log.Entries[0], err)
	}
	ask.Entry, ask.NounKey.Key = first, "lower-town"
	if _, err := s.RestoreNoun(ctx, ask); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an entry of another noun: %v", err)
	}
	verified(t, s)
}

// TestRestoreRefused checks that a text that is no noun, nothing, and what breaks a rule of today is not restored.
func TestRestoreRefused(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	save(t, s, narrativetest.Bridge())
	super := storetest.Pool(t, db.URL)
	exec(t, super, `INSERT INTO audit_log (actor, kind, key, action, before, after) VALUES
		('old', 'source', 'mayor', 'change', E'name: the mayor\n', ''),
		('old', 'source', 'mayor', 'change', '{"Slug":"mayor","Name":"x","Unheard":1}', ''),
		('old', 'source', 'mayor', 'change', '{"Slug":"mayor","Name":"x","Kind":"person","Party":"nowhere"}', '{"Slug":"mayor","Name":"a'||chr(1)||'"}')`)
	log, err := s.NounLog(t.Context(), store.NounKey{Kind: narrative.KindSource, Key: "mayor"}, 0)
	if err != nil || len(log.Entries) != 3 {
		t.Fatalf("log %+v (%v)", log, err)
	}
	version := noun(t, s, narrative.KindSource, "mayor").Version
	for i, want := range []string{"party", "", ""} {
		_, err := s.RestoreNoun(t.Context(), store.Restoration{
			NounKey: store.NounKey{Kind: narrative.KindSource, Key: "mayor"}, Entry: log.Entries[i].ID, Version: version, Actor: "a",
		})
		if e, ok := errors.AsType[*store.Unsound](err); !ok || e.Problems[0].Path != want {
			t.Errorf("entry %d: %v, want a problem at %q", i, err, want)
		}
		_, err = s.RestoreNoun(t.Context(), store.Restoration{
			NounKey: store.NounKey{Kind: narrative.KindSource, Key: "mayor"}, Entry: log.Entries[i].ID, After: true, Version: version, Actor: "a",
		})
		if _, ok := errors.AsType[*store.Unsound](err); !ok {
			t.Errorf("after entry %d: %v", i, err)
		}
	}
	if noun(t, s, narrative.KindSource, "mayor").Version != version {
		t.Error("something was restored")
	}
}

// TestRestoreClaim takes a claim back to what it was before a change of its words.
func TestRestoreClaim(t *testing.T) {
	t.Parallel()
	s := stored(t, narrativetest.Bridge())
	ctx := t.Context()
	c, err := s.DeskClaim(ctx, narrativetest.Worried)
	if err != nil {
		t.Fatal(err)
	}
	e := store.ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: c.Version, Actor: "ada"}
	e.Claim.Words, e.Claim.Note = nil, "doubtful"
	e.Match[0].End = e.Match[0].Start + len("The envoy is concerned")
	changed, err := s.SaveClaim(ctx, e)
	if err != nil || changed.Words[0] != "The envoy is concerned" {
		t.Fatalf("changed: %+v (%v)", changed, err)
	}
	key := store.NounKey{Kind: narrative.KindClaim, Key: narrativetest.Worried}
	log, err := s.NounLog(ctx, key, 0)
	if err != nil || len(log.Entries) != 1 {
		t.Fatalf("log %+v (%v)", log, err)
	}
	ask := store.Restoration{NounKey: key, Entry: log.Entries[0].ID, Version: c.Version, Actor: "bob"}
	_, err = s.RestoreClaim(ctx, ask)
	if _, ok := errors.AsType[*store.StaleClaim](err); !ok {
		t.Errorf("restored from an old version: %v", err)
	}
	ask.Version = changed.Version
	back, err := s.RestoreClaim(ctx, ask)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.Claim, back.Claim); diff != "" {
		t.Errorf("restored differs (-before +after):\n%s", diff)
	}
	if log, err = s.NounLog(ctx, key, 0); err != nil || log.Entries[0].Action != "restore" {
		t.Errorf("log %+v (%v)", log.Entries[0], err)
	}
	verified(t, s)
}

// TestDeskLog pages through the desk's log and filters it.
func TestDeskLog(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	super := storetest.Pool(t, db.URL)
	exec(t, super, `
		INSERT INTO audit_log (at, actor, kind, key, action, before, after)
		SELECT '2024-03-01 23:00Z'::timestamptz + n * interval '1 hour', CASE n % 2 WHEN 0 THEN 'ada' ELSE 'bob' END,
			CASE n % 3 WHEN 0 THEN 'fact' ELSE 'claim' END, 'k' || n, 'change', 'x', 'y'
		FROM generate_series(1, 120) AS n`)
	seen := map[int64]bool{}
	pages := 0
	for before := int64(0); ; pages++ {
		ctx, counter := store.CountQueries(t.Context())
		p, err := s.DeskLog(ctx, store.DeskFilter{}, before)
		if err != nil || counter.Queries() != 1 || len(p.Entries) > 50 {
			t.Fatalf("%d entries by %d queries (%v)", len(p.Entries), counter.Queries(), err)
		}
		for _, e := range p.Entries {
			if seen[e.ID] || e.Before+e.After != "" {
				t.Errorf("entry %+v again, or with what it holds", e)
			}
			seen[e.ID] = true
		}
		if before = p.More; before == 0 {
			break
		}
	}
	if len(seen) != 120 || pages != 2 {
		t.Errorf("%d entries on %d pages", len(seen), pages+1)
	}
	for _, test := range []struct {
		filter store.DeskFilter
		want   int
	}{
		{store.DeskFilter{Actor: "ada", Kind: narrative.KindFact}, 20}, {store.DeskFilter{Day: "2024-03-02"}, 24}, {store.DeskFilter{Day: "2024-03-02", Actor: "bob"}, 12},
		{store.DeskFilter{Actor: "nobody"}, 0}, {store.DeskFilter{Kind: narrative.KindPlace}, 0},
	} {
		if p, err := s.DeskLog(t.Context(), test.filter, 0); err != nil || len(p.Entries) != test.want {
			t.Errorf("%+v: %d entries, want %d (%v)", test.filter, len(p.Entries), test.want, err)
		}
	}
	if _, err := s.DeskLog(t.Context(), store.DeskFilter{Actor: "a\x00"}, 0); !errors.Is(err, store.ErrBadText) {
		t.Errorf("a filter with NUL: %v", err)
	}
}

// TestChangesOf checks that an import enters nouns in the log in the form in which the desk does.
func TestChangesOf(t *testing.T) {
	t.Parallel()
	before, after := narrativetest.Bridge(), narrativetest.Bridge()
	after.Parties[1].Name = "Hill Town"
	keys := []store.NounKey{
		partyKey, {Kind: narrative.KindClaim, Key: narrativetest.Worried}, {Kind: narrative.KindArticle, Key: "bridge-closed"}, {Kind: narrative.KindParty, Key: "nowhere"},
	}
	changes, err := store.ChangesOf(before, after, keys)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []any{after.Parties[1], nil, nil, nil} {
		got, ok := store.ReadNoun(keys[i].Kind, changes[i].After)
		if want != nil && (!ok || cmp.Diff(want, got) != "") || changes[i].NounKey != keys[i] {
			t.Errorf("%v after: %+v", keys[i], got)
		}
	}
	if claim, ok := store.ReadNoun(narrative.KindClaim, changes[1].Before); !ok || strings.Join(claim.(narrative.Claim).Words, "") != "The envoy is concerned, “deeply”." {
		t.Errorf("the claim of a whole block: %+v", claim)
	}
	if a, ok := store.ReadNoun(narrative.KindArticle, changes[2].After); !ok || a.(narrative.Article).Blocks != nil {
		t.Errorf("the article: %+v", a)
	}
	if changes[3].Before+changes[3].After != "" {
		t.Errorf("a noun of neither: %+v", changes[3])
	}
}
