package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A Claim is a claim of the desk's, as it is now, with where it stands.
type Claim struct {
	narrative.Claim // Words are always given
	Article         narrative.Slug
	Ordinal         int // among the article's claims, in the order in which they were made
	Version         int
	Preset          []string // keys of the corpus format that the program has preset and nobody has looked at
	Capture         int64
	Match           passage.Match // code points in the capture's text
}

// A ClaimEdit asks for one claim to be saved as an editor left it.
type ClaimEdit struct {
	Claim   narrative.Claim // Code is "" for a new claim; Words are taken from the passage
	Article narrative.Slug
	Capture int64         // the latest full capture of the article or, if it has none, the latest excerpt
	Match   passage.Match // where the passage stands there; whole words of one paragraph
	Version int           // of the claim that this was made from; 0 for a new one
	Preset  []string
	Actor   string
	Why     string

	action string // what the audit log calls it, "" for create or change
	past   bool   // the place is one of the log's: any capture of the article that still has its text
}

// A StaleClaim is the error of a save that started from a version of a claim which is not the latest any more. Nothing was
// saved.
type StaleClaim struct {
	Now Claim // as somebody else left it
}

// Error says which claim has changed.
func (e *StaleClaim) Error() string {
	return fmt.Sprintf("claim %s has changed since, to version %d", e.Now.Code, e.Now.Version)
}

// DeskClaim returns a claim as the desk has it. The errors are [ErrNotFound] and [*Moved].
func (s *Store) DeskClaim(ctx context.Context, code narrative.Code) (c Claim, err error) {
	defer wrap(&err, "DeskClaim(%q)", code)
	return loadClaim(ctx, s.desk, code)
}

func loadClaim(ctx context.Context, q querier, code narrative.Code) (Claim, error) {
	claims, err := loadClaims(ctx, q, []narrative.Code{code})
	if err != nil {
		return Claim{}, err
	}
	if len(claims) == 0 {
		return Claim{}, movedTo(ctx, q, NounKey{narrative.KindClaim, string(code)})
	}
	c := Claim{Claim: claims[0].Claim, Article: claims[0].Article, Ordinal: claims[0].Ordinal}
	at := anchorRow{}
	err = q.QueryRow(ctx, `
		SELECT c.version, c.preset, x.capture, x.starts, x.ends
		FROM claims c
		JOIN anchors x ON x.claim = c.code AND x.is_current
		WHERE c.code = $1`, code).Scan(&c.Version, &c.Preset, &at.Capture, &at.Starts, &at.Ends)
	c.Capture, c.Match = at.Capture, at.match()
	return c, err
}

// SaveClaim saves a claim with its passage in one transaction, with an entry of the audit log, if the version that the
// editor saw is still the latest. The words are checked against the capture. A new claim gets a code. The errors are
// [*StaleClaim], [*Unsound] with paths that begin at the claim, [ErrNotFound] where claim or article is not there, and
// [ErrNotOwn].
func (s *Store) SaveClaim(ctx context.Context, e ClaimEdit) (saved Claim, err error) {
	defer wrap(&err, "SaveClaim(%q, %q)", e.Article, e.Claim.Code)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		if err := e.mayBeSaved(ctx, tx); err != nil {
			return err
		}
		saved, err = saveClaim(ctx, tx, e)
		return err
	})
	return saved, unsound(err, NounKey{narrative.KindClaim, string(e.Claim.Code)})
}

// mayBeSaved refuses a contributor the save of a claim that somebody else has made.
func (e *ClaimEdit) mayBeSaved(ctx context.Context, tx pgx.Tx) error {
	if e.Claim.Code == "" {
		return nil
	}
	return ownClaims(ctx, tx, e.Actor, e.Claim.Code)
}

func saveClaim(ctx context.Context, tx pgx.Tx, e ClaimEdit) (Claim, error) {
	var before Claim
	if e.Claim.Code != "" {
		var err error
		if before, err = seenClaim(ctx, tx, e); err != nil {
			return Claim{}, err
		}
	}
	extent, err := e.takeWords(ctx, tx, before)
	if err != nil {
		return Claim{}, err
	}
	return finishClaim(ctx, tx, e, before, extent)
}

// finishClaim checks and writes a claim whose words are known; before is what it was, extent the text from its first segment
// to its last.
func finishClaim(ctx context.Context, tx pgx.Tx, e ClaimEdit, before Claim, extent string) (Claim, error) {
	created := e.Claim.Code == ""
	ordinal := 0
	if created {
		var err error
		if ordinal, err = nextOrdinal(ctx, tx, e.Article); err != nil {
			return Claim{}, err
		}
		e.Claim.Code = narrative.NewCode()
	}
	if err := checkClaim(ctx, tx, e, extent); err != nil {
		return Claim{}, err
	}
	if err := writeClaim(ctx, tx, e, before, ordinal); err != nil {
		return Claim{}, err
	}
	after, err := loadClaim(ctx, tx, e.Claim.Code)
	if err != nil {
		return Claim{}, err
	}
	action, was := "create", any(nil)
	if !created {
		action, was = cmp.Or(e.action, "change"), logged(before)
	}
	b, a, err := beforeAndAfter(was, logged(after))
	if err != nil || a == b {
		return after, err
	}
	return after, audit(ctx, tx, e.Actor, action, Change{NounKey{narrative.KindClaim, string(after.Code)}, b, a}, e.Why)
}

// seenClaim locks a claim and returns it, if its version is the one that the editor saw.
func seenClaim(ctx context.Context, tx pgx.Tx, e ClaimEdit) (Claim, error) {
	if _, err := tx.Exec(ctx, `SELECT FROM claims WHERE code = $1 FOR UPDATE`, e.Claim.Code); err != nil {
		return Claim{}, err
	}
	c, err := loadClaim(ctx, tx, e.Claim.Code)
	switch {
	case err != nil:
		return Claim{}, err
	case c.Article != e.Article:
		return Claim{}, fmt.Errorf("%w: claim %s is of another article", ErrNotFound, c.Code)
	case c.Version != e.Version:
		return Claim{}, &StaleClaim{c}
	}
	return c, nil
}

// takeWords sets the claim's words to those that stand at its place in the capture, and returns the text from the first
// segment to the last. Words that the caller has given must be the same. A passage that stays where it is may stand in any
// capture, another one stands in the capture in which the article is tagged.
func (e *ClaimEdit) takeWords(ctx context.Context, tx pgx.Tx, before Claim) (extent string, err error) {
	problem := func(format string, args ...any) error {
		return &Unsound{[]narrative.Problem{{Kind: narrative.KindClaim, Key: string(e.Claim.Code), Path: "words", Message: fmt.Sprintf(format, args...)}}}
	}
	find := func() (passage.Text, error) { return taggedText(ctx, tx, e.Article, e.Capture) }
	switch {
	case before.Capture == e.Capture && slices.Equal(before.Match, e.Match):
		find = func() (passage.Text, error) { return captureText(ctx, tx, e.Capture) }
	case e.past:
		find = func() (passage.Text, error) { return pastText(ctx, tx, e.Article, e.Capture) }
	}
	text, err := find()
	if err != nil {
		return "", err
	}
	if len(e.Match) == 0 {
		return "", problem("missing; expected a passage of the article")
	}
	words, err := text.Words(e.Match)
	if err != nil {
		return "", problem("stand at no one place of the text: %v", err)
	}
	for _, span := range e.Match {
		if passage.SnapToWords(text, span) != span {
			return "", problem("cut a word of the text in half; expected whole words")
		}
	}
	if len(e.Claim.Words) > 0 && !slices.Equal(e.Claim.Words, words) {
		return "", problem("%q are not what stands at that place of the text, %q", strings.Join(e.Claim.Words, " … "), strings.Join(words, " … "))
	}
	if err := (passage.Quote{Segments: words}).Validate(); err != nil {
		return "", problem("%v", err)
	}
	e.Claim.Words = words
	if err := e.takeLocator(ctx, tx); err != nil {
		return "", err
	}
	return text.Slice(extentOf(e.Match))
}

// extentOf is the span from the first segment's start to the last one's end; m has a span.
func extentOf(m passage.Match) passage.Span {
	return passage.Span{Start: m[0].Start, End: m[len(m)-1].End}
}

// taggedText returns the text of the capture in which an article is tagged. The error is [ErrNotFound] for a capture that
// is not the one.
func taggedText(ctx context.Context, q querier, article narrative.Slug, capture int64) (passage.Text, error) {
	var text string
	err := q.QueryRow(ctx, `
		SELECT t.text
		FROM capture_texts t
		WHERE t.capture = $2 AND t.capture = (`+taggedCapture+`)`, article, capture).Scan(&text)
	if err != nil {
		return passage.Text{}, err
	}
	return passage.ParseText(text)
}

// pastText returns the text of a capture of an article. The error is [ErrNotFound] for one of another article, and for one
// whose text has been erased.
func pastText(ctx context.Context, q querier, article narrative.Slug, capture int64) (passage.Text, error) {
	var text string
	err := q.QueryRow(ctx, `
		SELECT t.text
		FROM captures c
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.id = $2 AND c.article = $1 AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)`, article, capture).Scan(&text)
	if err != nil {
		return passage.Text{}, err
	}
	return passage.ParseText(text)
}

// captureText returns the text of a capture.
func captureText(ctx context.Context, q querier, capture int64) (passage.Text, error) {
	var text string
	if err := q.QueryRow(ctx, `SELECT text FROM capture_texts WHERE capture = $1`, capture).Scan(&text); err != nil {
		return passage.Text{}, err
	}
	return passage.ParseText(text)
}

// taggedCapture is the capture in which article $1 is tagged: the latest full one or, if it has none, the latest excerpt.
const taggedCapture = `
	SELECT c.id
	FROM captures c
	WHERE c.article = $1 AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
	ORDER BY c.kind = 'full' DESC, c.id DESC
	LIMIT 1`

// nextOrdinal returns the number of an article's next claim. Others that tag the same article wait.
func nextOrdinal(ctx context.Context, tx pgx.Tx, article narrative.Slug) (n int, err error) {
	if err := tx.QueryRow(ctx, `SELECT 0 FROM articles WHERE slug = $1 FOR NO KEY UPDATE`, article).Scan(&n); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT coalesce(max(ordinal), 0) + 1 FROM claims WHERE article = $1`, article).Scan(&n)
	return n, err
}

// claimPath is where the rules find the claim that is being checked.
const claimPath = "passages[0].claims[0]"

// checkClaim asks the rules about a claim, among all that it speaks of.
func checkClaim(ctx context.Context, tx pgx.Tx, e ClaimEdit, extent string) error {
	a, err := loadNoun(ctx, tx, NounKey{narrative.KindArticle, string(e.Article)})
	if err != nil {
		return err
	}
	article := a.Doc.(narrative.Article)
	n := namesIn(e.Claim)
	n.slugs[article.Outlet] = true
	delete(n.codes, e.Claim.Code)
	around, err := loadNamed(ctx, tx, n)
	if err != nil {
		return err
	}
	article.Blocks = []narrative.Block{{Text: extent, Claims: []narrative.Claim{e.Claim}}}
	for _, other := range around.Articles {
		if other.Slug == article.Slug {
			article.Blocks = append(article.Blocks, other.Blocks...)
		}
	}
	var problems []narrative.Problem
	for _, p := range replaced(around, article).Validate() {
		path, ours := strings.CutPrefix(p.Path, claimPath)
		if ours && p.Kind == narrative.KindArticle && p.Key == string(e.Article) && !p.Later {
			p.Kind, p.Key, p.Path = narrative.KindClaim, string(e.Claim.Code), strings.TrimPrefix(path, ".")
			problems = append(problems, p)
		}
	}
	if len(problems) > 0 {
		return &Unsound{problems}
	}
	return nil
}

// writeClaim writes a claim's rows and, if its passage is another one, its anchor. ordinal is that of a new claim.
func writeClaim(ctx context.Context, tx pgx.Tx, e ClaimEdit, before Claim, ordinal int) error {
	if ordinal == 0 {
		if err := tx.QueryRow(ctx, `SELECT ordinal FROM claims WHERE code = $1`, e.Claim.Code).Scan(&ordinal); err != nil {
			return err
		}
	}
	r := rows{Claims: []claimRow{{e.Claim, e.Article, ordinal, e.Claim.Words, len(e.Claim.Words) == 1}}}
	for i, f := range e.Claim.Figures {
		reading, err := f.Reading()
		if err != nil {
			return err
		}
		r.Figures = append(r.Figures, figureRow{f, reading, f.Verbatim, e.Claim.Code, i + 1, f.Unit})
	}
	if err := writeRows(ctx, tx, r); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE claims SET preset = $2 WHERE code = $1 AND preset <> $2`, e.Claim.Code, nonNil(e.Preset)); err != nil {
		return err
	}
	if before.Capture == e.Capture && slices.Equal(before.Match, e.Match) {
		return nil
	}
	reworded := !slices.Equal(before.Words, e.Claim.Words)
	return moveAnchor(ctx, tx, newAnchorRow(e.Claim.Code, e.Capture, passage.Anchored, e.Match), reworded)
}

// moveAnchor makes an anchor that an editor has chosen the current one of its claim. A claim with other words than before
// stands no longer where it stood in excerpts.
func moveAnchor(ctx context.Context, tx pgx.Tx, a anchorRow, reworded bool) error {
	var b pgx.Batch
	if reworded {
		b.Queue(`
			INSERT INTO anchors (claim, capture, outcome, is_current)
			SELECT claim, capture, 'orphaned', false
			FROM (
				SELECT DISTINCT ON (x.capture) x.claim, x.capture, x.outcome
				FROM anchors x
				JOIN captures k ON k.id = x.capture
				WHERE x.claim = $1 AND x.capture <> $2 AND k.kind = 'excerpt'
				ORDER BY x.capture, x.id DESC) AS latest
			WHERE outcome = 'anchored'`, a.Claim, a.Capture)
	}
	b.Queue(`UPDATE anchors SET is_current = false WHERE claim = $1 AND is_current`, a.Claim)
	b.Queue(`
		INSERT INTO anchors (claim, capture, outcome, starts, ends, is_current)
		VALUES ($1, $2, $3, $4, $5, true)`, a.Claim, a.Capture, a.Outcome, a.Starts, a.Ends)
	return tx.SendBatch(ctx, &b).Close()
}

// nonNil returns the list, never nil, which would be NULL.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
