package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A Publication asks for editions.
type Publication struct {
	Facts  []narrative.Slug // none means all but those that were withdrawn or merged; one that is named is brought back
	Reason string           // shown to readers; not blank
	Kind   edition.Kind     // Update or Correction; a fact's first edition is First whatever it says
	Actor  string           // for the audit log
}

// A Published tells what publishing did for a fact.
type Published struct {
	Fact    narrative.Slug
	Number  int  // of its latest edition
	Changed bool // false if the content is that of the latest edition already, so that nothing was published
}

// Errors of publishing that callers may test for with [errors.Is].
var (
	ErrReason = errors.New("a reason is needed")
	// ErrShare says that more of an article would stand on readers' pages than rights allow.
	ErrShare = errors.New("more than half of an article's words")
)

// Publish compiles facts into editions and puts them before readers, all or none, in one transaction. Facts whose
// content has not changed since their latest edition get none. The errors are [ErrReason], [ErrNotFound] for a fact
// that is not there, and [ErrShare].
func (s *Store) Publish(ctx context.Context, p Publication) (published []Published, err error) {
	defer wrap(&err, "Publish(%d facts)", len(p.Facts))

	if strings.TrimSpace(p.Reason) == "" {
		return nil, ErrReason
	}
	err = s.longWork(ctx, func(tx pgx.Tx) error {
		published = nil
		facts, err := lockFacts(ctx, tx, p.Facts)
		if err != nil || len(facts) == 0 {
			return err
		}
		slugs := make([]narrative.Slug, len(facts))
		for i, f := range facts {
			slugs[i] = f.Slug
		}
		c, err := loadCollection(ctx, tx, slugs)
		if err != nil {
			return err
		}
		log, err := openLog(ctx, tx)
		if err != nil {
			return err
		}
		var articles []narrative.Slug
		for _, f := range facts {
			done, err := log.publish(ctx, c, f, p)
			if err != nil {
				return fmt.Errorf("fact %s: %w", f.Slug, err)
			}
			published = append(published, done)
		}
		for _, a := range c.Articles {
			articles = append(articles, a.Slug)
		}
		if err := projectPassages(ctx, tx, articles); err != nil {
			return err
		}
		if err := checkShares(ctx, tx, articles); err != nil {
			return err
		}
		if !slices.ContainsFunc(published, func(p Published) bool { return p.Changed }) {
			return nil
		}
		return raiseGeneration(ctx, tx)
	})
	return published, err
}

// A lockedFact is a fact with its latest edition, if any.
type lockedFact struct {
	ID          int64
	Slug        narrative.Slug
	Number      int
	PublishedAt time.Time // zero if there is none
	Body        []byte    // of the latest that was not erased
	Erased      bool      // the latest was erased
}

// lockFacts locks the facts, or all of them, in the order of their ids, so that two publications never wait for each
// other in a circle.
func lockFacts(ctx context.Context, tx pgx.Tx, slugs []narrative.Slug) ([]lockedFact, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, slug
		FROM facts
		WHERE $1::text[] IS NULL OR slug = ANY ($1)
		ORDER BY id
		FOR UPDATE`, slugs)
	locked, err := pgx.CollectRows(rows, pgx.RowToStructByNameLax[lockedFact])
	if err != nil {
		return nil, err
	}
	for _, slug := range slugs {
		if !slices.ContainsFunc(locked, func(f lockedFact) bool { return f.Slug == slug }) {
			return nil, fmt.Errorf("%w: fact %q", ErrNotFound, slug)
		}
	}
	// Read after the locks are held, so that no edition is missed.
	ids := make([]int64, len(locked))
	for i, f := range locked {
		ids[i] = f.ID
	}
	rows, _ = tx.Query(ctx, `
		SELECT f.id, f.slug, coalesce(e.number, 0) AS number,
			coalesce(e.published_at, '0001-01-01Z') AS published_at, b.body, e.number IS DISTINCT FROM b.number AS erased
		FROM facts f
		LEFT JOIN LATERAL (
			SELECT number, published_at
			FROM editions
			WHERE fact = f.id
			ORDER BY number DESC
			LIMIT 1) AS e ON true
		LEFT JOIN LATERAL (
			SELECT l.number, x.body
			FROM editions l
			JOIN edition_bodies x USING (log_index)
			WHERE l.fact = f.id AND NOT EXISTS (SELECT FROM erasures g WHERE g.edition = l.log_index AND NOT g.leaves)
			ORDER BY l.number DESC
			LIMIT 1) AS b ON true
		WHERE f.id = ANY ($1)
		ORDER BY f.id`, ids)
	return pgx.CollectRows(rows, pgx.RowToStructByName[lockedFact])
}

// An openedLog is the end of the log, locked for this transaction.
type openedLog struct {
	tx    pgx.Tx
	index int64 // of the next entry
	prev  edition.Hash
}

// openLog locks the log and finds its end.
func openLog(ctx context.Context, tx pgx.Tx) (*openedLog, error) {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('counterclaim.log'))`); err != nil {
		return nil, err
	}
	l := &openedLog{tx: tx}
	var hash []byte
	err := tx.QueryRow(ctx, `SELECT index, hash FROM log ORDER BY index DESC LIMIT 1`).Scan(&l.index, &hash)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return l, nil
	case err != nil:
		return nil, err
	}
	l.index++
	copy(l.prev[:], hash)
	return l, nil
}

// publish makes the next edition of a fact, unless it would say what the latest one says.
func (l *openedLog) publish(ctx context.Context, c narrative.Collection, f lockedFact, p Publication) (Published, error) {
	var last *edition.Content
	comesBack := false
	if f.Body != nil {
		body, err := edition.Read(f.Body)
		if err != nil {
			return Published{}, err
		}
		last = &body.Content
		comesBack = body.Kind.Ends() && !f.Erased
	}
	if comesBack && len(p.Facts) == 0 {
		return Published{Fact: f.Slug, Number: f.Number}, nil
	}
	content, err := edition.Compile(c, f.Slug, last)
	if err != nil {
		return Published{}, err
	}
	if last != nil && !f.Erased && !comesBack {
		// Both in today's form, so that a field which the program has gained since is no change of the fact.
		before, err := last.Hash()
		if err != nil {
			return Published{}, err
		}
		if now, err := content.Hash(); err != nil || now == before {
			return Published{Fact: f.Slug, Number: f.Number}, err
		}
	}
	kind := p.Kind
	if f.Number == 0 {
		kind = edition.First
	}
	at := edition.NextTime(time.Now(), f.PublishedAt)
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails, see crypto/rand
	body, err := edition.Seal(content, f.Number+1, at, kind, p.Reason, salt)
	if err != nil {
		return Published{}, err
	}
	if err := l.append(ctx, f.ID, body); err != nil {
		return Published{}, err
	}
	err = insertPublishAudit(ctx, l.tx, p, f.Slug, f.Number+1)
	return Published{f.Slug, f.Number + 1, true}, err
}

func insertPublishAudit(ctx context.Context, tx pgx.Tx, p Publication, fact narrative.Slug, number int) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO audit_log (actor, kind, key, action, after, why)
		VALUES ($1, 'fact', $2, 'publish', $3, $4)`, p.Actor, fact, fmt.Sprintf("edition %d", number), p.Reason)
	return err
}

// append enters an edition at the end of the log and replaces the fact's rows of the projection.
func (l *openedLog) append(ctx context.Context, fact int64, body []byte) error {
	r, err := edition.NewRecord(body, l.index, l.prev)
	if err != nil {
		return err
	}
	record, err := r.Bytes()
	if err != nil {
		return err
	}
	if err := l.insert(ctx, fact, r, record, body); err != nil {
		return err
	}
	return project(ctx, l.tx, fact, body, l.index-1)
}

// insert writes an edition's entry of the log, its row and its body, if it still has one.
func (l *openedLog) insert(ctx context.Context, fact int64, r edition.LogRecord, record, body []byte) error {
	index := l.index
	if err := l.add(ctx, record); err != nil {
		return err
	}
	var b pgx.Batch
	b.Queue(`
		INSERT INTO editions (fact, number, log_index, published_at, body_sha256)
		VALUES ($1, $2, $3, $4::text::timestamptz, decode($5, 'hex'))`,
		fact, r.Number, index, r.At, r.BodySHA256)
	b.Queue(`
		INSERT INTO published_slugs (slug, fact_id)
		VALUES ($1, $2)
		ON CONFLICT (slug) DO NOTHING`, r.Fact, fact)
	if _, err := edition.ReadRedactions(body); err != nil {
		b.Queue(`
			INSERT INTO edition_bodies (log_index, body)
			VALUES ($1, $2)`, index, body)
	}
	return l.tx.SendBatch(ctx, &b).Close()
}

// raiseGeneration tells every server that readers' pages have changed.
func raiseGeneration(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
		WITH raised AS (UPDATE generation SET value = value + 1 RETURNING value)
		SELECT pg_notify('generation', value::text) FROM raised`)
	return err
}
