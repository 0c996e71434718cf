package corpus

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"counterclaim/internal/narrative"
)

// Read reads a whole corpus and checks it by the rules of [narrative.Collection.Validate]. It looks at the YAML files;
// other files, such as full texts beside them, and hidden ones are left alone, and so is a folder that holds a corpus of
// its own, which is one with a folder named reference.
//
// The error is [Mistakes] if the files are not right, with every mistake in all of them; then nothing is returned. The
// rules are only checked once each file is YAML, since a noun that cannot be read would be missing everywhere. Any
// other error is one of opening or reading a file.
//
// Lists come in the order of [narrative.Collection.Sort]; empty lists are nil.
func Read(fsys fs.FS) (narrative.Collection, error) {
	c, unfinished, err := ReadUnfinished(fsys)
	if mistakes, ok := errors.AsType[Mistakes](err); ok {
		return narrative.Collection{}, append(mistakes, unfinished...).sorted()
	}
	if err == nil && len(unfinished) > 0 {
		return narrative.Collection{}, unfinished
	}
	return c, err
}

// ReadUnfinished reads a whole corpus as [Read] does, such as the desk exports while it is at work: what is only missing
// until a fact is published ([narrative.Problem.Later]) is not refused but returned beside the corpus.
func ReadUnfinished(fsys fs.FS) (c narrative.Collection, unfinished Mistakes, err error) {
	files, err := load(fsys)
	if err != nil {
		return narrative.Collection{}, nil, err
	}
	r := reader{nouns: map[narrative.Kind][]*decoder{}}
	for _, f := range files {
		r.file(f)
	}
	if !r.lost {
		r.rules()
	}
	if len(r.mistakes) > 0 {
		return narrative.Collection{}, r.unfinished.sorted(), r.mistakes.sorted()
	}
	r.corpus.Sort()
	return r.corpus, r.unfinished.sorted(), nil
}

// A file is a YAML file of a corpus.
type file struct {
	name string // with slashes, below the root
	data []byte
}

// load reads all YAML files, in the order of their names.
func load(fsys fs.FS) ([]file, error) {
	var files []file
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(entry.Name(), ".") && name != ".":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() && name != "." && isCorpus(fsys, name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != extension && path.Ext(name) != ".yml":
			return nil
		case len(files) == maxFiles:
			return Mistakes{{File: name, Message: fmt.Sprintf("more than %d YAML files", maxFiles)}}
		}
		data, err := readFile(fsys, name)
		files = append(files, file{name, data})
		return err
	})
	if mistakes, ok := errors.AsType[Mistakes](err); ok {
		return nil, mistakes
	}
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	return files, nil
}

// isCorpus reports whether a folder has a folder of references, as a corpus has.
func isCorpus(fsys fs.FS, folder string) bool {
	info, err := fs.Stat(fsys, path.Join(folder, referenceFolder))
	return err == nil && info.IsDir()
}

// readFile reads a file as far as one byte beyond what is allowed.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading only
	return io.ReadAll(io.LimitReader(f, maxFileSize+1))
}

// A reader gathers the nouns of the files and their mistakes.
type reader struct {
	corpus     narrative.Collection
	nouns      map[narrative.Kind][]*decoder // beside the lists of the corpus
	mistakes   Mistakes
	unfinished Mistakes
	lost       bool // a noun could not be read at all
}

func (r *reader) mistake(file, format string, args ...any) {
	r.mistakes = append(r.mistakes, Mistake{File: file, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) file(f file) {
	folder, name := path.Split(f.name)
	stem := strings.TrimSuffix(name, extension)
	root, mistakes := parse(f.name, f.data)
	if len(mistakes) > 0 {
		r.mistakes, r.lost = append(r.mistakes, mistakes...), true
		return
	}
	switch {
	case path.Ext(name) != extension:
		r.mistake(f.name, "unknown file; expected the ending %s", extension)
	case folder == "":
		article := one[narrative.Article](r, narrative.KindArticle, f, root)
		r.named(f, "slug", string(article.Slug), stem)
		r.corpus.Articles = append(r.corpus.Articles, article)
	case folder == factsFolder+"/":
		fact := one[narrative.Fact](r, narrative.KindFact, f, root)
		r.named(f, "slug", string(fact.Slug), stem)
		r.corpus.Facts = append(r.corpus.Facts, fact)
	case folder == referenceFolder+"/":
		r.reference(f, stem, root)
	default:
		r.mistake(f.name, "unknown folder; expected articles in the root, facts in %s and all else in %s",
			factsFolder, referenceFolder)
	}
}

// one reads a file that holds one noun.
func one[T any](r *reader, kind narrative.Kind, f file, root ast.Node) T {
	var noun T
	d := decode(f.name, root, &noun)
	r.add(kind, d)
	return noun
}

func (r *reader) add(kind narrative.Kind, d *decoder) {
	if slices.Contains(d.failed, "") {
		r.lost = true
	}
	r.nouns[kind] = append(r.nouns[kind], d)
	r.mistakes = append(r.mistakes, d.mistakes...)
}

// named checks that a file is named for what it holds.
func (r *reader) named(f file, path, slug, stem string) {
	if slug == "" || slug == stem {
		return
	}
	kind := narrative.KindArticle
	if strings.HasPrefix(f.name, factsFolder) {
		kind = narrative.KindFact
	}
	d := r.nouns[kind][len(r.nouns[kind])-1]
	line, column := d.near(path)
	r.mistakes = append(r.mistakes, Mistake{f.name, line, column,
		fmt.Sprintf("slug: %q in a file named %s; expected the file to be named for the slug", slug, f.name)})
}

// reference reads a file that holds a list of nouns of one kind.
func (r *reader) reference(f file, stem string, root ast.Node) {
	var known []string
	for _, ref := range references {
		known = append(known, ref.File+extension)
		if ref.File != stem {
			continue
		}
		list := reflect.ValueOf(&r.corpus).Elem().FieldByName(ref.Field)
		if root == nil {
			return
		}
		s, ok := root.(*ast.SequenceNode)
		if !ok {
			line, column := position(root)
			r.lost = true
			r.mistakes = append(r.mistakes, Mistake{f.name, line, column,
				fmt.Sprintf("found %s; expected a list, each %s beginning with a hyphen", describe(root), ref.Kind)})
			return
		}
		for _, item := range s.Values {
			noun := reflect.New(list.Type().Elem())
			r.add(ref.Kind, decode(f.name, item, noun.Interface()))
			list.Set(reflect.Append(list, noun.Elem()))
		}
		return
	}
	r.mistake(f.name, "unknown file; expected one of %s", strings.Join(known, ", "))
}

// rules checks the rules of package narrative and says where in the files each problem lies.
func (r *reader) rules() {
	for _, p := range r.corpus.Validate() {
		d := r.nouns[p.Kind][p.At]
		if d.unread(p.Path) {
			continue
		}
		line, column := d.near(p.Path)
		list := &r.mistakes
		if p.Later {
			list = &r.unfinished
		}
		*list = append(*list, Mistake{d.file, line, column, at(p.Path) + p.Message})
	}
}
