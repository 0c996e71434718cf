package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A Pair is two editions of a fact.
type Pair struct {
	Before, After Edition
	// The editions after Before, up to After, that mend a mistake of ours; oldest first, at most 100. Those that were
	// erased whole are left out: their reasons went with them.
	Corrections []edition.Imprint
}

// Pair returns two editions of a fact, by any slug under which it was ever published; the number 0 for the later one
// stands for the latest. They may be the same one. The error is [ErrNotFound], also where the later comes before the
// earlier.
func (s *Store) Pair(ctx context.Context, fact string, before, after int) (p Pair, err error) {
	defer wrap(&err, "Pair(%q, %d, %d)", fact, before, after)

	if before < 1 || before > math.MaxInt32 || after != 0 && after < before || after > math.MaxInt32 {
		return Pair{}, ErrNotFound
	}
	rows, _ := s.reader.Query(ctx, `
		SELECT `+editionColumns+`,
			CASE WHEN e.number = $2 THEN (
				SELECT json_agg(json_build_object('number', c.number, 'kind', c.kind, 'reason', c.reason, 'review', c.review, 'published_at',
					to_char(c.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY c.number)
				FROM (
					SELECT number, kind, reason, review, published_at
					FROM published_editions
					WHERE fact_id = s.fact_id AND number > $2 AND number <= coalesce(nullif($3, 0), n.number)
						AND kind = 'correction'
					ORDER BY number
					LIMIT 100) AS c)
			END AS corrections
		FROM published_slugs s
		JOIN LATERAL (SELECT max(number) AS number FROM editions WHERE fact = s.fact_id) AS n ON true
		JOIN editions e ON e.fact = s.fact_id AND e.number IN ($2, coalesce(nullif($3, 0), n.number))
		`+editionJoins+`
		WHERE s.slug = $1
		ORDER BY e.number`, fact, before, after)
	type row struct {
		Edition
		Corrections []edition.Imprint
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[row])
	if err != nil {
		return Pair{}, err
	}
	if len(found) == 0 || found[0].Number != before || after != 0 && found[len(found)-1].Number != after {
		return Pair{}, ErrNotFound
	}
	return Pair{found[0].Edition, found[len(found)-1].Edition, found[0].Corrections}, nil
}

// A History is the editions of a fact.
type History struct {
	Fact     string // slug of today
	Title    string // of the latest edition; "" if nothing is left of any
	Fiction  bool   // its dispute was invented for practice
	Newest   int
	Latest   int           // the newest of which anything is left, 0 if nothing is left of any
	Editions []PastEdition // newest first
	More     string        // cursor of the next page, "" at the end
}

// A PastEdition is an edition in the history of its fact.
type PastEdition struct {
	Number      int          `json:"number"`
	Kind        edition.Kind `json:"kind"` // "" if it was erased whole, as is the reason
	Reason      string       `json:"reason"`
	Review      string       `json:"review"` // that nobody else had looked at it and why; "" where somebody had, or none was needed
	PublishedAt time.Time    `json:"published_at"`
	RedactedOn  time.Time    `json:"redacted_on"` // zero if nothing of it was erased
	Before      int          `json:"before"`      // the edition before it of which anything is left, 0 if there is none
}

// historySize is how many editions a page of a history has.
const historySize = 50

// Editions returns the editions of a fact after a cursor, newest first. The errors are [ErrNotFound], also for a cursor of
// no sense, and [*Moved] for a slug that the fact had before.
func (s *Store) Editions(ctx context.Context, fact, cursor string) (h History, err error) {
	defer wrap(&err, "Editions(%q, %q)", fact, cursor)

	before, err := numbered(cursor, math.MaxInt32)
	if err != nil {
		return History{}, err
	}
	err = s.reader.QueryRow(ctx, `
		SELECT coalesce(f.fact, s.slug), coalesce(f.row ->> 'title', e.title, ''), `+inventedEdition+`,
			n.number, coalesce(e.number, 0), (
				SELECT json_agg(h ORDER BY h.number DESC)
				FROM (
					SELECT e.number, coalesce(p.kind, '') AS kind, coalesce(p.reason, '') AS reason, coalesce(p.review, '') AS review, e.published_at,
						(SELECT max(x.erased_at) FROM published_erasures x WHERE x.edition = e.log_index) AS redacted_on,
						coalesce((
							SELECT max(b.number) FROM published_editions b WHERE b.fact_id = s.fact_id AND b.number < e.number), 0) AS before
					FROM editions e
					LEFT JOIN published_editions p ON p.log_index = e.log_index
					WHERE e.fact = s.fact_id AND ($2 = 0 OR e.number < $2)
					ORDER BY e.number DESC
					LIMIT $3) AS h)
		FROM published_slugs s
		JOIN LATERAL (SELECT max(number) AS number FROM editions WHERE fact = s.fact_id) AS n ON n.number IS NOT NULL
		LEFT JOIN published_facts f ON f.fact_id = s.fact_id
		LEFT JOIN LATERAL (
			SELECT title, number, log_index
			FROM published_editions
			WHERE fact_id = s.fact_id
			ORDER BY number DESC
			LIMIT 1) AS e ON true
		WHERE s.slug = $1`, fact, before, historySize+1).Scan(&h.Fact, &h.Title, &h.Fiction, &h.Newest, &h.Latest, &h.Editions)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return History{}, s.moved(ctx, narrative.KindFact, fact)
	case err != nil:
		return History{}, err
	case h.Fact != fact:
		return History{}, &Moved{h.Fact}
	case len(h.Editions) == 0:
		return History{}, ErrNotFound
	case len(h.Editions) > historySize:
		h.Editions = h.Editions[:historySize]
		h.More = strconv.Itoa(h.Editions[historySize-1].Number)
	}
	return h, nil
}

// CorrectionList is a page of the list of all corrections.
type CorrectionList struct {
	Corrections []EditionRow // newest first
	More        string       // cursor of the next page, "" at the end
}

// inventedEdition says of an edition e, whose fact f need not be on the lists any more, whether its dispute was invented
// for practice.
const inventedEdition = `coalesce((f.row ->> 'fiction')::boolean, (
	SELECT coalesce(d.doc #>> '{content,dispute,fiction}', d.doc #>> '{left,content,dispute,fiction}')::boolean
	FROM edition_bodies b
	CROSS JOIN LATERAL (SELECT convert_from(b.body, 'UTF8')::jsonb AS doc) AS d
	WHERE b.log_index = e.log_index), false)`

// Corrections returns the editions of all facts that mend a mistake of ours, or take a fact from the lists, after a cursor,
// newest first. Those that were erased whole are left out. The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Corrections(ctx context.Context, cursor string) (l CorrectionList, err error) {
	defer wrap(&err, "Corrections(%q)", cursor)

	before, err := numbered(cursor, math.MaxInt64)
	if err != nil {
		return CorrectionList{}, err
	}
	rows, _ := s.reader.Query(ctx, `
		SELECT coalesce(f.fact, e.slug) AS fact, e.title, e.kind, e.reason, e.review, e.number, e.published_at, e.log_index,
			`+inventedEdition+` AS fiction
		FROM published_editions e
		LEFT JOIN published_facts f ON f.fact_id = e.fact_id
		WHERE e.`+takenBack+` AND ($1 = 0 OR e.log_index < $1)
		ORDER BY e.log_index DESC
		LIMIT $2`, before, pageSize+1)
	type row struct {
		EditionRow
		LogIndex int64
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[row])
	for i, r := range found {
		if i == pageSize {
			l.More = strconv.FormatInt(found[i-1].LogIndex, 10)
			break
		}
		l.Corrections = append(l.Corrections, r.EditionRow)
	}
	return l, err
}

// numbered reads a cursor that is a number above 0, of the last row of the page before; 0 for the empty cursor. The error
// is [ErrNotFound].
func numbered(cursor string, most int64) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(cursor, 10, 64)
	if err != nil || n < 1 || n > most || strconv.FormatInt(n, 10) != cursor {
		return 0, fmt.Errorf("%w: page %q", ErrNotFound, cursor)
	}
	return n, nil
}
