package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Throttled is the error of a try that comes after too many others. Nothing was checked.
type Throttled struct {
	After time.Duration // how long to wait, at least a second
	House bool          // all together have tried too often, not this one
}

// Error says how long to wait.
func (e *Throttled) Error() string { return fmt.Sprintf("too many tries; the next one in %v", e.After) }

// A limit allows so many tries in so long a time; after that, one more whenever its share of the time has gone by.
type limit struct {
	tries int
	in    time.Duration
}

// What may be tried how often. Wrong passwords are counted by account and address together, so that nobody can shut an editor
// out who is somewhere else; those who try many names from one address meet the address's own limit. A code of six digits is
// counted by account alone: only who has the password can try one.
var (
	limitAccount = limit{5, 15 * time.Minute}
	limitAddress = limit{100, time.Hour}
	limitCode    = limit{10, time.Hour}
	limitLink    = limit{20, time.Hour}
)

// A tried is something that is counted, and how often it may be.
type tried struct {
	limit
	key   []byte
	house bool // all accounts together are counted
}

// of returns what is counted: tries at something, by somebody.
func (l limit) of(what string, by ...string) tried {
	return tried{l, throttleKey(what, by...), false}
}

// ofHouse returns what is counted for all accounts together.
func (l limit) ofHouse(what string) tried { return tried{l, throttleKey(what), true} }

// throttleKey is the hash under which tries are counted.
func throttleKey(what string, by ...string) []byte {
	h := sha256.New()
	for _, part := range append([]string{what}, by...) {
		fmt.Fprintf(h, "%d:%s", len(part), part) // lengths, so that no two lists of parts look alike
	}
	return h.Sum(nil)
}

// network is the part of an address that stands for one household or office: the whole of an IPv4 address, and the first 64
// bits of an IPv6 address, of whose rest its owner may choose any.
func network(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	if !from.IsValid() {
		return "unknown"
	}
	bits := from.BitLen()
	if from.Is6() {
		bits = 64
	}
	prefix, err := from.Prefix(bits)
	if err != nil {
		return "unknown" // not reached: both lengths fit
	}
	return prefix.String()
}

// throttle counts one try of each kind, or, where one of them is used up, none, and returns [*Throttled].
func (s *Store) throttle(ctx context.Context, all ...tried) error {
	return pgx.BeginFunc(ctx, s.desk, func(tx pgx.Tx) error {
		// A crash may lose the last second's tries, so that nobody has to wait for a disk.
		if _, err := tx.Exec(ctx, `SET LOCAL synchronous_commit = off`); err != nil {
			return err
		}
		return throttleIn(ctx, tx, all...)
	})
}

// throttleIn counts one try of each kind in a transaction, which must not go on after an error: [*Throttled] where one of them
// is used up.
func throttleIn(ctx context.Context, tx pgx.Tx, all ...tried) error {
	// What is free again needs no row. A few at a time: whoever tries much clears up after himself.
	if _, err := tx.Exec(ctx, `
		DELETE FROM throttles
		WHERE key IN (SELECT key FROM throttles WHERE free_at < now() LIMIT 100 FOR UPDATE SKIP LOCKED)`); err != nil {
		return err
	}
	for _, t := range all {
		share := t.in / time.Duration(t.tries)
		tag, err := tx.Exec(ctx, `
			INSERT INTO throttles AS t (key, free_at)
			VALUES ($1, clock_timestamp() + $2::interval)
			ON CONFLICT (key) DO UPDATE SET free_at = greatest(t.free_at, clock_timestamp()) + $2::interval
				WHERE greatest(t.free_at, clock_timestamp()) + $2::interval <= clock_timestamp() + $3::interval`, t.key, share, t.in)
		if err != nil {
			return err
		}
		if tag.RowsAffected() > 0 {
			continue
		}
		var wait float64 // seconds
		err = tx.QueryRow(ctx, `
			SELECT extract(epoch FROM free_at + $2::interval - $3::interval - clock_timestamp())::double precision
			FROM throttles
			WHERE key = $1`, t.key, share, t.in).Scan(&wait)
		if err != nil {
			return err
		}
		return &Throttled{time.Duration(max(1, math.Ceil(wait))) * time.Second, t.house}
	}
	return nil
}

// unthrottle forgets the tries of a kind, after one that was right.
func (s *Store) unthrottle(ctx context.Context, t tried) error {
	_, err := s.desk.Exec(ctx, `DELETE FROM throttles WHERE key = $1`, t.key)
	return err
}
