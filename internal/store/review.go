package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A Review is how far a second pair of eyes has looked at something of a fact, as it would be published now.
type Review struct {
	edition.ReviewItem
	Stands   bool      // in the latest edition as it is, so that nobody need look again
	Due      bool      // somebody else than Author is to look at it before it is published
	Author   string    // who has changed it last, by the audit log; "" if that is not known
	SignedBy string    // who has looked at it, "" if nobody has
	SignedAt time.Time // zero if nobody has
	Note     string    // of whoever has
}

// A SignOff says that somebody has looked at something that another has written.
type SignOff struct {
	Fact  narrative.Slug
	Items map[string]edition.Hash // fingerprints of what was looked at, by [edition.ReviewItem.Key]; at least one
	Actor string                  // an account's name
	Note  string                  // may be ""
}

// SignOff enters that somebody has looked at things of a fact, all or none, with an entry of the audit log for each. What he
// has changed last himself he cannot sign. The errors are [*Outdated] for what is not as he saw it, [*Unsound] for what is
// his own, and [ErrNotFound].
func (s *Store) SignOff(ctx context.Context, o SignOff) (err error) {
	defer wrap(&err, "SignOff(%q, %d items)", o.Fact, len(o.Items))

	return s.edit(ctx, func(tx pgx.Tx) error {
		found, err := lockFacts(ctx, tx, []narrative.Slug{o.Fact})
		if err != nil {
			return err
		}
		_, drafts, err := draftAll(ctx, tx, found)
		if err != nil {
			return err
		}
		if err := reviewAll(ctx, tx, drafts); err != nil {
			return err
		}
		var signed []Review
		var own []narrative.Problem
		left := len(o.Items)
		for _, r := range drafts[0].review {
			seen, asked := o.Items[r.Key]
			switch {
			case !asked:
				continue
			case seen != r.Fingerprint:
				return &Outdated{[]narrative.Slug{o.Fact}}
			case r.Author == o.Actor:
				own = append(own, narrative.Problem{
					Kind: narrative.KindFact, Key: string(o.Fact), Path: r.Key, Message: "you wrote this yourself: " + r.Text.String(),
				})
			case r.Due:
				signed = append(signed, r)
			}
			left--
		}
		switch {
		case left > 0:
			return &Outdated{[]narrative.Slug{o.Fact}}
		case len(own) > 0:
			return &Unsound{own}
		}
		if err := insertReviews(ctx, tx, o.Fact, o.Actor, o.Note, false, signed); err != nil {
			return err
		}
		var b pgx.Batch
		for _, r := range signed {
			b.Queue(`
				INSERT INTO audit_log (actor, kind, key, action, after, why)
				VALUES ($1, 'fact', $2, 'review', $3, $4)`, o.Actor, o.Fact, r.Key+": "+r.Text.String(), o.Note)
		}
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		return keepAsking(ctx, tx, o.Fact, slices.DeleteFunc(slices.Clone(drafts[0].review), func(r Review) bool {
			return slices.ContainsFunc(signed, func(done Review) bool { return done.Key == r.Key })
		}))
	})
}

// insertReviews enters that an account has looked at things of a fact, or that they are published though nobody else has.
func insertReviews(ctx context.Context, tx pgx.Tx, fact narrative.Slug, actor, note string, waived bool, list []Review) error {
	var b pgx.Batch
	for _, r := range list {
		b.Queue(`
			INSERT INTO reviews (fact, item, fingerprint, waived, reviewer, note)
			VALUES ($1, $2, $3, $4, $5, $6)`, fact, r.Key, r.Fingerprint[:], waived, actor, note)
	}
	return tx.SendBatch(ctx, &b).Close()
}

// reviewAll says in the drafts what a second pair of eyes looks at, and who has.
func reviewAll(ctx context.Context, tx pgx.Tx, drafts []draft) error {
	known, err := loadReviews(ctx, tx, drafts)
	if err != nil {
		return err
	}
	for i := range drafts {
		d := &drafts[i]
		d.review = nil
		stands := map[string]edition.Hash{}
		if d.last != nil && !d.Erased {
			for _, item := range d.last.Content.ReviewItems() {
				stands[item.Key] = item.Fingerprint
			}
		}
		if d.content.Key == "" { // it could not be compiled
			continue
		}
		for _, item := range d.content.ReviewItems() {
			r := Review{ReviewItem: item}
			row := known[reviewKey{d.Slug, item.Key, item.Fingerprint}]
			r.Stands = stands[item.Key] == item.Fingerprint && !row.waived
			r.SignedBy, r.SignedAt, r.Note = row.by, row.at, row.note
			r.Due = !r.Stands && r.SignedBy == ""
			d.review = append(d.review, r)
		}
	}
	return findAuthors(ctx, tx, drafts)
}

type reviewKey struct {
	fact        narrative.Slug
	item        string
	fingerprint edition.Hash
}

// A reviewRow is what is entered of an item.
type reviewRow struct {
	waived bool // and not signed since
	by     string
	at     time.Time
	note   string
}

func loadReviews(ctx context.Context, tx pgx.Tx, drafts []draft) (map[reviewKey]reviewRow, error) {
	slugs := make([]narrative.Slug, len(drafts))
	for i, d := range drafts {
		slugs[i] = d.Slug
	}
	rows, _ := tx.Query(ctx, `
		SELECT DISTINCT ON (fact, item, fingerprint) fact, item, fingerprint, waived, reviewer, reviewed_at, note
		FROM reviews
		WHERE fact = ANY ($1)
		ORDER BY fact, item, fingerprint, waived, id DESC`, slugs)
	known := map[reviewKey]reviewRow{}
	var key reviewKey
	var fingerprint []byte
	var row reviewRow
	_, err := pgx.ForEachRow(rows, []any{&key.fact, &key.item, &fingerprint, &row.waived, &row.by, &row.at, &row.note}, func() error {
		copy(key.fingerprint[:], fingerprint)
		if row.waived {
			known[key] = reviewRow{waived: true}
		} else {
			known[key] = row
		}
		return nil
	})
	return known, err
}

// mostChanges is how many of a noun's latest changes are looked through for who wrote something in it.
const mostChanges = 200

// findAuthors finds who has changed each item last that somebody is still to look at.
func findAuthors(ctx context.Context, tx pgx.Tx, drafts []draft) error {
	var facts, claims []string
	for _, d := range drafts {
		for _, r := range d.review {
			switch {
			case !r.Due:
			case r.Claim != "":
				claims = append(claims, string(r.Claim))
			case !slices.Contains(facts, string(d.Slug)):
				facts = append(facts, string(d.Slug))
			}
		}
	}
	if len(facts)+len(claims) == 0 {
		return nil
	}
	rows, _ := tx.Query(ctx, `
		SELECT kind, key, actor, before, after
		FROM (
			SELECT wanted.kind, wanted.key, a.id, a.actor, a.before, a.after,
				row_number() OVER (PARTITION BY wanted.kind, wanted.key ORDER BY a.id DESC) AS place
			FROM (SELECT 'fact' AS kind, unnest($1::text[]) AS key UNION SELECT 'claim', unnest($2::text[])) AS wanted
			JOIN names n ON n.kind = wanted.kind AND wanted.key IN (n.name, n.target)
			JOIN audit_log a ON a.kind = n.kind AND a.key = n.name
			WHERE a.action IN ('create', 'change', 'rename', 'merge', 'restore')) AS latest
		WHERE place <= $3
		ORDER BY id DESC`, nonNil(facts), nonNil(claims), mostChanges)
	type change struct{ Kind, Key, Actor, Before, After string }
	changes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[change])
	if err != nil {
		return err
	}
	of := map[NounKey][]Change{}
	actors := map[NounKey][]string{}
	for _, c := range changes {
		key := NounKey{narrative.Kind(c.Kind), c.Key}
		of[key] = append(of[key], Change{key, c.Before, c.After})
		actors[key] = append(actors[key], c.Actor)
	}
	for _, d := range drafts {
		for i := range d.review {
			r := &d.review[i]
			key := NounKey{narrative.KindFact, string(d.Slug)}
			if r.Claim != "" {
				key = NounKey{narrative.KindClaim, string(r.Claim)}
			}
			if !r.Due {
				continue
			}
			if at := slices.IndexFunc(of[key], func(c Change) bool { return changesItem(c, d.Slug, r.ReviewItem) }); at >= 0 {
				r.Author = actors[key][at]
			}
		}
	}
	return nil
}

// changesItem reports whether a change of a noun, as the audit log has it, is a change of an item. What cannot be read, such as an
// import's, may be.
func changesItem(c Change, fact narrative.Slug, item edition.ReviewItem) bool {
	if c.Before == "" {
		return true
	}
	if item.Claim != "" {
		var before, after narrative.Claim
		if json.Unmarshal([]byte(c.Before), &before) != nil || json.Unmarshal([]byte(c.After), &after) != nil {
			return true
		}
		return inClaim(before, fact, item) != inClaim(after, fact, item)
	}
	var before, after narrative.Fact
	if json.Unmarshal([]byte(c.Before), &before) != nil || json.Unmarshal([]byte(c.After), &after) != nil {
		return true
	}
	return inFact(before, item) != inFact(after, item)
}

// inClaim returns what a claim says of an item, as one text.
func inClaim(c narrative.Claim, fact narrative.Slug, item edition.ReviewItem) string {
	said := strings.Join(c.Words, "\x00")
	if item.Kind == edition.ReviewCounter {
		for _, k := range c.Counters {
			if k.To == item.Other && k.Fact == fact && k.Relation == narrative.Contradicts {
				said += fmt.Sprintf("\x00%s\x00%s", k.Difference, k.Why)
			}
		}
		return said
	}
	for _, s := range c.Stances {
		if s.Fact == fact && s.Aspect == item.Aspect {
			said += fmt.Sprintf("\x00%s\x00%s\x00%s", s.Position, s.Mode, s.Period)
		}
	}
	return said
}

// inFact returns what a fact says of an item, as one text.
func inFact(f narrative.Fact, item edition.ReviewItem) string {
	switch item.Kind {
	case edition.ReviewQuestion:
		if item.Aspect == "" {
			return string(f.Question)
		}
		for _, a := range f.Aspects {
			if a.Slug == item.Aspect {
				return string(a.Question)
			}
		}
	case edition.ReviewLabel:
		for _, p := range f.PositionsOf(item.Aspect) {
			if strings.HasSuffix(item.Key, "/"+string(p.Slug)) {
				return string(p.Label)
			}
		}
	case edition.ReviewPoint:
		var said strings.Builder
		for _, p := range f.Points {
			if p.Kind == narrative.SaidByBoth {
				said.WriteString(fmt.Sprintf("%s\x00%s\x00%v\x00", p.Text, p.Period, p.Claims))
			}
		}
		return said.String()
	}
	return ""
}
