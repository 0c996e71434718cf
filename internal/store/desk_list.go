package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A deskListing says how the nouns of a kind are listed, searched and chosen: SQL of a row of its table, under the table's alias.
type deskListing struct {
	name  string // what it is called, and sorted by
	note  string // a second line, "" for none
	other string // further texts that a search looks at
}

var deskListings = map[narrative.Kind]deskListing{
	narrative.KindDispute: {"title", "CASE WHEN fiction THEN 'fiction, for practice' ELSE '' END", "''"},
	narrative.KindParty:   {"name", "note", "''"},
	narrative.KindOutlet:  {"name", "concat_ws(', ', nullif(description, ''), nullif(country, ''))", "''"},
	narrative.KindSource: {
		"s.name", "concat_ws(', ', s.kind, nullif((SELECT 'speaks for ' || p.name FROM parties p WHERE p.slug = s.party), ''))",
		"array_to_string(s.printed, ' ')",
	},
	narrative.KindPlace: {
		"p.shown", "coalesce((SELECT string_agg(DISTINCT n.form, ', ') FROM place_names n WHERE n.place = p.slug AND n.form <> p.shown), '')",
		"coalesce((SELECT string_agg(n.form, ' ') FROM place_names n WHERE n.place = p.slug), '')",
	},
	narrative.KindTerm: {
		"t.word", "concat_ws('; ', nullif(array_to_string(t.forms, ', '), ''), nullif('plain: ' || t.plain, 'plain: '))",
		"concat_ws(' ', array_to_string(t.forms, ' '), t.plain)",
	},
	narrative.KindEvent:   {"e.title", "concat_ws(', ', e.kind, " + dateInWords("e.date") + ")", "''"},
	narrative.KindRecord:  {"r.title", "concat_ws(', ', r.kind, r.maker)", "r.maker"},
	narrative.KindFact:    {"f.question", "concat_ws(', ', f.kind, f.status)", "''"},
	narrative.KindArticle: {"a.headline", "concat_ws(', ', (SELECT chr(8296) || o.name || chr(8297) FROM outlets o WHERE o.slug = a.outlet), " + dateInWords("a.published") + ")", "a.url"},
}

// dayInWords is SQL for a day as pages write it, as in "3 May 2026", null where there is none.
func dayInWords(column string) string { return "to_char(" + column + ", 'FMDD FMMonth YYYY')" }

// dateInWords is SQL for the columns of a date as pages write it, as in "May 2026, inferred", null where there is none.
func dateInWords(columns string) string {
	earliest, latest := columns+"_earliest", columns+"_latest"
	return `CASE ` + columns + `_precision
		WHEN 'year' THEN to_char(` + earliest + `, 'YYYY')
		WHEN 'month' THEN to_char(` + earliest + `, 'FMMonth YYYY')
		WHEN 'range' THEN 'between ' || ` + dayInWords(earliest) + ` || ' and ' || ` + dayInWords(latest) + `
		ELSE ` + dayInWords(earliest) + `
	END || CASE ` + columns + `_basis WHEN 'inferred' THEN ', inferred' ELSE '' END`
}

// A Listed is a noun in a list of the desk's.
type Listed struct {
	Slug    narrative.Slug
	Name    string // or title, question, headline, word; in plain words
	Note    string // a second line, "" if there is nothing to say
	Retired bool
	Uses    int // by how many rows of other nouns it is named in their fields; marks in text are not counted

	Invented bool `db:"-"` // for practice, see [Store.Invented]
}

// A DeskList is a page of a list of nouns, by name, retired ones last, at most 100.
type DeskList struct {
	Nouns []Listed
	More  string // cursor of the next page, "" at the end
}

// Nouns returns the nouns of a kind of whose names, slugs and other names one contains the query in whatever case, or all for
// "". Outlets are not among the sources. The error is [ErrNotFound] for a cursor of no sense or a kind that has no list.
func (s *Store) Nouns(ctx context.Context, kind narrative.Kind, query, cursor string) (l DeskList, err error) {
	defer wrap(&err, "Nouns(%q)", kind)

	how, ok := deskListings[kind]
	if !ok {
		return DeskList{}, fmt.Errorf("%w: no list of the kind %q", ErrNotFound, kind)
	}
	key, slug, err := after(cursor, false)
	if err != nil {
		return DeskList{}, err
	}
	retired := strings.HasPrefix(key, "1")
	if len(key) > 0 {
		key = key[1:]
	}
	rows, _ := s.desk.Query(ctx, `
		SELECT slug, name, note, retired, (`+countSQL(kind)+`)::integer AS uses
		FROM (
			SELECT slug, `+how.name+` AS name, `+how.note+` AS note, retired
			FROM `+nounTables[kind].table+`
			WHERE ($1 = '' OR `+how.name+` ILIKE $1 OR slug ILIKE $1 OR `+how.other+` ILIKE $1)
				AND ($4 = '' OR (retired, `+how.name+`, slug) > ($2, $3, $4)) `+ownNouns(kind)+`
			ORDER BY retired, `+how.name+`, slug
			LIMIT $5) AS listed
		ORDER BY retired, name, slug`, containing(query), retired, key, slug, pageSize+1)
	l.Nouns, err = pgx.CollectRows(rows, pgx.RowToStructByName[Listed])
	if err == nil && len(l.Nouns) > pageSize {
		l.Nouns = l.Nouns[:pageSize]
		last := l.Nouns[pageSize-1]
		l.More = map[bool]string{false: "0", true: "1"}[last.Retired] + last.Name + "~" + string(last.Slug)
	}
	if err != nil {
		return DeskList{}, err
	}
	told := make([]telling, len(l.Nouns))
	for i := range l.Nouns {
		n := &l.Nouns[i]
		told[i] = telling{NounKey{kind, string(n.Slug)}, &n.Name, &n.Invented}
	}
	return l, s.tell(ctx, told)
}

// containing is the pattern of texts that contain a query, "" for none.
func containing(query string) string {
	query = strings.TrimSpace(query)
	if query == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(query) + "%"
}

// countSQL counts the rows that name the noun of a row of the list.
func countSQL(kind narrative.Kind) string {
	parts := []string{"0"}
	for _, r := range referencesTo(kind) {
		parts = append(parts, fmt.Sprintf(`(SELECT count(*) FROM %s WHERE %s = listed.slug)`, r.table, r.column))
	}
	return strings.Join(parts, " + ")
}

// A Found is a noun that a picker offers.
type Found struct {
	Kind narrative.Kind
	Slug string // or a claim's code
	Name string // in plain words
	Note string

	Invented bool `db:"-"` // for practice, see [Store.Invented]
}

// mostFound is how many nouns [Store.Find] returns.
const mostFound = 20

// Find returns the nouns of a kind that somebody may mean who types a query, the likeliest first, at most 20, none that are
// retired. As sources outlets are found too. The error is [ErrNotFound] for a kind that nothing is chosen from.
func (s *Store) Find(ctx context.Context, kind narrative.Kind, query string) (_ []Found, err error) {
	defer wrap(&err, "Find(%q)", kind)

	how, ok := deskListings[kind]
	if !ok {
		return nil, fmt.Errorf("%w: no nouns of the kind %q", ErrNotFound, kind)
	}
	rows, _ := s.desk.Query(ctx, `
		SELECT $3 AS kind, slug, name, note
		FROM (
			SELECT slug, `+how.name+` AS name, `+how.note+` AS note, `+how.other+` AS other
			FROM `+nounTables[kind].table+`
			WHERE NOT retired) AS n
		WHERE name ILIKE $1 OR slug ILIKE $1 OR other ILIKE $1 OR $2 <% name
		ORDER BY slug = $2 DESC, lower(name) = lower($2) DESC, name ILIKE $4 DESC, word_similarity($2, name) DESC, name, slug
		LIMIT $5`, "%"+strings.Trim(containing(query), "%")+"%", strings.TrimSpace(query), kind, strings.TrimPrefix(containing(query), "%"), mostFound)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Found])
	if err != nil {
		return nil, err
	}
	return list, s.tellFound(ctx, list)
}

// tellFound finishes nouns that are offered.
func (s *Store) tellFound(ctx context.Context, list []Found) error {
	told := make([]telling, len(list))
	for i := range list {
		told[i] = telling{NounKey{list[i].Kind, list[i].Slug}, &list[i].Name, &list[i].Invented}
	}
	return s.tell(ctx, told)
}
