package corpus_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
)

// sampleFS is a sound corpus about an invented quarrel over a bridge, in the canonical form.
var sampleFS = os.DirFS("testdata/sample")

// sample reads the sample. Each call returns a value of its own.
func sample() narrative.Collection {
	c, err := corpus.Read(sampleFS)
	if err != nil {
		panic(err) // the sample is part of the test
	}
	return c
}

// TestWrite shows the canonical form in files.
func TestWrite(t *testing.T) {
	t.Parallel()
	files, err := corpus.Write(sample())
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range files {
		want, err := os.ReadFile("testdata/sample/" + name)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if len(files) != 10 {
		t.Errorf("%d files, want 10", len(files))
	}
}
