package store

import (
	"context"
	"net/netip"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/credential"
)

// linkLasts is how long a link can be used, in the database's words.
const linkLasts = "72 hours"

// MakeLink returns the token of a new link by which an account's owner chooses a password: once, within 72 hours. An older link
// of the account ends. With dropsFactor its use takes away the second factor and the recovery codes too, for one who has lost
// them. The errors are [ErrNotFound] and [ErrDisabled].
func (s *Store) MakeLink(ctx context.Context, name string, dropsFactor bool, actor string) (token string, err error) {
	defer wrap(&err, "MakeLink(%q)", name)

	what := "link made to choose a password"
	if dropsFactor {
		what += " and set up another second factor"
	}
	token = credential.NewToken()
	err = s.changeAccount(ctx, name, actor, what, func(ctx context.Context, tx pgx.Tx, a *Account) error {
		if a.Disabled {
			return ErrDisabled
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO account_links (account, token_sha256, drops_factor)
			VALUES ($1, $2, $3)
			ON CONFLICT (account) DO UPDATE SET token_sha256 = $2, drops_factor = $3, made_at = now()`,
			name, credential.TokenHash(token), dropsFactor)
		return err
	})
	return token, err
}

// LinkAccount returns the account of a link that can still be used, and leaves the link as it is. The error is [ErrNotFound].
func (s *Store) LinkAccount(ctx context.Context, token string) (_ Account, err error) {
	defer wrap(&err, "LinkAccount()")

	rows, _ := s.desk.Query(ctx, `
		SELECT `+accountColumns+`
		FROM accounts a
		JOIN account_links l ON l.account = a.name
		WHERE l.token_sha256 = $1 AND l.made_at > now() - interval '`+linkLasts+`' AND NOT a.disabled`, credential.TokenHash(token))
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Account])
}

// UseLink gives the account of a link the password that its owner has chosen, and ends the link, all sessions and the tokens of
// programs: whoever had them may be why the link was made. The errors are [ErrNotFound] for a link that cannot be used,
// [*credential.Weak], after which it still can, and [*Throttled].
func (s *Store) UseLink(ctx context.Context, token, password string, from netip.Addr) (a Account, err error) {
	defer wrap(&err, "UseLink()")

	a, err = s.LinkAccount(ctx, token)
	if err != nil {
		return Account{}, err
	}
	if err := credential.CheckPassword(password, a.Name); err != nil {
		return Account{}, err
	}
	if err := s.throttle(ctx, limitLink.of("link", network(from))); err != nil {
		return Account{}, err
	}
	hash, err := credential.HashPassword(ctx, password) // before the lock, for it takes long
	if err != nil {
		return Account{}, err
	}
	err = s.changeAccount(ctx, a.Name, a.Name, "link used to choose a password", func(ctx context.Context, tx pgx.Tx, now *Account) error {
		var dropsFactor bool
		err := tx.QueryRow(ctx, `
			DELETE FROM account_links
			WHERE token_sha256 = $1 AND made_at > now() - interval '`+linkLasts+`'
			RETURNING drops_factor`, credential.TokenHash(token)).Scan(&dropsFactor)
		if err != nil {
			return err // none, if another request has used it meanwhile
		}
		if _, err := tx.Exec(ctx, `DELETE FROM account_tokens WHERE account = $1`, now.Name); err != nil {
			return err
		}
		if dropsFactor {
			now.HasFactor = false
			if err := dropFactor(ctx, tx, now.Name); err != nil {
				return err
			}
		}
		if err := setHash(ctx, tx, now.Name, hash); err != nil {
			return err
		}
		a = *now
		return nil
	})
	if err != nil {
		return Account{}, err
	}
	return a, nil
}
