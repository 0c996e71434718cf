package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A Confirmation asks for an arrival to become what an editor has made of it.
type Confirmation struct {
	Arrival int64
	Version int // of the arrival, as the editor saw it
	Article narrative.Article
	Outlet  *narrative.Outlet // a new one; it becomes the article's. Its slug is a proposal
	Text    passage.Text      // not empty
	Marks   []Mark
	Prints  []int32        // of the text, see [Store.IndexReprints]
	Archive ArchiveCopy    // its address is "" for none
	Origin  narrative.Slug // the article that this one prints again; "" for none
	Reprint narrative.Slug // the article that prints this one again; "" for none
	Basis   string         // of either, if there is one: words, credit or editor
	Actor   string
	Why     string
}

// An ArchiveCopy is a copy of what was captured in an outside archive.
type ArchiveCopy struct {
	Address string        // http or https
	On      narrative.Day // when it was made; "" if that is not known
}

// Confirm makes an article of an arrival, with its full capture and what else is known of it, in one transaction, and
// returns the article's slug. The slug of the confirmation is a proposal: one that is or was used gets a number. The errors
// are [*ArrivalChanged] if somebody else has changed or settled the arrival, [*Unsound] and [ErrNotFound].
func (s *Store) Confirm(ctx context.Context, c Confirmation) (slug narrative.Slug, err error) {
	defer wrap(&err, "Confirm(%d)", c.Arrival)

	c.Article.Blocks = nil
	if c.Origin != "" && !slices.Contains(c.Article.ReprintOf, c.Origin) {
		c.Article.ReprintOf = append(slices.Clone(c.Article.ReprintOf), c.Origin)
	}
	err = s.edit(ctx, func(tx pgx.Tx) error {
		a, err := seenArrival(ctx, tx, c.Arrival, c.Version)
		if err != nil {
			return err
		}
		if err := c.addOutlet(ctx, tx); err != nil {
			return err
		}
		if c.Article.Slug, err = freeSlug(ctx, tx, c.Article.Slug, narrative.KindArticle); err != nil {
			return err
		}
		if err := saveNew(ctx, tx, c.Article, c.Actor, c.Why); err != nil {
			return err
		}
		if _, err := c.capture(ctx, tx, a); err != nil {
			return err
		}
		if c.Origin == "" && c.Reprint == "" {
			return nil
		}
		return c.link(ctx, tx)
	})
	return c.Article.Slug, unsound(err, NounKey{narrative.KindArticle, string(c.Article.Slug)})
}

func (c *Confirmation) addOutlet(ctx context.Context, tx pgx.Tx) (err error) {
	if c.Outlet == nil {
		return nil
	}
	outlet := *c.Outlet
	if outlet.Slug, err = freeSlug(ctx, tx, outlet.Slug, narrative.KindOutlet, narrative.KindSource); err != nil {
		return err
	}
	if err := refuseNamesake(ctx, tx, outlet); err != nil {
		return err
	}
	c.Article.Outlet = outlet.Slug
	return saveNew(ctx, tx, outlet, c.Actor, c.Why)
}

// capture stores the full capture of an article that is there, and settles the arrival.
func (c *Confirmation) capture(ctx context.Context, tx pgx.Tx, a Arrival) (id int64, err error) {
	var original []byte
	if err := tx.QueryRow(ctx, `SELECT original FROM arrivals WHERE id = $1`, a.ID).Scan(&original); err != nil {
		return 0, err
	}
	id, err = captureFull(ctx, tx, FullText{c.Article.Slug, original, c.Text, a.ReceivedAt}, c.Marks, c.Prints, c.Actor, c.Why)
	if err != nil {
		return 0, err
	}
	var b pgx.Batch
	if c.Archive.Address != "" {
		b.Queue(addArchiveCopy, id, c.Archive.Address, c.Archive.On, c.Actor)
	}
	b.Queue(keepEmbargo, a.ID, c.Article.Slug, c.Actor)
	b.Queue(`
		UPDATE arrivals SET state = 'confirmed', original = NULL, draft = '', article = $2, capture = $3, settled_by = $4, settled_at = now()
		WHERE id = $1`, a.ID, c.Article.Slug, id, c.Actor)
	return id, tx.SendBatch(ctx, &b).Close()
}

// captureFull stores an article's whole text with its marks and prints, with an entry of the audit log.
func captureFull(ctx context.Context, tx pgx.Tx, t FullText, marks []Mark, prints []int32, actor, why string) (id int64, err error) {
	if id, err = insertCapture(ctx, tx, t.Article, "full", t.Text, t.Original, t.At); err != nil {
		return 0, err
	}
	starts, labels := make([]int, len(marks)), make([]string, len(marks))
	for i, m := range marks {
		starts[i], labels[i] = m.Start, m.Label
	}
	var b pgx.Batch
	b.Queue(`
		INSERT INTO capture_marks (capture, start, label)
		SELECT $1, m.start, m.label FROM unnest($2::integer[], $3::text[]) AS m (start, label)
		ON CONFLICT (capture, start) DO NOTHING`, id, starts, labels)
	b.Queue(`INSERT INTO capture_shingles (capture, prints) VALUES ($1, $2)`, id, nonNil(prints))
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return 0, err
	}
	return id, audit(ctx, tx, actor, "capture", Change{NounKey{narrative.KindArticle, string(t.Article)}, "", fmt.Sprintf("full capture %d", id)}, why)
}

const addArchiveCopy = `
	INSERT INTO archive_copies (capture, address, made_on, added_by)
	VALUES ($1, $2, nullif($3, '')::date, $4)
	ON CONFLICT (capture, address) DO UPDATE SET made_on = excluded.made_on`

// Recapture makes of an arrival the latest full capture of an article, of which the confirmation names the slug alone, and
// anchors the article's claims into it, in one transaction. It tells what became of each: a claim whose passage is certain
// moves and gets the page or time in which it begins there, unless an editor has typed another ([Store.TypedLocators]); any
// other stays where it was and waits for an editor, see [Store.Drifts]. Words of claims never change. A text that
// is the same as the latest is a capture, too: it shows that nothing had changed by then. The errors are
// [*ArrivalChanged], [ErrNotFound] and [*Moved] for the article.
func (s *Store) Recapture(ctx context.Context, c Confirmation) (report []Anchored, err error) {
	defer wrap(&err, "Recapture(%d, %q)", c.Arrival, c.Article.Slug)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		a, err := seenArrival(ctx, tx, c.Arrival, c.Version)
		if err != nil {
			return err
		}
		articles := []narrative.Slug{c.Article.Slug}
		// Nobody adds a claim to the article or changes one before its claims stand in the new text.
		if _, err := tx.Exec(ctx, `SELECT FROM articles WHERE slug = $1 FOR NO KEY UPDATE`, c.Article.Slug); err != nil {
			return err
		}
		if _, err := loadNoun(ctx, tx, NounKey{narrative.KindArticle, string(c.Article.Slug)}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT FROM claims WHERE article = $1 ORDER BY code FOR UPDATE`, c.Article.Slug); err != nil {
			return err
		}
		capture, err := c.capture(ctx, tx, a)
		if err != nil {
			return err
		}
		if report, err = anchorAnew(ctx, tx, articles); err != nil {
			return err
		}
		if err := renewLocators(ctx, tx, capture, c.Actor, "the page or time in the text captured anew"); err != nil {
			return err
		}
		return projectPassages(ctx, tx, articles)
	})
	return report, err
}

// A Capture is one copy of an article's text, as the desk lists it.
type Capture struct {
	ID       int64
	Number   int    // among those of its article, from 1
	Kind     string // excerpt or full
	At       time.Time
	SHA256   []byte // of the text
	Original []byte // SHA-256 of what was received; nil for an excerpt
	Length   int    // of the text, in code points
	Size     int    // of what was received, in bytes
	Claims   int    // that stand in it now
	Erased   bool
	Archives []ArchiveCopy
}

// Captures returns the captures of an article, the latest first, at most 100. Those of one that became part of another are
// still its own. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Captures(ctx context.Context, article narrative.Slug) (a narrative.Article, list []Capture, err error) {
	defer wrap(&err, "Captures(%q)", article)

	if a, err = anyArticle(ctx, s.desk, article); err != nil {
		return narrative.Article{}, nil, err
	}
	rows, _ := s.desk.Query(ctx, `
		SELECT c.id, row_number() OVER (ORDER BY c.id), c.kind, c.captured_at, c.text_sha256, c.original_sha256, length(t.text),
			coalesce(length(t.original), 0), (SELECT count(*) FROM anchors x WHERE x.capture = c.id AND x.is_current),
			EXISTS (SELECT FROM erasures e WHERE e.capture = c.id),
			coalesce((SELECT jsonb_agg(jsonb_build_object('Address', y.address, 'On', coalesce(y.made_on::text, '')) ORDER BY y.address)
				FROM archive_copies y WHERE y.capture = c.id), '[]')
		FROM captures c
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.article = $1
		ORDER BY c.id DESC
		LIMIT $2`, article, pageSize)
	list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Capture])
	return a, list, err
}

// AddArchiveCopy notes where an outside archive keeps a copy of a capture of an article. The errors are [ErrNotFound] for a
// capture that is not one of the article's, and [ErrInvalid] for what is no address of the web.
func (s *Store) AddArchiveCopy(ctx context.Context, article narrative.Slug, capture int64, c ArchiveCopy, actor string) (err error) {
	defer wrap(&err, "AddArchiveCopy(%q, %d)", article, capture)

	return s.edit(ctx, func(tx pgx.Tx) error {
		var one int
		if err := tx.QueryRow(ctx, `SELECT 1 FROM captures WHERE id = $1 AND article = $2`, capture, article).Scan(&one); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, addArchiveCopy, capture, c.Address, c.On, actor); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "capture", Change{NounKey{narrative.KindArticle, string(article)}, "", fmt.Sprintf("copy of capture %d at %s", capture, c.Address)}, "")
	})
}

// FullCapture returns the latest full capture of an article that still has its text. The error is [ErrNotFound].
func (s *Store) FullCapture(ctx context.Context, article narrative.Slug) (t FullText, err error) {
	defer wrap(&err, "FullCapture(%q)", article)

	var text string
	err = s.desk.QueryRow(ctx, `
		SELECT c.article, t.text, c.captured_at
		FROM captures c
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.article = $1 AND c.kind = 'full' AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		ORDER BY c.id DESC
		LIMIT 1`, article).Scan(&t.Article, &text, &t.At)
	if err != nil {
		return FullText{}, err
	}
	t.Text, err = passage.ParseText(text)
	return t, err
}
