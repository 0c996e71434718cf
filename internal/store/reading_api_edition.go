package store

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// An EditionEntry is what is known of an edition without its body.
type EditionEntry struct {
	Fact        string // slug of today
	Title       string // the question as plain text; "" if it was erased, as are kind and reason
	Number      int
	Kind        edition.Kind
	Reason      string
	Review      string // that nobody else had looked at it and why; "" where somebody had, or none was needed
	Fiction     bool   // its dispute was invented for practice
	PublishedAt time.Time
	LogIndex    int64
	BodySHA256  string    // in hexadecimal digits, of what was published
	RedactedOn  time.Time // when all of it was erased, else zero
	WithheldOn  time.Time // when something of it was erased last, be it all; zero if nothing ever was
	Fate        Fate      // of its fact
}

// An EditionList is a part of the list of a fact's editions.
type EditionList struct {
	Editions []EditionEntry
	More     string // cursor of the next part, "" at the end
}

// entryColumns are those of an [EditionEntry]: of an edition e, with what is published of it in p and of its fact in f, but for
// the fact's.
const entryColumns = `
			coalesce(p.title, '') AS title, e.number, coalesce(p.kind, '') AS kind, coalesce(p.reason, '') AS reason, coalesce(p.review, '') AS review,
			` + inventedEdition + ` AS fiction, e.published_at, e.log_index, encode(e.body_sha256, 'hex') AS body_sha256,
			coalesce(
				(SELECT max(x.erased_at) FROM published_erasures x WHERE x.edition = e.log_index AND NOT x.leaves), '0001-01-01Z') AS redacted_on,
			coalesce(
				(SELECT max(x.erased_at) FROM published_erasures x WHERE x.edition = e.log_index), '0001-01-01Z') AS withheld_on`

// editionEntries is what is read of the editions e of a fact that was published under the slug $1.
const editionEntries = `
		SELECT coalesce(f.fact, nullif(fate.slug, ''), s.slug) AS fact, ` + fateColumn + ` AS fate,` + entryColumns + `
		FROM published_slugs s
		JOIN editions e ON e.fact = s.fact_id
		LEFT JOIN published_editions p ON p.log_index = e.log_index
		LEFT JOIN published_facts f ON f.fact_id = s.fact_id` + fateJoin + `
		WHERE s.slug = $1`

// EditionEntries returns the editions of a fact, newest first, by any slug under which it was ever published. The errors
// are [ErrNotFound], [*Moved] and [*FilterError].
func (s *Store) EditionEntries(ctx context.Context, fact, cursor string, limit int) (list EditionList, err error) {
	defer wrap(&err, "EditionEntries(%q, %q)", fact, cursor)

	limit = clamp(limit)
	before, err := numberMark(cursor, math.MaxInt32)
	if err != nil {
		return list, err
	}
	rows, _ := s.reader.Query(ctx, editionEntries+` AND ($2::bigint = 0 OR e.number < $2)
		ORDER BY e.number DESC
		LIMIT $3`, fact, before, limit+1)
	list.Editions, err = pgx.CollectRows(rows, pgx.RowToStructByName[EditionEntry])
	switch {
	case err == nil && len(list.Editions) == 0 && cursor == "":
		return list, s.moved(ctx, narrative.KindFact, fact)
	case err == nil && len(list.Editions) > 0 && list.Editions[0].Fact != fact:
		return EditionList{}, &Moved{list.Editions[0].Fact}
	}
	if len(list.Editions) > limit {
		list.Editions = list.Editions[:limit]
		list.More = strconv.Itoa(list.Editions[limit-1].Number)
	}
	return list, err
}

// EditionEntry returns what is known of one edition of a fact, by any slug under which it was ever published. The error
// is [ErrNotFound].
func (s *Store) EditionEntry(ctx context.Context, fact string, number int) (e EditionEntry, err error) {
	defer wrap(&err, "EditionEntry(%q, %d)", fact, number)

	rows, _ := s.reader.Query(ctx, editionEntries+` AND e.number = $2::bigint`, fact, number)
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[EditionEntry])
}

// CorrectionEntries returns the corrections and withdrawals of all facts, newest first. The error is [*FilterError].
func (s *Store) CorrectionEntries(ctx context.Context, cursor string, limit int) (list EditionList, err error) {
	defer wrap(&err, "CorrectionEntries(%q)", cursor)

	limit = clamp(limit)
	before, err := numberMark(cursor, math.MaxInt64)
	if err != nil {
		return list, err
	}
	rows, _ := s.reader.Query(ctx, `
		SELECT coalesce(f.fact, p.slug) AS fact, '{}'::json AS fate,`+entryColumns+`
		FROM published_editions p
		JOIN editions e ON e.log_index = p.log_index
		LEFT JOIN published_facts f ON f.fact_id = p.fact_id
		WHERE p.`+takenBack+` AND ($1::bigint = 0 OR p.log_index < $1)
		ORDER BY p.log_index DESC
		LIMIT $2`, before, limit+1)
	list.Editions, err = pgx.CollectRows(rows, pgx.RowToStructByName[EditionEntry])
	if len(list.Editions) > limit {
		list.Editions = list.Editions[:limit]
		list.More = strconv.FormatInt(list.Editions[limit-1].LogIndex, 10)
	}
	return list, err
}

// numberMark reads the cursor of a list by numbers, see [numbered].
func numberMark(cursor string, most int64) (int64, error) {
	n, err := numbered(cursor, most)
	if err != nil {
		err = &FilterError{"after", err}
	}
	return n, err
}
