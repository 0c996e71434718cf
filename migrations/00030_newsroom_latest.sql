-- +goose Up
-- The list of what was kept for the newsroom last, across facts.
CREATE INDEX newsroom_editions_made_at_idx ON newsroom_editions (made_at DESC, fact, number);

-- +goose Down
DROP INDEX newsroom_editions_made_at_idx;
