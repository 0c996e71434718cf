package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A sealedBody is an edition as it is kept.
type sealedBody struct {
	Fact     int64
	LogIndex int64
	Record   []byte
	Body     []byte
}

// eachBody calls each with every edition of the log, in order.
func (w *takingDown) eachBody(ctx context.Context, each func(sealedBody) error) error {
	for after := int64(-1); ; {
		rows, _ := w.log.tx.Query(ctx, `
			SELECT e.fact, e.log_index, l.record, b.body
			FROM editions e
			JOIN log l ON l.index = e.log_index
			JOIN edition_bodies b ON b.log_index = e.log_index
			WHERE e.log_index > $1
			ORDER BY e.log_index
			LIMIT 50`, after)
		some, err := pgx.CollectRows(rows, pgx.RowToStructByName[sealedBody])
		if err != nil || len(some) == 0 {
			return err
		}
		for _, b := range some {
			if err := each(b); err != nil {
				return err
			}
			after = b.LogIndex
		}
	}
}

// redactEditions erases the thing from every edition that holds it, and returns what is left of them.
func (w *takingDown) redactEditions(ctx context.Context) (left []sealedBody, err error) {
	err = w.eachBody(ctx, func(b sealedBody) error {
		body, held, err := w.thing.Apply(b.Body, w.now)
		if err != nil || !held {
			return err
		}
		erased, err := edition.ReadRecord(b.Record)
		if err != nil {
			return err
		}
		r, err := edition.NewErasure(erased, body, w.log.index, w.log.prev)
		if err != nil {
			return err
		}
		if err := w.log.erase(ctx, &b.LogIndex, nil, w.asked.Reason, r, body); err != nil {
			return err
		}
		b.Body = body
		left = append(left, b)
		w.done.Editions = append(w.done.Editions, RedactedEdition{erased.Fact, erased.Number})
		return w.withheldIn(body)
	})
	return left, err
}

// redactNewsroom takes the thing out of every edition for the newsroom that holds it. These stand in no log.
func (w *takingDown) redactNewsroom(ctx context.Context) error {
	return eachNewsroomBody(ctx, w.log.tx, 0, func(b newsroomBody) error {
		body, held, err := w.thing.Apply(b.Body, w.now)
		if err != nil || !held {
			return err
		}
		left, err := edition.ReadNewsroom(body)
		if err != nil {
			return err
		}
		w.done.Newsroom = append(w.done.Newsroom, RedactedEdition{left.Fact, left.Number})
		return redactNewsroom(ctx, w.log.tx, b, body, left.Reason)
	})
}

// withheldIn notes the claims whose words were withheld by this takedown.
func (w *takingDown) withheldIn(body []byte) error {
	b, err := edition.Read(body)
	if err != nil {
		return err
	}
	for _, c := range b.Content.Claims {
		if code := narrative.Code(c.Code); c.Withheld == w.now && !slices.Contains(w.done.Withheld, code) {
			w.done.Withheld = append(w.done.Withheld, code)
		}
	}
	return nil
}

// project draws what readers see from what is left of the editions, and their passages from the anchors that are left.
func (w *takingDown) project(ctx context.Context, left []sealedBody) error {
	var articles []narrative.Slug
	for _, b := range left {
		body, err := edition.Read(b.Body)
		if err != nil {
			return err
		}
		var batch pgx.Batch
		listEdition(&batch, b.Fact, body, b.LogIndex)
		if err := w.log.tx.SendBatch(ctx, &batch).Close(); err != nil {
			return err
		}
		var isLatest bool
		err = w.log.tx.QueryRow(ctx, `SELECT max(log_index) = $2 FROM editions WHERE fact = $1`, b.Fact, b.LogIndex).Scan(&isLatest)
		if err != nil {
			return err
		}
		if isLatest {
			if err := project(ctx, w.log.tx, b.Fact, b.Body, b.LogIndex); err != nil {
				return err
			}
		}
		for _, a := range body.Content.Articles {
			articles = append(articles, narrative.Slug(a.Slug))
		}
	}
	articles = append(articles, w.desk.articles()...)
	slices.Sort(articles)
	articles = slices.Compact(articles)
	// A sentence stands there only while the whole text that it is from does.
	if _, err := w.log.tx.Exec(ctx, `UPDATE published_claims SET sentence = '' WHERE sentence <> '' AND article = ANY ($1)`, articles); err != nil {
		return err
	}
	return projectPassages(ctx, w.log.tx, articles)
}
