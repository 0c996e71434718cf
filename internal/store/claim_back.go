package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// reviveClaim brings back a claim that was deleted, as its log has it: under its code, at the passage where it stood, with its
// stances, chain, figures and the links whose other end is still there. What cannot come back is named in the log. Its
// version goes on rising. The errors are [*StaleClaim] for another version than that in which it was deleted, [*Unsound]
// where its text or something that it cannot be without is gone, and [ErrNotFound].
func reviveClaim(ctx context.Context, tx pgx.Tx, was LoggedClaim, r Restoration) (Claim, error) {
	article, err := r.articleOf(ctx, tx, was)
	if err != nil {
		return Claim{}, err
	}
	next, err := nextOrdinal(ctx, tx, article) // whoever else brings a claim of the article back waits
	if err != nil {
		return Claim{}, err
	}
	if err := r.seenRemoved(ctx, tx); err != nil {
		return Claim{}, err
	}
	if err := was.follow(ctx, tx); err != nil {
		return Claim{}, err
	}
	lost, err := was.fit(ctx, tx)
	if err != nil {
		return Claim{}, err
	}
	e := ClaimEdit{Claim: was.Claim, Article: article, Preset: was.Preset, Actor: r.Actor, past: true}
	if e.Capture, e.Match, err = r.placeOf(ctx, tx, was, article); err != nil {
		return Claim{}, err
	}
	extent, err := e.takeWords(ctx, tx, Claim{})
	if err != nil {
		return Claim{}, err
	}
	if err := checkClaim(ctx, tx, e, extent); err != nil {
		return Claim{}, err
	}
	ordinal, err := freeOrdinal(ctx, tx, article, was.Ordinal, next)
	if err != nil {
		return Claim{}, err
	}
	if _, err := tx.Exec(ctx, `SELECT bring_back('claim', $1, $2)`, r.Key, r.Version); err != nil {
		return Claim{}, err
	}
	if err := writeClaim(ctx, tx, e, Claim{}, ordinal); err != nil {
		return Claim{}, err
	}
	articles := []narrative.Slug{article}
	if _, err := anchorAnew(ctx, tx, articles, was.Code); err != nil {
		return Claim{}, err
	}
	now, err := loadClaim(ctx, tx, was.Code)
	if err != nil {
		return Claim{}, err
	}
	_, doc, err := beforeAndAfter(nil, logged(now))
	if err != nil {
		return Claim{}, err
	}
	why := strings.TrimSpace(r.Why)
	if len(lost) > 0 {
		why = strings.TrimSpace(why + " Not brought back: " + strings.Join(lost, "; ") + ".")
	}
	if err := audit(ctx, tx, r.Actor, "restore", Change{NounKey{narrative.KindClaim, r.Key}, "", doc}, why); err != nil {
		return Claim{}, err
	}
	return now, projectPassages(ctx, tx, articles)
}

// seenRemoved refuses what did not go in the version that the editor saw.
func (r Restoration) seenRemoved(ctx context.Context, q querier) error {
	var version *int
	err := q.QueryRow(ctx, `SELECT last_version FROM names WHERE kind = $1 AND name = $2 AND target IS NULL`, r.Kind, r.Key).Scan(&version)
	switch {
	case err != nil:
		return err
	case version == nil || *version != r.Version:
		return errBroughtBack
	}
	return nil
}

// errBroughtBack says that what is to be brought back is there again, or has gone again since.
var errBroughtBack = fmt.Errorf("%w: it has been brought back since", ErrConflict)

// broughtBack turns the refusal to bring a claim back into a [*StaleClaim]; other errors stay as they are.
func broughtBack(err error) error {
	if errors.Is(err, errBroughtBack) || Constraint(err) == "names_bring_back" {
		return &StaleClaim{}
	}
	return err
}

// articleOf returns the slug of today of the article in which the claim stood.
func (r Restoration) articleOf(ctx context.Context, q querier, was LoggedClaim) (narrative.Slug, error) {
	if was.Article == "" {
		return "", r.problem("", "is kept for that point of its log without its article, so that it cannot be brought back")
	}
	var article *narrative.Slug
	err := q.QueryRow(ctx, `
		SELECT (SELECT a.slug FROM articles a WHERE a.slug = coalesce(
			(SELECT n.target FROM names n WHERE n.kind = 'article' AND n.name = $1), $1))`, was.Article).Scan(&article)
	if err == nil && article == nil {
		err = r.problem("", fmt.Sprintf("was of the article %s, which is gone; bring that back first", was.Article))
	}
	if err != nil {
		return "", err
	}
	return *article, nil
}

// placeOf finds the passage of a claim that is brought back: in the whole text in which it stood or, if that was an excerpt or
// is another article's since a merger, in the text in which the article is tagged now, if it stands there at one place.
func (r Restoration) placeOf(ctx context.Context, tx pgx.Tx, was LoggedClaim, article narrative.Slug) (int64, passage.Match, error) {
	var kind string
	var erased bool
	err := tx.QueryRow(ctx, `
		SELECT kind, EXISTS (SELECT FROM erasures e WHERE e.capture = k.id)
		FROM captures k
		WHERE id = $1 AND article = $2`, was.Capture, article).Scan(&kind, &erased)
	elsewhere := errors.Is(err, pgx.ErrNoRows)
	switch {
	case err != nil && !elsewhere:
		return 0, nil, err
	case erased:
		return 0, nil, r.problem("words", "stood in a text that has been erased; the claim cannot be brought back")
	case kind == "full":
		return was.Capture, was.place().match(), nil
	}
	capture, match, err := stoodAt(ctx, tx, Claim{Claim: was.Claim, Article: article}, was.Words)
	if !errors.Is(err, ErrNoUndo) {
		return capture, match, err
	}
	if elsewhere {
		return 0, nil, r.problem("words", "stand at no one place of the article's text of today, and the text in which they stood is that of another article by now; the claim cannot be brought back")
	}
	return was.Capture, was.place().match(), nil
}

// freeOrdinal returns the number that a claim had in its article or, where another has that by now, the next one.
func freeOrdinal(ctx context.Context, tx pgx.Tx, article narrative.Slug, had, next int) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT CASE WHEN $2 < 1 OR EXISTS (SELECT FROM claims WHERE article = $1 AND ordinal = $2) THEN $3 ELSE $2 END::integer`,
		article, had, next).Scan(&n)
	return n, err
}

// follow puts the slugs and codes of today in the place of those under which the claim named nouns that were renamed or
// merged since.
func (l *LoggedClaim) follow(ctx context.Context, q querier) error {
	named := namesIn(l.Claim)
	keys := make([]string, 0, len(named.slugs)+len(named.codes))
	for slug := range named.slugs {
		keys = append(keys, string(slug))
	}
	for code := range named.codes {
		keys = append(keys, string(code))
	}
	rows, _ := q.Query(ctx, `
		SELECT kind, name, target
		FROM names
		WHERE kind IN ('source', 'event', 'fact', 'place', 'record', 'claim') AND name = ANY ($1) AND target IS NOT NULL`, keys)
	today := map[NounKey]string{}
	var k NounKey
	var target string
	_, err := pgx.ForEachRow(rows, []any{&k.Kind, &k.Key, &target}, func() error {
		today[k] = target
		return nil
	})
	if err != nil {
		return err
	}
	slug := func(kind narrative.Kind, s *narrative.Slug) {
		if to, ok := today[NounKey{kind, string(*s)}]; ok {
			*s = narrative.Slug(to)
		}
	}
	code := func(c *narrative.Code) {
		if to, ok := today[NounKey{narrative.KindClaim, string(*c)}]; ok {
			*c = narrative.Code(to)
		}
	}
	c := &l.Claim
	slug(narrative.KindSource, &c.Source)
	slug(narrative.KindSource, &c.AttributedTo)
	slug(narrative.KindEvent, &c.Event)
	for i := range c.Chain {
		slug(narrative.KindSource, &c.Chain[i].By)
	}
	for i := range c.Stances {
		slug(narrative.KindFact, &c.Stances[i].Fact)
	}
	for i := range c.Figures {
		slug(narrative.KindSource, &c.Figures[i].CountedBy)
		code(&c.Figures[i].PartOf)
	}
	for i := range c.Counters {
		slug(narrative.KindFact, &c.Counters[i].Fact)
		code(&c.Counters[i].To)
	}
	for from, to := range today {
		if was := markOf(from); was != "" {
			replaceMarks(reflect.ValueOf(c).Elem(), was, markOf(NounKey{from.Kind, to}))
		}
	}
	return nil
}

// fit takes out of a claim what it can no longer speak of, since that is gone: stances on positions, links to claims, wholes
// of figures. It returns what went, in words.
func (l *LoggedClaim) fit(ctx context.Context, q querier) (lost []string, err error) {
	c := &l.Claim
	if c.Stances, err = l.stancesLeft(ctx, q, &lost); err != nil {
		return nil, err
	}
	var facts []narrative.Slug
	var codes []narrative.Code
	for _, x := range c.Counters {
		codes = append(codes, x.To)
	}
	for _, f := range c.Figures {
		codes = append(codes, f.PartOf)
	}
	for _, s := range c.Stances {
		facts = append(facts, s.Fact)
	}
	rows, _ := q.Query(ctx, `
		SELECT c.code, ARRAY(SELECT s.fact FROM stances s WHERE s.claim = c.code)
		FROM claims c
		WHERE c.code = ANY ($1)`, codes)
	there := map[narrative.Code][]narrative.Slug{l.Code: facts}
	var code narrative.Code
	var on []narrative.Slug
	if _, err := pgx.ForEachRow(rows, []any{&code, &on}, func() error { there[code] = on; return nil }); err != nil {
		return nil, err
	}
	c.Counters = slices.DeleteFunc(slices.Clone(c.Counters), func(x narrative.Counter) bool {
		on, ok := there[x.To]
		switch {
		case !ok:
			lost = append(lost, fmt.Sprintf("the link to %s, which is gone", x.To))
		case !slices.Contains(on, x.Fact) || !slices.Contains(facts, x.Fact):
			lost = append(lost, fmt.Sprintf("the link to %s, since not both are on the fact %s any more", x.To, x.Fact))
		default:
			return x.To == l.Code
		}
		return true
	})
	c.Figures = slices.Clone(c.Figures)
	for i := range c.Figures {
		if part := c.Figures[i].PartOf; part != "" && there[part] == nil {
			if _, ok := there[part]; !ok {
				lost = append(lost, fmt.Sprintf("that the figure %s is part of one of %s, which is gone", c.Figures[i].Verbatim, part))
				c.Figures[i].PartOf = ""
			}
		}
	}
	return lost, nil
}

// stancesLeft returns the claim's stances whose aspects and positions are still there, without periods that are not.
func (l *LoggedClaim) stancesLeft(ctx context.Context, q querier, lost *[]string) ([]narrative.Stance, error) {
	facts, aspects, positions, periods := make([]string, len(l.Stances)), make([]string, len(l.Stances)), make([]string, len(l.Stances)), make([]string, len(l.Stances))
	for i, s := range l.Stances {
		facts[i], aspects[i], positions[i], periods[i] = string(s.Fact), string(s.Aspect), string(s.Position), string(s.Period)
	}
	rows, _ := q.Query(ctx, `
		SELECT EXISTS (SELECT FROM aspects a WHERE a.fact = s.fact AND a.slug = s.aspect)
				AND (s.position = '' OR EXISTS (SELECT FROM positions p WHERE p.fact = s.fact AND p.aspect = s.aspect AND p.slug = s.position)),
			s.period = '' OR EXISTS (SELECT FROM periods p WHERE p.fact = s.fact AND p.slug = s.period)
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS s (fact, aspect, position, period, n)
		ORDER BY s.n`, facts, aspects, positions, periods)
	var left []narrative.Stance
	var isThere, hasPeriod bool
	i := 0
	_, err := pgx.ForEachRow(rows, []any{&isThere, &hasPeriod}, func() error {
		s := l.Stances[i]
		i++
		on := strings.Trim(fmt.Sprintf("%s %s", s.Fact, s.Aspect), " ")
		switch {
		case !isThere:
			*lost = append(*lost, fmt.Sprintf("its stance on %s, of which the position %s is gone", on, s.Position))
			return nil
		case !hasPeriod:
			*lost = append(*lost, fmt.Sprintf("that its stance on %s is about the period %s, which is gone", on, s.Period))
			s.Period = ""
		}
		left = append(left, s)
		return nil
	})
	return left, err
}
