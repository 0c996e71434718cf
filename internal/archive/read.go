package archive

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"counterclaim/internal/corpus"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// An Archive is a folder whose files are those that its manifest names, with the hashes that it says.
type Archive struct {
	files fs.FS
	names []string // in order
	sums  map[string]string
}

// Is reports whether a folder says of itself that it is an archive: whether it has a manifest.
func Is(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, Manifest))
	return err == nil
}

// Open reads the manifest of an archive and compares all files with it. The error is [ErrAltered] and names every file
// that is missing, altered or not in the manifest, or is one of reading. Links are not followed.
func Open(dir string) (*Archive, error) {
	a := &Archive{files: os.DirFS(dir), sums: map[string]string{}}
	if err := a.readManifest(); err != nil {
		return nil, fmt.Errorf("archive: %s: %w", Manifest, err)
	}
	found, err := a.walk()
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	var faults []string
	for name, mode := range found {
		switch _, listed := a.sums[name]; {
		case name == Manifest:
		case mode.Type() != 0:
			faults = append(faults, name+" is no ordinary file")
		case !listed:
			faults = append(faults, name+" is not in the manifest")
		}
	}
	for _, name := range a.names {
		mode, there := found[name]
		if there && mode.Type() != 0 {
			continue
		}
		if _, err := a.read(name); errors.Is(err, fs.ErrNotExist) {
			faults = append(faults, name+" is missing")
		} else if errors.Is(err, ErrAltered) {
			faults = append(faults, name+" has other contents")
		} else if err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
	}
	if len(faults) > 0 {
		slices.Sort(faults)
		return nil, fmt.Errorf("archive: %w: %s", ErrAltered, strings.Join(faults, "; "))
	}
	return a, nil
}

// readManifest reads lines of a hash in hexadecimal digits, two spaces and a name.
func (a *Archive) readManifest() error {
	data, err := readFile(a.files, Manifest)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for number := 1; lines.Scan(); number++ {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if hash, err := hex.DecodeString(sum); !ok || err != nil || len(hash) != 32 {
			return fmt.Errorf("%w: line %d is not a hash, two spaces and a name", ErrAltered, number)
		}
		if !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || name == "." || name == Manifest {
			return fmt.Errorf("%w: line %d: %q is no name for a file of an archive", ErrAltered, number, name)
		}
		if _, twice := a.sums[name]; twice {
			return fmt.Errorf("%w: line %d: %s comes twice", ErrAltered, number, name)
		}
		a.sums[name] = strings.ToLower(sum)
		a.names = append(a.names, name)
	}
	slices.Sort(a.names)
	return lines.Err()
}

// walk returns the types of all files, but folders, by their names.
func (a *Archive) walk() (map[string]fs.FileMode, error) {
	found := map[string]fs.FileMode{}
	err := fs.WalkDir(a.files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found[name] = entry.Type()
		}
		return err
	})
	return found, err
}

// read returns the contents of a file if they have the hash that the manifest says, else [ErrAltered].
func (a *Archive) read(name string) ([]byte, error) {
	want, listed := a.sums[name]
	if !listed {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	data, err := readFile(a.files, name)
	if err != nil {
		return nil, err
	}
	if sumOf(data) != want {
		return nil, fmt.Errorf("%w: %s", ErrAltered, name)
	}
	return data, nil
}

func readFile(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading only
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxFile)
	}
	return data, err
}

// Corpus reads the corpus, with what of it is not finished, as [corpus.ReadUnfinished] does: a desk is exported as it is.
// The error is [corpus.Mistakes] or one of reading.
func (a *Archive) Corpus() (narrative.Collection, corpus.Mistakes, error) {
	files, err := fs.Sub(a.files, corpusFolder)
	if err != nil {
		return narrative.Collection{}, nil, err
	}
	return corpus.ReadUnfinished(files)
}

// Log yields the entries of the log in their order. An entry that is not there or cannot be read, and an edition that no
// entry names, is an error.
func (a *Archive) Log() iter.Seq2[edition.Entry, error] {
	return func(yield func(edition.Entry, error) bool) {
		editions := 0
		for index := range a.records() {
			e, isEdition, err := a.entry(int64(index))
			if isEdition {
				editions++
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
		if have := len(a.below(editionsFolder)); have != editions {
			yield(edition.Entry{}, fmt.Errorf("archive: %w: the log names %d editions, and there are %d", ErrAltered, editions, have))
		}
	}
}

// entry reads an entry of the log, and the body if it is an edition's.
func (a *Archive) entry(index int64) (e edition.Entry, isEdition bool, err error) {
	if e.Record, err = a.read(recordName(index)); err != nil {
		return e, false, fmt.Errorf("archive: %w", err)
	}
	r, err := edition.ReadRecord(e.Record)
	if err != nil {
		return e, false, fmt.Errorf("archive: %s: %w", recordName(index), err)
	}
	if r.Type != edition.EditionRecord {
		return e, false, nil
	}
	if !narrative.Slug(r.Fact).Valid() {
		return e, false, fmt.Errorf("archive: %s: %q is no fact", recordName(index), r.Fact)
	}
	if e.Body, err = a.read(editionName(r)); err != nil {
		return e, false, fmt.Errorf("archive: %w", err)
	}
	return e, true, nil
}

// records returns how many files of the log's folder are to be records: all but those of the checkpoint.
func (a *Archive) records() int {
	count := 0
	for _, name := range a.below(logFolder) {
		if name != checkpointFile && name != keyFile {
			count++
		}
	}
	return count
}

// Checkpoint returns the checkpoint of the log and the public part of the key that is said to have signed it, as they
// stand in the archive; nil if it has none, as one from before there were checkpoints. The error is [ErrAltered] if one
// of the two is missing, or one of reading.
func (a *Archive) Checkpoint() (signed []byte, verifier string, err error) {
	_, isSigned := a.sums[checkpointFile]
	_, hasKey := a.sums[keyFile]
	switch {
	case !isSigned && !hasKey:
		return nil, "", nil
	case !isSigned || !hasKey:
		return nil, "", fmt.Errorf("archive: %w: of %s and %s one is missing", ErrAltered, checkpointFile, keyFile)
	}
	if signed, err = a.read(checkpointFile); err != nil {
		return nil, "", fmt.Errorf("archive: %w", err)
	}
	key, err := a.read(keyFile)
	if err != nil {
		return nil, "", fmt.Errorf("archive: %w", err)
	}
	return signed, strings.TrimSpace(string(key)), nil
}

// below returns the names of the files in a folder.
func (a *Archive) below(folder string) []string {
	var names []string
	for _, name := range a.names {
		if strings.HasPrefix(name, folder+"/") {
			names = append(names, name)
		}
	}
	return names
}

// Captures reads the captured texts, by article; none if the archive has none.
func (a *Archive) Captures() ([]Capture, error) {
	var captures []Capture
	for _, name := range a.below(capturesFolder) {
		if path.Base(name) != captureFile {
			continue
		}
		c, err := a.capture(path.Dir(name))
		if err != nil {
			return nil, fmt.Errorf("archive: %s: %w", name, err)
		}
		captures = append(captures, c)
	}
	return captures, nil
}

// capture reads the capture in a folder.
func (a *Archive) capture(folder string) (Capture, error) {
	data, err := a.read(folder + "/" + captureFile)
	if err != nil {
		return Capture{}, err
	}
	var note captureNote
	if err := json.Unmarshal(data, &note); err != nil {
		return Capture{}, err
	}
	if string(note.Article) != path.Base(folder) {
		return Capture{}, fmt.Errorf("%w: it is of %s", ErrAltered, note.Article)
	}
	c := Capture{Article: note.Article, At: note.CapturedAt}
	if c.Original, err = a.read(folder + "/" + originalFile); err != nil {
		return Capture{}, err
	}
	text, err := a.read(folder + "/" + textFile)
	if err != nil {
		return Capture{}, err
	}
	if sumOf(c.Original) != note.OriginalSHA256 || sumOf(text) != note.TextSHA256 {
		return Capture{}, fmt.Errorf("%w: its hashes are not those of the files", ErrAltered)
	}
	c.Text, err = passage.ParseText(string(text))
	return c, err
}
