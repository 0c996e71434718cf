package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A capture is what anchoring needs of a stored capture.
type capture struct {
	ID      int64
	Article narrative.Slug
	Kind    string // excerpt or full
	Text    string
}

// An anchorRow is an anchor as the table holds it.
type anchorRow struct {
	Claim   narrative.Code
	Capture int64
	Outcome passage.Outcome
	Starts  []int
	Ends    []int
}

func newAnchorRow(claim narrative.Code, capture int64, outcome passage.Outcome, m passage.Match) anchorRow {
	row := anchorRow{Claim: claim, Capture: capture, Outcome: outcome, Starts: []int{}, Ends: []int{}}
	for _, span := range m {
		row.Starts = append(row.Starts, span.Start)
		row.Ends = append(row.Ends, span.End)
	}
	return row
}

func (a anchorRow) match() passage.Match {
	m := make(passage.Match, len(a.Starts))
	for i := range a.Starts {
		m[i] = passage.Span{Start: a.Starts[i], End: a.Ends[i]}
	}
	return m
}

// ErrPassage is the error of a claim whose words do not stand in its block, or whose blocks are no canonical text.
var ErrPassage = errors.New("no such passage")

// anchorExcerpts captures the excerpt of each article, if it is not the one captured last, and anchors the articles'
// claims into it. Where there is a full capture, they are anchored anew into that.
func anchorExcerpts(ctx context.Context, tx pgx.Tx, articles []narrative.Article, claims []claimRow) error {
	if len(articles) == 0 {
		return nil
	}
	words := make(map[narrative.Code][]string, len(claims))
	for _, c := range claims {
		words[c.Code] = c.Words
	}
	slugs := make([]narrative.Slug, len(articles))
	for i, a := range articles {
		slugs[i] = a.Slug
	}
	latest, err := latestCaptures(ctx, tx, slugs)
	if err != nil {
		return err
	}
	var anchors []anchorRow
	for _, a := range articles {
		if len(a.Blocks) == 0 {
			continue
		}
		text, err := passage.ParseText(excerptText(a))
		if err != nil {
			return fmt.Errorf("%w: article %s: %w", ErrPassage, a.Slug, err)
		}
		i := slices.IndexFunc(latest, func(c capture) bool { return c.Article == a.Slug && c.Kind == "excerpt" })
		var id int64
		if i >= 0 && latest[i].Text == text.String() {
			id = latest[i].ID
		} else if id, err = insertCapture(ctx, tx, a.Slug, "excerpt", text, nil, time.Now()); err != nil {
			return err
		}
		for b, block := range text.Blocks() {
			for _, claim := range a.Blocks[b].Claims {
				m, err := matchIn(text, block, words[claim.Code])
				if err != nil {
					return fmt.Errorf("claim %s: %w", claim.Code, err)
				}
				anchors = append(anchors, newAnchorRow(claim.Code, id, passage.Anchored, m))
			}
		}
	}
	if err := insertAnchors(ctx, tx, anchors); err != nil {
		return err
	}
	return anchorFull(ctx, tx, slugs)
}

// excerptText is the text of an article's excerpt capture: its blocks, in order.
func excerptText(a narrative.Article) string {
	blocks := make([]string, len(a.Blocks))
	for i, b := range a.Blocks {
		blocks[i] = b.Text
	}
	return strings.Join(blocks, "\n\n")
}

// matchIn finds the segments, one after the other, in one block of a text.
func matchIn(text passage.Text, block passage.Span, segments []string) (passage.Match, error) {
	for _, m := range passage.Find(text, passage.Quote{Segments: segments}) {
		if m[0].Start >= block.Start && m[len(m)-1].End <= block.End {
			return m, nil
		}
	}
	return nil, fmt.Errorf("%w: %q does not stand in its block", ErrPassage, strings.Join(segments, " … "))
}

// latestCaptures returns the latest capture of each kind that still has its text, for each of the articles.
func latestCaptures(ctx context.Context, q querier, articles []narrative.Slug) ([]capture, error) {
	rows, _ := q.Query(ctx, `
		SELECT DISTINCT ON (c.article, c.kind) c.id, c.article, c.kind, t.text
		FROM captures c
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.article = ANY ($1)
			AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		ORDER BY c.article, c.kind, c.id DESC`, articles)
	return pgx.CollectRows(rows, pgx.RowToStructByName[capture])
}

// insertCapture stores a capture and its text; original is what was received, nil for an excerpt.
func insertCapture(ctx context.Context, tx pgx.Tx, article narrative.Slug, kind string, text passage.Text, original []byte, at time.Time) (id int64, err error) {
	sum := sha256.Sum256([]byte(text.String()))
	var originalSum []byte
	if original != nil {
		s := sha256.Sum256(original)
		originalSum = s[:]
	}
	err = tx.QueryRow(ctx, `
		INSERT INTO captures (article, kind, captured_at, norm_version, text_sha256, original_sha256)
		VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id`, article, kind, at.UTC(), passage.NormVersion, sum[:], originalSum).Scan(&id)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO capture_texts (capture, text, original)
		VALUES ($1, $2, $3)`, id, text.String(), original)
	return id, err
}

// insertAnchors adds those of the anchors that are not the latest of their claim in their capture already.
func insertAnchors(ctx context.Context, tx pgx.Tx, anchors []anchorRow) error {
	var batch pgx.Batch
	for _, a := range anchors {
		batch.Queue(`
			INSERT INTO anchors (claim, capture, outcome, starts, ends, is_current)
			SELECT $1, $2, $3, $4, $5, false
			WHERE NOT EXISTS (
				SELECT
				FROM (
					SELECT outcome, starts, ends
					FROM anchors
					WHERE claim = $1 AND capture = $2
					ORDER BY id DESC
					LIMIT 1) AS latest
				WHERE outcome = $3 AND starts = $4 AND ends = $5)`,
			a.Claim, a.Capture, a.Outcome, a.Starts, a.Ends)
	}
	return tx.SendBatch(ctx, &batch).Close()
}

// bestAnchors are, of the claims that are anchored in one of the captures $1, the anchors in which they stand best: in a full
// capture rather than in an excerpt, and the latest. A claim's latest anchor in a capture is the one for its words of today.
const bestAnchors = `
	SELECT DISTINCT ON (latest.claim) latest.id, latest.claim
	FROM (
		SELECT DISTINCT ON (a.claim, a.capture) a.id, a.claim, a.outcome, c.kind
		FROM anchors a
		JOIN captures c ON c.id = a.capture
		JOIN claims k ON k.code = a.claim AND k.article = c.article -- not of one that its article was merged from
		WHERE a.capture = ANY ($1)
		ORDER BY a.claim, a.capture, a.id DESC) AS latest
	WHERE latest.outcome = 'anchored'
	ORDER BY latest.claim, latest.kind = 'full' DESC, latest.id DESC`
