package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// TestComplaint takes a complaint from its arrival to its erasure, and checks that nothing private leaves its row.
func TestComplaint(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx := t.Context()
	super := storetest.Pool(t, db.URL)
	save(t, s, narrativetest.Bridge())
	publish(t, s, "first words")
	c := store.Complaint{
		ReceivedAt: time.Date(2024, 3, 9, 10, 0, 0, 0, time.UTC), About: "/facts/bridge-open", Fact: "bridge-open",
		Sender: "Quizzel <q@example.org>", Words: "It was open, says Quizzel.", Reason: "",
	}
	saved, err := s.SaveComplaint(ctx, c, "ada")
	if err != nil || saved.ID == 0 || saved.Version != 1 || !saved.SettledAt.IsZero() {
		t.Fatalf("saved %+v (%v)", saved, err)
	}
	if err := s.EraseComplaint(ctx, saved.ID, 1, "ada"); problemAt(err) != "outcome" {
		t.Errorf("erased while open: %v", err)
	}
	c.ID, c.Version, c.Answer, c.Outcome, c.Edition = saved.ID, saved.Version, "Dear Quizzel", store.OutcomeCorrection, 2
	if _, err := s.SaveComplaint(ctx, c, "ada"); problemAt(err) != "edition" {
		t.Errorf("corrected by an edition that there is not: %v", err)
	}
	c.Edition = 1
	settled, err := s.SaveComplaint(ctx, c, "ada")
	if err != nil || settled.Version != 2 || settled.SettledAt.IsZero() || settled.Edition != 1 {
		t.Fatalf("settled %+v (%v)", settled, err)
	}
	if _, err := s.SaveComplaint(ctx, c, "bob"); !isStaleComplaint(err) {
		t.Errorf("saved from an old version: %v", err)
	}
	if err := s.EraseComplaint(ctx, c.ID, 1, "bob"); !isStaleComplaint(err) {
		t.Errorf("erased from an old version: %v", err)
	}
	if found := holders(t, super, "quizzel"); !slices.Equal(found, []string{"complaints"}) {
		t.Errorf("what is private stands in %q", found)
	}
	if log, err := s.NounLog(ctx, store.NounKey{Kind: store.KindComplaint, Key: "1"}, 0); err != nil || len(log.Entries) != 2 || log.Entries[0].Before+log.Entries[0].After+log.Entries[0].Why != "" {
		t.Errorf("log %+v (%v)", log, err)
	}
	if err := s.EraseComplaint(ctx, c.ID, 2, "bob"); err != nil {
		t.Fatal(err)
	}
	if found := holders(t, super, "quizzel"); len(found) > 0 {
		t.Errorf("after the erasure it stands in %q", found)
	}
	gone, err := s.Complaint(ctx, c.ID)
	if err != nil || gone.ErasedAt.IsZero() || gone.Outcome != store.OutcomeCorrection || gone.About != "/facts/bridge-open" {
		t.Errorf("what is left: %+v (%v)", gone, err)
	}
	c.Version = gone.Version
	if _, err := s.SaveComplaint(ctx, c, "ada"); problemAt(err) != "words" {
		t.Errorf("written again: %v", err)
	}
}

func isStaleComplaint(err error) bool {
	_, ok := errors.AsType[*store.StaleComplaint](err)
	return ok
}

// problemAt returns the path of the first problem of an error, "none" if it is no [*store.Unsound].
func problemAt(err error) string {
	if e, ok := errors.AsType[*store.Unsound](err); ok {
		return e.Problems[0].Path
	}
	return "none"
}

// TestComplaintProblems checks that each thing wrong with a complaint is told at its field.
func TestComplaintProblems(t *testing.T) {
	t.Parallel()
	_, s := withAccount(t)
	good := store.Complaint{ReceivedAt: time.Now(), About: "/claims/" + narrativetest.Own, Words: "x"}
	for name, test := range map[string]struct {
		path string
		edit func(*store.Complaint)
	}{
		"no words":            {"words", func(c *store.Complaint) { c.Words = "" }},
		"NUL":                 {"words", func(c *store.Complaint) { c.Words = "a\x00" }},
		"no UTF-8":            {"sender", func(c *store.Complaint) { c.Sender = "\xff" }},
		"long sender":         {"sender", func(c *store.Complaint) { c.Sender = strings.Repeat("é", 301) }},
		"long words":          {"words", func(c *store.Complaint) { c.Words = strings.Repeat("é", 10_001) }},
		"no moment":           {"received", func(c *store.Complaint) { c.ReceivedAt = time.Time{} }},
		"another site":        {"about", func(c *store.Complaint) { c.About = "//evil.example/facts/x" }},
		"the desk":            {"about", func(c *store.Complaint) { c.About = "/desk/accounts" }},
		"a backslash":         {"about", func(c *store.Complaint) { c.About = `/\evil` }},
		"no address":          {"about", func(c *store.Complaint) { c.About = "the page on top" }},
		"no such fact":        {"fact", func(c *store.Complaint) { c.Fact = "nowhere" }},
		"no such outcome":     {"outcome", func(c *store.Complaint) { c.Outcome = "won" }},
		"a note unexplained":  {"reason", func(c *store.Complaint) { c.Outcome = store.OutcomeNote }},
		"corrected by none":   {"edition", func(c *store.Complaint) { c.Outcome = store.OutcomeCorrection }},
		"an edition too many": {"edition", func(c *store.Complaint) { c.Edition = 3 }},
	} {
		c := good
		test.edit(&c)
		if _, err := s.SaveComplaint(t.Context(), c, "ada"); problemAt(err) != test.path {
			t.Errorf("%s: %v, want a problem at %s", name, err, test.path)
		}
	}
	if p, err := s.Complaints(t.Context(), false, 0); err != nil || len(p.Complaints) > 0 {
		t.Errorf("%d complaints were saved (%v)", len(p.Complaints), err)
	}
	if _, err := s.Complaint(t.Context(), 7); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no complaint: %v", err)
	}
}

// TestComplaintsByPages walks the list to its end.
func TestComplaintsByPages(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	exec(t, storetest.Pool(t, db.URL), `
		INSERT INTO complaints (received_at, about, words, outcome, reason, settled_at)
		SELECT now(), '/facts/f', 'x', CASE n % 2 WHEN 0 THEN 'none' ELSE '' END, CASE n % 2 WHEN 0 THEN 'r' ELSE '' END, CASE n % 2 WHEN 0 THEN now() END
		FROM generate_series(1, 120) AS n`)
	for open, want := range map[bool]int{false: 120, true: 60} {
		var ids []int64
		for before := int64(0); ; {
			p, err := s.Complaints(t.Context(), open, before)
			if err != nil || len(p.Complaints) > 50 {
				t.Fatalf("%d complaints (%v)", len(p.Complaints), err)
			}
			for _, c := range p.Complaints {
				ids = append(ids, c.ID)
			}
			if before = p.More; before == 0 {
				break
			}
		}
		if len(ids) != want || !slices.IsSortedFunc(ids, func(a, b int64) int { return int(b - a) }) {
			t.Errorf("open %t: %d complaints", open, len(ids))
		}
	}
}

// TestTakedownForgets checks that a takedown reaches drafts, notes, complaints and every kind of entry of the log, also where
// JSON writes the words otherwise.
func TestTakedownForgets(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx := t.Context()
	super := storetest.Pool(t, db.URL)
	c := narrativetest.Bridge()
	c.Articles[0].Blocks[1].Text = `The envoy "Snorrick" <is> concerned & gone.`
	c.Facts[0].Requests = []narrative.Request{{To: "envoy", Question: "Why?", Asked: "2024-03-07T10:00Z", By: "letter",
		State: narrative.RequestAnswered, Claim: narrativetest.Worried}}
	save(t, s, c)
	publish(t, s, "first words")
	claim, err := s.DeskClaim(ctx, narrativetest.Worried)
	if err != nil {
		t.Fatal(err)
	}
	e := store.ClaimEdit{Claim: claim.Claim, Article: claim.Article, Capture: claim.Capture, Match: claim.Match, Version: claim.Version, Actor: "ada"}
	e.Claim.Note = "a note"
	if _, err := s.SaveClaim(ctx, e); err != nil {
		t.Fatal(err)
	}
	whole := `The envoy "Snorrick" <is> concerned & gone.`
	if err := s.KeepDraft(ctx, "ada", store.Draft{Form: "/desk/claims/x", Fields: map[string][]string{"words": {whole}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Assign(ctx, store.Assignment{NounKey: sampleNouns[0], Account: "ada", Note: whole, By: "bob"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveComplaint(ctx, store.Complaint{ReceivedAt: time.Now(), About: "/facts/bridge-open", Words: "You print: " + whole}, "ada"); err != nil {
		t.Fatal(err)
	}
	takeDown(t, s, narrative.KindClaim, narrativetest.Worried, "a court asked")
	if found := holders(t, super, "snorrick"); len(found) > 0 {
		t.Errorf("the words stand in %q", found)
	}
	f := noun(t, s, narrative.KindFact, "bridge-open").Doc.(narrative.Fact)
	if diff := cmp.Diff(narrative.Slug("bridge-closed"), f.Requests[0].Article); diff != "" || f.Requests[0].Claim != "" {
		t.Errorf("the request is answered by %+v", f.Requests[0])
	}
	verified(t, s)
}
