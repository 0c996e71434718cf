package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A Preview is a fact as it would be published now.
type Preview struct {
	Fact    narrative.Slug
	Content edition.Content // nothing but Slug and Title where Problems say that it cannot be compiled
	Token   string          // names what is previewed, for [Publication.Expect]
	Number  int             // of the latest edition, 0 if there is none
	Latest  *edition.Body   // the latest edition that was not erased whole, nil if there is none
	Ended   bool            // it was withdrawn or merged: publishing brings it back
	Changed bool            // publishing would make an edition
	// Problems keep it from being published.
	Problems []narrative.Problem
	// Warnings are worth a look, and keep it from nothing.
	Warnings []narrative.Problem
	// Review is what of it a second pair of eyes looks at, in the order of [edition.Content.ReviewItems].
	Review []Review
}

// Unseen returns what needs a second pair of eyes and has had none.
func (p Preview) Unseen() []Review {
	return slices.DeleteFunc(slices.Clone(p.Review), func(r Review) bool { return !r.Due })
}

// Preview returns facts as they would be published now, in the order asked, from one snapshot of the database. Nothing is
// written. The error is [ErrNotFound] for a fact that is not there.
func (s *Store) Preview(ctx context.Context, facts []narrative.Slug) (list []Preview, err error) {
	defer wrap(&err, "Preview(%q)", facts)

	if len(facts) == 0 {
		return nil, nil
	}
	err = pgx.BeginTxFunc(ctx, s.desk, snapshot, func(tx pgx.Tx) error {
		found, err := findFacts(ctx, tx, facts, "")
		if err != nil {
			return err
		}
		c, drafts, err := draftAll(ctx, tx, found)
		if err != nil {
			return err
		}
		list, err = previews(ctx, tx, c, drafts)
		return err
	})
	slices.SortStableFunc(list, func(a, b Preview) int { return slices.Index(facts, a.Fact) - slices.Index(facts, b.Fact) })
	return list, err
}

func previews(ctx context.Context, tx pgx.Tx, c narrative.Collection, drafts []draft) ([]Preview, error) {
	shares, err := shareProblems(ctx, tx, drafts)
	if err != nil {
		return nil, err
	}
	preset, err := presetProblems(ctx, tx, drafts)
	if err != nil {
		return nil, err
	}
	if err := reviewAll(ctx, tx, drafts); err != nil {
		return nil, err
	}
	unclaimed := c.Unclaimed()
	list := make([]Preview, len(drafts))
	for i, d := range drafts {
		list[i] = Preview{
			Fact: d.Slug, Content: d.content, Token: d.token(), Number: d.Number, Latest: d.last, Ended: d.ended, Changed: d.changed,
			Problems: slices.Concat(d.problems, ofFact(unclaimed, d.Slug), shares[d.Slug]), Warnings: preset[d.Slug], Review: d.review,
		}
	}
	return list, nil
}

// ofFact returns the problems of a fact.
func ofFact(problems []narrative.Problem, fact narrative.Slug) []narrative.Problem {
	var list []narrative.Problem
	for _, p := range problems {
		if p.Kind == narrative.KindFact && p.Key == string(fact) {
			list = append(list, p)
		}
	}
	return list
}

// A draft is the next edition of a fact before it is sealed.
type draft struct {
	lockedFact
	content  edition.Content
	last     *edition.Body // the latest edition that is not erased whole
	ended    bool          // by it
	changed  bool
	hash     edition.Hash
	problems []narrative.Problem // what it lacks to be published
	review   []Review            // once [reviewAll] has asked
	waived   []Review            // which are published though nobody else has looked at them
}

// token names the content of a draft and the edition that it follows, so that of two publications of the same draft the
// second is refused.
func (d draft) token() string { return fmt.Sprintf("%d-%s", d.Number, d.hash) }

// asks reports whether a publication makes an edition of the draft.
func (d draft) asks(p Publication) bool {
	if len(p.Facts) == 0 && (d.ended || d.isUnfinishedFirst()) {
		return false
	}
	return d.changed
}

// isUnfinishedFirst reports whether the fact was never published and is not finished.
func (d draft) isUnfinishedFirst() bool { return d.Number == 0 && len(d.problems) > 0 }

// draftAll compiles facts, with all that hangs on them.
func draftAll(ctx context.Context, tx pgx.Tx, facts []lockedFact) (narrative.Collection, []draft, error) {
	slugs := make([]narrative.Slug, len(facts))
	for i, f := range facts {
		slugs[i] = f.Slug
	}
	c, err := loadCollection(ctx, tx, slugs)
	if err != nil {
		return c, nil, err
	}
	// Only what is missing is looked for: the collection lacks what facts and claims name elsewhere.
	problems := slices.DeleteFunc(c.Validate(), func(p narrative.Problem) bool { return !p.Later })
	drafts := make([]draft, len(facts))
	for i, f := range facts {
		if drafts[i], err = newDraft(c, f); err != nil {
			return c, nil, fmt.Errorf("fact %s: %w", f.Slug, err)
		}
		drafts[i].problems = append(drafts[i].problems, ofFact(problems, f.Slug)...)
	}
	return c, drafts, embargoProblems(ctx, tx, drafts)
}

func newDraft(c narrative.Collection, f lockedFact) (draft, error) {
	d := draft{lockedFact: f}
	var marks *edition.Content
	if f.Body != nil {
		body, err := edition.Read(f.Body)
		if err != nil {
			return d, err
		}
		d.last, marks = &body, &body.Content
		d.ended = body.Kind.Ends() && !f.Erased
	}
	var err error
	if d.content, err = edition.Compile(c, f.Slug, marks); err != nil {
		fact, _ := c.Index().Fact(f.Slug)
		d.content = edition.Content{Slug: string(f.Slug), Title: string(fact.Question)}
		d.problems = []narrative.Problem{{Kind: narrative.KindFact, Key: string(f.Slug), Message: "cannot be drawn: " + err.Error()}}
		d.changed = true
		return d, nil
	}
	if d.hash, err = d.content.Hash(); err != nil {
		return d, err
	}
	d.changed = true
	if marks != nil && !f.Erased && !d.ended {
		// Both in today's form, so that a field which the program has gained since is no change of the fact.
		before, err := marks.Hash()
		if err != nil {
			return d, err
		}
		d.changed = before != d.hash
	}
	return d, nil
}

// check refuses a publication of what is not finished, and an editor's of what he has not seen or nobody else has looked at.
// It notes in the drafts what is waived.
func (p Publication) check(ctx context.Context, tx pgx.Tx, c narrative.Collection, drafts []draft) error {
	outdated, unseen := &Outdated{}, &Unseen{}
	var problems []narrative.Problem
	for _, d := range drafts {
		if p.Expect != nil && p.Expect[d.Slug] != d.token() {
			outdated.Facts = append(outdated.Facts, d.Slug)
		}
		if d.asks(p) {
			problems = append(problems, d.problems...)
			if p.Expect != nil {
				problems = append(problems, ofFact(c.Unclaimed(), d.Slug)...)
			}
		}
	}
	switch {
	case len(outdated.Facts) > 0:
		return outdated
	case len(problems) > 0:
		return &Unsound{problems}
	case p.Expect == nil:
		return nil
	}
	if err := reviewAll(ctx, tx, drafts); err != nil {
		return err
	}
	for i := range drafts {
		d := &drafts[i]
		if !d.asks(p) {
			continue
		}
		d.waived = slices.DeleteFunc(slices.Clone(d.review), func(r Review) bool { return !r.Due })
		if len(d.waived) > 0 && strings.TrimSpace(p.Waiver) == "" {
			unseen.Facts = append(unseen.Facts, d.Slug)
		}
	}
	if len(unseen.Facts) > 0 {
		return unseen
	}
	return nil
}

// shareProblems says of which articles more than half of the words would stand on readers' pages with the drafts. It reckons
// as [checkShares] does after a publication.
func shareProblems(ctx context.Context, tx pgx.Tx, drafts []draft) (map[narrative.Slug][]narrative.Problem, error) {
	var facts []int64
	var codes, articles, full []string
	for _, d := range drafts {
		facts = append(facts, d.ID)
		for _, claim := range d.content.Claims {
			codes = append(codes, claim.Code)
		}
		for _, a := range d.content.Articles {
			articles = append(articles, a.Slug)
			if a.Rights == string(narrative.RightsFull) {
				full = append(full, a.Slug)
			}
		}
	}
	rows, _ := tx.Query(ctx, `
		SELECT c.code, c.article, false AS whole, k.kind, x.capture, x.starts, x.ends
		FROM claims c
		JOIN anchors x ON x.claim = c.code AND x.is_current
		JOIN captures k ON k.id = x.capture
		WHERE c.article = ANY ($1) AND c.article <> ALL ($2) AND k.kind = 'full'
			AND (c.code = ANY ($3) OR EXISTS (
				SELECT FROM published_claims p
				JOIN published_facts f ON f.fact = p.fact
				WHERE p.code = c.code AND f.fact_id <> ALL ($4) AND p.row #> '{claim,segments}' = to_jsonb(c.words)))
		ORDER BY c.article, c.ordinal`, nonNil(articles), nonNil(full), nonNil(codes), facts)
	anchors, err := pgx.CollectRows(rows, pgx.RowToStructByName[published])
	if err != nil {
		return nil, err
	}
	spans := map[int64][]passage.Span{}
	article := map[int64]narrative.Slug{}
	for _, a := range anchors {
		spans[a.Capture] = append(spans[a.Capture], a.match()...)
		article[a.Capture] = a.Article
	}
	texts, err := captureTexts(ctx, tx, anchors)
	if err != nil {
		return nil, err
	}
	problems := map[narrative.Slug][]narrative.Problem{}
	for capture, shown := range spans {
		some, all := sharedWords(texts[capture], shown)
		if 2*some <= all {
			continue
		}
		slug := article[capture]
		for _, d := range drafts {
			if slices.ContainsFunc(d.content.Articles, func(a edition.Article) bool { return a.Slug == string(slug) }) {
				problems[d.Slug] = append(problems[d.Slug], narrative.Problem{
					Kind: narrative.KindArticle, Key: string(slug), Path: "passages",
					Message: fmt.Sprintf("%d of its %d words would stand on readers’ pages; expected at most half. Shorten passages", some, all),
				})
			}
		}
	}
	for fact := range problems {
		slices.SortFunc(problems[fact], func(a, b narrative.Problem) int { return strings.Compare(a.Key, b.Key) })
	}
	return problems, nil
}

// presetProblems says which claims on the drafts' facts the program has filled in and nobody has looked at.
func presetProblems(ctx context.Context, tx pgx.Tx, drafts []draft) (map[narrative.Slug][]narrative.Problem, error) {
	slugs := make([]narrative.Slug, len(drafts))
	for i, d := range drafts {
		slugs[i] = d.Slug
	}
	rows, _ := tx.Query(ctx, `
		SELECT DISTINCT s.fact, c.code, array_to_string(c.preset, ', '), c.article, c.ordinal
		FROM claims c
		JOIN stances s ON s.claim = c.code
		WHERE s.fact = ANY ($1) AND c.preset <> '{}'
		ORDER BY c.article, c.ordinal`, slugs)
	problems := map[narrative.Slug][]narrative.Problem{}
	var fact narrative.Slug
	var code, preset, article string
	var ordinal int
	_, err := pgx.ForEachRow(rows, []any{&fact, &code, &preset, &article, &ordinal}, func() error {
		problems[fact] = append(problems[fact], narrative.Problem{
			Kind: narrative.KindClaim, Key: code, Message: "preset by the program and confirmed by nobody: " + preset,
		})
		return nil
	})
	return problems, err
}
