package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// The methods here answer readers. Each asks one query, as the role that may select nothing but editions and the
// projection of the latest ones.

// A Moved is the error of a noun that has another slug or code now.
type Moved struct{ To string }

// Error names the slug or code of today.
func (m *Moved) Error() string { return "moved to " + m.To }

// pageSize is how many rows a page of a list has.
const pageSize = 100

// after takes a cursor apart, which names the last row of a page of a list: its sort key and its slug or code, joined by
// "~". Where days sort, the key is a day or nothing. The empty cursor is before everything; one of no sense is
// [ErrNotFound].
func after(cursor string, byDay bool) (key, name string, err error) {
	if cursor == "" {
		return "", "", nil
	}
	i := strings.LastIndexByte(cursor, '~')
	if i < 0 || !utf8.ValidString(cursor) || strings.Contains(cursor, "\x00") || !cursorName.MatchString(cursor[i+1:]) {
		return "", "", fmt.Errorf("%w: page %q", ErrNotFound, cursor)
	}
	key, name = cursor[:i], cursor[i+1:]
	if byDay && key != "" {
		if day, err := narrative.ParseDay(key); err != nil || day.Time().Year() < 1 {
			return "", "", fmt.Errorf("%w: page %q", ErrNotFound, cursor)
		}
	}
	return key, name, nil
}

// cursorName is the form of slugs and codes, more or less.
var cursorName = regexp.MustCompile(`^[0-9A-Za-z-]{1,80}$`)

// An Edition is one edition as it was published, with its exact bytes.
type Edition struct {
	Fact        string // slug of today
	Number      int
	Newest      int
	Kind        edition.Kind // "" if it was erased, as is the reason
	Reason      string
	Review      string // that nobody else had looked at it and why; "" where somebody had, or none was needed
	PublishedAt time.Time
	LogIndex    int64
	BodySHA256  string    // in hexadecimal digits, of what was published
	Body        []byte    // canonical JSON; the redacted body after an erasure
	RedactedOn  time.Time // when all of it was erased, else zero
	WithheldOn  time.Time // when something of it was erased last, be it all; zero if nothing ever was
	Around      Neighbours
	Fate        Fate // of its fact
}

// editionColumns are those of an [Edition]: of an edition e of a fact that was published under the slug s, of which n is
// the newest, with editionJoins.
const editionColumns = `
	coalesce(f.fact, nullif(fate.slug, ''), s.slug) AS fact, e.number, n.number AS newest, coalesce(p.kind, '') AS kind,
		coalesce(p.reason, '') AS reason, coalesce(p.review, '') AS review, e.published_at, e.log_index, encode(e.body_sha256, 'hex') AS body_sha256, b.body,
		coalesce(
			(SELECT max(x.erased_at) FROM published_erasures x WHERE x.edition = e.log_index AND NOT x.leaves), '0001-01-01Z') AS redacted_on,
		coalesce(
			(SELECT max(x.erased_at) FROM published_erasures x WHERE x.edition = e.log_index), '0001-01-01Z') AS withheld_on,
		` + fateColumn + ` AS fate,
		json_build_object(
			'first', (SELECT json_build_object('number', m.number, 'published_at', m.published_at) FROM published_editions m
				WHERE m.fact_id = s.fact_id ORDER BY m.number LIMIT 1),
			'last', (SELECT json_build_object('number', m.number, 'published_at', m.published_at) FROM published_editions m
				WHERE m.fact_id = s.fact_id ORDER BY m.number DESC LIMIT 1),
			'previous', (SELECT max(m.number) FROM published_editions m WHERE m.fact_id = s.fact_id AND m.number < e.number),
			'next', (SELECT min(m.number) FROM published_editions m WHERE m.fact_id = s.fact_id AND m.number > e.number)) AS around`

const editionJoins = `
	JOIN edition_bodies b ON b.log_index = e.log_index
	LEFT JOIN published_editions p ON p.log_index = e.log_index
	LEFT JOIN published_facts f ON f.fact_id = s.fact_id` + fateJoin + "\n"

// Edition returns one edition of a fact, by any slug under which it was ever published, or its latest for the number 0.
// The errors are [ErrNotFound] and, for the latest under an old slug or of a fact that was merged, [*Moved].
func (s *Store) Edition(ctx context.Context, fact string, number int) (_ Edition, err error) {
	defer wrap(&err, "Edition(%q, %d)", fact, number)

	if number < 0 || number > math.MaxInt32 {
		return Edition{}, ErrNotFound
	}
	rows, _ := s.reader.Query(ctx, `
		SELECT `+editionColumns+`
		FROM published_slugs s
		JOIN LATERAL (SELECT max(number) AS number FROM editions WHERE fact = s.fact_id) AS n ON true
		JOIN editions e ON e.fact = s.fact_id AND e.number = coalesce(nullif($2, 0), n.number)
		`+editionJoins+`
		WHERE s.slug = $1`, fact, number)
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Edition])
	switch {
	case errors.Is(err, pgx.ErrNoRows) && number == 0:
		return Edition{}, s.moved(ctx, narrative.KindFact, fact)
	case err == nil && number == 0 && e.Fate.Into != "":
		return Edition{}, &Moved{e.Fate.Into}
	case err == nil && number == 0 && e.Fact != fact:
		return Edition{}, &Moved{e.Fact}
	}
	return e, err
}

// A Gone is the error of a noun that was taken down and stands in no edition any more.
type Gone struct {
	On     time.Time
	Reason string
}

// Error says when and why.
func (g *Gone) Error() string {
	return "taken down on " + g.On.UTC().Format(time.DateOnly) + ": " + g.Reason
}

// moved returns where a noun is now, that it was taken down ([*Gone]), or [ErrNotFound]. It is asked only when a page is
// not there.
func (s *Store) moved(ctx context.Context, kind narrative.Kind, name string) error {
	var to string
	var gone Gone
	err := s.reader.QueryRow(ctx, `
		SELECT target, 'epoch'::timestamptz, ''
		FROM published_redirects
		WHERE kind = $1 AND name = $2
		UNION ALL (
			SELECT '', taken_down, reason
			FROM published_takedowns
			WHERE kind = $1 AND name_sha256 = sha256(convert_to($2, 'UTF8'))
			ORDER BY id DESC
			LIMIT 1)
		LIMIT 1`, kind, name).Scan(&to, &gone.On, &gone.Reason)
	switch {
	case err != nil:
		return err
	case to == "":
		return &gone
	}
	return &Moved{to}
}

// An EditionRow is an edition in a list.
type EditionRow struct {
	Fact        string       `json:"fact"`
	Title       string       `json:"title"`
	Kind        edition.Kind `json:"kind"`
	Reason      string       `json:"reason"`
	Review      string       `json:"review"` // that nobody else had looked at it and why; "" where somebody had, or none was needed
	Number      int          `json:"number"`
	PublishedAt time.Time    `json:"published_at"`
	Fiction     bool         `json:"fiction"` // its dispute was invented for practice
}

// Home is what the front page shows. Without a fact nothing has been published yet.
type Home struct {
	Disputes []edition.NounRow // by title, with the numbers of their facts
	Facts    []edition.FactRow // the 50 of the latest claims
	Editions []EditionRow      // the latest 10
}

// Home returns what the front page shows.
func (s *Store) Home(ctx context.Context) (h Home, err error) {
	defer wrap(&err, "Home()")

	err = s.reader.QueryRow(ctx, `
		SELECT
			(SELECT json_agg(d ORDER BY d.title)
				FROM (
					SELECT dispute AS slug, max(row #>> '{dispute,title}') AS title, count(*) AS count,
						bool_and((row ->> 'fiction')::boolean) AS fiction
					FROM published_facts
					GROUP BY dispute
					LIMIT 50) AS d),
			(SELECT json_agg(f.row ORDER BY f.latest_claim DESC NULLS LAST, f.fact)
				FROM (
					SELECT row, latest_claim, fact
					FROM published_facts
					ORDER BY latest_claim DESC NULLS LAST, fact
					LIMIT 50) AS f),
			(SELECT json_agg(to_jsonb(e) - 'log_index' ORDER BY e.log_index DESC)
				FROM (
					SELECT f.fact, p.title, p.kind, p.reason, p.review, p.number, p.published_at, p.log_index, (f.row ->> 'fiction')::boolean AS fiction
					FROM published_editions p
					JOIN published_facts f USING (fact_id)
					ORDER BY p.log_index DESC
					LIMIT 10) AS e)`).Scan(&h.Disputes, &h.Facts, &h.Editions)
	return h, err
}

// A FactsPage is a page of the list of facts.
type FactsPage struct {
	Facts []edition.FactRow // by latest claim, newest first
	More  string            // cursor of the next page, "" at the end
}

// Facts returns the facts after a cursor, at most limit (1 to 100). The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Facts(ctx context.Context, cursor string, limit int) (p FactsPage, err error) {
	defer wrap(&err, "Facts(%q)", cursor)

	limit = min(max(limit, 1), pageSize)
	day, fact, err := after(cursor, true)
	if err != nil {
		return FactsPage{}, err
	}
	rows, _ := s.reader.Query(ctx, `
		SELECT row
		FROM published_facts
		WHERE $2 = ''
			OR $1 <> '' AND (latest_claim < nullif($1, '')::date OR latest_claim = nullif($1, '')::date AND fact > $2
				OR latest_claim IS NULL)
			OR $1 = '' AND latest_claim IS NULL AND fact > $2
		ORDER BY latest_claim DESC NULLS LAST, fact
		LIMIT $3`, day, fact, limit+1)
	p.Facts, err = pgx.CollectRows(rows, pgx.RowTo[edition.FactRow])
	if len(p.Facts) > limit {
		p.Facts = p.Facts[:limit]
		last := p.Facts[limit-1]
		p.More = last.LatestClaim + "~" + last.Fact
	}
	return p, err
}

// A DisputePage is a dispute with its facts.
type DisputePage struct {
	Dispute edition.Dispute
	Facts   []edition.FactRow // by latest claim, newest first; at most 200
}

// Dispute returns a dispute. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Dispute(ctx context.Context, slug string) (p DisputePage, err error) {
	defer wrap(&err, "Dispute(%q)", slug)

	err = s.noun(ctx, narrative.KindDispute, slug, &p.Dispute, `
		SELECT json_agg(f.row ORDER BY f.latest_claim DESC NULLS LAST, f.fact)
		FROM (
			SELECT row, latest_claim, fact
			FROM published_facts
			WHERE dispute = $2
			ORDER BY latest_claim DESC NULLS LAST, fact
			LIMIT 200) AS f`, nil, &p.Facts)
	return p, err
}

// noun reads the latest published form of a noun and, in the same query, what more says: a query of one column for
// which $1 is the kind, $2 the slug and $3 onwards the arguments.
func (s *Store) noun(ctx context.Context, kind narrative.Kind, slug string, doc any, more string, args []any, dest ...any) error {
	err := s.reader.QueryRow(ctx, `
		SELECT n.doc, (`+more+`)
		FROM (
			SELECT doc
			FROM published_nouns
			WHERE kind = $1 AND slug = $2
			ORDER BY log_index DESC
			LIMIT 1) AS n`, append([]any{kind, slug}, args...)...).Scan(append([]any{doc}, dest...)...)
	if errors.Is(err, pgx.ErrNoRows) {
		return s.moved(ctx, kind, slug)
	}
	return err
}
