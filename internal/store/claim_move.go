package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// MaxMoved is the largest number of claims that are moved at once.
const MaxMoved = 100

// A Move asks for claims of a fact to take another position. Their modes stay.
type Move struct {
	Fact   narrative.Slug
	To     Answer // a new position or, without a label, the one that has the slug; see there for the aspect
	Claims []MovedStance
	Actor  string
	Why    string
}

// A MovedStance is a claim to be moved: the one stance that it has on the fact and aspect.
type MovedStance struct {
	Code    narrative.Code
	Version int // as the editor saw it
	Aspect  narrative.Slug
}

// MoveClaims lets claims of a fact take another position, all of them or none, with an entry of the audit log for each. The
// errors are [*StaleClaim] for the first claim that has changed since, [*Unsound] with paths in the claims or the fact, and
// [ErrNotFound].
func (s *Store) MoveClaims(ctx context.Context, m Move) (moved []Claim, err error) {
	defer wrap(&err, "MoveClaims(%q, %d claims)", m.Fact, len(m.Claims))

	err = s.edit(ctx, func(tx pgx.Tx) error {
		aspect, position := m.To.Aspect.Slug, m.To.Position.Slug
		if m.To.Aspect.Question != "" || m.To.Position.Label != "" {
			var err error
			if aspect, position, err = answer(ctx, tx, m.Fact, m.To, m.Actor, m.Why); err != nil {
				return err
			}
		}
		placed, before, err := m.lock(ctx, tx)
		if err != nil {
			return err
		}
		for i := range placed {
			if err := m.take(&placed[i].Claim, aspect, position); err != nil {
				return err
			}
		}
		moved, err = m.write(ctx, tx, placed, before)
		return err
	})
	return moved, unsound(err, NounKey{narrative.KindFact, string(m.Fact)})
}

// lock locks the claims and returns them, if all are in the versions that the editor saw: to be changed, and as they are.
func (m Move) lock(ctx context.Context, tx pgx.Tx) ([]placedClaim, []Claim, error) {
	codes := make([]narrative.Code, 0, len(m.Claims))
	for _, c := range m.Claims {
		codes = append(codes, c.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	if err := ownClaims(ctx, tx, m.Actor, codes...); err != nil {
		return nil, nil, err
	}
	if _, err := tx.Exec(ctx, `SELECT FROM claims WHERE code = ANY ($1) ORDER BY code FOR UPDATE`, codes); err != nil {
		return nil, nil, err
	}
	claims, err := deskClaimsOf(ctx, tx, codes)
	if err != nil {
		return nil, nil, err
	}
	if len(claims) < len(codes) {
		return nil, nil, fmt.Errorf("%w: %d of the claims", ErrNotFound, len(codes)-len(claims))
	}
	for _, c := range claims {
		if slices.ContainsFunc(m.Claims, func(x MovedStance) bool { return x.Code == c.Code && x.Version != c.Version }) {
			return nil, nil, &StaleClaim{c}
		}
	}
	placed, err := loadClaims(ctx, tx, codes)
	return placed, claims, err
}

// deskClaimsOf returns the claims that have one of the codes, by code.
func deskClaimsOf(ctx context.Context, q querier, codes []narrative.Code) ([]Claim, error) {
	rows, _ := q.Query(ctx, deskClaims+` WHERE c.code = ANY ($1) ORDER BY c.code`, codes)
	return pgx.CollectRows(rows, scanClaim)
}

// take lets a claim take the position with the stances that are to be moved.
func (m Move) take(c *narrative.Claim, aspect, position narrative.Slug) error {
	for _, x := range m.Claims {
		if x.Code != c.Code {
			continue
		}
		i := slices.IndexFunc(c.Stances, func(s narrative.Stance) bool { return s.Fact == m.Fact && s.Aspect == x.Aspect })
		if i < 0 {
			return fmt.Errorf("%w: claim %s has no stance on the aspect %q", ErrNotFound, c.Code, x.Aspect)
		}
		c.Stances[i].Aspect = aspect
		if c.Stances[i].Mode.TakesPosition() {
			c.Stances[i].Position = position
		}
	}
	return nil
}

// write checks the claims together and writes them.
func (m Move) write(ctx context.Context, tx pgx.Tx, placed []placedClaim, before []Claim) ([]Claim, error) {
	if err := checkStances(ctx, tx, placed); err != nil {
		return nil, err
	}
	var r rows
	codes := make([]narrative.Code, len(placed))
	for i, c := range placed {
		codes[i] = c.Code
		r.Claims = append(r.Claims, claimRow{c.Claim, c.Article, c.Ordinal, c.Words, c.WholeBlock})
		for j, f := range c.Figures {
			reading, err := f.Reading()
			if err != nil {
				return nil, err
			}
			r.Figures = append(r.Figures, figureRow{f, reading, f.Verbatim, c.Code, j + 1, f.Unit})
		}
	}
	if err := writeRows(ctx, tx, r); err != nil {
		return nil, err
	}
	after, err := deskClaimsOf(ctx, tx, codes)
	if err != nil {
		return nil, err
	}
	changes := make([]Change, len(after))
	for i, c := range after {
		was, now, err := beforeAndAfter(logged(before[i]), logged(c))
		if err != nil {
			return nil, err
		}
		changes[i] = Change{NounKey{narrative.KindClaim, string(c.Code)}, was, now}
	}
	return after, insertAudit(ctx, tx, m.Actor, strings.TrimSpace(m.Why), changes)
}

// checkStances asks the rules about the stances of claims, which alone have changed.
func checkStances(ctx context.Context, tx pgx.Tx, claims []placedClaim) error {
	docs, codes := make([]any, len(claims)), map[narrative.Code]narrative.Claim{}
	for i, c := range claims {
		docs[i] = c.Claim
		codes[c.Code] = c.Claim
	}
	around, err := loadNamed(ctx, tx, namesIn(docs...))
	if err != nil {
		return err
	}
	type place struct {
		article narrative.Slug
		path    string
	}
	at := map[place]narrative.Code{}
	for _, a := range around.Articles {
		for b := range a.Blocks {
			for c := range a.Blocks[b].Claims {
				claim := &a.Blocks[b].Claims[c]
				if moved, ok := codes[claim.Code]; ok {
					*claim = moved
					at[place{a.Slug, fmt.Sprintf("passages[%d].claims[%d]", b, c)}] = claim.Code
				}
			}
		}
	}
	var problems []narrative.Problem
	for _, p := range around.Validate() {
		claim, field, ok := strings.Cut(p.Path, ".stances")
		code, ours := at[place{narrative.Slug(p.Key), claim}]
		if ok && ours && p.Kind == narrative.KindArticle && !p.Later {
			problems = append(problems, narrative.Problem{Kind: narrative.KindClaim, Key: string(code), Path: "stances" + field, Message: p.Message})
		}
	}
	if len(problems) > 0 {
		return &Unsound{problems}
	}
	return nil
}
