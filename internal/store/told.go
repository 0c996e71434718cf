package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A telling is a noun in a list, with where the list has its title and whether it was invented. Both may be nil.
type telling struct {
	key       NounKey
	title     *string // of a fact markup, in the place of which plain words are put
	invention *bool
}

// tell finishes lists of nouns: titles become plain words with the places by the names that readers see, and what was invented
// for practice is said to be. It is one query for each of the two, however many nouns there are.
func (s *Store) tell(ctx context.Context, list []telling) error {
	var texts []narrative.Markup
	var keys []NounKey
	for _, t := range list {
		if t.title != nil && t.key.Kind == narrative.KindFact {
			texts = append(texts, narrative.Markup(*t.title))
		}
		if t.invention != nil {
			keys = append(keys, t.key)
		}
	}
	places, err := s.PlaceNames(ctx, texts)
	if err != nil {
		return err
	}
	invented, err := s.Invented(ctx, keys)
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.title != nil && t.key.Kind == narrative.KindFact {
			*t.title = narrative.Markup(*t.title).Plain(places)
		}
		if t.invention != nil {
			*t.invention = invented[t.key]
		}
	}
	return nil
}

// Invented returns which of some nouns were invented for practice, in one query: a dispute that says so and what is its own,
// and a noun all of whose facts are, as the desk has them or, for what only a text names, as they are published. What stands on
// no fact yet goes by its kin: an article by its outlet, a source by its party, and with a practice dispute at the desk by an
// address below .example, where nothing real can be (RFC 2606). The others are left out.
func (s *Store) Invented(ctx context.Context, keys []NounKey) (_ map[NounKey]bool, err error) {
	defer wrap(&err, "Invented(%d nouns)", len(keys))

	invented := map[NounKey]bool{}
	stand, err := s.standing(ctx, keys)
	for key, x := range stand {
		if x.invented {
			invented[key] = true
		}
	}
	return invented, err
}

// KinFirst puts those of some nouns first that stand in a dispute in which a noun stands, and leaves the order otherwise.
func (s *Store) KinFirst(ctx context.Context, of NounKey, list []Found) (err error) {
	defer wrap(&err, "KinFirst(%q, %q)", of.Kind, of.Key)

	keys := []NounKey{of}
	for _, f := range list {
		keys = append(keys, NounKey{f.Kind, f.Slug})
	}
	stand, err := s.standing(ctx, keys)
	if err != nil {
		return err
	}
	isKin := func(f Found) bool {
		return slices.ContainsFunc(stand[NounKey{f.Kind, f.Slug}].disputes, func(d string) bool { return slices.Contains(stand[of].disputes, d) })
	}
	slices.SortStableFunc(list, func(a, b Found) int {
		switch x, y := isKin(a), isKin(b); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return nil
}

// DeskFacts returns the facts with the slugs given that are there, in no order.
func (s *Store) DeskFacts(ctx context.Context, slugs []narrative.Slug) (list []narrative.Fact, err error) {
	defer wrap(&err, "DeskFacts(%d slugs)", len(slugs))

	if len(slugs) == 0 {
		return nil, nil
	}
	var b pgx.Batch
	queue(&b, &list, `SELECT `+factDoc+` FROM facts f WHERE slug = ANY ($1)`, slugs)
	return list, s.desk.SendBatch(ctx, &b).Close()
}

// A standing is in which disputes a noun stands.
type standing struct {
	invented bool // all of them are
	disputes []string
}

// standing returns in which disputes nouns stand; those that stand in none are left out.
func (s *Store) standing(ctx context.Context, keys []NounKey) (map[NounKey]standing, error) {
	found := map[NounKey]standing{}
	if len(keys) == 0 {
		return found, nil
	}
	kinds, slugs := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		kinds[i], slugs[i] = string(k.Kind), k.Key
	}
	rows, _ := s.desk.Query(ctx, standingSQL, kinds, slugs)
	var key NounKey
	var x standing
	_, err := pgx.ForEachRow(rows, []any{&key.Kind, &key.Key, &x.invented, &x.disputes}, func() error {
		found[key] = x
		return nil
	})
	return found, err
}

// inventedLast puts what was invented for practice behind what is real, for nobody to choose it by mistake.
func inventedLast(list []Found) {
	slices.SortStableFunc(list, func(a, b Found) int {
		switch {
		case a.Invented == b.Invented:
			return 0
		case a.Invented:
			return 1
		}
		return -1
	})
}

// standingSQL says of the nouns of the kinds $1 with the keys $2 in which disputes they stand, and whether all of these are
// invented.
const standingSQL = `
	WITH asked AS (
		SELECT DISTINCT kind, key FROM unnest($1::text[], $2::text[]) AS asked (kind, key)
	), of_fact AS (
		SELECT slug AS fact, dispute FROM facts
	), stands AS (
		SELECT a.kind, a.key, a.key AS dispute FROM asked a WHERE a.kind = 'dispute'
		UNION ALL
		SELECT a.kind, a.key, f.dispute FROM asked a JOIN of_fact f ON a.kind = 'fact' AND f.fact = a.key
		UNION ALL
		SELECT a.kind, a.key, t.dispute FROM asked a JOIN terms t ON a.kind = 'term' AND t.slug = a.key
		UNION ALL
		SELECT a.kind, a.key, f.dispute FROM asked a JOIN stances s ON a.kind = 'claim' AND s.claim = a.key JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN claims c ON a.kind = 'article' AND c.article = a.key
		JOIN stances s ON s.claim = c.code
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN articles x ON a.kind = 'outlet' AND x.outlet = a.key
		JOIN claims c ON c.article = x.slug
		JOIN stances s ON s.claim = c.code
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN claims c ON a.kind IN ('source', 'outlet') AND a.key IN (c.source, c.attributed_to)
		JOIN stances s ON s.claim = c.code
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN hops h ON a.kind IN ('source', 'outlet') AND h.source = a.key
		JOIN stances s ON s.claim = h.claim
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN sources o ON a.kind = 'party' AND o.party = a.key
		JOIN claims c ON c.source = o.slug
		JOIN stances s ON s.claim = c.code
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN claims c ON a.kind = 'event' AND c.event = a.key
		JOIN stances s ON s.claim = c.code
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute FROM asked a JOIN periods p ON a.kind = 'event' AND a.key IN (p.from_event, p.until_event) JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute FROM asked a JOIN bearings b ON a.kind = 'record' AND b.record = a.key JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, p.dispute FROM asked a JOIN published_nouns n ON n.kind = a.kind AND n.slug = a.key JOIN published_facts p USING (fact)
	), kin AS (
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN articles x ON a.kind = 'article' AND x.slug = a.key
		JOIN articles y ON y.outlet = x.outlet
		JOIN claims c ON c.article = y.slug
		JOIN stances s ON s.claim = c.code
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN sources o ON a.kind IN ('source', 'outlet') AND o.slug = a.key
		JOIN sources p ON p.party = o.party
		JOIN claims c ON c.source = p.slug
		JOIN stances s ON s.claim = c.code
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, f.dispute
		FROM asked a
		JOIN claims c ON a.kind = 'claim' AND c.code = a.key
		JOIN claims d ON d.article = c.article
		JOIN stances s ON s.claim = d.code
		JOIN of_fact f USING (fact)
		UNION ALL
		SELECT a.kind, a.key, d.slug
		FROM asked a
		JOIN articles x ON a.kind = 'article' AND x.slug = a.key
			OR a.kind = 'outlet' AND x.outlet = a.key
			OR a.kind = 'claim' AND x.slug = (SELECT article FROM claims WHERE code = a.key)
		JOIN disputes d ON d.fiction
		WHERE x.url ~* '^https?://[^/]+[.]example(:[0-9]+)?(/|$)'
	)
	SELECT kind, key, bool_and(d.fiction), array_agg(DISTINCT d.slug)
	FROM (
		SELECT * FROM stands
		UNION ALL
		SELECT * FROM kin WHERE (kind, key) NOT IN (SELECT kind, key FROM stands)) AS x
	JOIN disputes d ON d.slug = x.dispute
	GROUP BY kind, key`
