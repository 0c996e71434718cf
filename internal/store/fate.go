package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A Fate says that a fact is on no list any more. Its editions stay at their addresses.
type Fate struct {
	Kind   edition.Kind `json:"kind"` // Withdrawn or Merged; "" for a fact that is on the lists
	Reason string       `json:"reason"`
	On     time.Time    `json:"on"`
	Into   string       `json:"into"` // of a merged one, the slug of today of the fact where it goes on
}

const (
	// fateColumn is a [Fate] as one document, from fateJoin.
	fateColumn = `
		CASE WHEN fate.kind IS NULL THEN '{}' ELSE json_build_object('kind', fate.kind, 'reason', fate.reason, 'on', fate.published_at,
			'into', CASE WHEN fate.goes_on = '' THEN '' ELSE coalesce((
				SELECT coalesce(g.fact, nullif(l.slug, ''), t.slug)
				FROM published_slugs t
				LEFT JOIN published_facts g ON g.fact_id = t.fact_id
				LEFT JOIN LATERAL (
					SELECT slug FROM published_editions WHERE fact_id = t.fact_id ORDER BY number DESC LIMIT 1) AS l ON true
				WHERE t.slug = fate.goes_on), '') END) END`

	// fateJoin finds the edition that took the fact of a slug s from the lists, if it is the newest of the fact.
	fateJoin = `
		LEFT JOIN LATERAL (
			SELECT x.*
			FROM (SELECT * FROM published_editions WHERE fact_id = s.fact_id ORDER BY number DESC LIMIT 1) AS x
			WHERE x.kind IN ('withdrawn', 'merged')) AS fate ON true`
)

// takenBack are the kinds of editions by which something that was published is taken back: mended, or from the lists.
const takenBack = `kind IN ('correction', 'withdrawn', 'merged')`

// A Withdrawal asks for a fact to be taken from the lists.
type Withdrawal struct {
	Fact   narrative.Slug
	Into   narrative.Slug // the fact on the lists where it goes on, "" if it is withdrawn
	Reason string         // shown to readers; not blank
	Actor  string         // for the audit log
}

// ErrWithdrawn says that a fact is not on the lists: it was never published, was withdrawn or merged, or its latest
// edition was taken down.
var ErrWithdrawn = errors.New("not on the lists")

// Withdraw takes a fact from the lists by a further edition, with the content of the one before, that says why and, if it
// is merged, where it goes on. All its editions stay at their addresses. [Store.Publish] brings a fact back that is named.
// The errors are [ErrReason], [ErrNotFound], [ErrWithdrawn] for either fact, and [edition.ErrSeal] for a fact that would
// go on in itself.
func (s *Store) Withdraw(ctx context.Context, w Withdrawal) (done Published, err error) {
	defer wrap(&err, "Withdraw(%q, %q)", w.Fact, w.Into)

	if strings.TrimSpace(w.Reason) == "" {
		return Published{}, ErrReason
	}
	err = s.longWork(ctx, func(tx pgx.Tx) error {
		done, err = withdraw(ctx, tx, w)
		return err
	})
	return done, err
}

// withdraw does the work of [Store.Withdraw].
func withdraw(ctx context.Context, tx pgx.Tx, w Withdrawal) (Published, error) {
	slugs := []narrative.Slug{w.Fact}
	if w.Into != "" && w.Into != w.Fact {
		slugs = append(slugs, w.Into)
	}
	facts, err := lockFacts(ctx, tx, slugs)
	if err != nil {
		return Published{}, err
	}
	var fact lockedFact
	into := ""
	for _, f := range facts {
		body, err := f.listed()
		if err != nil {
			return Published{}, fmt.Errorf("fact %s: %w", f.Slug, err)
		}
		if f.Slug == w.Into {
			into = body.Fact
		}
		if f.Slug == w.Fact {
			fact = f
		}
	}
	log, err := openLog(ctx, tx)
	if err != nil {
		return Published{}, err
	}
	if err := log.end(ctx, fact, into, w); err != nil {
		return Published{}, err
	}
	return Published{w.Fact, fact.Number + 1, true}, raiseGeneration(ctx, tx)
}

// listed returns the latest edition of a fact that is on the lists.
func (f lockedFact) listed() (edition.Body, error) {
	if f.Body == nil || f.Erased {
		return edition.Body{}, ErrWithdrawn
	}
	body, err := edition.Read(f.Body)
	if err == nil && body.Kind.Ends() {
		err = ErrWithdrawn
	}
	return body, err
}

// end makes the edition that takes a fact from the lists.
func (l *openedLog) end(ctx context.Context, f lockedFact, into string, w Withdrawal) error {
	last, err := f.listed()
	if err != nil {
		return err
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails, see crypto/rand
	body, err := edition.SealEnd(last.Content, f.Number+1, edition.NextTime(time.Now(), f.PublishedAt), into, w.Reason, salt)
	if err != nil {
		return err
	}
	if err := l.append(ctx, f.ID, body); err != nil {
		return err
	}
	after := fmt.Sprintf("edition %d", f.Number+1)
	if into != "" {
		after += ", goes on in " + string(w.Into)
	}
	_, err = l.tx.Exec(ctx, `
		INSERT INTO audit_log (actor, kind, key, action, after, why)
		VALUES ($1, 'fact', $2, 'withdraw', $3, $4)`, w.Actor, f.Slug, after, w.Reason)
	return err
}
