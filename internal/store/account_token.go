package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/credential"
)

// mostTokens is how many tokens for programs an account may have.
const mostTokens = 20

// ErrManyTokens says that an account has as many tokens as it may have.
var ErrManyTokens = errors.New("the account has as many tokens as it may have")

// A Token is what a program speaks for an account with. Its text is shown when it is made and known to nobody afterwards.
type Token struct {
	ID        int64
	Name      string // what its owner knows it by
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time // nil until it was used; exact to a minute
}

// MakeToken returns the text of a new token with which programs may do for so many days what the account may. The errors are
// [ErrInvalid] for a name that is empty or longer than 60 characters or for no days, [ErrBadText] and [ErrManyTokens].
func (s *Store) MakeToken(ctx context.Context, account, name string, days int) (token string, err error) {
	defer wrap(&err, "MakeToken(%q)", account)

	token = credential.NewToken()
	err = s.changeAccount(ctx, account, account, "token for a program made: "+name, func(ctx context.Context, tx pgx.Tx, _ *Account) error {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM account_tokens WHERE account = $1`, account).Scan(&n); err != nil {
			return err
		}
		if n >= mostTokens {
			return ErrManyTokens
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO account_tokens (account, name, token_sha256, expires_at)
			VALUES ($1, $2, $3, now() + $4 * interval '1 day')`, account, name, credential.TokenHash(token), days)
		return err
	})
	return token, err
}

// Tokens returns the tokens of an account, newest first, those that have expired included.
func (s *Store) Tokens(ctx context.Context, account string) (_ []Token, err error) {
	defer wrap(&err, "Tokens(%q)", account)

	rows, _ := s.desk.Query(ctx, `
		SELECT id, name, created_at, expires_at, used_at
		FROM account_tokens
		WHERE account = $1
		ORDER BY id DESC`, account)
	return pgx.CollectRows(rows, pgx.RowToStructByName[Token])
}

// EndToken ends a token of an account at once. The error is [ErrNotFound] if it has none of that id.
func (s *Store) EndToken(ctx context.Context, account string, id int64) (err error) {
	defer wrap(&err, "EndToken(%q, %d)", account, id)

	return s.changeAccount(ctx, account, account, "token for a program ended", func(ctx context.Context, tx pgx.Tx, _ *Account) error {
		tag, err := tx.Exec(ctx, `DELETE FROM account_tokens WHERE account = $1 AND id = $2`, account, id)
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// TokenAccount returns for whom a program speaks that has sent a token, and notes that the token is used. The error is [ErrNotFound]
// for a token of none: one that was ended or has expired, or whose account is disabled or lacks a second factor that it needs.
func (s *Store) TokenAccount(ctx context.Context, token string) (_ Account, err error) {
	defer wrap(&err, "TokenAccount()")

	// Written at most once a minute, as for a session.
	rows, _ := s.desk.Query(ctx, `
		WITH mine AS (
			SELECT t.id, t.used_at, `+accountColumns+`
			FROM account_tokens t
			JOIN accounts a ON a.name = t.account
			WHERE t.token_sha256 = $1 AND NOT a.disabled AND t.expires_at > now()
		), used AS (
			UPDATE account_tokens SET used_at = now()
			WHERE id = (SELECT id FROM mine WHERE used_at IS NULL OR used_at < now() - interval '1 minute')
		)
		SELECT name, role, disabled, letter_keys, has_factor FROM mine`, credential.TokenHash(token))
	a, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Account])
	if err == nil && a.LacksFactor() {
		return Account{}, ErrNotFound
	}
	return a, err
}
