package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// PageTitle returns what the page of something published is called, as its latest edition has it, and whether all of it was
// invented for practice. name is a slug or, for a claim, its code, under which it is published now. The error is [ErrNotFound].
func (s *Store) PageTitle(ctx context.Context, kind narrative.Kind, name string) (title string, invented bool, err error) {
	defer wrap(&err, "PageTitle(%s, %q)", kind, name)

	sql, args := `
		SELECT (array_agg(coalesce(n.doc ->> 'headline', n.doc ->> 'title', n.doc ->> 'name') ORDER BY n.log_index DESC))[1],
			bool_and((f.row ->> 'fiction')::boolean)
		FROM published_nouns n
		JOIN published_facts f USING (fact)
		WHERE n.slug = $1 AND n.kind = $2
		HAVING count(*) > 0`, []any{name, kind}
	switch kind {
	case narrative.KindFact:
		sql, args = `SELECT row ->> 'title', (row ->> 'fiction')::boolean FROM published_facts WHERE fact = $1`, args[:1]
	case narrative.KindClaim:
		sql, args = `
			SELECT coalesce((SELECT n.doc ->> 'name' FROM published_nouns n WHERE n.kind = 'source' AND n.slug = max(c.source)
				ORDER BY n.log_index DESC LIMIT 1) || ': ', '') || 'claim ' || $1, bool_and((f.row ->> 'fiction')::boolean)
			FROM published_claims c
			JOIN published_facts f USING (fact)
			WHERE c.code = $1
			HAVING count(*) > 0`, args[:1]
	}
	err = s.reader.QueryRow(ctx, sql, args...).Scan(&title, &invented)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, fmt.Errorf("%w: %s %q", ErrNotFound, kind, name)
	}
	return title, invented, err
}
