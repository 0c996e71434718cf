package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

type migrateCommand struct{}

// Run makes the database ready.
func (migrateCommand) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(s *store.Store) error {
		return p.print(false, text("The database is ready for this release."))
	})
}

type publishCommand struct {
	Facts      []string `arg:"" optional:"" name:"slug" help:"Facts to publish."`
	All        bool     `help:"Publish all facts."`
	Reason     string   `placeholder:"TEXT" help:"Why; readers see it. Needed."`
	Correction bool     `help:"The new editions mend a mistake of ours."`
	JSON       bool     `name:"json" help:"Print JSON."`
}

// Run publishes facts.
func (c publishCommand) Run(ctx context.Context, p *program) error {
	switch {
	case c.All == (len(c.Facts) > 0):
		return &usageError{"publish: give the slugs of the facts, or --all"}
	}
	if err := checkReason(c.Reason); err != nil {
		return &usageError{"publish: " + err.Error()}
	}
	publication := newPublication(c.Reason, c.Correction)
	for _, slug := range c.Facts {
		publication.Facts = append(publication.Facts, narrative.Slug(slug))
	}
	return p.with(ctx, func(s *store.Store) error {
		p.progress("publishing")
		published, err := s.Publish(ctx, publication)
		if err != nil {
			return err
		}
		return p.print(c.JSON, newEditions(published))
	})
}

// longestReason is the largest length of a reason, in characters.
const longestReason = 500

// checkReason checks what readers are to see beside an edition.
func checkReason(reason string) error {
	switch {
	case strings.TrimSpace(reason) == "":
		return errors.New("--reason is needed; readers see it beside the edition")
	case strings.ContainsFunc(reason, unicode.IsControl):
		return errors.New("--reason is one line without control characters")
	case utf8.RuneCountInString(reason) > longestReason:
		return fmt.Errorf("--reason has more than %d characters", longestReason)
	}
	return nil
}

func newPublication(reason string, correction bool) store.Publication {
	kind := edition.Update
	if correction {
		kind = edition.Correction
	}
	return store.Publication{Reason: reason, Kind: kind, Actor: actor}
}

// published is a fact's latest edition after a publication.
type published struct {
	Fact   narrative.Slug `json:"fact"`
	Number int            `json:"number"` // 0 of one that is not finished and was never published
	New    bool           `json:"new"`
}

// editions are what a publication has made.
type editions struct {
	Facts []published `json:"facts"`
}

func newEditions(list []store.Published) editions {
	e := editions{Facts: []published{}}
	for _, p := range list {
		e.Facts = append(e.Facts, published{p.Fact, p.Number, p.Changed})
	}
	return e
}

// String returns a line for each new edition, and one for all facts that had nothing new.
func (e editions) String() string {
	var lines []string
	same := 0
	for _, f := range e.Facts {
		switch {
		case f.New:
			lines = append(lines, fmt.Sprintf("published edition %d of %s", f.Number, f.Fact))
		case f.Number == 0:
			lines = append(lines, fmt.Sprintf("not finished, and left out: %s", f.Fact))
		default:
			same++
		}
	}
	if same > 0 {
		lines = append(lines, fmt.Sprintf("nothing new in %s", count(same, "fact")))
	}
	if len(lines) == 0 {
		return "there are no facts to publish"
	}
	return strings.Join(lines, "\n")
}

// count writes a number of things, of which there may be one.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
