package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// save writes a collection as an import without a history does.
func save(t *testing.T, s *store.Store, c narrative.Collection) {
	t.Helper()
	err := s.Import(t.Context(), "test", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCollection checks that what is written comes back, whole and again.
func TestCollection(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	want := narrativetest.Bridge()
	want.Sort()
	for range 2 {
		save(t, s, narrativetest.Bridge())
		got, err := s.Collection(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("what came back differs (-want +got):\n%s", diff)
		}
	}
}

// TestCollectionChanged checks that a second save leaves nothing of what it no longer has.
func TestCollectionChanged(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, narrativetest.Bridge())

	want := narrativetest.Bridge()
	f := &want.Facts[0]
	f.Aspects, f.Periods, f.Gaps, f.Points = nil, nil, nil, f.Points[:1]
	f.Question = "Was it open at all?"
	want.Records[0].BearsOn = want.Records[0].BearsOn[:1]
	want.Events[0].Participants = want.Events[0].Participants[:1]
	want.Sources[2].Offices[0].Title = "acting mayor"
	first := &want.Articles[0].Blocks[0].Claims[0]
	first.Stances = []narrative.Stance{{Fact: "bridge-open", Position: "closed", Mode: narrative.Asserted}}
	first.Words = []string{"closed the bridge"}
	first.Chain[0].Verb = "said"
	want.Articles[0].Blocks[0].Claims[2].Figures = nil
	want.Articles[0].Blocks[0].Claims[2].Counters = nil
	save(t, s, want)

	got, err := s.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want.Sort()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("what came back differs (-want +got):\n%s", diff)
	}
}

// TestImportPlan checks that a plan sees the last import and the tables of today, that its changes are logged, and that
// its error leaves everything as it was.
func TestImportPlan(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	key := store.NounKey{Kind: narrative.KindParty, Key: "lower-town"}
	save(t, s, narrativetest.Bridge())
	err := s.Import(t.Context(), "test", "for a reason", func(bases map[store.NounKey]string, now narrative.Collection) (store.Plan, error) {
		if len(bases) != 0 || len(now.Facts) != 1 {
			t.Errorf("the plan sees %d bases and %d facts, want none and 1", len(bases), len(now.Facts))
		}
		return store.Plan{Bases: map[store.NounKey]string{key: "a"}, Changes: []store.Change{{NounKey: key, After: "a"}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	err = s.Import(t.Context(), "test", "", func(bases map[store.NounKey]string, now narrative.Collection) (store.Plan, error) {
		if bases[key] != "a" {
			t.Errorf("base of %v = %q, want %q", key, bases[key], "a")
		}
		return store.Plan{}, stop
	})
	if !errors.Is(err, stop) {
		t.Errorf("error = %v, want the plan's", err)
	}
}

// TestImportMisplaced checks that a claim whose words are not in its block is refused, and nothing is saved.
func TestImportMisplaced(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	c := narrativetest.Bridge()
	c.Articles[0].Blocks[1].Claims[0].Words = []string{"The council has closed the bridge"} // stands in the other block
	err := s.Import(t.Context(), "test", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	})
	if !errors.Is(err, store.ErrPassage) {
		t.Errorf("error = %v, want ErrPassage", err)
	}
	if got, err := s.Collection(t.Context()); err != nil || len(got.Disputes) != 0 {
		t.Errorf("after a refused import there are %d disputes (%v), want none", len(got.Disputes), err)
	}
}

// TestCapture checks that a full text becomes a capture with its original, that claims move into it, and that one
// whose words are not there stays in the excerpt.
func TestCapture(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, narrativetest.Bridge())
	text, err := passage.NewText("A first paragraph.\n\nNow: The council has closed the bridge, the mayor told us, and at " +
		"least 40 carts wait; the council said the bridge was open. So it stands.")
	if err != nil {
		t.Fatal(err)
	}
	full := store.FullText{Article: "bridge-closed", Original: []byte("raw \x00 bytes"), Text: text, At: time.Now()}
	for range 2 {
		report, err := s.Capture(t.Context(), "test", "", []store.FullText{full})
		if err != nil {
			t.Fatal(err)
		}
		outcomes := make(map[narrative.Code]passage.Outcome)
		for _, a := range report {
			outcomes[a.Claim] = a.Outcome
		}
		want := map[narrative.Code]passage.Outcome{
			narrativetest.Closed: passage.Anchored, narrativetest.Open: passage.Anchored,
			narrativetest.Own: passage.Anchored, narrativetest.Worried: passage.Orphaned,
		}
		if diff := cmp.Diff(want, outcomes); diff != "" {
			t.Errorf("outcomes differ (-want +got):\n%s", diff)
		}
	}
	texts, err := s.Texts(t.Context())
	if err != nil || len(texts) != 1 {
		t.Fatalf("%d full texts (%v), want 1", len(texts), err)
	}
	if string(texts[0].Original) != "raw \x00 bytes" || texts[0].Text.String() != text.String() {
		t.Error("the full text is not the one that was captured")
	}
	full.Article = "none"
	if _, err := s.Capture(t.Context(), "test", "", []store.FullText{full}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error = %v, want ErrNotFound", err)
	}
}
