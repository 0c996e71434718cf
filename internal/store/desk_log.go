package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// logPage is how many entries a page of the log has.
const logPage = 50

// A DeskEntry is one entry of the desk's log.
type DeskEntry struct {
	ID    int64
	At    time.Time
	Actor string
	NounKey
	Action string // as create, change, publish
	// Before and After are the noun as JSON in the shape of its type in package narrative, or another text; "" for none.
	// [Store.DeskLog] leaves them out.
	Before, After string
	Why           string
}

// A DeskFilter says which entries of the log are asked for; what is empty filters nothing.
type DeskFilter struct {
	Actor string
	Kind  narrative.Kind
	Day   narrative.Day // in UTC
}

// A DeskPage is a page of the log.
type DeskPage struct {
	Entries []DeskEntry // the latest first, at most 50
	More    int64       // the entry before which the next page begins, 0 at the end
}

// newDeskPage makes a page of rows of which there is one more than a page has, if there is more.
func newDeskPage(rows pgx.Rows, err error) (DeskPage, error) {
	if err != nil {
		return DeskPage{}, err
	}
	entries, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e DeskEntry, err error) {
		err = row.Scan(&e.ID, &e.At, &e.Actor, &e.Kind, &e.Key, &e.Action, &e.Before, &e.After, &e.Why)
		return e, err
	})
	p := DeskPage{Entries: entries}
	if err == nil && len(entries) > logPage {
		p.Entries = entries[:logPage]
		p.More = p.Entries[logPage-1].ID
	}
	return p, err
}

// DeskLog returns the desk's log without what nouns were before and after; before is [DeskPage.More] of the page before, or 0.
func (s *Store) DeskLog(ctx context.Context, f DeskFilter, before int64) (p DeskPage, err error) {
	defer wrap(&err, "DeskLog(%+v, %d)", f, before)

	sql := `
		SELECT id, at, actor, kind, key, action, '', '', why
		FROM audit_log
		WHERE ($1 = 0 OR id < $1)`
	args := []any{before}
	add := func(condition string, value any) {
		args = append(args, value)
		sql += fmt.Sprintf(" AND "+condition, len(args))
	}
	if f.Actor != "" {
		add("actor = $%d", f.Actor)
	}
	if f.Kind != "" {
		add("kind = $%d", f.Kind)
	}
	if f.Day != "" {
		add("at >= $%d", f.Day.Time())
		add("at < $%d", f.Day.Time().AddDate(0, 0, 1))
	}
	return newDeskPage(s.desk.Query(ctx, sql+fmt.Sprintf(" ORDER BY id DESC LIMIT %d", logPage+1), args...))
}

// namesOf are the name $2 of a noun of the kind $1 and those that lead to it.
const namesOf = `(SELECT $2::text UNION SELECT name FROM names WHERE kind = $1 AND target = $2)`

// NounLog returns the log of one noun, under all names that it ever had; before is [DeskPage.More] of the page before, or 0.
func (s *Store) NounLog(ctx context.Context, key NounKey, before int64) (p DeskPage, err error) {
	defer wrap(&err, "NounLog(%q, %q, %d)", key.Kind, key.Key, before)

	return newDeskPage(s.desk.Query(ctx, `
		SELECT id, at, actor, kind, key, action, before, after, why
		FROM audit_log
		WHERE kind = $1 AND key IN `+namesOf+` AND ($3 = 0 OR id < $3)
		ORDER BY id DESC
		LIMIT $4`, key.Kind, key.Key, before, logPage+1))
}

// ReadNoun reads what an entry of the log says that a noun was; of a claim more is told by [ReadClaim]. It reports false for
// what is no noun: nothing, or a text of an earlier form.
func ReadNoun(kind narrative.Kind, doc string) (any, bool) {
	if kind == narrative.KindClaim {
		c, ok := ReadClaim(doc)
		return c.Claim, ok
	}
	t, ok := nounTables[kind]
	if !ok {
		return nil, false
	}
	v := reflect.New(t.typ)
	d := json.NewDecoder(strings.NewReader(doc))
	d.DisallowUnknownFields()
	if err := d.Decode(v.Interface()); err != nil {
		return nil, false
	}
	return v.Elem().Interface(), true
}

// A Restoration asks for a noun to be saved as an entry of its log has it.
type Restoration struct {
	NounKey
	Entry   int64
	After   bool // as it was after the entry, not before
	Version int  // that the editor saw; of a noun that is gone the last that it had, see [Removed]
	Actor   string
	Why     string
}

// RestoreNoun saves a noun as an entry of its log has it, under its slug of today, by the rules of [Store.Save]. One that was
// removed is there again, under the slug that it had. The errors are those of Save; one of no use is [*Unsound] with the path
// "".
func (s *Store) RestoreNoun(ctx context.Context, r Restoration) (n Noun, err error) {
	defer wrap(&err, "RestoreNoun(%q, %q, %d)", r.Kind, r.Key, r.Entry)

	doc, _, err := past(ctx, s.desk, r)
	if err != nil {
		return Noun{}, err
	}
	now, err := loadNoun(ctx, s.desk, r.NounKey)
	if errors.Is(err, ErrNotFound) {
		return s.reviveNoun(ctx, withSlug(doc, r.Key), r)
	}
	if err != nil {
		return Noun{}, err
	}
	doc = withSlug(doc, r.Key)
	if f, ok := doc.(narrative.Fact); ok {
		f.Key = now.Doc.(narrative.Fact).Key
		doc = f
	}
	return s.Save(ctx, Edit{Doc: doc, Was: r.Key, Version: r.Version, Actor: r.Actor, Why: r.Why, action: "restore"})
}

// RestoreClaim saves a claim as an entry of its log has it, by the rules of [Store.SaveClaim]. Its words must stand in the
// article's text of today. A claim that was deleted is there again under its code, anchored anew in the text in which it
// stood; links whose other claim is gone do not come back, which its log then says. The errors are those of SaveClaim; one
// of no use is [*Unsound] with the path "".
func (s *Store) RestoreClaim(ctx context.Context, r Restoration) (c Claim, err error) {
	defer wrap(&err, "RestoreClaim(%q, %d)", r.Key, r.Entry)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		was, err := pastClaim(ctx, tx, r)
		if err != nil {
			return err
		}
		now, err := loadClaim(ctx, tx, narrative.Code(r.Key))
		if errors.Is(err, ErrNotFound) {
			c, err = reviveClaim(ctx, tx, was, r)
			return err
		}
		if err != nil {
			return err
		}
		if err := was.follow(ctx, tx); err != nil {
			return err
		}
		e := ClaimEdit{Claim: was.Claim, Article: now.Article, Version: r.Version, Preset: now.Preset, Actor: r.Actor, Why: r.Why, action: "restore"}
		if was.isPlaced() {
			e.Preset = was.Preset
		}
		e.Capture, e.Match, err = stoodAt(ctx, tx, now, e.Claim.Words)
		if errors.Is(err, ErrNoUndo) {
			return r.problem("words", "stand at no one place of the article's text of today")
		}
		if err != nil {
			return err
		}
		c, err = saveClaim(ctx, tx, e)
		return err
	})
	return c, broughtBack(unsound(err, r.NounKey))
}

// Unrestorable returns in words what of a claim that was deleted an entry of its log has and that would not come back with
// it, since it is gone. The errors are [ErrNotFound], and [*Unsound] for an entry of no use.
func (s *Store) Unrestorable(ctx context.Context, r Restoration) (lost []string, err error) {
	defer wrap(&err, "Unrestorable(%q, %d)", r.Key, r.Entry)

	was, err := pastClaim(ctx, s.desk, r)
	if err != nil {
		return nil, err
	}
	if err := was.follow(ctx, s.desk); err != nil {
		return nil, err
	}
	return was.fit(ctx, s.desk)
}

// pastClaim returns the claim that is to be restored.
func pastClaim(ctx context.Context, q querier, r Restoration) (LoggedClaim, error) {
	_, text, err := past(ctx, q, r)
	if err != nil {
		return LoggedClaim{}, err
	}
	was, _ := ReadClaim(text) // it can be read, as past has
	was.Code = narrative.Code(r.Key)
	return was, nil
}

// NounEntry returns one entry of a noun's log. The error is [ErrNotFound].
func (s *Store) NounEntry(ctx context.Context, key NounKey, id int64) (e DeskEntry, err error) {
	defer wrap(&err, "NounEntry(%q, %q, %d)", key.Kind, key.Key, id)
	return nounEntry(ctx, s.desk, key, id)
}

func nounEntry(ctx context.Context, q querier, key NounKey, id int64) (DeskEntry, error) {
	p, err := newDeskPage(q.Query(ctx, `
		SELECT id, at, actor, kind, key, action, before, after, why
		FROM audit_log
		WHERE id = $3 AND kind = $1 AND key IN `+namesOf, key.Kind, key.Key, id))
	if err == nil && len(p.Entries) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return DeskEntry{}, err
	}
	return p.Entries[0], nil
}

// past returns the noun that is to be restored, and as the log has it.
func past(ctx context.Context, q querier, r Restoration) (doc any, text string, err error) {
	e, err := nounEntry(ctx, q, r.NounKey, r.Entry)
	if err != nil {
		return nil, "", err
	}
	text = e.Before
	if r.After {
		text = e.After
	}
	doc, ok := ReadNoun(r.Kind, text)
	switch {
	case text == "":
		return nil, "", r.problem("", "was not there at that point of its log")
	case !ok:
		return nil, "", r.problem("", "is kept for that point of its log as a text alone, which cannot be restored")
	}
	return doc, text, nil
}

func (r Restoration) problem(path, message string) error {
	return &Unsound{[]narrative.Problem{{Kind: r.Kind, Key: r.Key, Path: path, Message: message}}}
}
