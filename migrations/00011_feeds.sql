-- +goose Up
-- What feeds ask for: the first editions of facts, and the corrections and withdrawals, the latest of each.
CREATE INDEX editions_first_idx ON editions (log_index) WHERE number = 1;
CREATE INDEX published_editions_correction_idx ON published_editions (log_index) WHERE kind IN ('correction', 'withdrawn', 'merged');

-- +goose Down
DROP INDEX published_editions_correction_idx, editions_first_idx;
