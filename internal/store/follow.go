package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// How a server keeps track of what is published.
const (
	followEvery = 5 * time.Second // it asks even if nothing was heard, since a notice can be lost
	followAgain = time.Second     // after the connection was lost
)

// A Generation names a state of all that readers see. Two that are equal are the same state, whichever server asks.
type Generation struct {
	Number int64  // rises with each change
	Head   string // hash of the log's last entry, so that a restored database does not repeat one; "" for an empty log
}

// String returns the generation as one word.
func (g Generation) String() string { return fmt.Sprintf("%d-%.12s", g.Number, g.Head) }

// selectGeneration asks for a [Generation].
const selectGeneration = `
	SELECT value, coalesce((SELECT encode(hash, 'hex') FROM log ORDER BY index DESC LIMIT 1), '')
	FROM generation`

// Generation returns the present generation.
func (s *Store) Generation(ctx context.Context) (g Generation, err error) {
	defer wrap(&err, "Generation()")

	err = s.reader.QueryRow(ctx, selectGeneration).Scan(&g.Number, &g.Head)
	return g, err
}

// Follow tells of the present generation and then of every further one, until ctx ends; it returns the reason. It hears
// of a change in the moment of its commit, over a connection of its own (LISTEN), and asks every five seconds besides,
// since a notice can be lost. While the database is away it says nothing and tries again. Changed is called by one
// goroutine, never for the same generation twice running.
func (s *Store) Follow(ctx context.Context, changed func(Generation)) error {
	var last Generation
	told := false
	for {
		err := s.follow(ctx, func(g Generation) {
			if !told || g != last {
				last, told = g, true
				changed(g)
			}
		})
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		s.options.Log.WarnContext(ctx, "cannot hear of changes for a moment", "error", err)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(followAgain):
		}
	}
}

// follow does the work of [Store.Follow] over one connection, until that fails.
func (s *Store) follow(ctx context.Context, tell func(Generation)) (err error) {
	defer wrap(&err, "Follow()")

	c, err := s.options.direct(ReaderRole, s.roles)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // nothing was written
	if _, err := conn.Exec(ctx, `LISTEN generation`); err != nil {
		return err
	}
	for {
		if err := tellGeneration(ctx, conn, tell); err != nil {
			return err
		}
		waiting, stop := context.WithTimeout(ctx, followEvery)
		_, err := conn.WaitForNotification(waiting)
		isTime := errors.Is(waiting.Err(), context.DeadlineExceeded)
		stop()
		if err != nil && !isTime {
			return err
		}
	}
}

func tellGeneration(ctx context.Context, conn *pgx.Conn, tell func(Generation)) error {
	asking, stop := context.WithTimeout(ctx, readerTimeout)
	defer stop()
	var g Generation
	if err := conn.QueryRow(asking, selectGeneration).Scan(&g.Number, &g.Head); err != nil {
		return err
	}
	tell(g)
	return nil
}
