package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A Bringing asks for an article that a program brings in to be kept with its text.
type Bringing struct {
	Article  narrative.Article // its passages are passed over; its slug is no proposal and must be free
	Text     passage.Text      // not empty
	Original []byte            // what the text was made of, not empty
	At       time.Time         // when it came in
	Marks    []Mark
	Prints   []int32 // of the text, see [Store.IndexReprints]
	Actor    string
	Why      string
}

// Bring saves a new article with its full capture in one transaction, with an entry of the audit log for each. It returns the
// article and the number of the capture. The error is [*Unsound].
func (s *Store) Bring(ctx context.Context, b Bringing) (n Noun, capture int64, err error) {
	key := NounKey{narrative.KindArticle, string(b.Article.Slug)}
	defer wrap(&err, "Bring(%q)", key.Key)

	b.Article.Blocks = nil
	err = s.edit(ctx, func(tx pgx.Tx) error {
		if err := saveNew(ctx, tx, b.Article, b.Actor, b.Why); err != nil {
			return err
		}
		text := FullText{b.Article.Slug, b.Original, b.Text, b.At}
		if capture, err = captureFull(ctx, tx, text, b.Marks, b.Prints, b.Actor, b.Why); err != nil {
			return err
		}
		n, err = loadNoun(ctx, tx, key)
		return err
	})
	return n, capture, unsound(err, key)
}

// A TaggedText is the text in which an article is tagged.
type TaggedText struct {
	Capture int64
	Full    bool // whether it is the whole text
	At      time.Time
	Text    passage.Text
	Marks   []Mark // in order
}

// TaggedText returns the text in which an article is tagged. The errors are [*Moved], and [ErrNotFound] for an article that is
// not there or was never captured.
func (s *Store) TaggedText(ctx context.Context, article narrative.Slug) (t TaggedText, err error) {
	defer wrap(&err, "TaggedText(%q)", article)

	if _, err := loadNoun(ctx, s.desk, NounKey{narrative.KindArticle, string(article)}); err != nil {
		return TaggedText{}, err
	}
	var text string
	err = s.desk.QueryRow(ctx, `
		SELECT c.id, c.kind = 'full', c.captured_at, t.text
		FROM captures c
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.id = (`+taggedCapture+`)`, article).Scan(&t.Capture, &t.Full, &t.At, &text)
	if err != nil {
		return TaggedText{}, err
	}
	rows, _ := s.desk.Query(ctx, `SELECT start, label FROM capture_marks WHERE capture = $1 ORDER BY start`, t.Capture)
	if t.Marks, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Mark]); err != nil {
		return TaggedText{}, err
	}
	t.Text, err = passage.ParseText(text)
	return t, err
}
