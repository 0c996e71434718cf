package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"counterclaim/articles"
	"counterclaim/internal/archive"
	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

type importCommand struct {
	Path        string `arg:"" optional:"" name:"path" help:"A corpus folder, a folder of full texts (SLUG.txt) or one such file, or a folder made by export."`
	Practice    bool   `help:"In place of a path: the dispute that was invented for practice, with its full texts. The program has it with it."`
	Publish     bool   `help:"Publish what has changed."`
	Reason      string `placeholder:"TEXT" help:"Why, for --publish; readers see it."`
	Correction  bool   `help:"What is published mends a mistake of ours."`
	Theirs      bool   `help:"Where the desk has changed what the files say otherwise, take the files' text."`
	AssignCodes bool   `help:"First write a code into each claim in the files that has none."`
	DryRun      bool   `help:"Say what would be done, and change nothing."`
	JSON        bool   `name:"json" help:"Print JSON."`
}

// imported tells what an import has done. What it did not do is nil.
type imported struct {
	DryRun    bool            `json:"dry_run"`
	Assigned  int             `json:"assigned_codes"`
	Mistakes  []mistake       `json:"mistakes,omitempty"` // then nothing was changed
	Corpus    *importedCorpus `json:"corpus,omitempty"`
	Restored  *restored       `json:"restored,omitempty"`
	Texts     *importedTexts  `json:"texts,omitempty"`
	Published *editions       `json:"published,omitempty"`
}

// String returns the result as lines.
func (r imported) String() string {
	var parts []string
	if r.Assigned > 0 {
		parts = append(parts, fmt.Sprintf("wrote %s into the files", count(r.Assigned, "code")))
	}
	if r.Corpus != nil {
		parts = append(parts, r.Corpus.String())
	}
	if r.Restored != nil {
		parts = append(parts, r.Restored.String())
	}
	if r.Texts != nil {
		parts = append(parts, r.Texts.String())
	}
	if r.Published != nil {
		parts = append(parts, r.Published.String())
	}
	if r.DryRun {
		parts = append(parts, "dry run: nothing was changed")
	}
	return strings.Join(parts, "\n")
}

// Run brings in what is at the path.
func (c importCommand) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	found, err := c.find()
	if err != nil {
		return err
	}
	if c.AssignCodes && (c.Practice || !found.corpus) {
		return &usageError{"import: --assign-codes is for a corpus folder"}
	}
	result := imported{DryRun: c.DryRun}
	err = c.run(ctx, p, found, &result)
	if mistakes, ok := errors.AsType[corpus.Mistakes](err); ok {
		return c.refuse(p, mistakes, result)
	}
	if err != nil {
		return err
	}
	return p.print(c.JSON, result)
}

func (c importCommand) check() error {
	switch {
	case c.Practice == (c.Path != ""):
		return &usageError{"import: give a path, or --practice"}
	case !c.Publish && (c.Reason != "" || c.Correction):
		return &usageError{"import: --reason and --correction go with --publish"}
	case c.DryRun && (c.Publish || c.AssignCodes):
		return &usageError{"import: --dry-run changes nothing; leave out --publish and --assign-codes"}
	case !c.Publish:
		return nil
	}
	if err := checkReason(c.Reason); err != nil {
		return &usageError{"import --publish: " + err.Error()}
	}
	return nil
}

// find finds out what there is to import.
func (c importCommand) find() (source, error) {
	if c.Practice {
		return lookThrough("", articles.Practice)
	}
	return lookInto(c.Path)
}

// from names what is imported, for people.
func (c importCommand) from() string {
	if c.Practice {
		return "the corpus for practice"
	}
	return c.Path
}

// run reads everything before anything is changed.
func (c importCommand) run(ctx context.Context, p *program, found source, result *imported) (err error) {
	var m *merge
	var box *archive.Archive
	switch {
	case found.archive:
		p.progress("checking the archive %s", c.Path)
		if box, err = archive.Open(c.Path); err == nil {
			m, err = c.readArchive(p, box)
		}
	case found.corpus:
		m, err = c.readCorpus(p, found.files, result)
	}
	if err != nil {
		return err
	}
	for _, name := range found.ignored {
		p.progress("%s is neither a corpus file nor a full text (.txt) and is left alone", name)
	}
	received, err := readTexts(found)
	if err != nil {
		return err
	}
	return p.with(ctx, func(s *store.Store) error {
		if box != nil {
			if err := checkLog(ctx, s, box); err != nil {
				return err
			}
		}
		if m != nil {
			p.progress("comparing %s with the database", count(len(corpus.Nouns(m.files)), "noun"))
			if result.Corpus, err = importCorpus(ctx, s, m, c.from()); err != nil {
				return err
			}
		}
		if box != nil && !c.DryRun {
			if result.Restored, err = restore(ctx, p, s, box); err != nil {
				return err
			}
		}
		if len(received) > 0 {
			if result.Texts, err = c.importTexts(ctx, p, s, m, received); err != nil {
				return err
			}
		}
		if c.Publish {
			p.progress("publishing")
			publication := newPublication(c.Reason, c.Correction)
			if publication.Facts, err = c.facts(ctx, s, m); err != nil {
				return err
			}
			list, err := s.Publish(ctx, publication)
			if err != nil {
				return err
			}
			e := newEditions(list)
			result.Published = &e
		}
		return nil
	})
}

// facts returns those to publish: none stands for all. Whoever loads what is for practice does not publish what waits at
// the desk besides.
func (c importCommand) facts(ctx context.Context, s *store.Store, m *merge) ([]narrative.Slug, error) {
	if !c.Practice {
		return nil, nil
	}
	now, err := s.Collection(ctx)
	if err != nil {
		return nil, err
	}
	var facts []narrative.Slug
	for _, f := range now.Facts {
		if slices.ContainsFunc(m.files.Facts, func(g narrative.Fact) bool { return f.Slug == g.Slug }) {
			facts = append(facts, f.Slug)
		}
	}
	return facts, nil
}

// readCorpus reads a corpus folder, after writing codes into it if that is asked for. What is for practice and the rest of
// the desk are each other's strangers: that the files of one lack the nouns of the other is not reported.
func (c importCommand) readCorpus(p *program, files fs.FS, result *imported) (*merge, error) {
	if c.AssignCodes {
		assigned, err := corpus.AssignCodes(c.Path)
		if result.Assigned = assigned; err != nil {
			return nil, err
		}
		p.progress("wrote %s into the files", count(assigned, "code"))
	}
	p.progress("reading %s", c.from())
	read, unfinished, err := corpus.ReadUnfinished(files)
	if err != nil {
		return nil, err
	}
	noteUnfinished(p, unfinished)
	practice, err := corpus.Read(articles.Practice)
	if err != nil {
		return nil, err
	}
	invented := keys(practice)
	about := func(noun corpus.NounKey) bool { return invented[noun] == c.Practice }
	return &merge{files: read, theirs: c.Theirs, dryRun: c.DryRun, about: about}, nil
}

// keys returns the nouns of a collection by name.
func keys(c narrative.Collection) map[corpus.NounKey]bool {
	names := map[corpus.NounKey]bool{}
	for _, noun := range corpus.Nouns(c) {
		names[noun.NounKey] = true
	}
	return names
}

// noteUnfinished says what has to be mended before it can be published.
func noteUnfinished(p *program, list corpus.Mistakes) {
	for _, m := range list {
		p.progress("not finished, and not published until it is: %s", m)
	}
}

func (c importCommand) readArchive(p *program, box *archive.Archive) (*merge, error) {
	files, unfinished, err := box.Corpus()
	noteUnfinished(p, unfinished)
	return &merge{files: files, theirs: c.Theirs, dryRun: c.DryRun}, err
}

// refuse reports the mistakes in a corpus, of which nothing was taken.
func (c importCommand) refuse(p *program, mistakes corpus.Mistakes, result imported) error {
	if c.JSON {
		for _, m := range mistakes {
			result.Mistakes = append(result.Mistakes, mistake{m.File, m.Line, m.Column, m.Message})
		}
		if err := p.print(true, result); err != nil {
			return err
		}
	} else {
		for _, m := range mistakes {
			p.progress("%s", m)
		}
	}
	return fmt.Errorf("%s in %s; nothing was changed in the database", count(len(mistakes), "mistake"), c.from())
}

// A mistake is one in a corpus, for JSON.
type mistake struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// A source is what there is to import at a path.
type source struct {
	files   fs.FS  // where the corpus and the full texts are
	place   string // the path of these files, "" if they are part of the program
	archive bool
	corpus  bool
	texts   []string // names of full texts
	ignored []string // names of files of no use
}

// lookInto finds out what is at a path. The error says that there is nothing to import.
func lookInto(path string) (source, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return source{}, fmt.Errorf("%s does not exist", path)
	case err != nil:
		return source{}, err
	case !info.IsDir() && filepath.Ext(path) == textExtension:
		folder := filepath.Dir(path)
		return source{files: os.DirFS(folder), place: folder, texts: []string{filepath.Base(path)}}, nil
	case !info.IsDir():
		return source{}, fmt.Errorf("%s is neither a folder nor a full text (.txt)", path)
	case archive.Is(path):
		return source{archive: true}, nil
	}
	return lookThrough(path, os.DirFS(path))
}

// lookThrough finds out what is in a folder.
func lookThrough(place string, files fs.FS) (source, error) {
	list, err := fs.ReadDir(files, ".")
	if err != nil {
		return source{}, err
	}
	s := source{files: files, place: place}
	for _, entry := range list {
		name := entry.Name()
		isFolder := entry.IsDir()
		switch extension := filepath.Ext(name); {
		case strings.HasPrefix(name, "."):
		case isFolder && slices.Contains([]string{"reference", "facts"}, name):
			s.corpus = true
		case !isFolder && (extension == ".yaml" || extension == ".yml"):
			s.corpus = true
		case !isFolder && extension == textExtension:
			s.texts = append(s.texts, name)
		default:
			s.ignored = append(s.ignored, name)
		}
	}
	if !s.corpus && len(s.texts) == 0 {
		return source{}, fmt.Errorf("%s holds no corpus, no full texts (.txt) and no export", place)
	}
	return s, nil
}
