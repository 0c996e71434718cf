package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A ReviewRequest asks everybody who may sign off for a second pair of eyes on a fact. It is over by itself when all that was due
// is signed, and when the fact is published.
type ReviewRequest struct {
	Fact narrative.Slug
	By   string // an account's name; "" if nobody asks
	Note string // may be ""
	At   time.Time
}

// ErrNothingDue says that nothing of a fact waits for a second pair of eyes.
var ErrNothingDue = errors.New("nothing waits for a second pair of eyes")

// AskForReview enters that somebody asks for a second pair of eyes on a fact, in the place of a request that there is. It
// stands in the [QueueReview] of every account that may sign off, but of one that has changed last all that is due now. The
// errors are [ErrNothingDue], [ErrNotFound], and [ErrBadText] for a note that cannot be kept.
func (s *Store) AskForReview(ctx context.Context, r ReviewRequest) (err error) {
	defer wrap(&err, "AskForReview(%q)", r.Fact)

	return s.edit(ctx, func(tx pgx.Tx) error {
		found, err := lockFacts(ctx, tx, []narrative.Slug{r.Fact})
		if err != nil {
			return err
		}
		_, drafts, err := draftAll(ctx, tx, found)
		if err != nil {
			return err
		}
		if err := reviewAll(ctx, tx, drafts); err != nil {
			return err
		}
		authors := authorsOf(drafts[0].review)
		if len(authors) == 0 {
			return ErrNothingDue
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO review_requests (fact, asked_by, note, authors)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (fact) DO UPDATE
			SET asked_by = excluded.asked_by, note = excluded.note, authors = excluded.authors, asked_at = now()`, r.Fact, r.By, r.Note, authors)
		return err
	})
}

// authorsOf returns who has changed last what is due, "" for one that is not known.
func authorsOf(list []Review) []string {
	var authors []string
	for _, r := range list {
		if r.Due {
			authors = append(authors, r.Author)
		}
	}
	slices.Sort(authors)
	return slices.Compact(authors)
}

// keepAsking leaves of the request on a fact what is still due, and ends it where nothing is.
func keepAsking(ctx context.Context, tx pgx.Tx, fact narrative.Slug, due []Review) error {
	authors := authorsOf(due)
	if len(authors) == 0 {
		_, err := tx.Exec(ctx, `DELETE FROM review_requests WHERE fact = $1`, fact)
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE review_requests SET authors = $2 WHERE fact = $1`, fact, authors)
	return err
}

// StopAsking takes a request for a second pair of eyes back. There need not be one.
func (s *Store) StopAsking(ctx context.Context, fact narrative.Slug) (err error) {
	defer wrap(&err, "StopAsking(%q)", fact)

	_, err = s.desk.Exec(ctx, `DELETE FROM review_requests WHERE fact = $1`, fact)
	return err
}

// ReviewRequest returns who asks for a second pair of eyes on a fact; By is "" if nobody does.
func (s *Store) ReviewRequest(ctx context.Context, fact narrative.Slug) (r ReviewRequest, err error) {
	defer wrap(&err, "ReviewRequest(%q)", fact)

	r.Fact = fact
	err = s.desk.QueryRow(ctx, `SELECT asked_by, note, asked_at FROM review_requests WHERE fact = $1`, fact).Scan(&r.By, &r.Note, &r.At)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return r, err
}
