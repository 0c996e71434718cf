package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// TestExportChanged carries what an outlet has done to the words of a claim into another desk: the claim keeps its words
// there, says what is in their place, and nobody is asked about it again.
func TestExportChanged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder := writeFiles(t, corpusFolder(t, narrativetest.Bridge()), map[string][]byte{"bridge-closed.txt": []byte(fullText)})
	succeed(t, d.settings, "import", folder, "--publish", "--reason", "First")
	texts, err := d.Texts(t.Context())
	if err != nil || len(texts) != 1 {
		t.Fatalf("%d texts (%v), want 1", len(texts), err)
	}
	const now = "The envoy is no longer concerned"
	newer, err := passage.NewText(strings.Replace(texts[0].Text.String(), "The envoy is concerned, “deeply”", now, 1))
	if err != nil {
		t.Fatal(err)
	}
	seen := time.Now().UTC()
	arrival, err := d.Receive(t.Context(), store.Receipt{Format: "text", Name: "newer.txt", Title: "Bridge", Original: []byte(newer.String()), At: seen, Actor: "anna"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Recapture(t.Context(), store.Confirmation{
		Arrival: arrival, Version: 1, Article: narrative.Article{Slug: "bridge-closed"}, Text: newer, Prints: []int32{1}, Actor: "anna",
	}); err != nil {
		t.Fatal(err)
	}
	_, waiting, _, err := d.Drifts(t.Context(), "bridge-closed")
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%d claims wait (%v), want 1", len(waiting), err)
	}
	changed := narrative.TextChange{Kind: narrative.TextReworded, Seen: narrative.Day(seen.Format(time.DateOnly)), Now: now}
	if _, err := d.Keep(t.Context(), store.Keeping{
		Claim: waiting[0].Code, Version: waiting[0].Version, Capture: waiting[0].Latest, Changed: changed, Actor: "anna",
	}); err != nil {
		t.Fatal(err)
	}
	if c := succeed(t, d.settings, "publish", "--all", "--reason", "The outlet has changed it"); !strings.Contains(c.stdout, "edition 2 of bridge-open") {
		t.Errorf("publish says:\n%s", c.stdout)
	}

	for name, flags := range map[string][]string{"public": nil, "private": {"--private"}} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "export")
			succeed(t, d.settings, append([]string{"export", out}, flags...)...)
			other := newDesk(t)
			succeed(t, other.settings, "import", out)
			if diff := cmp.Diff(documents(d.holds(t)), documents(other.holds(t))); diff != "" {
				t.Errorf("the desks differ (-exported +imported):\n%s", diff)
			}
			c, err := other.DeskClaim(t.Context(), waiting[0].Code)
			if err != nil || c.Changed != changed || strings.Contains(c.Words[0], "no longer") {
				t.Errorf("claim = %+v (%v), want the old words and what is in their place", c.Claim, err)
			}
			if _, again, _, err := other.Drifts(t.Context(), "bridge-closed"); err != nil || len(again) != 0 {
				t.Errorf("%d claims wait once more (%v), want none", len(again), err)
			}
			if c := succeed(t, other.settings, "publish", "--all", "--reason", "x"); !strings.Contains(c.stdout, "nothing new in 1 fact") {
				t.Errorf("the tables are not those that the editions were made of:\n%s", c.stdout)
			}
			succeed(t, other.settings, "verify")
		})
	}
}
