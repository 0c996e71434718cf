package store

import (
	"context"
	"time"

	"counterclaim/internal/credential"
)

// A Cost is a kind of work that is worth counting: it takes much of the machine's time, or asks something of other servers.
type Cost string

// The costs that are counted. The texts are part of what is kept, so that they stay as they are.
const (
	CostFetch   Cost = "fetch"    // asking another server for an address or a feed, because somebody wants it now
	CostPDF     Cost = "pdf"      // reading a PDF
	CostReprint Cost = "reprints" // looking for texts that have words in common with one
)

// costLimits say how often work may be done: for one account, and by the whole house. Nobody who reads what he brings in comes
// near to his own; those of the house are what a server can do besides its other work, and what other sites bear.
var costLimits = map[Cost]struct{ account, house limit }{
	CostFetch:   {limit{60, time.Hour}, limit{600, time.Hour}},
	CostPDF:     {limit{30, time.Hour}, limit{120, time.Hour}},
	CostReprint: {limit{600, time.Hour}, limit{6000, time.Hour}},
}

// What a program may ask of the desk with one token. Claims that are tagged by hand are not counted.
var (
	limitReads  = limit{3000, 10 * time.Minute}
	limitWrites = limit{600, 10 * time.Minute}
)

// Spend counts work that an account is about to ask for. It is called before the work, and not inside of [Store.Do]. The error
// is [*Throttled] where the account, or all accounts together, have asked for too much of it; then nothing was counted.
func (s *Store) Spend(ctx context.Context, c Cost, account string) (err error) {
	defer wrap(&err, "Spend(%q, %q)", c, account)

	limits := costLimits[c]
	return s.throttle(ctx, limits.account.of("cost "+string(c), account), limits.house.ofHouse("cost "+string(c)))
}

// SpendToken counts a request that a program makes with a token, one that writes apart from one that reads. The error is
// [*Throttled].
func (s *Store) SpendToken(ctx context.Context, token string, writes bool) (err error) {
	defer wrap(&err, "SpendToken()")

	hash := string(credential.TokenHash(token))
	if writes {
		return s.throttle(ctx, limitWrites.of("token writes", hash))
	}
	return s.throttle(ctx, limitReads.of("token reads", hash))
}
