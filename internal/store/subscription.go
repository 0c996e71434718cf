package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A Subscription is a feed whose new items are listed for the desk.
type Subscription struct {
	ID      int64
	Address string
	Title   string // as the feed has it; "" until it was read
	AddedBy string
	AddedAt time.Time
	Checked time.Time // when it was asked for last; the zero time for never
	Fault   string    // why nothing came of that; "" if it was read
	Listed  int       // how many of its items wait to be fetched or dismissed
}

// MostSubscriptions bounds how many feeds there are, so that each of them can be asked often enough.
const MostSubscriptions = 100

// Errors of [Store.Subscribe].
var (
	ErrSubscribed    = errors.New("there is a subscription to this address already")
	ErrSubscriptions = errors.New("there are as many subscriptions as there can be")
)

// Subscribe adds a feed by its address and returns its number. The errors are [ErrSubscribed], [ErrSubscriptions] and, for
// what is no address of the web, [ErrInvalid].
func (s *Store) Subscribe(ctx context.Context, address, actor string) (id int64, err error) {
	defer wrap(&err, "Subscribe(%q)", address)

	err = s.desk.QueryRow(ctx, `
		INSERT INTO subscriptions (address, added_by)
		SELECT $1, $2
		WHERE (SELECT count(*) FROM subscriptions) < $3
		RETURNING id`, address, actor, MostSubscriptions).Scan(&id)
	switch {
	case Constraint(err) == "subscriptions_once":
		return 0, ErrSubscribed
	case errors.Is(err, pgx.ErrNoRows):
		return 0, ErrSubscriptions
	}
	return id, err
}

// Unsubscribe removes a feed. What it has listed stays. The error is [ErrNotFound].
func (s *Store) Unsubscribe(ctx context.Context, id int64) (err error) {
	defer wrap(&err, "Unsubscribe(%d)", id)

	tag, err := s.desk.Exec(ctx, `DELETE FROM subscriptions WHERE id = $1`, id)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNotFound
	}
	return err
}

const subscriptionColumns = `u.id, u.address, u.title, u.added_by, u.added_at, coalesce(u.checked_at, '0001-01-01 00:00:00+00'), u.fault`

func scanSubscription(row pgx.CollectableRow) (u Subscription, err error) {
	err = row.Scan(&u.ID, &u.Address, &u.Title, &u.AddedBy, &u.AddedAt, &u.Checked, &u.Fault, &u.Listed)
	if u.Checked.Year() <= 1 {
		u.Checked = time.Time{}
	}
	return u, err
}

// Subscriptions returns all feeds, in the order in which they were added.
func (s *Store) Subscriptions(ctx context.Context) (list []Subscription, err error) {
	defer wrap(&err, "Subscriptions()")

	rows, _ := s.desk.Query(ctx, `
		SELECT `+subscriptionColumns+`, (SELECT count(*) FROM arrivals r WHERE r.subscription = u.id AND r.state = 'listed')
		FROM subscriptions u
		ORDER BY u.id
		LIMIT $1`, MostSubscriptions)
	return pgx.CollectRows(rows, scanSubscription)
}

// DueSubscription returns the feed that was not asked for since a moment and for the longest time, and notes that it is now
// asked for, so that of several servers one asks. The error is [ErrNotFound] if none is due. With id it returns that feed,
// whenever it was asked for.
func (s *Store) DueSubscription(ctx context.Context, id int64, since time.Time) (u Subscription, err error) {
	defer wrap(&err, "DueSubscription(%d)", id)

	rows, _ := s.desk.Query(ctx, `
		UPDATE subscriptions AS u SET checked_at = now()
		WHERE u.id = (
			SELECT d.id FROM subscriptions d
			WHERE $1 = d.id OR $1 = 0 AND (d.checked_at IS NULL OR d.checked_at < $2)
			ORDER BY d.checked_at NULLS FIRST, d.id
			LIMIT 1
			FOR UPDATE SKIP LOCKED)
		RETURNING `+subscriptionColumns+`, 0`, id, since.UTC())
	return pgx.CollectExactlyOneRow(rows, scanSubscription)
}

// An Announced is an item of a feed.
type Announced struct {
	ID        string // the feed's own; the same whenever the item is seen again
	URL       string
	Title     string
	Summary   string
	Published time.Time // the zero time if the feed does not tell
}

// List notes what a feed announces, and returns how many of the items are new: items seen before, and addresses of which
// there is an article or something that came in, are not listed again. fault says why the feed could not be read, "" if it
// was. The error is [ErrNotFound] if the feed was removed meanwhile.
func (s *Store) List(ctx context.Context, subscription int64, title, fault string, items []Announced) (added int, err error) {
	defer wrap(&err, "List(%d, %d items)", subscription, len(items))

	err = s.edit(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE subscriptions SET title = coalesce(nullif($2, ''), title), fault = $3, checked_at = now() WHERE id = $1`,
			subscription, title, fault)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		var b pgx.Batch
		for _, i := range items {
			key := sha256.Sum256([]byte(i.ID))
			var at *time.Time
			if !i.Published.IsZero() {
				at = &i.Published
			}
			b.Queue(`
				INSERT INTO arrivals (state, url, title, summary, published_at, subscription, item, received_by)
				SELECT 'listed', $2, $3, $4, $5, $1, $6, 'feed'
				WHERE NOT EXISTS (SELECT FROM arrivals r WHERE r.url = $2) AND NOT EXISTS (SELECT FROM articles a WHERE a.url = $2)
				ON CONFLICT (subscription, item) DO NOTHING`, subscription, i.URL, i.Title, i.Summary, at, key[:]).Exec(func(tag pgconn.CommandTag) error {
				added += int(tag.RowsAffected())
				return nil
			})
		}
		keys := make([][]byte, len(items))
		for i, item := range items {
			key := sha256.Sum256([]byte(item.ID))
			keys[i] = key[:]
		}
		// Once a day is enough to know what a feed no longer announces.
		b.Queue(`
			UPDATE arrivals SET seen_at = now()
			WHERE subscription = $1 AND item = ANY ($2) AND state IN ('listed', 'dismissed') AND coalesce(seen_at, received_at) < now() - interval '1 day'`,
			subscription, keys)
		b.Queue(clearArrivals)
		return tx.SendBatch(ctx, &b).Close()
	})
	return added, err
}
