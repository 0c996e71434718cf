package main

import (
	"context"
	"fmt"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
)

type verifyCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// verified is what verify found in order.
type verified struct {
	Entries  int64  `json:"entries"`
	Editions int    `json:"editions"`
	Erased   int    `json:"erased"`
	Facts    int    `json:"facts"`
	Head     string `json:"head"` // hash of the last record
}

func newVerified(r edition.Report) verified {
	return verified{r.Entries, r.Editions, r.Erased, r.Facts, r.Head.String()}
}

// String returns the result as one line.
func (v verified) String() string {
	s := fmt.Sprintf("unaltered since publication: %s of %s", count(v.Editions, "edition"), count(v.Facts, "fact"))
	if v.Erased > 0 {
		s += fmt.Sprintf(", of which %d erased on the record", v.Erased)
	}
	return s + "; head of the log " + v.Head
}

// Run verifies all that was ever published.
func (c verifyCommand) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(s *store.Store) error {
		p.progress("recomputing every edition, the log and what readers see")
		report, err := s.Verify(ctx)
		if err != nil {
			return err
		}
		return p.print(c.JSON, newVerified(report))
	})
}
