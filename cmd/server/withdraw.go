package main

import (
	"context"
	"fmt"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

type withdrawCommand struct {
	Fact   string `arg:"" name:"slug" help:"Fact to withdraw."`
	Into   string `placeholder:"SLUG" help:"The fact where it goes on; then it is merged into that one."`
	Reason string `placeholder:"TEXT" help:"Why; readers see it. Needed."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// withdrawn tells how a fact was taken from the lists.
type withdrawn struct {
	Fact   narrative.Slug `json:"fact"`
	Number int            `json:"number"` // of the edition that says so
	Into   narrative.Slug `json:"into,omitempty"`
}

// String returns the result as one line.
func (w withdrawn) String() string {
	if w.Into != "" {
		return fmt.Sprintf("%s is merged into %s, by edition %d; every edition stays at its address", w.Fact, w.Into, w.Number)
	}
	return fmt.Sprintf("%s is withdrawn, by edition %d; every edition stays at its address; publish %s brings it back", w.Fact, w.Number, w.Fact)
}

// Run takes a fact from the lists.
func (c withdrawCommand) Run(ctx context.Context, p *program) error {
	if err := checkReason(c.Reason); err != nil {
		return &usageError{"withdraw: " + err.Error()}
	}
	for _, slug := range []string{c.Fact, c.Into} {
		if slug != "" && !narrative.Slug(slug).Valid() {
			return &usageError{fmt.Sprintf("withdraw: %q is no slug", slug)}
		}
	}
	if c.Into == c.Fact {
		return &usageError{"withdraw: a fact cannot go on in itself"}
	}
	return p.with(ctx, func(s *store.Store) error {
		done, err := s.Withdraw(ctx, store.Withdrawal{
			Fact: narrative.Slug(c.Fact), Into: narrative.Slug(c.Into), Reason: c.Reason, Actor: actor,
		})
		if err != nil {
			return err
		}
		return p.print(c.JSON, withdrawn{done.Fact, done.Number, narrative.Slug(c.Into)})
	})
}
