package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// Why something that was made together with a claim stays when that is undone.
const (
	StaysNamed     = "named"     // something else names it, it stands on a published page or, of an aspect, a position of it stays
	StaysChanged   = "changed"   // it has been changed, renamed, merged or retired since
	StaysPublished = "published" // its fact has been published since, for readers or for the newsroom
)

// A Stay is what was made together with a claim and stays when that is undone.
type Stay struct {
	NounKey
	Part string // of a fact: the position or, of an aspect, its slug, "/" and the position's, if any; "" for the noun itself
	Why  string // one of the constants
}

// madeSQL are the entries of the log that belong to the same save as an entry of a claim's, about the nouns that a save makes
// in place; a transaction has one time.
const madeSQL = `
	SELECT e.kind, e.key, e.before, e.after, e.at, NOT EXISTS (
		SELECT FROM audit_log l
		WHERE l.kind = e.kind AND l.key = e.key AND l.id > e.id AND (l.at <> e.at OR l.actor <> e.actor)) AS latest
	FROM audit_log c
	JOIN audit_log e ON e.at = c.at AND e.actor = c.actor AND e.kind IN ('source', 'fact') AND e.key = ANY ($2)
	WHERE c.id = $1
	ORDER BY e.id`

// A maker is what one save of a claim has done to a source or fact.
type maker struct {
	NounKey
	Before, After string
	At            time.Time
	Latest        bool // nothing else has changed it since
}

// madeWith returns what was made, or taken away, by the save of a claim that an entry of the log tells of: facts first, in the
// order in which a save locks them.
func madeWith(ctx context.Context, q querier, e DeskEntry) ([]maker, error) {
	rows, _ := q.Query(ctx, madeSQL, e.ID, namedInPlace(e.Before, e.After))
	entries, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m maker, err error) {
		err = row.Scan(&m.Kind, &m.Key, &m.Before, &m.After, &m.At, &m.Latest)
		return m, err
	})
	if err != nil {
		return nil, err
	}
	var list []maker
	for _, m := range entries {
		if i := slices.IndexFunc(list, func(o maker) bool { return o.NounKey == m.NounKey }); i >= 0 {
			list[i].After, list[i].Latest = m.After, m.Latest
			continue
		}
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b maker) int {
		if c := strings.Compare(string(a.Kind), string(b.Kind)); c != 0 {
			return c
		}
		return strings.Compare(a.Key, b.Key)
	})
	return list, nil
}

// namedInPlace are the slugs of the source and the facts that a claim named before and after a save.
func namedInPlace(docs ...string) []string {
	list := []string{}
	for _, doc := range docs {
		c, _ := ReadClaim(doc)
		list = append(list, string(c.Source))
		for _, s := range c.Stances {
			list = append(list, string(s.Fact))
		}
	}
	return list
}

// Undid returns what an actor's undo of a claim took back, as the edit that would do it again: the claim as it was typed, and the
// source, the fact and the answer that went with it. A claim that is gone has its code, too. The error is [ErrNotFound] where
// the last change of the claim was no such undo.
func (s *Store) Undid(ctx context.Context, code narrative.Code, actor string) (e TagEdit, err error) {
	defer wrap(&err, "Undid(%q)", code)

	last, err := lastEntry(ctx, s.desk, code)
	if errors.Is(err, ErrNoUndo) {
		return TagEdit{}, ErrNotFound
	}
	if err != nil {
		return TagEdit{}, err
	}
	was, ok := ReadClaim(last.Before)
	if !ok || !was.isPlaced() || last.Actor != actor || last.Action != "delete" && last.Action != "restore" {
		return TagEdit{}, ErrNotFound
	}
	if err := was.follow(ctx, s.desk); err != nil {
		return TagEdit{}, err
	}
	e.ClaimEdit = ClaimEdit{Claim: was.Claim, Article: was.Article, Capture: was.Capture, Match: was.place().match(), Preset: was.Preset}
	made, err := madeWith(ctx, s.desk, last)
	if err != nil {
		return TagEdit{}, err
	}
	for _, m := range made {
		before, _ := ReadNoun(m.Kind, m.Before)
		after, _ := ReadNoun(m.Kind, m.After)
		switch noun := before.(type) {
		case narrative.Source:
			if m.After == "" {
				e.Source = &noun
			}
		case narrative.Fact:
			left, _ := after.(narrative.Fact)
			e.Answer = answerOf(newParts(left, noun))
			if m.After == "" {
				e.Fact = &noun
			}
		}
	}
	return e, nil
}

// answerOf makes of what a fact got with a claim the answer that was asked for; nil for nothing.
func answerOf(parts []factPart) *Answer {
	if len(parts) == 0 {
		return nil
	}
	var a Answer
	for _, p := range parts {
		if p.position.Slug == "" || a.Aspect.Slug == "" {
			a.Aspect = p.aspect
		}
		a.Position = p.position
	}
	return &a
}

// hold locks what was made, before the claim, as every save does.
func hold(ctx context.Context, tx pgx.Tx, list []maker) error {
	var b pgx.Batch
	for _, kind := range []narrative.Kind{narrative.KindFact, narrative.KindSource} {
		var keys []string
		for _, m := range list {
			if m.Kind == kind {
				keys = append(keys, m.Key)
			}
		}
		b.Queue(`SELECT FROM `+nounTables[kind].name()+` WHERE slug = ANY ($1) ORDER BY slug FOR UPDATE`, keys)
	}
	return tx.SendBatch(ctx, &b).Close()
}

// bringBack puts back what an undo took away together with a claim, so that the claim can stand on it again.
func (m maker) bringBack(ctx context.Context, tx pgx.Tx, actor string) error {
	if m.After == "" {
		doc, ok := ReadNoun(m.Kind, m.Before)
		var version *int
		err := tx.QueryRow(ctx, `SELECT last_version FROM names WHERE kind = $1 AND name = $2 AND target IS NULL`, m.Kind, m.Key).Scan(&version)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && (version == nil || !ok) {
			return nil // it is there again, or nothing is known of it; the claim's own rules say whether it can be without
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT bring_back($1, $2, $3)`, m.Kind, m.Key, *version); err != nil {
			return err
		}
		return insertNoun(ctx, tx, doc, actor, "restore", "")
	}
	before, after, now, err := m.states(ctx, tx)
	if err != nil || now == nil {
		return err
	}
	fact := *now
	fact.Aspects, fact.Positions = slices.Clone(now.Aspects), slices.Clone(now.Positions)
	for _, p := range newParts(after, before) {
		p.add(&fact)
	}
	return writeFact(ctx, tx, *now, fact, actor)
}

// takeAway takes away what was made together with a claim that is undone, and returns what of it stays.
func (m maker) takeAway(ctx context.Context, tx pgx.Tx, actor string) ([]Stay, error) {
	switch {
	case m.After == "":
		return nil, nil
	case m.Before != "":
		return m.takeParts(ctx, tx, actor)
	}
	why, err := m.takeNoun(ctx, tx, actor)
	if err != nil || why == "" {
		return nil, err
	}
	return []Stay{{m.NounKey, "", why}}, nil
}

// takeNoun removes a noun that nobody has changed and nothing names, and says why it does not, "" if it did or the noun is gone.
func (m maker) takeNoun(ctx context.Context, tx pgx.Tx, actor string) (why string, err error) {
	n, err := loadNoun(ctx, tx, m.NounKey)
	_, moved := errors.AsType[*Moved](err)
	switch {
	case moved:
		return StaysChanged, nil
	case errors.Is(err, ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	made, ok := ReadNoun(m.Kind, m.After)
	if !ok || !m.Latest || !isSameDoc(made, n.Doc) {
		return StaysChanged, nil
	}
	err = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		return removeNoun(ctx, tx, n, actor, "")
	})
	if _, named := errors.AsType[*Unsound](inUse(err, m.NounKey)); named {
		return StaysNamed, nil
	}
	return "", err
}

// states are a fact before and after the save and as it is now, nil if it is not there under its slug any more.
func (m maker) states(ctx context.Context, tx pgx.Tx) (before, after narrative.Fact, now *narrative.Fact, err error) {
	was, ok1 := ReadNoun(m.Kind, m.Before)
	then, ok2 := ReadNoun(m.Kind, m.After)
	if !ok1 || !ok2 || m.Kind != narrative.KindFact {
		return narrative.Fact{}, narrative.Fact{}, nil, nil
	}
	n, err := loadNoun(ctx, tx, m.NounKey)
	if _, moved := errors.AsType[*Moved](err); moved || errors.Is(err, ErrNotFound) {
		return narrative.Fact{}, narrative.Fact{}, nil, nil
	}
	if err != nil {
		return narrative.Fact{}, narrative.Fact{}, nil, err
	}
	return was.(narrative.Fact), then.(narrative.Fact), new(n.Doc.(narrative.Fact)), nil
}

// takeParts takes the positions and aspects that a fact got with a claim away from it.
func (m maker) takeParts(ctx context.Context, tx pgx.Tx, actor string) (stays []Stay, err error) {
	before, after, now, err := m.states(ctx, tx)
	if err != nil || now == nil {
		return nil, err
	}
	parts := newParts(before, after)
	slices.Reverse(parts) // positions before their aspect
	var published bool
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM editions e JOIN facts f ON f.id = e.fact WHERE f.slug = $1 AND e.published_at >= date_trunc('second', $2::timestamptz))
			OR EXISTS (SELECT FROM newsroom_editions e JOIN facts f ON f.id = e.fact WHERE f.slug = $1 AND e.made_at >= date_trunc('second', $2::timestamptz))`,
		m.Key, m.At).Scan(&published)
	if err != nil {
		return nil, err
	}
	rows, _ := tx.Query(ctx, `
		SELECT aspect, coalesce(position, '') FROM stances WHERE fact = $1
		UNION SELECT aspect, '' FROM bearings WHERE fact = $1`, m.Key)
	named, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Aspect, Position narrative.Slug }])
	if err != nil {
		return nil, err
	}
	fact := *now
	fact.Aspects, fact.Positions = slices.Clone(now.Aspects), slices.Clone(now.Positions)
	for _, p := range parts {
		had, is := p.in(fact)
		switch {
		case !is:
		case published:
			stays = append(stays, Stay{m.NounKey, p.name(), StaysPublished})
		case !had:
			stays = append(stays, Stay{m.NounKey, p.name(), StaysChanged})
		case slices.ContainsFunc(named, func(x struct{ Aspect, Position narrative.Slug }) bool {
			return x.Aspect == p.aspect.Slug && (p.position.Slug == "" || x.Position == p.position.Slug)
		}), p.position.Slug == "" && len(fact.PositionsOf(p.aspect.Slug)) > 0:
			stays = append(stays, Stay{m.NounKey, p.name(), StaysNamed})
		default:
			p.remove(&fact)
		}
	}
	return stays, writeFact(ctx, tx, *now, fact, actor)
}

// writeFact saves a fact whose positions or aspects an undo has changed, if they have.
func writeFact(ctx context.Context, tx pgx.Tx, now, fact narrative.Fact, actor string) error {
	if isSameDoc(now, fact) {
		return nil
	}
	if err := check(ctx, tx, fact, now); err != nil {
		return err
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(fact)}); err != nil {
		return err
	}
	was, is, err := beforeAndAfter(now, fact)
	if err != nil {
		return err
	}
	return audit(ctx, tx, actor, "restore", Change{NounKey{narrative.KindFact, string(fact.Slug)}, was, is}, "")
}

// isSameDoc reports whether two nouns say the same, whatever lists of theirs are empty.
func isSameDoc(a, b any) bool {
	was, now, err := beforeAndAfter(bare(a), bare(b))
	return err == nil && was == now
}

// bare returns a noun without empty lists.
func bare(doc any) any {
	v := reflect.New(reflect.TypeOf(doc)).Elem()
	v.Set(reflect.ValueOf(doc))
	withoutEmpty(v)
	return v.Interface()
}

// A factPart is a position or an aspect of a fact.
type factPart struct {
	aspect   narrative.Aspect   // the one that it is, or that the position belongs to; empty for a position of the fact itself
	position narrative.Position // empty for an aspect
}

// newParts are the aspects and positions that a fact has after and did not have before; an aspect comes without its positions
// and before them.
func newParts(before, after narrative.Fact) []factPart {
	var list []factPart
	positions := func(of narrative.Aspect) {
		for _, p := range after.PositionsOf(of.Slug) {
			if !slices.ContainsFunc(before.PositionsOf(of.Slug), func(o narrative.Position) bool { return o.Slug == p.Slug }) {
				list = append(list, factPart{narrative.Aspect{Slug: of.Slug}, p})
			}
		}
	}
	positions(narrative.Aspect{})
	for _, a := range after.Aspects {
		if !slices.ContainsFunc(before.Aspects, func(o narrative.Aspect) bool { return o.Slug == a.Slug }) {
			bare := a
			bare.Positions = nil
			list = append(list, factPart{aspect: bare})
		}
		positions(a)
	}
	return list
}

// name is how a [Stay] calls the part.
func (p factPart) name() string {
	return strings.TrimPrefix(strings.TrimSuffix(fmt.Sprintf("%s/%s", p.aspect.Slug, p.position.Slug), "/"), "/")
}

// in reports whether a fact has the part as it was made, and whether it has one of its slug at all.
func (p factPart) in(f narrative.Fact) (same, is bool) {
	if p.position.Slug != "" {
		list := f.PositionsOf(p.aspect.Slug)
		i := slices.IndexFunc(list, func(o narrative.Position) bool { return o.Slug == p.position.Slug })
		return i >= 0 && isSameDoc(list[i], p.position), i >= 0
	}
	i := slices.IndexFunc(f.Aspects, func(o narrative.Aspect) bool { return o.Slug == p.aspect.Slug })
	if i < 0 {
		return false, false
	}
	bare := f.Aspects[i]
	bare.Positions = nil
	return isSameDoc(bare, p.aspect), true
}

// add gives a fact the part, unless it has one of its slug or lacks its aspect.
func (p factPart) add(f *narrative.Fact) {
	if _, is := p.in(*f); is {
		return
	}
	i := slices.IndexFunc(f.Aspects, func(o narrative.Aspect) bool { return o.Slug == p.aspect.Slug })
	switch {
	case p.position.Slug == "":
		f.Aspects = append(f.Aspects, p.aspect)
	case p.aspect.Slug == "":
		f.Positions = append(f.Positions, p.position)
	case i >= 0:
		f.Aspects[i].Positions = append(slices.Clone(f.Aspects[i].Positions), p.position)
	}
}

// remove takes the part away from a fact that has it.
func (p factPart) remove(f *narrative.Fact) {
	is := func(o narrative.Position) bool { return o.Slug == p.position.Slug }
	i := slices.IndexFunc(f.Aspects, func(o narrative.Aspect) bool { return o.Slug == p.aspect.Slug })
	switch {
	case p.position.Slug == "":
		f.Aspects = slices.Delete(f.Aspects, i, i+1)
	case i >= 0:
		f.Aspects[i].Positions = slices.DeleteFunc(slices.Clone(f.Aspects[i].Positions), is)
	default:
		f.Positions = slices.DeleteFunc(f.Positions, is)
	}
}
