package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
)

// ErrOtherKey says that the heads of the log are signed with another key.
var ErrOtherKey = errors.New("the log has another key")

// Tree returns the Merkle tree over the log as it is now, with as many of its nodes as it takes for its head, for the
// head that it had with any of the given numbers of entries, and for proofs of the entries there and between such heads.
// Numbers beyond the log are passed over.
func (s *Store) Tree(ctx context.Context, near ...int64) (tree checkpoint.Tree, err error) {
	defer wrap(&err, "Tree(%d)", near)

	// A proof is made of nodes beside the ways that lead down to such an entry. Each is looked up by itself, so that no
	// plan reads the whole table.
	rows, _ := s.reader.Query(ctx, `
		SELECT size.n, beside.level, beside.index,
			(SELECT t.hash FROM log_tree t WHERE t.level = beside.level AND t.index = beside.index) AS hash
		FROM (SELECT coalesce(max(index) + 1, 0) AS n FROM log) AS size
		LEFT JOIN LATERAL (
			SELECT DISTINCT level, (p >> level) + step AS index
			FROM unnest($1::bigint[] || size.n) AS p, generate_series(0, 62) AS level, generate_series(-1, 1) AS step
			WHERE p BETWEEN 0 AND size.n AND size.n >> level > 0
		) AS beside ON true`, near)
	tree.Nodes = checkpoint.Nodes{}
	var level *int
	var index *int64
	var hash []byte
	_, err = pgx.ForEachRow(rows, []any{&tree.Size, &level, &index, &hash}, func() error {
		if len(hash) == len(checkpoint.Hash{}) {
			tree.Nodes.Put(*level, *index, checkpoint.Hash(hash))
		}
		return nil
	})
	return tree, err
}

// LogKey returns the public part of the key that signs the log's heads, "" if none ever has.
func (s *Store) LogKey(ctx context.Context) (verifier string, err error) {
	defer wrap(&err, "LogKey()")

	err = s.reader.QueryRow(ctx, `SELECT coalesce((SELECT verifier FROM log_key), '')`).Scan(&verifier)
	return verifier, err
}

// SetLogKey says that the heads of the log are signed with the key of this public part. The first that is said stays for
// ever; the error for another is [ErrOtherKey].
func (s *Store) SetLogKey(ctx context.Context, verifier string) (err error) {
	defer wrap(&err, "SetLogKey(%q)", verifier)

	if _, err := s.desk.Exec(ctx, `INSERT INTO log_key (verifier) VALUES ($1) ON CONFLICT DO NOTHING`, verifier); err != nil {
		return err
	}
	var kept string
	if err := s.desk.QueryRow(ctx, `SELECT verifier FROM log_key`).Scan(&kept); err != nil {
		return err
	}
	if kept != verifier {
		return fmt.Errorf("%w: %s", ErrOtherKey, kept)
	}
	return nil
}

// A LogEntry is an entry of the log as readers may see it.
type LogEntry struct {
	edition.LogRecord
	Bytes   []byte // the record as it is kept and hashed
	Title   string // of the edition; "" for an erasure and for an edition that was erased
	Fiction bool   // the edition's dispute was invented for practice
}

// selectEntries begins a query for entries of the log.
const selectEntries = `
	SELECT l.record, coalesce(e.title, '') AS title, ` + inventedEdition + ` AS fiction
	FROM log l
	LEFT JOIN published_editions e ON e.log_index = l.index
	LEFT JOIN published_facts f ON f.fact_id = e.fact_id`

// LogEntry returns the entry of the log at an index from 0. The error is [ErrNotFound].
func (s *Store) LogEntry(ctx context.Context, index int64) (entry LogEntry, err error) {
	defer wrap(&err, "LogEntry(%d)", index)

	var title string
	var fiction bool
	var record []byte
	if err := s.reader.QueryRow(ctx, selectEntries+` WHERE l.index = $1`, index).Scan(&record, &title, &fiction); err != nil {
		return LogEntry{}, err
	}
	return newLogEntry(record, title, fiction)
}

func newLogEntry(record []byte, title string, fiction bool) (LogEntry, error) {
	r, err := edition.ReadRecord(record)
	return LogEntry{r, record, title, fiction}, err
}

// A LogPage is a page of the log, newest first, under its head.
type LogPage struct {
	Head     checkpoint.Head
	Verifier string // see [Store.LogKey]
	Entries  []LogEntry
	More     string // cursor of the next page, "" at the end
}

// Log returns the entries of the log after a cursor, newest first. The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Log(ctx context.Context, cursor string) (page LogPage, err error) {
	defer wrap(&err, "Log(%q)", cursor)

	before := int64(math.MaxInt64)
	if cursor != "" {
		if before, err = strconv.ParseInt(cursor, 10, 64); err != nil || before < 0 {
			return LogPage{}, ErrNotFound
		}
	}
	var size int64
	var peaks, records [][]byte
	var titles []string
	var fictions []bool
	// The peaks are the roots of the whole trees that the log is made of, the largest first.
	err = s.reader.QueryRow(ctx, `
		WITH entries AS (`+selectEntries+`
			WHERE l.index < $1
			ORDER BY l.index DESC
			LIMIT $2)
		SELECT size.n,
			ARRAY(
				SELECT (SELECT t.hash FROM log_tree t WHERE t.level = l AND t.index = (size.n >> l) - 1)
				FROM generate_series(0, 62) AS l
				WHERE (size.n >> l) & 1 = 1
				ORDER BY l DESC),
			coalesce((SELECT verifier FROM log_key), ''),
			ARRAY(SELECT record FROM entries), ARRAY(SELECT title FROM entries), ARRAY(SELECT fiction FROM entries)
		FROM (SELECT coalesce(max(index) + 1, 0) AS n FROM log) AS size`, before, pageSize+1).
		Scan(&size, &peaks, &page.Verifier, &records, &titles, &fictions)
	if err != nil {
		return LogPage{}, err
	}
	if page.Head, err = headOf(size, peaks); err != nil {
		return LogPage{}, err
	}
	for i, record := range records {
		if i == pageSize {
			page.More = page.Entries[i-1].LogIndex
			break
		}
		entry, err := newLogEntry(record, titles[i], fictions[i])
		if err != nil {
			return LogPage{}, err
		}
		page.Entries = append(page.Entries, entry)
	}
	return page, nil
}

// headOf returns the head of a log of a size, whose peaks there are.
func headOf(size int64, peaks [][]byte) (checkpoint.Head, error) {
	tree := checkpoint.Tree{Size: size, Nodes: checkpoint.Nodes{}}
	for level, next := 62, 0; level >= 0 && next < len(peaks); level-- {
		if size>>level&1 == 1 {
			if len(peaks[next]) == len(checkpoint.Hash{}) {
				tree.Nodes.Put(level, size>>level-1, checkpoint.Hash(peaks[next]))
			}
			next++
		}
	}
	return tree.Head()
}

// verifyTree compares the nodes of the tree with what follows from the entries, level by level.
func verifyTree(ctx context.Context, tx pgx.Tx) error {
	return firstFault(ctx, tx, `
		SELECT (((coalesce(want.index, have.index) + 1) << coalesce(want.level, have.level)) - 1) AS log_index, '' AS fact, 0 AS number,
			'node ' || coalesce(want.index, have.index) || ' on level ' || coalesce(want.level, have.level)
				|| ' of the log''s tree does not follow from its entries' AS problem
		FROM (
			SELECT 0 AS level, index, hash
			FROM log
			UNION ALL
			SELECT l.level + 1, l.index / 2, sha256('\x01'::bytea || l.hash || r.hash)
			FROM log_tree l
			JOIN log_tree r ON r.level = l.level AND r.index = l.index + 1
			WHERE l.index % 2 = 0
		) AS want
		FULL JOIN log_tree have ON have.level = want.level AND have.index = want.index
		WHERE want.hash IS DISTINCT FROM have.hash
		ORDER BY coalesce(want.level, have.level), 1
		LIMIT 1`)
}
