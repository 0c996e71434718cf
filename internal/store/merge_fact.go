package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// FactPlaces say where what stands on one fact goes on another.
type FactPlaces struct {
	// Aspects has for each aspect of the fact that goes, "" for the fact itself, the aspect of the one that stays. An aspect
	// that is missing here is added to the one that stays, with all its positions.
	Aspects map[narrative.Slug]narrative.Slug
	// Positions has for positions of aspects that are not added the position of the aspect that they go to. One that is
	// missing here is added.
	Positions map[PositionPlace]narrative.Slug
	// Periods has for each period the one of the fact that stays; what was said in one that is missing here is said in none.
	Periods map[narrative.Slug]narrative.Slug
}

// A PositionPlace is a position of an aspect, "" for the fact itself.
type PositionPlace struct{ Aspect, Position narrative.Slug }

// mergeFacts makes one fact of two. A fact without editions is taken away; one that is on the lists gets a further
// edition that says where it goes on, and stays at the desk, retired and with nothing on it.
func mergeFacts(ctx context.Context, tx pgx.Tx, m Merger, from, into Noun) error {
	gone, stays := from.Doc.(narrative.Fact), into.Doc.(narrative.Fact)
	joined, places, err := m.joinFacts(gone, stays)
	if err != nil {
		return err
	}
	moved, err := m.used(ctx, tx)
	if err != nil {
		return err
	}
	if err := touch(ctx, tx, from.NounKey); err != nil {
		return err
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(withoutPoints(joined))}); err != nil {
		return err
	}
	if err := m.moveStances(ctx, tx, places); err != nil {
		return err
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(joined)}); err != nil {
		return err
	}
	if err := check(ctx, tx, joined, stays); err != nil {
		return err
	}
	if err := m.endFact(ctx, tx, gone); err != nil {
		return err
	}
	return m.audit(ctx, tx, gone, stays, joined, moved)
}

// withoutPoints returns a fact without its points, which need stances that are still to come, and without requests, which
// may name claims of those.
func withoutPoints(f narrative.Fact) narrative.Fact {
	f.Points, f.Requests = nil, nil
	return f
}

// A factPlace is where the stances of an aspect of the fact that goes find their place.
type factPlace struct {
	aspect, to narrative.Slug
	positions  map[narrative.Slug]narrative.Slug
}

// joinFacts returns the fact that stays with all that it gains, and where each aspect and position goes.
func (m Merger) joinFacts(gone, stays narrative.Fact) (narrative.Fact, []factPlace, error) {
	joined := stays
	joined.Positions = slices.Clone(stays.Positions)
	joined.Aspects = slices.Clone(stays.Aspects)
	var places []factPlace
	for _, a := range append([]narrative.Aspect{{Positions: gone.Positions}}, gone.Aspects...) {
		to, mapped := m.Places.Aspects[a.Slug]
		place := factPlace{aspect: a.Slug, positions: map[narrative.Slug]narrative.Slug{}}
		switch {
		case a.Slug == "" && !mapped:
			place.to = ""
		case !mapped:
			place.to = freeAmong(a.Slug, joined.Aspects, func(a narrative.Aspect) narrative.Slug { return a.Slug })
			joined.Aspects = append(joined.Aspects, narrative.Aspect{Slug: place.to, Question: a.Question})
		default:
			if _, known := stays.AspectOf(to); !known && to != "" {
				return joined, nil, m.unsound("aspect:"+string(a.Slug), "%q is no aspect of the fact %s", to, stays.Slug)
			}
			place.to = to
		}
		if err := m.joinPositions(&joined, stays, a, &place); err != nil {
			return joined, nil, err
		}
		places = append(places, place)
	}
	joined.Points = slices.Clone(stays.Points)
	for _, p := range gone.Points {
		p.Period = m.Places.Periods[p.Period]
		joined.Points = append(joined.Points, p)
	}
	joined.Gaps = union(stays.Gaps, gone.Gaps, narrative.Gap{})
	joined.Requests = union(stays.Requests, gone.Requests, narrative.Request{})
	for from, to := range m.Places.Periods {
		if _, known := stays.PeriodOf(to); !known {
			return joined, nil, m.unsound("period:"+string(from), "%q is no period of the fact %s", to, stays.Slug)
		}
	}
	return joined, places, nil
}

// joinPositions gives the positions of an aspect their places, and adds those that have none.
func (m Merger) joinPositions(joined *narrative.Fact, stays narrative.Fact, a narrative.Aspect, place *factPlace) error {
	list := &joined.Positions
	if place.to != "" {
		i := slices.IndexFunc(joined.Aspects, func(b narrative.Aspect) bool { return b.Slug == place.to })
		list = &joined.Aspects[i].Positions
		*list = slices.Clone(*list)
	}
	for _, p := range a.Positions {
		to, mapped := m.Places.Positions[PositionPlace{a.Slug, p.Slug}]
		if !mapped {
			to = freeAmong(p.Slug, *list, func(p narrative.Position) narrative.Slug { return p.Slug })
			*list = append(*list, narrative.Position{Slug: to, Label: p.Label})
		} else if !slices.ContainsFunc(stays.PositionsOf(place.to), func(q narrative.Position) bool { return q.Slug == to }) {
			return m.unsound("position:"+string(a.Slug)+"/"+string(p.Slug), "%q is no position of the aspect that it goes to", to)
		}
		place.positions[p.Slug] = to
	}
	return nil
}

// moveStances moves what hangs on the one fact to the other: stances by aspect and position, links, readings and records. A
// claim that has a stance on the same aspect of both keeps that on the one that stays.
func (m Merger) moveStances(ctx context.Context, tx pgx.Tx, places []factPlace) error {
	var b pgx.Batch
	b.Queue(`
		DELETE FROM counters c
		WHERE c.fact = $1 AND EXISTS (
			SELECT FROM counters x WHERE x.fact = $2 AND x.claim = c.claim AND x.other = c.other AND x.relation = c.relation)`, m.From, m.Into)
	b.Queue(`DELETE FROM readings r WHERE r.fact = $1 AND EXISTS (SELECT FROM readings x WHERE x.fact = $2 AND x.article = r.article)`, m.From, m.Into)
	b.Queue(`UPDATE readings SET fact = $2 WHERE fact = $1`, m.From, m.Into)
	for _, p := range places {
		var from, to []narrative.Slug
		for position, into := range p.positions {
			from, to = append(from, position), append(to, into)
		}
		var fromPeriods, toPeriods []narrative.Slug
		for period, into := range m.Places.Periods {
			fromPeriods, toPeriods = append(fromPeriods, period), append(toPeriods, into)
		}
		b.Queue(`
			INSERT INTO stances (claim, fact, aspect, ordinal, position, mode, period)
			SELECT s.claim, $2, $4, s.ordinal,
				(SELECT x.goes FROM unnest($5::text[], $6::text[]) AS x (position, goes) WHERE x.position = s.position), s.mode,
				(SELECT x.goes FROM unnest($7::text[], $8::text[]) AS x (period, goes) WHERE x.period = s.period)
			FROM stances s
			WHERE s.fact = $1 AND s.aspect = $3
			ON CONFLICT (claim, fact, aspect) DO NOTHING`,
			m.From, m.Into, p.aspect, p.to, nonNil(from), nonNil(to), nonNil(fromPeriods), nonNil(toPeriods))
		b.Queue(`
			DELETE FROM bearings r
			WHERE r.fact = $1 AND r.aspect = $3 AND EXISTS (SELECT FROM bearings x WHERE x.record = r.record AND x.fact = $2 AND x.aspect = $4)`,
			m.From, m.Into, p.aspect, p.to)
		b.Queue(`UPDATE bearings SET fact = $2, aspect = $4 WHERE fact = $1 AND aspect = $3`, m.From, m.Into, p.aspect, p.to)
	}
	b.Queue(`UPDATE counters SET fact = $2 WHERE fact = $1`, m.From, m.Into)
	// A complaint that ended in an edition stays with that.
	b.Queue(`UPDATE complaints SET fact = $2 WHERE fact = $1 AND edition IS NULL`, m.From, m.Into)
	b.Queue(`DELETE FROM stances WHERE fact = $1`, m.From)
	return tx.SendBatch(ctx, &b).Close()
}

// endFact takes the fact away that goes. One of which there are editions, public or of the newsroom, stays, retired.
func (m Merger) endFact(ctx context.Context, tx pgx.Tx, gone narrative.Fact) error {
	var published, kept bool
	if err := tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM editions e WHERE e.fact = f.id), EXISTS (SELECT FROM newsroom_editions n WHERE n.fact = f.id)
		FROM facts f
		WHERE f.slug = $1`, m.From).Scan(&published, &kept); err != nil {
		return err
	}
	if !published && !kept {
		if _, err := tx.Exec(ctx, `DELETE FROM facts WHERE slug = $1`, m.From); err != nil {
			return err
		}
		return m.leadOn(ctx, tx)
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(withoutPoints(gone))}); err != nil {
		return err
	}
	if err := setRetired(ctx, tx, Fating{NounKey: NounKey{m.Kind, m.From}, Actor: m.Actor, Why: m.Why}, true); err != nil {
		return err
	}
	if !published {
		return nil
	}
	if strings.TrimSpace(m.Why) == "" {
		return ErrReason
	}
	_, err := withdraw(ctx, tx, Withdrawal{Fact: narrative.Slug(m.From), Into: narrative.Slug(m.Into), Reason: m.Why, Actor: m.Actor})
	if errors.Is(err, ErrWithdrawn) {
		if listed, e := isListed(ctx, tx, m.From); e != nil || !listed {
			return e // it was taken from the lists before
		}
		return m.unsound("into", "is not on the lists, where readers of the published fact would be led; publish it first")
	}
	return err
}

// isListed reports whether a fact is on the lists of what is published.
func isListed(ctx context.Context, tx pgx.Tx, fact string) (listed bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM published_facts p JOIN facts f ON f.id = p.fact_id WHERE f.slug = $1)`, fact).Scan(&listed)
	return listed, err
}
