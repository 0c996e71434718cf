package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// KindDesk is the kind of what is watched by whoever watches all that the desk does. It has no key.
const KindDesk narrative.Kind = "desk"

// ErrTooMany says that an account watches as much as it may.
var ErrTooMany = errors.New("too many")

// mostWatches bounds what an account watches.
const mostWatches = 50

// A Watch is what an account watches: a fact, a source or outlet, or the desk, with what has changed since it last looked.
// On a fact these are the log's entries on the fact itself and on the claims with a stance on it, on a source those on the
// source and on what it says; one's own are left out.
type Watch struct {
	NounKey
	Title    string // in plain words
	Invented bool   // for practice, see [Store.Invented]
	LookedAt time.Time
	Changes  int       // since then, at most 100
	Latest   time.Time // of those changes, zero for none
}

// Watch watches a noun from now on. The errors are [ErrNotFound] or [*Moved] for one that is not there, [ErrInvalid] for a kind
// that cannot be watched and [ErrTooMany].
func (s *Store) Watch(ctx context.Context, account string, key NounKey) (err error) {
	defer wrap(&err, "Watch(%q, %q, %q)", account, key.Kind, key.Key)

	switch key.Kind {
	case KindDesk:
		key.Key = ""
	case narrative.KindFact, narrative.KindSource, narrative.KindOutlet:
		if err := s.mustBeThere(ctx, key); err != nil {
			return err
		}
	default:
		return ErrInvalid
	}
	tag, err := s.desk.Exec(ctx, `
		INSERT INTO watches (account, kind, key)
		SELECT $1, $2, $3
		WHERE (SELECT count(*) FROM watches WHERE account = $1) < $4
		ON CONFLICT DO NOTHING`, account, key.Kind, key.Key, mostWatches)
	if err != nil || tag.RowsAffected() > 0 {
		return err
	}
	if _, watched, err := s.Looked(ctx, account, key); err != nil || watched {
		return err
	}
	return ErrTooMany
}

// Unwatch watches a noun no more; that nobody did is no error.
func (s *Store) Unwatch(ctx context.Context, account string, key NounKey) (err error) {
	defer wrap(&err, "Unwatch(%q, %q, %q)", account, key.Kind, key.Key)

	_, err = s.desk.Exec(ctx, `DELETE FROM watches WHERE account = $1 AND kind = $2 AND key = $3`, account, key.Kind, key.Key)
	return err
}

// Look notes that an account has seen what has changed of something that it watches, up to a moment, or up to now for the
// zero time. A moment before the last look, or after now, changes nothing.
func (s *Store) Look(ctx context.Context, account string, key NounKey, upTo time.Time) (err error) {
	defer wrap(&err, "Look(%q, %q, %q)", account, key.Kind, key.Key)

	_, err = s.desk.Exec(ctx, `
		UPDATE watches SET looked_at = CASE WHEN $4 THEN now() ELSE $5::timestamptz END
		WHERE account = $1 AND kind = $2 AND key = $3 AND ($4 OR $5 BETWEEN looked_at AND now())`,
		account, key.Kind, key.Key, upTo.IsZero(), upTo)
	return err
}

// Looked returns when an account has last looked at something, and whether it watches it.
func (s *Store) Looked(ctx context.Context, account string, key NounKey) (at time.Time, watched bool, err error) {
	defer wrap(&err, "Looked(%q, %q, %q)", account, key.Kind, key.Key)

	err = s.desk.QueryRow(ctx, `
		SELECT looked_at
		FROM watches
		WHERE account = $1 AND kind = $2 AND key = $3`, account, key.Kind, key.Key).Scan(&at)
	if errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, false, nil
	}
	return at, err == nil, err
}

// watchedEntries are the entries of the log, as l, that belong to what a watch w is of.
const watchedEntries = `
	SELECT l.id, l.at, l.actor, l.kind, l.key, l.action, l.why
	FROM audit_log l
	WHERE w.kind = 'desk' AND l.at > w.looked_at
	UNION ALL
	SELECT l.id, l.at, l.actor, l.kind, l.key, l.action, l.why
	FROM audit_log l
	WHERE w.kind <> 'desk' AND l.at > w.looked_at AND l.kind = w.kind AND l.key = w.key
	UNION ALL
	SELECT l.id, l.at, l.actor, l.kind, l.key, l.action, l.why
	FROM audit_log l
	WHERE l.at > w.looked_at AND l.kind = 'claim' AND l.key IN (
		SELECT claim FROM stances WHERE w.kind = 'fact' AND fact = w.key
		UNION ALL
		SELECT code FROM claims WHERE w.kind IN ('source', 'outlet') AND w.key IN (source, attributed_to))`

const watchesSQL = `
	SELECT w.kind, w.key, coalesce(f.question, s.name, ''), w.looked_at, n.count, n.latest
	FROM watches w
	LEFT JOIN facts f ON w.kind = 'fact' AND f.slug = w.key
	LEFT JOIN sources s ON w.kind IN ('source', 'outlet') AND s.slug = w.key
	CROSS JOIN LATERAL (
		SELECT count(*) AS count, max(at) AS latest
		FROM (SELECT e.at FROM (` + watchedEntries + `) AS e WHERE e.actor <> w.account LIMIT 100) AS bounded) AS n
	WHERE w.account = $1
	ORDER BY n.latest DESC NULLS LAST, w.kind, w.key
	LIMIT 50`

func scanWatch(row pgx.CollectableRow) (w Watch, err error) {
	var latest *time.Time
	err = row.Scan(&w.Kind, &w.Key, &w.Title, &w.LookedAt, &w.Changes, &latest)
	if latest != nil {
		w.Latest = *latest
	}
	return w, err
}

// ChangesSince returns what has changed of something that an account watches since it last looked: the latest first, at
// most 50, without what the nouns were before and after.
func (s *Store) ChangesSince(ctx context.Context, account string, key NounKey) (_ []DeskEntry, err error) {
	defer wrap(&err, "ChangesSince(%q, %q, %q)", account, key.Kind, key.Key)

	p, err := newDeskPage(s.desk.Query(ctx, `
		SELECT e.id, e.at, e.actor, e.kind, e.key, e.action, '', '', e.why
		FROM watches w
		CROSS JOIN LATERAL (`+watchedEntries+`) AS e
		WHERE w.account = $1 AND w.kind = $2 AND w.key = $3 AND e.actor <> w.account
		ORDER BY e.id DESC
		LIMIT $4`, account, key.Kind, key.Key, logPage))
	return p.Entries, err
}
