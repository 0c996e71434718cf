package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A Recording is audio or video of which a transcript came in, to the byte.
type Recording struct {
	Name string // of the file, at most 300 characters; "" for none
	Type string // "audio/mpeg"
	Body []byte // 1 byte to 20 MiB
}

// Media is what is known of a recording that is kept with its transcript.
type Media struct {
	Name    string // of the file as it was sent; "" if that is not known
	Type    string // "audio/mpeg"
	Size    int    // in bytes
	SHA256  []byte
	AddedBy string // an account's name
	AddedAt time.Time
}

// addMedia keeps the recording of an arrival.
func addMedia(ctx context.Context, tx pgx.Tx, arrival int64, r Recording, actor string, at time.Time) error {
	sum := sha256.Sum256(r.Body)
	_, err := tx.Exec(ctx, `
		INSERT INTO media (arrival, name, media_type, body, sha256, added_by, added_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, arrival, r.Name, r.Type, r.Body, sum[:], actor, at.UTC())
	return err
}

// AddRecording keeps the recording of a capture of an article that was made from a transcript, with an entry of the audit log. The
// errors are [ErrNotFound] for a capture that is not the article's, was made from something else or was erased, and [ErrConflict]
// for one whose recording is kept already.
func (s *Store) AddRecording(ctx context.Context, article narrative.Slug, capture int64, r Recording, actor string) (err error) {
	defer wrap(&err, "AddRecording(%q, %d, %d bytes)", article, capture, len(r.Body))

	return s.edit(ctx, func(tx pgx.Tx) error {
		var arrival int64
		var number int
		err := tx.QueryRow(ctx, `
			SELECT r.id, (SELECT count(*) FROM captures n WHERE n.article = c.article AND n.id <= c.id)
			FROM captures c
			JOIN arrivals r ON r.capture = c.id
			JOIN capture_texts t ON t.capture = c.id
			WHERE c.id = $1 AND c.article = $2 AND r.format = 'transcript' AND t.original IS NOT NULL
			FOR UPDATE OF r`, capture, article).Scan(&arrival, &number)
		if err != nil {
			return err
		}
		if err := addMedia(ctx, tx, arrival, r, actor, time.Now()); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "capture", Change{
			NounKey{narrative.KindArticle, string(article)}, "", fmt.Sprintf("recording of text %d, %d bytes, SHA-256 %x", number, len(r.Body), sha256.Sum256(r.Body)),
		}, "")
	})
}

// A CaptureMedia is what a capture that was made from a transcript has of a recording.
type CaptureMedia struct {
	Capture int64
	Arrival int64  // under whose number the recording is kept
	Media   *Media // nil while none is
}

// CaptureMedia returns, by capture, which of an article's captures were made from a transcript whose original is still kept.
func (s *Store) CaptureMedia(ctx context.Context, article narrative.Slug) (_ map[int64]CaptureMedia, err error) {
	defer wrap(&err, "CaptureMedia(%q)", article)

	rows, _ := s.desk.Query(ctx, `
		SELECT c.id, r.id, m.arrival IS NOT NULL, coalesce(m.name, ''), coalesce(m.media_type, ''), coalesce(length(m.body), 0), m.sha256,
			coalesce(m.added_by, ''), coalesce(m.added_at, now())
		FROM captures c
		JOIN arrivals r ON r.capture = c.id
		JOIN capture_texts t ON t.capture = c.id
		LEFT JOIN media m ON m.arrival = r.id
		WHERE c.article = $1 AND r.format = 'transcript' AND t.original IS NOT NULL
		ORDER BY c.id DESC
		LIMIT $2`, article, pageSize)
	list := map[int64]CaptureMedia{}
	var c CaptureMedia
	var isKept bool
	var m Media
	_, err = pgx.ForEachRow(rows, []any{&c.Capture, &c.Arrival, &isKept, &m.Name, &m.Type, &m.Size, &m.SHA256, &m.AddedBy, &m.AddedAt}, func() error {
		if c.Media = nil; isKept {
			c.Media = new(m)
		}
		list[c.Capture] = c
		return nil
	})
	return list, err
}

// MediaOf returns what is known of the recording of an arrival. The error is [ErrNotFound] where there is none or it was erased.
func (s *Store) MediaOf(ctx context.Context, arrival int64) (m Media, err error) {
	defer wrap(&err, "MediaOf(%d)", arrival)

	err = s.desk.QueryRow(ctx, `SELECT name, media_type, length(body), sha256, added_by, added_at FROM media WHERE arrival = $1`, arrival).
		Scan(&m.Name, &m.Type, &m.Size, &m.SHA256, &m.AddedBy, &m.AddedAt)
	return m, err
}

// MediaBody returns the recording of an arrival, to the byte, and its type. The error is [ErrNotFound].
func (s *Store) MediaBody(ctx context.Context, arrival int64) (mediaType string, body []byte, err error) {
	defer wrap(&err, "MediaBody(%d)", arrival)

	err = s.desk.QueryRow(ctx, `SELECT media_type, body FROM media WHERE arrival = $1`, arrival).Scan(&mediaType, &body)
	return mediaType, body, err
}
