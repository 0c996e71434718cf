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

// TestShipped: the corpus that the program ships, and the one for practice, are sound and whole, and stand in the canonical
// form, so that an export gives back the same bytes. With -update they are brought into that form; comments are lost.
func TestShipped(t *testing.T) {
	t.Parallel()
	for folder, shipped := range map[string]fs.FS{"../../articles": articles.FS, "../../articles/practice": articles.Practice} {
		c, err := corpus.Read(shipped)
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
				if err := os.WriteFile(filepath.Join(folder, name), want, 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			got, err := fs.ReadFile(shipped, name)
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s/%s is not in the canonical form, go test ./internal/corpus -run Shipped -update writes it (-canonical +file):\n%s",
					folder, name, diff)
			}
		}
	}
}
