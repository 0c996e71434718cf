package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// add appends a record to the log.
func (l *openedLog) add(ctx context.Context, record []byte) error {
	hash := edition.RecordHash(record)
	_, err := l.tx.Exec(ctx, `
		INSERT INTO log (index, record, hash, prev)
		VALUES ($1, $2, $3, $4)`, l.index, record, hash[:], l.prev[:])
	if err != nil {
		return err
	}
	l.index++
	l.prev = hash
	return nil
}

// erase appends the record of the erasure of an edition, by log index, or of a capture, and puts what is left in its
// place.
func (l *openedLog) erase(ctx context.Context, target, capture *int64, reason string, r edition.LogRecord, left []byte) error {
	record, err := r.Bytes()
	if err != nil {
		return err
	}
	_, err = l.tx.Exec(ctx, `SELECT erase($1, $2, $3, $4, $5, $6, $7)`, target, capture, reason, l.index, record, l.prev[:], left)
	if err != nil {
		return err
	}
	l.index++
	l.prev = edition.RecordHash(record)
	return nil
}

// Erase takes the body of an edition away, for a reason that readers see. Its record, its hash and its place in the log
// stay, a record of the erasure is appended, and what readers see of it is purged; if it is the latest of its fact, the
// fact is on no page until it is published again. Editions for the newsroom with the same content are erased with it. What
// was erased may be erased again, for another reason. The errors are [ErrReason] and [ErrNotFound].
func (s *Store) Erase(ctx context.Context, actor string, fact narrative.Slug, number int, reason string) (err error) {
	defer wrap(&err, "Erase(%q, %d)", fact, number)

	return s.erasing(ctx, reason, func(tx pgx.Tx, log *openedLog, now edition.Redaction) error {
		var target, id int64
		var record, body []byte
		err := tx.QueryRow(ctx, `
			SELECT l.index, l.record, b.body, f.id
			FROM editions e
			JOIN facts f ON f.id = e.fact
			JOIN log l ON l.index = e.log_index
			JOIN edition_bodies b ON b.log_index = e.log_index
			WHERE f.slug = $1 AND e.number = $2`, fact, number).Scan(&target, &record, &body, &id)
		if err != nil {
			return err
		}
		erased, err := edition.ReadRecord(record)
		if err != nil {
			return err
		}
		before, err := edition.ReadRedactions(body)
		if err != nil {
			before = nil // it is whole
		}
		left, err := edition.Redacted(append(before, now)...)
		if err != nil {
			return err
		}
		r, err := edition.NewErasure(erased, left, log.index, log.prev)
		if err != nil {
			return err
		}
		if err := log.erase(ctx, &target, nil, reason, r, left); err != nil {
			return err
		}
		if err := eraseInNewsroom(ctx, tx, id, body, now); err != nil {
			return err
		}
		return insertErasureAudit(ctx, tx, actor, narrative.KindFact, string(fact), fmt.Sprintf("edition %d", number), reason)
	})
}

// withheld is what is left of a captured text.
const withheld = "[withheld]"

// EraseText takes the full texts of an article away, with the bytes that were received, for a reason; its claims are
// anchored in the excerpt again. The errors are [ErrReason] and, where there is no full text, [ErrNotFound].
func (s *Store) EraseText(ctx context.Context, actor string, article narrative.Slug, reason string) (err error) {
	defer wrap(&err, "EraseText(%q)", article)

	return s.erasing(ctx, reason, func(tx pgx.Tx, log *openedLog, now edition.Redaction) error {
		type numbered struct {
			ID     int64
			Kind   string
			Number int
			Erased bool
		}
		rows, _ := tx.Query(ctx, `
			SELECT c.id, c.kind, row_number() OVER (ORDER BY c.id) AS number,
				EXISTS (SELECT FROM erasures e WHERE e.capture = c.id) AS erased
			FROM captures c
			WHERE c.article = $1
			ORDER BY c.id`, article)
		captures, err := pgx.CollectRows(rows, pgx.RowToStructByName[numbered])
		if err != nil {
			return err
		}
		var excerpts []int64
		for _, c := range captures {
			if c.Kind == "excerpt" && !c.Erased {
				excerpts = append(excerpts[:0], c.ID)
			}
		}
		if err := makeCurrent(ctx, tx, excerpts); err != nil {
			return err
		}
		at, err := time.Parse(time.RFC3339, now.On)
		if err != nil {
			return err
		}
		found := false
		for _, c := range captures {
			if c.Kind != "full" || c.Erased {
				continue
			}
			found = true
			if err := log.eraseText(ctx, article, c.Number, c.ID, reason, at); err != nil {
				return err
			}
		}
		if !found {
			return ErrNotFound
		}
		if err := insertErasureAudit(ctx, tx, actor, narrative.KindArticle, string(article), "full text", reason); err != nil {
			return err
		}
		return projectPassages(ctx, tx, []narrative.Slug{article})
	})
}

// eraseText takes away the text of a capture, which has a number among those of its article. With it go all texts of the
// articles that became part of that one: they have its words. What this transaction has taken away already is left.
func (l *openedLog) eraseText(ctx context.Context, article narrative.Slug, number int, capture int64, reason string, at time.Time) error {
	type text struct {
		Article narrative.Slug
		Number  int
		Capture int64
	}
	var gone bool
	err := l.tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM erasures WHERE capture = $1 AND xact = pg_current_xact_id())`, capture).Scan(&gone)
	if err != nil || gone {
		return err
	}
	rows, _ := l.tx.Query(ctx, `
		SELECT article, number, capture
		FROM (
			SELECT c.article, c.id AS capture, row_number() OVER (PARTITION BY c.article ORDER BY c.id) AS number
			FROM captures c
			JOIN articles a ON a.slug = c.article
			WHERE a.merged_into = $1) AS merged
		WHERE NOT EXISTS (SELECT FROM erasures e WHERE e.capture = merged.capture)
		ORDER BY capture`, article)
	merged, err := pgx.CollectRows(rows, pgx.RowToStructByPos[text])
	if err != nil {
		return err
	}
	for _, t := range append(merged, text{article, number, capture}) {
		r := edition.NewTextErasure(string(t.Article), t.Number, []byte(withheld), at, l.index, l.prev)
		if err := l.erase(ctx, nil, &t.Capture, reason, r, []byte(withheld)); err != nil {
			return err
		}
	}
	return nil
}

// erasing runs an erasure in a transaction of its own, at the end of the log.
func (s *Store) erasing(ctx context.Context, reason string, erase func(pgx.Tx, *openedLog, edition.Redaction) error) error {
	if strings.TrimSpace(reason) == "" {
		return ErrReason
	}
	return s.longWork(ctx, func(tx pgx.Tx) error {
		log, err := openLog(ctx, tx)
		if err != nil {
			return err
		}
		if err := erase(tx, log, edition.Redaction{On: time.Now().UTC().Format(time.RFC3339), Reason: reason}); err != nil {
			return err
		}
		return raiseGeneration(ctx, tx)
	})
}

func insertErasureAudit(ctx context.Context, tx pgx.Tx, actor string, kind narrative.Kind, key, what, why string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO audit_log (actor, kind, key, action, before, why)
		VALUES ($1, $2, $3, 'erase', $4, $5)`, actor, kind, key, what, why)
	return err
}
