package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"counterclaim/internal/archive"
	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
)

type exportCommand struct {
	Dir     string `arg:"" name:"dir" help:"Folder to write; it must be empty or not there."`
	Private bool   `help:"Add the captured full texts, which are not for the public."`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// exported counts what an export has written.
type exported struct {
	Dir      string `json:"dir"`
	Files    int    `json:"files"`
	Articles int    `json:"articles"`
	Editions int    `json:"editions"`
	Entries  int    `json:"entries"`
	Captures int    `json:"captures"`
	Signed   string `json:"signed,omitempty"` // by which key the log is
}

// String returns the result as lines.
func (e exported) String() string {
	s := fmt.Sprintf("wrote %s (%s): %s, %s, %s of the log", e.Dir, count(e.Files, "file"),
		count(e.Articles, "article"), count(e.Editions, "edition"), entries(e.Entries))
	if e.Captures > 0 {
		s += fmt.Sprintf(", and %s, not for the public", count(e.Captures, "full text"))
	}
	if e.Signed != "" {
		s += "\nits log is signed by " + e.Signed
	}
	return fmt.Sprintf("%s\nto check it: cd %s && sha256sum --check --strict %s", s, e.Dir, archive.Manifest)
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// Run writes all that the database holds into a folder.
func (c exportCommand) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(s *store.Store) error {
		p.progress("reading the database")
		// The log before the tables, which then have every fact that it names.
		contents, err := p.signedLog(ctx, s)
		if err != nil {
			return err
		}
		if contents.Corpus, err = s.Collection(ctx); err != nil {
			return err
		}
		if c.Private {
			texts, err := s.Texts(ctx)
			if err != nil {
				return err
			}
			for _, t := range texts {
				contents.Captures = append(contents.Captures, archive.Capture(t))
			}
		}
		p.progress("writing %s", c.Dir)
		summary, err := archive.Write(c.Dir, contents)
		if err != nil {
			return err
		}
		return p.print(c.JSON, exported{
			c.Dir, summary.Files, len(contents.Corpus.Articles), summary.Editions, summary.Entries, summary.Captures, contents.Verifier,
		})
	})
}

// signedLog reads the whole log and signs its head, if it may be signed here.
func (p *program) signedLog(ctx context.Context, s *store.Store) (archive.Contents, error) {
	signer, err := p.signer(ctx, s)
	if errors.Is(err, store.ErrOtherKey) || errors.Is(err, errKeyGone) {
		p.progress("the copy is not signed: %s", plain(ctx, err))
	} else if err != nil {
		return archive.Contents{}, err
	}
	if signer == nil {
		log, err := readLog(ctx, s)
		return archive.Contents{Log: inOrder(log)}, err
	}
	var contents archive.Contents
	_, contents.Checkpoint, err = signer.Sign(ctx, func(int64) (checkpoint.Tree, error) {
		log, err := readLog(ctx, s)
		if err != nil {
			return checkpoint.Tree{}, err
		}
		contents.Log = inOrder(log)
		return treeOf(log)
	})
	switch {
	case errors.Is(err, checkpoint.ErrSmaller) || errors.Is(err, checkpoint.ErrOther):
		p.progress("the copy is not signed: %s", plain(ctx, err))
	case err != nil:
		return archive.Contents{}, err
	default:
		contents.Verifier = signer.Key().Verifier()
	}
	return contents, nil
}

// readLog reads the whole log, from one snapshot of the database.
func readLog(ctx context.Context, s *store.Store) ([]edition.Entry, error) {
	var log []edition.Entry
	err := s.Entries(ctx, func(e edition.Entry) error {
		log = append(log, e)
		return nil
	})
	return log, err
}

// inOrder yields entries that were read already.
func inOrder(log []edition.Entry) iter.Seq2[edition.Entry, error] {
	return func(yield func(edition.Entry, error) bool) {
		for _, e := range log {
			if !yield(e, nil) {
				return
			}
		}
	}
}
