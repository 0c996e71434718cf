package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A NewsroomEdition is a state of a fact that was kept for the newsroom. No reader is given it.
type NewsroomEdition struct {
	Fact       narrative.Slug // of today
	Number     int
	Newest     int // the number of the fact's newest one
	MadeAt     time.Time
	Actor      string
	Note       string
	BodySHA256 string    // as it was made, hexadecimal
	WithheldAt time.Time // when something was last taken out of it, zero if nothing was
	Body       []byte    // see [edition.ReadNewsroom]; nil in a list
}

// MakeNewsroomEdition keeps a fact as it is at the desk now, finished or not, under the next number for the newsroom. A fact
// that is as the newest one has it gets none. The errors are [ErrNotFound] and [*Unsound] for a fact that cannot be drawn.
func (s *Store) MakeNewsroomEdition(ctx context.Context, fact narrative.Slug, actor, note string) (done Published, err error) {
	defer wrap(&err, "MakeNewsroomEdition(%q)", fact)

	err = s.longWork(ctx, func(tx pgx.Tx) error {
		found, err := lockFacts(ctx, tx, []narrative.Slug{fact})
		if err != nil {
			return err
		}
		_, drafts, err := draftAll(ctx, tx, found)
		if err != nil {
			return err
		}
		d := drafts[0]
		if d.content.Key == "" {
			return &Unsound{d.problems}
		}
		number, at, body, err := newestInNewsroom(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		done = Published{fact, number, false}
		if same, err := d.isLike(body); same || err != nil {
			return err
		}
		var salt [16]byte
		_, _ = rand.Read(salt[:]) // never fails, see crypto/rand
		now := edition.NextTime(time.Now(), at)
		if body, err = edition.SealNewsroom(d.content, number+1, now, note, salt); err != nil {
			return err
		}
		done = Published{fact, number + 1, true}
		hash := edition.HashOf(body)
		_, err = tx.Exec(ctx, `
			INSERT INTO newsroom_editions (fact, number, made_at, actor, note, body, body_sha256)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, d.ID, number+1, now, actor, note, body, hash[:])
		return err
	})
	return done, err
}

// newestInNewsroom returns what is known of a fact's newest edition for the newsroom, nothing if there is none.
func newestInNewsroom(ctx context.Context, tx pgx.Tx, fact int64) (number int, at time.Time, body []byte, err error) {
	err = tx.QueryRow(ctx, `
		SELECT number, made_at, body
		FROM newsroom_editions
		WHERE fact = $1
		ORDER BY number DESC
		LIMIT 1`, fact).Scan(&number, &at, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return number, at, body, err
}

// isLike reports whether an edition for the newsroom, nil for none, has the draft's content.
func (d draft) isLike(body []byte) (bool, error) {
	if body == nil {
		return false, nil
	}
	b, err := edition.ReadNewsroom(body)
	if errors.Is(err, edition.ErrRedacted) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	hash, err := b.Content.Hash()
	return hash == d.hash, err
}

// newsroomColumns are those of a [NewsroomEdition], of newsroom_editions n and facts f, but for the body.
const newsroomColumns = `
	f.slug, n.number, (SELECT max(number) FROM newsroom_editions WHERE fact = n.fact) AS newest, n.made_at, n.actor, n.note,
	n.body_sha256, n.withheld_at`

func (e *NewsroomEdition) scan(row pgx.Row, more ...any) error {
	var hash []byte
	var withheld *time.Time
	err := row.Scan(append([]any{&e.Fact, &e.Number, &e.Newest, &e.MadeAt, &e.Actor, &e.Note, &hash, &withheld}, more...)...)
	e.BodySHA256 = hex.EncodeToString(hash)
	if withheld != nil {
		e.WithheldAt = *withheld
	}
	return err
}

// NewsroomEdition returns an edition for the newsroom by its number, 0 for the newest. The error is [ErrNotFound], or
// [*Moved] for a fact that has another slug now.
func (s *Store) NewsroomEdition(ctx context.Context, fact narrative.Slug, number int) (e NewsroomEdition, err error) {
	defer wrap(&err, "NewsroomEdition(%q, %d)", fact, number)

	err = e.scan(s.desk.QueryRow(ctx, `
		SELECT `+newsroomColumns+`, n.body
		FROM facts f
		JOIN newsroom_editions n ON n.fact = f.id
		WHERE f.slug = $1 AND ($2 = 0 OR n.number = $2)
		ORDER BY n.number DESC
		LIMIT 1`, fact, number), &e.Body)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, movedFrom(ctx, s.desk, fact)
	}
	return e, err
}

// movedFrom is the error of something of a fact that is not there: [*Moved] if the fact has another slug now.
func movedFrom(ctx context.Context, q querier, fact narrative.Slug) error {
	err := movedTo(ctx, q, NounKey{narrative.KindFact, string(fact)})
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// NewsroomEditions returns a fact's editions for the newsroom without their bodies, the newest first, at most 100: those with
// a number below before, all for 0. A fact without any gives none. The error is [*Moved] for a fact that has another slug now.
func (s *Store) NewsroomEditions(ctx context.Context, fact narrative.Slug, before int) (list []NewsroomEdition, err error) {
	defer wrap(&err, "NewsroomEditions(%q, %d)", fact, before)

	rows, _ := s.desk.Query(ctx, `
		SELECT `+newsroomColumns+`
		FROM facts f
		JOIN newsroom_editions n ON n.fact = f.id
		WHERE f.slug = $1 AND ($2 = 0 OR n.number < $2)
		ORDER BY n.number DESC
		LIMIT $3`, fact, before, pageSize)
	list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (NewsroomEdition, error) {
		var e NewsroomEdition
		err := e.scan(row)
		return e, err
	})
	if err != nil || len(list) > 0 {
		return list, err
	}
	if moved, ok := errors.AsType[*Moved](movedFrom(ctx, s.desk, fact)); ok {
		return nil, moved
	}
	return nil, nil
}

// A NewsroomFact is the newest edition for the newsroom that a fact has.
type NewsroomFact struct {
	NewsroomEdition
	Question string // of today, in plain words
	Public   int    // the number of readers' latest edition, 0 if there is none
	Invented bool   // the fact was, for practice
}

// NewsroomFacts returns the newest edition for the newsroom of each fact that has one, without its body, the latest made
// first, at most 100: those made before a moment, all for the zero time.
func (s *Store) NewsroomFacts(ctx context.Context, before time.Time) (list []NewsroomFact, err error) {
	defer wrap(&err, "NewsroomFacts(%v)", before)

	until := pgtype.Timestamptz{Time: before, Valid: true}
	if before.IsZero() {
		until = pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	}
	rows, _ := s.desk.Query(ctx, `
		SELECT `+newsroomColumns+`, f.question, coalesce((SELECT max(e.number) FROM editions e WHERE e.fact = f.id), 0)
		FROM newsroom_editions n
		JOIN facts f ON f.id = n.fact
		WHERE n.made_at < $1 AND NOT EXISTS (SELECT FROM newsroom_editions l WHERE l.fact = n.fact AND l.number > n.number)
		ORDER BY n.made_at DESC, n.fact
		LIMIT $2`, until, pageSize)
	list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (NewsroomFact, error) {
		var f NewsroomFact
		err := f.scan(row, &f.Question, &f.Public)
		return f, err
	})
	if err != nil {
		return nil, err
	}
	told := make([]telling, len(list))
	for i := range list {
		told[i] = telling{NounKey{narrative.KindFact, string(list[i].Fact)}, &list[i].Question, &list[i].Invented}
	}
	return list, s.tell(ctx, told)
}
