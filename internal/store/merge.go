package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A Merger asks for one noun to become part of another of its kind, to which everything that named it leads from then on.
type Merger struct {
	Kind                     narrative.Kind
	From, Into               string // slugs, of claims codes
	FromVersion, IntoVersion int    // that the editor saw
	Places                   FactPlaces
	Article                  ArticleMerging
	Actor                    string
	Why                      string // shown to readers where a published fact goes on in another; not blank then
}

// Merge moves every reference to a noun to another, in fields and in the marks of editors' text, in one transaction. What
// the first has and the other has not (printed names, forms of a place's name or a word, participants, expected accounts,
// what a record bears on) is added to the other. The first is taken away; its address leads on for ever. A fact is merged as
// [Merger.Places] says, claims by [Store.MergeClaims]. Of an article, which is merged as [Store.PreviewArticleMerge] shows,
// what was captured stays under its old name, and nothing else. The errors are [*Stale], [*Unsound], [ErrNotFound], [*Moved],
// and for published facts those of [Store.Withdraw].
func (s *Store) Merge(ctx context.Context, m Merger) (err error) {
	defer wrap(&err, "Merge(%q, %q, %q)", m.Kind, m.From, m.Into)

	work, run := mergeNouns, s.edit
	switch m.Kind {
	case narrative.KindFact:
		work, run = mergeFacts, s.longWork
	case narrative.KindArticle:
		work = mergeArticles
	}
	if m.From == m.Into {
		return m.unsound("into", "is the same; expected another one that stays")
	}
	err = run(ctx, func(tx pgx.Tx) error {
		if m.Kind == narrative.KindArticle {
			if err := holdReprints(ctx, tx, narrative.Article{ReprintOf: []narrative.Slug{narrative.Slug(m.Into)}}); err != nil {
				return err
			}
		}
		from, into, err := m.both(ctx, tx)
		if err != nil {
			return err
		}
		return work(ctx, tx, m, from, into)
	})
	return unsound(err, NounKey{m.Kind, m.Into})
}

func (m Merger) unsound(path, format string, args ...any) error {
	return &Unsound{[]narrative.Problem{{Kind: m.Kind, Key: m.From, Path: path, Message: fmt.Sprintf(format, args...)}}}
}

// both locks the two nouns, always in the same order, so that no two mergers wait for each other.
func (m Merger) both(ctx context.Context, tx pgx.Tx) (from, into Noun, err error) {
	first := func() (err error) { from, err = seen(ctx, tx, NounKey{m.Kind, m.From}, m.FromVersion); return err }
	second := func() (err error) { into, err = seen(ctx, tx, NounKey{m.Kind, m.Into}, m.IntoVersion); return err }
	if m.Into < m.From {
		first, second = second, first
	}
	if err := first(); err != nil {
		return from, into, err
	}
	return from, into, second()
}

// mergeNouns merges two nouns of a kind that is neither fact nor claim.
func mergeNouns(ctx context.Context, tx pgx.Tx, m Merger, from, into Noun) error {
	joined := absorb(into.Doc, from.Doc)
	moved, err := m.used(ctx, tx)
	if err != nil {
		return err
	}
	if err := touch(ctx, tx, from.NounKey); err != nil {
		return err
	}
	if err := m.move(ctx, tx); err != nil {
		return err
	}
	if err := remark(ctx, tx, from.NounKey, into.NounKey); err != nil {
		return err
	}
	joined = remarked(joined, from.NounKey, into.NounKey)
	if _, err := tx.Exec(ctx, `DELETE FROM `+nounTables[m.Kind].name()+` WHERE slug = $1`, m.From); err != nil {
		return err
	}
	if err := m.leadOn(ctx, tx); err != nil {
		return err
	}
	if err := check(ctx, tx, joined, into.Doc); err != nil {
		return err
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(joined), Actor: m.Actor}); err != nil {
		return err
	}
	return m.audit(ctx, tx, from.Doc, into.Doc, joined, moved)
}

// used returns the keys of all that names the noun that goes, for the log.
func (m Merger) used(ctx context.Context, tx pgx.Tx) (map[string][]string, error) {
	rows, _ := tx.Query(ctx, `
		SELECT kind, array_agg(key ORDER BY key)
		FROM (`+usesSQL(m.Kind)+`) AS used
		GROUP BY kind`, m.From, markOf(NounKey{m.Kind, m.From}))
	moved := map[string][]string{}
	var kind string
	var keys []string
	_, err := pgx.ForEachRow(rows, []any{&kind, &keys}, func() error {
		moved[kind] = keys
		return nil
	})
	return moved, err
}

// move makes every row that names the one noun name the other. Where a row may name a noun once only and names both, one of
// the two goes.
func (m Merger) move(ctx context.Context, tx pgx.Tx) error {
	var b pgx.Batch
	if m.Kind == narrative.KindSource || m.Kind == narrative.KindOutlet {
		if err := m.oneAccount(ctx, tx); err != nil {
			return err
		}
		// What one source was said to report of the other is now its own.
		b.Queue(`UPDATE claims SET attributed_to = NULL WHERE source = $1 AND attributed_to = $2 OR source = $2 AND attributed_to = $1`, m.From, m.Into)
	}
	for _, r := range referencesTo(m.Kind) {
		if r.once != "" {
			same := make([]string, 0, 2)
			for column := range strings.SplitSeq(r.once, ", ") {
				same = append(same, fmt.Sprintf("x.%[1]s = r.%[1]s", column))
			}
			b.Queue(fmt.Sprintf(`DELETE FROM %[1]s r WHERE r.%[2]s = $1 AND EXISTS (SELECT FROM %[1]s x WHERE x.%[2]s = $2 AND %[3]s)`,
				r.table, r.column, strings.Join(same, " AND ")), m.From, m.Into)
		}
		b.Queue(fmt.Sprintf(`UPDATE %s SET %[2]s = $2 WHERE %[2]s = $1`, r.table, r.column), m.From, m.Into)
	}
	return tx.SendBatch(ctx, &b).Close()
}

// oneAccount refuses to merge two sources of both of which an account of one occasion is expected: what is known of the one
// account would be lost.
func (m Merger) oneAccount(ctx context.Context, tx pgx.Tx) error {
	rows, _ := tx.Query(ctx, `
		SELECT a.event
		FROM expected_accounts a
		JOIN expected_accounts b USING (event)
		WHERE a.source = $1 AND b.source = $2
		ORDER BY a.event`, m.From, m.Into)
	events, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err == nil && len(events) > 0 {
		return m.unsound("into", "an account is expected of both at %s; take one of the two away there first", strings.Join(events, ", "))
	}
	return err
}

// leadOn makes the address of the noun that is gone lead on. An outlet is a source besides.
func (m Merger) leadOn(ctx context.Context, tx pgx.Tx) error {
	kinds := []narrative.Kind{m.Kind}
	if m.Kind == narrative.KindOutlet {
		kinds = append(kinds, narrative.KindSource)
	}
	for _, kind := range kinds {
		if _, err := tx.Exec(ctx, `SELECT lead_name_on($1, $2, $3)`, string(kind), m.From, m.Into); err != nil {
			return err
		}
	}
	return nil
}

// audit enters the merger twice: under the noun that goes, with what it was and what was moved where, and under the one that
// stays, if that has changed.
func (m Merger) audit(ctx context.Context, tx pgx.Tx, gone, before, after any, moved map[string][]string) error {
	was, _, err := beforeAndAfter(gone, nil)
	if err != nil {
		return err
	}
	where, err := json.Marshal(struct {
		Into  string
		Moved map[string][]string
	}{m.Into, moved})
	if err != nil {
		return err
	}
	if err := audit(ctx, tx, m.Actor, "merge", Change{NounKey{m.Kind, m.From}, was, string(where)}, m.Why); err != nil {
		return err
	}
	was, now, err := beforeAndAfter(before, after)
	if err != nil || was == now {
		return err
	}
	return audit(ctx, tx, m.Actor, "change", Change{NounKey{m.Kind, m.Into}, was, now}, m.Why)
}

// absorb returns a noun with what another of its kind has and it has not.
func absorb(into, from any) any {
	switch a := into.(type) {
	case narrative.Source:
		b := from.(narrative.Source)
		a.Printed = union(a.Printed, append([]string{b.Name}, b.Printed...), a.Name)
		return a
	case narrative.Place:
		b := from.(narrative.Place)
		a.Names = slices.Clone(a.Names)
		for _, n := range b.Names {
			if !slices.ContainsFunc(a.Names, func(have narrative.PlaceName) bool { return have.Form == n.Form && have.Language == n.Language }) {
				a.Names = append(a.Names, n)
			}
		}
		return a
	case narrative.Term:
		b := from.(narrative.Term)
		a.Forms = union(a.Forms, append([]string{b.Word}, b.Forms...), a.Word)
		a.UsedBy = union(a.UsedBy, b.UsedBy, "")
		return a
	case narrative.Event:
		b := from.(narrative.Event)
		a.Participants = union(a.Participants, b.Participants, "")
		a.Expected = slices.Clone(a.Expected)
		for _, x := range b.Expected {
			if !slices.ContainsFunc(a.Expected, func(have narrative.Expected) bool { return have.Of == x.Of }) {
				a.Expected = append(a.Expected, x)
			}
		}
		return a
	case narrative.Record:
		a.BearsOn = union(a.BearsOn, from.(narrative.Record).BearsOn, narrative.Bearing{})
		return a
	}
	return into
}

// union returns a list with what another has besides, but for one value.
func union[T comparable](list, more []T, but T) []T {
	list = slices.Clone(list)
	for _, v := range more {
		if v != but && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}
