package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
)

// ErrOtherLog says that an archive's log is not a continuation of the database's.
var ErrOtherLog = errors.New("another log")

// Restore appends to the log those of the given entries that it does not have yet, as they are, and draws the reading
// projection of their facts. The entries are a whole log in its order, of which the database's own must be a beginning;
// their facts must be in the tables. It returns how many entries were new. The errors are [ErrOtherLog], [ErrNotFound]
// for a fact, and [*edition.Fault] for entries that do not verify; then nothing is restored.
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
		return raiseGeneration(ctx, tx)
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// restore appends the entries beyond the end of the log and compares those before it. Each is verified before it is
// looked at.
func (l *openedLog) restore(ctx context.Context, entries iter.Seq2[edition.Entry, error]) error {
	rows, _ := l.tx.Query(ctx, `SELECT hash FROM log ORDER BY index`)
	ours, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return err
	}
	r := restoration{openedLog: l, erased: make(map[string]*erased)}
	count := 0
	var failed error
	_, err = edition.Verify(func(yield func(edition.Entry, error) bool) {
		for e, err := range entries {
			if !yield(e, err) || err != nil {
				return
			}
			hash := edition.RecordHash(e.Record)
			isNew := count >= len(ours)
			if !isNew && !bytes.Equal(ours[count], hash[:]) {
				failed = fmt.Errorf("%w: entry %d differs", ErrOtherLog, count)
			} else {
				failed = r.entry(ctx, e, isNew)
			}
			if failed != nil {
				return
			}
			count++
		}
	})
	switch {
	case failed != nil:
		return failed
	case err == nil && count < len(ours):
		return fmt.Errorf("%w: it has %d entries, the database %d", ErrOtherLog, count, len(ours))
	}
	return err
}

// A restoration appends the entries of an archive.
type restoration struct {
	*openedLog
	erased map[string]*erased // by log index
}

// erased is an edition whose body the archive does not have.
type erased struct {
	left  []byte // in its place, by the last of its erasures
	count int    // of its erasures so far
}

// entry takes one verified entry, and appends it if the log does not have it yet. An edition whose body was erased gets
// what is left of it with the entry that records so.
func (l *restoration) entry(ctx context.Context, e edition.Entry, isNew bool) error {
	r, err := edition.ReadRecord(e.Record)
	if err != nil {
		return err
	}
	if _, err := edition.ReadRedactions(e.Body); err == nil {
		l.erased[r.LogIndex] = &erased{left: e.Body}
	}
	switch {
	case r.Type == edition.ErasureRecord:
		return l.erasure(ctx, r, isNew)
	case !isNew:
		return nil
	case r.Type == edition.TextErasureRecord: // the archive has no such text
		return l.add(ctx, e.Record)
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

// erasure takes the record of an erasure, whose reason stands in what is left of the body. That takes the body's place
// with the last erasure, whose record names its hash.
func (l *restoration) erasure(ctx context.Context, r edition.LogRecord, isNew bool) error {
	e := l.erased[r.Target] // there, since the entries verify
	redactions, err := edition.ReadRedactions(e.left)
	if err != nil {
		return err
	}
	if e.count >= len(redactions) || redactions[e.count].On != r.At {
		index, err := strconv.ParseInt(r.LogIndex, 10, 64)
		if err != nil {
			return err
		}
		return &edition.Fault{LogIndex: index, Fact: r.Fact, Number: r.Number, Problem: "what is left of the body does not tell of this erasure"}
	}
	reason := redactions[e.count].Reason
	e.count++
	if !isNew {
		return nil
	}
	left := e.left
	if edition.HashOf(left).String() != r.BodySHA256 {
		left = nil
	}
	target, err := strconv.ParseInt(r.Target, 10, 64)
	if err != nil {
		return err
	}
	return l.erase(ctx, &target, nil, reason, r, left)
}
