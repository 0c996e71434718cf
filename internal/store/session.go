package store

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/credential"
)

// How long a session lasts, in the database's words: from when it was last used, and from when it began.
const (
	sessionIdle  = "12 hours"
	sessionWhole = "14 days"
)

// isLive is the condition under which a row s of sessions is one that can be used.
const isLive = `s.seen_at > now() - interval '` + sessionIdle + `' AND s.started_at > now() - interval '` + sessionWhole + `'`

// A SessionRow is a session as its owner sees it in a list.
type SessionRow struct {
	ID        string // by which it is ended; nobody can use the session with it
	StartedAt time.Time
	SeenAt    time.Time // when it was last used, exact to a minute
	Device    string
}

// SessionID returns by what name a session is listed.
func SessionID(token string) string { return hex.EncodeToString(credential.TokenHash(token)) }

// StartSession begins a session of an account and returns its token: 32 random bytes in URL-safe base 64, of which the
// database keeps the hash alone. device is what its owner may know it by, such as a browser's name; it has at most 100
// characters. The error is [ErrNotFound] for an account that is none or disabled.
func (s *Store) StartSession(ctx context.Context, account, device string) (token string, err error) {
	defer wrap(&err, "StartSession(%q)", account)

	err = pgx.BeginFunc(ctx, s.desk, func(tx pgx.Tx) error {
		token, err = startSession(ctx, tx, account, device)
		return err
	})
	return token, err
}

// sessionKept is how long one that is over is known still, from when it was last used, so that [Store.LeaveDraft] finds whose it
// was.
const sessionKept = "3 days"

// startSession begins a session and takes away those, of anybody, that are over and were not used for days.
func startSession(ctx context.Context, tx pgx.Tx, account, device string) (token string, err error) {
	if _, err := tx.Exec(ctx, `
		DELETE FROM sessions
		WHERE token_sha256 IN (
			SELECT s.token_sha256
			FROM sessions s
			WHERE NOT (`+isLive+`) AND s.seen_at < now() - interval '`+sessionKept+`'
			LIMIT 100
			FOR UPDATE SKIP LOCKED)`); err != nil {
		return "", err
	}
	// The lock makes whoever disables the account wait, and then find the session.
	token = credential.NewToken()
	tag, err := tx.Exec(ctx, `
		INSERT INTO sessions (token_sha256, account, device)
		SELECT $1, name, $3
		FROM accounts
		WHERE name = $2 AND NOT disabled
		FOR SHARE`, credential.TokenHash(token), account, device)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNotFound
	}
	return token, err
}

// Session returns whose a session is and notes that it is used. The error is [ErrNotFound] for a token of none: one that was
// ended, that was not used for 12 hours, that began 14 days ago, or whose account is disabled.
func (s *Store) Session(ctx context.Context, token string) (_ Account, err error) {
	defer wrap(&err, "Session()")

	// Written at most once a minute, so that a page is not a write.
	rows, _ := s.desk.Query(ctx, `
		WITH mine AS (
			SELECT s.token_sha256, s.seen_at, `+accountColumns+`
			FROM sessions s
			JOIN accounts a ON a.name = s.account
			WHERE s.token_sha256 = $1 AND NOT a.disabled AND `+isLive+`
		), seen AS (
			UPDATE sessions SET seen_at = now()
			WHERE token_sha256 = (SELECT token_sha256 FROM mine WHERE seen_at < now() - interval '1 minute')
		)
		SELECT name, role, disabled, letter_keys, has_factor FROM mine`, credential.TokenHash(token))
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Account])
}

// Sessions returns the sessions of an account that can be used, the last used first; at most 100.
func (s *Store) Sessions(ctx context.Context, account string) (_ []SessionRow, err error) {
	defer wrap(&err, "Sessions(%q)", account)

	rows, _ := s.desk.Query(ctx, `
		SELECT encode(s.token_sha256, 'hex') AS id, s.started_at, s.seen_at, s.device
		FROM sessions s
		WHERE s.account = $1 AND `+isLive+`
		ORDER BY s.seen_at DESC, s.token_sha256
		LIMIT $2`, account, pageSize)
	return pgx.CollectRows(rows, pgx.RowToStructByName[SessionRow])
}

// EndSession ends a session; that there is none is no error.
func (s *Store) EndSession(ctx context.Context, token string) (err error) {
	defer wrap(&err, "EndSession()")

	_, err = s.desk.Exec(ctx, `DELETE FROM sessions WHERE token_sha256 = $1`, credential.TokenHash(token))
	return err
}

// EndSessionOf ends one session of an account, by its id in [Store.Sessions]. The error is [ErrNotFound] if the account has
// none of that id.
func (s *Store) EndSessionOf(ctx context.Context, account, id string) (err error) {
	defer wrap(&err, "EndSessionOf(%q)", account)

	hash, err := hex.DecodeString(id)
	if err != nil {
		return ErrNotFound
	}
	tag, err := s.desk.Exec(ctx, `DELETE FROM sessions WHERE account = $1 AND token_sha256 = $2`, account, hash)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNotFound
	}
	return err
}

// EndSessions ends all sessions of an account but the one with the token keep, or all of them if that is "". The error is
// [ErrNotFound] if there is no such account.
func (s *Store) EndSessions(ctx context.Context, account, keep, actor string) (err error) {
	defer wrap(&err, "EndSessions(%q)", account)

	return s.changeAccount(ctx, account, actor, "sessions ended", func(ctx context.Context, tx pgx.Tx, _ *Account) error {
		if keep == "" {
			return endSessions(ctx, tx, account)
		}
		_, err := tx.Exec(ctx, `DELETE FROM sessions WHERE account = $1 AND token_sha256 <> $2`, account, credential.TokenHash(keep))
		return err
	})
}

// endSessions ends all sessions of an account, and the logins that wait for a code.
func endSessions(ctx context.Context, tx pgx.Tx, account string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM sessions WHERE account = $1`, account); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM logins WHERE account = $1`, account)
	return err
}
