package main

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"counterclaim/internal/archive"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
)

// restored tells what the import of an archive has added to the log.
type restored struct {
	Entries  int `json:"entries"`
	Captures int `json:"captures"`
}

// String returns the result as one line.
func (r restored) String() string {
	s := fmt.Sprintf("restored %s of the log, bytes as they were", entries(r.Entries))
	if r.Captures > 0 {
		s += ", and " + count(r.Captures, "full text")
	}
	return s
}

// checkLog refuses an archive whose log does not verify, or is not the database's with or without more at its end.
func checkLog(ctx context.Context, s *store.Store, box *archive.Archive) error {
	if _, err := edition.Verify(box.Log()); err != nil {
		return fmt.Errorf("in the archive: %w", err)
	}
	next, stop := iter.Pull2(box.Log())
	defer stop()
	return s.Entries(ctx, func(ours edition.Entry) error {
		theirs, err, ok := next()
		switch {
		case err != nil:
			return err
		case !ok:
			return fmt.Errorf("%w: the database has published more than the archive holds; nothing was changed", store.ErrOtherLog)
		case !bytes.Equal(ours.Record, theirs.Record):
			return fmt.Errorf("%w: the database has published other editions than the archive holds; nothing was changed", store.ErrOtherLog)
		}
		return nil
	})
}

// restore adds the archive's log and captured texts, after its corpus.
func restore(ctx context.Context, p *program, s *store.Store, box *archive.Archive) (*restored, error) {
	p.progress("restoring the log")
	added, err := s.Restore(ctx, box.Log())
	if err != nil {
		return nil, err
	}
	captures, err := box.Captures()
	if err != nil || len(captures) == 0 {
		return &restored{Entries: added}, err
	}
	texts := make([]store.FullText, len(captures))
	for i, c := range captures {
		texts[i] = store.FullText(c)
	}
	p.progress("restoring %s", count(len(texts), "full text"))
	if _, err := s.Capture(ctx, actor, "import of an archive", texts); err != nil {
		return nil, err
	}
	return &restored{added, len(captures)}, nil
}
