package store

import (
	"context"
	"errors"
	"net/netip"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/credential"
)

// ErrWrong says that a name, password or code is not right. It does not say which.
var ErrWrong = errors.New("the name, password or code is not right")

// CheckPassword returns the account of a name if the password is its own. A wrong one takes as long for a name of no account,
// of a disabled one, and of one that has no password yet. from is where the try comes from; the zero address stands for one
// that is not known. The errors are [ErrWrong], with which the account is returned too if there is one of that name, and
// [*Throttled].
func (s *Store) CheckPassword(ctx context.Context, name, password string, from netip.Addr) (a Account, err error) {
	defer wrap(&err, "CheckPassword()")

	mine := limitAccount.of("password", name, network(from))
	if err := s.throttle(ctx, limitAddress.of("passwords", network(from)), mine); err != nil {
		return Account{}, err
	}
	var hash string
	err = s.desk.QueryRow(ctx, `
		SELECT a.name, a.role, a.disabled, a.letter_keys, a.factor <> '', a.password_hash
		FROM accounts a
		WHERE a.name = $1 AND NOT a.disabled`, printable(name)).Scan(&a.Name, &a.Role, &a.Disabled, &a.LetterKeys, &a.HasFactor, &hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Account{}, err
	}
	ok, outdated, err := credential.VerifyPassword(ctx, hash, password)
	switch {
	case err != nil:
		return Account{}, err
	case !ok:
		return a, ErrWrong
	}
	if outdated {
		if err := s.rehash(ctx, name, hash, password); err != nil {
			return Account{}, err
		}
	}
	return a, s.unthrottle(ctx, mine)
}

// printable returns a name as the database takes it: one with what no text of it may hold is nobody's.
func printable(name string) string {
	for _, r := range name {
		if r == 0 || r == '\uFFFD' {
			return ""
		}
	}
	return name
}

// rehash replaces a hash of older parameters by one of today's, unless the password has changed meanwhile.
func (s *Store) rehash(ctx context.Context, name, was, password string) error {
	now, err := credential.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	_, err = s.desk.Exec(ctx, `UPDATE accounts SET password_hash = $3 WHERE name = $1 AND password_hash = $2`, name, was, now)
	return err
}

// SetPassword gives an account another password and ends all its sessions. The caller has checked the old one, see
// [Store.CheckPassword]. The errors are [*credential.Weak] and [ErrNotFound].
func (s *Store) SetPassword(ctx context.Context, name, password string) (err error) {
	defer wrap(&err, "SetPassword(%q)", name)

	if err := credential.CheckPassword(password, name); err != nil {
		return err
	}
	hash, err := credential.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.changeAccount(ctx, name, name, "password changed", func(ctx context.Context, tx pgx.Tx, _ *Account) error {
		return setHash(ctx, tx, name, hash)
	})
}

// setHash gives an account a password and ends its sessions.
func setHash(ctx context.Context, tx pgx.Tx, name, hash string) error {
	if _, err := tx.Exec(ctx, `UPDATE accounts SET password_hash = $2 WHERE name = $1`, name, hash); err != nil {
		return err
	}
	return endSessions(ctx, tx, name)
}
