// Package store keeps all that Counterclaim knows in Postgres: the desk's tables, the published editions, and the
// projection of them that readers' pages are made of. It holds every SQL statement of the program, makes the database
// ready when it is opened, and knows nothing of HTTP or HTML.
package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// How long the database may take over things, so that one slow query cannot hold up the rest. Readers' and editors'
// connections are apart, so that a flood of readers cannot stop an editor from saving.
const (
	readerTimeout  = 2 * time.Second        // of a readers' statement
	deskTimeout    = 8 * time.Second        // of a desk's statement
	lockTimeout    = time.Second            // of waiting for a row or table
	idleTimeout    = 10 * time.Second       // of a transaction that does nothing
	pingTimeout    = time.Second            // of asking a connection that was idle whether it still works
	readyTimeout   = 250 * time.Millisecond // of [Store.Ready]
	connectTimeout = 5 * time.Second        // of one attempt to connect
	patience       = 15 * time.Second       // with a database that is only just starting

	defaultDeskConns   = 4
	defaultReaderConns = 8
)

// Options say where the database is and how it is used.
type Options struct {
	// URL is a connection string, as a user that may make tables in the database. Connections carry settings of their
	// own, so that it must not lead to a pooler that hands one connection to several clients by turns.
	URL string
	// OwnerURL, DeskURL and ReaderURL connect as [OwnerRole], [DeskRole] and [ReaderRole]: all of them, or none. They
	// are given where the server lets the program log in as each role, which Open then makes; elsewhere every
	// connection is made by URL and changes to its role, where it may.
	OwnerURL, DeskURL, ReaderURL string
	// DeskConns and ReaderConns bound the numbers of connections; 0 stands for 4 and 8.
	DeskConns, ReaderConns int
	// Log receives progress and slow queries; nil discards them.
	Log *slog.Logger
}

// A Store is an open database. Its methods may be called from several goroutines. Each takes a context that bounds it,
// the wait for a free connection included.
type Store struct {
	desk, reader *pgxpool.Pool
	options      Options
	roles        Roles
	version      int64 // of the schema that this program was made for
}

// Server returns where the desk's data are: host, port and database, never who connects or by which password.
func (s *Store) Server() string {
	c := s.desk.Config().ConnConfig
	return fmt.Sprintf("%s, port %d, database %s", c.Host, c.Port, c.Database)
}

// Open connects to the database, waiting up to 15 seconds for one that is just starting, makes it ready as [Migrate]
// does, and returns it with its connections opened. Of several servers that start at once one prepares the database
// and the others wait for it. The caller calls [Store.Close].
func Open(ctx context.Context, o Options) (_ *Store, err error) {
	defer wrap(&err, "Open")

	roles, err := prepare(ctx, &o)
	if err != nil {
		return nil, err
	}
	s := &Store{options: o, roles: roles, version: latestVersion()}
	s.reader, err = o.pool(ctx, ReaderRole, roles, cmp.Or(o.ReaderConns, defaultReaderConns), readerTimeout)
	if err != nil {
		return nil, err
	}
	s.desk, err = o.pool(ctx, DeskRole, roles, cmp.Or(o.DeskConns, defaultDeskConns), deskTimeout)
	if err != nil {
		s.reader.Close()
		return nil, err
	}
	return s, nil
}

// Close closes all connections, after those in use have been given back.
func (s *Store) Close() {
	s.desk.Close()
	s.reader.Close()
}

// Roles says how far the database's three roles are in force.
func (s *Store) Roles() Roles { return s.roles }

// Ready says within 250 milliseconds whether the database answers and has the schema that this program needs, or a
// newer one, as it has while a newer release is being brought in. The error is [ErrUnavailable].
func (s *Store) Ready(ctx context.Context) (err error) {
	defer wrap(&err, "Ready")
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()

	var version int64
	if err := s.reader.QueryRow(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil {
		return err
	}
	if version < s.version {
		return fmt.Errorf("%w: its schema is at version %d, not %d", ErrUnavailable, version, s.version)
	}
	return nil
}

// parse reads the connection string that leads to role, "" being the user of URL, and adds our settings.
func (o *Options) parse(role string, roles Roles) (*pgxpool.Config, error) {
	url := o.URL
	if roles == RolesConnected {
		url = cmp.Or(map[string]string{OwnerRole: o.OwnerURL, DeskRole: o.DeskURL, ReaderRole: o.ReaderURL}[role], url)
	}
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	settings := c.ConnConfig.RuntimeParams
	settings["application_name"] = cmp.Or(role, "counterclaim")
	settings["client_encoding"] = "UTF8"
	settings["search_path"] = "public"
	settings["TimeZone"] = "UTC"
	if roles == RolesSet && role != "" {
		settings["role"] = role
	}
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = connectTimeout
	}
	c.ConnConfig.Tracer = tracer{o.Log}
	return c, nil
}

// pool opens the connections of a role and sees that it gets one.
func (o *Options) pool(ctx context.Context, role string, roles Roles, conns int, timeout time.Duration) (*pgxpool.Pool, error) {
	c, err := o.parse(role, roles)
	if err != nil {
		return nil, err
	}
	settings := c.ConnConfig.RuntimeParams
	settings["statement_timeout"] = milliseconds(timeout)
	settings["lock_timeout"] = milliseconds(lockTimeout)
	settings["idle_in_transaction_session_timeout"] = milliseconds(idleTimeout)
	if role == ReaderRole {
		settings["default_transaction_read_only"] = "on"
	}
	c.MaxConns = int32(conns)
	c.MinIdleConns = 1
	c.PingTimeout = pingTimeout
	c.MaxConnLifetimeJitter = c.MaxConnLifetime / 10
	p, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := p.Ping(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// connect opens one connection with no bound on what its statements take. It tells the server to notice within half a
// minute when this machine is gone, so that the lock of one that was switched off is free again.
func (o *Options) connect(ctx context.Context, role string, roles Roles) (*pgx.Conn, error) {
	c, err := o.direct(role, roles)
	if err != nil {
		return nil, err
	}
	giveUp := time.Now().Add(patience)
	for told := false; ; told = true {
		conn, err := pgx.ConnectConfig(ctx, c)
		if err == nil || !isStarting(err) || time.Now().After(giveUp) {
			return conn, err
		}
		if !told {
			o.Log.InfoContext(ctx, "waiting for the database", "host", c.Host, "port", c.Port)
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

// direct returns how [Options.connect] connects.
func (o *Options) direct(role string, roles Roles) (*pgx.ConnConfig, error) {
	c, err := o.parse(role, roles)
	if err != nil {
		return nil, err
	}
	maps.Copy(c.ConnConfig.RuntimeParams, map[string]string{
		"statement_timeout": "0", "lock_timeout": "0", "idle_in_transaction_session_timeout": "0",
		"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3",
	})
	return c.ConnConfig, nil
}

// milliseconds writes a duration as Postgres reads it.
func milliseconds(d time.Duration) string { return fmt.Sprintf("%dms", d.Milliseconds()) }

// pause waits a tenth of a second, or returns the reason why ctx has ended.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return errors.Join(context.Cause(ctx), ctx.Err())
	case <-time.After(100 * time.Millisecond):
		return nil
	}
}
