package main

import (
	"context"
	"errors"
	"fmt"

	"counterclaim/internal/postgres"
	"counterclaim/internal/store"
)

// databaseName is the database inside the private Postgres.
const databaseName = "counterclaim"

// A database is an open store with the private Postgres below it, if it is kept in one.
type database struct {
	store  *store.Store
	server *postgres.Server // nil with DATABASE_URL
}

// openDatabase makes the database ready and opens it. A private Postgres is started by start, which is [postgres.Start]
// for a server and [postgres.Attach] for a subcommand.
func (p *program) openDatabase(ctx context.Context, start func(context.Context, postgres.Options) (*postgres.Server, error)) (*database, error) {
	o, server, err := p.reachDatabase(ctx, start)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, o)
	if err != nil {
		if server != nil {
			err = errors.Join(err, server.Stop())
		}
		return nil, err
	}
	return &database{s, server}, nil
}

// attach opens the database for a subcommand.
func (p *program) attach(ctx context.Context) (*database, error) {
	return p.openDatabase(ctx, postgres.Attach)
}

// reachDatabase returns how to open the store, and the private Postgres that it is in, if it is in one.
func (p *program) reachDatabase(ctx context.Context, start func(context.Context, postgres.Options) (*postgres.Server, error)) (store.Options, *postgres.Server, error) {
	if p.settings.DatabaseURL != "" {
		return store.Options{URL: p.settings.DatabaseURL, Log: p.log}, nil, nil
	}
	o, err := p.postgresOptions()
	if err != nil {
		return store.Options{}, nil, err
	}
	server, err := start(ctx, o)
	if err != nil {
		return store.Options{}, nil, err
	}
	return store.Options{
		URL:       server.URL(server.Superuser(), databaseName),
		OwnerURL:  server.URL(store.OwnerRole, databaseName),
		DeskURL:   server.URL(store.DeskRole, databaseName),
		ReaderURL: server.URL(store.ReaderRole, databaseName),
		Log:       p.log,
	}, server, nil
}

// postgresOptions says how the private Postgres is run.
func (p *program) postgresOptions() (postgres.Options, error) {
	if p.settings.DataDir == "" {
		folder, note, err := postgres.DefaultDir(defaultDataDir)
		if err != nil {
			return postgres.Options{}, err
		}
		if note != "" {
			p.progress("%s", note)
		}
		p.settings.DataDir = folder // not to be asked and told again
	}
	return postgres.Options{
		Dir:      p.settings.DataDir,
		Bin:      p.settings.PostgresBin,
		Roles:    []string{store.OwnerRole, store.DeskRole, store.ReaderRole},
		Database: databaseName,
		Log:      p.log,
	}, nil
}

// close ends the use of the database.
func (d *database) close() error {
	d.store.Close()
	if d.server == nil {
		return nil
	}
	return d.server.Stop()
}

// with opens the database for a subcommand and closes it after the work.
func (p *program) with(ctx context.Context, work func(*store.Store) error) (err error) {
	d, err := p.attach(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closing := d.close(); closing != nil {
			err = errors.Join(err, fmt.Errorf("closing the database: %w", closing))
		}
	}()
	return work(d.store)
}
