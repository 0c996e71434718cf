package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// An ArrivalState says how far something that came in has got.
type ArrivalState string

// The states of an arrival.
const (
	ArrivalListed    ArrivalState = "listed"    // a feed announces it; its text has not been brought in
	ArrivalWaiting   ArrivalState = "waiting"   // its text is here and an editor is to confirm it
	ArrivalConfirmed ArrivalState = "confirmed" // it has become an article, or a capture of one
	ArrivalDismissed ArrivalState = "dismissed" // it was put away, and can be taken out again
)

// An Arrival is something that came in.
type Arrival struct {
	ID          int64
	State       ArrivalState
	Format      string // of package intake; "" while it is only listed
	Name        string // of the file, as the browser or server gave it; "" for none
	MediaType   string
	URL         string // where it is from; "" if that is not known
	Title       string
	Summary     string    // as a feed has it
	Published   time.Time // as a feed has it; the zero time if it does not tell
	Size        int       // of the original, in bytes; 0 once it is that of a capture
	SHA256      []byte    // of the original; nil while there is none
	ReceivedAt  time.Time
	ReceivedBy  string // an account's name, or what the program calls itself
	Draft       Drafted
	Version     int
	Article     narrative.Slug // that it is to be a new capture of, or has become; "" for none
	Capture     int64          // that it has become; 0 for none
	Feed        string         // title of the subscription that lists it; "" for none
	SettledBy   string
	HasOriginal bool      // whether what was received can still be looked at, here or in its capture
	Embargo     time.Time // until when its sender wants it kept back; the zero time if it does not say
}

// A Drafted is what was made of an arrival, as an editor has left it: the fields of the form as they stood, the pieces of
// the text, and what the program is in doubt about.
type Drafted struct {
	Fields map[string][]string
	Pieces []Piece
	Notes  []string
	Held   string `json:",omitempty"` // why its sender does not want it published, "withheld" or "canceled"; "" if nothing says so
}

// A Piece is a paragraph of what came in, in its order: one that is kept, or one that is left out and why. Its words are
// never others than those that came in.
type Piece struct {
	Text   string // canonical, in one block
	Kept   bool
	Reason string `json:",omitempty"` // why the program has left it out; "" if it has not
	Marks  []Mark `json:",omitempty"` // where pages or moments begin in it
}

// A Receipt is something to be kept as it came in.
type Receipt struct {
	Format    string
	Name      string
	MediaType string
	URL       string
	Title     string
	Original  []byte // not empty
	At        time.Time
	Draft     Drafted
	Article   narrative.Slug // of which it is to be a new capture; "" for none
	Actor     string
	Embargo   time.Time  // until when its sender wants it kept back; the zero time if it does not say
	Recording *Recording // of which it is the transcript; nil for none
}

// An ArrivalChanged is the error of work on an arrival that somebody else has changed or settled meanwhile. Nothing was done.
type ArrivalChanged struct {
	Now Arrival
}

// Error says what it is now.
func (e *ArrivalChanged) Error() string {
	return fmt.Sprintf("arrival %d is now %s, at version %d", e.Now.ID, e.Now.State, e.Now.Version)
}

// arrivalColumns are those that scanArrival reads; the draft is left out of lists.
const arrivalColumns = `r.id, r.state, r.format, r.name, r.media_type, r.url, r.title, r.summary,
	coalesce(r.published_at, '0001-01-01 00:00:00+00'), coalesce(length(r.original), 0), r.original_sha256, r.received_at, r.received_by,
	r.version, coalesce(r.article, ''), coalesce(r.capture, 0), coalesce(nullif(u.title, ''), u.address, ''), r.settled_by,
	r.original IS NOT NULL OR r.capture IS NOT NULL AND EXISTS (SELECT FROM capture_texts t WHERE t.capture = r.capture AND t.original IS NOT NULL),
	coalesce(r.embargo_until, '0001-01-01 00:00:00+00')`

const arrivalTables = `arrivals r LEFT JOIN subscriptions u ON u.id = r.subscription`

func scanArrival(row pgx.CollectableRow) (Arrival, error) {
	var a Arrival
	var draft string
	to := []any{&a.ID, &a.State, &a.Format, &a.Name, &a.MediaType, &a.URL, &a.Title, &a.Summary, &a.Published, &a.Size, &a.SHA256, &a.ReceivedAt,
		&a.ReceivedBy, &a.Version, &a.Article, &a.Capture, &a.Feed, &a.SettledBy, &a.HasOriginal, &a.Embargo}
	if len(row.FieldDescriptions()) > len(to) {
		to = append(to, &draft)
	}
	if err := row.Scan(to...); err != nil {
		return Arrival{}, err
	}
	for _, t := range []*time.Time{&a.Published, &a.Embargo} {
		if t.Year() <= 1 {
			*t = time.Time{}
		}
	}
	if draft != "" {
		if err := json.Unmarshal([]byte(draft), &a.Draft); err != nil {
			return Arrival{}, err
		}
	}
	return a, nil
}

// ErrNothingReceived is the error of a receipt without an original.
var ErrNothingReceived = errors.New("nothing was received")

// Receive keeps something that came in, before anybody has confirmed it, and returns its number. The errors are
// [ErrNothingReceived] and, for an article that is not there, [ErrInvalid].
func (s *Store) Receive(ctx context.Context, r Receipt) (id int64, err error) {
	defer wrap(&err, "Receive(%q, %d bytes)", r.Format, len(r.Original))

	draft, sum, err := r.kept()
	if err != nil {
		return 0, err
	}
	err = s.edit(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
		INSERT INTO arrivals (state, format, name, media_type, url, title, original, original_sha256, received_at, received_by, draft, article, embargo_until)
		VALUES ('waiting', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11, ''), $12)
		RETURNING id`, r.Format, r.Name, r.MediaType, r.URL, r.Title, r.Original, sum, r.At.UTC(), r.Actor, draft, r.Article, r.embargo()).Scan(&id)
		if err != nil || r.Recording == nil {
			return err
		}
		return addMedia(ctx, tx, id, *r.Recording, r.Actor, r.At)
	})
	return id, err
}

// kept is the draft and the hash as they are kept.
func (r Receipt) kept() (draft string, sum []byte, err error) {
	if len(r.Original) == 0 {
		return "", nil, ErrNothingReceived
	}
	b, err := json.Marshal(r.Draft)
	s := sha256.Sum256(r.Original)
	return string(b), s[:], err
}

// embargo is the moment as it is kept, nil for none.
func (r Receipt) embargo() *time.Time {
	if r.Embargo.IsZero() {
		return nil
	}
	return new(r.Embargo.UTC())
}

// Fill gives a listed arrival the text that it announces. The errors are [*ArrivalChanged] if it is not listed any more,
// [ErrNotFound] and [ErrNothingReceived].
func (s *Store) Fill(ctx context.Context, id int64, r Receipt) (err error) {
	defer wrap(&err, "Fill(%d)", id)

	draft, sum, err := r.kept()
	if err != nil {
		return err
	}
	return s.edit(ctx, func(tx pgx.Tx) error {
		a, err := lockedArrival(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.State != ArrivalListed {
			return &ArrivalChanged{a}
		}
		_, err = tx.Exec(ctx, `
			UPDATE arrivals SET state = 'waiting', format = $2, name = $3, media_type = $4, url = $5, title = coalesce(nullif($6, ''), title),
				original = $7, original_sha256 = $8, received_at = $9, received_by = $10, draft = $11, embargo_until = $12
			WHERE id = $1`, id, r.Format, r.Name, r.MediaType, r.URL, r.Title, r.Original, sum, r.At.UTC(), r.Actor, draft, r.embargo())
		return err
	})
}

// Arrivals returns those in a state, the latest first, a page of 100 that begins before a number (0 for the first), without
// their drafts, and the number before which the next page begins, 0 if there is none.
func (s *Store) Arrivals(ctx context.Context, state ArrivalState, before int64) (list []Arrival, next int64, err error) {
	defer wrap(&err, "Arrivals(%q, %d)", state, before)

	rows, _ := s.desk.Query(ctx, `
		SELECT `+arrivalColumns+`
		FROM `+arrivalTables+`
		WHERE r.state = $1 AND ($2 = 0 OR r.id < $2)
		ORDER BY r.id DESC
		LIMIT $3`, state, before, pageSize+1)
	if list, err = pgx.CollectRows(rows, scanArrival); len(list) > pageSize {
		list = list[:pageSize]
		next = list[pageSize-1].ID
	}
	return list, next, err
}

// Arrival returns one with its draft. The error is [ErrNotFound].
func (s *Store) Arrival(ctx context.Context, id int64) (a Arrival, err error) {
	defer wrap(&err, "Arrival(%d)", id)
	return loadArrival(ctx, s.desk, id)
}

func loadArrival(ctx context.Context, q querier, id int64) (Arrival, error) {
	rows, _ := q.Query(ctx, `SELECT `+arrivalColumns+`, r.draft FROM `+arrivalTables+` WHERE r.id = $1`, id)
	return pgx.CollectExactlyOneRow(rows, scanArrival)
}

// lockedArrival returns an arrival that nobody else changes until the transaction ends.
func lockedArrival(ctx context.Context, tx pgx.Tx, id int64) (Arrival, error) {
	if _, err := tx.Exec(ctx, `SELECT FROM arrivals WHERE id = $1 FOR UPDATE`, id); err != nil {
		return Arrival{}, err
	}
	return loadArrival(ctx, tx, id)
}

// seenArrival locks an arrival and returns it, if it still waits and its version is the one that an editor saw.
func seenArrival(ctx context.Context, tx pgx.Tx, id int64, version int) (Arrival, error) {
	a, err := lockedArrival(ctx, tx, id)
	if err == nil && (a.State != ArrivalWaiting || a.Version != version) {
		err = &ArrivalChanged{a}
	}
	return a, err
}

// SaveDraft keeps what an editor has made of an arrival so far, if nobody else has changed it since, and of which article it
// is to be a new capture, "" for none. Nothing of it is checked. The errors are [*ArrivalChanged] and [ErrNotFound].
func (s *Store) SaveDraft(ctx context.Context, id int64, version int, article narrative.Slug, title string, d Drafted) (err error) {
	defer wrap(&err, "SaveDraft(%d)", id)

	b, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return s.edit(ctx, func(tx pgx.Tx) error {
		if _, err := seenArrival(ctx, tx, id, version); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			UPDATE arrivals SET title = coalesce(nullif($3, ''), title), draft = $2, article = nullif($4, '')
			WHERE id = $1 AND (draft <> $2 OR article IS DISTINCT FROM nullif($4, ''))`, id, string(b), title, article)
		return err
	})
}

// Dismiss puts an arrival away: nothing is to be made of it, or it brings nothing that article has not already ("" for
// none). It is deleted some time after [ArrivalDays]. The errors are [*ArrivalChanged] if it is settled already, and [ErrNotFound].
func (s *Store) Dismiss(ctx context.Context, id int64, article narrative.Slug, actor string) (err error) {
	defer wrap(&err, "Dismiss(%d)", id)

	return s.edit(ctx, func(tx pgx.Tx) error {
		a, err := lockedArrival(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.State != ArrivalListed && a.State != ArrivalWaiting {
			return &ArrivalChanged{a}
		}
		if _, err := tx.Exec(ctx, `
			UPDATE arrivals SET state = 'dismissed', article = coalesce(nullif($2, ''), article), settled_by = $3, settled_at = now()
			WHERE id = $1`, id, article, actor); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, clearArrivals)
		return err
	})
}

// clearArrivals deletes what was put away, and what feeds have announced and nobody has fetched, after [ArrivalDays] days, unless a
// feed announces it still and would list it anew. What a takedown or an erasure has emptied stays, so that nothing brings it
// back. A few at a time: it runs with each item that is put away and each feed that is read.
const clearArrivals = `
	DELETE FROM arrivals
	WHERE id IN (
		SELECT id
		FROM arrivals
		WHERE state IN ('listed', 'dismissed') AND coalesce(settled_at, received_at) < now() - interval '90 days'
			AND coalesce(seen_at, received_at) < now() - interval '30 days' AND settled_by NOT IN ('takedown', 'erasure')
		LIMIT 500
		FOR UPDATE SKIP LOCKED)`

// ArrivalDays is for how many days what was put away, or only announced, is kept at least.
const ArrivalDays = 90

// TakeOut takes an arrival that was put away out again. The errors are [*ArrivalChanged] and [ErrNotFound].
func (s *Store) TakeOut(ctx context.Context, id int64) (err error) {
	defer wrap(&err, "TakeOut(%d)", id)

	return s.edit(ctx, func(tx pgx.Tx) error {
		a, err := lockedArrival(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.State != ArrivalDismissed {
			return &ArrivalChanged{a}
		}
		_, err = tx.Exec(ctx, `
			UPDATE arrivals SET state = CASE WHEN original IS NULL THEN 'listed' ELSE 'waiting' END, article = NULL, settled_by = '', settled_at = NULL
			WHERE id = $1`, id)
		return err
	})
}

// Original returns what came in, to the byte, with the name that it came under. The error is [ErrNotFound] where nothing
// came in or it was erased.
func (s *Store) Original(ctx context.Context, id int64) (name string, body []byte, err error) {
	defer wrap(&err, "Original(%d)", id)

	err = s.desk.QueryRow(ctx, `
		SELECT r.name, coalesce(r.original, t.original)
		FROM arrivals r
		LEFT JOIN capture_texts t ON t.capture = r.capture
		WHERE r.id = $1 AND coalesce(r.original, t.original) IS NOT NULL`, id).Scan(&name, &body)
	return name, body, err
}

// OutletOffers returns the outlets that an article may be of, by name, at most 300.
func (s *Store) OutletOffers(ctx context.Context) (list []narrative.Outlet, err error) {
	defer wrap(&err, "OutletOffers()")

	rows, _ := s.desk.Query(ctx, `SELECT slug, name, is_unknown, boilerplate, language FROM outlets WHERE NOT retired ORDER BY name, slug LIMIT $1`, mostOffered)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (o narrative.Outlet, err error) {
		err = row.Scan(&o.Slug, &o.Name, &o.Unknown, &o.Boilerplate, &o.Language)
		return o, err
	})
}
