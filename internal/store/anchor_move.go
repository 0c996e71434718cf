package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// An Anchored tells what became of a claim's passage when its article was captured anew.
type Anchored struct {
	Article narrative.Slug
	Claim   narrative.Code
	passage.Anchor
}

// A based is a claim with an anchor from which it is looked for elsewhere.
type based struct {
	Claim   narrative.Code
	Article narrative.Slug
	Capture int64
	Starts  []int
	Ends    []int
	Excerpt bool // in an excerpt, not in a full capture
	Fits    bool // the words at its place are those that the claim has now
	Current bool
}

func (b based) match() passage.Match { return anchorRow{Starts: b.Starts, Ends: b.Ends}.match() }

// bases returns, for each claim of the articles, the current anchor and, if the claim stands there, its anchor in one of
// the excerpts.
func bases(ctx context.Context, q querier, articles []narrative.Slug, excerpts []int64) ([]based, error) {
	rows, _ := q.Query(ctx, `
		SELECT x.claim, c.article, x.capture, x.starts, x.ends, k.kind = 'excerpt' AS excerpt,
			c.words = ARRAY(
				SELECT substring(t.text FROM s + 1 FOR e - s)
				FROM unnest(x.starts, x.ends) WITH ORDINALITY AS spans (s, e, n)
				ORDER BY n) AS fits,
			x.is_current AS current
		FROM (
			SELECT DISTINCT ON (a.claim, a.capture) a.*
			FROM anchors a
			WHERE a.capture = ANY ($2)
			ORDER BY a.claim, a.capture, a.id DESC) AS x
		JOIN claims c ON c.code = x.claim
		JOIN captures k ON k.id = x.capture
		JOIN capture_texts t ON t.capture = x.capture
		WHERE x.outcome = 'anchored' AND NOT x.is_current AND c.article = ANY ($1)
		UNION ALL
		SELECT x.claim, c.article, x.capture, x.starts, x.ends, k.kind = 'excerpt',
			c.words = ARRAY(
				SELECT substring(t.text FROM s + 1 FOR e - s)
				FROM unnest(x.starts, x.ends) WITH ORDINALITY AS spans (s, e, n)
				ORDER BY n),
			true
		FROM anchors x
		JOIN claims c ON c.code = x.claim
		JOIN captures k ON k.id = x.capture
		JOIN capture_texts t ON t.capture = x.capture
		WHERE x.is_current AND c.article = ANY ($1)
		ORDER BY claim`, articles, excerpts)
	return pgx.CollectRows(rows, pgx.RowToStructByName[based])
}

// anchorFull anchors the claims of the articles that have a full capture into it after their excerpts were written: those of
// the excerpt from there, others from where they stand. It makes each claim's best anchor the current one: in the full capture
// where it is anchored there, else where it stands already, else in the excerpt.
func anchorFull(ctx context.Context, tx pgx.Tx, articles []narrative.Slug) error {
	latest, err := latestCaptures(ctx, tx, articles)
	if err != nil {
		return err
	}
	captures := make([]int64, len(latest))
	var excerpts []int64
	for i, c := range latest {
		captures[i] = c.ID
		if c.Kind == "excerpt" {
			excerpts = append(excerpts, c.ID)
		}
	}
	all, err := bases(ctx, tx, articles, excerpts)
	if err != nil {
		return err
	}
	chosen := make(map[narrative.Code]based)
	settled := make(map[narrative.Code]bool) // by an editor, or before: it stands in a full capture with its words of today
	for _, b := range all {
		is, there := chosen[b.Claim]
		if b.Fits && (!there || slices.Contains(excerpts, b.Capture) || !slices.Contains(excerpts, is.Capture) && b.Current) {
			chosen[b.Claim] = b
		}
		settled[b.Claim] = settled[b.Claim] || b.Fits && b.Current && !b.Excerpt
	}
	_, anchors, err := carry(ctx, tx, latest, slices.Collect(maps.Values(chosen)))
	if err != nil {
		return err
	}
	anchors = slices.DeleteFunc(anchors, func(a anchorRow) bool { return a.Outcome != passage.Anchored && settled[a.Claim] })
	if err := insertAnchors(ctx, tx, anchors); err != nil {
		return err
	}
	return makeCurrent(ctx, tx, captures)
}

// anchorAnew anchors every claim of the articles, or only those named, from where it stands now into the latest full capture
// of its article, and tells what became of each. A claim that is anchored there moves there; any other stays where it is.
func anchorAnew(ctx context.Context, tx pgx.Tx, articles []narrative.Slug, only ...narrative.Code) ([]Anchored, error) {
	latest, err := latestCaptures(ctx, tx, articles)
	if err != nil {
		return nil, err
	}
	all, err := bases(ctx, tx, articles, nil)
	if err != nil {
		return nil, err
	}
	if len(only) > 0 {
		all = slices.DeleteFunc(all, func(b based) bool { return !slices.Contains(only, b.Claim) })
	}
	report, anchors, err := carry(ctx, tx, latest, all)
	if err != nil {
		return nil, err
	}
	if err := insertAnchors(ctx, tx, anchors); err != nil {
		return nil, err
	}
	var moved []narrative.Code
	var into []int64
	for _, a := range anchors {
		if a.Outcome == passage.Anchored {
			moved = append(moved, a.Claim)
			into = append(into, a.Capture)
		}
	}
	return report, moveAnchors(ctx, tx, moved, into)
}

// moveAnchors makes the latest anchor of each claim in a capture the current one.
func moveAnchors(ctx context.Context, tx pgx.Tx, claims []narrative.Code, captures []int64) error {
	var b pgx.Batch
	b.Queue(`
		UPDATE anchors x SET is_current = false
		FROM unnest($1::text[], $2::bigint[]) AS m (claim, capture)
		WHERE x.is_current AND x.claim = m.claim AND x.capture <> m.capture`, claims, captures)
	b.Queue(`
		UPDATE anchors SET is_current = true
		WHERE NOT is_current AND id IN (
			SELECT max(x.id)
			FROM unnest($1::text[], $2::bigint[]) AS m (claim, capture)
			JOIN anchors x ON x.claim = m.claim AND x.capture = m.capture
			WHERE NOT EXISTS (SELECT FROM anchors y WHERE y.claim = m.claim AND y.is_current)
			GROUP BY x.claim)`, claims, captures)
	return tx.SendBatch(ctx, &b).Close()
}

// carry looks for claims, in the order of their codes, in the latest full capture of their article. Of an article that has
// none nothing is told.
func carry(ctx context.Context, q querier, latest []capture, from []based) (report []Anchored, anchors []anchorRow, err error) {
	slices.SortFunc(from, func(a, b based) int {
		return cmp.Or(cmp.Compare(a.Article, b.Article), cmp.Compare(a.Capture, b.Capture), slices.Compare(a.Starts, b.Starts), cmp.Compare(a.Claim, b.Claim))
	})
	texts, err := textsOf(ctx, q, latest, from)
	if err != nil {
		return nil, nil, err
	}
	for first := 0; first < len(from); {
		next := first + 1
		for next < len(from) && from[next].Capture == from[first].Capture {
			next++
		}
		group := from[first:next]
		first = next
		i := slices.IndexFunc(latest, func(c capture) bool { return c.Article == group[0].Article && c.Kind == "full" })
		if i < 0 {
			continue
		}
		found := reanchored(texts[group[0].Capture], group, texts[latest[i].ID], group[0].Capture == latest[i].ID)
		for n, b := range group {
			report = append(report, Anchored{b.Article, b.Claim, found[n]})
			a := found[n]
			if a.Outcome == passage.Anchored && !sameWords(texts[b.Capture], b.match(), texts[latest[i].ID], a.Match) {
				// The full text sets other quotation marks: the same words to a reader, not to the letter.
				a.Outcome = passage.Drifted
			}
			if a.Outcome != passage.Anchored {
				a.Match = nil
			}
			anchors = append(anchors, newAnchorRow(b.Claim, latest[i].ID, a.Outcome, a.Match))
		}
	}
	return report, anchors, nil
}

// reanchored looks for claims of one capture in a newer one; in the same one they stand where they stand.
func reanchored(before passage.Text, group []based, now passage.Text, same bool) []passage.Anchor {
	matches := make([]passage.Match, len(group))
	list := make([]passage.Anchor, len(group))
	for i, b := range group {
		matches[i] = b.match()
		list[i] = passage.Anchor{Outcome: passage.Anchored, Match: matches[i], Similarity: 1}
	}
	if same {
		return list
	}
	return passage.ReanchorAll(before, matches, now)
}

// textsOf returns the texts of captures and of those in which claims stand.
func textsOf(ctx context.Context, q querier, latest []capture, from []based) (map[int64]passage.Text, error) {
	texts := make(map[int64]passage.Text)
	var missing []int64
	for _, c := range latest {
		text, err := passage.ParseText(c.Text)
		if err != nil {
			return nil, fmt.Errorf("capture %d: %w", c.ID, err)
		}
		texts[c.ID] = text
	}
	for _, b := range from {
		if _, known := texts[b.Capture]; !known {
			missing = append(missing, b.Capture)
		}
	}
	if len(missing) == 0 {
		return texts, nil
	}
	rows, _ := q.Query(ctx, `SELECT capture, text FROM capture_texts WHERE capture = ANY ($1)`, missing)
	var id int64
	var text string
	_, err := pgx.ForEachRow(rows, []any{&id, &text}, func() (err error) {
		texts[id], err = passage.ParseText(text)
		return err
	})
	return texts, err
}

// makeCurrent makes the best anchor in the given captures the current one of each claim that is anchored in one of them. Other
// claims stay where they are.
func makeCurrent(ctx context.Context, tx pgx.Tx, captures []int64) error {
	// The old current anchors go first: a claim never has two.
	_, err := tx.Exec(ctx, `
		UPDATE anchors SET is_current = false
		WHERE is_current AND claim IN (SELECT best.claim FROM (`+bestAnchors+`) AS best)`, captures)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE anchors SET is_current = true
		WHERE id IN (SELECT best.id FROM (`+bestAnchors+`) AS best)`, captures)
	return err
}

// sameWords reports whether two passages are the same to the letter.
func sameWords(before passage.Text, m passage.Match, now passage.Text, n passage.Match) bool {
	a, err := before.Words(m)
	if err != nil {
		return false
	}
	b, err := now.Words(n)
	return err == nil && slices.Equal(a, b)
}
