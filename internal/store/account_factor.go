package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/credential"
)

// BeginFactor makes a secret for an account's second factor, to be shown to its owner and confirmed by [Store.ConfirmFactor]. Until
// then the old second factor stays, if there is one. The error is [ErrNotFound].
func (s *Store) BeginFactor(ctx context.Context, name string) (err error) {
	defer wrap(&err, "BeginFactor(%q)", name)

	tag, err := s.desk.Exec(ctx, `UPDATE accounts SET pending_factor = $2 WHERE name = $1`, name, credential.NewFactor())
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNotFound
	}
	return err
}

// PendingFactor returns the secret that was begun and not confirmed, in base 32; "" if there is none. The error is [ErrNotFound] for
// no account.
func (s *Store) PendingFactor(ctx context.Context, name string) (secret string, err error) {
	defer wrap(&err, "PendingFactor(%q)", name)

	err = s.desk.QueryRow(ctx, `SELECT pending_factor FROM accounts WHERE name = $1`, name).Scan(&secret)
	return secret, err
}

// ConfirmFactor makes the secret that was begun an account's second factor, if code is one that it gives at the time, and ends all
// sessions of the account. It returns new recovery codes, which can never be shown again. The error is [ErrWrong] for a wrong code or
// if nothing was begun.
func (s *Store) ConfirmFactor(ctx context.Context, name, code string, at time.Time) (codes []string, err error) {
	defer wrap(&err, "ConfirmFactor(%q)", name)

	err = s.changeAccount(ctx, name, name, "second factor set up", func(ctx context.Context, tx pgx.Tx, a *Account) error {
		var secret string
		if err := tx.QueryRow(ctx, `SELECT pending_factor FROM accounts WHERE name = $1`, name).Scan(&secret); err != nil {
			return err
		}
		step, ok := credential.FactorStep(secret, code, at, 0)
		if !ok {
			return ErrWrong
		}
		a.HasFactor = true
		if _, err := tx.Exec(ctx, `
			UPDATE accounts SET factor = pending_factor, pending_factor = '', factor_step = $2
			WHERE name = $1`, name, step); err != nil {
			return err
		}
		if codes, err = writeRecoveryCodes(ctx, tx, name); err != nil {
			return err
		}
		return endSessions(ctx, tx, name)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// RenewRecoveryCodes ends an account's recovery codes and returns new ones, which can never be shown again. The error is
// [ErrNotFound] for no account, and [ErrInvalid] for one without a second factor, which needs none.
func (s *Store) RenewRecoveryCodes(ctx context.Context, name string) (codes []string, err error) {
	defer wrap(&err, "RenewRecoveryCodes(%q)", name)

	err = s.changeAccount(ctx, name, name, "recovery codes made anew", func(ctx context.Context, tx pgx.Tx, a *Account) error {
		if !a.HasFactor {
			return ErrInvalid
		}
		codes, err = writeRecoveryCodes(ctx, tx, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// RecoveryCodesLeft returns how many recovery codes of an account are still good.
func (s *Store) RecoveryCodesLeft(ctx context.Context, name string) (n int, err error) {
	defer wrap(&err, "RecoveryCodesLeft(%q)", name)

	err = s.desk.QueryRow(ctx, `SELECT count(*) FROM recovery_codes WHERE account = $1`, name).Scan(&n)
	return n, err
}

// writeRecoveryCodes puts new codes in the place of an account's old ones.
func writeRecoveryCodes(ctx context.Context, tx pgx.Tx, name string) ([]string, error) {
	codes := credential.NewRecoveryCodes()
	hashes := make([][]byte, len(codes))
	for i, c := range codes {
		hashes[i], _ = credential.RecoveryHash(c) // it is one
	}
	if _, err := tx.Exec(ctx, `DELETE FROM recovery_codes WHERE account = $1`, name); err != nil {
		return nil, err
	}
	_, err := tx.Exec(ctx, `INSERT INTO recovery_codes (account, code_sha256) SELECT $1, unnest($2::bytea[])`, name, hashes)
	return codes, err
}

// useFactor checks a code of an account's second factor, or one of its recovery codes, and uses it up. The account is locked. It
// reports whether it was a recovery code. The error is [ErrWrong].
func useFactor(ctx context.Context, tx pgx.Tx, name, code string, at time.Time) (recovery bool, err error) {
	if hash, ok := credential.RecoveryHash(code); ok {
		tag, err := tx.Exec(ctx, `DELETE FROM recovery_codes WHERE account = $1 AND code_sha256 = $2`, name, hash)
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrWrong
		}
		return true, err
	}
	var secret string
	var last int64
	if err := tx.QueryRow(ctx, `SELECT factor, factor_step FROM accounts WHERE name = $1`, name).Scan(&secret, &last); err != nil {
		return false, err
	}
	step, ok := credential.FactorStep(secret, code, at, last)
	if !ok {
		return false, ErrWrong
	}
	_, err = tx.Exec(ctx, `UPDATE accounts SET factor_step = $2 WHERE name = $1`, name, step)
	return false, err
}

// dropFactor takes an account's second factor away, with its recovery codes.
func dropFactor(ctx context.Context, tx pgx.Tx, name string) error {
	if _, err := tx.Exec(ctx, `UPDATE accounts SET factor = '', pending_factor = '', factor_step = 0 WHERE name = $1`, name); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM recovery_codes WHERE account = $1`, name)
	return err
}
