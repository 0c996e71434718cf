package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/credential"
	"counterclaim/internal/narrative"
)

// Bounds of drafts. The database has the size, too.
const (
	LargestDraft   = 1 << 20   // bytes of the fields as JSON
	LongestExcerpt = 200       // characters
	mostDrafts     = 50        // of an account; the oldest go
	draftAge       = "30 days" // from when it was saved
)

// A Draft is what somebody was writing in a form and has not saved. A key follows the noun that its form is about to a new slug,
// also one that comes under the old one.
type Draft struct {
	Form    string // its key: the address at which the form is opened, then "#" and a word for this one time that it was opened
	Version int    // of the noun, when the form was opened; 0 for a new one
	Excerpt string // of what was written, for lists; at most [LongestExcerpt] characters
	Fields  url.Values
	SavedAt time.Time // when it is kept, the time is the database's
}

// formKinds are the kinds of noun that the addresses of forms name.
var formKinds = map[string]narrative.Kind{
	"disputes": narrative.KindDispute, "parties": narrative.KindParty, "outlets": narrative.KindOutlet, "sources": narrative.KindSource,
	"places": narrative.KindPlace, "terms": narrative.KindTerm, "events": narrative.KindEvent, "records": narrative.KindRecord,
	"facts": narrative.KindFact, "articles": narrative.KindArticle, "claims": narrative.KindClaim,
}

// formOfNoun is the beginning of the address of a form that is about one noun.
var formOfNoun = regexp.MustCompile(`^/desk/([a-z]+)/([^/?#]+)`)

// followKey puts the slug of today into the key of a draft whose form was opened under another one.
func followKey(ctx context.Context, q querier, key string) (string, error) {
	at := formOfNoun.FindStringSubmatchIndex(key)
	if at == nil {
		return key, nil
	}
	var target string
	err := q.QueryRow(ctx, `SELECT target FROM names WHERE kind = $1 AND name = $2 AND target IS NOT NULL`,
		formKinds[key[at[2]:at[3]]], key[at[4]:at[5]]).Scan(&target)
	if errors.Is(err, pgx.ErrNoRows) {
		return key, nil
	}
	return key[:at[4]] + target + key[at[5]:], err
}

// moveDrafts lets the drafts of the forms of a noun follow it to another slug.
func moveDrafts(ctx context.Context, tx pgx.Tx, from, to NounKey) error {
	for plural, kind := range formKinds {
		if kind != from.Kind {
			continue
		}
		_, err := tx.Exec(ctx, `
			UPDATE drafts d
			SET form = $2 || substr(d.form, length($1) + 1)
			WHERE length(d.form) - length($1) + length($2) <= 300 AND (d.form = $1 OR starts_with(d.form, $1 || '/') OR starts_with(d.form, $1 || '?') OR starts_with(d.form, $1 || '#'))
				AND NOT EXISTS (SELECT FROM drafts o WHERE o.account = d.account AND o.form = $2 || substr(d.form, length($1) + 1))`,
			"/desk/"+plural+"/"+from.Key, "/desk/"+plural+"/"+to.Key)
		return err
	}
	return nil
}

// KeepDraft keeps a draft in the place of the one of the same key. The error is [ErrInvalid] for one that is too large, and
// [ErrBadText] for one with the character NUL.
func (s *Store) KeepDraft(ctx context.Context, account string, d Draft) (err error) {
	defer wrap(&err, "KeepDraft(%q, %q)", account, d.Form)

	return keepDraft(ctx, s.desk, account, d)
}

// keepDraft keeps a draft, and none that is too old or one too many.
func keepDraft(ctx context.Context, desk *pgxpool.Pool, account string, d Draft) error {
	fields, err := json.Marshal(d.Fields)
	switch {
	case err != nil:
		return err
	case len(fields) > LargestDraft:
		return fmt.Errorf("%w: %d bytes", ErrInvalid, len(fields))
	}
	if d.Form, err = followKey(ctx, desk, d.Form); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, desk, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO drafts (account, form, began_version, excerpt, fields)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (account, form) DO UPDATE
			SET began_version = excluded.began_version, excerpt = excluded.excerpt, fields = excluded.fields, saved_at = now()`,
			account, d.Form, d.Version, d.Excerpt, string(fields)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			DELETE FROM drafts
			WHERE saved_at < now() - interval '`+draftAge+`' OR account = $1 AND form IN (
				SELECT form FROM drafts WHERE account = $1 ORDER BY saved_at DESC, form OFFSET $2)`, account, mostDrafts)
		return err
	})
}

// LeaveDraft keeps a draft for whoever a session was of that has lasted too long or was not used. Whoever holds its token can
// put something there and read nothing. It reports false where the session is not known any more or its account is
// disabled; then nothing is kept. The errors are those of [Store.KeepDraft].
func (s *Store) LeaveDraft(ctx context.Context, token string, d Draft) (kept bool, err error) {
	defer wrap(&err, "LeaveDraft(%q)", d.Form)

	var account string
	err = s.desk.QueryRow(ctx, `
		SELECT a.name
		FROM sessions s
		JOIN accounts a ON a.name = s.account
		WHERE s.token_sha256 = $1 AND NOT a.disabled`, credential.TokenHash(token)).Scan(&account)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, keepDraft(ctx, s.desk, account, d)
}

// Draft returns the draft of a key. The error is [ErrNotFound] where there is none.
func (s *Store) Draft(ctx context.Context, account, key string) (d Draft, err error) {
	defer wrap(&err, "Draft(%q, %q)", account, key)

	if key, err = followKey(ctx, s.desk, key); err != nil {
		return Draft{}, err
	}
	var fields string
	err = s.desk.QueryRow(ctx, `
		SELECT form, began_version, excerpt, fields, saved_at
		FROM drafts
		WHERE account = $1 AND form = $2 AND saved_at > now() - interval '`+draftAge+`'`, account, key).
		Scan(&d.Form, &d.Version, &d.Excerpt, &fields, &d.SavedAt)
	if err == nil {
		err = json.Unmarshal([]byte(fields), &d.Fields)
	}
	return d, err
}

// Drafts returns all that an account was writing, or what it was writing in the forms of some addresses if any are given: the
// latest first, without the fields.
func (s *Store) Drafts(ctx context.Context, account string, addresses ...string) (_ []Draft, err error) {
	defer wrap(&err, "Drafts(%q, %q)", account, addresses)

	rows, _ := s.desk.Query(ctx, `
		SELECT form, began_version, excerpt, saved_at
		FROM drafts
		WHERE account = $1 AND saved_at > now() - interval '`+draftAge+`' AND (cardinality($3::text[]) = 0 OR split_part(form, '#', 1) = ANY ($3))
		ORDER BY saved_at DESC, form
		LIMIT $2`, account, mostDrafts, append([]string{}, addresses...))
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Draft, err error) {
		err = row.Scan(&d.Form, &d.Version, &d.Excerpt, &d.SavedAt)
		return d, err
	})
}

// DropDraft forgets the draft of a key; that there is none is no error.
func (s *Store) DropDraft(ctx context.Context, account, key string) (err error) {
	defer wrap(&err, "DropDraft(%q, %q)", account, key)

	if key, err = followKey(ctx, s.desk, key); err != nil {
		return err
	}
	_, err = s.desk.Exec(ctx, `DELETE FROM drafts WHERE account = $1 AND form = $2`, account, key)
	return err
}
