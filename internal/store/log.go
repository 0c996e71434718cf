package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// ErrOtherLog says that an archive's log is not a continuation of the database's.
var ErrOtherLog = errors.New("another log")

// Restore appends to the log those of the given entries that it does not have yet, as they are, and draws the reading
// projection of their facts. The entries are a whole log in its order, of which the database's own must be a beginning;
// their facts must be in the tables. It returns how many entries were new. The errors are [ErrOtherLog], [ErrNotFound]
// for a fact, and [*edition.Fault] for entries that do not verify.
func (s *Store) Restore(ctx context.Context, entries iter.Seq2[edition.Entry, error]) (added int, err error) {
	defer wrap(&err, "Restore()")

	err = s.longWork(ctx, func(tx pgx.Tx) error {
		log, err := openLog(ctx, tx)
		if err != nil {
			return err
		}
		have := log.index
		if err := log.restore(ctx, entries); err != nil {
			return err
		}
		if added = int(log.index - have); added == 0 {
			return nil
		}
		if err := rebuildProjection(ctx, tx); err != nil {
			return err
		}
		_, err = edition.Verify(logEntries(ctx, tx))
		return err
	})
	return added, err
}

// restore appends the entries beyond the end of the log and compares those before it.
func (l *openedLog) restore(ctx context.Context, entries iter.Seq2[edition.Entry, error]) error {
	rows, _ := l.tx.Query(ctx, `SELECT hash FROM log ORDER BY index`)
	ours, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return err
	}
	r := restoration{openedLog: l, erased: make(map[string][]byte)}
	i := 0
	for e, err := range entries {
		if err != nil {
			return err
		}
		if i >= len(ours) {
			if err := r.entry(ctx, e); err != nil {
				return err
			}
		} else if hash := edition.RecordHash(e.Record); !bytes.Equal(ours[i], hash[:]) {
			return fmt.Errorf("%w: entry %d differs", ErrOtherLog, i)
		}
		i++
	}
	if i < len(ours) {
		return fmt.Errorf("%w: it has %d entries, the database %d", ErrOtherLog, i, len(ours))
	}
	return nil
}

// A restoration appends the entries of an archive.
type restoration struct {
	*openedLog
	erased map[string][]byte // what is left of erased bodies, by log index
}

// entry appends one entry. An edition whose body was erased gets what is left of it with the entry that records so.
func (l *restoration) entry(ctx context.Context, e edition.Entry) error {
	r, err := edition.ReadRecord(e.Record)
	if err != nil {
		return &edition.Fault{LogIndex: l.index, Problem: err.Error()}
	}
	if r.LogIndex != strconv.FormatInt(l.index, 10) || r.Prev != l.prev.String() {
		return &edition.Fault{LogIndex: l.index, Fact: r.Fact, Number: r.Number, Problem: "it does not go on from the entry before"}
	}
	switch r.Type {
	case edition.ErasureRecord:
		return l.erasure(ctx, r)
	case edition.TextErasureRecord: // the archive has no such text
		return l.add(ctx, e.Record)
	}
	if _, err := edition.ReadRedactions(e.Body); err == nil {
		l.erased[r.LogIndex] = e.Body
	}
	var fact int64
	err = l.tx.QueryRow(ctx, `SELECT id FROM facts WHERE key = $1`, r.Fact).Scan(&fact)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("%w: fact %q of entry %d", ErrNotFound, r.Fact, l.index)
	}
	if err != nil {
		return err
	}
	return l.insert(ctx, fact, r, e.Record, e.Body)
}

// erasure appends the record of an erasure. What it left is what the archive has, unless the edition was erased again.
func (l *restoration) erasure(ctx context.Context, r edition.LogRecord) error {
	fault := &edition.Fault{LogIndex: l.index, Fact: r.Fact, Number: r.Number, Problem: "what it erases is not erased"}
	left := l.erased[r.Target]
	redactions, err := edition.ReadRedactions(left)
	if err != nil {
		return fault
	}
	target, err := strconv.ParseInt(r.Target, 10, 64)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(redactions, func(d edition.Redaction) bool { return d.On == r.At })
	if i < 0 {
		return fault
	}
	if edition.HashOf(left).String() != r.BodySHA256 {
		left = nil
	}
	return l.erase(ctx, &target, nil, redactions[i].Reason, r, left)
}

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
// fact is on no page until it is published again. What was erased may be erased again, for another reason. The errors
// are [ErrReason] and [ErrNotFound].
func (s *Store) Erase(ctx context.Context, actor string, fact narrative.Slug, number int, reason string) (err error) {
	defer wrap(&err, "Erase(%q, %d)", fact, number)

	return s.erasing(ctx, reason, func(tx pgx.Tx, log *openedLog, now edition.Redaction) error {
		var target int64
		var record, body []byte
		err := tx.QueryRow(ctx, `
			SELECT l.index, l.record, b.body
			FROM editions e
			JOIN facts f ON f.id = e.fact
			JOIN log l ON l.index = e.log_index
			JOIN edition_bodies b ON b.log_index = e.log_index
			WHERE f.slug = $1 AND e.number = $2`, fact, number).Scan(&target, &record, &body)
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
			r := edition.NewTextErasure(string(article), c.Number, []byte(withheld), at, log.index, log.prev)
			if err := log.erase(ctx, nil, &c.ID, reason, r, []byte(withheld)); err != nil {
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
