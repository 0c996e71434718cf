package store

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A Memento is an edition of a fact by the moment of its publication (RFC 7089). One that was taken down is none.
type Memento struct {
	Number      int       `json:"number"`
	PublishedAt time.Time `json:"published_at"`
}

// Mementos are the bounds of those of a fact.
type Mementos struct {
	Fact        string // slug of today, or the last one of a fact that is on no list any more
	Fiction     bool   // its dispute was invented for practice
	First, Last Memento
}

// Neighbours are the mementos of a fact round one of its editions.
type Neighbours struct {
	First    Memento `json:"first"` // the zero value if there is none, as of Last
	Last     Memento `json:"last"`
	Previous int     `json:"previous"` // number, 0 if there is none
	Next     int     `json:"next"`
}

// A Moment is what a fact's page showed at a moment.
type Moment struct {
	Mementos
	Chosen Memento
}

// selectMementos asks for the bounds of the mementos of the fact that had the slug $1, as s, f, first and last, which is e too.
const selectMementos = `
	published_slugs s
	LEFT JOIN published_facts f ON f.fact_id = s.fact_id
	JOIN LATERAL (
		SELECT number, published_at
		FROM published_editions
		WHERE fact_id = s.fact_id
		ORDER BY number
		LIMIT 1) AS first ON true
	JOIN LATERAL (
		SELECT number, published_at, slug, log_index
		FROM published_editions
		WHERE fact_id = s.fact_id
		ORDER BY number DESC
		LIMIT 1) AS last ON true
	CROSS JOIN LATERAL (SELECT last.log_index) AS e`

// MementoAt returns the edition that a fact's page showed at a moment, by any slug under which the fact was ever
// published: the latest one that had been published by then, the first for a moment before that, and the latest of all for
// the zero time. The errors are [ErrNotFound], also where every edition was taken down, and [*Moved].
func (s *Store) MementoAt(ctx context.Context, fact string, at time.Time) (m Moment, err error) {
	defer wrap(&err, "MementoAt(%q)", fact)

	err = s.reader.QueryRow(ctx, `
		SELECT coalesce(f.fact, nullif(last.slug, ''), s.slug), `+inventedEdition+`,
			first.number, first.published_at, last.number, last.published_at,
			coalesce(chosen.number, first.number), coalesce(chosen.published_at, first.published_at)
		FROM `+selectMementos+`
		LEFT JOIN LATERAL (
			SELECT number, published_at
			FROM published_editions
			WHERE fact_id = s.fact_id AND ($2::timestamptz IS NULL OR published_at <= $2)
			ORDER BY number DESC
			LIMIT 1) AS chosen ON true
		WHERE s.slug = $1`, fact, optionalTime(at)).Scan(
		&m.Fact, &m.Fiction, &m.First.Number, &m.First.PublishedAt, &m.Last.Number, &m.Last.PublishedAt, &m.Chosen.Number, &m.Chosen.PublishedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return Moment{}, s.moved(ctx, narrative.KindFact, fact)
	}
	return m, err
}

// optionalTime is nil for the zero time.
func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// mementosPage is how many mementos a page of the list has.
const mementosPage = 500

// A MementosPage is a page of the list of a fact's mementos, in the order of time.
type MementosPage struct {
	Mementos
	List []Memento // not empty
	More string    // cursor of the next page, "" at the end
	Next Memento   // the first of the next page
}

// Mementos returns the mementos of a fact after a cursor, at most 500, by any slug under which the fact was ever
// published. The errors are those of [Store.MementoAt], and [ErrNotFound] for a cursor of no sense.
func (s *Store) Mementos(ctx context.Context, fact, cursor string) (p MementosPage, err error) {
	defer wrap(&err, "Mementos(%q, %q)", fact, cursor)

	after := 0
	if cursor != "" {
		if after, err = strconv.Atoi(cursor); err != nil || after < 1 || after > math.MaxInt32 || strconv.Itoa(after) != cursor {
			return MementosPage{}, ErrNotFound
		}
	}
	err = s.reader.QueryRow(ctx, `
		SELECT coalesce(f.fact, nullif(last.slug, ''), s.slug), `+inventedEdition+`,
			first.number, first.published_at, last.number, last.published_at,
			(SELECT json_agg(m ORDER BY m.number)
				FROM (
					SELECT number, published_at
					FROM published_editions
					WHERE fact_id = s.fact_id AND number > $2
					ORDER BY number
					LIMIT $3 + 1) AS m)
		FROM `+selectMementos+`
		WHERE s.slug = $1`, fact, after, mementosPage).Scan(
		&p.Fact, &p.Fiction, &p.First.Number, &p.First.PublishedAt, &p.Last.Number, &p.Last.PublishedAt, &p.List)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return MementosPage{}, s.moved(ctx, narrative.KindFact, fact)
	case err != nil:
		return MementosPage{}, err
	case len(p.List) == 0:
		return MementosPage{}, ErrNotFound
	}
	if len(p.List) > mementosPage {
		p.Next = p.List[mementosPage]
		p.List = p.List[:mementosPage]
		p.More = strconv.Itoa(p.List[mementosPage-1].Number)
	}
	return p, nil
}
