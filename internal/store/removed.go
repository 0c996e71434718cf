package store

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A Removed is a noun that was removed, or a claim that was deleted, and that its log can bring back.
type Removed struct {
	NounKey
	Version int    // the last that it had
	Name    string // what it was called; of a claim its words
	By      string
	At      time.Time
	Why     string
	Entry   int64 // of the log, before which it was there
}

// removedNouns are nouns n that are gone, with the entry of the log that tells of it. What was merged into another leads there,
// and of what was taken down nothing is kept.
const removedNouns = `
	SELECT n.kind, n.name, n.last_version, l.before, l.actor, l.at, l.why, l.id
	FROM names n
	CROSS JOIN LATERAL (
		SELECT a.id, a.at, a.actor, a.action, a.before, a.why
		FROM audit_log a
		WHERE a.kind = n.kind AND a.key = n.name
		ORDER BY a.id DESC
		LIMIT 1) AS l
	WHERE n.last_version IS NOT NULL AND n.target IS NULL AND l.action = 'delete' AND l.before LIKE '{%'
		AND NOT EXISTS (SELECT FROM takedowns t WHERE t.kind = n.kind AND t.name_sha256 = sha256(convert_to(n.name, 'UTF8')))`

func scanRemoved(row pgx.CollectableRow) (g Removed, err error) {
	var before string
	err = row.Scan(&g.Kind, &g.Key, &g.Version, &before, &g.By, &g.At, &g.Why, &g.Entry)
	g.Name = g.Key
	if doc, ok := ReadNoun(g.Kind, before); ok {
		g.Name = calledIn(doc, g.Key)
	}
	return g, err
}

// calledIn is what a noun is called, otherwise for one that has no name.
func calledIn(doc any, otherwise string) string {
	if c, ok := doc.(narrative.Claim); ok {
		return strings.Join(c.Words, " … ")
	}
	for _, name := range []string{"Question", "Headline", "Title", "Name", "Shown", "Word"} {
		if f := reflect.ValueOf(doc).FieldByName(name); f.IsValid() && f.String() != "" {
			return f.String()
		}
	}
	return otherwise
}

// Removed returns a noun that is gone and can be brought back. The error is [ErrNotFound] for any other.
func (s *Store) Removed(ctx context.Context, key NounKey) (_ Removed, err error) {
	defer wrap(&err, "Removed(%q, %q)", key.Kind, key.Key)

	rows, _ := s.desk.Query(ctx, removedNouns+` AND n.kind = $1 AND n.name = $2`, key.Kind, key.Key)
	return pgx.CollectExactlyOneRow(rows, scanRemoved)
}

// RemovedNouns returns nouns of a kind that are gone and can be brought back, by slug, at most 100. Outlets are not among the
// sources.
func (s *Store) RemovedNouns(ctx context.Context, kind narrative.Kind) (_ []Removed, err error) {
	defer wrap(&err, "RemovedNouns(%q)", kind)

	rows, _ := s.desk.Query(ctx, removedNouns+` AND n.kind = $1 ORDER BY n.name LIMIT $2`, kind, pageSize)
	return pgx.CollectRows(rows, scanRemoved)
}

// removedClaims are the claims of the article $1 that are gone, under whatever slug it had then.
const removedClaims = removedNouns + ` AND n.kind = 'claim' AND n.gone_from IN (
		SELECT $1::text UNION SELECT x.name FROM names x WHERE x.kind = 'article' AND x.target = $1)
	ORDER BY l.id DESC
	LIMIT $2`

// RemovedClaims returns the claims of an article that are gone and can be brought back, those deleted last first, at most 100.
func (s *Store) RemovedClaims(ctx context.Context, article narrative.Slug) (_ []Removed, err error) {
	defer wrap(&err, "RemovedClaims(%q)", article)

	rows, _ := s.desk.Query(ctx, removedClaims, article, pageSize)
	return pgx.CollectRows(rows, scanRemoved)
}

// reviveNoun brings back a noun that was removed, under its slug. What it names must be there. The errors are [*Stale] for
// another version than that in which it was removed, and those of [Store.Save].
func (s *Store) reviveNoun(ctx context.Context, doc any, r Restoration) (n Noun, err error) {
	err = s.edit(ctx, func(tx pgx.Tx) error {
		if err := r.seenRemoved(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT bring_back($1, $2, $3)`, r.Kind, r.Key, r.Version); err != nil {
			return err
		}
		if err := insertNoun(ctx, tx, doc, r.Actor, "restore", r.Why); err != nil {
			return err
		}
		n, err = loadNoun(ctx, tx, r.NounKey)
		return err
	})
	if _, stale := broughtBack(err).(*StaleClaim); stale {
		return Noun{}, &Stale{Noun{NounKey: r.NounKey}}
	}
	return n, unsound(err, r.NounKey)
}
