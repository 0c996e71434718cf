package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// An Assignment says who is to see to a noun.
type Assignment struct {
	NounKey
	Account string
	Note    string
	Due     narrative.Day // "" for none
	By      string        // who has assigned it
	At      time.Time
}

const assignmentColumns = `kind, key, account, note, coalesce(due_on::text, ''), assigned_by, assigned_at`

func scanAssignment(row pgx.CollectableRow) (a Assignment, err error) {
	err = row.Scan(&a.Kind, &a.Key, &a.Account, &a.Note, &a.Due, &a.By, &a.At)
	return a, err
}

// Assign gives a noun to an account, in the place of whoever had it. With no account nobody has it. The errors are
// [ErrNotFound] for a noun or an account that is not there, [*Moved] for a noun that has another name now, and [ErrInvalid]
// or [ErrBadText] for a note or a day that cannot be kept.
func (s *Store) Assign(ctx context.Context, a Assignment) (err error) {
	defer wrap(&err, "Assign(%q, %q, %q)", a.Kind, a.Key, a.Account)

	if err := s.mustBeThere(ctx, a.NounKey); err != nil {
		return err
	}
	if a.Account == "" {
		_, err := s.desk.Exec(ctx, `DELETE FROM assignments WHERE kind = $1 AND key = $2`, a.Kind, a.Key)
		return err
	}
	tag, err := s.desk.Exec(ctx, `
		INSERT INTO assignments (kind, key, account, note, due_on, assigned_by)
		SELECT $1, $2, name, $4, nullif($5, '')::date, $6
		FROM accounts
		WHERE name = $3 AND NOT disabled
		ON CONFLICT (kind, key) DO UPDATE
		SET account = excluded.account, note = excluded.note, due_on = excluded.due_on, assigned_by = excluded.assigned_by,
			assigned_at = now()`, a.Kind, a.Key, a.Account, a.Note, a.Due, a.By)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNotFound
	}
	return err
}

// mustBeThere returns the error of a noun that is not there under its name: [ErrNotFound] or [*Moved].
func (s *Store) mustBeThere(ctx context.Context, key NounKey) error {
	sql := `SELECT EXISTS (SELECT FROM claims WHERE code = $1)`
	if key.Kind != narrative.KindClaim {
		t, ok := nounTables[key.Kind]
		if !ok {
			return ErrNotFound
		}
		sql = `SELECT EXISTS (SELECT FROM ` + t.table + ` WHERE slug = $1 ` + ownNouns(key.Kind) + `)`
	}
	var there bool
	if err := s.desk.QueryRow(ctx, sql, key.Key).Scan(&there); err != nil {
		return err
	}
	if !there {
		return movedTo(ctx, s.desk, key)
	}
	return nil
}

// Assignment returns who has a noun. Nobody has it if the account is "".
func (s *Store) Assignment(ctx context.Context, key NounKey) (a Assignment, err error) {
	defer wrap(&err, "Assignment(%q, %q)", key.Kind, key.Key)

	rows, _ := s.desk.Query(ctx, `
		SELECT `+assignmentColumns+`
		FROM assignments
		WHERE kind = $1 AND key = $2`, key.Kind, key.Key)
	list, err := pgx.CollectRows(rows, scanAssignment)
	if err != nil || len(list) == 0 {
		return Assignment{NounKey: key}, err
	}
	return list[0], nil
}

// Assignees returns the names of the accounts that a noun can be assigned to: contributors and above, at most 500.
func (s *Store) Assignees(ctx context.Context) (_ []string, err error) {
	defer wrap(&err, "Assignees()")

	rows, _ := s.desk.Query(ctx, `
		SELECT name
		FROM accounts
		WHERE NOT disabled AND role <> 'reader'
		ORDER BY name
		LIMIT 500`)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
