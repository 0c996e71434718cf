package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A NounList is a page of the list of all published nouns of a kind.
type NounList struct {
	Rows []edition.NounRow // with the numbers of their claims
	More string            // cursor of the next page, "" at the end
}

// A listing says how a kind of noun is listed.
type listing struct {
	kind   narrative.Kind
	title  string // of a noun's document x.doc
	note   string
	sort   string // of a noun's document; "" where the title sorts
	column string // of published_claims that names the noun
}

var (
	sourceListing = listing{narrative.KindSource, `x.doc ->> 'name'`,
		`coalesce((SELECT p.doc ->> 'name' FROM published_nouns p WHERE p.kind = 'party' AND p.slug = x.doc ->> 'party' ORDER BY p.log_index DESC LIMIT 1), '')`,
		"", "source"}
	partyListing   = listing{narrative.KindParty, `x.doc ->> 'name'`, `''`, "", "party"}
	outletListing  = listing{narrative.KindOutlet, `x.doc ->> 'name'`, `x.doc ->> 'country'`, "", "outlet"}
	eventListing   = listing{narrative.KindEvent, `x.doc ->> 'title'`, `x.doc #>> '{date,text}'`, `x.doc #>> '{date,earliest}'`, "event"}
	articleListing = listing{narrative.KindArticle, `x.doc ->> 'headline'`,
		`coalesce((SELECT o.doc ->> 'name' FROM published_nouns o WHERE o.kind = 'outlet' AND o.slug = x.doc ->> 'outlet' ORDER BY o.log_index DESC LIMIT 1), '')
			|| ', ' || (x.doc #>> '{published,text}')`,
		`x.doc #>> '{published,earliest}'`, "article"}
)

// Sources returns the sources after a cursor, by name. The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Sources(ctx context.Context, cursor string) (NounList, error) {
	return s.list(ctx, sourceListing, cursor)
}

// Parties returns the parties after a cursor, by name. The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Parties(ctx context.Context, cursor string) (NounList, error) {
	return s.list(ctx, partyListing, cursor)
}

// Outlets returns the outlets after a cursor, by name. The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Outlets(ctx context.Context, cursor string) (NounList, error) {
	return s.list(ctx, outletListing, cursor)
}

// Events returns the occasions after a cursor, newest first. The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Events(ctx context.Context, cursor string) (NounList, error) {
	return s.list(ctx, eventListing, cursor)
}

// Articles returns the articles after a cursor, newest first. The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Articles(ctx context.Context, cursor string) (NounList, error) {
	return s.list(ctx, articleListing, cursor)
}

// list returns a page of a listing. All text that goes into the query is this file's own.
func (s *Store) list(ctx context.Context, l listing, cursor string) (list NounList, err error) {
	defer wrap(&err, "list(%s, %q)", l.kind, cursor)

	key, slug, err := after(cursor, l.sort != "")
	if err != nil {
		return NounList{}, err
	}
	sort, order, beyond := l.sort, "DESC", "<"
	if sort == "" {
		sort, order, beyond = l.title, "", ">"
	}
	// All copies of a noun are passed over to find the latest: at 40 copies of each of 2000 nouns that took no longer than
	// to step through the index from one noun to the next.
	rows, _ := s.reader.Query(ctx, `
		SELECT y.slug, y.title, y.note, y.key, (
			SELECT count(DISTINCT code) FROM published_claims WHERE `+l.column+` = y.slug) AS count,
			(`+invented("$1", "y.slug")+`) AS fiction
		FROM (
			SELECT x.slug, `+l.title+` AS title, coalesce(`+l.note+`, '') AS note, coalesce(`+sort+`, '') AS key
			FROM (
				SELECT DISTINCT ON (slug) slug, doc
				FROM published_nouns
				WHERE kind = $1
				ORDER BY slug, log_index DESC) AS x) AS y
		WHERE $3 = '' OR y.key `+beyond+` $2 OR y.key = $2 AND y.slug > $3
		ORDER BY y.key `+order+`, y.slug
		LIMIT $4`, l.kind, key, slug, pageSize+1)
	type keyed struct {
		edition.NounRow
		Key string
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[keyed])
	for i, row := range found {
		if i == pageSize {
			last := found[i-1]
			list.More = last.Key + "~" + last.Slug
			break
		}
		list.Rows = append(list.Rows, row.NounRow)
	}
	return list, err
}
