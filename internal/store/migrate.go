package store

import (
	"context"
	"fmt"
	"log/slog"
	"path"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"counterclaim/migrations"
)

// oldestServer is the first version of Postgres that the program works with, as server_version_num has it.
const oldestServer = 15_00_00

// prepareLock is the advisory lock of whoever makes a database ready. The number is "claim" in ASCII.
const prepareLock = 0x636c61696d

// Migrate makes the database ready for this release: it checks that the server is new enough and can compare the
// letters of every script, makes the extensions and, where it may, the roles, runs the migrations that have not been
// run, and grants the roles what they need. It does nothing to a database that is ready. Others that do the same
// meanwhile wait for it.
//
// The error is [ErrVersion], [ErrCollation], [ErrSchemaNewer], or [ErrUnavailable] if the database does not answer.
func Migrate(ctx context.Context, o Options) (err error) {
	defer wrap(&err, "Migrate")
	_, err = prepare(ctx, &o)
	return err
}

// MigrateDown undoes the migrations after version to; 0 undoes all. What their tables hold is lost.
func MigrateDown(ctx context.Context, o Options, to int64) (err error) {
	defer wrap(&err, "MigrateDown(%d)", to)
	_, err = o.prepare(ctx, func(p *goose.Provider) error {
		_, err := p.DownTo(ctx, to)
		return err
	})
	return err
}

// prepare does what [Migrate] does and completes the options.
func prepare(ctx context.Context, o *Options) (Roles, error) {
	return o.prepare(ctx, func(p *goose.Provider) error {
		version, err := p.GetDBVersion(ctx)
		if err != nil {
			return err
		}
		if newest := latestVersion(); version > newest {
			return fmt.Errorf("%w: its schema is at version %d, and this one knows versions up to %d; run the newer release",
				ErrSchemaNewer, version, newest)
		}
		done, err := p.Up(ctx)
		if len(done) > 0 && err == nil {
			o.Log.InfoContext(ctx, "migrated the database", "from", version, "to", done[len(done)-1].Source.Version)
		}
		return err
	})
}

// prepare makes everything but the tables ready, lets migrate see to those, and grants the roles what they need.
func (o *Options) prepare(ctx context.Context, migrate func(*goose.Provider) error) (Roles, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	conn, err := o.connect(ctx, "", RolesNone)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // gives up the lock too
	if err := checkServer(ctx, conn); err != nil {
		return "", err
	}
	if err := o.lock(ctx, conn); err != nil {
		return "", err
	}
	if err := extend(ctx, conn); err != nil {
		return "", err
	}
	roles, err := o.makeRoles(ctx, conn)
	if err != nil {
		return "", err
	}
	owner, err := ownerOf(ctx, conn, roles)
	if err != nil {
		return "", err
	}
	if err := o.migrate(owner, roles, migrate); err != nil {
		return "", err
	}
	if roles == RolesNone {
		return roles, nil
	}
	return roles, o.grant(ctx, owner, roles)
}

// checkServer checks what no migration could mend.
func checkServer(ctx context.Context, conn *pgx.Conn) error {
	var version int
	var encoding string
	err := conn.QueryRow(ctx, `
		SELECT current_setting('server_version_num')::integer, current_setting('server_encoding')`).Scan(&version, &encoding)
	if err != nil {
		return err
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("%w: its encoding is %s; %s", ErrCollation, encoding, collationRemedy)
	}
	return nil
}

// checkVersion checks a server_version_num.
func checkVersion(number int) error {
	if number < oldestServer {
		return fmt.Errorf("%w: it is version %d.%d, and this program needs %d or newer",
			ErrVersion, number/10000, number%10000, oldestServer/10000)
	}
	return nil
}

// lock waits until no other process makes the database ready. It asks again and again: one that waited inside Postgres
// would be a transaction that CREATE INDEX CONCURRENTLY waits for in turn. The connection's end gives the lock up.
func (o *Options) lock(ctx context.Context, conn *pgx.Conn) error {
	tell := time.Now().Add(time.Second)
	for told := false; ; {
		var mine bool
		if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(prepareLock)).Scan(&mine); err != nil || mine {
			return err
		}
		if !told && time.Now().After(tell) {
			told = true
			o.Log.InfoContext(ctx, "waiting for another server to make the database ready")
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

const collationRemedy = "make it with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8', " +
	"or with LOCALE_PROVIDER icu ICU_LOCALE 'und' and a LC_CTYPE for UTF-8"

// extend makes the extensions and sees that the database knows the letters of other scripts. Under a locale such as C
// words in Cyrillic or Armenian have no trigrams, and every search for them would find nothing, silently.
func extend(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, name := range []string{"pg_trgm", "unaccent"} {
			if _, err := tx.Exec(ctx, `CREATE EXTENSION IF NOT EXISTS `+name); err != nil {
				return fmt.Errorf("the extension %s, which comes with PostgreSQL (on some systems in a package "+
					"postgresql-contrib) and which the owner of a database can make: %w", name, err)
			}
		}
		var fit bool
		err := tx.QueryRow(ctx, `
			SELECT cardinality(show_trgm('Лачин')) > 0 AND cardinality(show_trgm('Լաչին')) > 0
				AND lower('ЛАЧИН') = 'лачин' AND lower('ԼԱՉԻՆ') = 'լաչին'`).Scan(&fit)
		if err != nil {
			return err
		}
		if !fit {
			return fmt.Errorf("%w: it cannot compare Cyrillic and Armenian words; %s", ErrCollation, collationRemedy)
		}
		return nil
	})
}

// migrate hands the embedded migrations to do, over a connection of the owner's.
func (o *Options) migrate(owner string, roles Roles, do func(*goose.Provider) error) error {
	c, err := o.direct(owner, roles)
	if err != nil {
		return err
	}
	c.OnNotice = func(*pgconn.PgConn, *pgconn.Notice) {} // that an extension exists is no news
	db := stdlib.OpenDB(*c)
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, db, migrations.FS,
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(o.Log))
	if err != nil {
		return err
	}
	return do(p)
}

// latestVersion returns the number of the last embedded migration.
func latestVersion() int64 {
	files, err := migrations.FS.ReadDir(".")
	if err != nil {
		panic(err) // the folder is embedded
	}
	var version int64
	for _, f := range files {
		number, _, _ := strings.Cut(path.Base(f.Name()), "_")
		var n int64
		if _, err := fmt.Sscanf(number, "%d", &n); err == nil {
			version = max(version, n)
		}
	}
	return version
}
