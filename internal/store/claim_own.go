package store

import (
	"context"
	"errors"
	"fmt"

	"counterclaim/internal/narrative"
)

// ErrNotOwn is the error of a contributor who would change a claim that somebody else has made. Nothing was changed.
var ErrNotOwn = errors.New("somebody else's claim")

// MayChange reports whether an account may change a claim itself. A contributor may if it made the claim: if it is the first
// actor of the claim's log, which a restoration and a merger leave as it is. From editor on every claim may be changed.
func (s *Store) MayChange(ctx context.Context, account string, code narrative.Code) (may bool, err error) {
	defer wrap(&err, "MayChange(%q, %q)", account, code)

	n, err := changeable(ctx, s.desk, account, code)
	return n > 0, err
}

// changeable counts which of some claims an actor may change. An actor without an account is a program of the operator's.
func changeable(ctx context.Context, q querier, actor string, codes ...narrative.Code) (n int, err error) {
	err = q.QueryRow(ctx, `
		SELECT count(*)
		FROM unnest($2::text[]) AS asked (code)
		WHERE NOT EXISTS (SELECT FROM accounts WHERE name = $1 AND role NOT IN ('editor', 'reviewer', 'admin'))
			OR $1 = (SELECT l.actor FROM audit_log l WHERE l.kind = 'claim' AND l.key = asked.code ORDER BY l.id LIMIT 1)`,
		actor, codes).Scan(&n)
	return n, err
}

// ownClaims refuses an actor any of some claims that it may not change.
func ownClaims(ctx context.Context, q querier, actor string, codes ...narrative.Code) error {
	n, err := changeable(ctx, q, actor, codes...)
	if err == nil && n < len(codes) {
		err = fmt.Errorf("%w: %v", ErrNotOwn, codes)
	}
	return err
}

// ownOne refuses an actor claims of which it may change none.
func ownOne(ctx context.Context, q querier, actor string, codes ...narrative.Code) error {
	n, err := changeable(ctx, q, actor, codes...)
	if err == nil && n == 0 {
		err = fmt.Errorf("%w: %v", ErrNotOwn, codes)
	}
	return err
}
