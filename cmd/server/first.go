package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// firstReason is the reason of the editions that a server publishes by itself.
const firstReason = "First edition, from the shipped corpus"

// errForeign says that the database holds another corpus than the one to be loaded.
var errForeign = errors.New("the database holds another corpus")

// firstEditions loads and publishes the corpus if nothing was ever published. Of several servers that start at once one
// does it; the others find all done. What a server has loaded that was killed before it published, the next one
// publishes.
func (p *program) firstEditions(ctx context.Context, s *store.Store) error {
	if p.settings.Corpus == corpusNone {
		return nil
	}
	if started, err := hasEditions(ctx, s); started || err != nil {
		return err
	}
	files, err := corpus.Read(p.shippedCorpus())
	if err != nil {
		return fmt.Errorf("the corpus cannot be loaded: %w", err)
	}
	p.log.Info("loading the corpus", "articles", len(files.Articles), "facts", len(files.Facts))
	m := merge{files: files}
	err = s.Import(ctx, "server", firstReason, func(bases map[store.NounKey]string, now narrative.Collection) (store.Plan, error) {
		plan, err := m.plan(bases, now)
		if err == nil && len(corpus.Nouns(now)) > 0 && (len(m.outcome.Changed) > 0 || len(m.outcome.Kept) > 0) {
			return plan, errForeign
		}
		return plan, err
	})
	if errors.Is(err, errForeign) {
		p.log.Warn("nothing was ever published, and the shipped corpus is not loaded, since the database has another one; " +
			"publish that with: server publish --all --reason REASON")
		return nil
	}
	if err != nil {
		return err
	}
	published, err := s.Publish(ctx, store.Publication{Reason: firstReason, Kind: edition.First, Actor: "server"})
	if err != nil {
		return err
	}
	for _, e := range published {
		if e.Number == 0 {
			p.log.Warn("not published, since it is not finished", "fact", e.Fact)
		}
	}
	changed := slices.DeleteFunc(published, func(e store.Published) bool { return !e.Changed })
	p.log.Info("published the corpus", "editions", len(changed))
	return nil
}

// shippedCorpus is the corpus that CORPUS names.
func (p *program) shippedCorpus() fs.FS {
	if p.settings.Corpus == corpusEmbedded {
		return articles.FS
	}
	return os.DirFS(p.settings.Corpus)
}

// errFound ends a walk through the log.
var errFound = errors.New("found")

// hasEditions reports whether anything was ever published.
func hasEditions(ctx context.Context, s *store.Store) (bool, error) {
	err := s.Entries(ctx, func(edition.Entry) error { return errFound })
	if errors.Is(err, errFound) {
		return true, nil
	}
	return false, err
}
