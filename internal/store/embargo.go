package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// An Embargo is until when nothing of an article is to stand before readers.
type Embargo struct {
	Article  narrative.Slug
	Headline string
	Language string // of the headline
	Until    time.Time
}

// Embargoes returns those of the articles that are under embargo now, the one that ends first before the others. One whose moment
// is over is none.
func (s *Store) Embargoes(ctx context.Context, articles []narrative.Slug) (_ []Embargo, err error) {
	defer wrap(&err, "Embargoes(%d articles)", len(articles))
	return embargoes(ctx, s.desk, articles)
}

func embargoes(ctx context.Context, q querier, articles []narrative.Slug) ([]Embargo, error) {
	rows, _ := q.Query(ctx, `
		SELECT e.article, a.headline, a.language, e.until
		FROM embargoes e
		JOIN articles a ON a.slug = e.article
		WHERE e.article = ANY ($1) AND e.until > now()
		ORDER BY e.until, e.article`, nonNil(articles))
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Embargo])
}

// SetEmbargo enters until when an article is under embargo, with an entry of the audit log; the zero time lifts it. The errors are
// [ErrNotFound] and [*Moved] for the article.
func (s *Store) SetEmbargo(ctx context.Context, article narrative.Slug, until time.Time, actor, why string) (err error) {
	defer wrap(&err, "SetEmbargo(%q)", article)

	return s.edit(ctx, func(tx pgx.Tx) error {
		key := NounKey{narrative.KindArticle, string(article)}
		if _, err := loadNoun(ctx, tx, key); err != nil {
			return err
		}
		said := "embargo lifted"
		sql, args := `DELETE FROM embargoes WHERE article = $1`, []any{article}
		if !until.IsZero() {
			said = "embargo until " + until.UTC().Format(time.RFC3339)
			sql, args = `
				INSERT INTO embargoes (article, until, set_by)
				VALUES ($1, $2, $3)
				ON CONFLICT (article) DO UPDATE SET until = excluded.until, set_by = excluded.set_by`, []any{article, until.UTC(), actor}
		}
		if _, err := tx.Exec(ctx, sql, args...); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "capture", Change{key, "", said}, why)
	})
}

// keepEmbargo gives an article the embargo of what came in for it, if that names one.
const keepEmbargo = `
	INSERT INTO embargoes (article, until, set_by)
	SELECT $2, embargo_until, $3 FROM arrivals WHERE id = $1 AND embargo_until IS NOT NULL
	ON CONFLICT (article) DO UPDATE SET until = excluded.until, set_by = excluded.set_by`

// embargoProblems says of each draft which of the articles that it shows are under embargo.
func embargoProblems(ctx context.Context, tx pgx.Tx, drafts []draft) error {
	var articles []narrative.Slug
	for _, d := range drafts {
		for _, a := range d.content.Articles {
			articles = append(articles, narrative.Slug(a.Slug))
		}
	}
	list, err := embargoes(ctx, tx, articles)
	if err != nil {
		return err
	}
	for i := range drafts {
		for _, e := range list {
			if !drafts[i].shows(e.Article) {
				continue
			}
			drafts[i].problems = append(drafts[i].problems, narrative.Problem{
				Kind: narrative.KindArticle, Key: string(e.Article), Path: "embargo",
				Message: fmt.Sprintf("“%s” is under embargo until %s; nothing of it may stand before readers before that", e.Headline, e.Until.UTC().Format("2 January 2006, 15:04 UTC")),
			})
		}
	}
	return nil
}

// shows reports whether an edition of the draft would name an article.
func (d draft) shows(article narrative.Slug) bool {
	for _, a := range d.content.Articles {
		if a.Slug == string(article) {
			return true
		}
	}
	return false
}
