package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// claimed is the bridge with a claim on every position.
func claimed() narrative.Collection {
	c := narrativetest.Bridge()
	open := &c.Articles[0].Blocks[0].Claims[1]
	open.Stances = append(open.Stances, narrative.Stance{Fact: "bridge-open", Aspect: "by-whom", Position: "by-nobody", Mode: narrative.Asserted})
	return c
}

func preview(t *testing.T, s *store.Store, fact narrative.Slug) store.Preview {
	t.Helper()
	list, err := s.Preview(t.Context(), []narrative.Slug{fact})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d previews (%v), want 1", len(list), err)
	}
	return list[0]
}

// expecting is an editor's publication of what a preview has shown.
func expecting(p store.Preview, waiver string) store.Publication {
	return store.Publication{
		Facts: []narrative.Slug{p.Fact}, Reason: "as previewed", Kind: edition.Update, Actor: "editor",
		Expect: map[narrative.Slug]string{p.Fact: p.Token}, Waiver: waiver,
	}
}

// edit changes the bridge's fact through the desk, as somebody.
func edit(t *testing.T, s *store.Store, actor string, change func(*narrative.Fact)) {
	t.Helper()
	n, err := s.Noun(t.Context(), store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"})
	if err != nil {
		t.Fatal(err)
	}
	fact := n.Doc.(narrative.Fact)
	change(&fact)
	if _, err := s.Save(t.Context(), store.Edit{Doc: fact, Was: "bridge-open", Version: n.Version, Actor: actor}); err != nil {
		t.Fatal(err)
	}
}

func signOff(s *store.Store, ctx context.Context, p store.Preview, actor string) error {
	items := map[string]edition.Hash{}
	for _, r := range p.Unseen() {
		items[r.Key] = r.Fingerprint
	}
	return s.SignOff(ctx, store.SignOff{Fact: p.Fact, Items: items, Actor: actor})
}

func TestPreview(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	before := preview(t, s, "bridge-open")
	if before.Changed || before.Number != 1 || before.Latest == nil || len(before.Unseen()) > 0 {
		t.Errorf("as published: changed %t, edition %d, unseen %v", before.Changed, before.Number, before.Unseen())
	}
	if len(before.Problems) != 1 || !strings.Contains(before.Problems[0].Message, "by-nobody") {
		t.Errorf("problems = %v, want the position without a claim", before.Problems)
	}
	edit(t, s, "ada", func(f *narrative.Fact) { f.Question = "Was [[bridge]] open to carts?"; f.Background = "" })
	after := preview(t, s, "bridge-open")
	if !after.Changed || after.Token == before.Token || after.Content.Title != "Was the mill bridge open to carts?" {
		t.Errorf("changed %t, title %q", after.Changed, after.Content.Title)
	}
	if !slices.ContainsFunc(after.Problems, func(p narrative.Problem) bool { return p.Path == "background" && p.Later }) {
		t.Errorf("problems = %v, want one of the background", after.Problems)
	}
	unseen := after.Unseen()
	if len(unseen) != 1 || unseen[0].Key != "question" || unseen[0].Author != "ada" {
		t.Errorf("unseen = %+v, want the question of ada", unseen)
	}
	if e, err := s.Edition(t.Context(), "bridge-open", 0); err != nil || e.Number != 1 {
		t.Errorf("a preview published edition %d (%v)", e.Number, err)
	}
	if _, err := s.Preview(t.Context(), []narrative.Slug{"bridge-open", "none"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error for a fact that is not there = %v", err)
	}
}

// A preview reckons what share of an article would stand before readers as publishing does.
func TestPreviewShare(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	c := claimed()
	save(t, s, c)
	capture(t, s, c.Articles[0], "A few words.", "And some more.")
	p := preview(t, s, "bridge-open")
	if len(p.Problems) != 1 || p.Problems[0].Kind != narrative.KindArticle || p.Problems[0].Key != "bridge-closed" {
		t.Fatalf("problems = %v, want one of the article", p.Problems)
	}
	if _, err := s.Publish(t.Context(), store.Publication{Reason: "r", Actor: "test"}); !errors.Is(err, store.ErrShare) {
		t.Errorf("error of publishing = %v, want ErrShare", err)
	}
	c.Articles[0].Rights = narrative.RightsFull
	save(t, s, c)
	if p := preview(t, s, "bridge-open"); len(p.Problems) > 0 {
		t.Errorf("problems with rights = %v, want none", p.Problems)
	}
}

func TestPublishExpected(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, claimed())
	p := preview(t, s, "bridge-open")
	if unseen, ok := errors.AsType[*store.Unseen](publishAs(t, s, expecting(p, ""))); !ok || !slices.Equal(unseen.Facts, []narrative.Slug{"bridge-open"}) {
		t.Errorf("error without a second pair of eyes = %v", unseen)
	}
	if err := signOff(s, t.Context(), p, "brenda"); err != nil {
		t.Fatal(err)
	}
	edit(t, s, "ada", func(f *narrative.Fact) { f.Gaps = nil })
	if outdated, ok := errors.AsType[*store.Outdated](publishAs(t, s, expecting(p, ""))); !ok || len(outdated.Facts) != 1 {
		t.Errorf("error after a change = %v, want Outdated", outdated)
	}
	if err := publishAs(t, s, expecting(preview(t, s, "bridge-open"), "")); err != nil {
		t.Fatal(err)
	}
	e, err := s.Edition(t.Context(), "bridge-open", 1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := edition.Read(e.Body)
	if err != nil || body.Review != nil {
		t.Errorf("review = %v (%v), want nothing of an edition that two have looked at", body.Review, err)
	}
	verified(t, s)
}

func publishAs(t *testing.T, s *store.Store, p store.Publication) error {
	t.Helper()
	_, err := s.Publish(t.Context(), p)
	return err
}

// What is published though only one has looked at it says so, and asks for the look until somebody has it.
func TestWaiver(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, claimed())
	if err := publishAs(t, s, expecting(preview(t, s, "bridge-open"), "nobody else is in tonight")); err != nil {
		t.Fatal(err)
	}
	review := func(number int) string {
		t.Helper()
		e, err := s.Edition(t.Context(), "bridge-open", number)
		if err != nil {
			t.Fatal(err)
		}
		body, err := edition.Read(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		return body.Review.String()
	}
	want := "One editor: published without a second pair of eyes. Nobody else is in tonight."
	if got := review(1); got != want {
		t.Errorf("edition 1 says %q, want %q", got, want)
	}
	history, err := s.Editions(t.Context(), "bridge-open", "")
	if err != nil || history.Editions[0].Review != want {
		t.Errorf("history = %+v (%v), want %q in it", history, err, want)
	}
	entry, err := s.EditionEntry(t.Context(), "bridge-open", 1)
	if err != nil || entry.Review != want || !entry.Fiction {
		t.Errorf("entry = %+v (%v), want %q in it", entry, err, want)
	}
	news, err := s.FactNews(t.Context(), "bridge-open")
	if err != nil || news.Editions[0].Review != want {
		t.Errorf("news = %+v (%v), want %q in it", news, err, want)
	}
	edit(t, s, "ada", func(f *narrative.Fact) { f.Gaps = nil })
	p := preview(t, s, "bridge-open")
	if len(p.Unseen()) == 0 {
		t.Error("what was waived asks for no look any more")
	}
	if err := publishAs(t, s, expecting(p, "still alone")); err != nil {
		t.Fatal(err)
	}
	if err := signOff(s, t.Context(), p, "brenda"); err != nil {
		t.Fatal(err)
	}
	edit(t, s, "ada", func(f *narrative.Fact) { f.Note = "kept"; f.Points = nil })
	p = preview(t, s, "bridge-open")
	if len(p.Unseen()) > 0 {
		t.Errorf("unseen = %+v, want nothing after it was signed", p.Unseen())
	}
	if err := publishAs(t, s, expecting(p, "not needed")); err != nil {
		t.Fatal(err)
	}
	if got := review(3); got != "" {
		t.Errorf("edition 3 says %q, want nothing", got)
	}
	verified(t, s)
}

func TestSignOff(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	edit(t, s, "ada", func(f *narrative.Fact) { f.Positions[0].Label = "It was shut." })
	edit(t, s, "brenda", func(f *narrative.Fact) { f.Status.State = narrative.Developing })
	p := preview(t, s, "bridge-open")
	if unseen := p.Unseen(); len(unseen) != 1 || unseen[0].Key != "label//closed" || unseen[0].Author != "ada" {
		t.Fatalf("unseen = %+v, want the label that ada has changed", unseen)
	}
	unsound, ok := errors.AsType[*store.Unsound](signOff(s, t.Context(), p, "ada"))
	if !ok || !strings.Contains(unsound.Error(), "you wrote this yourself") {
		t.Errorf("error of signing one's own = %v", unsound)
	}
	// Who changed something else of the fact last may sign.
	if err := signOff(s, t.Context(), p, "brenda"); err != nil {
		t.Error(err)
	}
	if signed := preview(t, s, "bridge-open"); len(signed.Unseen()) > 0 {
		t.Errorf("unseen = %+v after it was signed", signed.Unseen())
	}
	edit(t, s, "brenda", func(f *narrative.Fact) { f.Positions[0].Label = "It was barred." })
	err := signOff(s, t.Context(), p, "ada")
	if outdated, ok := errors.AsType[*store.Outdated](err); !ok || outdated.Facts[0] != "bridge-open" {
		t.Errorf("error of signing what has changed = %v, want Outdated", err)
	}
}

// A claim's stance and contradiction are those of whoever changed that last in the claim.
func TestSignOffClaim(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	c, err := s.DeskClaim(t.Context(), narrativetest.Open)
	if err != nil {
		t.Fatal(err)
	}
	save := func(actor string) {
		t.Helper()
		c, err = s.SaveClaim(t.Context(), store.ClaimEdit{
			Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: c.Version, Preset: []string{"voice"}, Actor: actor,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.Counters[0].Why, c.Stances[0].Mode = "open, and the other closed", narrative.Demanded
	save("ada")
	c.Note = "A note."
	save("brenda")
	p := preview(t, s, "bridge-open")
	var keys []string
	for _, r := range p.Unseen() {
		keys = append(keys, r.Key)
		if r.Author != "ada" {
			t.Errorf("%s is of %q, want ada", r.Key, r.Author)
		}
	}
	want := []string{"contradiction/" + narrativetest.Open + "/" + narrativetest.Closed, "stance/" + narrativetest.Open + "/"}
	if !slices.Equal(keys, want) {
		t.Errorf("unseen = %q, want %q", keys, want)
	}
	if len(p.Warnings) != 1 || p.Warnings[0].Key != narrativetest.Open || !strings.Contains(p.Warnings[0].Message, "voice") {
		t.Errorf("warnings = %v, want the preset voice", p.Warnings)
	}
}

// Of two who publish the same preview one does.
func TestPublishRace(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, claimed())
	p := preview(t, s, "bridge-open")
	var wait sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wait.Go(func() { _, errs[i] = s.Publish(context.Background(), expecting(p, "alone")) })
	}
	wait.Wait()
	won, outdated := 0, 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if _, ok := errors.AsType[*store.Outdated](err); ok {
			outdated++
		}
	}
	if won != 1 || outdated != 1 {
		t.Errorf("errors = %v, want one publication and one Outdated", errs)
	}
	verified(t, s)
}

// What is not finished is not published: not when it is named, and not with all.
func TestPublishUnfinished(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	c := twoFacts()
	c.Facts[1].Background = ""
	save(t, s, c)
	list, err := s.Publish(t.Context(), store.Publication{Reason: "r", Actor: "test"})
	if err != nil || len(list) != 2 || !list[0].Changed || list[1] != (store.Published{Fact: "toll-paid"}) {
		t.Errorf("published %+v (%v), want the first alone", list, err)
	}
	_, err = s.Publish(t.Context(), store.Publication{Facts: []narrative.Slug{"toll-paid"}, Reason: "r", Actor: "test"})
	if unsound, ok := errors.AsType[*store.Unsound](err); !ok || unsound.Problems[0].Path != "background" {
		t.Errorf("error = %v, want the missing background", err)
	}
	// Nothing of a set is published with it.
	c.Facts[0].Gaps = nil
	save(t, s, c)
	if _, err = s.Publish(t.Context(), store.Publication{Facts: []narrative.Slug{"bridge-open", "toll-paid"}, Reason: "r", Actor: "test"}); err == nil {
		t.Error("a set with an unfinished fact was published")
	}
	if e, err := s.Edition(t.Context(), "bridge-open", 0); err != nil || e.Number != 1 {
		t.Errorf("edition %d (%v), want 1", e.Number, err)
	}
}

// A publication whose connection dies anywhere in it has left nothing.
func TestPublishKilled(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s, pool := storetest.Open(t, db), storetest.Pool(t, db.URL)
	save(t, s, twoFacts())
	tables := []string{"log", "editions", "edition_bodies", "published_facts", "published_claims", "published_editions", "published_nouns", "reviews", "audit_log"}
	count := func() string {
		t.Helper()
		var counts []string
		for _, table := range tables {
			counts = append(counts, table+" "+list(t, pool, `SELECT count(*)::text FROM `+table)[0])
		}
		return strings.Join(counts, ", ")
	}
	before := count()
	for i, table := range tables[:7] {
		// Whoever writes the table last dies of it, as if its server were killed there.
		exec(t, pool, fmt.Sprintf(`
			CREATE FUNCTION die_%[1]d() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
				BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
			CREATE TRIGGER zz_die AFTER INSERT ON %[2]s FOR EACH STATEMENT EXECUTE FUNCTION die_%[1]d()`, i, table))
		_, err := s.Publish(t.Context(), store.Publication{Reason: "r", Kind: edition.Update, Actor: "test"})
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("killed at %s: error = %v, want ErrUnavailable", table, err)
		}
		exec(t, pool, `DROP TRIGGER zz_die ON `+table)
		if after := count(); after != before {
			t.Errorf("killed at %s: %s; before: %s", table, after, before)
		}
	}
	edit(t, s, "ada", func(f *narrative.Fact) { f.Note = "acknowledged" })
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := s.Publish(ctx, store.Publication{Reason: "r", Kind: edition.Update, Actor: "test"}); err == nil {
		t.Error("published within a millisecond")
	}
	if n, err := s.Noun(t.Context(), store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"}); err != nil || n.Doc.(narrative.Fact).Note != "acknowledged" {
		t.Errorf("the save that was acknowledged: %v (%v)", n.Doc, err)
	}
	if got := publish(t, s, "at last"); len(got) != 2 || !got[0].Changed || !got[1].Changed {
		t.Errorf("published %+v, want both", got)
	}
	verified(t, s)
}
