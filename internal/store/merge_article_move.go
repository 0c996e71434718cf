package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// mergeArticles makes one article of two that are the same piece. Claims go along only if all of them stand for certain in the
// text of the one that stays; what was captured of the one that goes stays under its name, which leads on.
func mergeArticles(ctx context.Context, tx pgx.Tx, m Merger, from, into Noun) error {
	// Nobody changes a claim of either before the merger is done.
	if _, err := tx.Exec(ctx, `SELECT FROM claims WHERE article IN ($1, $2) ORDER BY code FOR UPDATE`, m.From, m.Into); err != nil {
		return err
	}
	p, anchors, err := planArticleMerge(ctx, tx, from, into)
	if err != nil {
		return err
	}
	if err := m.mayMerge(p); err != nil {
		return err
	}
	moved, err := m.used(ctx, tx)
	if err != nil {
		return err
	}
	if err := touch(ctx, tx, from.NounKey); err != nil {
		return err
	}
	if err := m.moveArticle(ctx, tx, p); err != nil {
		return err
	}
	if err := m.moveClaims(ctx, tx, p, anchors); err != nil {
		return err
	}
	if err := m.move(ctx, tx); err != nil {
		return err
	}
	if err := m.leadOn(ctx, tx); err != nil {
		return err
	}
	if err := m.mergeTwins(ctx, tx, p); err != nil {
		return err
	}
	if err := m.auditArticles(ctx, tx, p, moved); err != nil {
		return err
	}
	return projectPassages(ctx, tx, []narrative.Slug{narrative.Slug(m.From), narrative.Slug(m.Into)})
}

// mayMerge refuses a merger that something stands in the way of, and one of what has changed since it was seen.
func (m Merger) mayMerge(p ArticleMerge) error {
	problems := slices.Clone(p.Refused)
	for _, c := range p.InTheWay() {
		problems = append(problems, narrative.Problem{Kind: narrative.KindClaim, Key: string(c.Code),
			Message: "does not stand for certain in the text of " + m.Into + ", or breaks a rule there"})
	}
	for _, code := range slices.Sorted(maps.Keys(m.Article.Twins)) {
		if !slices.ContainsFunc(p.Claims, func(c CarriedClaim) bool { return c.Code == code && c.Twin != "" && c.Twin == m.Article.Twins[code] }) {
			problems = append(problems, narrative.Problem{Kind: narrative.KindClaim, Key: string(code),
				Message: "says not the same as " + string(m.Article.Twins[code])})
		}
	}
	switch {
	case m.Article.Seen != p.Seen:
		return &Stale{p.From}
	case len(problems) > 0:
		return &Unsound{problems}
	}
	return nil
}

// moveArticle moves what hangs on the article that goes and is no claim, and makes it part of the other.
func (m Merger) moveArticle(ctx context.Context, tx pgx.Tx, p ArticleMerge) error {
	var b pgx.Batch
	if p.SameText {
		b.Queue(`
			UPDATE readings r
			SET article = $2, ordinal = r.ordinal + (SELECT coalesce(max(ordinal), 0) FROM readings WHERE article = $2)
			WHERE r.article = $1 AND NOT EXISTS (SELECT FROM readings x WHERE x.article = $2 AND x.fact = r.fact)`, m.From, m.Into)
	}
	b.Queue(`DELETE FROM readings WHERE article = $1`, m.From)
	// A link between the two says nothing any more. Those to the one that goes are references, see move.
	b.Queue(`DELETE FROM reprints WHERE article IN ($1, $2) AND origin IN ($1, $2)`, m.From, m.Into)
	b.Queue(`
		DELETE FROM reprints r
		WHERE r.article = $1 AND EXISTS (SELECT FROM reprints x WHERE x.article = $2 AND x.origin = r.origin)`, m.From, m.Into)
	b.Queue(`UPDATE reprints SET article = $2 WHERE article = $1`, m.From, m.Into)
	b.Queue(`UPDATE arrivals SET article = $2 WHERE article = $1 AND capture IS NULL`, m.From, m.Into)
	b.Queue(`
		INSERT INTO embargoes (article, until, set_by)
		SELECT $2, until, set_by FROM embargoes WHERE article = $1
		ON CONFLICT (article) DO UPDATE SET until = greatest(embargoes.until, excluded.until)`, m.From, m.Into)
	b.Queue(`DELETE FROM embargoes WHERE article = $1`, m.From)
	b.Queue(`UPDATE articles SET retired = true, merged_into = $2 WHERE $1 IN (slug, merged_into)`, m.From, m.Into)
	b.Queue(`UPDATE articles SET version = version WHERE slug = $1`, m.Into)
	return tx.SendBatch(ctx, &b).Close()
}

// moveClaims gives the claims their new article, behind the claims that it has, and their place in its text.
func (m Merger) moveClaims(ctx context.Context, tx pgx.Tx, p ArticleMerge, anchors []anchorRow) error {
	if len(anchors) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		UPDATE claims c
		SET article = $2, ordinal = c.ordinal + (SELECT coalesce(max(ordinal), 0) FROM claims WHERE article = $2)
		WHERE c.article = $1`, m.From, m.Into)
	if err != nil {
		return err
	}
	if err := insertAnchors(ctx, tx, anchors); err != nil {
		return err
	}
	codes, captures := make([]narrative.Code, len(anchors)), make([]int64, len(anchors))
	for i, a := range anchors {
		codes[i], captures[i] = a.Claim, a.Capture
	}
	if err := moveAnchors(ctx, tx, codes, captures); err != nil {
		return err
	}
	if err := renewLocators(ctx, tx, p.Capture, m.Actor, m.Why); err != nil {
		return err
	}
	return m.dropLocators(ctx, tx, p.Capture, codes)
}

// dropLocators takes from claims that came into a text without pages the page that the text gave them in which they stood.
func (m Merger) dropLocators(ctx context.Context, tx pgx.Tx, capture int64, codes []narrative.Code) error {
	rows, _ := tx.Query(ctx, `
		SELECT c.code
		FROM claims c
		WHERE c.code = ANY ($1) AND c.locator <> '' AND `+givenByMark+`
			AND NOT EXISTS (SELECT FROM capture_marks m WHERE m.capture = $2)
		ORDER BY c.code`, codes, capture)
	paged, err := pgx.CollectRows(rows, pgx.RowTo[narrative.Code])
	if err != nil {
		return err
	}
	return setLocators(ctx, tx, paged, make([]string, len(paged)), m.Actor, m.Why)
}

// mergeTwins makes one claim of each two that say the same, as far as that was asked for.
func (m Merger) mergeTwins(ctx context.Context, tx pgx.Tx, p ArticleMerge) error {
	for _, c := range p.Claims {
		twin, asked := m.Article.Twins[c.Code]
		if !asked {
			continue
		}
		gone, err := loadClaim(ctx, tx, c.Code)
		if err != nil {
			return err
		}
		stays, err := loadClaim(ctx, tx, twin)
		if err != nil {
			return err
		}
		one := Merger{Kind: narrative.KindClaim, From: string(c.Code), Into: string(twin), Actor: m.Actor, Why: m.Why}
		if err := one.mergeClaims(ctx, tx, gone, stays); err != nil {
			return err
		}
	}
	return nil
}

// auditArticles enters the merger under both articles: under the one that goes with all that it was, its address too, and
// under the one that stays with what came to it.
func (m Merger) auditArticles(ctx context.Context, tx pgx.Tx, p ArticleMerge, moved map[string][]string) error {
	now, err := loadNoun(ctx, tx, p.Into.NounKey)
	if err != nil {
		return err
	}
	if err := m.audit(ctx, tx, p.From.Doc, p.Into.Doc, now.Doc, moved); err != nil {
		return err
	}
	came, err := json.Marshal(struct {
		From    string
		Address string // of the original
		Moved   map[string][]string
	}{m.From, p.From.Doc.(narrative.Article).URL, moved})
	if err != nil {
		return err
	}
	return audit(ctx, tx, m.Actor, "merge", Change{p.Into.NounKey, "", string(came)}, m.Why)
}

// A MergedArticle is an article that became part of another.
type MergedArticle struct {
	Slug     narrative.Slug
	Headline string
	Language string
	URL      string // "" if it has none
}

// ArticleMergers returns which article another one became part of, "" for none, and which became part of it, by slug and at
// most 100.
func (s *Store) ArticleMergers(ctx context.Context, article narrative.Slug) (into narrative.Slug, merged []MergedArticle, err error) {
	defer wrap(&err, "ArticleMergers(%q)", article)

	err = s.desk.QueryRow(ctx, `SELECT coalesce((SELECT merged_into FROM articles WHERE slug = $1), '')`, article).Scan(&into)
	if err != nil {
		return "", nil, err
	}
	rows, _ := s.desk.Query(ctx, `
		SELECT slug, headline, language, url
		FROM articles
		WHERE merged_into = $1
		ORDER BY slug
		LIMIT $2`, article, pageSize)
	merged, err = pgx.CollectRows(rows, pgx.RowToStructByPos[MergedArticle])
	return into, merged, err
}

// anyArticle reads an article without its passages, also one that became part of another.
func anyArticle(ctx context.Context, q querier, article narrative.Slug) (narrative.Article, error) {
	t := nounTables[narrative.KindArticle]
	var doc []byte
	err := q.QueryRow(ctx, `SELECT `+t.doc+` FROM `+t.table+` WHERE slug = $1`, article).Scan(&doc)
	if errors.Is(err, pgx.ErrNoRows) {
		return narrative.Article{}, movedTo(ctx, q, NounKey{narrative.KindArticle, string(article)})
	}
	if err != nil {
		return narrative.Article{}, err
	}
	noun, err := t.decode(doc)
	if err != nil {
		return narrative.Article{}, err
	}
	return noun.(narrative.Article), nil
}
