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
	// Facts to publish; one that is named is brought back. None means all but those that were withdrawn or merged, those that
	// are retired, and those that were never published and are not finished.
	Facts  []narrative.Slug
	Reason string       // shown to readers; not blank
	Kind   edition.Kind // Update or Correction; a fact's first edition is First whatever it says
	Actor  string       // for the audit log
	// Expect has, for each fact, the [Preview.Token] of what an editor has seen. With it, what needs a second pair of eyes must
	// have had it, and every position a claim. Without it, the program's own operator publishes, and neither is asked.
	Expect map[narrative.Slug]string
	// Waiver says why what nobody else has looked at is published all the same; readers see it. It counts only with Expect.
	Waiver string
}

// A Published tells what publishing did for a fact.
type Published struct {
	Fact    narrative.Slug
	Number  int  // of its latest edition, 0 if it has none
	Changed bool // false if the content is that of the latest edition already, so that nothing was published
}

// Errors of publishing that callers may test for with [errors.Is].
var (
	ErrReason = errors.New("a reason is needed")
	// ErrShare says that more of an article would stand on readers' pages than rights allow.
	ErrShare = errors.New("more than half of an article's words")
)

// An Outdated is the error of a publication, or of a signature, of what has changed since it was seen. Nothing was done.
type Outdated struct {
	Facts []narrative.Slug // at least one, as asked
}

// Error names the facts.
func (e *Outdated) Error() string { return fmt.Sprintf("changed since it was seen: %v", e.Facts) }

// An Unseen is the error of a publication of what needs a second pair of eyes and has had none. Nothing was published.
type Unseen struct {
	Facts []narrative.Slug // at least one, as asked
}

// Error names the facts.
func (e *Unseen) Error() string {
	return fmt.Sprintf("only one editor has looked at something of: %v", e.Facts)
}

// Publish compiles facts into editions and puts them before readers, all or none, in one transaction. Facts whose
// content has not changed since their latest edition get none. The errors are [ErrReason], [ErrNotFound] for a fact
// that is not there, [*Unsound] for one that is not finished, and [ErrShare]; with Expect also [*Outdated] and [*Unseen].
func (s *Store) Publish(ctx context.Context, p Publication) (published []Published, err error) {
	defer wrap(&err, "Publish(%d facts)", len(p.Facts))

	if strings.TrimSpace(p.Reason) == "" {
		return nil, ErrReason
	}
	err = s.longWork(ctx, func(tx pgx.Tx) error {
		published, err = publishIn(ctx, tx, p)
		return err
	})
	return published, err
}

func publishIn(ctx context.Context, tx pgx.Tx, p Publication) ([]Published, error) {
	facts, err := lockFacts(ctx, tx, p.Facts)
	if err != nil || len(facts) == 0 {
		return nil, err
	}
	c, drafts, err := draftAll(ctx, tx, facts)
	if err != nil {
		return nil, err
	}
	if err := p.check(ctx, tx, c, drafts); err != nil {
		return nil, err
	}
	log, err := openLog(ctx, tx)
	if err != nil {
		return nil, err
	}
	var published []Published
	for _, d := range drafts {
		done := Published{d.Slug, d.Number, false}
		if d.asks(p) {
			if done, err = log.publish(ctx, d, p); err != nil {
				return nil, fmt.Errorf("fact %s: %w", d.Slug, err)
			}
		}
		published = append(published, done)
	}
	articles := make([]narrative.Slug, len(c.Articles))
	for i, a := range c.Articles {
		articles[i] = a.Slug
	}
	if err := projectPassages(ctx, tx, articles); err != nil {
		return nil, err
	}
	if err := checkShares(ctx, tx, articles); err != nil {
		return nil, err
	}
	var changed []narrative.Slug
	for _, p := range published {
		if p.Changed {
			changed = append(changed, p.Fact)
		}
	}
	if len(changed) == 0 {
		return published, nil
	}
	if _, err := tx.Exec(ctx, `DELETE FROM review_requests WHERE fact = ANY ($1)`, changed); err != nil {
		return nil, err
	}
	return published, raiseGeneration(ctx, tx)
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
	return findFacts(ctx, tx, slugs, "FOR UPDATE")
}

// findFacts finds the facts, or all that are not retired; suffix is "" or "FOR UPDATE".
func findFacts(ctx context.Context, tx pgx.Tx, slugs []narrative.Slug, suffix string) ([]lockedFact, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, slug
		FROM facts
		WHERE $1::text[] IS NULL AND NOT retired OR slug = ANY ($1)
		ORDER BY id
		`+suffix, slugs)
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

// publish makes the next edition of a fact.
func (l *openedLog) publish(ctx context.Context, d draft, p Publication) (Published, error) {
	kind := p.Kind
	if d.Number == 0 {
		kind = edition.First
	}
	at := edition.NextTime(time.Now(), d.PublishedAt)
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails, see crypto/rand
	var body []byte
	var err error
	if len(d.waived) > 0 {
		body, err = edition.SealWaived(d.content, d.Number+1, at, kind, p.Reason, p.Waiver, salt)
	} else {
		body, err = edition.Seal(d.content, d.Number+1, at, kind, p.Reason, salt)
	}
	if err != nil {
		return Published{}, err
	}
	if err := l.append(ctx, d.ID, body); err != nil {
		return Published{}, err
	}
	if err := insertReviews(ctx, l.tx, d.Slug, p.Actor, p.Waiver, true, d.waived); err != nil {
		return Published{}, err
	}
	err = insertPublishAudit(ctx, l.tx, p, d.Slug, d.Number+1)
	return Published{d.Slug, d.Number + 1, true}, err
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
