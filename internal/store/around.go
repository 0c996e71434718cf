package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// mostChoices is how many nouns of a kind a form offers for choice without being asked.
const mostChoices = 200

// Surroundings are what stands around the form of a noun.
type Surroundings struct {
	// Offered are nouns to choose from: of each kind asked for the first 200 by name, none retired, and those that the noun
	// names already; what was invented for practice comes last.
	Offered []Found
	// Terms are the loaded words of the disputes that the noun is about, or of all where it is of none.
	Terms []narrative.Term
	// Claims are those with a stance on the fact, at most 200, in the order of their articles; of a fact alone.
	Claims []SurroundingClaim
	// Stances are the aspects and positions of the fact that a claim takes.
	Stances []narrative.Stance
}

// A SurroundingClaim is what a form tells of a claim.
type SurroundingClaim struct {
	Code   narrative.Code
	Source string // its name
	Party  string // its name, "" for none
	Words  string // segments joined by an ellipsis
}

// Around returns what stands around the form of a noun that the desk knows under a slug, "" for a new one: nouns of the kinds
// to choose from, and what its words are held against. It is one query,
// and one more for places' names and for what was invented.
func (s *Store) Around(ctx context.Context, doc any, was string, kinds []narrative.Kind) (a Surroundings, err error) {
	defer wrap(&err, "Around(%q)", was)

	n := namesIn(doc)
	delete(n.slugs, "")
	var offered []string
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		how, ok := deskListings[kind]
		if !ok {
			continue
		}
		offered = append(offered, fmt.Sprintf(`(
			SELECT '%s' AS "Kind", slug AS "Slug", %s AS "Name", %s AS "Note"
			FROM %s
			WHERE NOT retired OR slug = ANY ($1)
			ORDER BY slug = ANY ($1) DESC, %s, slug
			LIMIT %d)`, kind, how.name, how.note, nounTables[kind].table, how.name, mostChoices))
	}
	if len(offered) == 0 {
		offered = []string{`(SELECT NULL WHERE false)`}
	}
	fact := ""
	if nounKeyOf(doc).Kind == narrative.KindFact {
		fact = was
	}
	var document []byte
	err = s.desk.QueryRow(ctx, `
		WITH disputes_of AS (
			SELECT slug FROM disputes WHERE slug = ANY ($1)
			UNION SELECT dispute FROM facts WHERE slug = ANY ($1))
		SELECT jsonb_build_object(
			'Offered', (SELECT jsonb_agg(to_jsonb(o)) FROM (`+strings.Join(offered, " UNION ALL ")+`) AS o),
			'Terms', (
				SELECT jsonb_agg(doc)
				FROM (
					SELECT `+termDoc+` AS doc
					FROM terms t
					WHERE NOT EXISTS (SELECT FROM disputes_of) OR t.dispute IN (SELECT slug FROM disputes_of)
					ORDER BY t.slug
					LIMIT 1000) AS t),
			'Claims', (
				SELECT jsonb_agg(to_jsonb(c))
				FROM (
					SELECT c.code AS "Code", s.name AS "Source", coalesce(p.name, '') AS "Party", array_to_string(c.words, ' … ') AS "Words"
					FROM claims c
					JOIN sources s ON s.slug = c.source
					LEFT JOIN parties p ON p.slug = s.party
					WHERE c.code IN (SELECT claim FROM stances WHERE fact = $2)
					ORDER BY c.article, c.ordinal
					LIMIT `+fmt.Sprint(mostChoices)+`) AS c),
			'Stances', (
				SELECT jsonb_agg(DISTINCT jsonb_build_object('Fact', fact, 'Aspect', aspect, 'Position', coalesce(position, '')))
				FROM stances
				WHERE fact = $2))`, slices.Sorted(maps.Keys(n.slugs)), fact).Scan(&document)
	if err != nil {
		return Surroundings{}, err
	}
	if err := json.Unmarshal(document, &a); err != nil {
		return Surroundings{}, err
	}
	if err := s.tellFound(ctx, a.Offered); err != nil {
		return Surroundings{}, err
	}
	inventedLast(a.Offered)
	return a, nil
}

// A Named asks which noun of a kind somebody means: by its slug, by one that it had, or by its name.
type Named struct {
	Kind narrative.Kind
	Text string
}

// A Meaning is what a [Named] means.
type Meaning struct {
	Slugs   []narrative.Slug // none, one, or several that have the same name
	Nearest string           // if none: name and slug of the one that is spelt most like it, "" if there is nothing like it
}

// Resolve says of each text which noun it means, in one query. As sources outlets are found too.
func (s *Store) Resolve(ctx context.Context, asked []Named) (_ map[Named]Meaning, err error) {
	defer wrap(&err, "Resolve(%d names)", len(asked))

	meanings := make(map[Named]Meaning, len(asked))
	var parts []string
	var args []any
	byKind := map[narrative.Kind][]string{}
	for _, a := range asked {
		byKind[a.Kind] = append(byKind[a.Kind], a.Text)
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		how, ok := deskListings[kind]
		if !ok {
			continue
		}
		args = append(args, byKind[kind])
		parts = append(parts, fmt.Sprintf(`
			SELECT '%[1]s' AS kind, text, coalesce(
				(SELECT ARRAY[n.slug] FROM %[2]s AS n WHERE n.slug = text %[6]s),
				(SELECT ARRAY[n.target] FROM names n WHERE n.kind = '%[1]s' AND n.name = text AND n.target IS NOT NULL),
				(SELECT array_agg(slug ORDER BY slug) FROM (
					SELECT slug FROM %[3]s WHERE lower(%[4]s) = lower(text) %[6]sORDER BY retired, slug LIMIT 5) AS named),
				'{}') AS slugs,
				coalesce((
					SELECT name || ' (' || slug || ')'
					FROM (SELECT slug, %[4]s AS name FROM %[3]s WHERE NOT retired) AS n
					WHERE greatest(similarity(name, text), similarity(slug, text)) > 0.2
					ORDER BY greatest(similarity(name, text), similarity(slug, text)) DESC, slug
					LIMIT 1), '') AS nearest
			FROM unnest($%[5]d::text[]) AS asked (text)`, kind, nounTables[kind].name(), nounTables[kind].table, how.name, len(args), notMerged(kind)))
	}
	if len(parts) == 0 {
		return meanings, nil
	}
	rows, _ := s.desk.Query(ctx, strings.Join(parts, " UNION ALL "), args...)
	var n Named
	var m Meaning
	_, err = pgx.ForEachRow(rows, []any{&n.Kind, &n.Text, &m.Slugs, &m.Nearest}, func() error {
		meanings[n] = m
		return nil
	})
	return meanings, err
}

// A TouchedFact is a published fact whose page a noun stands on.
type TouchedFact struct {
	Slug     narrative.Slug
	Question string // in plain words
	Number   int    // of its latest edition
	Invented bool   `db:"-"` // for practice, see [Store.Invented]
}

// TouchedFacts returns the facts on the lists whose latest edition shows a noun, under the slug that it has or one that it
// had, by slug, at most 500: those that a change to it touches. An article is named, too, where one that prints it again stands.
func (s *Store) TouchedFacts(ctx context.Context, key NounKey) (_ []TouchedFact, err error) {
	defer wrap(&err, "TouchedFacts(%q, %q)", key.Kind, key.Key)

	rows, _ := s.desk.Query(ctx, `
		WITH RECURSIVE called AS (
			SELECT $2::text AS slug
			UNION SELECT name FROM names WHERE kind = $1 AND target = $2
			UNION SELECT p.article FROM called c JOIN reprints p ON $1 = 'article' AND p.origin = c.slug)
		SELECT f.slug, f.question, p.number
		FROM published_facts p
		JOIN facts f ON f.id = p.fact_id
		WHERE p.fact IN (
				SELECT n.fact FROM published_nouns n JOIN called USING (slug) WHERE n.kind = $1)
			OR $1 = 'fact' AND f.slug = $2
			OR $1 = 'term' AND f.dispute = (SELECT t.dispute FROM terms t WHERE t.slug = $2)
		ORDER BY f.slug
		LIMIT 500`, key.Kind, key.Key)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[TouchedFact])
	if err != nil {
		return nil, err
	}
	told := make([]telling, len(list))
	for i := range list {
		told[i] = telling{NounKey{narrative.KindFact, string(list[i].Slug)}, &list[i].Question, &list[i].Invented}
	}
	return list, s.tell(ctx, told)
}
