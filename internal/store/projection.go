package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// listEdition enters an edition in the list of those that readers may know, with its fact's slug, at which it stays to be found.
func listEdition(b *pgx.Batch, fact int64, body edition.Body, logIndex int64) {
	codes := make([]string, len(body.Content.Claims))
	for i, c := range body.Content.Claims {
		codes[i] = c.Code
	}
	b.Queue(`
		INSERT INTO published_editions (log_index, fact_id, number, published_at, kind, reason, title, claims, slug, goes_on, review)
		VALUES ($1, $2, $3, $4::text::timestamptz, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (log_index) DO NOTHING`,
		logIndex, fact, body.Number, body.PublishedAt, body.Kind, body.Reason, body.Content.Title, codes, body.Content.Slug, body.Into, body.Review.String())
	b.Queue(`
		INSERT INTO published_slugs (slug, fact_id)
		VALUES ($1, $2)
		ON CONFLICT (slug) DO NOTHING`, body.Content.Slug, fact)
}

// project replaces a fact's rows of the projection by those of its edition at the given entry of the log. An edition that
// ends its fact leaves none.
func project(ctx context.Context, tx pgx.Tx, fact int64, raw []byte, logIndex int64) error {
	body, err := edition.Read(raw)
	if err != nil {
		return err
	}
	var b pgx.Batch
	listEdition(&b, fact, body, logIndex)
	b.Queue(`DELETE FROM published_facts WHERE fact_id = $1`, fact)
	if body.Kind.Ends() {
		return tx.SendBatch(ctx, &b).Close()
	}
	p := edition.Project(body, logIndex)
	b.Queue(`
		INSERT INTO published_facts (fact, fact_id, log_index, number, published_at, dispute, latest_claim, row)
		VALUES ($1, $2, $3, $4, $5::text::timestamptz, $6, nullif($7, '')::date, $8)`,
		p.Fact.Fact, fact, logIndex, p.Fact.Number, p.Fact.PublishedAt, p.Fact.Dispute.Slug, p.Fact.LatestClaim, p.Fact)
	for i, c := range p.Claims {
		b.Queue(`
			INSERT INTO published_claims (fact, code, log_index, ordinal, source, attributed_to, party, outlet, article,
				event, said_earliest, said_latest, block, starts, ends, row)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11, '')::date, nullif($12, '')::date, 0, '{}', '{}', $13)`,
			c.Fact, c.Claim.Code, logIndex, i+1, c.Claim.Source, c.Claim.AttributedTo, c.Claim.Party, c.Claim.Outlet,
			c.Claim.Article, c.Claim.Event, c.Claim.Said.Earliest, c.Claim.Said.Latest, c)
	}
	for _, n := range p.Nouns {
		doc, err := json.Marshal(n.Doc)
		if err != nil {
			return err
		}
		b.Queue(`
			INSERT INTO published_nouns (kind, slug, fact, log_index, doc)
			VALUES ($1, $2, $3, $4, $5)`, n.Kind, n.Slug, p.Fact.Fact, logIndex, doc)
	}
	return tx.SendBatch(ctx, &b).Close()
}

// A published is a published claim's current anchor, with the text that it points into.
type published struct {
	Code    narrative.Code
	Article narrative.Slug
	Whole   bool   // readers may see the whole article: its rights are full, at the desk and as published
	Kind    string // of the capture
	Capture int64
	Starts  []int
	Ends    []int
}

// publishedFull holds for an article a whose rights are full in the edition that speaks of it last.
const publishedFull = `coalesce((
	SELECT n.doc ->> 'rights' = 'full'
	FROM published_nouns n
	WHERE n.kind = 'article' AND n.slug = a.slug
	ORDER BY n.log_index DESC
	LIMIT 1), false)`

// publishedAnchors returns the current anchors of the articles' published claims, as far as the desk has not given them
// other words since, and the texts of their captures.
func publishedAnchors(ctx context.Context, tx pgx.Tx, articles []narrative.Slug) ([]published, map[int64]passage.Text, error) {
	rows, _ := tx.Query(ctx, `
		SELECT c.code, c.article, a.rights = 'full' AND `+publishedFull+` AS whole, k.kind, x.capture, x.starts, x.ends
		FROM claims c
		JOIN articles a ON a.slug = c.article
		JOIN anchors x ON x.claim = c.code AND x.is_current
		JOIN captures k ON k.id = x.capture
		WHERE c.article = ANY ($1)
			AND EXISTS (
				SELECT FROM published_claims p
				WHERE p.code = c.code AND p.row #> '{claim,segments}' = to_jsonb(c.words))
		ORDER BY c.article, c.ordinal`, articles)
	anchors, err := pgx.CollectRows(rows, pgx.RowToStructByName[published])
	if err != nil {
		return nil, nil, err
	}
	texts, err := captureTexts(ctx, tx, anchors)
	return anchors, texts, err
}

// captureTexts returns the texts of the captures that anchors point into.
func captureTexts(ctx context.Context, tx pgx.Tx, anchors []published) (map[int64]passage.Text, error) {
	var captures []int64
	for _, a := range anchors {
		captures = append(captures, a.Capture)
	}
	rows, _ := tx.Query(ctx, `SELECT capture, text FROM capture_texts WHERE capture = ANY ($1)`, captures)
	texts := make(map[int64]passage.Text)
	var id int64
	var text string
	_, err := pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		t, err := passage.ParseText(text)
		texts[id] = t
		return err
	})
	return texts, err
}

func (p published) match() passage.Match {
	return anchorRow{Starts: p.Starts, Ends: p.Ends}.match()
}

// projectPassages writes where the articles' published claims stand, from their current anchors: the block, the spans
// within it and, where rights allow, the whole sentence and text.
func projectPassages(ctx context.Context, tx pgx.Tx, articles []narrative.Slug) error {
	anchors, texts, err := publishedAnchors(ctx, tx, articles)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, a := range anchors {
		text, m := texts[a.Capture], a.match()
		block, ok := text.BlockOf(passage.Span{Start: m[0].Start, End: m[len(m)-1].End})
		if !ok {
			return fmt.Errorf("%w: claim %s crosses a block", ErrPassage, a.Code)
		}
		offset := text.Blocks()[block].Start
		starts, ends := make([]int, len(m)), make([]int, len(m))
		for i, span := range m {
			starts[i], ends[i] = span.Start-offset, span.End-offset
		}
		sentence := ""
		if a.Whole && a.Kind == "full" {
			if span, ok := passage.Sentence(text, m); ok {
				if sentence, err = text.Slice(span); err != nil {
					return err
				}
			}
		}
		b.Queue(`
			UPDATE published_claims
			SET block = $2, starts = $3, ends = $4, sentence = $5
			WHERE code = $1 AND (block, starts, ends, sentence) <> ($2, $3, $4, $5)`, a.Code, block, starts, ends, sentence)
	}
	// The text of an article that is on no page any more goes, too.
	b.Queue(`
		DELETE FROM published_texts t
		WHERE t.article = ANY ($1) OR NOT EXISTS (SELECT FROM published_nouns n WHERE n.kind = 'article' AND n.slug = t.article)`, articles)
	b.Queue(`
		INSERT INTO published_texts (article, text)
		SELECT DISTINCT ON (c.article) c.article, t.text
		FROM captures c
		JOIN articles a ON a.slug = c.article
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.article = ANY ($1) AND c.kind = 'full' AND a.rights = 'full' AND `+publishedFull+`
			AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		ORDER BY c.article, c.id DESC`, articles)
	changed := int64(0)
	results := tx.SendBatch(ctx, &b)
	for range b.Len() {
		tag, err := results.Exec()
		if err != nil {
			return errors.Join(err, results.Close())
		}
		changed += tag.RowsAffected()
	}
	if err := results.Close(); err != nil || changed == 0 {
		return err
	}
	return raiseGeneration(ctx, tx)
}

// checkShares refuses a publication after which more than half of the words of an article would stand on readers'
// pages, unless its rights are full. Only a full capture tells how many words an article has.
func checkShares(ctx context.Context, tx pgx.Tx, articles []narrative.Slug) error {
	anchors, texts, err := publishedAnchors(ctx, tx, articles)
	if err != nil {
		return err
	}
	spans := make(map[int64][]passage.Span)
	article := make(map[int64]narrative.Slug)
	for _, a := range anchors {
		if a.Kind == "full" && !a.Whole {
			spans[a.Capture] = append(spans[a.Capture], a.match()...)
			article[a.Capture] = a.Article
		}
	}
	for capture, published := range spans {
		shown, all := sharedWords(texts[capture], published)
		if 2*shown > all {
			return fmt.Errorf("%w: %s, %d of %d words", ErrShare, article[capture], shown, all)
		}
	}
	return nil
}

// sharedWords counts the words of a text that the spans touch, and all of them.
func sharedWords(text passage.Text, spans []passage.Span) (shown, all int) {
	covered := make([]bool, text.Len())
	for _, s := range spans {
		for i := s.Start; i < s.End; i++ {
			covered[i] = true
		}
	}
	inWord, counted := false, false
	for i, r := range []rune(text.String()) {
		if unicode.IsSpace(r) {
			inWord = false
			continue
		}
		if !inWord {
			inWord, counted = true, false
			all++
		}
		if covered[i] && !counted {
			counted = true
			shown++
		}
	}
	return shown, all
}
