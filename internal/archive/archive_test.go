package archive_test

import (
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"counterclaim/internal/archive"
	"counterclaim/internal/corpus"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
)

// published returns a log of two editions of a fact.
func published(t *testing.T) []edition.Entry {
	t.Helper()
	c := narrativetest.Bridge()
	content, err := edition.Compile(c, c.Facts[0].Slug, nil)
	if err != nil {
		t.Fatal(err)
	}
	var log []edition.Entry
	var prev edition.Hash
	at := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	for i, kind := range []edition.Kind{edition.First, edition.Update} {
		body, err := edition.Seal(content, i+1, at.Add(time.Duration(i)*time.Hour), kind, "A reason", [16]byte{byte(i)})
		if err != nil {
			t.Fatal(err)
		}
		r, err := edition.NewRecord(body, int64(i), prev)
		if err != nil {
			t.Fatal(err)
		}
		record, err := r.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		prev = edition.RecordHash(record)
		log = append(log, edition.Entry{Record: record, Body: body})
	}
	return log
}

func inOrder(log []edition.Entry) iter.Seq2[edition.Entry, error] {
	return func(yield func(edition.Entry, error) bool) {
		for _, e := range log {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func capture(t *testing.T) archive.Capture {
	t.Helper()
	text, err := passage.NewText("The envoy has left.\n\nNobody was asked.")
	if err != nil {
		t.Fatal(err)
	}
	return archive.Capture{
		Article: "bridge-closed", Original: []byte("The envoy has left.\r\nNobody was asked.\r\n"), Text: text,
		At: time.Date(2031, 1, 2, 3, 4, 5, 678901000, time.UTC),
	}
}

// contents are a corpus, a log and a captured text.
func contents(t *testing.T) archive.Contents {
	t.Helper()
	c := narrativetest.Bridge()
	c.Sort()
	return archive.Contents{Corpus: c, Log: inOrder(published(t)), Captures: []archive.Capture{capture(t)}}
}

// written returns the folder of an archive.
func written(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	if _, err := archive.Write(dir, contents(t)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // there already, but empty
	want := contents(t)
	summary, err := archive.Write(dir, want)
	if err != nil {
		t.Fatal(err)
	}
	if summary.Editions != 2 || summary.Entries != 2 || summary.Captures != 1 {
		t.Errorf("summary = %+v", summary)
	}
	if !archive.Is(dir) || archive.Is(filepath.Dir(dir)) {
		t.Error("an archive is not told from another folder")
	}
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := a.Corpus()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Corpus, c, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the corpus differs (-want +got):\n%s", diff)
	}
	var log []edition.Entry
	for e, err := range a.Log() {
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, e)
	}
	if diff := cmp.Diff(slices.Collect(entriesOf(want.Log)), log); diff != "" {
		t.Errorf("the log differs (-want +got):\n%s", diff)
	}
	captures, err := a.Captures()
	if err != nil {
		t.Fatal(err)
	}
	asStrings := cmp.Transformer("text", func(t passage.Text) string { return t.String() })
	if diff := cmp.Diff(want.Captures, captures, asStrings); diff != "" {
		t.Errorf("the captures differ (-want +got):\n%s", diff)
	}
}

func entriesOf(log iter.Seq2[edition.Entry, error]) iter.Seq[edition.Entry] {
	return func(yield func(edition.Entry) bool) {
		for e := range log {
			if !yield(e) {
				return
			}
		}
	}
}

func TestWriteRefused(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	sound := contents(t)
	unwritable, failing, astray := sound, sound, sound
	unwritable.Corpus.Facts = append(slices.Clone(sound.Corpus.Facts), sound.Corpus.Facts...)
	failing.Log = func(yield func(edition.Entry, error) bool) { yield(edition.Entry{}, broken) }
	astray.Captures = []archive.Capture{{Article: "../../astray"}}
	for name, test := range map[string]struct {
		contents archive.Contents
		want     error // nil for any
	}{
		"corpus":  {unwritable, corpus.ErrUnwritable},
		"log":     {failing, broken},
		"capture": {astray, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := t.TempDir()
			_, err := archive.Write(filepath.Join(parent, "out"), test.contents)
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("error = %v, want %v", err, test.want)
			}
			if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v (%v)", left, err)
			}
		})
	}
	t.Run("not empty", func(t *testing.T) {
		t.Parallel()
		dir := written(t)
		if _, err := archive.Write(dir, sound); !errors.Is(err, archive.ErrNotEmpty) {
			t.Errorf("error = %v, want ErrNotEmpty", err)
		}
	})
}

func TestOpenAltered(t *testing.T) {
	t.Parallel()
	const body = "editions/bridge-open/1.json"
	write := func(t *testing.T, dir, name, data string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list := func(t *testing.T, dir string, change func(manifest string) string) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, archive.Manifest))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, archive.Manifest, change(string(data)))
	}
	sum := strings.Repeat("0", 64)
	for name, test := range map[string]struct {
		alter func(t *testing.T, dir string)
		want  string
	}{
		"contents": {func(t *testing.T, dir string) { write(t, dir, body, "{}") }, body + " has other contents"},
		"missing": {func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, body)); err != nil {
				t.Fatal(err)
			}
		}, body + " is missing"},
		"extra":  {func(t *testing.T, dir string) { write(t, dir, "articles/more.yaml", "") }, "articles/more.yaml is not in the manifest"},
		"hidden": {func(t *testing.T, dir string) { write(t, dir, "log/.more", "") }, "log/.more is not in the manifest"},
		"link": {func(t *testing.T, dir string) {
			if err := errors.Join(os.Remove(filepath.Join(dir, body)), os.Symlink("2.json", filepath.Join(dir, body))); err != nil {
				t.Fatal(err)
			}
		}, body + " is no ordinary file"},
		"linked folder": {func(t *testing.T, dir string) {
			if err := errors.Join(os.Rename(filepath.Join(dir, "log"), dir+"-log"), os.Symlink(dir+"-log", filepath.Join(dir, "log"))); err != nil {
				t.Fatal(err)
			}
		}, "log is no ordinary file"},
		"traversal": {func(t *testing.T, dir string) {
			list(t, dir, func(m string) string { return m + sum + "  ../outside\n" })
		}, `"../outside" is no name`},
		"absolute": {func(t *testing.T, dir string) {
			list(t, dir, func(m string) string { return m + sum + "  /etc/passwd\n" })
		}, `"/etc/passwd" is no name`},
		"itself": {func(t *testing.T, dir string) {
			list(t, dir, func(m string) string { return m + sum + "  SHA256SUMS\n" })
		}, "is no name"},
		"twice": {func(t *testing.T, dir string) {
			list(t, dir, func(m string) string { return m + sum + "  " + body + "\n" })
		}, body + " comes twice"},
		"form": {func(t *testing.T, dir string) {
			list(t, dir, func(m string) string { return "hello\n" + m })
		}, "line 1 is not a hash"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := written(t)
			test.alter(t, dir)
			_, err := archive.Open(dir)
			if !errors.Is(err, archive.ErrAltered) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want ErrAltered with %q", err, test.want)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		if _, err := archive.Open(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("error = %v, want fs.ErrNotExist", err)
		}
	})
}

// TestAlteredLater checks that a file that changes after the archive was opened is not taken.
func TestAlteredLater(t *testing.T) {
	t.Parallel()
	dir := written(t)
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "log", "00000001.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range a.Log() {
		last = err
	}
	if !errors.Is(last, archive.ErrAltered) {
		t.Errorf("error = %v, want ErrAltered", last)
	}
}

// TestLogIncomplete checks that an edition beyond the log is told.
func TestLogIncomplete(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	c := contents(t)
	if _, err := archive.Write(dir, c); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "log", "00000001.json")); err != nil {
		t.Fatal(err)
	}
	manifest := filepath.Join(dir, archive.Manifest)
	data, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	kept := slices.DeleteFunc(strings.SplitAfter(string(data), "\n"), func(line string) bool { return strings.Contains(line, "log/00000001") })
	if err := os.WriteFile(manifest, []byte(strings.Join(kept, "")), 0o644); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range a.Log() {
		last = err
	}
	if !errors.Is(last, archive.ErrAltered) {
		t.Errorf("error = %v, want ErrAltered", last)
	}
}

// TestCaptures checks that captured texts come by article.
func TestCaptures(t *testing.T) {
	t.Parallel()
	c := contents(t)
	other := capture(t)
	other.Article = narrative.Slug("bridge-opened")
	c.Captures = append(c.Captures, other)
	dir := filepath.Join(t.TempDir(), "out")
	if _, err := archive.Write(dir, c); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Captures()
	if err != nil || len(got) != 2 || got[0].Article != "bridge-closed" || got[1].Article != "bridge-opened" {
		t.Errorf("captures are %v (%v), want those of both articles in order", got, err)
	}
}
