package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Role says what an account may do. Each may do what those before it may.
type Role string

// The roles, from the least.
const (
	RoleReader      Role = "reader"      // reads newsroom editions
	RoleContributor Role = "contributor" // tags and proposes
	RoleEditor      Role = "editor"      // edits all, and publishes what needs no second pair of eyes
	RoleReviewer    Role = "reviewer"    // signs off
	RoleAdmin       Role = "admin"       // accounts and settings
)

// AccountRoles are all roles, from the least.
var AccountRoles = []Role{RoleReader, RoleContributor, RoleEditor, RoleReviewer, RoleAdmin}

// May reports whether an account of this role may do what is open to role least.
func (r Role) May(least Role) bool {
	mine, needed := slices.Index(AccountRoles, r), slices.Index(AccountRoles, least)
	return mine >= 0 && needed >= 0 && mine >= needed
}

// Errors of accounts that callers may test for with [errors.Is].
var (
	// ErrLastAdmin says that an account is the only admin who is not disabled, and so has to stay that.
	ErrLastAdmin = errors.New("the last admin who is not disabled")
	// ErrDisabled says that an account is disabled.
	ErrDisabled = errors.New("the account is disabled")
)

// An Account is somebody who may use the desk. The audit log knows it by its name.
type Account struct {
	Name       string
	Role       Role
	Disabled   bool
	LetterKeys bool // whether single letters are keys
	HasFactor  bool // whether a second factor was set up
}

// LacksFactor reports whether the account must set up a second factor before it may use the desk.
func (a Account) LacksFactor() bool { return a.Role.May(RoleEditor) && !a.HasFactor }

// accountColumns are those of an [Account], of a table accounts named a.
const accountColumns = `a.name, a.role, a.disabled, a.letter_keys, a.factor <> '' AS has_factor`

// accountName is what a name looks like, as the database has it too.
var accountName = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// IsAccountName reports whether an account may have a name: 2 to 40 characters, small letters and digits of ASCII, with dots
// and hyphens between them.
func IsAccountName(name string) bool {
	return len(name) >= 2 && len(name) <= 40 && accountName.MatchString(name)
}

// An AccountRow is an account as admins see it in a list.
type AccountRow struct {
	Account
	HasPassword bool       // whether a link was ever used
	LinkUntil   *time.Time // until when a link can be used that was not used yet; nil if there is none
	SeenAt      *time.Time // when a session of it was last used; nil if it has none
}

// AddAccount makes an account, which nobody can log in to before a link was used, see [Store.MakeLink]. The errors are
// [ErrConflict] for a name that is taken, and [ErrInvalid] for a name or role that may not be, see [IsAccountName].
func (s *Store) AddAccount(ctx context.Context, name string, role Role, actor string) (err error) {
	defer wrap(&err, "AddAccount(%q, %q)", name, role)

	return pgx.BeginFunc(ctx, s.desk, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO accounts (name, role) VALUES ($1, $2)`, name, role); err != nil {
			return err
		}
		return auditAccount(ctx, tx, actor, nil, &Account{Name: name, Role: role, LetterKeys: true}, "")
	})
}

// Accounts returns all accounts by name.
func (s *Store) Accounts(ctx context.Context) (_ []Account, err error) {
	defer wrap(&err, "Accounts()")

	rows, _ := s.desk.Query(ctx, `SELECT `+accountColumns+` FROM accounts a ORDER BY a.name`)
	return pgx.CollectRows(rows, pgx.RowToStructByName[Account])
}

const accountRows = `
	SELECT ` + accountColumns + `, a.password_hash <> '' AS has_password,
		(SELECT l.made_at + interval '` + linkLasts + `' FROM account_links l
			WHERE l.account = a.name AND l.made_at > now() - interval '` + linkLasts + `') AS link_until,
		(SELECT max(s.seen_at) FROM sessions s WHERE s.account = a.name) AS seen_at
	FROM accounts a`

// AccountRows returns the accounts whose names come after a name, by name, at most 100, and whether there are more.
func (s *Store) AccountRows(ctx context.Context, after string) (_ []AccountRow, more bool, err error) {
	defer wrap(&err, "AccountRows(%q)", after)

	rows, _ := s.desk.Query(ctx, accountRows+` WHERE a.name > $1 ORDER BY a.name LIMIT $2`, after, pageSize+1)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[AccountRow])
	if err != nil {
		return nil, false, err
	}
	more = len(list) > pageSize
	return list[:min(len(list), pageSize)], more, nil
}

// AccountRow returns one account. The error is [ErrNotFound] if there is none.
func (s *Store) AccountRow(ctx context.Context, name string) (_ AccountRow, err error) {
	defer wrap(&err, "AccountRow(%q)", name)

	rows, _ := s.desk.Query(ctx, accountRows+` WHERE a.name = $1`, name)
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[AccountRow])
}

// SetRole gives an account another role and ends its sessions, so that it takes effect at once. The errors are [ErrNotFound],
// [ErrInvalid] for no role, and [ErrLastAdmin].
func (s *Store) SetRole(ctx context.Context, name string, role Role, actor string) (err error) {
	defer wrap(&err, "SetRole(%q, %q)", name, role)

	return s.changeStanding(ctx, name, actor, func(ctx context.Context, tx pgx.Tx, a *Account) error {
		if a.Role == role {
			return nil
		}
		a.Role = role
		if _, err := tx.Exec(ctx, `UPDATE accounts SET role = $2 WHERE name = $1`, name, role); err != nil {
			return err
		}
		return endSessions(ctx, tx, name)
	})
}

// DisableAccount keeps an account from logging in, and at once ends its sessions, its link and the tokens of its programs. The
// errors are [ErrNotFound] and [ErrLastAdmin].
func (s *Store) DisableAccount(ctx context.Context, name, actor string) (err error) {
	defer wrap(&err, "DisableAccount(%q)", name)

	return s.changeStanding(ctx, name, actor, func(ctx context.Context, tx pgx.Tx, a *Account) error {
		if a.Disabled {
			return nil
		}
		a.Disabled = true
		for _, sql := range []string{
			`UPDATE accounts SET disabled = true WHERE name = $1`,
			`DELETE FROM account_links WHERE account = $1`,
			`DELETE FROM account_tokens WHERE account = $1`,
		} {
			if _, err := tx.Exec(ctx, sql, name); err != nil {
				return err
			}
		}
		return endSessions(ctx, tx, name)
	})
}

// EnableAccount lets a disabled account log in again, with the password that it had. The error is [ErrNotFound].
func (s *Store) EnableAccount(ctx context.Context, name, actor string) (err error) {
	defer wrap(&err, "EnableAccount(%q)", name)

	return s.changeAccount(ctx, name, actor, "", func(ctx context.Context, tx pgx.Tx, a *Account) error {
		a.Disabled = false
		_, err := tx.Exec(ctx, `UPDATE accounts SET disabled = false WHERE name = $1`, name)
		return err
	})
}

// SetLetterKeys says whether single letters are keys for an account. The error is [ErrNotFound].
func (s *Store) SetLetterKeys(ctx context.Context, name string, on bool) (err error) {
	defer wrap(&err, "SetLetterKeys(%q, %v)", name, on)

	return s.changeAccount(ctx, name, name, "", func(ctx context.Context, tx pgx.Tx, a *Account) error {
		a.LetterKeys = on
		_, err := tx.Exec(ctx, `UPDATE accounts SET letter_keys = $2 WHERE name = $1`, name, on)
		return err
	})
}

// An accountChange alters an account, in the database and in what it is given.
type accountChange func(context.Context, pgx.Tx, *Account) error

// changeAccount locks an account and lets change alter it. What differs then is entered in the audit log; where nothing does,
// so is what was done, unless that is "".
func (s *Store) changeAccount(ctx context.Context, name, actor, what string, change accountChange) error {
	return pgx.BeginFunc(ctx, s.desk, func(tx pgx.Tx) error { return changeIn(ctx, tx, name, actor, what, change) })
}

// changeStanding is [Store.changeAccount] for what may leave the desk without an admin, which is [ErrLastAdmin]. All admins
// are locked first, in order, so that two who take each other's role at the same time do it one after the other.
func (s *Store) changeStanding(ctx context.Context, name, actor string, change accountChange) error {
	return pgx.BeginFunc(ctx, s.desk, func(tx pgx.Tx) error {
		if _, err := admins(ctx, tx, "FOR UPDATE"); err != nil {
			return err
		}
		return changeIn(ctx, tx, name, actor, "", func(ctx context.Context, tx pgx.Tx, a *Account) error {
			before := *a
			if err := change(ctx, tx, a); err != nil || before.Role != RoleAdmin || before.Disabled {
				return err
			}
			left, err := admins(ctx, tx, "")
			if err == nil && left == 0 {
				err = ErrLastAdmin
			}
			return err
		})
	})
}

// admins counts the admins who are not disabled, and locks them if it is told to.
func admins(ctx context.Context, tx pgx.Tx, lock string) (int, error) {
	rows, _ := tx.Query(ctx, `SELECT name FROM accounts WHERE role = 'admin' AND NOT disabled ORDER BY name `+lock)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return len(list), err
}

func changeIn(ctx context.Context, tx pgx.Tx, name, actor, what string, change accountChange) error {
	rows, _ := tx.Query(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.name = $1 FOR UPDATE`, name)
	before, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Account])
	if err != nil {
		return err
	}
	now := before
	if err := change(ctx, tx, &now); err != nil {
		return err
	}
	if before == now && what == "" {
		return nil
	}
	return auditAccount(ctx, tx, actor, &before, &now, what)
}

// kindAccount is what the audit log calls an account.
const kindAccount = "account"

// auditAccount enters in the audit log what was done to an account. It never holds anything that one can log in with.
func auditAccount(ctx context.Context, tx pgx.Tx, actor string, before, now *Account, what string) error {
	c := Change{NounKey: NounKey{Kind: kindAccount, Key: now.Name}}
	action := "create"
	var err error
	if before != nil {
		action = "change"
		if c.Before, err = accountState(*before); err != nil {
			return err
		}
	}
	if c.After, err = accountState(*now); err != nil {
		return err
	}
	return audit(ctx, tx, actor, action, c, what)
}

// accountState writes an account as the audit log keeps it.
func accountState(a Account) (string, error) {
	b, err := json.Marshal(struct {
		Role         Role `json:"role"`
		Disabled     bool `json:"disabled"`
		SecondFactor bool `json:"second_factor"`
		LetterKeys   bool `json:"letter_keys"`
	}{a.Role, a.Disabled, a.HasFactor, a.LetterKeys})
	if err != nil {
		return "", fmt.Errorf("account %s: %w", a.Name, err)
	}
	return string(b), nil
}
