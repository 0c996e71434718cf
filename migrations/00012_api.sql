-- +goose Up
-- The order in which the API lists claims, and those with figures: newest said first, undated last.
CREATE INDEX published_claims_said_idx ON published_claims (coalesce(said_earliest, '-infinity'::date), code);
CREATE INDEX published_claims_figures_idx ON published_claims (coalesce(said_earliest, '-infinity'::date), code)
	WHERE row #> '{claim,figures}' <> '[]';

-- +goose Down
DROP INDEX published_claims_said_idx, published_claims_figures_idx;
