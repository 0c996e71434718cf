package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A TagEdit asks for one claim to be saved together with what it needs and is not there yet.
type TagEdit struct {
	ClaimEdit
	Source *narrative.Source // a new one; it becomes the claim's source. Its slug is a proposal
	Fact   *narrative.Fact   // a new one; the claim's stances without a fact are on it. Its slug is a proposal
	Answer *Answer           // a new position; the claim's first stance takes it

	Proposal int64 // that is settled as taken by this, 0 for none
}

// An Answer is a position, and maybe an aspect, that a fact is to get.
type Answer struct {
	Aspect   narrative.Aspect   // a new one if it has a question, otherwise the slug of one that is there or "" for the fact itself
	Position narrative.Position // its slug is a proposal, as is that of a new aspect; no label stands for no new position
}

// Tag saves a claim with a new source, fact, aspect and position in one transaction, with an entry of the audit log for each.
// A proposed slug that is or was used gets a number. The errors are those of [Store.SaveClaim] and [ErrSettled]; the problems
// of the other nouns name these.
func (s *Store) Tag(ctx context.Context, e TagEdit) (saved Claim, err error) {
	defer wrap(&err, "Tag(%q, %q)", e.Article, e.Claim.Code)

	e.Claim.Stances = slices.Clone(e.Claim.Stances)
	err = s.edit(ctx, func(tx pgx.Tx) error {
		if err := e.mayBeSaved(ctx, tx); err != nil {
			return err
		}
		if err := take(ctx, tx, e.Proposal, NounKey{narrative.KindClaim, string(e.Claim.Code)}, e.Actor, &e.Why); err != nil {
			return err
		}
		saved, err = e.save(ctx, tx)
		return err
	})
	return saved, unsound(err, NounKey{narrative.KindClaim, string(e.Claim.Code)})
}

func (e *TagEdit) save(ctx context.Context, tx pgx.Tx) (Claim, error) {
	if err := e.addFact(ctx, tx); err != nil {
		return Claim{}, err
	}
	if err := e.addAnswer(ctx, tx); err != nil {
		return Claim{}, err
	}
	if err := e.addSource(ctx, tx); err != nil {
		return Claim{}, err
	}
	return saveClaim(ctx, tx, e.ClaimEdit)
}

func (e *TagEdit) addSource(ctx context.Context, tx pgx.Tx) (err error) {
	if e.Source == nil {
		return nil
	}
	source := *e.Source
	if source.Slug, err = freeSlug(ctx, tx, source.Slug, narrative.KindSource, narrative.KindOutlet); err != nil {
		return err
	}
	e.Claim.Source = source.Slug
	return saveNew(ctx, tx, source, e.Actor, e.Why)
}

func (e *TagEdit) addFact(ctx context.Context, tx pgx.Tx) (err error) {
	if e.Fact == nil {
		return nil
	}
	fact := *e.Fact
	if fact.Slug, err = freeSlug(ctx, tx, fact.Slug, narrative.KindFact); err != nil {
		return err
	}
	for i := range e.Claim.Stances {
		if e.Claim.Stances[i].Fact == "" {
			e.Claim.Stances[i].Fact = fact.Slug
		}
	}
	return saveNew(ctx, tx, fact, e.Actor, e.Why)
}

func (e *TagEdit) addAnswer(ctx context.Context, tx pgx.Tx) error {
	if e.Answer == nil || len(e.Claim.Stances) == 0 {
		return nil
	}
	stance := &e.Claim.Stances[0]
	aspect, position, err := answer(ctx, tx, stance.Fact, *e.Answer, e.Actor, e.Why)
	if err != nil {
		return err
	}
	stance.Aspect = aspect
	if position != "" {
		stance.Position = position
	}
	return nil
}

// answer gives a fact a position, and maybe an aspect, and returns the slugs that they have then.
func answer(ctx context.Context, tx pgx.Tx, slug narrative.Slug, a Answer, actor, why string) (aspect, position narrative.Slug, err error) {
	// Locked first: who has waited reads by a new statement what the others have added.
	if _, err := tx.Exec(ctx, `SELECT FROM facts WHERE slug = $1 FOR UPDATE`, slug); err != nil {
		return "", "", err
	}
	n, err := loadNoun(ctx, tx, NounKey{narrative.KindFact, string(slug)})
	if err != nil {
		return "", "", err
	}
	before := n.Doc.(narrative.Fact)
	fact := before
	fact.Positions, fact.Aspects = slices.Clone(before.Positions), slices.Clone(before.Aspects)
	if a.Aspect.Question != "" {
		a.Aspect.Slug = freeAmong(a.Aspect.Slug, fact.Aspects, func(x narrative.Aspect) narrative.Slug { return x.Slug })
		fact.Aspects = append(fact.Aspects, narrative.Aspect{Slug: a.Aspect.Slug, Question: a.Aspect.Question})
	}
	if a.Position.Label != "" {
		a.Position.Slug = freeAmong(a.Position.Slug, fact.PositionsOf(a.Aspect.Slug), func(x narrative.Position) narrative.Slug { return x.Slug })
		if i := slices.IndexFunc(fact.Aspects, func(x narrative.Aspect) bool { return x.Slug == a.Aspect.Slug }); i >= 0 {
			fact.Aspects[i].Positions = append(slices.Clone(fact.Aspects[i].Positions), a.Position)
		} else {
			fact.Positions = append(fact.Positions, a.Position)
		}
	}
	if err := check(ctx, tx, fact, before); err != nil {
		return "", "", err
	}
	was, now, err := beforeAndAfter(before, fact)
	if err != nil {
		return "", "", err
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(fact)}); err != nil {
		return "", "", err
	}
	return a.Aspect.Slug, a.Position.Slug, audit(ctx, tx, actor, "change", Change{n.NounKey, was, now}, why)
}

// saveNew saves a noun that is not there yet.
func saveNew(ctx context.Context, tx pgx.Tx, doc any, actor, why string) error {
	return insertNoun(ctx, tx, doc, actor, "create", why)
}

// insertNoun saves a noun that is not there, with an entry of the audit log for the action that this is.
func insertNoun(ctx context.Context, tx pgx.Tx, doc any, actor, action, why string) error {
	if err := check(ctx, tx, doc, nil); err != nil {
		return err
	}
	doc = inOrder(doc)
	_, now, err := beforeAndAfter(nil, doc)
	if err != nil {
		return err
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(doc), Actor: actor}); err != nil {
		return err
	}
	return audit(ctx, tx, actor, action, Change{nounKeyOf(doc), "", now}, why)
}

// mostNumbers is how many slugs that differ by a number are tried.
const mostNumbers = 99

// freeSlug returns the slug, or the slug with the first number that no noun of the kinds ever had. Others that ask for one
// wait until the transaction has ended.
func freeSlug(ctx context.Context, tx pgx.Tx, slug narrative.Slug, kinds ...narrative.Kind) (narrative.Slug, error) {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('counterclaim.slug'))`); err != nil {
		return "", err
	}
	rows, _ := tx.Query(ctx, `
		SELECT name FROM names
		WHERE kind = ANY ($1) AND name = ANY ($2)`, kinds, withNumbers(slug))
	taken, err := pgx.CollectRows(rows, pgx.RowTo[narrative.Slug])
	if err != nil {
		return "", err
	}
	return freeAmong(slug, taken, func(s narrative.Slug) narrative.Slug { return s }), nil
}

// freeAmong returns the slug, or the slug with the first number that none of the list has.
func freeAmong[T any](slug narrative.Slug, list []T, of func(T) narrative.Slug) narrative.Slug {
	for _, s := range withNumbers(slug) {
		if !slices.ContainsFunc(list, func(x T) bool { return of(x) == s }) {
			return s
		}
	}
	return slug
}

// withNumbers returns the slug and the slug with each number from 2.
func withNumbers(slug narrative.Slug) []narrative.Slug {
	list := []narrative.Slug{slug}
	for n := 2; n <= mostNumbers; n++ {
		list = append(list, narrative.Slug(fmt.Sprintf("%s-%d", slug, n)))
	}
	return list
}
