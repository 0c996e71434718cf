package store

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A reference is a foreign key by which the rows of one noun name another.
type reference struct {
	constraint string
	table      string
	column     string
	holder     narrative.Kind // whose rows they are
	key        string         // the column with the holder's slug or code
	once       string         // the columns that may hold the named one once only, "" if it may come twice
}

// references are, by the kind of the noun that is named, all ways to name it but marks in text and what is a part of the
// named noun itself. A test compares them with the database's catalogue.
var references = map[narrative.Kind][]reference{
	narrative.KindDispute: {
		{"terms_dispute_fkey", "terms", "dispute", narrative.KindTerm, "slug", ""},
		{"facts_dispute_fkey", "facts", "dispute", narrative.KindFact, "slug", ""},
	},
	narrative.KindParty: {
		{"sources_party_fkey", "sources", "party", narrative.KindSource, "slug", ""},
		{"place_name_users_party_fkey", "place_name_users", "party", narrative.KindPlace, "place", "place, name"},
		{"term_users_party_fkey", "term_users", "party", narrative.KindTerm, "term", "term"},
	},
	narrative.KindOutlet: {
		{"articles_outlet_fkey", "articles", "outlet", narrative.KindArticle, "slug", ""},
	},
	narrative.KindSource: {
		{"claims_source_fkey", "claims", "source", narrative.KindClaim, "code", ""},
		{"claims_attributed_to_fkey", "claims", "attributed_to", narrative.KindClaim, "code", ""},
		{"hops_source_fkey", "hops", "source", narrative.KindClaim, "claim", ""},
		{"figures_counted_by_fkey", "figures", "counted_by", narrative.KindClaim, "claim", ""},
		{"event_participants_source_fkey", "event_participants", "source", narrative.KindEvent, "event", "event"},
		{"expected_accounts_source_fkey", "expected_accounts", "source", narrative.KindEvent, "event", ""},
		{"requests_source_fkey", "requests", "source", narrative.KindFact, "fact", ""},
	},
	narrative.KindPlace: {
		{"events_place_fkey", "events", "place", narrative.KindEvent, "slug", ""},
	},
	narrative.KindEvent: {
		{"claims_event_fkey", "claims", "event", narrative.KindClaim, "code", ""},
		{"periods_from_event_fkey", "periods", "from_event", narrative.KindFact, "fact", ""},
		{"periods_until_event_fkey", "periods", "until_event", narrative.KindFact, "fact", ""},
		{"requests_event_fkey", "requests", "event", narrative.KindFact, "fact", ""},
	},
	narrative.KindArticle: {
		{"claims_article_fkey", "claims", "article", narrative.KindClaim, "code", ""},
		{"expected_accounts_article_fkey", "expected_accounts", "article", narrative.KindEvent, "event", ""},
		{"reprints_origin_fkey", "reprints", "origin", narrative.KindArticle, "article", "article"},
		{"requests_article_fkey", "requests", "article", narrative.KindFact, "fact", ""},
	},
	narrative.KindFact: {
		{"stances_aspect_fkey", "stances", "fact", narrative.KindClaim, "claim", ""},
		{"counters_fact_fkey", "counters", "fact", narrative.KindClaim, "claim", ""},
		{"readings_fact_fkey", "readings", "fact", narrative.KindArticle, "article", "article"},
		{"bearings_aspect_fkey", "bearings", "fact", narrative.KindRecord, "record", ""},
	},
	narrative.KindClaim: {
		{"counters_other_fkey", "counters", "other", narrative.KindClaim, "claim", ""},
		{"figures_part_of_fkey", "figures", "part_of", narrative.KindClaim, "claim", ""},
		{"point_claims_claim_fkey", "point_claims", "claim", narrative.KindFact, "fact", "fact, point"},
		{"requests_claim_fkey", "requests", "claim", narrative.KindFact, "fact", ""},
	},
}

// referencesTo returns the references to nouns of a kind. An outlet is a source besides, under its own slug.
func referencesTo(kind narrative.Kind) []reference {
	if kind == narrative.KindOutlet {
		return append(references[kind][:1:1], references[narrative.KindSource]...)
	}
	return references[kind]
}

// A prose is a table with text of editors' that holds marks of places and citations.
type prose struct {
	table   string
	columns []string
	holder  narrative.Kind
	key     string
}

// proses are all of them.
var proses = []prose{
	{"disputes", []string{"background", "name_policy"}, narrative.KindDispute, "slug"},
	{"facts", []string{"question", "background", "status_reason"}, narrative.KindFact, "slug"},
	{"periods", []string{"label"}, narrative.KindFact, "fact"},
	{"aspects", []string{"question"}, narrative.KindFact, "fact"},
	{"positions", []string{"label"}, narrative.KindFact, "fact"},
	{"points", []string{"text"}, narrative.KindFact, "fact"},
	{"gaps", []string{"text"}, narrative.KindFact, "fact"},
	{"requests", []string{"question"}, narrative.KindFact, "fact"},
	{"records", []string{"shows", "shows_not"}, narrative.KindRecord, "slug"},
	{"claims", []string{"note"}, narrative.KindClaim, "code"},
	{"counters", []string{"why"}, narrative.KindClaim, "claim"},
}

// markOf is how editors' text names a noun, "" for one that it never names.
func markOf(key NounKey) string {
	switch key.Kind {
	case narrative.KindPlace:
		return "[[" + key.Key + "]]"
	case narrative.KindRecord, narrative.KindClaim:
		return "[@" + key.Key + "]"
	}
	return ""
}

// keyColumn is the column of a noun's slug or code in its own table.
func keyColumn(kind narrative.Kind) (table, column string) {
	if kind == narrative.KindClaim {
		return "claims", "code"
	}
	return nounTables[kind].name(), "slug"
}

// usesSQL is a query for the kind and the key of everything that names a noun: $1 is its slug or code, $2 its mark.
func usesSQL(kind narrative.Kind) string {
	parts := []string{`SELECT ''::text AS kind, ''::text AS key WHERE $1::text <> $1 OR $2::text <> $2`}
	for _, r := range referencesTo(kind) {
		parts = append(parts, fmt.Sprintf(`SELECT '%s', %s FROM %s WHERE %s = $1`, r.holder, r.key, r.table, r.column))
	}
	if markOf(NounKey{Kind: kind}) != "" {
		for _, p := range proses {
			for _, column := range p.columns {
				parts = append(parts, fmt.Sprintf(`SELECT '%s', %s FROM %s WHERE strpos(%s, $2) > 0`, p.holder, p.key, p.table, column))
			}
		}
	}
	return strings.Join(parts, "\n\t\tUNION ")
}

// A Use says how many nouns of a kind name a noun, with the first of them.
type Use struct {
	Kind  narrative.Kind
	Count int
	Keys  []string // slugs or codes in order, at most 100
}

// Uses returns what names a noun, in its fields and in the marks of its text, by kind. A noun that is part of another's rows,
// such as a claim's own words, is no use.
func (s *Store) Uses(ctx context.Context, key NounKey) (_ []Use, err error) {
	defer wrap(&err, "Uses(%q, %q)", key.Kind, key.Key)
	return uses(ctx, s.desk, key)
}

func uses(ctx context.Context, q querier, key NounKey) ([]Use, error) {
	rows, _ := q.Query(ctx, `
		SELECT kind, count(*), (array_agg(key ORDER BY key))[1:100] AS keys
		FROM (`+usesSQL(key.Kind)+`) AS used
		GROUP BY kind
		ORDER BY kind`, key.Key, markOf(key))
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Use])
}

// touch raises the versions of all that names a noun, so that whoever has one of them open is told of the change that its
// parts go through.
func touch(ctx context.Context, tx pgx.Tx, key NounKey) error {
	rows, _ := tx.Query(ctx, `
		SELECT kind, array_agg(key)
		FROM (`+usesSQL(key.Kind)+`) AS used
		GROUP BY kind
		ORDER BY kind`, key.Key, markOf(key))
	type holders struct {
		Kind narrative.Kind
		Keys []string
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[holders])
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, h := range list {
		table, column := keyColumn(h.Kind)
		b.Queue(`UPDATE `+table+` SET version = version WHERE `+column+` = ANY ($1)`, h.Keys)
	}
	return tx.SendBatch(ctx, &b).Close()
}

// remark puts another mark in the place of one in all text of editors'.
func remark(ctx context.Context, tx pgx.Tx, from, to NounKey) error {
	was, now := markOf(from), markOf(to)
	if was == "" {
		return nil
	}
	var b pgx.Batch
	for _, p := range proses {
		for _, column := range p.columns {
			b.Queue(fmt.Sprintf(`UPDATE %s SET %[2]s = replace(%[2]s, $1, $2) WHERE strpos(%[2]s, $1) > 0`, p.table, column), was, now)
		}
	}
	return tx.SendBatch(ctx, &b).Close()
}

// remarked returns a noun with another mark in the place of one in all of its text.
func remarked(doc any, from, to NounKey) any {
	was, now := markOf(from), markOf(to)
	if was == "" {
		return doc
	}
	v := reflect.New(reflect.TypeOf(doc)).Elem()
	v.Set(reflect.ValueOf(doc))
	replaceMarks(v, was, now)
	return v.Interface()
}

func replaceMarks(v reflect.Value, was, now string) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			replaceMarks(field, was, now)
		}
	case reflect.Slice: // a copy, since the caller's noun shares the elements
		if v.Len() == 0 {
			return
		}
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(list, v)
		for i := range list.Len() {
			replaceMarks(list.Index(i), was, now)
		}
		v.Set(list)
	case reflect.String:
		if m, ok := v.Interface().(narrative.Markup); ok {
			v.SetString(strings.ReplaceAll(string(m), was, now))
		}
	}
}
