package store

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A NounKey names a noun of any kind.
type NounKey struct {
	Kind narrative.Kind
	Key  string // slug or code
}

// A Change is a noun before and after a save, as JSON in the shape of its type. Before is "" for a new noun.
type Change struct {
	NounKey
	Before, After string
}

// A Plan says what an import writes.
type Plan struct {
	Write   narrative.Collection // nouns to write, each whole; an article with all its claims
	Changes []Change             // for the audit log, see [ChangesOf]
	Bases   map[NounKey]string   // what the files say of each of their nouns
}

// Import saves nouns in one transaction, with an entry of the audit log for each change. The plan is made inside it from
// what the last import said of each noun and from what the tables hold now; an error of the plan's is returned as it is
// and nothing is saved.
func (s *Store) Import(ctx context.Context, actor, why string, plan func(bases map[NounKey]string, now narrative.Collection) (Plan, error)) (err error) {
	defer wrap(&err, "Import(%q)", actor)

	return s.longWork(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `SELECT kind, key, doc FROM import_bases`)
		bases := make(map[NounKey]string)
		var kind narrative.Kind
		var key, doc string
		if _, err := pgx.ForEachRow(rows, []any{&kind, &key, &doc}, func() error {
			bases[NounKey{kind, key}] = doc
			return nil
		}); err != nil {
			return err
		}
		now, err := loadCollection(ctx, tx, nil)
		if err != nil {
			return err
		}
		p, err := plan(bases, now)
		if err != nil {
			return err
		}
		if err := noneMerged(ctx, tx, p.Write.Articles); err != nil {
			return err
		}
		if err := writeCollection(ctx, tx, p.Write, actor); err != nil {
			return err
		}
		if err := insertAudit(ctx, tx, actor, why, p.Changes); err != nil {
			return err
		}
		if err := saveBases(ctx, tx, p.Bases); err != nil {
			return err
		}
		articles := make([]narrative.Slug, len(p.Write.Articles))
		for i, a := range p.Write.Articles {
			articles[i] = a.Slug
		}
		return projectPassages(ctx, tx, articles)
	})
}

// ChangesOf returns nouns as two collections have them, before and after, in the form in which [Store.Save] and
// [Store.SaveClaim] enter them in the audit log: as JSON, an article without its passages, a claim with all of its words.
func ChangesOf(before, after narrative.Collection, keys []NounKey) ([]Change, error) {
	was, is := nounsOf(before), nounsOf(after)
	list := make([]Change, len(keys))
	for i, key := range keys {
		b, a, err := beforeAndAfter(was[key], is[key])
		if err != nil {
			return nil, err
		}
		list[i] = Change{key, b, a}
	}
	return list, nil
}

// nounsOf returns the nouns of a collection by name: articles without passages, and claims with all of their words.
func nounsOf(c narrative.Collection) map[NounKey]any {
	nouns := map[NounKey]any{}
	v := reflect.ValueOf(c)
	for _, field := range v.Fields() {
		for j := range field.Len() {
			doc := field.Index(j).Interface()
			if a, ok := doc.(narrative.Article); ok {
				for _, b := range a.Blocks {
					for _, claim := range b.Claims {
						if len(claim.Words) == 0 {
							claim.Words = []string{b.Text}
						}
						nouns[NounKey{narrative.KindClaim, string(claim.Code)}] = claim
					}
				}
				a.Blocks = nil
				doc = a
			}
			nouns[nounKeyOf(doc)] = doc
		}
	}
	return nouns
}

// longWork runs an operator's transaction, which may take long. There is one at a time, so that what it reads in several
// statements fits together and two of them never wait for each other in a circle.
func (s *Store) longWork(ctx context.Context, work func(tx pgx.Tx) error) error {
	return s.begin(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '1min'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('counterclaim.desk'))`); err != nil {
			return err
		}
		return work(tx)
	})
}

// insertAudit enters changes in the audit log.
func insertAudit(ctx context.Context, tx pgx.Tx, actor, why string, changes []Change) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"audit_log"},
		[]string{"actor", "kind", "key", "action", "before", "after", "why"},
		pgx.CopyFromSlice(len(changes), func(i int) ([]any, error) {
			c := changes[i]
			action := "change"
			if c.Before == "" {
				action = "create"
			}
			return []any{actor, string(c.Kind), c.Key, action, c.Before, c.After, why}, nil
		}))
	return err
}

func saveBases(ctx context.Context, tx pgx.Tx, bases map[NounKey]string) error {
	var b pgx.Batch
	for key, doc := range bases {
		b.Queue(`
			INSERT INTO import_bases (kind, key, doc)
			VALUES ($1, $2, $3)
			ON CONFLICT (kind, key) DO UPDATE SET doc = excluded.doc`, key.Kind, key.Key, doc)
	}
	return tx.SendBatch(ctx, &b).Close()
}

// A FullText is an article's whole text as it was received and as it was cleaned.
type FullText struct {
	Article  narrative.Slug
	Original []byte
	Text     passage.Text
	At       time.Time // when it was captured
}

// Capture stores full captures of articles in one transaction, anchors the articles' claims into them and tells what
// became of each. An article whose latest full capture holds the same text is left as it is; its claims are reported
// all the same. The error is [ErrNotFound] for an article that is not there.
func (s *Store) Capture(ctx context.Context, actor, why string, texts []FullText) (report []Anchored, err error) {
	defer wrap(&err, "Capture(%d texts)", len(texts))

	err = s.longWork(ctx, func(tx pgx.Tx) error {
		articles := make([]narrative.Slug, len(texts))
		for i, t := range texts {
			articles[i] = t.Article
		}
		rows, _ := tx.Query(ctx, `SELECT slug FROM articles WHERE slug = ANY ($1) AND merged_into IS NULL ORDER BY slug FOR UPDATE`, articles)
		known, err := pgx.CollectRows(rows, pgx.RowTo[narrative.Slug])
		if err != nil {
			return err
		}
		if len(known) < len(articles) {
			return fmt.Errorf("%w: %d of the articles", ErrNotFound, len(articles)-len(known))
		}
		latest, err := latestCaptures(ctx, tx, articles)
		if err != nil {
			return err
		}
		same := make(map[narrative.Slug]bool)
		for _, c := range latest {
			for _, t := range texts {
				if c.Kind == "full" && c.Article == t.Article && c.Text == t.Text.String() {
					same[c.Article] = true
				}
			}
		}
		var changes []Change
		for _, t := range texts {
			if same[t.Article] {
				continue
			}
			id, err := insertCapture(ctx, tx, t.Article, "full", t.Text, t.Original, t.At)
			if err != nil {
				return err
			}
			changes = append(changes, Change{NounKey{narrative.KindArticle, string(t.Article)}, "", fmt.Sprintf("full capture %d", id)})
		}
		if report, err = anchorAnew(ctx, tx, articles); err != nil {
			return err
		}
		if err := keepChanged(ctx, tx, articles, actor); err != nil {
			return err
		}
		if err := insertAudit(ctx, tx, actor, why, changes); err != nil {
			return err
		}
		return projectPassages(ctx, tx, articles)
	})
	return report, err
}

// keepChanged leaves where they stand the claims that say themselves what the latest text has in the place of their words: who
// wrote that down has looked at it.
func keepChanged(ctx context.Context, tx pgx.Tx, articles []narrative.Slug, actor string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO kept_passages (claim, capture, kept_by)
		SELECT c.code, f.id, $2
		FROM `+openDrifts+`
		WHERE c.article = ANY ($1) AND c.changed_seen >= (f.captured_at AT TIME ZONE 'UTC')::date
		ON CONFLICT DO NOTHING`, articles, actor)
	return err
}

// noneMerged refuses articles that the files still have, and that have become part of others.
func noneMerged(ctx context.Context, tx pgx.Tx, articles []narrative.Article) error {
	slugs := make([]narrative.Slug, len(articles))
	for i, a := range articles {
		slugs[i] = a.Slug
	}
	rows, _ := tx.Query(ctx, `
		SELECT slug || ' has become part of ' || merged_into
		FROM articles
		WHERE slug = ANY ($1) AND merged_into IS NOT NULL
		ORDER BY slug`, slugs)
	merged, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err == nil && len(merged) > 0 {
		err = fmt.Errorf("%w: article %s; take it out of the files", ErrConflict, strings.Join(merged, "; article "))
	}
	return err
}

// Texts returns the latest full capture of each article that has one, with the bytes that were received.
func (s *Store) Texts(ctx context.Context) (_ []FullText, err error) {
	defer wrap(&err, "Texts()")

	rows, _ := s.desk.Query(ctx, `
		SELECT DISTINCT ON (c.article) c.article, t.original, t.text, c.captured_at
		FROM captures c
		JOIN articles a ON a.slug = c.article AND a.merged_into IS NULL
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.kind = 'full' AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		ORDER BY c.article, c.id DESC`)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (FullText, error) {
		var t FullText
		var text string
		if err := row.Scan(&t.Article, &t.Original, &text, &t.At); err != nil {
			return FullText{}, err
		}
		var err error
		t.Text, err = passage.ParseText(text)
		return t, err
	})
}
