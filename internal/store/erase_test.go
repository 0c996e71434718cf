package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// TestErase checks that an erased edition stays at its address without its words, that its fact is on no page until it
// is published again, with the next number, and that what it says nowhere is left.
func TestErase(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	ctx := t.Context()
	c := twoFacts()
	save(t, s, c)
	publish(t, s, "first words")
	before, err := s.Edition(ctx, "bridge-open", 1)
	if err != nil {
		t.Fatal(err)
	}
	generation := generation(t, s)
	erase(t, s, "bridge-open", 1, "asked to")
	if !generationAfter(t, s, generation) {
		t.Error("the generation has not risen")
	}

	after, err := s.Edition(ctx, "bridge-open", 1)
	if err != nil {
		t.Fatal(err)
	}
	redactions, err := edition.ReadRedactions(after.Body)
	if err != nil || len(redactions) != 1 || redactions[0].Reason != "asked to" {
		t.Errorf("what is left: %+v (%v), want one redaction", redactions, err)
	}
	if after.RedactedOn.IsZero() || after.Kind != "" || after.Reason != "" {
		t.Errorf("erased on %v, kind %q, reason %q", after.RedactedOn, after.Kind, after.Reason)
	}
	if diff := cmp.Diff(before, after, cmpopts.IgnoreFields(store.Edition{}, "Body", "RedactedOn", "WithheldOn", "Kind", "Reason", "Around")); diff != "" {
		t.Errorf("the record differs (-want +got):\n%s", diff)
	}
	if latest, err := s.Edition(ctx, "bridge-open", 0); err != nil || latest.Number != 1 {
		t.Errorf("latest edition %d (%v), want the erased one", latest.Number, err)
	}

	if home, err := s.Home(ctx); err != nil || len(home.Facts) != 1 || len(home.Editions) != 1 || home.Disputes[0].Count != 1 {
		t.Errorf("home = %+v (%v), want the other fact alone", home, err)
	}
	if facts, err := s.Facts(ctx, "", 10); err != nil || len(facts.Facts) != 1 || facts.Facts[0].Fact != "toll-paid" {
		t.Errorf("facts = %+v (%v), want the other alone", facts, err)
	}
	if d, err := s.Dispute(ctx, "mill-bridge"); err != nil || len(d.Facts) != 1 {
		t.Errorf("%d facts of the dispute (%v), want 1", len(d.Facts), err)
	}
	if p, err := s.Source(ctx, "council", ""); err != nil || len(p.Claims) != 1 || p.Claims[0].Fact != "toll-paid" {
		t.Errorf("claims of the council = %+v (%v), want one on the other fact", p.Claims, err)
	}
	if p, err := s.Claim(ctx, narrativetest.Open); err != nil || len(p.Rows) != 1 || len(p.Editions) != 1 {
		t.Errorf("claim = %+v (%v), want one row and one edition", p, err)
	}
	for name, get := range map[string]func() error{
		"source": func() error { _, err := s.Source(ctx, "envoy", ""); return err },
		"event":  func() error { _, err := s.Event(ctx, "talks", ""); return err },
		"claim":  func() error { _, err := s.Claim(ctx, narrativetest.Closed); return err },
	} {
		if err := get(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a %s of the erased edition alone: %v, want ErrNotFound", name, err)
		}
	}
	if list, err := s.Sources(ctx, ""); err != nil || len(list.Rows) != 1 {
		t.Errorf("sources = %+v (%v), want 1", list, err)
	}
	verified(t, s)

	got := publish(t, s, "without what was wrong")
	want := []store.Published{{Fact: "bridge-open", Number: 2, Changed: true}, {Fact: "toll-paid", Number: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("published anew (-want +got):\n%s", diff)
	}
	if facts, err := s.Facts(ctx, "", 10); err != nil || len(facts.Facts) != 2 {
		t.Errorf("%d facts (%v), want both", len(facts.Facts), err)
	}
	if report := verified(t, s); report.Editions != 3 || report.Erased != 1 {
		t.Errorf("report = %+v", report)
	}
	// An old one leaves the latest where it is.
	erase(t, s, "bridge-open", 1, "asked again")
	if latest, err := s.Edition(ctx, "bridge-open", 0); err != nil || latest.Number != 2 || !latest.RedactedOn.IsZero() {
		t.Errorf("latest edition %d (%v)", latest.Number, err)
	}
	if home, err := s.Home(ctx); err != nil || len(home.Facts) != 2 {
		t.Errorf("%d facts (%v), want both", len(home.Facts), err)
	}
	twice, err := s.Edition(ctx, "bridge-open", 1)
	if err != nil {
		t.Fatal(err)
	}
	if redactions, err := edition.ReadRedactions(twice.Body); err != nil || len(redactions) != 2 || redactions[1].Reason != "asked again" {
		t.Errorf("what is left: %+v (%v), want two redactions", redactions, err)
	}
	verified(t, s)
}

// TestEraseWithout checks what Erase and EraseText do not do.
func TestEraseWithout(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	log := entries(t, s)
	for name, test := range map[string]struct {
		err, want error
	}{
		"an edition without a reason": {s.Erase(t.Context(), "test", "bridge-open", 1, " \n"), store.ErrReason},
		"a text without a reason":     {s.EraseText(t.Context(), "test", "bridge-closed", ""), store.ErrReason},
		"no such fact":                {s.Erase(t.Context(), "test", "none", 1, "r"), store.ErrNotFound},
		"no such edition":             {s.Erase(t.Context(), "test", "bridge-open", 2, "r"), store.ErrNotFound},
		"no such article":             {s.EraseText(t.Context(), "test", "none", "r"), store.ErrNotFound},
		"no full text":                {s.EraseText(t.Context(), "test", "bridge-closed", "r"), store.ErrNotFound},
		"no letter":                   {s.Erase(t.Context(), "test", "bridge-open", 1, "a\x00b"), store.ErrBadText},
	} {
		if !errors.Is(test.err, test.want) {
			t.Errorf("%s: error = %v, want %v", name, test.err, test.want)
		}
	}
	if diff := cmp.Diff(log, entries(t, s)); diff != "" {
		t.Errorf("the log has changed (-before +after):\n%s", diff)
	}
}

// TestEraseText checks that claims go back to the excerpt, that readers and the desk's tables no longer have the text,
// and that nothing else changes.
func TestEraseText(t *testing.T) {
	t.Parallel()
	s, db := published(t)
	ctx := t.Context()
	c := narrativetest.Bridge()
	c.Articles[0].Rights = narrative.RightsFull
	save(t, s, c)
	capture(t, s, c.Articles[0], "An older state of it. "+longBefore, longAfter)
	capture(t, s, c.Articles[0], longBefore, longAfter)
	publish(t, s, "with rights")
	if a, err := s.Article(ctx, "bridge-closed"); err != nil || !strings.Contains(a.Text, longAfter) || a.Passages[0].Block != 1 {
		t.Fatalf("text %q (%v)", a.Text, err)
	}
	want, err := s.Collection(ctx)
	if err != nil {
		t.Fatal(err)
	}

	if err := s.EraseText(ctx, "test", "bridge-closed", "not ours"); err != nil {
		t.Fatal(err)
	}
	a, err := s.Article(ctx, "bridge-closed")
	if err != nil || a.Text != "" || len(a.Passages) != 4 || a.Passages[0].Block != 0 {
		t.Errorf("text %q, %d passages (%v), want 4 passages alone, from the first block on", a.Text, len(a.Passages), err)
	}
	if p, err := s.Claim(ctx, narrativetest.Worried); err != nil || p.Sentence != "" {
		t.Errorf("the whole sentence is %q still (%v)", p.Sentence, err)
	}
	pool := storetest.Pool(t, db.URL)
	if got := list(t, pool, `SELECT kind FROM anchors a JOIN captures c ON c.id = a.capture WHERE a.is_current GROUP BY kind`); len(got) != 1 || got[0] != "excerpt" {
		t.Errorf("claims are anchored in captures of kind %q, want excerpts", got)
	}
	if got := list(t, pool, `SELECT text FROM capture_texts WHERE text LIKE '%rained%' OR original IS NOT NULL`); len(got) != 0 {
		t.Errorf("texts that are still there: %q", got)
	}
	if texts, err := s.Texts(ctx); err != nil || len(texts) != 0 {
		t.Errorf("%d full texts (%v), want none", len(texts), err)
	}
	got, err := s.Collection(ctx)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("the collection (%v) differs (-want +got):\n%s", err, diff)
	}
	verified(t, s)
	if err := s.EraseText(ctx, "test", "bridge-closed", "again"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error = %v, want ErrNotFound", err)
	}
	// What is captured after it is anchored and shown as if nothing had been erased.
	save(t, s, c)
	capture(t, s, c.Articles[0], longBefore, longAfter)
	if a, err := s.Article(ctx, "bridge-closed"); err != nil || !strings.Contains(a.Text, longAfter) {
		t.Errorf("text %q (%v)", a.Text, err)
	}
	verified(t, s)
}

// TestEraseAndSayTheSame checks that a fact whose latest edition was erased is published again though it says what an
// older edition says.
func TestEraseAndSayTheSame(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	c := narrativetest.Bridge()
	c.Facts[0].Question = "Was [[bridge]] open to carts?"
	save(t, s, c)
	publish(t, s, "a better question")
	erase(t, s, "bridge-open", 2, "asked to")
	if home, err := s.Home(t.Context()); err != nil || len(home.Facts) != 0 {
		t.Errorf("%d facts on the front page (%v), want none", len(home.Facts), err)
	}
	save(t, s, narrativetest.Bridge())
	if got := publish(t, s, "the first words again"); got[0].Number != 3 || !got[0].Changed {
		t.Errorf("published %+v, want edition 3", got)
	}
	if got := publish(t, s, "nothing new"); got[0].Number != 3 || got[0].Changed {
		t.Errorf("published %+v, want edition 3 to stay", got)
	}
	verified(t, s)
}
