package store

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// markAt is the label of the page or moment that has begun where an anchor x begins; NULL before the first mark, and in a
// capture that has none.
const markAt = `(
			SELECT m.label FROM capture_marks m
			WHERE m.capture = x.capture AND m.start <= x.starts[1]
			ORDER BY m.start DESC
			LIMIT 1)`

// givenByMark holds for a locator of a claim c that a mark gave where the claim stands or once stood. Another one an editor
// has typed.
const givenByMark = `EXISTS (
			SELECT FROM anchors x
			WHERE x.claim = c.code AND x.outcome = 'anchored' AND ` + markAt + ` = c.locator)`

// takeLocator sets the claim's locator to the page or moment in which the passage begins, in a capture that has some. One
// that an editor has typed, other than a mark gave it, stays.
func (e *ClaimEdit) takeLocator(ctx context.Context, tx pgx.Tx) error {
	starts := []int{e.Match[0].Start}
	var label *string
	var given bool
	err := tx.QueryRow(ctx, `
		SELECT (SELECT `+markAt+` FROM (VALUES ($1::bigint, $2::integer[])) AS x (capture, starts)),
			(SELECT `+givenByMark+` FROM (VALUES ($3::text, $4::text)) AS c (code, locator))`,
		e.Capture, starts, e.Claim.Code, e.Claim.Locator).Scan(&label, &given)
	if err == nil && label != nil && (given || strings.TrimSpace(e.Claim.Locator) == "") {
		e.Claim.Locator = *label
	}
	return err
}

// renewLocators gives claims of an article that stand in one of its captures the pages or moments in which they begin there,
// with an entry of the audit log for each that gets another. What an editor has typed stays.
func renewLocators(ctx context.Context, tx pgx.Tx, capture int64, actor, why string) error {
	rows, _ := tx.Query(ctx, `
		SELECT c.code, `+markAt+` AS label
		FROM anchors x
		JOIN claims c ON c.code = x.claim
		WHERE x.capture = $1 AND x.is_current AND `+markAt+` <> c.locator AND (c.locator = '' OR `+givenByMark+`)
		ORDER BY c.code`, capture)
	var codes []narrative.Code
	var labels []string
	var code narrative.Code
	var label string
	_, err := pgx.ForEachRow(rows, []any{&code, &label}, func() error {
		codes, labels = append(codes, code), append(labels, label)
		return nil
	})
	if err != nil {
		return err
	}
	return setLocators(ctx, tx, codes, labels, actor, why)
}

// setLocators gives claims other locators, with an entry of the audit log for each. The codes are in order.
func setLocators(ctx context.Context, tx pgx.Tx, codes []narrative.Code, labels []string, actor, why string) error {
	if len(codes) == 0 {
		return nil
	}
	before, err := deskClaimsOf(ctx, tx, codes)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE claims c SET locator = n.label
		FROM unnest($1::text[], $2::text[]) AS n (code, label)
		WHERE c.code = n.code`, codes, labels)
	if err != nil {
		return err
	}
	changes := make([]Change, len(before))
	for i, c := range before {
		was := logged(c)
		now := was
		now.Locator = labels[slices.Index(codes, c.Code)]
		changes[i].NounKey = NounKey{narrative.KindClaim, string(c.Code)}
		if changes[i].Before, changes[i].After, err = beforeAndAfter(was, now); err != nil {
			return err
		}
	}
	return insertAudit(ctx, tx, actor, strings.TrimSpace(why), changes)
}

// A TypedLocator is a page or moment of a claim that an editor has typed, where the text's own marks give another.
type TypedLocator struct {
	Claim narrative.Code
	Typed string
	Mark  string // of where the claim stands in the latest text
}

// TypedLocators returns the claims of an article that stand in its latest full capture with another page or moment than its
// marks give them, in the order of the text, at most 100.
func (s *Store) TypedLocators(ctx context.Context, article narrative.Slug) (_ []TypedLocator, err error) {
	defer wrap(&err, "TypedLocators(%q)", article)

	rows, _ := s.desk.Query(ctx, `
		SELECT c.code, c.locator, `+markAt+`
		FROM anchors x
		JOIN claims c ON c.code = x.claim
		WHERE x.is_current AND c.locator <> '' AND c.locator <> `+markAt+` AND x.capture = (
			SELECT k.id FROM captures k
			WHERE k.article = $1 AND k.kind = 'full' AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = k.id)
			ORDER BY k.id DESC
			LIMIT 1)
		ORDER BY x.starts, c.code
		LIMIT $2`, article, pageSize)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[TypedLocator])
}
