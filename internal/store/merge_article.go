package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// An ArticleMerging says how one article becomes part of another.
type ArticleMerging struct {
	Seen  string                            // [ArticleMerge.Seen] of what the editor saw
	Twins map[narrative.Code]narrative.Code // claims of the article that goes that become part of their [CarriedClaim.Twin]
}

// An ArticleMerge is what becomes of an article and its claims if it becomes part of another one.
type ArticleMerge struct {
	From, Into Noun
	Capture    int64          // of the one that stays, in which the claims are looked for; 0 if it has no text
	Full       bool           // whether that is its whole text
	At         time.Time      // when that was captured
	Claims     []CarriedClaim // of the one that goes, in the order in which they were made; at most 1000
	// Refused says why the two are not merged, whatever becomes of the claims; nil if nothing speaks against it.
	Refused  []narrative.Problem
	Reprint  bool      // the outlets differ: if the words are the same, the one prints the other again
	SameText bool      // the latest full texts are the same to the letter, so that who has read the one has read the other
	Reprints []Reprint // links of the one that goes, at most 100
	Captures int       // of the one that goes; they stay under its name
	Archives int       // copies of those in outside archives
	Arrivals int       // what came in as a new text of the one that goes and waits; it will be one of the other
	Seen     string    // changes with all that is said here of texts and claims
}

// A CarriedClaim is a claim of an article that goes, with what becomes of it.
type CarriedClaim struct {
	Claim
	Anchor         passage.Anchor // in the text of the article that stays
	Before, Behind string         // up to 32 code points of what stands around it there; "" where it is not certain
	Problems       []string       // rules that it would break there
	Twin           narrative.Code // a claim of the article that stays with the same words, source and stances; "" for none
}

// IsCertain reports whether the claim can go along: its words stand in one place that is certainly the one, and it breaks no
// rule there.
func (c CarriedClaim) IsCertain() bool {
	return c.Anchor.Outcome == passage.Anchored && len(c.Problems) == 0
}

// InTheWay returns the claims that cannot go along, and because of which the articles are not merged.
func (p ArticleMerge) InTheWay() []CarriedClaim {
	return slices.DeleteFunc(slices.Clone(p.Claims), CarriedClaim.IsCertain)
}

// PreviewArticleMerge tells what would become of an article that becomes part of another one. The errors are [ErrNotFound]
// and [*Moved].
func (s *Store) PreviewArticleMerge(ctx context.Context, from, into narrative.Slug) (p ArticleMerge, err error) {
	defer wrap(&err, "PreviewArticleMerge(%q, %q)", from, into)

	err = pgx.BeginTxFunc(ctx, s.desk, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		gone, err := loadNoun(ctx, tx, NounKey{narrative.KindArticle, string(from)})
		if err != nil {
			return err
		}
		stays, err := loadNoun(ctx, tx, NounKey{narrative.KindArticle, string(into)})
		if err != nil {
			return err
		}
		p, _, err = planArticleMerge(ctx, tx, gone, stays)
		return err
	})
	return p, err
}

// planArticleMerge says what a merger of two articles does, with the anchors that the claims get.
func planArticleMerge(ctx context.Context, tx pgx.Tx, from, into Noun) (p ArticleMerge, anchors []anchorRow, err error) {
	p = ArticleMerge{From: from, Into: into}
	slugs := []narrative.Slug{narrative.Slug(from.Key), narrative.Slug(into.Key)}
	latest, err := latestCaptures(ctx, tx, slugs)
	if err != nil {
		return p, nil, err
	}
	rows, _ := tx.Query(ctx, deskClaims+`
		WHERE c.article = ANY ($1)
		ORDER BY c.article <> $2, c.ordinal, c.code
		LIMIT $3`, slugs, from.Key, 2*mostTagged+1)
	claims, err := pgx.CollectRows(rows, scanClaim)
	if err != nil {
		return p, nil, err
	}
	if err := p.count(ctx, tx); err != nil {
		return p, nil, err
	}
	n := slices.IndexFunc(claims, func(c Claim) bool { return string(c.Article) == into.Key })
	if n < 0 {
		n = len(claims)
	}
	p.addTwins(claims[:n], claims[n:])
	p.SameText = fullText(latest, slugs[0]) != "" && fullText(latest, slugs[0]) == fullText(latest, slugs[1])
	if err := p.askWhether(ctx, tx); err != nil {
		return p, nil, err
	}
	if n > mostTagged || len(claims)-n > mostTagged {
		p.refuse("", "one of the two has more than %d claims", mostTagged)
	}
	text := taggedAmong(latest, slugs[1])
	if text.ID == 0 && len(p.Claims) > 0 {
		p.refuse("", "%s has no text in which the claims could stand; take one in first, or merge the other way round", into.Key)
	}
	if text.ID != 0 {
		p.Capture, p.Full = text.ID, text.Kind == "full"
		if anchors, err = p.carry(ctx, tx, text); err != nil {
			return p, nil, err
		}
	}
	p.sign(claims[n:])
	return p, anchors, nil
}

func (p *ArticleMerge) refuse(path, format string, args ...any) {
	p.Refused = append(p.Refused, narrative.Problem{Kind: narrative.KindArticle, Key: p.From.Key, Path: path, Message: fmt.Sprintf(format, args...)})
}

// fullText is the latest whole text of an article, "" if there is none.
func fullText(latest []capture, article narrative.Slug) string {
	for _, c := range latest {
		if c.Article == article && c.Kind == "full" {
			return c.Text
		}
	}
	return ""
}

// taggedAmong is the capture in which an article is tagged, see taggedCapture; the zero value if it has none.
func taggedAmong(latest []capture, article narrative.Slug) (tagged capture) {
	for _, c := range latest {
		if c.Article == article && (tagged.ID == 0 || c.Kind == "full") {
			tagged = c
		}
	}
	return tagged
}

// count reads what is known of the article that goes besides its claims.
func (p *ArticleMerge) count(ctx context.Context, tx pgx.Tx) error {
	err := tx.QueryRow(ctx, `
		SELECT
			(SELECT count(*) FROM captures WHERE article = $1),
			(SELECT count(*) FROM archive_copies y JOIN captures c ON c.id = y.capture WHERE c.article = $1),
			(SELECT count(*) FROM arrivals WHERE article = $1 AND state = 'waiting')`, p.From.Key).Scan(&p.Captures, &p.Archives, &p.Arrivals)
	if err != nil {
		return err
	}
	p.Reprints, err = reprintsOf(ctx, tx, narrative.Slug(p.From.Key))
	return err
}

// addTwins notes the claims of the article that goes, each with one of the other that says the same.
func (p *ArticleMerge) addTwins(gone, stays []Claim) {
	for _, c := range gone {
		carried := CarriedClaim{Claim: c, Anchor: passage.Anchor{Outcome: passage.Orphaned}}
		i := slices.IndexFunc(stays, func(x Claim) bool {
			return x.Source == c.Source && x.AttributedTo == c.AttributedTo && slices.Equal(x.Words, c.Words) && slices.Equal(x.Stances, c.Stances)
		})
		if i >= 0 {
			carried.Twin = stays[i].Code
		}
		p.Claims = append(p.Claims, carried)
	}
}

// askWhether refuses to merge two articles that are not the same piece although their words may be the same.
func (p *ArticleMerge) askWhether(ctx context.Context, tx pgx.Tx) error {
	from, into := p.From.Doc.(narrative.Article), p.Into.Doc.(narrative.Article)
	if from.Outlet != into.Outlet {
		p.Reprint = true
		p.refuse("into", "is of another outlet, %s and not %s: a piece that two outlets have is a reprint, and each stays an article of its own", into.Outlet, from.Outlet)
	}
	if from.Language != into.Language {
		p.refuse("into", "is in another language, %s and not %s: a translation is an article of its own", into.Language, from.Language)
	}
	var mixed, round bool
	err := tx.QueryRow(ctx, `
		WITH RECURSIVE facts_of AS (
			SELECT c.article, s.fact FROM stances s JOIN claims c ON c.code = s.claim WHERE c.article IN ($1, $2)
			UNION SELECT r.article, r.fact FROM readings r WHERE r.article IN ($1, $2)
		), invented AS (
			SELECT DISTINCT x.article, d.fiction
			FROM facts_of x
			JOIN facts f ON f.slug = x.fact
			JOIN disputes d ON d.slug = f.dispute
		), printed AS (
			SELECT origin FROM reprints WHERE article IN ($1, $2) AND origin NOT IN ($1, $2)
			UNION
			SELECT r.origin FROM printed p JOIN reprints r ON r.article = p.origin WHERE p.origin NOT IN ($1, $2)
		)
		SELECT
			EXISTS (SELECT FROM invented a JOIN invented b ON a.fiction <> b.fiction WHERE a.article = $1 AND b.article = $2),
			EXISTS (SELECT FROM printed WHERE origin IN ($1, $2))`, p.From.Key, p.Into.Key).Scan(&mixed, &round)
	if mixed {
		p.refuse("into", "is of another kind of dispute: the one was invented for practice, the other is real")
	}
	if round {
		p.refuse("into", "and the article that goes print each other again through a third; take one of those links away first")
	}
	return err
}

// carry looks for the claims in a text of the article that stays, and returns their anchors there.
func (p *ArticleMerge) carry(ctx context.Context, tx pgx.Tx, text capture) ([]anchorRow, error) {
	if err := tx.QueryRow(ctx, `SELECT captured_at FROM captures WHERE id = $1`, text.ID).Scan(&p.At); err != nil {
		return nil, err
	}
	from, err := bases(ctx, tx, []narrative.Slug{narrative.Slug(p.From.Key)}, nil)
	if err != nil {
		return nil, err
	}
	for i := range from {
		from[i].Article = text.Article
	}
	text.Kind = "full" // the text to look in, whatever it is
	_, anchors, err := carry(ctx, tx, []capture{text}, from)
	if err != nil {
		return nil, err
	}
	now, err := passage.ParseText(text.Text)
	if err != nil {
		return nil, err
	}
	for i := range p.Claims {
		c := &p.Claims[i]
		n := slices.IndexFunc(anchors, func(a anchorRow) bool { return a.Claim == c.Code })
		if n < 0 {
			continue
		}
		c.Anchor = passage.Anchor{Outcome: anchors[n].Outcome}
		if c.Anchor.Outcome == passage.Anchored {
			c.Anchor.Match = anchors[n].match()
			c.Before, c.Behind = passage.Context(now, c.Anchor.Match)
		}
	}
	return anchors, p.askRules(ctx, tx, now)
}

// askRules asks the rules about the claims that would go along, among all that they speak of.
func (p *ArticleMerge) askRules(ctx context.Context, tx pgx.Tx, now passage.Text) error {
	article := p.Into.Doc.(narrative.Article)
	var codes []narrative.Code
	var docs []any
	for _, c := range p.Claims {
		if c.Anchor.Outcome != passage.Anchored {
			continue
		}
		extent, err := now.Slice(extentOf(c.Anchor.Match))
		if err != nil {
			return err
		}
		article.Blocks = append(article.Blocks, narrative.Block{Text: extent, Claims: []narrative.Claim{c.Claim.Claim}})
		codes, docs = append(codes, c.Code), append(docs, c.Claim.Claim)
	}
	n := namesIn(docs...)
	n.slugs[article.Outlet] = true
	delete(n.slugs, article.Slug)
	for _, code := range codes {
		delete(n.codes, code)
	}
	around, err := loadNamed(ctx, tx, n)
	if err != nil {
		return err
	}
	for _, other := range around.Articles {
		if other.Slug == article.Slug {
			article.Blocks = append(article.Blocks, other.Blocks...)
		}
	}
	for _, problem := range replaced(around, article).Validate() {
		if problem.Kind != narrative.KindArticle || problem.Key != p.Into.Key || problem.Later {
			continue
		}
		for i, code := range codes {
			if path, ours := strings.CutPrefix(problem.Path, fmt.Sprintf("passages[%d].claims[0]", i)); ours {
				n := slices.IndexFunc(p.Claims, func(c CarriedClaim) bool { return c.Code == code })
				p.Claims[n].Problems = append(p.Claims[n].Problems, strings.TrimSpace(strings.TrimPrefix(path, ".")+" "+problem.Message))
			}
		}
	}
	return nil
}

// sign makes the mark by which it is known whether anything has changed since an editor has seen it.
func (p *ArticleMerge) sign(stays []Claim) {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, p.Capture, p.SameText) // never fails, see hash.Hash
	for _, c := range p.Claims {
		_, _ = fmt.Fprintln(h, c.Code, c.Version, c.Anchor.Outcome, c.Anchor.Match, c.Problems, c.Twin)
	}
	for _, c := range stays {
		_, _ = fmt.Fprintln(h, c.Code, c.Version)
	}
	p.Seen = hex.EncodeToString(h.Sum(nil)[:16])
}
