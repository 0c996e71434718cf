package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// taggedText is the whole text of the sample's article: its passages among other words.
const taggedText = "Quarrels are old here.\n\n" +
	"The council has closed the bridge, the mayor told us, and at least 40 carts wait; the council said the bridge was open.\n\n" +
	"The ferry sails. The ferry sails.\n\nThe envoy is concerned, “deeply”."

// newTagged returns a store with the sample, its article captured whole.
func newTagged(t *testing.T) *store.Store {
	t.Helper()
	s := storetest.New(t)
	err := s.Import(t.Context(), "test", "a test", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: narrativetest.Bridge()}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := passage.NewText(taggedText)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Capture(t.Context(), "test", "a test", []store.FullText{{Article: "bridge-closed", Original: []byte(taggedText), Text: text, At: time.Now()}}); err != nil {
		t.Fatal(err)
	}
	return s
}

func tagging(t *testing.T, s *store.Store) store.Tagging {
	t.Helper()
	view, err := s.Tagging(t.Context(), "bridge-closed")
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// ferry asks for a claim with the words "The ferry sails", at the nth place where they stand.
func ferry(view store.Tagging, n int) store.ClaimEdit {
	return store.ClaimEdit{
		Article: "bridge-closed", Capture: view.Capture, Actor: "editor", Preset: []string{"voice"},
		Match: passage.Find(view.Text, passage.Quote{Segments: []string{"The ferry sails"}})[n],
		Claim: narrative.Claim{
			Source: "mayor", Voice: narrative.Paraphrase, Chain: []narrative.Hop{{By: "courier", Role: narrative.RoleOutlet}},
			Stances: []narrative.Stance{{Fact: "bridge-open", Position: "open", Mode: narrative.Asserted}},
		},
	}
}

func TestTagging(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	view := tagging(t, s)
	if !view.Full || view.Outlet != "The Courier" || view.Text.String() != taggedText || len(view.Claims) != 4 {
		t.Fatalf("the view has the whole text %t of %q and %d claims, want that of The Courier with 4", view.Full, view.Outlet, len(view.Claims))
	}
	for _, c := range view.Claims {
		words, err := view.Text.Words(c.Match)
		if err != nil || c.Capture != view.Capture || !slices.Equal(words, c.Words) {
			t.Errorf("claim %s stands at %v of capture %d as %q (%v), want its words %q", c.Code, c.Match, c.Capture, words, err, c.Words)
		}
	}
	if first := view.Sources[0].Slug; first != "envoy" {
		t.Errorf("the first source offered is %s, want that of the article's last claim", first)
	}
	if len(view.Facts) != 1 || len(view.Events) != 1 || len(view.Parties) != 2 || len(view.Disputes) != 1 {
		t.Errorf("offered are %d facts, %d events, %d parties, %d disputes; want 1, 1, 2, 1", len(view.Facts), len(view.Events), len(view.Parties), len(view.Disputes))
	}
	if view.Places["bridge"] != "the mill bridge" {
		t.Errorf("the facts’ places are called %q, want the mill bridge among them", view.Places)
	}
	if _, err := s.Tagging(t.Context(), "no-such-article"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an article that is not there: %v, want ErrNotFound", err)
	}
}

func TestSourcesByName(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	found, err := s.SourcesByName(t.Context(), []string{"mayor", "THE MAYOR", "The Courier", "nobody", "The Courier"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]narrative.Slug{"mayor": "mayor", "THE MAYOR": "mayor", "The Courier": "courier"} {
		if len(found[name]) != 1 || found[name][0].Slug != want {
			t.Errorf("%q finds %v, want %s alone", name, found[name], want)
		}
	}
	if len(found["nobody"]) != 0 {
		t.Errorf("nobody finds %v", found["nobody"])
	}
}

// TestTagAtOnce lets many editors tag one article at the same moment, each with a new source and a new position of the same
// names: all are saved, none under another's slug.
func TestTagAtOnce(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	view := tagging(t, s)
	const editors = 12
	var wg sync.WaitGroup
	errs := make([]error, editors)
	saved := make([]store.Claim, editors)
	for i := range editors {
		wg.Go(func() {
			saved[i], errs[i] = s.Tag(t.Context(), store.TagEdit{
				ClaimEdit: ferry(view, i%2),
				Source:    &narrative.Source{Slug: "ferryman", Name: fmt.Sprintf("Ferryman %d", i), Kind: narrative.Person},
				Answer:    &store.Answer{Position: narrative.Position{Slug: "by-water", Label: "By water."}},
			})
		})
	}
	wg.Wait()
	sources, positions := map[narrative.Slug]bool{}, map[narrative.Slug]bool{}
	for i, c := range saved {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		sources[c.Source], positions[c.Stances[0].Position] = true, true
	}
	if len(sources) != editors || len(positions) != editors {
		t.Errorf("%d sources and %d positions, want %d of each", len(sources), len(positions), editors)
	}
	if got := len(tagging(t, s).Claims); got != 4+editors {
		t.Errorf("%d claims, want %d", got, 4+editors)
	}
}

// TestUndoOfWordsThatStandTwice undoes the move of a passage between two places where the same words stand.
func TestUndoOfWordsThatStandTwice(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	view := tagging(t, s)
	made, err := s.Tag(t.Context(), store.TagEdit{ClaimEdit: ferry(view, 1)})
	if err != nil {
		t.Fatal(err)
	}
	edit := ferry(view, 0)
	edit.Claim, edit.Version = made.Claim, made.Version
	edit.Claim.Words = nil
	edit.Match = passage.Find(view.Text, passage.Quote{Segments: []string{"Quarrels are old"}})[0]
	moved, err := s.SaveClaim(t.Context(), edit)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.UndoClaim(t.Context(), made.Code, moved.Version, "somebody else"); !errors.Is(err, store.ErrNoUndo) {
		t.Errorf("somebody else's undo: %v, want ErrNoUndo", err)
	}
	if _, err := s.UndoClaim(t.Context(), made.Code, made.Version, "editor"); !isStaleClaim(err) {
		t.Errorf("an undo of an old version: %v, want a StaleClaim", err)
	}
	back, err := s.UndoClaim(t.Context(), made.Code, moved.Version, "editor")
	if err != nil || back.Removed || !slices.Equal(back.Match, made.Match) {
		t.Errorf("undone stands at %v (removed %t, %v), want %v", back.Match, back.Removed, err, made.Match)
	}
}

func isStaleClaim(err error) bool {
	_, ok := errors.AsType[*store.StaleClaim](err)
	return ok
}

func TestDeleteClaim(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	view := tagging(t, s)
	answer, err := s.SaveClaim(t.Context(), ferry(view, 0))
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.Noun(t.Context(), store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"})
	if err != nil {
		t.Fatal(err)
	}
	f := n.Doc.(narrative.Fact)
	f.Requests = []narrative.Request{{
		To: "mayor", Question: "Does the ferry sail?", Asked: "2024-03-02T10:00Z", By: "a letter", State: narrative.RequestAnswered,
		Settled: "2024-03-03T10:00Z", Claim: answer.Code,
	}}
	if _, err := s.Save(t.Context(), store.Edit{Doc: f, Was: "bridge-open", Version: n.Version, Actor: "editor"}); err != nil {
		t.Fatal(err)
	}
	_, err = s.DeleteClaim(t.Context(), answer.Code, answer.Version, "editor", "a test")
	if used, ok := errors.AsType[*store.InUse](err); !ok || !slices.Equal(used.By, []store.NounKey{n.NounKey}) {
		t.Errorf("deleting the answer to a request: %v, want that %v speaks of it", err, n.NounKey)
	}
	f.Requests = nil
	if _, err := s.Save(t.Context(), store.Edit{Doc: f, Was: "bridge-open", Version: n.Version + 1, Actor: "editor"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DeleteClaim(t.Context(), answer.Code, answer.Version, "editor", "a test"); err != nil {
		t.Fatal(err)
	}
	for _, c := range view.Claims {
		_, err := s.DeleteClaim(t.Context(), c.Code, c.Version, "editor", "a test")
		used, spoken := errors.AsType[*store.InUse](err)
		want := map[narrative.Code]int{narrativetest.Closed: 3, narrativetest.Open: 1}[c.Code] // counters and the fact
		if want > 0 && (!spoken || len(used.By) != want) || want == 0 && err != nil {
			t.Errorf("deleting %s: %v, want %d that speak of it", c.Code, err, want)
		}
	}
	var codes []narrative.Code
	for _, c := range tagging(t, s).Claims {
		codes = append(codes, c.Code)
	}
	if want := []narrative.Code{narrativetest.Closed, narrativetest.Open}; !slices.Equal(codes, want) {
		t.Errorf("left are %v, want %v", codes, want)
	}
}

// TestFactClaims goes through the claims on a fact page by page.
func TestFactClaims(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	view := tagging(t, s)
	for range 99 {
		if _, err := s.SaveClaim(t.Context(), ferry(view, 0)); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[narrative.Code]bool{}
	after, pages := "", 0
	for {
		_, claims, next, err := s.FactClaims(t.Context(), "bridge-open", "*", "*", after)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, c := range claims {
			seen[c.Code] = true
		}
		if next == "" {
			break
		}
		after = next
	}
	if len(seen) != 103 || pages != 2 {
		t.Errorf("%d claims on %d pages, want 103 on 2", len(seen), pages)
	}
	_, claims, _, err := s.FactClaims(t.Context(), "bridge-open", "by-whom", "by-council", "")
	if err != nil || len(claims) != 1 || claims[0].Code != narrativetest.Closed {
		t.Errorf("on the aspect are %v (%v), want %s", claims, err, narrativetest.Closed)
	}
}

// TestMoveOfStances moves claims that have a stance on the aspect already, and claims with counters.
func TestMoveOfStances(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	versions := map[narrative.Code]int{}
	for _, c := range tagging(t, s).Claims {
		versions[c.Code] = c.Version
	}
	move := store.Move{Fact: "bridge-open", Actor: "editor", Claims: []store.MovedStance{{Code: narrativetest.Closed, Version: versions[narrativetest.Closed]}}}
	move.To.Aspect.Slug, move.To.Position.Slug = "by-whom", "by-council"
	_, err := s.MoveClaims(t.Context(), move)
	if unsound, ok := errors.AsType[*store.Unsound](err); !ok || unsound.Problems[0].Key != narrativetest.Closed {
		t.Errorf("a second stance on the aspect: %v, want a problem of the claim", err)
	}
	move.To = store.Answer{Position: narrative.Position{Slug: "open"}}
	move.Claims = append(move.Claims, store.MovedStance{Code: narrativetest.Own, Version: versions[narrativetest.Own]}, store.MovedStance{Code: narrativetest.Worried, Version: versions[narrativetest.Worried]})
	moved, err := s.MoveClaims(t.Context(), move)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range moved {
		i := slices.IndexFunc(c.Stances, func(s narrative.Stance) bool { return s.Aspect == "" })
		want := narrative.Slug("open")
		if c.Code == narrativetest.Worried {
			want = "" // concern takes no position
		}
		if c.Stances[i].Position != want {
			t.Errorf("%s takes %q, want %q", c.Code, c.Stances[i].Position, want)
		}
	}
}
