package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"counterclaim/internal/corpus"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// Contents are what goes into an archive.
type Contents struct {
	Corpus   narrative.Collection
	Log      iter.Seq2[edition.Entry, error] // the whole log in its order
	Captures []Capture                       // none for an archive that may be public

	Checkpoint []byte // of the log or its beginning, nil if it is not signed
	Verifier   string // the public part of the key that signed it
}

// A Summary counts what is in an archive.
type Summary struct {
	Files    int // the manifest included
	Editions int
	Entries  int // of the log
	Captures int
}

// Write makes an archive in the folder dir, which must be empty or not there: then its parent must be. It is written
// beside and renamed, so that dir holds a whole archive or nothing. The error is [ErrNotEmpty], [corpus.ErrUnwritable],
// one of the log's, or one of writing.
func Write(dir string, c Contents) (_ Summary, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return Summary{}, fmt.Errorf("archive: %w", err)
	}
	if err := checkEmpty(dir); err != nil {
		return Summary{}, fmt.Errorf("archive: %w", err)
	}
	temporary, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".new-")
	if err != nil {
		return Summary{}, fmt.Errorf("archive: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temporary))
		}
	}()
	w := writer{dir: temporary, sums: map[string]string{}}
	if err := w.contents(c); err != nil {
		return Summary{}, fmt.Errorf("archive: %w", err)
	}
	// The folder is closed to other accounts so far, and stays it if it holds what is not for the public.
	if len(c.Captures) == 0 {
		if err := os.Chmod(temporary, 0o755); err != nil {
			return Summary{}, fmt.Errorf("archive: %w", err)
		}
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // removes only what is empty
		return Summary{}, fmt.Errorf("archive: %w", err)
	}
	if err := os.Rename(temporary, dir); err != nil {
		return Summary{}, fmt.Errorf("archive: %w", err)
	}
	w.summary.Files = len(w.sums) + 1
	return w.summary, nil
}

// checkEmpty returns an error unless dir is an empty folder or not there.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%w: %s", ErrNotEmpty, dir)
	}
	return nil
}

// A writer writes files and remembers their hashes.
type writer struct {
	dir     string
	sums    map[string]string // by name
	summary Summary
}

func (w *writer) contents(c Contents) error {
	files, err := corpus.Write(c.Corpus)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := w.file(corpusFolder+"/"+name, files[name]); err != nil {
			return err
		}
	}
	for e, err := range c.Log {
		if err == nil {
			err = w.entry(e)
		}
		if err != nil {
			return err
		}
	}
	if c.Checkpoint != nil {
		if err := errors.Join(w.file(checkpointFile, c.Checkpoint), w.file(keyFile, []byte(c.Verifier+"\n"))); err != nil {
			return err
		}
	}
	for _, capture := range c.Captures {
		if err := w.capture(capture); err != nil {
			return err
		}
	}
	return w.manifest()
}

func (w *writer) entry(e edition.Entry) error {
	r, err := edition.ReadRecord(e.Record)
	if err != nil {
		return err
	}
	if r.Type == edition.EditionRecord {
		if err := w.file(editionName(r), e.Body); err != nil {
			return err
		}
		w.summary.Editions++
	}
	err = w.file(recordName(int64(w.summary.Entries)), e.Record)
	w.summary.Entries++
	return err
}

func (w *writer) capture(c Capture) error {
	text := []byte(c.Text.String())
	note, err := json.MarshalIndent(captureNote{
		Article: c.Article, CapturedAt: c.At.UTC(), NormVersion: passage.NormVersion,
		OriginalSHA256: sumOf(c.Original), TextSHA256: sumOf(text),
	}, "", "  ")
	if err != nil {
		return err
	}
	w.summary.Captures++
	return errors.Join(
		w.file(captureName(c.Article, captureFile), append(note, '\n')),
		w.file(captureName(c.Article, originalFile), c.Original),
		w.file(captureName(c.Article, textFile), text))
}

func (w *writer) manifest() error {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(w.sums)) {
		fmt.Fprintf(&b, "%s  %s\n", w.sums[name], name)
	}
	return os.WriteFile(filepath.Join(w.dir, Manifest), b.Bytes(), 0o644)
}

// file writes a file under a name with slashes.
func (w *writer) file(name string, data []byte) error {
	if !filepath.IsLocal(name) {
		return fmt.Errorf("%q is no name for a file of an archive", name)
	}
	if _, taken := w.sums[name]; taken {
		return fmt.Errorf("two files for %s", name)
	}
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	w.sums[name] = sumOf(data)
	return os.WriteFile(path, data, 0o644)
}
