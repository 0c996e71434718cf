package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// ErrNoUndo is the error of an undo where the last change of a claim was somebody else's or no save of the claim by itself,
// or its passage is not in the text any more.
var ErrNoUndo = errors.New("nothing that this account can undo")

// An InUse is the error of a claim that cannot be deleted, since others speak of it. Nothing was deleted.
type InUse struct {
	Code narrative.Code
	By   []NounKey // at least one, at most 20
}

// Error says what speaks of the claim.
func (e *InUse) Error() string {
	list := make([]string, len(e.By))
	for i, k := range e.By {
		list[i] = fmt.Sprintf("%s %s", k.Kind, k.Key)
	}
	return fmt.Sprintf("claim %s is spoken of by %s", e.Code, strings.Join(list, ", "))
}

// undoable are the actions of the audit log that an undo takes back.
var undoable = []string{"create", "change", "restore", "delete"}

// An Undone is what an undo has left.
type Undone struct {
	Claim          // as it is now or, if it was removed, as it was
	Removed bool   // the claim is gone
	Stays   []Stay // what was made together with the claim and could not go with it
}

// UndoClaim takes back the last change of a claim, if that was the actor's and left it in the version given: the claim is
// again all that the audit log says that it was before, its place and what was only preset included; it goes if it was made
// then, and is there again if it was deleted then, see [Store.RestoreClaim]. What the same save made in place, a source, a fact,
// a position or an aspect, goes too, if nothing else names it and nobody has changed it. Undoing twice does it again. The
// errors are [*StaleClaim], [ErrNotFound], [ErrNoUndo], [*InUse], and those of [Store.SaveClaim].
func (s *Store) UndoClaim(ctx context.Context, code narrative.Code, version int, actor string) (done Undone, err error) {
	defer wrap(&err, "UndoClaim(%q)", code)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		last, err := lastEntry(ctx, tx, code)
		if err != nil {
			return err
		}
		if err := ownClaims(ctx, tx, actor, code); err != nil {
			return err
		}
		made, err := madeWith(ctx, tx, last)
		if err != nil {
			return err
		}
		if err := hold(ctx, tx, made); err != nil {
			return err
		}
		c, err := versionSeen(ctx, tx, code, version)
		gone := errors.Is(err, ErrNotFound)
		if err != nil && !gone {
			return err
		}
		if last, err = lastEntry(ctx, tx, code); err != nil { // the one of this version
			return err
		}
		if last.Actor != actor || !slices.Contains(undoable, last.Action) {
			return ErrNoUndo
		}
		if made, err = madeWith(ctx, tx, last); err != nil {
			return err
		}
		for _, m := range made {
			if err := m.bringBack(ctx, tx, actor); err != nil {
				return err
			}
		}
		if done.Claim, done.Removed, err = undo(ctx, tx, c, gone, last, Restoration{NounKey: NounKey{narrative.KindClaim, string(code)}, Version: version, Actor: actor}); err != nil {
			return err
		}
		for _, m := range made {
			stays, err := m.takeAway(ctx, tx, actor)
			if err != nil {
				return err
			}
			done.Stays = append(done.Stays, stays...)
		}
		return nil
	})
	if err != nil {
		return Undone{}, broughtBack(unsound(err, NounKey{narrative.KindClaim, string(code)}))
	}
	return done, nil
}

// lastEntry is the last entry of a claim's log. The error is [ErrNoUndo] if there is none.
func lastEntry(ctx context.Context, q querier, code narrative.Code) (e DeskEntry, err error) {
	err = q.QueryRow(ctx, `
		SELECT id, actor, action, before, after FROM audit_log
		WHERE kind = 'claim' AND key = $1
		ORDER BY id DESC
		LIMIT 1`, code).Scan(&e.ID, &e.Actor, &e.Action, &e.Before, &e.After)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNoUndo
	}
	return e, err
}

// undo takes back the change of a claim that the last entry of its log tells of. c is the claim, if it is not gone.
func undo(ctx context.Context, tx pgx.Tx, c Claim, gone bool, last DeskEntry, r Restoration) (now Claim, removed bool, err error) {
	was, ok := ReadClaim(last.Before)
	switch {
	case last.Before == "" && !gone:
		return c, true, deleteClaim(ctx, tx, c, r.Actor, "")
	case !ok || string(was.Code) != r.Key || len(was.Words) == 0:
		return Claim{}, false, ErrNoUndo
	case gone:
		now, err = reviveClaim(ctx, tx, was, r)
		return now, false, err
	}
	if !was.isPlaced() { // an import or a merger, which has done more than this
		return Claim{}, false, ErrNoUndo
	}
	if err := was.follow(ctx, tx); err != nil {
		return Claim{}, false, err
	}
	e, err := wasBefore(ctx, tx, c, was)
	if err != nil {
		return Claim{}, false, err
	}
	e.Version, e.Actor = r.Version, r.Actor
	if _, err = saveClaim(ctx, tx, e); err != nil {
		return Claim{}, false, err
	}
	// Where that is an older text, the latest may have the words, or an editor has to look for them there.
	if _, err := anchorAnew(ctx, tx, []narrative.Slug{c.Article}, c.Code); err != nil {
		return Claim{}, false, err
	}
	now, err = loadClaim(ctx, tx, c.Code)
	return now, false, err
}

// wasBefore makes of what the log says of a claim a save of it: at the place where it stood or, if that text has been erased,
// where stoodAt finds it.
func wasBefore(ctx context.Context, tx pgx.Tx, c Claim, was LoggedClaim) (ClaimEdit, error) {
	e := ClaimEdit{Claim: was.Claim, Article: c.Article, Preset: was.Preset, action: "restore"}
	text, err := pastText(ctx, tx, c.Article, was.Capture)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return ClaimEdit{}, err
	}
	match := was.place().match()
	if words, bad := text.Words(match); err == nil && bad == nil && slices.Equal(words, was.Words) {
		e.Capture, e.Match, e.past = was.Capture, match, true
		return e, nil
	}
	e.Capture, e.Match, err = stoodAt(ctx, tx, c, was.Words)
	return e, err
}

// stoodAt finds where words of a claim stand in the text that it is tagged in: where an anchor of it says so, or in the one
// place where they are found.
func stoodAt(ctx context.Context, tx pgx.Tx, c Claim, words []string) (int64, passage.Match, error) {
	var capture int64
	var captured string
	err := tx.QueryRow(ctx, `
		SELECT t.capture, t.text FROM capture_texts t WHERE t.capture = (`+taggedCapture+`)`, c.Article).Scan(&capture, &captured)
	if err != nil {
		return 0, nil, err
	}
	text, err := passage.ParseText(captured)
	if err != nil {
		return 0, nil, err
	}
	rows, _ := tx.Query(ctx, `
		SELECT claim, capture, outcome, starts, ends FROM anchors
		WHERE claim = $1 AND capture = $2 AND outcome = 'anchored'
		ORDER BY id DESC
		LIMIT 100`, c.Code, capture)
	anchors, err := pgx.CollectRows(rows, pgx.RowToStructByName[anchorRow])
	if err != nil {
		return 0, nil, err
	}
	var places []passage.Match
	for _, a := range anchors {
		places = append(places, a.match())
	}
	if found := passage.Find(text, passage.Quote{Segments: words}); len(found) == 1 {
		places = append(places, found...)
	}
	for _, m := range places {
		if stand, err := text.Words(m); err == nil && slices.Equal(stand, words) {
			return capture, m, nil
		}
	}
	return 0, nil, ErrNoUndo
}

// DeleteClaim removes a claim from the desk, with an entry of the audit log. Editions that have it keep it; its code is never
// used again. The errors are [ErrNotFound], [*StaleClaim], and [*InUse] where a counter-claim, a point, a figure or an
// editors' text speaks of it.
func (s *Store) DeleteClaim(ctx context.Context, code narrative.Code, version int, actor, why string) (gone Claim, err error) {
	defer wrap(&err, "DeleteClaim(%q)", code)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		if gone, err = versionSeen(ctx, tx, code, version); err != nil {
			return err
		}
		return deleteClaim(ctx, tx, gone, actor, why)
	})
	return gone, unsound(err, NounKey{narrative.KindClaim, string(code)})
}

// versionSeen locks a claim and returns it, if it is in the version that an editor saw.
func versionSeen(ctx context.Context, tx pgx.Tx, code narrative.Code, version int) (Claim, error) {
	if _, err := tx.Exec(ctx, `SELECT FROM claims WHERE code = $1 FOR UPDATE`, code); err != nil {
		return Claim{}, err
	}
	c, err := loadClaim(ctx, tx, code)
	if err == nil && c.Version != version {
		err = &StaleClaim{c}
	}
	return c, err
}

func deleteClaim(ctx context.Context, tx pgx.Tx, c Claim, actor, why string) error {
	by, err := spokenOf(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if len(by) > 0 {
		return &InUse{c.Code, by}
	}
	before, _, err := beforeAndAfter(logged(c), nil)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM anchors WHERE claim = $1`, c.Code); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM claims WHERE code = $1`, c.Code); err != nil {
		return err
	}
	return audit(ctx, tx, actor, "delete", Change{NounKey{narrative.KindClaim, string(c.Code)}, before, ""}, why)
}

// spokenOf returns what speaks of a claim besides itself: the first 20.
func spokenOf(ctx context.Context, q querier, code narrative.Code) ([]NounKey, error) {
	key := NounKey{narrative.KindClaim, string(code)}
	rows, _ := q.Query(ctx, `
		SELECT kind, key
		FROM (`+usesSQL(key.Kind)+`) AS uses
		WHERE key <> $1
		ORDER BY kind, key
		LIMIT 20`, key.Key, markOf(key))
	return pgx.CollectRows(rows, pgx.RowToStructByPos[NounKey])
}
