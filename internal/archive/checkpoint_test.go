package archive_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/archive"
)

// unlist takes a file out of an archive and its manifest.
func unlist(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
	manifest := filepath.Join(dir, archive.Manifest)
	data, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	kept := slices.DeleteFunc(strings.SplitAfter(string(data), "\n"), func(line string) bool {
		return strings.HasSuffix(line, "  "+name+"\n")
	})
	if err := os.WriteFile(manifest, []byte(strings.Join(kept, "")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCheckpoint checks that an archive keeps the checkpoint of its log beside the records, both or none.
func TestCheckpoint(t *testing.T) {
	t.Parallel()
	c := contents(t)
	c.Checkpoint, c.Verifier = []byte("example.org/log\n2\nroot\n\n— example.org/log signature\n"), "example.org/log+00000000+data"
	signed := func(t *testing.T) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "out")
		if _, err := archive.Write(dir, c); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	open := func(t *testing.T, dir string) ([]byte, string, error) {
		t.Helper()
		a, err := archive.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		entries := 0
		for _, err := range a.Log() {
			if err != nil {
				t.Fatal(err)
			}
			entries++
		}
		if entries != 2 {
			t.Errorf("the log has %d entries, want 2", entries)
		}
		return a.Checkpoint()
	}

	text, key, err := open(t, signed(t))
	if err != nil || string(text) != string(c.Checkpoint) || key != c.Verifier {
		t.Errorf("the checkpoint is %q with the key %q (%v)", text, key, err)
	}
	if text, key, err := open(t, written(t)); err != nil || text != nil || key != "" {
		t.Errorf("without one it is %q with the key %q (%v)", text, key, err)
	}
	for _, name := range []string{"log/checkpoint", "log/key"} {
		dir := signed(t)
		unlist(t, dir, name)
		if text, _, err := open(t, dir); !errors.Is(err, archive.ErrAltered) {
			t.Errorf("without %s it is %q (%v), want ErrAltered", name, text, err)
		}
	}
	dir := signed(t)
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "log", "checkpoint"), []byte("else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, _, err := a.Checkpoint(); !errors.Is(err, archive.ErrAltered) {
		t.Errorf("altered since it is %q (%v), want ErrAltered", text, err)
	}
	if _, err := archive.Open(dir); !errors.Is(err, archive.ErrAltered) {
		t.Errorf("an archive with an altered checkpoint opens: %v", err)
	}
}
