package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// The methods here answer the read API. Their lists take a cursor and a limit from 1 to 100.

// A FilterError is the error of a list that was asked for by something that is not there: the cursor, or a noun to which
// the list was to be narrowed.
type FilterError struct {
	Parameter string // "after" for the cursor, else the kind of the noun
	Err       error  // [ErrNotFound] or [*Moved]
}

// Error names what is not there.
func (e *FilterError) Error() string { return e.Parameter + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *FilterError) Unwrap() error { return e.Err }

// mark takes the cursor of one of the lists here apart, see [after].
func mark(cursor string, byDay bool) (key, name string, err error) {
	if key, name, err = after(cursor, byDay); err != nil {
		err = &FilterError{"after", err}
	}
	return key, name, err
}

func clamp(limit int) int { return min(max(limit, 1), pageSize) }

// A Document is the latest published form of a noun, with what hangs on it.
type Document[T any] struct {
	Doc     T
	Related string // the name of a source's party, or of an article's outlet; "" for others
	Count   int    // claims, of a source those in its own words; for a dispute, facts
	Fiction bool   // all facts on which it stands were invented for practice
}

// A DocumentList is a part of the list of all published nouns of a kind.
type DocumentList[T any] struct {
	Rows []Document[T]
	More string // cursor of the next part, "" at the end
}

// A documents says how a kind of noun is read with what hangs on it, where x is the noun's row. All text is this file's.
type documents struct {
	kind    narrative.Kind
	sort    string
	byDay   bool // newest first
	related string
	count   string
}

const claimsWith = `SELECT count(DISTINCT c.code) FROM published_claims c WHERE `

var (
	disputeDocuments = documents{narrative.KindDispute, `x.doc ->> 'title'`, false, `''`, `SELECT count(*) FROM published_facts f WHERE f.dispute = x.slug`}
	partyDocuments   = documents{narrative.KindParty, `x.doc ->> 'name'`, false, `''`, claimsWith + `c.party = x.slug`}
	outletDocuments  = documents{narrative.KindOutlet, `x.doc ->> 'name'`, false, `''`, claimsWith + `c.outlet = x.slug`}
	eventDocuments   = documents{narrative.KindEvent, `x.doc #>> '{date,earliest}'`, true, `''`, claimsWith + `c.event = x.slug`}
	sourceDocuments  = documents{narrative.KindSource, `x.doc ->> 'name'`, false,
		`SELECT p.doc ->> 'name' FROM published_nouns p WHERE p.kind = 'party' AND p.slug = x.doc ->> 'party' ORDER BY p.log_index DESC LIMIT 1`,
		claimsWith + `c.source = x.slug`}
	articleDocuments = documents{narrative.KindArticle, `x.doc #>> '{published,earliest}'`, true,
		`SELECT o.doc ->> 'name' FROM published_nouns o WHERE o.kind = 'outlet' AND o.slug = x.doc ->> 'outlet' ORDER BY o.log_index DESC LIMIT 1`,
		claimsWith + `c.article = x.slug`}
)

// DisputeDocuments returns disputes by title. The error is [*FilterError].
func (s *Store) DisputeDocuments(ctx context.Context, cursor string, limit int) (DocumentList[edition.Dispute], error) {
	return listDocuments[edition.Dispute](ctx, s, disputeDocuments, cursor, limit)
}

// SourceDocuments returns sources by name. The error is [*FilterError].
func (s *Store) SourceDocuments(ctx context.Context, cursor string, limit int) (DocumentList[edition.Source], error) {
	return listDocuments[edition.Source](ctx, s, sourceDocuments, cursor, limit)
}

// PartyDocuments returns parties by name. The error is [*FilterError].
func (s *Store) PartyDocuments(ctx context.Context, cursor string, limit int) (DocumentList[edition.Party], error) {
	return listDocuments[edition.Party](ctx, s, partyDocuments, cursor, limit)
}

// OutletDocuments returns outlets by name. The error is [*FilterError].
func (s *Store) OutletDocuments(ctx context.Context, cursor string, limit int) (DocumentList[edition.Outlet], error) {
	return listDocuments[edition.Outlet](ctx, s, outletDocuments, cursor, limit)
}

// EventDocuments returns occasions, newest first. The error is [*FilterError].
func (s *Store) EventDocuments(ctx context.Context, cursor string, limit int) (DocumentList[edition.Event], error) {
	return listDocuments[edition.Event](ctx, s, eventDocuments, cursor, limit)
}

// ArticleDocuments returns articles, newest first. The error is [*FilterError].
func (s *Store) ArticleDocuments(ctx context.Context, cursor string, limit int) (DocumentList[edition.Article], error) {
	return listDocuments[edition.Article](ctx, s, articleDocuments, cursor, limit)
}

// DisputeDocument returns a dispute. The errors are [ErrNotFound] and [*Moved].
func (s *Store) DisputeDocument(ctx context.Context, slug string) (Document[edition.Dispute], error) {
	return readDocument[edition.Dispute](ctx, s, disputeDocuments, slug)
}

// SourceDocument returns a source. The errors are [ErrNotFound] and [*Moved].
func (s *Store) SourceDocument(ctx context.Context, slug string) (Document[edition.Source], error) {
	return readDocument[edition.Source](ctx, s, sourceDocuments, slug)
}

// PartyDocument returns a party. The errors are [ErrNotFound] and [*Moved].
func (s *Store) PartyDocument(ctx context.Context, slug string) (Document[edition.Party], error) {
	return readDocument[edition.Party](ctx, s, partyDocuments, slug)
}

// OutletDocument returns an outlet. The errors are [ErrNotFound] and [*Moved].
func (s *Store) OutletDocument(ctx context.Context, slug string) (Document[edition.Outlet], error) {
	return readDocument[edition.Outlet](ctx, s, outletDocuments, slug)
}

// EventDocument returns an occasion. The errors are [ErrNotFound] and [*Moved].
func (s *Store) EventDocument(ctx context.Context, slug string) (Document[edition.Event], error) {
	return readDocument[edition.Event](ctx, s, eventDocuments, slug)
}

// listDocuments returns a part of the list of a kind of noun.
func listDocuments[T any](ctx context.Context, s *Store, d documents, cursor string, limit int) (list DocumentList[T], err error) {
	defer wrap(&err, "listDocuments(%s, %q)", d.kind, cursor)

	limit = clamp(limit)
	key, slug, err := mark(cursor, d.byDay)
	if err != nil {
		return list, err
	}
	order, beyond := "", ">"
	if d.byDay {
		order, beyond = "DESC", "<"
	}
	rows, _ := s.reader.Query(ctx, `
		SELECT x.slug, x.doc, x.key, coalesce((`+d.related+`), '') AS related, (`+d.count+`) AS count,
			(`+invented("$1", "x.slug")+`) AS fiction
		FROM (
			SELECT x.slug, x.doc, coalesce(`+d.sort+`, '') AS key
			FROM (
				SELECT DISTINCT ON (slug) slug, doc
				FROM published_nouns
				WHERE kind = $1
				ORDER BY slug, log_index DESC) AS x) AS x
		WHERE $3 = '' OR x.key `+beyond+` $2 OR x.key = $2 AND x.slug > $3
		ORDER BY x.key `+order+`, x.slug
		LIMIT $4`, d.kind, key, slug, limit+1)
	type keyed struct {
		Document[T]
		Slug, Key string
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[keyed])
	for i, row := range found {
		if i == limit {
			list.More = found[i-1].Key + "~" + found[i-1].Slug
			break
		}
		list.Rows = append(list.Rows, row.Document)
	}
	return list, err
}

// readDocument returns the latest published form of one noun.
func readDocument[T any](ctx context.Context, s *Store, d documents, slug string) (doc Document[T], err error) {
	defer wrap(&err, "readDocument(%s, %q)", d.kind, slug)

	rows, _ := s.reader.Query(ctx, `
		SELECT x.doc, coalesce((`+d.related+`), '') AS related, (`+d.count+`) AS count,
			(`+invented("$1", "x.slug")+`) AS fiction
		FROM (
			SELECT slug, doc
			FROM published_nouns
			WHERE kind = $1 AND slug = $2
			ORDER BY log_index DESC
			LIMIT 1) AS x`, d.kind, slug)
	doc, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Document[T]])
	if errors.Is(err, pgx.ErrNoRows) {
		return doc, s.moved(ctx, d.kind, slug)
	}
	return doc, err
}

// A filter narrows a list to what hangs on a noun.
type filter struct {
	kind   narrative.Kind
	slug   string
	column string // condition on a row of the list, of which %[1]s is the alias and $%[2]d the argument
}

// where writes the conditions of the filters on rows with an alias; their arguments begin at number from.
func where(filters []filter, alias string, from int) string {
	var sql strings.Builder
	for i, f := range filters {
		fmt.Fprintf(&sql, " AND "+f.column, alias, from+i)
	}
	return sql.String()
}

// unknown is a query for the first of the nouns to which a list is narrowed that is not there: its kind, and what it is
// called today. $%[1]d are the kinds and $%[2]d the slugs. An outlet is a source for what it says in its own voice.
const unknown = `
	SELECT json_build_object('Kind', a.kind, 'Target', coalesce((
		SELECT r.target FROM published_redirects r WHERE r.kind = a.kind AND r.name = a.slug), ''))
	FROM unnest($%[1]d::text[], $%[2]d::text[]) AS a (kind, slug)
	WHERE NOT EXISTS (
			SELECT FROM published_nouns n WHERE n.slug = a.slug AND (n.kind = a.kind OR a.kind = 'source' AND n.kind = 'outlet'))
		AND NOT EXISTS (SELECT FROM published_facts f WHERE a.kind = 'fact' AND f.fact = a.slug)
	ORDER BY a.kind
	LIMIT 1`

// narrowed asks for a list that filters narrow, and whether what they name is there, at once. The list is a query for one
// document; the arguments of the filters come after its own. The error is [*FilterError].
func narrowed[T any](ctx context.Context, s *Store, filters []filter, list string, args ...any) (items []T, err error) {
	kinds, slugs := []string{}, []string{}
	for _, f := range filters {
		kinds, slugs = append(kinds, string(f.kind)), append(slugs, f.slug)
		args = append(args, f.slug)
	}
	args = append(args, kinds, slugs)
	var missing *struct{ Kind, Target string }
	err = s.reader.QueryRow(ctx, `SELECT (`+list+`), (`+fmt.Sprintf(unknown, len(args)-1, len(args))+`)`, args...).Scan(&items, &missing)
	switch {
	case err != nil || missing == nil:
		return items, err
	case missing.Target != "":
		return nil, &FilterError{missing.Kind, &Moved{missing.Target}}
	}
	return nil, &FilterError{missing.Kind, ErrNotFound}
}

// FactsOf returns the facts of a dispute, or of all for "", by latest claim, newest first. The error is [*FilterError].
func (s *Store) FactsOf(ctx context.Context, dispute, cursor string, limit int) (p FactsPage, err error) {
	defer wrap(&err, "FactsOf(%q, %q)", dispute, cursor)

	limit = clamp(limit)
	day, fact, err := mark(cursor, true)
	if err != nil {
		return FactsPage{}, err
	}
	var filters []filter
	if dispute != "" {
		filters = append(filters, filter{narrative.KindDispute, dispute, "%[1]s.dispute = $%[2]d"})
	}
	p.Facts, err = narrowed[edition.FactRow](ctx, s, filters, `
		SELECT json_agg(f.row ORDER BY f.latest_claim DESC NULLS LAST, f.fact)
		FROM (
			SELECT p.row, p.latest_claim, p.fact
			FROM published_facts p
			WHERE ($2 = ''
				OR $1 <> '' AND (p.latest_claim < nullif($1, '')::date OR p.latest_claim = nullif($1, '')::date AND p.fact > $2
					OR p.latest_claim IS NULL)
				OR $1 = '' AND p.latest_claim IS NULL AND p.fact > $2)`+where(filters, "p", 4)+`
			ORDER BY p.latest_claim DESC NULLS LAST, p.fact
			LIMIT $3) AS f`, day, fact, limit+1)
	if len(p.Facts) > limit {
		p.Facts = p.Facts[:limit]
		last := p.Facts[limit-1]
		p.More = last.LatestClaim + "~" + last.Fact
	}
	return p, err
}
