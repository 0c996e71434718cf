package store

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// eraseTexts erases the captured texts that hold the thing: of an article that lost a claim all but its excerpt of today,
// of others those that name the person. The claims that are left are anchored in the excerpt.
func (w *takingDown) eraseTexts(ctx context.Context) error {
	type captured struct {
		capture
		Number int
	}
	lost := slices.Collect(maps.Keys(w.desk.touched))
	lost = append(lost, slices.Collect(maps.Keys(w.desk.article))...)
	rows, _ := w.log.tx.Query(ctx, `
		SELECT id, article, kind, text, number
		FROM (
			SELECT c.id, c.article, c.kind, t.text, row_number() OVER (PARTITION BY c.article ORDER BY c.id) AS number,
				EXISTS (SELECT FROM erasures e WHERE e.capture = c.id) AS erased
			FROM captures c
			JOIN capture_texts t ON t.capture = c.id) AS all_of_them
		WHERE NOT erased AND (article = ANY ($1) OR article IN (
			SELECT c.article
			FROM captures c
			JOIN capture_texts t ON t.capture = c.id
			WHERE EXISTS (SELECT FROM unnest($2::text[]) AS n WHERE strpos(t.text, n) > 0)))
		ORDER BY id`, lost, w.thing.Names())
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[captured])
	if err != nil {
		return err
	}
	latest := map[narrative.Slug]int64{} // excerpts that stay
	for _, c := range found {
		if c.Kind == "excerpt" {
			latest[c.Article] = c.ID
		}
	}
	var erase []captured
	var kept []int64
	for _, c := range found {
		switch {
		case latest[c.Article] == c.ID && !w.desk.holds(c.Article, c.Text) && w.desk.hasPassages(c.Article):
			kept = append(kept, c.ID)
		case slices.Contains(lost, c.Article) || w.thing.IsNamed(c.Text):
			erase = append(erase, c)
		}
	}
	if err := makeCurrent(ctx, w.log.tx, kept); err != nil {
		return err
	}
	for _, c := range erase {
		if err := w.log.eraseText(ctx, c.Article, c.Number, c.ID, w.asked.Reason, w.done.On); err != nil {
			return err
		}
		w.desk.touched[c.Article] = true
	}
	w.done.Texts = len(erase)
	return nil
}
