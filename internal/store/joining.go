package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// MostCandidates bounds the claims that are offered to be joined with one.
const MostCandidates = 300

// A Candidate is a claim that another may be joined with: one that has a stance on one of its facts.
type Candidate struct {
	Code     narrative.Code
	Version  int
	Article  narrative.Slug
	Outlet   string // its name
	Source   string // its name
	Words    []string
	Language string         // of the article
	Said     narrative.Date // see [narrative.Claim.Said]; zero if that is not known
	Fact     narrative.Slug
	Question narrative.Markup
	Aspect   narrative.Slug
	Label    narrative.Markup // of the position that it takes, "" for none
	Mode     narrative.Mode
	Same     bool // takes the position that the other takes
}

// Candidates returns the claims that have a stance on a fact and aspect on which the claim has one, once for each: those on
// other positions first, by fact, aspect, position and day. It returns at most [MostCandidates].
func (s *Store) Candidates(ctx context.Context, code narrative.Code) (_ []Candidate, err error) {
	defer wrap(&err, "Candidates(%q)", code)

	rows, _ := s.desk.Query(ctx, `
		SELECT c.code, c.version, c.article, o.name AS outlet, src.name AS source, c.words, a.language,
			`+saidDoc+` AS said,
			s.fact, f.question, s.aspect, coalesce(p.label, '') AS label, s.mode,
			s.position IS NOT DISTINCT FROM mine.position AS same
		FROM stances mine
		JOIN stances s ON s.fact = mine.fact AND s.aspect = mine.aspect AND s.claim <> mine.claim
		JOIN claims c ON c.code = s.claim
		JOIN articles a ON a.slug = c.article
		JOIN outlets o ON o.slug = a.outlet
		JOIN sources src ON src.slug = c.source
		JOIN facts f ON f.slug = s.fact
		LEFT JOIN positions p ON p.fact = s.fact AND p.aspect = s.aspect AND p.slug = s.position
		WHERE mine.claim = $1
		ORDER BY same, s.fact, s.aspect, p.ordinal, `+saidFirst+` NULLS LAST, c.code
		LIMIT $2`, code, MostCandidates)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Candidate, error) {
		var c Candidate
		err := row.Scan(&c.Code, &c.Version, &c.Article, &c.Outlet, &c.Source, &c.Words, &c.Language, &c.Said, &c.Fact, &c.Question,
			&c.Aspect, &c.Label, &c.Mode, &c.Same)
		return c, err
	})
}

// A Joint asks for a claim to be linked to the one that it answers.
type Joint struct {
	From    narrative.Code // the later or replying claim, which holds the link
	Version int            // of From, as the editor saw it
	Counter narrative.Counter
	Actor   string
	Why     string // why the desk did it, for its log; may be ""
}

// Join links a claim to another. A link of the same relation on the same fact is put in the place of the one that is there.
// A contributor may link two claims of which one is its own. The errors are those of [Store.SaveClaim].
func (s *Store) Join(ctx context.Context, j Joint) (saved Claim, err error) {
	defer wrap(&err, "Join(%q, %q)", j.From, j.Counter.To)

	either := []narrative.Code{j.From, j.Counter.To}
	return s.changeCounters(ctx, j, either, func(counters []narrative.Counter) ([]narrative.Counter, error) {
		counters = slices.DeleteFunc(counters, func(c narrative.Counter) bool {
			return c.To == j.Counter.To && c.Fact == j.Counter.Fact && c.Relation == j.Counter.Relation
		})
		return append(counters, j.Counter), nil
	})
}

// ErrNoCounter is the error of a link that is not there.
var ErrNoCounter = errors.New("no such counter-claim")

// Part takes a link between two claims away; why is for the desk's log. The errors are [ErrNoCounter] and those of
// [Store.SaveClaim].
func (s *Store) Part(ctx context.Context, j Joint) (saved Claim, err error) {
	defer wrap(&err, "Part(%q, %q)", j.From, j.Counter.To)

	return s.changeCounters(ctx, j, []narrative.Code{j.From}, func(counters []narrative.Counter) ([]narrative.Counter, error) {
		left := slices.DeleteFunc(slices.Clone(counters), func(c narrative.Counter) bool {
			return c.To == j.Counter.To && c.Fact == j.Counter.Fact && c.Relation == j.Counter.Relation
		})
		if len(left) == len(counters) {
			return nil, ErrNoCounter
		}
		return left, nil
	})
}

// changeCounters saves the claim that holds a link with other links, for who may change one of the claims named.
func (s *Store) changeCounters(ctx context.Context, j Joint, one []narrative.Code,
	change func([]narrative.Counter) ([]narrative.Counter, error),
) (saved Claim, err error) {
	err = s.edit(ctx, func(tx pgx.Tx) error {
		c, err := loadClaim(ctx, tx, j.From)
		if err != nil {
			return err
		}
		if err := ownOne(ctx, tx, j.Actor, one...); err != nil {
			return err
		}
		e := ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: j.Version, Preset: c.Preset, Actor: j.Actor, Why: j.Why}
		if e.Claim.Counters, err = change(slices.Clone(c.Counters)); err != nil {
			return err
		}
		saved, err = saveLinks(ctx, tx, e)
		return err
	})
	return saved, unsound(err, NounKey{narrative.KindClaim, string(j.From)})
}

// saveLinks saves a claim whose passage stays where it is, in whatever capture that may be.
func saveLinks(ctx context.Context, tx pgx.Tx, e ClaimEdit) (Claim, error) {
	before, err := seenClaim(ctx, tx, e)
	if err != nil {
		return Claim{}, err
	}
	text, err := captureText(ctx, tx, e.Capture)
	if err != nil {
		return Claim{}, err
	}
	extent, err := text.Slice(extentOf(e.Match))
	if err != nil {
		return Claim{}, fmt.Errorf("%w: claim %s: %w", ErrPassage, e.Claim.Code, err)
	}
	return finishClaim(ctx, tx, e, before, extent)
}
