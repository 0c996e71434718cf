package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

const textExtension = ".txt"

// A receivedText is a file with an article's full text.
type receivedText struct {
	path    string
	article narrative.Slug
	raw     []byte
}

// readTexts reads the full texts of a source, files named for the articles. The error names every file that cannot be
// one.
func readTexts(found source) ([]receivedText, error) {
	var list []receivedText
	var faults []error
	for _, name := range found.texts {
		path := filepath.Join(found.place, name)
		slug := narrative.Slug(strings.TrimSuffix(name, textExtension))
		raw, err := readText(found.files, name)
		switch {
		case !slug.Valid():
			faults = append(faults, fmt.Errorf("%s is not named for an article; expected SLUG.txt", path))
		case err != nil:
			faults = append(faults, fmt.Errorf("%s: %w", path, err))
		default:
			list = append(list, receivedText{path, slug, raw})
		}
	}
	return list, joined(faults)
}

// readText reads a file as far as one byte beyond what an article may have.
func readText(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading only
	raw, err := io.ReadAll(io.LimitReader(f, intake.MaxSize+1))
	if len(raw) > intake.MaxSize {
		err = intake.ErrTooLarge
	}
	return raw, err
}

// joined makes one line of several faults.
func joined(faults []error) error {
	if len(faults) == 0 {
		return nil
	}
	lines := make([]string, len(faults))
	for i, fault := range faults {
		lines[i] = fault.Error()
	}
	return fmt.Errorf("%s; nothing was changed", strings.Join(lines, "; "))
}

// importedTexts tells what the import of full texts has done.
type importedTexts struct {
	Articles    []importedText `json:"articles"`
	Claims      int            `json:"claims"`
	NotAnchored int            `json:"not_anchored"`
	DryRun      bool           `json:"-"` // nothing was anchored
}

// importedText tells what has become of one article.
type importedText struct {
	Article   narrative.Slug `json:"article"`
	Cuts      []string       `json:"cuts"`
	Anchored  int            `json:"anchored"`
	Ambiguous int            `json:"ambiguous"`
	Drifted   int            `json:"drifted"`
	Orphaned  int            `json:"orphaned"`
	Lost      []lostClaim    `json:"lost"` // those that are not anchored
}

// A lostClaim is one whose words are not where they were.
type lostClaim struct {
	Claim   narrative.Code  `json:"claim"`
	Words   []string        `json:"words"`
	Outcome passage.Outcome `json:"outcome"`
}

// String returns a table of the articles, with what was cut and each claim that is not anchored.
func (r importedTexts) String() string {
	var b strings.Builder
	if !r.DryRun {
		fmt.Fprintf(&b, "%-50s %9s %9s %9s %9s\n", "article", "anchored", "ambiguous", "drifted", "orphaned")
	}
	for _, a := range r.Articles {
		if r.DryRun {
			fmt.Fprintf(&b, "%s: %s\n", a.Article, count(len(a.Cuts), "cut"))
		} else {
			fmt.Fprintf(&b, "%-50s %9d %9d %9d %9d\n", a.Article, a.Anchored, a.Ambiguous, a.Drifted, a.Orphaned)
		}
		for _, cut := range a.Cuts {
			fmt.Fprintf(&b, "  cut, %s\n", cut)
		}
		for _, c := range a.Lost {
			fmt.Fprintf(&b, "  %s: claim %s: %q\n", c.Outcome, c.Claim, strings.Join(c.Words, " … "))
		}
	}
	switch {
	case r.DryRun:
		fmt.Fprintf(&b, "%s cleaned, none stored", count(len(r.Articles), "text"))
	case r.NotAnchored > 0:
		fmt.Fprintf(&b, "%d of %s not anchored; they stay where they were, in the excerpt", r.NotAnchored, count(r.Claims, "claim"))
	default:
		fmt.Fprintf(&b, "all %s anchored", count(r.Claims, "claim"))
	}
	return b.String()
}

// importTexts cleans full texts, stores them and anchors the claims of their articles anew.
func (c importCommand) importTexts(ctx context.Context, p *program, s *store.Store, m *merge, received []receivedText) (*importedTexts, error) {
	now, err := s.Collection(ctx)
	if err != nil {
		return nil, err
	}
	if c.DryRun && m != nil {
		now = m.outcome.Merged
	}
	p.progress("cleaning %s", count(len(received), "text"))
	result := importedTexts{Articles: []importedText{}, DryRun: c.DryRun}
	var texts []store.FullText
	var faults []error
	for _, r := range received {
		article, hints, ok := hintsFor(now, r.article)
		if !ok {
			faults = append(faults, fmt.Errorf("%s: there is no article %q", r.path, r.article))
			continue
		}
		cleaned, err := intake.Clean(r.raw, hints)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", r.path, bare(err)))
			continue
		}
		texts = append(texts, store.FullText{Article: article.Slug, Original: r.raw, Text: cleaned.Text, At: time.Now()})
		row := importedText{Article: article.Slug, Cuts: []string{}, Lost: []lostClaim{}}
		for _, cut := range cleaned.Cuts {
			row.Cuts = append(row.Cuts, cut.String())
		}
		result.Articles = append(result.Articles, row)
	}
	if err := joined(faults); err != nil || c.DryRun {
		return &result, err
	}
	p.progress("anchoring")
	report, err := s.Capture(ctx, actor, "import "+c.from(), texts)
	if err != nil {
		return nil, err
	}
	result.add(report, wordsOf(now))
	return &result, nil
}

// bare takes our packages' prefixes from a message that becomes a part of another.
func bare(err error) error {
	return errors.New(operation.ReplaceAllString(operation.ReplaceAllString(err.Error(), ""), ""))
}

// hintsFor returns an article and what is known of it that helps to clean its text.
func hintsFor(c narrative.Collection, slug narrative.Slug) (narrative.Article, intake.Hints, bool) {
	for _, a := range c.Articles {
		if a.Slug != slug {
			continue
		}
		var hints intake.Hints
		if a.HeadlineBy == narrative.ByArticle {
			hints.Headline = a.Headline
		}
		for _, o := range c.Outlets {
			if o.Slug == a.Outlet {
				hints.Boilerplate = o.Boilerplate
			}
		}
		return a, hints, true
	}
	return narrative.Article{}, intake.Hints{}, false
}

// wordsOf returns the words of each claim.
func wordsOf(c narrative.Collection) map[narrative.Code][]string {
	words := map[narrative.Code][]string{}
	for _, a := range c.Articles {
		for _, b := range a.Blocks {
			for _, claim := range b.Claims {
				if words[claim.Code] = claim.Words; len(claim.Words) == 0 {
					words[claim.Code] = []string{b.Text}
				}
			}
		}
	}
	return words
}

// add counts what became of each claim.
func (r *importedTexts) add(report []store.Anchored, words map[narrative.Code][]string) {
	for _, a := range report {
		r.Claims++
		for i := range r.Articles {
			row := &r.Articles[i]
			if row.Article != a.Article {
				continue
			}
			switch a.Outcome {
			case passage.Anchored:
				row.Anchored++
				continue
			case passage.Ambiguous:
				row.Ambiguous++
			case passage.Drifted:
				row.Drifted++
			case passage.Orphaned:
				row.Orphaned++
			}
			r.NotAnchored++
			row.Lost = append(row.Lost, lostClaim{a.Claim, words[a.Claim], a.Outcome})
		}
	}
}
