package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// MergeClaims makes one claim of two that are of one article, such as a passage that was tagged twice. Links, points, wholes
// of figures, requests and citations that name the first name the other; stances that the other has not, and links that go
// out from the first, become the other's. The first is taken away; its code leads on for ever. From and Into are codes. The
// errors are [*Unsound], [*StaleClaim] and [ErrNotFound].
func (s *Store) MergeClaims(ctx context.Context, m Merger) (err error) {
	defer wrap(&err, "MergeClaims(%q, %q)", m.From, m.Into)

	m.Kind = narrative.KindClaim
	if m.From == m.Into {
		return m.unsound("into", "is the same; expected another claim that stays")
	}
	err = s.edit(ctx, func(tx pgx.Tx) error {
		from, into, err := m.bothClaims(ctx, tx)
		if err != nil {
			return err
		}
		if from.Article != into.Article {
			return m.unsound("into", "is of another article; claims of one article alone can be merged")
		}
		return m.mergeClaims(ctx, tx, from, into)
	})
	return unsound(err, NounKey{m.Kind, m.Into})
}

// bothClaims locks the two claims in the order of their codes and returns them.
func (m Merger) bothClaims(ctx context.Context, tx pgx.Tx) (from, into Claim, err error) {
	if _, err := tx.Exec(ctx, `SELECT FROM claims WHERE code IN ($1, $2) ORDER BY code FOR UPDATE`, m.From, m.Into); err != nil {
		return from, into, err
	}
	for _, c := range []struct {
		code    string
		version int
		claim   *Claim
	}{{m.From, m.FromVersion, &from}, {m.Into, m.IntoVersion, &into}} {
		if *c.claim, err = loadClaim(ctx, tx, narrative.Code(c.code)); err != nil {
			return from, into, err
		}
		if c.claim.Version != c.version {
			return from, into, &StaleClaim{*c.claim}
		}
	}
	return from, into, nil
}

func (m Merger) mergeClaims(ctx context.Context, tx pgx.Tx, from, into Claim) error {
	moved, err := m.used(ctx, tx)
	if err != nil {
		return err
	}
	if err := touch(ctx, tx, NounKey{m.Kind, m.From}); err != nil {
		return err
	}
	var b pgx.Batch
	// The stances of the first that the other has not, behind its own.
	b.Queue(`
		INSERT INTO stances (claim, fact, aspect, ordinal, position, mode, period)
		SELECT $2, s.fact, s.aspect, s.ordinal + (SELECT count(*) FROM stances WHERE claim = $2), s.position, s.mode, s.period
		FROM stances s
		WHERE s.claim = $1 AND NOT EXISTS (SELECT FROM stances x WHERE x.claim = $2 AND x.fact = s.fact AND x.aspect = s.aspect)`, m.From, m.Into)
	// Links between the two say nothing any more, and none is kept twice.
	b.Queue(`DELETE FROM counters WHERE claim IN ($1, $2) AND other IN ($1, $2)`, m.From, m.Into)
	b.Queue(`
		DELETE FROM counters c
		WHERE c.other = $1 AND EXISTS (
			SELECT FROM counters x WHERE x.other = $2 AND x.claim = c.claim AND x.fact = c.fact AND x.relation = c.relation)`, m.From, m.Into)
	b.Queue(`
		INSERT INTO counters (claim, ordinal, other, fact, relation, difference, why)
		SELECT $2, c.ordinal + (SELECT coalesce(max(ordinal), 0) FROM counters WHERE claim = $2), c.other, c.fact, c.relation, c.difference, c.why
		FROM counters c
		WHERE c.claim = $1
		ON CONFLICT ON CONSTRAINT counters_once DO NOTHING`, m.From, m.Into)
	b.Queue(`UPDATE figures SET part_of = NULL WHERE claim = $2 AND part_of = $1 OR claim = $1 AND part_of = $2`, m.From, m.Into)
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return err
	}
	if err := m.move(ctx, tx); err != nil {
		return err
	}
	if err := remark(ctx, tx, NounKey{m.Kind, m.From}, NounKey{m.Kind, m.Into}); err != nil {
		return err
	}
	b = pgx.Batch{}
	b.Queue(`DELETE FROM anchors WHERE claim = $1`, m.From)
	b.Queue(`DELETE FROM claims WHERE code = $1`, m.From)
	b.Queue(`UPDATE claims SET version = version WHERE code = $1`, m.Into)
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return err
	}
	if err := m.leadOn(ctx, tx); err != nil {
		return err
	}
	after, err := loadClaim(ctx, tx, into.Code)
	if err != nil {
		return err
	}
	return m.audit(ctx, tx, from.Claim, into.Claim, after.Claim, moved)
}
