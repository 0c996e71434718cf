package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/credential"
)

// loginLasts is how long one may take from the password to the code, in the database's words.
const loginLasts = "5 minutes"

// BeginLogin notes that the right password of an account was given, and returns a token by which the code of the second factor
// is taken within five minutes, see [Store.FinishLogin]. The password is not kept. The error is [ErrNotFound] for an account that
// is none or disabled.
func (s *Store) BeginLogin(ctx context.Context, name string) (token string, err error) {
	defer wrap(&err, "BeginLogin(%q)", name)

	token = credential.NewToken()
	tag, err := s.desk.Exec(ctx, `
		WITH over AS (
			DELETE FROM logins
			WHERE token_sha256 IN (
				SELECT token_sha256 FROM logins WHERE began_at < now() - interval '`+loginLasts+`' LIMIT 100 FOR UPDATE SKIP LOCKED)
		)
		INSERT INTO logins (token_sha256, account)
		SELECT $1, name
		FROM accounts
		WHERE name = $2 AND NOT disabled
		FOR SHARE`, credential.TokenHash(token), name)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNotFound
	}
	return token, err
}

// LoginAccount returns whose a login is that was begun. The error is [ErrNotFound] for one that is over.
func (s *Store) LoginAccount(ctx context.Context, token string) (_ Account, err error) {
	defer wrap(&err, "LoginAccount()")

	rows, _ := s.desk.Query(ctx, `
		SELECT `+accountColumns+`
		FROM accounts a
		JOIN logins l ON l.account = a.name
		WHERE l.token_sha256 = $1 AND l.began_at > now() - interval '`+loginLasts+`' AND NOT a.disabled`, credential.TokenHash(token))
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Account])
}

// A Login is a login that is complete.
type Login struct {
	Account  Account
	Session  string // the token of the new session
	Recovery bool   // whether a recovery code was used
}

// FinishLogin takes the code of the second factor, or a recovery code, for a login that was begun, ends it and starts a session,
// as [Store.StartSession] does. A code is good once. at is the time by which codes are made. The errors are [ErrNotFound] for a
// login that is over, [ErrWrong] and [*Throttled].
func (s *Store) FinishLogin(ctx context.Context, token, code, device string, at time.Time) (l Login, err error) {
	defer wrap(&err, "FinishLogin()")

	a, err := s.LoginAccount(ctx, token)
	if err != nil {
		return Login{}, err
	}
	tries := limitCode.of("code", a.Name)
	if err := s.throttle(ctx, tries); err != nil {
		return Login{}, err
	}
	err = pgx.BeginFunc(ctx, s.desk, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.name = $1 AND NOT a.disabled FOR UPDATE`, a.Name)
		if l.Account, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Account]); err != nil {
			return err
		}
		if l.Recovery, err = useFactor(ctx, tx, a.Name, code, at); err != nil {
			return err
		}
		// Of two requests with one token the second finds it used, and its code is not used up.
		tag, err := tx.Exec(ctx, `DELETE FROM logins WHERE token_sha256 = $1`, credential.TokenHash(token))
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		if l.Recovery {
			if err := auditAccount(ctx, tx, a.Name, &l.Account, &l.Account, "recovery code used to log in"); err != nil {
				return err
			}
		}
		l.Session, err = startSession(ctx, tx, a.Name, device)
		return err
	})
	if err != nil {
		return Login{}, err
	}
	return l, s.unthrottle(ctx, tries)
}
