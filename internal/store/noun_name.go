package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// NounNames returns what nouns are called in plain words, by their keys: their names, titles, questions, headlines or words. One that is not
// there under its key, and a claim, which has no name, is left out. All kinds are asked for at once.
func (s *Store) NounNames(ctx context.Context, keys []NounKey) (names map[NounKey]string, err error) {
	defer wrap(&err, "NounNames(%d)", len(keys))

	asked := map[narrative.Kind][]string{}
	for _, k := range keys {
		if _, ok := deskListings[k.Kind]; ok {
			asked[k.Kind] = append(asked[k.Kind], k.Key)
		}
	}
	names = map[NounKey]string{}
	var b pgx.Batch
	for kind, slugs := range asked {
		b.Queue(`SELECT slug, `+deskListings[kind].name+` FROM `+nounTables[kind].table+` WHERE slug = ANY ($1)`, slugs).Query(func(rows pgx.Rows) error {
			k, name := NounKey{Kind: kind}, ""
			_, err := pgx.ForEachRow(rows, []any{&k.Key, &name}, func() error {
				names[k] = name
				return nil
			})
			return err
		})
	}
	if b.Len() == 0 {
		return names, nil
	}
	if err := s.desk.SendBatch(ctx, &b).Close(); err != nil {
		return nil, err
	}
	var questions []narrative.Markup
	for k, name := range names {
		if k.Kind == narrative.KindFact {
			questions = append(questions, narrative.Markup(name))
		}
	}
	places, err := s.PlaceNames(ctx, questions)
	if err != nil {
		return nil, err
	}
	for k, name := range names {
		if k.Kind == narrative.KindFact {
			names[k] = narrative.Markup(name).Plain(places)
		}
	}
	return names, nil
}
