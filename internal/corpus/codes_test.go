package corpus_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
)

// codeless is an article as a person may write it, where the mark ‹› stands for each place at which a code is missing.
const codeless = `# Notes stay.
slug: aa
passages:
  # and so do these
  - text: One “two” three.
    claims:
      - ‹code: NEW
        ›words: [One] # a comment
        source:   mayor
      -
        ‹code: NEW
        ›source: envoy
      - {‹code: NEW, ›source: council}
      - code: Y0J-B528
        source: mayor
      - source: courier
        code:‹ NEW›
  - claims:
    - ‹code: NEW
      ›source: x
    text: 'Four.'
`

func TestAssignCodes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "aa.yaml")
	before := regexp.MustCompile(`(?s)‹.*?›`).ReplaceAllString(codeless, "")
	write(t, name, before)
	write(t, filepath.Join(dir, "bb.yaml"), "passages: []\n")
	write(t, filepath.Join(dir, "reference/parties.yaml"), "- claims: [x\n") // none of its files

	n, err := corpus.AssignCodes(dir)
	if err != nil || n != 5 {
		t.Fatalf("AssignCodes = %d, %v, want 5", n, err)
	}
	got := read(t, name)
	form := regexp.QuoteMeta(strings.NewReplacer("‹", "", "›", "").Replace(codeless))
	form = strings.ReplaceAll(form, "NEW", `('?[0-9A-Z]{3}-[0-9A-Z]{4}'?)`)
	found := regexp.MustCompile("^" + form + "$").FindStringSubmatch(got)
	if found == nil {
		t.Fatalf("got\n%s\nwant\n%s", got, codeless)
	}
	seen := map[string]bool{"Y0J-B528": true}
	for _, quoted := range found[1:] {
		code := strings.Trim(quoted, "'")
		if seen[code] || !narrative.Code(code).Valid() {
			t.Errorf("the code %q is not new and valid", code)
		}
		seen[code] = true
	}
	if n, err := corpus.AssignCodes(dir); n != 0 || err != nil || read(t, name) != got {
		t.Errorf("a second run gives %d, %v", n, err)
	}
}

func TestAssignCodesKeepsLineEnds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "aa.yaml")
	write(t, name, "passages:\r\n- claims:\r\n  - source: a\r\n")
	if n, err := corpus.AssignCodes(dir); n != 1 || err != nil {
		t.Fatalf("AssignCodes = %d, %v", n, err)
	}
	if got := read(t, name); !regexp.MustCompile(`^passages:\r\n- claims:\r\n  - code: \S+\r\n    source: a\r\n$`).MatchString(got) {
		t.Errorf("got %q", got)
	}
}

// TestAssignCodesMistake: if one file is not YAML, no file is changed.
func TestAssignCodesMistake(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := filepath.Join(dir, "aa.yaml")
	write(t, good, "passages:\n- claims:\n  - source: a\n")
	write(t, filepath.Join(dir, "bb.yaml"), "passages: [\n")
	n, err := corpus.AssignCodes(dir)
	if _, ok := errors.AsType[corpus.Mistakes](err); !ok || n != 0 {
		t.Errorf("AssignCodes = %d, %v, want mistakes", n, err)
	}
	if got := read(t, good); strings.Contains(got, "code") {
		t.Errorf("the other file was changed: %q", got)
	}
	if _, err := corpus.AssignCodes(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error for no folder = %v", err)
	}
}

func write(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
