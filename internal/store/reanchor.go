package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A Drift is a claim whose words an editor must look for in the latest text of its article. It stands where it stood until
// then.
type Drift struct {
	Claim
	Anchor passage.Anchor // in the latest full capture; Match is whole words, nil for ambiguous and orphaned
	Now    []string       // the words there; nil without a match
	Places []Spot         // to choose from
	Latest int64          // the latest full capture
	Seen   time.Time      // when that was captured
	Before time.Time      // when the text was captured in which the claim stands
}

// A Spot is a place where a claim's passage may stand in a newer text.
type Spot struct {
	Match          passage.Match
	Words          []string
	Before, Behind string // up to 32 code points of what stands around it
}

// A Carried counts what became of an article's claims in its latest full capture.
type Carried struct {
	Same  int // stand in it where they stood in the text before, or were made in it
	Moved int // stand in it at another place
	Kept  int // an editor has left them in an older text
}

// openDrifts are claims c of articles whose latest full capture f does not have their words for certain, and that no editor
// has looked at since.
const openDrifts = `
	(
		SELECT DISTINCT ON (k.article) k.article, k.id, k.captured_at
		FROM captures k
		WHERE k.kind = 'full' AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = k.id)
		ORDER BY k.article, k.id DESC
	) AS f
	JOIN claims c ON c.article = f.article
	JOIN LATERAL (
		SELECT x.outcome FROM anchors x WHERE x.claim = c.code AND x.capture = f.id ORDER BY x.id DESC LIMIT 1
	) AS latest ON latest.outcome <> 'anchored'
		AND NOT EXISTS (SELECT FROM kept_passages p WHERE p.claim = c.code AND p.capture = f.id)`

// Drifts returns the claims of an article that wait to be looked for, in the order of its text, at most 100, and counts the
// others. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Drifts(ctx context.Context, article narrative.Slug) (a narrative.Article, list []Drift, counts Carried, err error) {
	defer wrap(&err, "Drifts(%q)", article)

	n, err := loadNoun(ctx, s.desk, NounKey{narrative.KindArticle, string(article)})
	if err != nil {
		return narrative.Article{}, nil, Carried{}, err
	}
	a = n.Doc.(narrative.Article)
	rows, _ := s.desk.Query(ctx, `SELECT c.code FROM `+openDrifts+` WHERE c.article = $1 ORDER BY c.ordinal LIMIT $2`, article, pageSize)
	open, err := pgx.CollectRows(rows, pgx.RowTo[narrative.Code])
	if err != nil {
		return a, nil, Carried{}, err
	}
	err = s.desk.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE x.capture = f.id AND before.starts IS NOT DISTINCT FROM x.starts OR x.capture = f.id AND before.starts IS NULL),
			count(*) FILTER (WHERE x.capture = f.id AND before.starts <> x.starts),
			count(*) FILTER (WHERE x.capture <> f.id AND EXISTS (SELECT FROM kept_passages p WHERE p.claim = c.code AND p.capture = f.id))
		FROM (
			SELECT k.id FROM captures k
			WHERE k.article = $1 AND k.kind = 'full' AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = k.id)
			ORDER BY k.id DESC LIMIT 1) AS f
		JOIN claims c ON c.article = $1
		JOIN anchors x ON x.claim = c.code AND x.is_current
		LEFT JOIN LATERAL (
			SELECT y.starts FROM anchors y
			JOIN captures k ON k.id = y.capture AND k.article = c.article
			WHERE y.claim = c.code AND y.id < x.id AND y.capture <> x.capture AND y.outcome = 'anchored'
			ORDER BY y.id DESC LIMIT 1) AS before ON true`, article).Scan(&counts.Same, &counts.Moved, &counts.Kept)
	if err != nil || len(open) == 0 {
		return a, nil, counts, err
	}
	list, err = drifts(ctx, s.desk, article, open)
	return a, list, counts, err
}

// drifts looks for claims of one article in its latest full capture.
func drifts(ctx context.Context, q querier, article narrative.Slug, open []narrative.Code) ([]Drift, error) {
	latest, err := latestCaptures(ctx, q, []narrative.Slug{article})
	if err != nil {
		return nil, err
	}
	all, err := bases(ctx, q, []narrative.Slug{article}, nil)
	if err != nil {
		return nil, err
	}
	report, _, err := carry(ctx, q, latest, all)
	if err != nil {
		return nil, err
	}
	rows, _ := q.Query(ctx, deskClaims+` WHERE c.code = ANY ($1) ORDER BY c.ordinal`, open)
	claims, err := pgx.CollectRows(rows, scanClaim)
	if err != nil {
		return nil, err
	}
	times := map[int64]time.Time{}
	var id int64
	var at time.Time
	rows, _ = q.Query(ctx, `SELECT id, captured_at FROM captures WHERE article = $1`, article)
	if _, err := pgx.ForEachRow(rows, []any{&id, &at}, func() error { times[id] = at; return nil }); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(latest, func(c capture) bool { return c.Kind == "full" })
	if i < 0 {
		return nil, nil
	}
	now, err := passage.ParseText(latest[i].Text)
	if err != nil {
		return nil, err
	}
	var list []Drift
	for _, c := range claims {
		n := slices.IndexFunc(report, func(r Anchored) bool { return r.Claim == c.Code })
		if n < 0 || c.Capture == latest[i].ID {
			continue
		}
		d := Drift{Claim: c, Anchor: report[n].Anchor, Latest: latest[i].ID, Seen: times[latest[i].ID], Before: times[c.Capture]}
		if err := d.place(now); err != nil {
			return nil, fmt.Errorf("claim %s: %w", c.Code, err)
		}
		list = append(list, d)
	}
	return list, nil
}

// place takes the words of the places in the text.
func (d *Drift) place(now passage.Text) (err error) {
	if d.Anchor.Outcome == passage.Anchored { // with other quotation marks
		d.Anchor.Outcome = passage.Drifted
	}
	if d.Anchor.Match = wholeWords(now, d.Anchor.Match); d.Anchor.Match != nil {
		if d.Now, err = now.Words(d.Anchor.Match); err != nil {
			return err
		}
	}
	for _, m := range d.Anchor.Candidates {
		if m = wholeWords(now, m); m == nil {
			continue
		}
		spot := Spot{Match: m}
		if spot.Words, err = now.Words(m); err != nil {
			return err
		}
		spot.Before, spot.Behind = passage.Context(now, m)
		d.Places = append(d.Places, spot)
	}
	return nil
}

// wholeWords makes whole words of the segments of a match; nil if they are not apart then.
func wholeWords(t passage.Text, m passage.Match) passage.Match {
	var whole passage.Match
	for _, span := range m {
		span = passage.SnapToWords(t, span)
		if n := len(whole); span.Len() == 0 || n > 0 && span.Start < whole[n-1].End {
			return nil
		}
		whole = append(whole, span)
	}
	if _, err := t.Words(whole); err != nil {
		return nil
	}
	return whole
}

// An Adrift is a claim of [Store.Adrift].
type Adrift struct {
	Code     narrative.Code
	Article  narrative.Slug
	Headline string
	Language string // of the article
	Words    []string
	Outcome  passage.Outcome
	Seen     time.Time // when the latest text of its article was captured
}

// Adrift returns the claims of all articles that wait to be looked for, by article and code, a page of 100 that begins after
// a cursor ("" for the first), and the cursor of the next page, "" if there is none. A cursor that is none is that of the
// first page.
func (s *Store) Adrift(ctx context.Context, after string) (list []Adrift, next string, err error) {
	defer wrap(&err, "Adrift(%q)", after)

	article, code, _ := strings.Cut(after, "/")
	rows, _ := s.desk.Query(ctx, `
		SELECT c.code, c.article, a.headline, a.language, c.words, latest.outcome, f.captured_at
		FROM `+openDrifts+`
		JOIN articles a ON a.slug = c.article
		WHERE (c.article, c.code) > ($1, $2)
		ORDER BY c.article, c.code
		LIMIT $3`, article, code, pageSize+1)
	if list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Adrift]); len(list) > pageSize {
		list = list[:pageSize]
		next = string(list[pageSize-1].Article) + "/" + string(list[pageSize-1].Code)
	}
	return list, next, err
}

// A Keeping asks for a claim to stay in the older text in which it stands, since the latest no longer has its words.
type Keeping struct {
	Claim   narrative.Code
	Version int
	Capture int64 // the latest full capture of the article, that the editor has looked at
	Changed narrative.TextChange
	Actor   string
	Why     string
}

// ErrNotLatest is the error of work on a capture that is no longer the latest of its article.
var ErrNotLatest = fmt.Errorf("%w: a newer text of the article has come in", ErrConflict)

// Keep leaves a claim where it stands and notes what the outlet has changed. The errors are those of [Store.SaveClaim], and
// [ErrNotLatest].
func (s *Store) Keep(ctx context.Context, k Keeping) (saved Claim, err error) {
	defer wrap(&err, "Keep(%q)", k.Claim)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		c, err := loadClaim(ctx, tx, k.Claim)
		if err != nil {
			return err
		}
		if _, err := taggedText(ctx, tx, c.Article, k.Capture); err != nil {
			return ErrNotLatest
		}
		if err := ownClaims(ctx, tx, k.Actor, k.Claim); err != nil {
			return err
		}
		e := ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: k.Version, Preset: c.Preset, Actor: k.Actor, Why: k.Why}
		e.Claim.Changed = k.Changed
		if saved, err = saveLinks(ctx, tx, e); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO kept_passages (claim, capture, kept_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, k.Claim, k.Capture, k.Actor)
		return err
	})
	return saved, unsound(err, NounKey{narrative.KindClaim, string(k.Claim)})
}
