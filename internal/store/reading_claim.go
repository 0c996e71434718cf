package store

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A ClaimPage is a claim as each fact's latest edition has it or, if none has it any more, as the last edition that had
// it.
type ClaimPage struct {
	Rows     []edition.ClaimRow // one for each fact, the latest entry of the log first
	Past     bool               // no latest edition has it any more
	Outlet   edition.Outlet
	Source   edition.Source
	Sentence string       // the whole sentence round the passage, only where the article's rights are full
	Editions []EditionRow // in which it stands, newest first; at most 100
}

// Claim returns a claim that was ever published. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Claim(ctx context.Context, code string) (p ClaimPage, err error) {
	defer wrap(&err, "Claim(%q)", code)

	var body []byte
	var index int64
	err = s.reader.QueryRow(ctx, `
		SELECT c.rows, coalesce(c.sentence, ''), coalesce(o.doc, '{}'), coalesce(s.doc, '{}'), e.editions, b.body, coalesce(b.log_index, 0)
		FROM (
			SELECT json_agg(row ORDER BY log_index DESC, fact) AS rows, max(sentence) AS sentence, max(outlet) AS outlet,
				max(source) AS source
			FROM published_claims
			WHERE code = $1) AS c
		CROSS JOIN LATERAL (
			SELECT json_agg(to_jsonb(e) - 'log_index' ORDER BY e.log_index DESC) AS editions, max(e.log_index) AS log_index
			FROM (
				SELECT coalesce(f.fact, e.slug) AS fact, e.title,
					e.kind, e.reason, e.review, e.number, e.published_at, e.log_index, `+inventedEdition+` AS fiction
				FROM published_editions e
				LEFT JOIN published_facts f USING (fact_id)
				WHERE e.claims @> ARRAY[$1]
				ORDER BY e.log_index DESC
				LIMIT 100) AS e) AS e
		LEFT JOIN LATERAL (
			SELECT doc FROM published_nouns WHERE kind = 'outlet' AND slug = c.outlet ORDER BY log_index DESC LIMIT 1) AS o ON true
		LEFT JOIN LATERAL (
			SELECT doc FROM published_nouns WHERE kind = 'source' AND slug = c.source ORDER BY log_index DESC LIMIT 1) AS s ON true
		LEFT JOIN edition_bodies b ON c.rows IS NULL AND b.log_index = e.log_index
			AND NOT EXISTS (SELECT FROM published_redirects r WHERE r.kind = 'claim' AND r.name = $1)
		WHERE c.rows IS NOT NULL OR b.log_index IS NOT NULL`, code).
		Scan(&p.Rows, &p.Sentence, &p.Outlet, &p.Source, &p.Editions, &body, &index)
	if errors.Is(err, pgx.ErrNoRows) {
		return ClaimPage{}, s.moved(ctx, narrative.KindClaim, code)
	}
	if err != nil || len(p.Rows) > 0 {
		return p, err
	}
	return p, p.remember(code, body, index)
}

// remember draws the claim from the last edition that had it.
func (p *ClaimPage) remember(code string, body []byte, index int64) error {
	b, err := edition.Read(body)
	if err != nil {
		return err
	}
	p.Past = true
	for _, row := range edition.Project(b, index).Claims {
		if row.Claim.Code == code {
			row.Fact = p.Editions[0].Fact // which has another slug today, perhaps
			p.Rows = append(p.Rows, row)
		}
	}
	if len(p.Rows) == 0 {
		return ErrNotFound
	}
	c := p.Rows[0].Claim
	if i := slices.IndexFunc(b.Content.Outlets, func(o edition.Outlet) bool { return o.Slug == c.Outlet }); i >= 0 {
		p.Outlet = b.Content.Outlets[i]
	}
	if i := slices.IndexFunc(b.Content.Sources, func(s edition.Source) bool { return s.Slug == c.Source }); i >= 0 {
		p.Source = b.Content.Sources[i]
	}
	return nil
}
