package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/credential"
)

// Bounds of drafts. The database has the size, too.
const (
	LargestDraft   = 1 << 20   // bytes of the fields as JSON
	LongestExcerpt = 200       // characters
	mostDrafts     = 50        // of an account; the oldest go
	draftAge       = "30 days" // from when it was saved
)

// A Draft is what somebody was writing in a form and has not saved.
type Draft struct {
	Form    string // its key: the address at which the form is opened, then "#" and a word for this one time that it was opened
	Version int    // of the noun, when the form was opened; 0 for a new one
	Excerpt string // of what was written, for lists; at most [LongestExcerpt] characters
	Fields  url.Values
	SavedAt time.Time // when it is kept, the time is the database's
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

	_, err = s.desk.Exec(ctx, `DELETE FROM drafts WHERE account = $1 AND form = $2`, account, key)
	return err
}
