package store

import (
	"context"
	"fmt"
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
		if err := takeTime(ctx, tx); err != nil {
			return err
		}
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

// takeTime lets the statements of a transaction take as long as they need.
func takeTime(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0`)
	return err
}

// Verify recomputes all hashes of the log, its chain, its tree and its editions, compares the tables of editions with their
// records, recomputes the hashes of all editions for the newsroom, draws the reading projection anew and compares it with what
// readers see. It looks at one snapshot of the database, writes nothing but temporary tables, and holds nobody up. The error
// is an [*edition.Fault] that names the first bad one.
func (s *Store) Verify(ctx context.Context) (report edition.Report, err error) {
	defer wrap(&err, "Verify()")

	tx, err := s.desk.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	if err != nil {
		return report, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	return verify(ctx, tx)
}

// verify does the work of [Store.Verify] in a transaction, in which the names of the projection then stand for the one
// drawn anew. The caller rolls it back.
func verify(ctx context.Context, tx pgx.Tx) (report edition.Report, err error) {
	if err := takeTime(ctx, tx); err != nil {
		return report, err
	}
	if report, err = edition.Verify(logEntries(ctx, tx)); err != nil {
		return report, err
	}
	if err := verifyTables(ctx, tx); err != nil {
		return report, err
	}
	if err := verifyTree(ctx, tx); err != nil {
		return report, err
	}
	if report.Newsroom, err = verifyNewsroom(ctx, tx); err != nil {
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
		FROM (
			SELECT index, convert_from(record, 'UTF8')::jsonb AS record,
				(hash, encode(prev, 'hex')) = (sha256('\x00'::bytea || record), convert_from(record, 'UTF8')::jsonb ->> 'prev') AS whole
			FROM log) AS l
		FULL JOIN editions e ON e.log_index = l.index
		LEFT JOIN facts f ON f.id = e.fact
		WHERE NOT l.whole
			OR (l.record ->> 'type' = 'edition' OR e.log_index IS NOT NULL)
				AND (e.number, encode(e.body_sha256, 'hex'), e.published_at, f.key)
					IS DISTINCT FROM ((l.record ->> 'number')::integer, l.record ->> 'body_sha256',
						(l.record ->> 'at')::timestamptz, l.record ->> 'fact')
		ORDER BY 1
		LIMIT 1`)
	faults, err := pgx.CollectRows(rows, pgx.RowToStructByName[edition.Fault])
	if err == nil && len(faults) > 0 {
		return &faults[0]
	}
	return err
}

// differing finds what readers see of a table of the projection and the editions do not say, or the other way round.
const differing = `
	SELECT log_index, '' AS fact, 0 AS number, 'what readers see of it is not what the edition says' AS problem
	FROM (
		SELECT log_index FROM (SELECT %[2]s FROM %[1]s EXCEPT SELECT %[2]s FROM public.%[1]s) AS now
		UNION ALL
		SELECT log_index FROM (SELECT %[2]s FROM public.%[1]s EXCEPT SELECT %[2]s FROM %[1]s) AS was
	) AS differing
	ORDER BY 1
	LIMIT 1`

// projected are the tables of the projection that are drawn from editions, with the columns that come from there.
var projected = []struct{ table, columns string }{
	{"published_editions", "log_index, fact_id, number, published_at, kind, reason, title, claims, slug, goes_on, review"},
	{"published_facts", "fact, fact_id, log_index, number, published_at, dispute, latest_claim, row"},
	{"published_claims", `fact, code, log_index, ordinal, source, attributed_to, party, outlet, article, event,
		said_earliest, said_latest, row`},
	{"published_nouns", "kind, slug, fact, log_index, doc"},
	{"published_texts", `article, text, coalesce((
		SELECT max(log_index) FROM public.published_nouns WHERE kind = 'article' AND slug = article), 0) AS log_index`},
}

// verifyProjection draws the projection anew in temporary tables, which hide those that readers see, and compares.
func verifyProjection(ctx context.Context, tx pgx.Tx) error {
	for _, table := range []string{"published_facts", "published_claims", "published_nouns", "published_editions",
		"published_slugs", "published_texts", "generation"} {
		_, err := tx.Exec(ctx, fmt.Sprintf(`CREATE TEMP TABLE %[1]s (LIKE public.%[1]s INCLUDING ALL) ON COMMIT DROP`, table))
		if err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `
		ALTER TABLE pg_temp.published_claims ADD FOREIGN KEY (fact) REFERENCES pg_temp.published_facts ON DELETE CASCADE;
		ALTER TABLE pg_temp.published_nouns ADD FOREIGN KEY (fact) REFERENCES pg_temp.published_facts ON DELETE CASCADE;
		SET LOCAL search_path = pg_temp, public`); err != nil {
		return err
	}
	if err := rebuildProjection(ctx, tx); err != nil {
		return err
	}
	for _, p := range projected {
		if err := firstFault(ctx, tx, fmt.Sprintf(differing, p.table, p.columns)); err != nil {
			return err
		}
	}
	// Slugs of editions that have been erased since are still there.
	if err := firstFault(ctx, tx, `
		SELECT f.log_index, '' AS fact, 0 AS number, 'the address ' || s.slug || ' does not lead to it' AS problem
		FROM published_slugs s
		JOIN LATERAL (SELECT max(log_index) AS log_index FROM editions WHERE fact = s.fact_id) AS f ON true
		WHERE NOT EXISTS (SELECT FROM public.published_slugs p WHERE (p.slug, p.fact_id) = (s.slug, s.fact_id))
		ORDER BY 1
		LIMIT 1`); err != nil {
		return err
	}
	// Where passages stand comes from the anchors; a claim that the desk has given other words since is left as it was.
	return firstFault(ctx, tx, `
		SELECT now.log_index, now.fact, (now.row ->> 'number')::integer AS number,
			'claim ' || now.code || ' does not stand where readers see it' AS problem
		FROM published_claims AS now
		JOIN public.published_claims AS was USING (fact, code)
		JOIN claims c USING (code)
		WHERE (now.block, now.starts, now.ends, now.sentence) <> (was.block, was.starts, was.ends, was.sentence)
			AND now.row #> '{claim,segments}' = to_jsonb(c.words)
		ORDER BY 1
		LIMIT 1`)
}

// firstFault returns what a query finds wrong, if anything.
func firstFault(ctx context.Context, tx pgx.Tx, sql string) error {
	rows, _ := tx.Query(ctx, sql)
	faults, err := pgx.CollectRows(rows, pgx.RowToStructByName[edition.Fault])
	if err == nil && len(faults) > 0 {
		return &faults[0]
	}
	return err
}

// projectAll draws the projection of every edition of which something is left, the latest of each fact last.
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
			WHERE e.log_index > $1 AND NOT EXISTS (SELECT FROM erasures x WHERE x.edition = e.log_index AND NOT x.leaves)
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
	// A fact whose latest edition was erased whole is not on readers' pages.
	if _, err := tx.Exec(ctx, `
		DELETE FROM published_facts p
		WHERE EXISTS (
			SELECT FROM editions e
			JOIN erasures x ON x.edition = e.log_index AND NOT x.leaves
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
