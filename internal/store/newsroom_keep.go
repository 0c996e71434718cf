package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
)

// A newsroomBody is an edition for the newsroom as it is kept.
type newsroomBody struct {
	Fact   int64
	Number int
	Note   string
	Body   []byte
}

// eachNewsroomBody calls each with every edition for the newsroom, of one fact or, for 0, of all.
func eachNewsroomBody(ctx context.Context, tx pgx.Tx, fact int64, each func(newsroomBody) error) error {
	last := newsroomBody{}
	for {
		rows, _ := tx.Query(ctx, `
			SELECT fact, number, note, body
			FROM newsroom_editions
			WHERE ($1 = 0 OR fact = $1) AND (fact, number) > ($2, $3)
			ORDER BY fact, number
			LIMIT 50`, fact, last.Fact, last.Number)
		some, err := pgx.CollectRows(rows, pgx.RowToStructByName[newsroomBody])
		if err != nil || len(some) == 0 {
			return err
		}
		for _, b := range some {
			if err := each(b); err != nil {
				return err
			}
		}
		last = some[len(some)-1]
	}
}

// redactNewsroom puts what is left in the place of an edition for the newsroom and its note.
func redactNewsroom(ctx context.Context, tx pgx.Tx, b newsroomBody, left []byte, note string) error {
	_, err := tx.Exec(ctx, `SELECT redact_newsroom($1, $2, $3, $4)`, b.Fact, b.Number, left, note)
	return err
}

// eraseInNewsroom erases a fact's editions for the newsroom that have the content of an erased edition.
func eraseInNewsroom(ctx context.Context, tx pgx.Tx, fact int64, erased []byte, now edition.Redaction) error {
	public, err := edition.Read(erased)
	if errors.Is(err, edition.ErrRedacted) {
		return nil // its copies were erased with it
	}
	if err != nil {
		return err
	}
	hash, err := public.Content.Hash()
	if err != nil {
		return err
	}
	return eachNewsroomBody(ctx, tx, fact, func(b newsroomBody) error {
		same, err := draft{hash: hash}.isLike(b.Body)
		if err != nil || !same {
			return err
		}
		left, err := edition.Redacted(now)
		if err != nil {
			return err
		}
		return redactNewsroom(ctx, tx, b, left, "")
	})
}

// verifyNewsroom recomputes the hashes of all editions for the newsroom.
func verifyNewsroom(ctx context.Context, tx pgx.Tx) (edition.NewsroomReport, error) {
	rows, _ := tx.Query(ctx, `SELECT taken_down FROM takedowns UNION SELECT erased_at FROM erasures`)
	moments, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		return edition.NewsroomReport{}, err
	}
	record := make(map[string]bool, len(moments))
	for _, at := range moments {
		record[at.UTC().Format(time.RFC3339)] = true
	}
	return edition.VerifyNewsroom(newsroomEntries(ctx, tx), record)
}

// newsroomEntries yields all editions for the newsroom, fact by fact.
func newsroomEntries(ctx context.Context, tx pgx.Tx) iter.Seq2[edition.NewsroomEntry, error] {
	return func(yield func(edition.NewsroomEntry, error) bool) {
		rows, err := tx.Query(ctx, `
			SELECT f.slug, ARRAY(SELECT name FROM names WHERE kind = 'fact' AND f.slug IN (name, target)), n.number, n.made_at, n.note,
				n.body_sha256, n.body, n.withheld_at IS NOT NULL
			FROM newsroom_editions n
			JOIN facts f ON f.id = n.fact
			ORDER BY f.slug, n.number`)
		if err != nil {
			yield(edition.NewsroomEntry{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var e edition.NewsroomEntry
			var hash []byte
			if err := rows.Scan(&e.Fact, &e.Names, &e.Number, &e.At, &e.Note, &hash, &e.Body, &e.Withheld); err != nil {
				yield(edition.NewsroomEntry{}, err)
				return
			}
			copy(e.Hash[:], hash)
			if !yield(e, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(edition.NewsroomEntry{}, err)
		}
	}
}
