package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// importedCorpus tells what the import of a corpus has changed.
type importedCorpus struct {
	Changed    []change     `json:"changed"`
	Kept       []difference `json:"kept"`
	Overridden []difference `json:"overridden"`
}

// A change is a noun that an import has changed.
type change struct {
	Kind   narrative.Kind `json:"kind"`
	Key    string         `json:"key"`
	Before string         `json:"before"` // "" for a new noun
	After  string         `json:"after"`
}

// A difference is a place where the desk and the files do not say the same.
type difference struct {
	Kind     narrative.Kind `json:"kind"`
	Key      string         `json:"key"`
	Field    string         `json:"field"` // "" for the whole noun
	Desk     string         `json:"desk"`
	File     string         `json:"file"`
	Conflict bool           `json:"conflict"` // both have changed it
}

// importCorpus brings a corpus into the database; why goes into the audit log.
func importCorpus(ctx context.Context, s *store.Store, m *merge, why string) (*importedCorpus, error) {
	err := s.Import(ctx, actor, "import "+why, m.plan)
	if err != nil && !errors.Is(err, errDryRun) {
		return nil, err
	}
	result := importedCorpus{
		Changed: []change{}, Kept: newDifferences(m.outcome.Kept), Overridden: newDifferences(m.outcome.Overridden),
	}
	for _, c := range m.outcome.Changed {
		result.Changed = append(result.Changed, change{c.Kind, c.Key, c.Before, c.After})
	}
	return &result, nil
}

func newDifferences(list []corpus.Difference) []difference {
	differences := make([]difference, len(list))
	for i, d := range list {
		differences[i] = difference{d.Kind, d.Key, d.Field, d.Desk, d.File, d.Conflict}
	}
	return differences
}

// String returns a line for each noun that has changed, or only how many are new, and both texts of each difference.
func (r importedCorpus) String() string {
	var lines []string
	fresh := 0
	for _, c := range r.Changed {
		if c.Before == "" {
			fresh++
		} else {
			lines = append(lines, fmt.Sprintf("changed: %s %s", c.Kind, c.Key))
		}
	}
	for _, d := range r.Kept {
		lines = append(lines, d.lines("kept")...)
	}
	for _, d := range r.Overridden {
		lines = append(lines, d.lines("overridden")...)
	}
	lines = append(lines, fmt.Sprintf("corpus: %d new, %d changed, %d kept as the desk has it, %d overridden",
		fresh, len(r.Changed)-fresh, len(r.Kept), len(r.Overridden)))
	return strings.Join(lines, "\n")
}

// lines shows a difference with both texts.
func (d difference) lines(what string) []string {
	head := fmt.Sprintf("%s: %s %s", what, d.Kind, d.Key)
	if d.Field != "" {
		head += ", " + d.Field
	}
	if d.Conflict {
		head += " (changed by both)"
	}
	return []string{head, "  desk:  " + inset(d.Desk), "  files: " + inset(d.File)}
}

// inset puts the further lines of a text under its first.
func inset(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n         ")
}
