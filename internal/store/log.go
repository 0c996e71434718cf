package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
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
	i, end := int64(0), l.index
	for e, err := range entries {
		switch {
		case err != nil:
			return err
		case i < end:
			var ours []byte
			if err := l.tx.QueryRow(ctx, `SELECT record FROM log WHERE index = $1`, i).Scan(&ours); err != nil {
				return err
			}
			if !bytes.Equal(ours, e.Record) {
				return fmt.Errorf("%w: entry %d differs", ErrOtherLog, i)
			}
		default:
			if err := l.restoreEntry(ctx, e); err != nil {
				return err
			}
		}
		i++
	}
	if i < end {
		return fmt.Errorf("%w: it has %d entries, the database %d", ErrOtherLog, i, end)
	}
	return nil
}

// restoreEntry appends one entry. An edition whose body was erased gets its redacted body with the entry that records
// the erasure.
func (l *openedLog) restoreEntry(ctx context.Context, e edition.Entry) error {
	r, err := edition.ReadRecord(e.Record)
	if err != nil {
		return &edition.Fault{LogIndex: l.index, Problem: err.Error()}
	}
	if r.LogIndex != strconv.FormatInt(l.index, 10) || r.Prev != l.prev.String() {
		return &edition.Fault{LogIndex: l.index, Fact: r.Fact, Number: r.Number, Problem: "it does not go on from the entry before"}
	}
	if r.Type == edition.ErasureRecord {
		target, err := strconv.ParseInt(r.Target, 10, 64)
		if err != nil {
			return err
		}
		redacted, err := edition.Redacted(r.Reason, r.At)
		if err != nil {
			return err
		}
		return l.erase(ctx, target, r, redacted)
	}
	var fact int64
	err = l.tx.QueryRow(ctx, `
		SELECT f.id
		FROM facts f
		WHERE f.slug = (
			SELECT coalesce(n.target, n.name) FROM names n WHERE n.kind = 'fact' AND n.name = $1)`, r.Fact).Scan(&fact)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("%w: fact %q of entry %d", ErrNotFound, r.Fact, l.index)
	}
	if err != nil {
		return err
	}
	return l.insert(ctx, fact, r, e.Record, e.Body)
}

// erase appends the record of an erasure and puts the redacted body in the place of the edition's.
func (l *openedLog) erase(ctx context.Context, target int64, r edition.LogRecord, redacted []byte) error {
	record, err := r.Bytes()
	if err != nil {
		return err
	}
	_, err = l.tx.Exec(ctx, `SELECT erase($1, NULL, $2, $3, $4, $5, $6)`, target, r.Reason, l.index, record, l.prev[:], redacted)
	if err != nil {
		return err
	}
	l.index++
	l.prev = edition.RecordHash(record)
	return nil
}

// Erase takes the body of an edition away, for a reason that readers see. Its record, its hashes and its place in the
// log stay, a record of the erasure is appended, and what readers see of it is purged. The errors are [ErrReason],
// [ErrNotFound] and, for one that is erased already, [ErrConflict].
func (s *Store) Erase(ctx context.Context, actor string, fact narrative.Slug, number int, reason string) (err error) {
	defer wrap(&err, "Erase(%q, %d)", fact, number)

	if reason == "" {
		return ErrReason
	}
	return s.longWork(ctx, func(tx pgx.Tx) error {
		log, err := openLog(ctx, tx)
		if err != nil {
			return err
		}
		var target int64
		var record []byte
		err = tx.QueryRow(ctx, `
			SELECT l.index, l.record
			FROM editions e
			JOIN facts f ON f.id = e.fact
			JOIN log l ON l.index = e.log_index
			WHERE f.slug = $1 AND e.number = $2`, fact, number).Scan(&target, &record)
		if err != nil {
			return err
		}
		erased, err := edition.ReadRecord(record)
		if err != nil {
			return err
		}
		redacted, err := edition.Redacted(reason, time.Now().UTC().Format(time.RFC3339))
		if err != nil {
			return err
		}
		r, err := edition.NewErasure(erased, redacted, log.index, log.prev)
		if err != nil {
			return err
		}
		if err := log.erase(ctx, target, r, redacted); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO audit_log (actor, kind, key, action, before, why)
			VALUES ($1, 'fact', $2, 'erase', $3, $4)`, actor, fact, fmt.Sprintf("edition %d", number), reason); err != nil {
			return err
		}
		return raiseGeneration(ctx, tx)
	})
}
