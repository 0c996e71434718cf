package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
)

// What a desk has not finished is carried into another one, and is not published there either.
func TestExportUnfinished(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := narrativetest.Bridge()
	c.Facts = append(c.Facts, narrative.Fact{
		Slug: "toll-paid", Dispute: "mill-bridge", Question: "Was the toll paid?", Kind: narrative.YesNo,
		Status: narrative.FactStatus{State: narrative.Developing, ReadTo: "2024-03-05T10:00Z"},
	})
	worried := &c.Articles[0].Blocks[1].Claims[0]
	worried.Stances = nil // nobody has sorted it yet
	d.change(t, c)
	folder := filepath.Join(t.TempDir(), "export")
	succeed(t, d.settings, "export", folder)

	other := newDesk(t)
	call := succeed(t, other.settings, "import", folder)
	for _, want := range []string{"toll-paid", "background", "stances"} {
		if !strings.Contains(call.stderr, want) {
			t.Errorf("import does not tell of %s:\n%s", want, call.stderr)
		}
	}
	want, err := d.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := other.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the desks differ (-exported +imported):\n%s", diff)
	}
	call = succeed(t, other.settings, "publish", "--all", "--reason", "First")
	if !strings.Contains(call.stdout, "not finished, and left out: toll-paid") || !strings.Contains(call.stdout, "published edition 1 of bridge-open") {
		t.Errorf("publish says:\n%s", call.stdout)
	}
}
