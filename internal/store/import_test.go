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

// TestImportWordsAndBack checks that a claim gets other words of its block, and its old ones again, and that readers see
// it where it stands as soon as its words are those that are published.
func TestImportWordsAndBack(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	a := narrativetest.Bridge()
	capture(t, s, a.Articles[0], longBefore, longAfter)
	b := narrativetest.Bridge()
	b.Articles[0].Blocks[0].Claims[1].Words = []string{"the bridge was open"}
	at := func() store.PlacedClaim {
		p, err := s.Article(t.Context(), "bridge-closed")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Passages {
			if c.Rows[0].Claim.Code == narrativetest.Open {
				return c
			}
		}
		t.Fatal("the claim is gone")
		return store.PlacedClaim{}
	}
	first := at()
	for i, c := range []narrative.Collection{b, a, b, a} {
		save(t, s, c)
		got, err := s.Collection(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := c
		want.Sort()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("import %d (-want +got):\n%s", i, diff)
		}
		if now := at(); now.Starts[0] != first.Starts[0] || now.Block != first.Block {
			t.Errorf("import %d: readers see the claim at %d:%v, want %d:%v, where its published words stand", i, now.Block, now.Starts, first.Block, first.Starts)
		}
		verified(t, s)
	}
	save(t, s, b)
	publish(t, s, "fewer words")
	if now := at(); now.Starts[0] != first.Starts[0]+len("the council said ") {
		t.Errorf("readers see the claim at %v", now.Starts)
	}
	verified(t, s)
}

// TestImportWordsThatDrift checks that a claim whose new words the full text has in other quotation marks stays in the
// excerpt, though its old words stood in the full text.
func TestImportWordsThatDrift(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	c := narrativetest.Bridge()
	c.Articles[0].Blocks[1].Claims[0].Words = []string{"The envoy is concerned"}
	save(t, s, c)
	full := narrativetest.Bridge().Articles[0]
	full.Blocks[1].Text = `The envoy is concerned, "deeply".`
	capture(t, s, full, longBefore, longAfter)
	desk, _ := store.Pools(s)
	kind := func() string {
		return list(t, desk, `
			SELECT c.kind FROM anchors a JOIN captures c ON c.id = a.capture WHERE a.is_current AND a.claim = $1`, narrativetest.Worried)[0]
	}
	if got := kind(); got != "full" {
		t.Fatalf("words without quotation marks are anchored in a capture of kind %s, want full", got)
	}
	c.Articles[0].Blocks[1].Claims[0].Words = []string{"concerned, “deeply”"}
	save(t, s, c)
	if got := kind(); got != "excerpt" {
		t.Errorf("words in other quotation marks are anchored in a capture of kind %s, want excerpt", got)
	}
	verified(t, s)
}

// TestImportMovesBlocks checks that readers see passages where they stand now when the article's blocks have moved.
func TestImportMovesBlocks(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	c := narrativetest.Bridge()
	blocks := c.Articles[0].Blocks
	blocks[0], blocks[1] = blocks[1], blocks[0]
	save(t, s, c)
	p, err := s.Article(t.Context(), "bridge-closed")
	if err != nil || len(p.Passages) != 4 || p.Passages[0].Rows[0].Claim.Code != narrativetest.Worried || p.Passages[3].Block != 1 {
		t.Errorf("passages = %+v (%v), want the envoy's first", p.Passages, err)
	}
	verified(t, s)
	c.Articles[0].Blocks = append([]narrative.Block{{
		Text: "A crowd came to the bridge.",
		Claims: []narrative.Claim{{
			Code: "ZZZ-ZZZ1", Source: "courier", Voice: narrative.OutletVoice,
			Stances: []narrative.Stance{{Fact: "bridge-open", Mode: narrative.Concern}},
		}},
	}}, blocks...)
	save(t, s, c)
	if p, err = s.Article(t.Context(), "bridge-closed"); err != nil || len(p.Passages) != 4 || p.Passages[0].Block != 1 {
		t.Errorf("passages = %+v (%v), want those that are published, from the second block on", p.Passages, err)
	}
	verified(t, s)
	publish(t, s, "a crowd")
	if p, err = s.Article(t.Context(), "bridge-closed"); err != nil || len(p.Passages) != 5 {
		t.Errorf("%d passages (%v), want 5", len(p.Passages), err)
	}
	verified(t, s)
}

// TestImportRights checks that readers see a whole text from the publication that says so until the desk says otherwise.
func TestImportRights(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	c := narrativetest.Bridge()
	capture(t, s, c.Articles[0], longBefore, longAfter)
	shown := func(when string, want bool) {
		t.Helper()
		a, err := s.Article(t.Context(), "bridge-closed")
		if err != nil {
			t.Fatal(err)
		}
		claim, err := s.Claim(t.Context(), narrativetest.Worried)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Text != ""; got != want {
			t.Errorf("%s: the text is shown: %v, want %v", when, got, want)
		}
		if got := claim.Sentence != ""; got != want {
			t.Errorf("%s: the sentence is shown: %v, want %v", when, got, want)
		}
		verified(t, s)
	}
	shown("rights of an excerpt", false)
	c.Articles[0].Rights = narrative.RightsFull
	save(t, s, c)
	shown("rights not yet published", false)
	publish(t, s, "with rights")
	shown("rights published", true)
	c.Articles[0].Rights = narrative.RightsExcerpt
	save(t, s, c)
	shown("rights withdrawn", false)
	publish(t, s, "without rights")
	shown("withdrawal published", false)
}
