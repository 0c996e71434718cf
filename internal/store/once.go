package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ErrKeyUsed says that a key was sent with another request before.
var ErrKeyUsed = errors.New("the key was sent with another request before")

// A Once names something that a program asks for and that is to be done once, however often it is asked for.
type Once struct {
	Account string // that asks
	Key     string // that the program has made, 1 to 128 characters
	Request [sha256.Size]byte
}

// answersLast is how long first answers are kept, in the database's words.
const answersLast = "24 hours"

// FirstAnswer returns the answer that was given to a request before, and whether there is one. The error is [ErrKeyUsed] if
// the key was sent with another request.
func (s *Store) FirstAnswer(ctx context.Context, o Once) (answer []byte, ok bool, err error) {
	defer wrap(&err, "FirstAnswer(%q)", o.Account)
	return firstAnswer(ctx, s.desk, o)
}

func firstAnswer(ctx context.Context, q querier, o Once) (answer []byte, ok bool, err error) {
	var request []byte
	err = q.QueryRow(ctx, `
		SELECT request_sha256, answer
		FROM api_keys
		WHERE account = $1 AND key = $2 AND made_at > now() - interval '`+answersLast+`'`, o.Account, o.Key).Scan(&request, &answer)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	case !bytes.Equal(request, o.Request[:]):
		return nil, false, ErrKeyUsed
	}
	return answer, true, nil
}

// Do does work that is to be done once and keeps its answer, in one transaction: either both are there or neither. Saves and
// publications that the work asks for with the context that it is given are part of that transaction; it must ask for
// nothing else of the store, which would wait for a second connection. Of two that send the same key at once, one waits. If
// it was done before, the answer is the first one. The errors are [ErrKeyUsed] and those of the work, of which nothing stays.
func (s *Store) Do(ctx context.Context, o Once, work func(ctx context.Context) (answer []byte, err error)) (answer []byte, err error) {
	defer wrap(&err, "Do(%q)", o.Account)

	err = pgx.BeginFunc(ctx, s.desk, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '5s'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('counterclaim.api_keys'), hashtext($1 || ' ' || $2))`, o.Account, o.Key); err != nil {
			return err
		}
		var done bool
		if answer, done, err = firstAnswer(ctx, tx, o); err != nil || done {
			return err
		}
		if answer, err = work(context.WithValue(ctx, transaction{}, tx)); err != nil {
			return err
		}
		return keepAnswer(ctx, tx, o, answer)
	})
	return answer, err
}

// keepAnswer keeps a first answer and takes away those, of anybody, that are too old.
func keepAnswer(ctx context.Context, tx pgx.Tx, o Once, answer []byte) error {
	if _, err := tx.Exec(ctx, `
		DELETE FROM api_keys
		WHERE (account, key) IN (SELECT account, key FROM api_keys WHERE made_at < now() - interval '`+answersLast+`' LIMIT 100 FOR UPDATE SKIP LOCKED)`); err != nil {
		return fmt.Errorf("old answers: %w", err)
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO api_keys (account, key, request_sha256, answer)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (account, key) DO UPDATE SET request_sha256 = excluded.request_sha256, answer = excluded.answer, made_at = now()`,
		o.Account, o.Key, o.Request[:], answer)
	return err
}

// transaction is the key under which a context holds the transaction that work is a part of.
type transaction struct{}

// begin runs work in a transaction of the desk's or, inside [Store.Do], in a part of that one. Rules that the database looks
// at when a transaction ends are looked at when the part does.
func (s *Store) begin(ctx context.Context, work func(tx pgx.Tx) error) error {
	whole, ok := ctx.Value(transaction{}).(pgx.Tx)
	if !ok {
		return pgx.BeginFunc(ctx, s.desk, work)
	}
	return pgx.BeginFunc(ctx, whole, func(tx pgx.Tx) error {
		if err := work(tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`)
		return err
	})
}
