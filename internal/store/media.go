package store

import (
	"context"
	"crypto/sha256"

	"github.com/jackc/pgx/v5"
)

// Media is audio or video of which a transcript came in.
type Media struct {
	Type   string // "audio/mpeg"
	Size   int    // in bytes
	SHA256 []byte
}

// addMedia keeps the recording of an arrival.
func addMedia(ctx context.Context, tx pgx.Tx, arrival int64, mediaType string, body []byte) error {
	sum := sha256.Sum256(body)
	_, err := tx.Exec(ctx, `INSERT INTO media (arrival, media_type, body, sha256) VALUES ($1, $2, $3, $4)`, arrival, mediaType, body, sum[:])
	return err
}

// MediaOf returns what is known of the recording that came in with an arrival. The error is [ErrNotFound] where none did or it
// was erased.
func (s *Store) MediaOf(ctx context.Context, arrival int64) (m Media, err error) {
	defer wrap(&err, "MediaOf(%d)", arrival)

	err = s.desk.QueryRow(ctx, `SELECT media_type, length(body), sha256 FROM media WHERE arrival = $1`, arrival).Scan(&m.Type, &m.Size, &m.SHA256)
	return m, err
}

// MediaBody returns the recording that came in with an arrival, to the byte, and its type. The error is [ErrNotFound].
func (s *Store) MediaBody(ctx context.Context, arrival int64) (mediaType string, body []byte, err error) {
	defer wrap(&err, "MediaBody(%d)", arrival)

	err = s.desk.QueryRow(ctx, `SELECT media_type, body FROM media WHERE arrival = $1`, arrival).Scan(&mediaType, &body)
	return mediaType, body, err
}
