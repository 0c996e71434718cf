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

// UndoClaim takes back the last change of a claim, if that was the actor's and left it in the version given: the claim is
// again all that the audit log says that it was before, its place and what was only preset included; it goes if it was made
// then (removed), and is there again if it was deleted then, see [Store.RestoreClaim]. Undoing twice does it again. The claim
// is as it is now or, if it was removed, as it was. The errors are [*StaleClaim], [ErrNotFound], [ErrNoUndo], [*InUse], and
// those of [Store.SaveClaim].
func (s *Store) UndoClaim(ctx context.Context, code narrative.Code, version int, actor string) (now Claim, removed bool, err error) {
	defer wrap(&err, "UndoClaim(%q)", code)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		c, err := versionSeen(ctx, tx, code, version)
		gone := errors.Is(err, ErrNotFound)
		if err != nil && !gone {
			return err
		}
		var last DeskEntry
		err = tx.QueryRow(ctx, `
			SELECT actor, action, before FROM audit_log
			WHERE kind = 'claim' AND key = $1
			ORDER BY id DESC
			LIMIT 1`, code).Scan(&last.Actor, &last.Action, &last.Before)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && (last.Actor != actor || !slices.Contains(undoable, last.Action)) {
			return ErrNoUndo
		}
		if err != nil {
			return err
		}
		was, ok := ReadClaim(last.Before)
		switch {
		case last.Before == "" && !gone:
			now, removed = c, true
			return deleteClaim(ctx, tx, c, actor, "")
		case !ok || was.Code != code || len(was.Words) == 0:
			return ErrNoUndo
		case gone:
			now, err = reviveClaim(ctx, tx, was, Restoration{NounKey: NounKey{narrative.KindClaim, string(code)}, Version: version, Actor: actor})
			return err
		}
		e, err := wasBefore(ctx, tx, c, was)
		if err != nil {
			return err
		}
		e.Version, e.Actor = version, actor
		if _, err = saveClaim(ctx, tx, e); err != nil {
			return err
		}
		// Where that is an older text, the latest may have the words, or an editor has to look for them there.
		if _, err := anchorAnew(ctx, tx, []narrative.Slug{c.Article}, code); err != nil {
			return err
		}
		now, err = loadClaim(ctx, tx, code)
		return err
	})
	return now, removed, broughtBack(unsound(err, NounKey{narrative.KindClaim, string(code)}))
}

// wasBefore makes of what the log says of a claim a save of it: at the place where it stood or, where the log does not say
// that or the text has been erased, where stoodAt finds it.
func wasBefore(ctx context.Context, tx pgx.Tx, c Claim, was LoggedClaim) (ClaimEdit, error) {
	e := ClaimEdit{Claim: was.Claim, Article: c.Article, Preset: c.Preset, action: "restore"}
	if was.isPlaced() {
		e.Preset = was.Preset
		text, err := pastText(ctx, tx, c.Article, was.Capture)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return ClaimEdit{}, err
		}
		match := was.place().match()
		if words, bad := text.Words(match); err == nil && bad == nil && slices.Equal(words, was.Words) {
			e.Capture, e.Match, e.past = was.Capture, match, true
			return e, nil
		}
	}
	var err error
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

// spokenOf returns what speaks of a claim: the first 20.
func spokenOf(ctx context.Context, tx pgx.Tx, code narrative.Code) ([]NounKey, error) {
	rows, _ := tx.Query(ctx, `
		SELECT kind, key
		FROM (
			SELECT 'claim' AS kind, claim AS key FROM counters WHERE other = $1
			UNION SELECT 'claim', claim FROM figures WHERE part_of = $1 AND claim <> $1
			UNION SELECT 'claim', code FROM claims WHERE note LIKE $2 AND code <> $1
			UNION SELECT 'claim', claim FROM counters WHERE why LIKE $2 AND claim <> $1
			UNION SELECT 'fact', fact FROM point_claims WHERE claim = $1
			UNION SELECT 'fact', slug FROM facts WHERE concat(question, background, status_reason) LIKE $2
			UNION SELECT 'fact', fact FROM aspects WHERE question LIKE $2
			UNION SELECT 'fact', fact FROM positions WHERE label LIKE $2
			UNION SELECT 'fact', fact FROM periods WHERE label LIKE $2
			UNION SELECT 'fact', fact FROM points WHERE text LIKE $2
			UNION SELECT 'fact', fact FROM gaps WHERE text LIKE $2
			UNION SELECT 'dispute', slug FROM disputes WHERE concat(background, name_policy) LIKE $2
			UNION SELECT 'record', slug FROM records WHERE concat(shows, shows_not) LIKE $2
		) AS uses
		ORDER BY kind, key
		LIMIT 20`, code, "%[@"+string(code)+"]%")
	return pgx.CollectRows(rows, pgx.RowToStructByPos[NounKey])
}
