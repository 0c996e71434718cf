package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A cameIn is what came in, as a takedown looks at it.
type cameIn struct {
	ID                         int64
	Article, URL, Name         string
	Title, Summary             string
	Draft                      string // where it may tell the thing, else ""
	Original                   []byte // where it may, else nil
	IsEmpty                    bool   // nothing is left of it but where it is from
	WasForgotten               bool   // with a text that this takedown has erased
	hasName, hasAddress, isOwn bool
}

// clearArrivals empties what came in and tells the thing, settled or not: the bytes go, and what was made of them. It is put away
// and its row stays, so that the feed from which it is does not bring it back. Bytes that cannot be searched, such as those of a
// PDF, go with the text that was made of them. What has words of a passage and is of another article is left, and told.
func (w *takingDown) clearArrivals(ctx context.Context, before narrative.Collection) error {
	addresses := map[string]bool{} // of the article, before it was taken down
	for _, a := range before.Articles {
		if w.desk.article[a.Slug] && a.URL != "" {
			addresses[a.URL] = true
		}
	}
	rows, _ := w.log.tx.Query(ctx, `
		SELECT r.id, coalesce(r.article, ''), r.url, r.name, r.title, r.summary,
			CASE WHEN r.article = ANY ($2) OR holds_any(lower(normalize(r.draft)), ARRAY(SELECT lower(n) FROM unnest($1::text[]) AS n)) THEN r.draft ELSE '' END,
			CASE WHEN EXISTS (SELECT FROM unnest($1::text[]) AS n WHERE position(convert_to(n, 'UTF8') IN r.original) > 0) THEN r.original END,
			r.original IS NULL AND r.draft = '' AND r.title = '' AND r.summary = '' AND r.name = '',
			r.settled_by = 'erasure' AND r.settled_at = now()
		FROM arrivals r
		ORDER BY r.id`, w.needles(), append(w.touched(), w.articles()...))
	var emptied, unaddressed []int64
	var a cameIn
	_, err := pgx.ForEachRow(rows, []any{&a.ID, &a.Article, &a.URL, &a.Name, &a.Title, &a.Summary, &a.Draft, &a.Original, &a.IsEmpty, &a.WasForgotten}, func() error {
		if err := w.look(&a); err != nil {
			return err
		}
		a.isOwn = a.isOwn || w.desk.article[narrative.Slug(a.Article)] || addresses[a.URL]
		if (a.hasAddress || a.isOwn) && a.URL != "" {
			unaddressed = append(unaddressed, a.ID)
		}
		switch {
		case a.WasForgotten, (a.hasName || a.hasAddress || a.isOwn) && !(a.IsEmpty && a.URL == ""):
			emptied = append(emptied, a.ID)
		case w.asked.Kind != narrative.KindSource && a.Draft != "" && w.draftTells(a.Draft):
			w.done.Alike = append(w.done.Alike, a.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.done.Arrivals = emptied
	var b pgx.Batch
	b.Queue(`
		UPDATE arrivals SET
			state = CASE WHEN state IN ('waiting', 'listed') THEN 'dismissed' ELSE state END,
			settled_by = CASE WHEN settled_at IS NULL THEN 'takedown' ELSE settled_by END, settled_at = coalesce(settled_at, now()),
			original = NULL, original_sha256 = CASE WHEN capture IS NOT NULL THEN original_sha256 END,
			draft = '', title = '', summary = '', name = '', url = CASE WHEN id = ANY ($2) THEN '' ELSE url END
		WHERE id = ANY ($1)`, emptied, unaddressed)
	w.auditEach(&b, KindArrival, emptied)
	return w.log.tx.SendBatch(ctx, &b).Close()
}

// touched are the articles that lost a claim or a text.
func (w *takingDown) touched() []string {
	var list []string
	for slug := range w.desk.touched {
		list = append(list, string(slug))
	}
	return list
}

// articles are the slugs of the article that is taken down.
func (w *takingDown) articles() []string {
	if w.asked.Kind != narrative.KindArticle {
		return nil
	}
	return w.names
}

// look finds out whether what came in names the person, has their name in its address, or is of the article of a passage and has its
// words.
func (w *takingDown) look(a *cameIn) error {
	a.hasAddress = w.thing.IsInAddress(a.URL)
	a.hasName = w.thing.IsInAddress(a.Name) || w.thing.IsNamed(a.Title) || w.thing.IsNamed(a.Summary) || w.thing.IsNamed(string(a.Original))
	a.isOwn = false
	if a.Draft == "" {
		return nil
	}
	texts, err := draftTexts(a.Draft)
	a.hasName = a.hasName || slices.ContainsFunc(texts, w.thing.IsNamed)
	a.isOwn = w.desk.touched[narrative.Slug(a.Article)] && w.thing.Shares(texts)
	return err
}

// draftTells reports whether what was made of something that came in tells the thing.
func (w *takingDown) draftTells(draft string) bool {
	texts, err := draftTexts(draft)
	return err == nil && slices.ContainsFunc(texts, w.tells)
}

// draftTexts are all texts in what was made of something that came in.
func draftTexts(draft string) ([]string, error) {
	var d Drafted
	if err := json.Unmarshal([]byte(draft), &d); err != nil {
		return nil, err
	}
	texts := slices.Clone(d.Notes)
	for _, values := range d.Fields {
		texts = append(texts, values...)
	}
	for _, p := range d.Pieces {
		texts = append(texts, p.Text)
	}
	return texts, nil
}

// clearOriginals takes away what was received for captures whose texts name nobody, where the bytes do, or what the desk knew of the
// article: what is cut from a text stays in the bytes, which may be none that can be searched.
func (w *takingDown) clearOriginals(ctx context.Context, before narrative.Collection) error {
	if w.asked.Kind != narrative.KindSource {
		return nil
	}
	var named []string
	for _, a := range before.Articles {
		if slices.ContainsFunc([]string{a.Headline, a.Byline, a.Credit}, w.thing.IsNamed) {
			named = append(named, string(a.Slug))
		}
	}
	rows, _ := w.log.tx.Query(ctx, `
		SELECT c.id, c.article, c.article = ANY ($2), CASE WHEN c.article = ANY ($2) THEN NULL ELSE t.original END
		FROM captures c
		JOIN capture_texts t ON t.capture = c.id
		WHERE t.original IS NOT NULL AND (c.article = ANY ($2)
			OR EXISTS (SELECT FROM unnest($1::text[]) AS n WHERE position(convert_to(n, 'UTF8') IN t.original) > 0))
		ORDER BY c.id`, w.needles(), named)
	var ids []int64
	var id int64
	var article string
	var isNamed bool
	var original []byte
	_, err := pgx.ForEachRow(rows, []any{&id, &article, &isNamed, &original}, func() error {
		if isNamed || w.thing.IsNamed(string(original)) {
			ids = append(ids, id)
			if key := (NounKey{narrative.KindArticle, article}); !slices.Contains(w.done.Originals, key) {
				w.done.Originals = append(w.done.Originals, key)
			}
		}
		return nil
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	_, err = w.log.tx.Exec(ctx, `SELECT forget_originals($1)`, ids)
	return err
}

// clearCopies takes away where outside archives keep copies of an article that is taken down, and addresses of such copies that have
// the person's name in them.
func (w *takingDown) clearCopies(ctx context.Context, _ narrative.Collection) error {
	rows, _ := w.log.tx.Query(ctx, `
		SELECT y.capture, y.address, c.article
		FROM archive_copies y
		JOIN captures c ON c.id = y.capture
		ORDER BY y.capture, y.address`)
	var captures []int64
	var capture int64
	var address, article string
	_, err := pgx.ForEachRow(rows, []any{&capture, &address, &article}, func() error {
		if w.desk.article[narrative.Slug(article)] || w.thing.IsInAddress(address) {
			captures, w.copies = append(captures, capture), append(w.copies, address)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.done.Copies = len(captures)
	_, err = w.log.tx.Exec(ctx, `
		DELETE FROM archive_copies
		WHERE (capture, address) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))`, captures, w.copies)
	return err
}

// addressesBefore are the addresses that articles have no longer.
func (w *takingDown) addressesBefore(before narrative.Collection) []string {
	var list []string
	for _, a := range before.Articles {
		if a.URL != "" && (w.desk.article[a.Slug] || w.thing.IsInAddress(a.URL)) {
			list = append(list, strings.TrimSpace(a.URL))
		}
	}
	return list
}
