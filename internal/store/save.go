package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// An Edit asks for one noun to be saved as an editor left it.
type Edit struct {
	Doc     any    // as [Noun.Doc]; an article's passages are passed over, see [Store.SaveClaim]
	Was     string // the slug under which it is known; "" for a new noun
	Version int    // of the noun that Doc was made from; 0 for a new noun
	Actor   string // an account's name
	Why     string // may be ""

	Proposal int64 // that is settled as taken by this, 0 for none

	action string // what the audit log calls a change of it, "" for change
}

// A Stale is the error of a save that started from a version which is not the latest any more. Nothing was saved.
type Stale struct {
	Now Noun // as somebody else left it
}

// Error says which noun has changed.
func (e *Stale) Error() string {
	return fmt.Sprintf("%s %s has changed since, to version %d", e.Now.Kind, e.Now.Key, e.Now.Version)
}

// An Unsound is the error of a noun that breaks the rules. Nothing was saved.
type Unsound struct {
	Problems []narrative.Problem // at least one
}

// Error gives the first problem.
func (e *Unsound) Error() string {
	return fmt.Sprintf("%d problems, the first: %s", len(e.Problems), e.Problems[0])
}

// Save saves a noun in one transaction, with an entry of the audit log, if the version that the editor saw is still the
// latest. A slug other than [Edit.Was] renames it; the old address leads on for ever. What a noun may lack until it is
// published ([narrative.Problem.Later]) may be missing. A noun that is the same as before is not saved again. The errors
// are [*Stale], [*Unsound], [ErrNotFound], [*Moved] and [ErrSettled].
func (s *Store) Save(ctx context.Context, e Edit) (saved Noun, err error) {
	key := nounKeyOf(e.Doc)
	defer wrap(&err, "Save(%q, %q)", key.Kind, key.Key)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		if err := take(ctx, tx, e.Proposal, NounKey{key.Kind, e.Was}, e.Actor, &e.Why); err != nil {
			return err
		}
		saved, err = e.save(ctx, tx)
		return err
	})
	return saved, unsound(err, key)
}

func (e Edit) save(ctx context.Context, tx pgx.Tx) (saved Noun, err error) {
	key := nounKeyOf(e.Doc)
	if a, ok := e.Doc.(narrative.Article); ok {
		a.Blocks = nil
		e.Doc = a
	}
	if err := holdReprints(ctx, tx, e.Doc); err != nil { // before the noun, so that no two saves wait for each other
		return Noun{}, err
	}
	before, err := seen(ctx, tx, NounKey{key.Kind, e.Was}, e.Version)
	if err != nil {
		return Noun{}, err
	}
	if err := check(ctx, tx, e.Doc, before.Doc); err != nil {
		return Noun{}, err
	}
	e.Doc = inOrder(e.Doc)
	was, now, err := beforeAndAfter(before.Doc, e.Doc)
	if err != nil {
		return Noun{}, err
	}
	if was == now {
		return before, nil
	}
	action := cmp.Or(e.action, "change")
	switch e.Was {
	case "":
		action = "create"
	case key.Key:
	default:
		action = "rename"
		if err := rename(ctx, tx, NounKey{key.Kind, e.Was}, key); err != nil {
			return Noun{}, err
		}
		e.Doc = remarked(e.Doc, NounKey{key.Kind, e.Was}, key)
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(e.Doc), Actor: e.Actor}); err != nil {
		return Noun{}, err
	}
	if err := audit(ctx, tx, e.Actor, action, Change{key, was, now}, e.Why); err != nil {
		return Noun{}, err
	}
	return loadNoun(ctx, tx, key)
}

// edit runs an editor's transaction. Many run at once, but none while an operator's work or a publication reads what fits
// together in several statements.
func (s *Store) edit(ctx context.Context, work func(tx pgx.Tx) error) error {
	return s.begin(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '5s'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock_shared(hashtext('counterclaim.desk'))`); err != nil {
			return err
		}
		return work(tx)
	})
}

// seen locks a noun and returns it, if its version is the one that an editor saw. For a new noun it returns none.
func seen(ctx context.Context, tx pgx.Tx, key NounKey, version int) (Noun, error) {
	if key.Key == "" {
		return Noun{}, nil
	}
	// Locked first: a statement that waits for a lock sees the row anew, and what hangs on it as it was before.
	if _, err := tx.Exec(ctx, `SELECT FROM `+nounTables[key.Kind].name()+` WHERE slug = $1 FOR UPDATE`, key.Key); err != nil {
		return Noun{}, err
	}
	n, err := loadNoun(ctx, tx, key)
	if err != nil {
		return Noun{}, err
	}
	if n.Version != version {
		return Noun{}, &Stale{n}
	}
	return n, nil
}

// check asks the rules about a noun, among all that it speaks of. before is what it was, nil for a new one.
func check(ctx context.Context, tx pgx.Tx, doc, before any) error {
	key := nounKeyOf(doc)
	named := namesIn(doc)
	if err := nameOrigins(ctx, tx, doc, named); err != nil {
		return err
	}
	around, err := loadNamed(ctx, tx, named)
	if err != nil {
		return err
	}
	var problems []narrative.Problem
	if fact, ok := doc.(narrative.Fact); ok && before != nil && fact.PermanentKey() != before.(narrative.Fact).PermanentKey() {
		problems = append(problems, narrative.Problem{Kind: key.Kind, Key: key.Key, Path: "key", Message: "is kept for ever"})
	}
	known := key // what all else knows it by
	if before != nil {
		known = nounKeyOf(before)
	}
	if known != key && !narrative.Slug(key.Key).Valid() {
		problems = append(problems, narrative.Problem{Kind: key.Kind, Key: key.Key, Path: "slug",
			Message: fmt.Sprintf("%q is no slug; expected 2 to 80 lower-case letters, digits and single hyphens", key.Key)})
	}
	for _, p := range replaced(around, withSlug(doc, known.Key)).Validate() {
		if p.Kind == known.Kind && p.Key == known.Key && !p.Later {
			p.Key = key.Key
			problems = append(problems, p)
		}
	}
	if before == nil || known != key {
		taken, err := isTaken(ctx, tx, key, before)
		if err != nil {
			return err
		}
		if taken {
			problems = append(problems, narrative.Problem{Kind: key.Kind, Key: key.Key, Path: "slug",
				Message: fmt.Sprintf("%q is or was the slug of another %s; a slug is never used again", key.Key, key.Kind)})
		}
	}
	if len(problems) > 0 {
		return &Unsound{problems}
	}
	return nil
}

// withSlug returns a noun under another slug.
func withSlug(doc any, slug string) any {
	v := reflect.New(reflect.TypeOf(doc)).Elem()
	v.Set(reflect.ValueOf(doc))
	v.FieldByName("Slug").SetString(slug)
	return v.Interface()
}

// isTaken reports whether a slug was ever that of another noun than one that is being brought back. An outlet is a source under
// its own slug.
func isTaken(ctx context.Context, tx pgx.Tx, key NounKey, before any) (taken bool, err error) {
	kinds := []narrative.Kind{key.Kind}
	if key.Kind == narrative.KindOutlet || key.Kind == narrative.KindSource {
		kinds = []narrative.Kind{narrative.KindOutlet, narrative.KindSource}
	}
	was := ""
	if before != nil {
		was = nounKeyOf(before).Key
	}
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (
			SELECT FROM names
			WHERE kind = ANY ($1) AND name = $2 AND ($3 = '' OR target IS DISTINCT FROM $3)
				AND back IS DISTINCT FROM pg_current_xact_id())`, kinds, key.Key, was).Scan(&taken)
	return taken, err
}

// replaced returns the collection with a noun in the place of the one that has its slug.
func replaced(c narrative.Collection, doc any) narrative.Collection {
	only := collectionWith(doc)
	merge := func(slug narrative.Slug) func(narrative.Slug) bool {
		return func(other narrative.Slug) bool { return other == slug }
	}
	same := merge(narrative.Slug(nounKeyOf(doc).Key))
	c.Disputes = append(slices.DeleteFunc(c.Disputes, func(n narrative.Dispute) bool { return len(only.Disputes) > 0 && same(n.Slug) }), only.Disputes...)
	c.Parties = append(slices.DeleteFunc(c.Parties, func(n narrative.Party) bool { return len(only.Parties) > 0 && same(n.Slug) }), only.Parties...)
	c.Outlets = append(slices.DeleteFunc(c.Outlets, func(n narrative.Outlet) bool { return len(only.Outlets) > 0 && same(n.Slug) }), only.Outlets...)
	c.Sources = append(slices.DeleteFunc(c.Sources, func(n narrative.Source) bool { return len(only.Sources) > 0 && same(n.Slug) }), only.Sources...)
	c.Places = append(slices.DeleteFunc(c.Places, func(n narrative.Place) bool { return len(only.Places) > 0 && same(n.Slug) }), only.Places...)
	c.Terms = append(slices.DeleteFunc(c.Terms, func(n narrative.Term) bool { return len(only.Terms) > 0 && same(n.Slug) }), only.Terms...)
	c.Events = append(slices.DeleteFunc(c.Events, func(n narrative.Event) bool { return len(only.Events) > 0 && same(n.Slug) }), only.Events...)
	c.Records = append(slices.DeleteFunc(c.Records, func(n narrative.Record) bool { return len(only.Records) > 0 && same(n.Slug) }), only.Records...)
	c.Facts = append(slices.DeleteFunc(c.Facts, func(n narrative.Fact) bool { return len(only.Facts) > 0 && same(n.Slug) }), only.Facts...)
	c.Articles = append(slices.DeleteFunc(c.Articles, func(n narrative.Article) bool { return len(only.Articles) > 0 && same(n.Slug) }), only.Articles...)
	return c
}

// rename gives a noun another slug. Everything that names it follows, in fields by the foreign keys, and in the marks of
// text; its old address leads on.
func rename(ctx context.Context, tx pgx.Tx, from, to NounKey) error {
	if err := touch(ctx, tx, from); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE `+nounTables[from.Kind].name()+` SET slug = $2 WHERE slug = $1`, from.Key, to.Key); err != nil {
		return err
	}
	if err := moveDrafts(ctx, tx, from, to); err != nil {
		return err
	}
	return remark(ctx, tx, from, to)
}

// beforeAndAfter writes two states of a noun as the audit log keeps them: JSON in the shape of its type; "" for nil.
func beforeAndAfter(before, after any) (was, now string, err error) {
	for _, p := range []struct {
		doc  any
		into *string
	}{{before, &was}, {after, &now}} {
		if p.doc == nil {
			continue
		}
		b, err := json.Marshal(p.doc)
		if err != nil {
			return "", "", err
		}
		*p.into = string(b)
	}
	return was, now, nil
}

// audit enters one change in the audit log.
func audit(ctx context.Context, tx pgx.Tx, actor, action string, c Change, why string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO audit_log (actor, kind, key, action, before, after, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, actor, c.Kind, c.Key, action, c.Before, c.After, strings.TrimSpace(why))
	return err
}

// rules says in an editor's words what the database's rules ask that no rule of package narrative can see, by the name of
// the constraint: the field and what is wrong.
var rules = map[string]struct{ path, message string }{
	"stances_position_fkey": {"positions", "a claim takes a position that this would remove; move its claims to another one first"},
	"stances_aspect_fkey":   {"aspects", "a claim speaks on an aspect that this would remove; move its claims first"},
	"stances_period_fkey":   {"periods", "a claim is about a period that this would remove; change the claim first"},
	"points_period_fkey":    {"periods", "a point is about a period that this would remove"},
	"bearings_aspect_fkey":  {"aspects", "a record bears on an aspect that this would remove; change the record first"},
	"points_parties":        {"points", "a point said by both needs claims of two parties or more, one said by one party claims of that party alone"},
	"counters_stances":      {"stances", "a counter-claim on a fact needs both claims to have a stance on it; take the link away first"},
	"names_pkey":            {"slug", "is or was the slug of another noun; a slug is never used again"},
	"articles_pkey":         {"slug", "is the slug of an article that became part of another; a slug is never used again"},
	"claims_anchored":       {"words", "do not stand at that place of the captured text"},
	"anchors_verbatim":      {"words", "do not stand at that place of the captured text"},
	"anchors_one_block":     {"words", "cross the edge of a paragraph"},
	"claims_length":         {"words", "are longer than 300 characters"},
}

// unsound turns the refusal of one of the database's rules into an [*Unsound]; other errors stay as they are.
func unsound(err error, key NounKey) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Unsound](err); ok {
		return err
	}
	name := Constraint(err)
	if rule, ok := rules[name]; ok {
		return &Unsound{[]narrative.Problem{{Kind: key.Kind, Key: key.Key, Path: rule.path, Message: rule.message}}}
	}
	if kind := kindOf(err); errors.Is(kind, ErrInvalid) || errors.Is(kind, ErrConflict) || errors.Is(kind, ErrBadText) {
		return &Unsound{[]narrative.Problem{{Kind: key.Kind, Key: key.Key, Message: "is refused by the database's rule " + name}}}
	}
	return err
}
