package store

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// logEntries yields the entries of the log in order, with the bodies as they are now.
func logEntries(ctx context.Context, tx pgx.Tx) iter.Seq2[edition.Entry, error] {
	return func(yield func(edition.Entry, error) bool) {
		rows, err := tx.Query(ctx, `
			SELECT l.record, b.body
			FROM log l
			LEFT JOIN edition_bodies b ON b.log_index = l.index
			ORDER BY l.index`)
		if err != nil {
			yield(edition.Entry{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var e edition.Entry
			if err := rows.Scan(&e.Record, &e.Body); err != nil {
				yield(edition.Entry{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(edition.Entry{}, err)
		}
	}
}

// Entries calls each with every entry of the log in order, from one snapshot of the database. It stops at the first
// error and returns it.
func (s *Store) Entries(ctx context.Context, each func(edition.Entry) error) (err error) {
	defer wrap(&err, "Entries()")

	return pgx.BeginTxFunc(ctx, s.desk, snapshot, func(tx pgx.Tx) error {
		for e, err := range logEntries(ctx, tx) {
			if err != nil {
				return err
			}
			if err := each(e); err != nil {
				return err
			}
		}
		return nil
	})
}

var snapshot = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}

// Verify recomputes all hashes of the log, its chain and its editions, compares the tables of editions with their
// records, rebuilds the reading projection and compares it with what readers see. The error is an
// [*edition.Fault] that names the first bad one.
func (s *Store) Verify(ctx context.Context) (report edition.Report, err error) {
	defer wrap(&err, "Verify()")

	// The projection is rebuilt in a transaction that is rolled back.
	tx, err := s.desk.Begin(ctx)
	if err != nil {
		return report, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	return verify(ctx, tx)
}

// verify does the work of [Store.Verify] in a transaction, in which it leaves the projection rebuilt.
func verify(ctx context.Context, tx pgx.Tx) (report edition.Report, err error) {
	if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0`); err != nil {
		return report, err
	}
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('counterclaim.log'))`); err != nil {
		return report, err
	}
	if report, err = edition.Verify(logEntries(ctx, tx)); err != nil {
		return report, err
	}
	if err := verifyTables(ctx, tx); err != nil {
		return report, err
	}
	return report, verifyProjection(ctx, tx)
}

// verifyTables compares what the tables say of editions with the records of the log.
func verifyTables(ctx context.Context, tx pgx.Tx) error {
	rows, _ := tx.Query(ctx, `
		SELECT coalesce(l.index, e.log_index) AS log_index, coalesce(l.record ->> 'fact', '') AS fact,
			coalesce((l.record ->> 'number')::integer, e.number, 0) AS number,
			'the tables say otherwise than its record' AS problem
		FROM (SELECT index, hash = sha256('\x00'::bytea || record) AS whole, convert_from(record, 'UTF8')::jsonb AS record FROM log) AS l
		FULL JOIN editions e ON e.log_index = l.index
		WHERE NOT l.whole
			OR (l.record ->> 'type' = 'edition' OR e.log_index IS NOT NULL)
				AND (e.number, encode(e.body_sha256, 'hex'), encode(e.content_sha256, 'hex'), e.published_at)
					IS DISTINCT FROM ((l.record ->> 'number')::integer, l.record ->> 'body_sha256',
						l.record ->> 'content_sha256', (l.record ->> 'at')::timestamptz)
		ORDER BY 1
		LIMIT 1`)
	faults, err := pgx.CollectRows(rows, pgx.RowToStructByName[edition.Fault])
	if err == nil && len(faults) > 0 {
		return &faults[0]
	}
	return err
}

// projected are the tables of the projection that are drawn from editions.
var projected = []string{"published_editions", "published_facts", "published_claims", "published_nouns"}

// verifyProjection rebuilds the projection in tx, which the caller rolls back, and compares.
func verifyProjection(ctx context.Context, tx pgx.Tx) error {
	for _, table := range projected {
		if _, err := tx.Exec(ctx, `CREATE TEMP TABLE was_`+table+` ON COMMIT DROP AS SELECT * FROM `+table); err != nil {
			return err
		}
	}
	if err := rebuildProjection(ctx, tx); err != nil {
		return err
	}
	for _, table := range projected {
		rows, _ := tx.Query(ctx, `
			SELECT log_index, fact, number, 'what readers see of it is not what the edition says: `+table+`' AS problem
			FROM (
				SELECT log_index, '' AS fact, 0 AS number FROM (SELECT * FROM `+table+` EXCEPT SELECT * FROM was_`+table+`) AS new
				UNION ALL
				SELECT log_index, '' AS fact, 0 AS number FROM (SELECT * FROM was_`+table+` EXCEPT SELECT * FROM `+table+`) AS was
			) AS differing
			ORDER BY 1
			LIMIT 1`)
		faults, err := pgx.CollectRows(rows, pgx.RowToStructByName[edition.Fault])
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			return &faults[0]
		}
	}
	return nil
}

// projectAll draws the projection of every edition that has not been erased, the latest of each fact last.
func projectAll(ctx context.Context, tx pgx.Tx) error {
	type sealed struct {
		Fact     int64
		LogIndex int64
		Body     []byte
	}
	for after := int64(-1); ; {
		rows, _ := tx.Query(ctx, `
			SELECT e.fact, e.log_index, b.body
			FROM editions e
			JOIN edition_bodies b USING (log_index)
			WHERE e.log_index > $1 AND NOT EXISTS (SELECT FROM erasures x WHERE x.edition = e.log_index)
			ORDER BY e.log_index
			LIMIT 100`, after)
		some, err := pgx.CollectRows(rows, pgx.RowToStructByName[sealed])
		if err != nil || len(some) == 0 {
			return err
		}
		for _, e := range some {
			if err := project(ctx, tx, e.Fact, e.Body, e.LogIndex); err != nil {
				return err
			}
			after = e.LogIndex
		}
	}
}

// rebuildProjection draws all that readers see anew from the editions.
func rebuildProjection(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM published_facts; DELETE FROM published_editions`); err != nil {
		return err
	}
	if err := projectAll(ctx, tx); err != nil {
		return err
	}
	// A fact whose latest edition was erased is not on readers' pages.
	if _, err := tx.Exec(ctx, `
		DELETE FROM published_facts p
		WHERE EXISTS (
			SELECT FROM editions e
			JOIN erasures x ON x.edition = e.log_index
			WHERE e.fact = p.fact_id AND e.log_index > p.log_index)`); err != nil {
		return err
	}
	rows, _ := tx.Query(ctx, `SELECT slug FROM articles ORDER BY slug`)
	articles, err := pgx.CollectRows(rows, pgx.RowTo[narrative.Slug])
	if err != nil {
		return err
	}
	return projectPassages(ctx, tx, articles)
}
