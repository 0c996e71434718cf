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
	LargestDraft = 256 << 10 // bytes of the fields as JSON
	mostDrafts   = 50        // of an account; the oldest go
	draftAge     = "30 days" // from when it was saved
)

// A Draft is what somebody was writing in a form and has not saved.
type Draft struct {
	Form    string // the address at which the form is opened
	Version int    // of the noun, when the form was opened; 0 for a new one
	Fields  url.Values
	SavedAt time.Time // when it is kept, the time is the database's
}

// KeepDraft keeps a draft in the place of the one of the same form. The error is [ErrInvalid] for one that is too large, and
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
			INSERT INTO drafts (account, form, began_version, fields)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, form) DO UPDATE
			SET began_version = excluded.began_version, fields = excluded.fields, saved_at = now()`,
			account, d.Form, d.Version, string(fields)); err != nil {
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

// Draft returns what an account was writing in a form. The error is [ErrNotFound] where there is nothing.
func (s *Store) Draft(ctx context.Context, account, form string) (d Draft, err error) {
	defer wrap(&err, "Draft(%q, %q)", account, form)

	var fields string
	err = s.desk.QueryRow(ctx, `
		SELECT form, began_version, fields, saved_at
		FROM drafts
		WHERE account = $1 AND form = $2 AND saved_at > now() - interval '`+draftAge+`'`, account, form).Scan(&d.Form, &d.Version, &fields, &d.SavedAt)
	if err == nil {
		err = json.Unmarshal([]byte(fields), &d.Fields)
	}
	return d, err
}

// Drafts returns all that an account was writing, the latest first, without the fields.
func (s *Store) Drafts(ctx context.Context, account string) (_ []Draft, err error) {
	defer wrap(&err, "Drafts(%q)", account)

	rows, _ := s.desk.Query(ctx, `
		SELECT form, began_version, saved_at
		FROM drafts
		WHERE account = $1 AND saved_at > now() - interval '`+draftAge+`'
		ORDER BY saved_at DESC, form
		LIMIT $2`, account, mostDrafts)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Draft, err error) {
		err = row.Scan(&d.Form, &d.Version, &d.SavedAt)
		return d, err
	})
}

// DropDraft forgets what an account was writing in a form; that there is nothing is no error.
func (s *Store) DropDraft(ctx context.Context, account, form string) (err error) {
	defer wrap(&err, "DropDraft(%q, %q)", account, form)

	_, err = s.desk.Exec(ctx, `DELETE FROM drafts WHERE account = $1 AND form = $2`, account, form)
	return err
}
