package corpus_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
)

var update = flag.Bool("update", false, "write the shipped corpus in its canonical form")

// TestShipped: the corpus that the program ships is sound and whole, and stands in the canonical form, so that an export
// gives back the same bytes. With -update it is brought into that form; comments are lost.
func TestShipped(t *testing.T) {
	t.Parallel()
	c, err := corpus.Read(articles.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Unclaimed() {
		t.Error(p)
	}
	files, err := corpus.Write(c)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if *update {
			if err := os.WriteFile(filepath.Join("../../articles", name), want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := fs.ReadFile(articles.FS, name)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not in the canonical form, go test ./internal/corpus -run Shipped -update writes it (-canonical +file):\n%s", name, diff)
		}
	}
}
